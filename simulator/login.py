"""Token-based authentication and the lock after failed logins [2.1, 2.2]."""

import base64
import hashlib
import hmac
import re
import threading
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from . import demo
from .permissions import FULL, LOG_IN_WITH_TOKENS, USER_ACCESS_TOKENS
from .refusal import Rejection

TOLERANCE = timedelta(minutes=5)
ALLOWED_FAILURES = 5
LOCKED_FOR = timedelta(minutes=30)
NONCE = re.compile(r"[A-Za-z0-9]{6,64}")


@dataclass
class Token:
    """An access token with its integration: what a person enters in the connector."""

    consumer_key: str = demo.CONSUMER_KEY
    consumer_secret: str = demo.CONSUMER_SECRET
    token_id: str = demo.TOKEN_ID
    token_secret: str = demo.TOKEN_SECRET
    role: str = "soap"
    user: str = "odoo"
    blocked: bool = False


@dataclass
class Passport:
    """What a caller shows: ``algorithm`` as sent, ``timestamp`` in seconds since 1970."""

    account: str
    consumer_key: str
    token: str
    nonce: str
    timestamp: int
    signature: str
    algorithm: str


class Login:
    """Checks passports. Each failure has the detail code of NetSuite's Login Audit Trail [2.2]."""

    def __init__(self, books):
        self._books = books
        self._lock = threading.Lock()
        self.reset()

    def reset(self):
        """Forget nonces, failures and locks; only the demo tokens are valid."""
        rest = {"token_id": demo.REST_TOKEN_ID, "token_secret": demo.REST_TOKEN_SECRET}
        with self._lock:
            self.tokens = {demo.TOKEN_ID: Token(), demo.REST_TOKEN_ID: Token(**rest, role="rest")}
            self._nonces = {}
            self._failures = defaultdict(list)
            self.audit = []

    def add(self, token):
        """Enter an access token, in place of an earlier one with the same id."""
        with self._lock:
            self.tokens[token.token_id] = token

    def revoke(self, token_id=None):
        """Take a token away, or all of them, as a sandbox refresh does [2.2]."""
        with self._lock:
            for key in [token_id] if token_id else list(self.tokens):
                self.tokens.pop(key, None)

    def unlock(self):
        """Forget the failed logins."""
        with self._lock:
            self._failures.clear()

    def check(self, passport, base=None):
        """Let a caller in.

        :param base: what is signed; by default the base string of a SOAP passport [2.1]
        :raises Rejection: invalidCredentialsFault, or maintenance while locked [3.5]
        """
        with self._lock:
            now = self._books.clock.now()
            user = self._user(passport.token)
            minutes = self._locked_for(user, now)
            if minutes:
                raise self._locked(minutes)
            detail = self._wrong(passport, now, base or soap_base(passport))
            if detail:
                self.audit.append({"time": now.isoformat(), "detail": detail})
                self._failures[user].append(now)
                raise Rejection(
                    "INVALID_LOGIN_CREDENTIALS",
                    "Invalid login attempt. For more details, see the Login Audit Trail in the "
                    "NetSuite UI at Setup > Users/Roles > View Login Audit Trail.",
                    "invalidCredentialsFault",
                )
            self._failures.pop(user, None)
            self._books.act_as(self.tokens[passport.token].role)

    def _user(self, token_id):
        """Whose logins count together; an unknown token is nobody's but its own."""
        token = self.tokens.get(token_id)
        return token.user if token else token_id

    def _locked_for(self, user, now):
        """Minutes until the user can log in again: five failures lock for thirty [2.2]."""
        failures = self._failures.get(user, ())
        if len(failures) < ALLOWED_FAILURES:
            return 0
        left = failures[ALLOWED_FAILURES - 1] + LOCKED_FOR - now
        if left <= timedelta():
            del self._failures[user]
            return 0
        return int(left.total_seconds() // 60) + 1

    def _locked(self, minutes):
        self.audit.append({"detail": "temporary_locked"})
        code = "ACCT_TEMP_UNAVAILABLE"
        if not self._books.settings.unverified.locked_login_is_maintenance:
            code = "INVALID_LOGIN_CREDENTIALS"
        return Rejection(
            code,
            f"Your account is disabled for {minutes} more minutes due to {ALLOWED_FAILURES} "
            "consecutive failed login attempts.",
            "invalidCredentialsFault",
        )

    def _wrong(self, passport, now, base):
        """The audit trail's detail code, or "" when all is right."""
        token = self.tokens.get(passport.token)
        features = self._books.settings.features
        if not features.token_based_authentication:
            return "FeatureDisabled"
        if passport.account != self._books.account_id:
            return "account_unknown"
        if passport.consumer_key not in {one.consumer_key for one in self.tokens.values()}:
            return "consumer_key_unknown"
        if not token or token.consumer_key != passport.consumer_key:
            return "token_rejected"
        if token.blocked:
            return "consumer_key_refused"
        if passport.algorithm not in ("HMAC-SHA256", "HMAC_SHA256"):
            return "UnknownAlgorithm"
        if abs(now.timestamp() - passport.timestamp) > TOLERANCE.total_seconds():
            return "InvalidTimestamp"
        if not NONCE.fullmatch(passport.nonce):
            return "InvalidNonce"
        if not hmac.compare_digest(sign(base, token), passport.signature):
            return "InvalidSignature"
        if not self._first_use(passport, now):
            return "NonceUsed"
        role = self._books.roles[token.role]
        if not role.may(USER_ACCESS_TOKENS, FULL) and not role.may(LOG_IN_WITH_TOKENS):
            return "permission_denied"
        return ""

    def _first_use(self, passport, now):
        """A nonce is good once; old ones are forgotten when their time stamp is too old anyway."""
        oldest = now.timestamp() - 2 * TOLERANCE.total_seconds()
        if len(self._nonces) > 10000:
            self._nonces = {key: when for key, when in self._nonces.items() if when > oldest}
        key = passport.token, passport.nonce
        if key in self._nonces:
            return False
        self._nonces[key] = passport.timestamp
        return True


def soap_base(passport):
    """The base string of a token passport: five values, no percent-encoding [2.1]."""
    return "&".join(
        (
            passport.account,
            passport.consumer_key,
            passport.token,
            passport.nonce,
            str(passport.timestamp),
        )
    )


def sign(base, token):
    """HMAC-SHA256 with both secrets, base64 [2.1]."""
    key = f"{token.consumer_secret}&{token.token_secret}"
    digest = hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
