"""What of a document is still to be shipped, line by line, and why the rest is not.

Facts: netsuite-protocol.md 5.3 to 5.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .records import (
    INVOICE,
    ITEM_FULFILLMENT,
    SALES_ORDER,
    Fulfillment,
    Item,
    Line,
    Member,
    Ref,
    ShipGroup,
    Transaction,
)

# Lines that structure or price a document and are never on a fulfilment [5.4].
NEVER_SHIPPED = frozenset(
    [
        "Description",
        "Discount",
        "Subtotal",
        "Markup",
        "Payment",
        "TaxItem",
        "TaxGroup",
        "ShipItem",
        "Group",
        "EndGroup",
        "Expense",
        "SubscriPlan",
    ]
)
# Work and fees: NetSuite may want them fulfilled, but there is nothing to pack.
NO_GOODS = frozenset(("Service", "OthCharge", "DwnLdItem"))

# Statuses in which nothing of a document is to be shipped, whatever its lines say [4.6].
BLOCKED = frozenset(
    (
        "_salesOrderPendingApproval",
        "_salesOrderCancelled",
        "_salesOrderClosed",
        "_invoicePendingApproval",
        "_invoiceRejected",
        "_invoiceVoided",
    )
)

DEEPEST_KIT = 5  # kits within kits: NetSuite allows no circle, but a bad answer must not hang us

# Why a line is left out.
CLOSED = "closed"
DROP_SHIP = "drop_ship"
STORE_PICKUP = "store_pickup"
NOT_GOODS = "not_goods"
NOT_FULFILLABLE = "not_fulfillable"
NO_GOODS_BUT_FULFILLABLE = "no_goods"
NOTHING_OPEN = "nothing_open"
NOT_COMMITTED = "not_committed"


@dataclass(frozen=True, slots=True)
class Shippable:
    """Goods to ship for a line.

    ``quantity`` is in the line's unit: of a kit's member it is the number of kits, and ``member``
    tells what one kit holds of it.
    """

    line: Line
    item: Item
    quantity: float
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that gives no goods to ship, with the reason."""

    line: Line
    reason: str


@dataclass(frozen=True, slots=True)
class Contents:
    """A document sorted into goods to ship, lines left out, and items that could not be read."""

    goods: tuple[Shippable, ...]
    left_out: tuple[LeftOut, ...]
    unknown: tuple[Ref, ...]


def contents(
    transaction: Transaction,
    items: Mapping[str, Item],
    *,
    on_fulfillments: Mapping[str, float] | None = None,
    open_on_order: Mapping[str, float] | None = None,
    committed_only: bool = False,
) -> Contents:
    """Sort the lines of ``transaction``.

    :param items: the item records of its lines and of their kits' members, by internal id
    :param on_fulfillments: of a sales order: quantity by line key that is on fulfilments already,
        whatever their stage (see :func:`fulfilled_quantities`); None trusts the order's own lines
    :param open_on_order: of an invoice made from a sales order: what that order has open, by its
        line keys (see :func:`open_quantities`); None for a stand-alone invoice
    :param committed_only: ship only what NetSuite has committed
    """
    open_on_order = None if open_on_order is None else dict(open_on_order)
    goods: list[Shippable] = []
    left_out: list[LeftOut] = []
    unknown: dict[str, Ref] = {}
    for line in transaction.lines:
        item = items.get(line.item.id) if line.item else None
        reason = _left_out_by_line(transaction, line)
        if item is None:
            if reason:
                left_out.append(LeftOut(line, reason))
            elif line.item:
                unknown[line.item.id] = line.item
            continue
        reason = reason or _left_out_by_item(item)
        quantity = 0.0
        if not reason:
            quantity = _open_quantity(transaction, line, on_fulfillments, open_on_order)
            reason = "" if quantity > 0 else NOTHING_OPEN
            if open_on_order is not None and quantity > 0:
                # Two lines of an invoice may bill one line of the order.
                open_on_order[report_key(transaction, line)] -= quantity
        if not reason and committed_only and line.quantity_committed is not None:
            quantity = min(quantity, line.quantity_committed)
            reason = "" if quantity > 0 else NOT_COMMITTED
        if reason:
            left_out.append(LeftOut(line, reason))
        elif item.type == "Kit":
            for member in _together(_members(item, items)):
                member_item = items.get(member.item.id)
                if member_item is None or member_item.type == "Kit":
                    unknown[member.item.id] = member.item
                elif member.quantity and not _left_out_by_item(member_item):
                    goods.append(Shippable(line, member_item, quantity, member))
        else:
            goods.append(Shippable(line, item, quantity))
    return Contents(tuple(goods), tuple(left_out), tuple(unknown.values()))


def _members(kit: Item, items: Mapping[str, Item], depth: int = 0) -> Iterable[Member]:
    """What one kit holds, the contents of kits in it included."""
    for member in kit.members:
        item = items.get(member.item.id)
        if item is None or item.type != "Kit" or depth == DEEPEST_KIT:
            yield member
        else:
            for inner in _members(item, items, depth + 1):
                yield replace(inner, quantity=inner.quantity * member.quantity)


def _together(members: Iterable[Member]) -> Iterable[Member]:
    """The same members, each item once: a kit and the kits in it may share one."""
    found: dict[tuple[str, str], Member] = {}
    for member in members:
        key = (member.item.id, member.unit.id if member.unit else "")
        before = found[key].quantity if key in found else 0.0
        found[key] = replace(member, quantity=before + member.quantity)
    return found.values()


def fulfilled_quantities(fulfillments: Iterable[Fulfillment]) -> dict[str, float]:
    """Quantity by order line that is on these fulfilments, in the line's unit."""
    quantities: dict[str, float] = {}
    for fulfillment in fulfillments:
        for line in fulfillment.lines:
            if line.receive and line.order_line and line.quantity:
                done = quantities.get(line.order_line, 0.0)
                quantities[line.order_line] = done + line.quantity
    return quantities


def told_by_lines(order: Transaction) -> dict[str, float]:
    """Quantity by line that is on fulfilments, as far as the order itself tells.

    Whether the later stages count in the earlier ones is not known: the largest is certain to be on
    fulfilments, and orders in progress are read together with their fulfilments.
    """
    return {
        line.key: max(
            stage or 0.0
            for stage in (line.quantity_fulfilled, line.quantity_picked, line.quantity_packed)
        )
        for line in order.lines
    }


def open_quantities(
    order: Transaction,
    on_fulfillments: Mapping[str, float] | None,
    *,
    committed_only: bool = False,
) -> dict[str, float]:
    """What the sales order has still open, by line key, in the line's unit.

    :param committed_only: only what NetSuite has committed
    """
    if order.status in BLOCKED:
        return {}
    quantities = {}
    for line in order.lines:
        if _left_out_by_line(order, line):
            continue
        quantity = _open_quantity(order, line, on_fulfillments, None)
        if committed_only and line.quantity_committed is not None:
            quantity = min(quantity, line.quantity_committed)
        quantities[line.key] = quantity
    return quantities


def ship_groups(transaction: Transaction, order: Transaction | None) -> tuple[ShipGroup, ...]:
    """The ship groups of a document with several shipping addresses; an invoice has its order's.

    Empty for a document with one address.
    """
    several = transaction.multi_ship_to or bool(order and order.multi_ship_to)
    if not several:
        return ()
    return transaction.ship_groups or (order.ship_groups if order else ()) or (ShipGroup(""),)


def report_key(transaction: Transaction, line: Line) -> str:
    """The key of the line under which its shipment is reported: the order's, where there is one."""
    if transaction.type == INVOICE and transaction.created_from and line.order_line:
        return line.order_line
    return line.key


def item_ids(transaction: Transaction) -> set[str]:
    """Internal ids of the items on the document."""
    return {line.item.id for line in transaction.lines if line.item}


def _left_out_by_line(transaction: Transaction, line: Line) -> str:
    if line.closed:
        return CLOSED
    if line.drop_ship:
        return DROP_SHIP
    if line.store_pickup:
        return STORE_PICKUP
    if line.item is None or line.item_type in NEVER_SHIPPED:
        return NOT_GOODS
    if transaction.type == ITEM_FULFILLMENT and not (line.receive and line.key):
        # Unticked, or a member of a kit: members follow from the kit's own line [5.4].
        return NOTHING_OPEN
    return ""


def _left_out_by_item(item: Item) -> str:
    if item.type in NEVER_SHIPPED:
        return NOT_GOODS
    if item.type in NO_GOODS:
        return NO_GOODS_BUT_FULFILLABLE if item.fulfillable else NOT_FULFILLABLE
    return "" if item.fulfillable else NOT_FULFILLABLE


def _open_quantity(
    transaction: Transaction,
    line: Line,
    on_fulfillments: Mapping[str, float] | None,
    open_on_order: Mapping[str, float] | None,
) -> float:
    if transaction.type == INVOICE and open_on_order is not None:
        return min(line.quantity, open_on_order.get(report_key(transaction, line), 0.0))
    if transaction.type != SALES_ORDER:
        return line.quantity
    if on_fulfillments is None:
        on_fulfillments = told_by_lines(transaction)
    return line.quantity - on_fulfillments.get(line.key, 0.0)
