"""What NetSuite would fulfil of an order, from the order's own lines instead of a preview.

A preview costs a request. For plain goods of which nothing is on a fulfilment yet, the lines say
the same; whatever might differ is left to NetSuite. Facts: netsuite-protocol.md 5.4, 7.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..records import SALES_ORDER, Proposal, Ref
from ..shippable import NEVER_SHIPPED, NO_GOODS
from . import rows as decode
from .measures import Measures
from .statuses import search_code
from .values import Fields, flag, key, row_ref, text

_OPEN = frozenset(
    (
        "_salesOrderPendingFulfillment",
        "_salesOrderPartiallyFulfilled",
        "_salesOrderPendingBillingPartiallyFulfilled",
    )
)


def ship_method(rows: Sequence[Fields]) -> Ref | None:
    """The shipping method of the order that these rows are lines of."""
    return row_ref(rows[0], "shipmethod") if rows else None


def is_open(rows: Sequence[Fields]) -> bool:
    """Is the order in a status in which it can be fulfilled?"""
    return bool(rows) and search_code(SALES_ORDER, text(rows[0], "status")) in _OPEN


def is_plain(rows: Sequence[Fields]) -> bool:
    """Do the rows of an order leave no doubt about what NetSuite would propose?"""
    return is_open(rows) and not any(
        row.get("fulfillment")
        or flag(row, "dropship")
        or decode.is_pickup(row)
        or text(row, "itemtype") in NO_GOODS
        for row in rows
    )


def from_lines(
    order_id: str,
    rows: Sequence[Fields],
    measures: Measures,
    done: Mapping[str, float],
    package_kind: str,
) -> Proposal:
    """The proposal that the lines of an order amount to.

    :param done: what is on fulfilments already, by line key
    """
    unique = {key(row, "id"): row for row in rows}
    lines = [
        decode.line(SALES_ORDER, row, measures, ()) for row in unique.values() if _fulfillable(row)
    ]
    remaining = [(line, line.quantity - done.get(line.key, 0.0)) for line in lines]
    return Proposal(
        order_id=order_id,
        lines=tuple(
            replace(line, quantity=left, quantity_remaining=left)
            for line, left in remaining
            if left > 0 and not line.closed
        ),
        package_kind=package_kind,
        ship_method=ship_method(rows),
    )


def _fulfillable(row: Fields) -> bool:
    return text(row, "itemtype") not in NEVER_SHIPPED and flag(row, "fulfillable", default=True)
