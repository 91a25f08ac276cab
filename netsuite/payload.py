"""A record as plain JSON data and back, so that a document can be stored and built again.

Fields that hold their default are left out: most lines of an order use few of their fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from . import records
from .errors import StoredOtherwise

R = TypeVar("R")

# Fields that hold records themselves; everything else is plain, a time or custom fields.
_NESTED: dict[str, type] = {
    "item": records.Ref,
    "unit": records.Ref,
    "location": records.Ref,
    "entity": records.Ref,
    "created_from": records.Ref,
    "subsidiary": records.Ref,
    "department": records.Ref,
    "class_": records.Ref,
    "sales_rep": records.Ref,
    "terms": records.Ref,
    "currency": records.Ref,
    "ship_method": records.Ref,
    "stock_unit": records.Ref,
    "units_type": records.Ref,
    "number": records.Ref,
    "bin": records.Ref,
    "address": records.Address,
}
_NESTED_LISTS: dict[tuple[type, str], type] = {
    (records.Transaction, "lines"): records.Line,
    (records.Transaction, "ship_groups"): records.ShipGroup,
    (records.Proposal, "lines"): records.Line,
    (records.Fulfillment, "lines"): records.FulfillmentLine,
    (records.Fulfillment, "packages"): records.Package,
    (records.FulfillmentLine, "assignments"): records.Assignment,
    (records.Item, "members"): records.Member,
}
_DAYS = ("tran_date", "ship_date", "due_date", "expected_ship_date")
_TIMES: dict[str, type[date]] = {"last_modified": datetime, **dict.fromkeys(_DAYS, date)}


def to_json(record: Any) -> dict[str, Any]:
    """The record as JSON data, without the fields that hold their default."""
    data = {}
    for name, default in _defaults(type(record)):  # type: ignore[arg-type]  # classes are hashable
        value = getattr(record, name)
        if value != default:
            data[name] = _plain(value)
    return data


def from_json(cls: type[R], data: Mapping[str, Any]) -> R:
    """The record of class ``cls`` that :func:`to_json` made ``data`` from.

    :raises StoredOtherwise: it did not, or another version's did
    """
    try:
        return _record(cls, data)
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise StoredOtherwise(
            f"What is stored of a NetSuite record cannot be read any more ({error}): press Read "
            "Again on the document, so that Odoo asks NetSuite anew."
        ) from error


def _record(cls: type[R], data: Mapping[str, Any]) -> R:
    return cls(**{name: _read(cls, name, value) for name, value in data.items()})


@cache
def _defaults(cls: type) -> tuple[tuple[str, Any], ...]:
    found = []
    for spec in fields(cls):
        default = spec.default
        if spec.default_factory is not MISSING:
            default = spec.default_factory()
        found.append((spec.name, default))
    return tuple(found)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return to_json(value)
    if isinstance(value, Mapping):
        return {key: _plain_custom(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def _plain_custom(value: Any) -> Any:
    # A custom value may be a time, or a text that looks like one: times and days are marked.
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else _plain(value)


def _read(cls: type, name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "custom_fields":
        return {key: _read_custom(item) for key, item in value.items()}
    if name in _NESTED:
        return _record(_NESTED[name], value)
    if (cls, name) in _NESTED_LISTS:
        return tuple(_record(_NESTED_LISTS[cls, name], item) for item in value)
    if name in _TIMES:
        return _TIMES[name].fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def _read_custom(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_read_custom(item) for item in value)
    if isinstance(value, dict):
        if "time" in value:
            return datetime.fromisoformat(value["time"])
        if "day" in value:
            return date.fromisoformat(value["day"])
        return _record(records.Ref, value)
    return value
