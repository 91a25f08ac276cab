"""Values in SQLite: dates are marked texts, so that they compare, and show when they leave."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ...clock import UTC
from .. import dates

MARK = "\x01"
_STORED = "%Y-%m-%d %H:%M:%S"


class Times:
    """The user's time zone and date format; whether SuiteQL uses the zone is UNVERIFIED [6.3]."""

    def __init__(self, books):
        settings = books.settings
        self.format = settings.date_format
        self.zone = UTC if settings.unverified.dates_in_utc else ZoneInfo(settings.time_zone)
        self.now = books.now()

    def store(self, value):
        """A date or an aware date-time as it is stored."""
        if isinstance(value, datetime):
            return mark(value.astimezone(self.zone))
        return mark(datetime(value.year, value.month, value.day))

    def to_utc(self, stored):
        return mark(unmark(stored).replace(tzinfo=self.zone).astimezone(UTC))

    def show(self, stored):
        """A date as an answer has it: in the account's format, without time [6.3]."""
        return dates.write(unmark(stored), self.format)


def mark(when):
    return MARK + when.strftime(_STORED)


def unmark(stored):
    """The date-time of a stored date.

    :raises ValueError: when it is none
    """
    if not is_date(stored):
        raise ValueError(f"{stored!r} is no date")
    return datetime.strptime(stored[1:], _STORED)


def is_date(value):
    return isinstance(value, str) and value.startswith(MARK)


def plain(value):
    """A value as SQLite takes it: no text is nothing, as in Oracle."""
    if isinstance(value, bool):
        return "T" if value else "F"
    if value is None or value == "":
        return None
    return value if isinstance(value, int | float | str) else float(value)


def text(value, times):
    """A value as an answer has it: always a string [6.3]."""
    if is_date(value):
        return times.show(value)
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return str(value)
