"""Dates without a time: what NetSuite's ``dateTime`` means by them.

NetSuite sends such a date as midnight *of the user's time zone*, told in Pacific time: the written
day is the day before for everybody east of the Pacific coast [facts 8].
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import ConfigurationError

# Midnight of a day falls between 13 hours before (UTC+13) and 10 hours after (UTC-10) midnight UTC
# of the same day; shifted by this, every such instant lies within its own day. That covers all
# inhabited zones but UTC+14 and UTC-11, and Pacific midnight itself.
_SHIFT = timedelta(hours=13)
# NetSuite's zones may be off by daylight saving [8].
_NEAR = timedelta(hours=2)


def user_zone(name: str | None) -> ZoneInfo | None:
    """The time zone of the NetSuite user by its name, such as "America/Chicago".

    :raises ConfigurationError: there is no such zone
    """
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigurationError(f"There is no time zone {name!r}.") from error


def day_of(instant: datetime, zone: ZoneInfo | None) -> date:
    """The date that an instant (UTC) stands for.

    With a ``zone``, the day whose midnight there the instant is, when it is near one. Otherwise the
    day is inferred from the instant alone, which needs no knowledge of the user's zone and is right
    too where NetSuite gives midnight Pacific time to everybody.

    :raises ValueError: the instant is at the end of all time
    """
    try:
        if zone:
            local = instant.astimezone(zone).replace(tzinfo=None)
            nearest = (local + timedelta(hours=12)).date()
            if abs(local - datetime.combine(nearest, time())) <= _NEAR:
                return nearest
        return (instant + _SHIFT).date()
    except OverflowError as error:
        raise ValueError(f"{instant} has no day") from error


def span(first: date, last: date) -> tuple[datetime, datetime]:
    """Instants (UTC) between which all documents of these days surely are, in any zone.

    Days before and after may be in it too: whether NetSuite compares instants or days of the user's
    zone is not known, so hits are to be checked by their own date.
    """
    start = datetime.combine(first, time(), UTC) - timedelta(hours=14)
    stop = datetime.combine(last, time(), UTC) + timedelta(hours=36)
    return start, stop
