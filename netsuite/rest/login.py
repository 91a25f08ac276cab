"""How a request proves who sends it: signed with tokens, or with an access token of OAuth 2.0.

Facts: netsuite-protocol.md 2.2, 2.3.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from urllib.parse import urlencode

import requests
from requests.auth import AuthBase

from .. import errors
from ..account import Account
from ..credentials import TokenCredentials
from ..http import Session
from ..oauth2 import ClientCredentials
from ..reach import with_clock
from ..store import Store
from .answers import Reply, read, refusal
from .values import amount

#: Seconds before its end from which on a token is not used any more.
MARGIN = 300
#: Seconds that a token lives: always so, says NetSuite's documentation. Less is believed.
_USUAL = 3600.0
# What a header can carry, and no answer can fill a database with.
_TOKEN = re.compile(r"[!-~]{1,8000}")
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Login(ABC):
    """What makes the authorisation of each request."""

    @abstractmethod
    def auth(self) -> AuthBase:
        """For one request."""

    def renew(self) -> bool:
        """A request was refused: is it worth another try with a new authorisation?"""
        return False


class TokenLogin(Login):
    """Each request is signed with the keys of the integration and of the access token."""

    def __init__(self, credentials: TokenCredentials, account: Account) -> None:
        self._credentials = credentials
        self._realm = account.realm

    def auth(self) -> AuthBase:
        return self._credentials.oauth1(self._realm)


class BearerLogin(Login):
    """Requests carry an access token, which all that share the store use until its end is near."""

    def __init__(
        self, credentials: ClientCredentials, account: Account, session: Session, store: Store
    ) -> None:
        self._credentials = credentials
        self._session = session
        self._store = store
        self._url = f"{account.rest_url}/auth/oauth2/v1/token"
        self._key = f"netsuite-token:{account.realm}:{self._url}:{credentials.fingerprint}"
        self._is_fresh = False

    def auth(self) -> AuthBase:
        token = self._store.get(self._key)
        self._is_fresh = token is None
        if token is None:
            token, seconds = self._ask()
            self._store.put(self._key, token, max(0, seconds - MARGIN))
        return _Bearer(token)

    def renew(self) -> bool:
        """A token from the store may have been withdrawn since; a new one was not."""
        self._store.put(self._key, "", 0)
        return not self._is_fresh

    def _ask(self) -> tuple[str, float]:
        """A new token, and the seconds that it lives.

        :raises LoginError: NetSuite gives none
        """
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._credentials.assertion(self._url),
        }
        with self._session.request(
            "POST",
            self._url,
            "token",
            data=urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ) as answer:
            reply = read(answer, "token")
            error = _token_refusal(reply)
            answer.refused(error)
            if error:
                raise error
        return _token(reply)


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def __repr__(self) -> str:
        return "<Bearer>"


def _token(reply: Reply) -> tuple[str, float]:
    found = reply.json()
    token = found.get("access_token")
    try:
        seconds = amount(found, "expires_in") or _USUAL  # a number or a text [2.3]
    except ValueError:
        seconds = _USUAL
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise errors.MalformedAnswer("NetSuite's answer has no access token.", "", "token")
    return token, min(seconds, _USUAL)


def _token_refusal(reply: Reply) -> errors.NetSuiteError | None:
    """What the token endpoint says in OAuth's own words."""
    error = refusal(reply)
    if error is None or reply.status not in (400, 401, 403):
        return error
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        found = None
    found = found if isinstance(found, dict) else {}
    code, detail = (str(found.get(name) or "") for name in ("error", "error_description"))
    if not code and not isinstance(error, errors.LoginError):
        return error
    said = f"NetSuite gave no access token ({detail or code or error.message})."
    return with_clock(errors.LoginError(said, code or error.code, "token"), reply.headers)


def login_for(
    credentials: TokenCredentials | ClientCredentials,
    account: Account,
    session: Session,
    store: Store,
) -> Login:
    """The login that goes with these credentials."""
    if isinstance(credentials, TokenCredentials):
        return TokenLogin(credentials, account)
    return BearerLogin(credentials, account, session, store)
