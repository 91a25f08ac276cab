"""Credentials that sign requests and keep their secrets to themselves.

Facts: netsuite-protocol.md 2.1, 2.2.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
import time
from dataclasses import dataclass, field
from typing import NoReturn

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256
from requests_oauthlib import OAuth1

from .errors import ConfigurationError

ALGORITHM = "HMAC-SHA256"
# When they are told to log everything, they log keys and what is signed.
for name in ("oauthlib", "requests_oauthlib"):
    logging.getLogger(name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Passport:
    """Proof of identity for one request, never for two [2.1]; its text shows no key."""

    account: str
    consumer_key: str = field(repr=False)
    token: str = field(repr=False)
    nonce: str
    timestamp: int  # seconds since 1970, UTC
    signature: str = field(repr=False)
    algorithm: str = ALGORITHM


class TokenCredentials:
    """Token-based authentication: the two keys of an integration, the two of an access token.

    :raises ConfigurationError: one of the four is missing, or has blanks inside
    """

    __slots__ = ("_consumer_key", "_consumer_secret", "_token_id", "_token_secret")

    def __init__(
        self, consumer_key: str, consumer_secret: str, token_id: str, token_secret: str
    ) -> None:
        self._consumer_key = checked("consumer key", consumer_key)
        self._consumer_secret = checked("consumer secret", consumer_secret)
        self._token_id = checked("token ID", token_id)
        self._token_secret = checked("token secret", token_secret)

    def passport(self, account_id: str, nonce: str = "", timestamp: int = 0) -> Passport:
        """Sign now. Nonce and time stamp (seconds) are fresh unless a test gives them."""
        nonce = nonce or secrets.token_hex(10)
        timestamp = timestamp or int(time.time())
        base = "&".join((account_id, self._consumer_key, self._token_id, nonce, str(timestamp)))
        key = f"{self._consumer_secret}&{self._token_secret}"
        digest = hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()
        return Passport(
            account_id,
            self._consumer_key,
            self._token_id,
            nonce,
            timestamp,
            base64.b64encode(digest).decode(),
        )

    def oauth1(self, realm: str) -> OAuth1:
        """What signs the requests of REST, each anew [2.2]."""
        return OAuth1(
            self._consumer_key,
            client_secret=self._consumer_secret,
            resource_owner_key=self._token_id,
            resource_owner_secret=self._token_secret,
            signature_method=SIGNATURE_HMAC_SHA256,
            signature_type="AUTH_HEADER",
            realm=realm,
        )

    @property
    def fingerprint(self) -> str:
        """Tells logins apart without telling what they are."""
        return fingerprint(self._consumer_key, self._token_id)

    def __repr__(self) -> str:
        return "<TokenCredentials>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Credentials are not stored: they hold secrets.")


def fingerprint(*names: str) -> str:
    """A short text that is the same for the same names and tells none of them."""
    return hashlib.sha256("\0".join(names).encode()).hexdigest()[:16]


def checked(name: str, value: str) -> str:
    """A key as it was entered, without blanks around it.

    :raises ConfigurationError: it is missing, or none that NetSuite gives out
    """
    value = (value or "").strip()
    if not value:
        raise ConfigurationError(f"The {name} is missing.")
    if not (value.isascii() and value.isprintable() and " " not in value):
        raise ConfigurationError(f"The {name} has characters in it that no NetSuite key has.")
    return value
