"""Times of SuiteQL's rows in UTC.

SuiteQL has times in a zone that nobody could verify; an account may tell them in UTC too [6.3].
Where it does not, the zone is measured once: the record API gives the same time of the same record
in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import ConfigurationError, PermissionMissing, Refused
from .learnt import Learnt
from .service import Service
from .statuses import RECORDS
from .values import Fields, moment, parse_moment, text

_FACT = "clock"
# Offsets of zones are multiples of this.
_STEP = timedelta(minutes=15)


class Clock:
    """Knows what a row's times mean.

    :param timezone: name of the user's time zone; taken where the measured time does not belie it
    """

    def __init__(self, service: Service, learnt: Learnt, timezone: str | None) -> None:
        self._service = service
        self._learnt = learnt
        self._zone = _zone(timezone)

    def modified(self, type: str, row: Fields) -> datetime | None:
        """When the document of a row was last changed (UTC), or None where nobody can tell."""
        if text(row, "modified_utc"):
            return moment(row, "modified_utc")
        written = text(row, "modified")
        if not written:
            return None
        local = parse_moment(written).replace(tzinfo=None)
        offset: Any = self._learnt.get(_FACT, "offset")
        if offset is None:
            offset = self._measured(type, text(row, "id"), local)
            self._learnt.put(_FACT, "offset", offset)
        if offset == "unknown":
            return local.replace(tzinfo=self._zone).astimezone(UTC) if self._zone else None
        return self._utc(local, timedelta(seconds=offset))

    def _utc(self, local: datetime, offset: timedelta) -> datetime:
        if self._zone:
            in_zone = local.replace(tzinfo=self._zone)
            if abs((in_zone.utcoffset() or timedelta()) - offset) <= timedelta(hours=1):
                return in_zone.astimezone(UTC)  # another hour is summer's
        return (local - offset).replace(tzinfo=UTC)

    def _measured(self, type: str, internal_id: str, local: datetime) -> float | str:
        """Seconds by which rows are ahead of UTC, or "unknown"."""
        try:
            record = self._service.record(RECORDS[type], internal_id, ["lastModifiedDate"])
        except (Refused, PermissionMissing):
            return "unknown"
        changed = moment(record, "lastModifiedDate")
        if changed is None:
            return "unknown"
        return (round((local - changed.replace(tzinfo=None)) / _STEP) * _STEP).total_seconds()


def _zone(name: str | None) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigurationError(f"There is no time zone {name!r}.") from error
