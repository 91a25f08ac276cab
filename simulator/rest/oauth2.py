"""OAuth 2.0 client credentials: certificates, assertions and bearer tokens [2.3]."""

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from .. import demo, permissions
from ..wire import Answer

PATH = "/services/rest/auth/oauth2/v1/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_ASSERTION = timedelta(hours=1)
LONGEST_CERTIFICATE = timedelta(days=2 * 365)
TOLERANCE = timedelta(minutes=5)
LIFETIME = timedelta(hours=1)
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_PSS = ("PS256", "PS384", "PS512")  # RSA certificates must sign with PSS


class Refused(Exception):
    """The token endpoint says no: ``code`` of OAuth 2.0, ``detail`` for the audit trail."""

    def __init__(self, code, detail):
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


@dataclass
class Certificate:
    """A mapping of the M2M set-up page: one for each integration and role."""

    id: str
    key: object
    algorithms: tuple[str, ...]
    client_id: str
    role: str
    starts: datetime
    expires: datetime


class Grants:
    """Certificates and the tokens given for them; threads may share it."""

    def __init__(self, books, login):
        self._books, self._login = books, login
        self._lock = threading.Lock()
        self.reset()

    def reset(self):
        """Forget all certificates and tokens."""
        self.certificates: dict[str, Certificate] = {}
        self._bearers: dict[str, tuple[str, datetime]] = {}

    # -- what an administrator does ----------------------------------------------------------

    def register(self, pem, role="oauth2", client_id=demo.OAUTH2_CLIENT_ID):
        """Enter a certificate; it takes the place of an earlier one for the same role.

        :raises ValueError: for a key or a certificate that NetSuite does not take
        """
        certificate = x509.load_pem_x509_certificate(pem.encode())
        starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if role not in self._books.roles:
            raise ValueError(f"no role {role!r}")
        made = Certificate(
            id=_fingerprint(pem),
            key=certificate.public_key(),
            algorithms=_algorithms(certificate.public_key()),
            client_id=client_id,
            role=role,
            starts=starts,
            expires=min(ends, starts + LONGEST_CERTIFICATE),  # longer is cut
        )
        with self._lock:
            kept = {
                key: one
                for key, one in self.certificates.items()
                if (one.client_id, one.role) != (client_id, role)
            }
            self.certificates = kept | {made.id: made}
        return made

    def revoke_certificates(self, certificate_id=None):
        """Take one certificate away, or all, as a sandbox refresh does."""
        with self._lock:
            for key in [certificate_id] if certificate_id else list(self.certificates):
                self.certificates.pop(key, None)

    def revoke_bearers(self):
        """Make all tokens given so far invalid."""
        with self._lock:
            self._bearers = {}

    # -- bearer tokens -----------------------------------------------------------------------

    def admit(self, bearer):
        """Act in the role of a bearer token; False when it is unknown or has expired."""
        with self._lock:
            role, expires = self._bearers.get(bearer, (None, None))
        if not role or expires <= self._books.clock.now():
            self._note("bearer_token_rejected")
            return False
        self._books.act_as(role)
        return self._books.role.may(permissions.LOG_IN_WITH_OAUTH2)

    # -- the token endpoint ------------------------------------------------------------------

    def answer(self, call):
        """Give a token for an assertion."""
        try:
            certificate = self._check(call)
        except Refused as refused:
            self._note(refused.detail)
            body = {"error": refused.code}
            return Answer(400, "application/json", _json(body), outcome=refused.code)
        now = self._books.clock.now()
        claims = {"sub": certificate.role, "exp": now + LIFETIME, "jti": secrets.token_hex(8)}
        token = jwt.encode(claims, secrets.token_hex(32), algorithm="HS256")
        with self._lock:
            self._bearers[token] = certificate.role, now + LIFETIME
        seconds = int(LIFETIME.total_seconds())
        text = self._books.settings.unverified.expires_in_is_text
        body = {
            "access_token": token,
            "expires_in": str(seconds) if text else seconds,
            "token_type": "Bearer",
        }
        return Answer(200, "application/json", _json(body), outcome="ok")

    def _note(self, detail):
        self._login.audit.append({"time": self._books.clock.now().isoformat(), "detail": detail})

    def _check(self, call):
        """The certificate of a good assertion.

        :raises Refused: with OAuth 2.0's code
        """
        if not self._books.settings.features.oauth2:
            raise Refused("invalid_request", "FeatureDisabled")
        if "application/x-www-form-urlencoded" not in call.headers.get("Content-Type", ""):
            raise Refused("invalid_request", "content_type")
        form = {name: values[-1] for name, values in parse_qs(call.body.decode("latin-1")).items()}
        if form.get("grant_type") != "client_credentials":
            raise Refused("unsupported_grant_type", "grant_type")
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise Refused("invalid_request", "client_assertion_type")
        assertion = form.get("client_assertion", "")
        certificate = self._certificate(assertion)
        claims = _claims(assertion, certificate)
        self._judge(claims, certificate, call)
        if not self._books.roles[certificate.role].may(permissions.LOG_IN_WITH_OAUTH2):
            raise Refused("invalid_grant", "permission_denied")
        return certificate

    def _certificate(self, assertion):
        try:
            header = jwt.get_unverified_header(assertion)
        except jwt.PyJWTError:
            raise Refused("invalid_grant", "assertion_malformed") from None
        certificate = self.certificates.get(header.get("kid", ""))
        if not certificate or header.get("typ", "JWT") != "JWT":
            raise Refused("invalid_grant", "certificate_unknown")
        if not certificate.starts <= self._books.clock.now() < certificate.expires:
            raise Refused("invalid_grant", "certificate_expired")
        if header.get("alg") not in certificate.algorithms:  # RS256 never is
            raise Refused("invalid_grant", "UnknownAlgorithm")
        return certificate

    def _judge(self, claims, certificate, call):
        """Times, client, audience and scope of an assertion."""
        now = self._books.clock.now().timestamp()
        issued, expires = claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int) or not isinstance(expires, int):
            raise Refused("invalid_grant", "assertion_times")
        if expires - issued >= LONGEST_ASSERTION.total_seconds():
            raise Refused("invalid_grant", "assertion_too_long")
        if expires <= now or issued > now + TOLERANCE.total_seconds():
            raise Refused("invalid_grant", "InvalidTimestamp")
        if claims.get("iss") != certificate.client_id:
            raise Refused("invalid_grant", "consumer_key_unknown")
        if claims.get("aud") not in self._audiences(call):
            raise Refused("invalid_grant", "audience")
        scope = claims.get("scope")
        scopes = scope if isinstance(scope, list) else str(scope).replace(",", " ").split()
        if "rest_webservices" not in scopes:
            raise Refused("invalid_grant", "scope")

    def _audiences(self, call):
        """The endpoint itself, by its own host or the account's; the docs use the RESTlet host."""
        slug = self._books.slug
        hosts = [f"https://{slug}.{kind}.api.netsuite.com" for kind in ("suitetalk", "restlets")]
        return [f"{host}{PATH}" for host in (*hosts, f"http://{call.headers.get('Host')}")]


def _claims(assertion, certificate):
    """The claims of an assertion with a good signature; times are judged by the account's clock."""
    options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
    try:
        return jwt.decode(
            assertion, certificate.key, algorithms=list(certificate.algorithms), options=options
        )
    except (jwt.PyJWTError, ValueError, TypeError):
        raise Refused("invalid_grant", "InvalidSignature") from None


def _algorithms(key):
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in (3072, 4096):
        return _PSS
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return (_CURVES[key.curve.name],)
    raise ValueError("NetSuite takes RSA keys of 3072 or 4096 bit and EC keys of 256, 384, 521 bit")


def _fingerprint(pem):
    """A certificate ID that looks like NetSuite's."""
    digest = hashlib.sha256(pem.strip().encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _json(value):
    return json.dumps(value).encode()
