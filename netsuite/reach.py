"""Is NetSuite there, and what is the time there? Asked without logging in.

A wrong clock makes every login fail, without NetSuite saying so [2.1]; each failed login counts
towards the user's lock. So this is asked first.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from .account import Account
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
            now = datetime.now(UTC)
            sent = answer.headers.get("Date", "")
    finally:
        session.close()
    try:
        there = parsedate_to_datetime(sent)
    except (TypeError, ValueError):
        return None
    return now - there.replace(tzinfo=there.tzinfo or UTC)
