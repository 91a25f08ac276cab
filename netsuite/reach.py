"""Is NetSuite there, and what is the time there?

A wrong clock makes every login fail, without NetSuite saying so [2.1]; each failed login counts
towards the user's lock. So it can be asked first, without logging in, and is looked at whenever a
login was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from .account import Account
from .errors import ClockWrong, LoginError, NetSuiteError
from .http import Session

#: Logins are refused beyond this difference of clocks [2.1].
MAX_SKEW = timedelta(minutes=5)


def clock_difference(account: Account, timeout: tuple[float, float]) -> timedelta | None:
    """How far this machine's clock is ahead of NetSuite's; None where NetSuite does not say.

    :raises ConnectionFailed: nobody answers at the account's address
    :raises ConnectionLost: somebody does, but not to the end
    """
    session = Session(timeout)
    try:
        with session.request("GET", f"{account.rest_url}/record/v1/", "reach") as answer:
            return ahead(answer.headers)
    finally:
        session.close()


def sent_at(headers: Mapping[str, str]) -> datetime | None:
    """When NetSuite sent an answer (UTC), or None where it does not say."""
    try:
        sent = parsedate_to_datetime(headers.get("Date", ""))
        return sent.replace(tzinfo=sent.tzinfo or UTC).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def ahead(headers: Mapping[str, str]) -> timedelta | None:
    """How far this machine's clock is ahead of the one that has just sent these headers."""
    sent = sent_at(headers)
    return datetime.now(UTC) - sent if sent else None


def with_clock(error: NetSuiteError, headers: Mapping[str, str]) -> NetSuiteError:
    """The error, which blames the clock where a login was refused and the clock is too far off."""
    difference = ahead(headers) or timedelta()
    if not isinstance(error, LoginError) or abs(difference) < MAX_SKEW:
        return error
    minutes = round(abs(difference).total_seconds() / 60)
    side = "ahead of" if difference > timedelta() else "behind"
    return ClockWrong(
        f"{error.message.rstrip('.')}. The clock of this server is {minutes} minutes {side} "
        "NetSuite's, which accepts 5: set it right.",
        error.code,
        error.operation,
    )
