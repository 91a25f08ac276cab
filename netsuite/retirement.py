"""When NetSuite ends what a connector may stand on. Facts: netsuite-protocol.md 1.3.

NetSuite plans by release, and upgrades accounts over months: the dates are the earliest on which an
account can have the release. It may change its plans: look at the sources before relying on them.
"""

from __future__ import annotations

from datetime import date

#: First day of the releases that end something.
RELEASES = {
    "2026.1": date(2026, 1, 15),
    "2026.2": date(2026, 8, 1),
    "2027.1": date(2027, 1, 15),
    "2027.2": date(2027, 8, 1),
    "2028.1": date(2028, 1, 15),
    "2028.2": date(2028, 8, 1),
}
#: The release with which SOAP ends, whatever the version of the endpoint.
SOAP_ENDS = "2028.2"
#: The release with which access tokens end for integrations that have them; a tentative plan.
TOKENS_END = "2028.1"
#: The release from which on no new integration can have SOAP or access tokens.
NO_NEW_ONES = "2027.1"
#: The release with which NetSuite no longer supports a version of the SOAP endpoint.
UNSUPPORTED = {
    "2025_2": SOAP_ENDS,
    "2025_1": "2027.2",
    "2024_2": "2027.2",
    "2024_1": "2027.1",
    "2023_2": "2026.2",
}


def months_left(release: str, today: date) -> int:
    """Whole months until a release may come; negative once it has."""
    day = RELEASES[release]
    return (day.year - today.year) * 12 + day.month - today.month - (day.day < today.day)
