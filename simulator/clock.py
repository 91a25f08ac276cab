"""The account's clock and its time zones [8]."""

import re
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc
PACIFIC = ZoneInfo("America/Los_Angeles")


class Clock:
    """NetSuite's clock: the machine's with an offset, or standing still."""

    def __init__(self):
        self.reset()

    def reset(self):
        """Go by the machine again."""
        self.offset = timedelta()
        self.frozen = None

    def now(self):
        """The time in UTC."""
        return self.frozen or datetime.now(UTC) + self.offset

    def set(self, moment):
        """Run on from this moment (aware datetime)."""
        self.frozen, self.offset = None, moment - datetime.now(UTC)

    def freeze(self, moment):
        """Stand still at this moment; None runs on from where it stands."""
        if moment is None and self.frozen:
            self.set(self.frozen)
        self.frozen = moment

    def advance(self, **delta):
        """Move on: ``advance(minutes=20)``."""
        if self.frozen:
            self.frozen += timedelta(**delta)
        else:
            self.offset += timedelta(**delta)


def midnight(day, zone):
    """A date as SOAP gives it: midnight in the user's zone, expressed in Pacific time [8]."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(PACIFIC)


def as_date(moment, zone):
    """The date that NetSuite stores for an instant; without zone it is Pacific [8]."""
    return aware(moment).astimezone(ZoneInfo(zone)).date()


def aware(moment):
    """A date-time without zone is Pacific [4.5]."""
    return moment if moment.tzinfo else moment.replace(tzinfo=PACIFIC)


def parse(text):
    """An xsd:dateTime, aware.

    :raises ValueError: for anything else
    """
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?", text)
    if not found:
        raise ValueError(f"{text!r} is no date-time")
    fraction = (found[2] or ".0")[1:7].ljust(6, "0")
    zone = (found[3] or "").replace("Z", "+00:00")
    return aware(datetime.fromisoformat(f"{found[1]}.{fraction}{zone}"))
