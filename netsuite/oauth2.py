"""OAuth 2.0 client credentials: keys, certificates, and the signed assertion that asks for a token.

NetSuite calls it "machine to machine": the certificate is uploaded there, the private key stays
here, and no person logs in. REST only, never SOAP. Facts: netsuite-protocol.md 2.3.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import jwt
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from .credentials import checked, fingerprint
from .errors import ConfigurationError

#: What an assertion asks for.
SCOPE = "rest_webservices"
#: Seconds that an assertion is good for; NetSuite allows just under an hour.
LIFETIME = 300
#: Days that NetSuite lets a certificate live: two years, and not a day more.
MOST_DAYS = 729

_SIZES = (3072, 4096)
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key to keep, and the certificate to upload; both PEM."""

    private_key: str = field(repr=False)
    certificate: str
    expires: datetime  # UTC


def make_key_pair(
    name: str = "Odoo", kind: str = "EC", days: int = MOST_DAYS, start: datetime | None = None
) -> KeyPair:
    """Make a key pair.

    :param name: whose it is, shown on the certificate
    :param kind: "EC" (curve P-256) or "RSA" (3072 bits)
    :param days: how long the certificate is valid, 729 at most
    :param start: when that begins (UTC); now unless given
    """
    if not 1 <= days <= MOST_DAYS:
        raise ConfigurationError(f"A certificate is valid for 1 to {MOST_DAYS} days.")
    key: _Key
    if kind == "EC":
        key = ec.generate_private_key(ec.SECP256R1())
    elif kind == "RSA":
        key = rsa.generate_private_key(public_exponent=65537, key_size=_SIZES[0])
    else:
        raise ConfigurationError(f"There are keys of the kinds EC and RSA, not {kind!r}.")
    begin = (start or datetime.now(UTC)).replace(microsecond=0)
    end = begin + timedelta(days=days)
    owner = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64] or "Odoo")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(owner)
        .issuer_name(owner)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    return KeyPair(private.decode(), public.decode(), end)


def certificate_expiry(certificate: str) -> datetime:
    """When a certificate (PEM) ends (UTC).

    :raises ConfigurationError: it is none
    """
    return _certificate(certificate).not_valid_after_utc


class ClientCredentials:
    """What a program has instead of a password.

    :param client_id: the consumer key of the integration
    :param certificate_id: what NetSuite calls the uploaded certificate
    :param private_key: PEM, without a password
    :param certificate: PEM; where it is given, an expired one or one of another key is found here
    :raises ConfigurationError: something is missing, or the key is none that NetSuite takes
    """

    __slots__ = ("_algorithm", "_certificate", "_certificate_id", "_client_id", "_key")

    def __init__(
        self, client_id: str, certificate_id: str, private_key: str, certificate: str = ""
    ) -> None:
        self._client_id = checked("client ID (consumer key)", client_id)
        self._certificate_id = checked("certificate ID", certificate_id)
        self._key = _private_key(private_key)
        self._algorithm = _algorithm(self._key)
        self._certificate = _certificate(certificate) if certificate.strip() else None
        if self._certificate and self._certificate.public_key() != self._key.public_key():
            raise ConfigurationError(
                "The certificate does not belong to the private key: upload the certificate that "
                "was made with this key to NetSuite, and enter the ID that NetSuite gives it."
            )

    @property
    def fingerprint(self) -> str:
        """Tells logins apart without telling what they are."""
        return fingerprint(self._client_id, self._certificate_id)

    def assertion(self, audience: str, now: float | None = None) -> str:
        """A fresh signed assertion.

        :param audience: address of the token endpoint
        :param now: seconds since 1970; the present unless a test gives it
        :raises ConfigurationError: the certificate has expired, or is not valid yet
        """
        now = time.time() if now is None else now
        self._check_validity(datetime.fromtimestamp(now, UTC))
        claims = {
            "iss": self._client_id,
            "scope": [SCOPE],
            "aud": audience,
            "iat": int(now),
            "exp": int(now) + LIFETIME,
            "jti": secrets.token_hex(16),
        }
        return jwt.encode(
            claims,
            self._key,
            algorithm=self._algorithm,
            headers={"kid": self._certificate_id, "typ": "JWT"},
        )

    def _check_validity(self, now: datetime) -> None:
        if self._certificate is None:
            return
        end = self._certificate.not_valid_after_utc
        if now >= end:
            raise ConfigurationError(
                f"The certificate for NetSuite expired on {end:%Y-%m-%d}: make a new one and "
                "upload it under Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup."
            )
        start = self._certificate.not_valid_before_utc
        if now < start:
            raise ConfigurationError(
                f"The certificate for NetSuite is valid from {start:%Y-%m-%d %H:%M} UTC only: is "
                "this server's clock right?"
            )

    def __repr__(self) -> str:
        return "<ClientCredentials>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Credentials are not stored: they hold secrets.")


def _private_key(pem: str) -> _Key:
    if not (pem or "").strip():
        raise ConfigurationError("The private key is missing.")
    try:
        key = serialization.load_pem_private_key(pem.strip().encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigurationError(
            "The private key cannot be read: it is a text that begins with BEGIN PRIVATE KEY, "
            "and has no password."
        ) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ConfigurationError("NetSuite takes keys of the kinds RSA and EC only.")
    return key


def _algorithm(key: _Key) -> str:
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size not in _SIZES:
            raise ConfigurationError(
                f"NetSuite takes RSA keys of 3072 or 4096 bits; this one has {key.key_size}."
            )
        return "PS256"  # RSA certificates must sign with PSS
    if key.curve.name not in _CURVES:
        raise ConfigurationError(
            "NetSuite takes EC keys on the curves P-256, P-384 and P-521; this one is on "
            f"{key.curve.name}."
        )
    return _CURVES[key.curve.name]


def _certificate(pem: str) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(pem.strip().encode())
        certificate.public_key()  # is looked at only now
        certificate.not_valid_after_utc  # noqa: B018 (likewise)
        return certificate
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigurationError(
            "The certificate cannot be read: it is a text that begins with BEGIN CERTIFICATE."
        ) from error
