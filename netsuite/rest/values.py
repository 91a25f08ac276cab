"""Single values out of JSON: of records, where numbers are numbers, and of SuiteQL's rows, where
everything is a text and what is empty is left out [facts 6.1, 6.3].

A value that is not what its name promises raises ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from ..records import Ref
from ..texts import storable

Fields = Mapping[str, Any]
#: How SuiteQL is asked to write times and days; without it they come in the account's format.
TIME_FORMAT = "YYYY-MM-DD HH24:MI:SS"
DAY_FORMAT = "YYYY-MM-DD"


def text(found: Fields, name: str) -> str:
    """The text of a field, or empty; numbers as JSON writes them."""
    value = found.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{name} is no text")
    return storable(str(value)).strip()


def flag(found: Fields, name: str, default: bool = False) -> bool:
    """A tick box: true and false, or the letters T and F."""
    value = found.get(name)
    if value is None or value == "":
        return default
    return value is True or value in ("T", "true")


def amount(found: Fields, name: str) -> float | None:
    """A finite number, or None when absent."""
    value = found.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{name} is no number")
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} is no number that can be")
    return number


def key(found: Fields, name: str) -> str:
    """A number that names something, such as a line: "3", never "3.0"."""
    value = found.get(name)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return text(found, name)


def day(found: Fields, name: str) -> date | None:
    """A plain date; a time after it is cut off [8]."""
    value = text(found, name)
    return date.fromisoformat(value[:10]) if value else None


def moment(found: Fields, name: str) -> datetime | None:
    """A time in UTC, which is also meant where no zone is written [8]."""
    value = text(found, name)
    return parse_moment(value) if value else None


def parse_moment(value: str) -> datetime:
    """The time (UTC) that a text says."""
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{value} is no time") from error


def ref(found: Fields, name: str) -> Ref | None:
    """A reference of a record: an object with ``id`` and ``refName``; or None."""
    return ref_of(found.get(name), name)


def ref_of(value: Any, name: str = "a reference") -> Ref | None:
    """The reference that a value is; a bare id is one too."""
    if value is None or value == "":
        return None
    if isinstance(value, Mapping):
        internal_id = key(value, "id")
        return Ref(internal_id, text(value, "refName")) if internal_id else None
    if isinstance(value, str | int) and not isinstance(value, bool):
        return Ref(storable(str(value)))
    raise ValueError(f"{name} is no reference")


def row_ref(row: Fields, name: str) -> Ref | None:
    """A reference of a row: the column holds the id, the column ``…_name`` the text."""
    internal_id = text(row, name)
    return Ref(internal_id, text(row, f"{name}_name")) if internal_id else None


def code(found: Fields, name: str) -> str:
    """The code of an enumeration, which is an object with ``id`` or, simplified, the code [6.1]."""
    value = ref(found, name)
    return value.id if value else ""


def items(found: Fields, name: str) -> list[Fields]:
    """The lines of a sublist."""
    value = found.get(name)
    lines = value.get("items") if isinstance(value, Mapping) else value
    if lines is None:
        return []
    if not isinstance(lines, list) or not all(isinstance(one, Mapping) for one in lines):
        raise ValueError(f"{name} is no list")
    return lines


def line_of(record: Fields, wanted: str) -> Fields:
    """The line of an order's or an invoice's record that has this key, or nothing."""
    return next((one for one in items(record, "item") if key(one, "line") == wanted), {})
