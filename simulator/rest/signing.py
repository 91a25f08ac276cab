"""OAuth 1.0a headers: what is signed, rebuilt from the request as it came [2.2]."""

import re
from urllib.parse import parse_qsl, quote, unquote

from ..login import Passport

_PARAMETER = re.compile(r'\s*([A-Za-z_0-9]+)="([^"]*)"\s*')
_TIMESTAMP = re.compile("[0-9]{1,12}")
_REQUIRED = (
    "realm",
    "oauth_consumer_key",
    "oauth_token",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_signature_method",
    "oauth_signature",
)


class Malformed(Exception):
    """The header is none that NetSuite would read."""


def read(call):
    """The passport that a request shows, and the base string that it should have signed.

    :raises Malformed: for a header that is incomplete or says something twice
    """
    fields = _fields(call.headers.get("Authorization", ""))
    missing = [name for name in _REQUIRED if not fields.get(name)]
    if missing or fields.get("oauth_version", "1.0") != "1.0":
        raise Malformed(f"missing: {', '.join(missing)}")
    if not _TIMESTAMP.fullmatch(fields["oauth_timestamp"]):
        raise Malformed("oauth_timestamp")
    if "oauth_signature=" in call.query:
        raise Malformed("header only")
    passport = Passport(
        account=fields["realm"],
        consumer_key=fields["oauth_consumer_key"],
        token=fields["oauth_token"],
        nonce=fields["oauth_nonce"],
        timestamp=int(fields["oauth_timestamp"]),
        signature=fields["oauth_signature"],
        algorithm=fields["oauth_signature_method"],
    )
    return passport, base_string(call, fields)


def _fields(header):
    scheme, _, rest = header.partition(" ")
    found = {}
    for part in rest.split(","):
        match = _PARAMETER.fullmatch(part)
        if scheme != "OAuth" or not match or match[1] in found:
            raise Malformed(part)
        found[match[1]] = unquote(match[2])
    return found


def base_string(call, fields):
    """Method, address and sorted parameters, query included; realm and JSON body are not [2.2]."""
    parameters = [
        (name, value)
        for name, value in fields.items()
        if name.startswith("oauth_") and name != "oauth_signature"
    ]
    parameters += parse_qsl(call.query, keep_blank_values=True)
    encoded = sorted((_encode(name), _encode(value)) for name, value in parameters)
    text = "&".join(f"{name}={value}" for name, value in encoded)
    host = call.headers.get("Host", "").lower().removesuffix(":80")
    return "&".join((call.method, _encode(f"http://{host}{call.path}"), _encode(text)))


def _encode(text):
    return quote(text, safe="~")
