"""Searches: what they ask for, how they are split, and where their pages stand.

Facts: netsuite-protocol.md 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from ..errors import SearchExpired
from ..records import ITEM_FULFILLMENT, Query
from .dates import span
from .statuses import SOAP_TYPES

Make = Callable[..., Any]
#: Most values of a multi-select filter [3.3].
MOST_VALUES = 1000
_COLUMNS = ("internalId", "lastModifiedDate", "status", "tranId")


# -- cursors ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a search goes on: which of its parts, which page of it, under which id."""

    part: int = 0
    page: int = 1
    page_size: int = 0  # NetSuite wants the size of the first page again [4.4]
    search_id: str = ""

    def __str__(self) -> str:
        return f"{self.part}|{self.page}|{self.page_size}|{self.search_id}"

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """The cursor that ``str`` has written.

        :raises SearchExpired: it is none of ours, or one of another version
        """
        try:
            part, page, page_size, search_id = text.split("|", 3)
            return cls(int(part), int(page), int(page_size), search_id)
        except ValueError as error:
            raise SearchExpired("The search cannot be continued from here.") from error


def parts(query: Query) -> list[Query]:
    """The searches that a query takes, in order; most take one.

    A text filter knows no "or", so each document number is a search of its own; long lists of ids
    are cut to what a filter takes.
    """
    if query.tran_ids:
        return [replace(query, tran_ids=(number,)) for number in dict.fromkeys(query.tran_ids)]
    if len(query.internal_ids) > MOST_VALUES:
        return [replace(query, internal_ids=tuple(some)) for some in portions(query.internal_ids)]
    if len(query.created_from) > MOST_VALUES:
        return [replace(query, created_from=tuple(some)) for some in portions(query.created_from)]
    return [query]


def portions(values: Sequence[str]) -> Iterable[Sequence[str]]:
    """The values in portions that a filter takes."""
    for start in range(0, len(values), MOST_VALUES):
        yield values[start : start + MOST_VALUES]


# -- what is asked -----------------------------------------------------------------------------


def transactions(make: Make, query: Query) -> Any:
    """The search for one part of a query: rows with our columns, one per document."""
    columns = (*_COLUMNS, "tranDate") if query.date_from or query.date_to else _COLUMNS
    return make(
        "sales:TransactionSearchAdvanced",
        savedSearchId=query.saved_search or None,
        criteria={"basic": _criteria(query)},
        columns={"basic": {name: [{}] for name in columns}},
    )


def fulfillments(make: Make, order_ids: Sequence[str]) -> Any:
    """The search for all fulfilments of these orders, as whole records."""
    query = Query(ITEM_FULFILLMENT, created_from=tuple(order_ids))
    return make("sales:TransactionSearch", basic=_criteria(query))


def items(make: Make, internal_ids: Sequence[str]) -> Any:
    """The search for these items, as whole records of their own types."""
    return make("common:ItemSearchBasic", internalId=_any_of(internal_ids))


def inventory_numbers(make: Make, item_id: str, number: str | None) -> Any:
    """The search for one lot or serial of an item, or for all of them."""
    return make(
        "common:InventoryNumberSearchBasic",
        item=_any_of([item_id]),
        inventoryNumber=_exactly(number) if number else None,
    )


def deletions(make: Make, type: str, since: datetime) -> Any:
    """What was deleted of a type of transactions since a time (UTC)."""
    return make(
        "core:GetDeletedFilter",
        deletedDate={"searchValue": since, "operator": "onOrAfter"},
        type={"searchValue": [SOAP_TYPES[type]], "operator": "anyOf"},
    )


def _criteria(query: Query) -> dict[str, Any]:
    return {
        "type": {"searchValue": [f"_{SOAP_TYPES[query.type]}"], "operator": "anyOf"},
        # One hit per document instead of one per line [4.1].
        "mainLine": {"searchValue": True},
        "status": _status(query),
        "lastModifiedDate": _within(query.modified_from, query.modified_to),
        "tranDate": _days(query.date_from, query.date_to),
        "internalId": _any_of(query.internal_ids),
        "tranId": _exactly(query.tran_ids[0]) if query.tran_ids else None,
        "createdFrom": _any_of(query.created_from),
        "location": _any_of(query.locations),
        "subsidiary": _any_of(query.subsidiaries),
        "class": _any_of(query.classes),
        "department": _any_of(query.departments),
    }


def _status(query: Query) -> dict[str, Any] | None:
    if not query.statuses:
        return None
    operator = "noneOf" if query.other_statuses else "anyOf"
    return {"searchValue": list(query.statuses), "operator": operator}


def _within(start: datetime | None, stop: datetime | None) -> dict[str, Any] | None:
    if start and stop:
        return {"searchValue": start, "searchValue2": stop, "operator": "within"}
    if start or stop:
        return {"searchValue": start or stop, "operator": "onOrAfter" if start else "onOrBefore"}
    return None


def _days(first: date | None, last: date | None) -> dict[str, Any] | None:
    start = span(first, first)[0] if first else None
    stop = span(last, last)[1] if last else None
    return _within(start, stop)


def _any_of(internal_ids: Sequence[str]) -> dict[str, Any] | None:
    if not internal_ids:
        return None
    return {
        "searchValue": [{"internalId": internal_id} for internal_id in internal_ids],
        "operator": "anyOf",
    }


def _exactly(value: str) -> dict[str, Any]:
    return {"searchValue": value, "operator": "is"}
