"""What follows from an order and its fulfilments and invoices: open quantities and the status."""

from decimal import Decimal

from .account import SHIP_STATUSES, ZERO, SalesOrder
from .refusal import check_unlocked

# Letter, and name of the search filter, of each status of an order [4.6].
ORDER_STATUSES = {
    "A": "PendingApproval",
    "B": "PendingFulfillment",
    "C": "Cancelled",
    "D": "PartiallyFulfilled",
    "E": "PendingBillingPartiallyFulfilled",
    "F": "PendingBilling",
    "G": "Billed",
    "H": "Closed",
}
# Orders in these can be fulfilled [4.6].
SHIPPABLE = ("B", "D", "E")


def update(books, internal_id, changes):
    """Change body fields of an order over an interface; lines are never changed so.

    :param changes: memo, ship_date, ship_method, custom; None: leave
    """
    order = books.orders[internal_id]
    check_unlocked(order)
    books.edit_order(
        internal_id, **{name: value for name, value in changes.items() if value is not None}
    )
    return order


def on_fulfillments(books, order, line, stages=SHIP_STATUSES, but=None):
    """Quantity of a line on fulfilments in these stages, without the fulfilment ``but``."""
    return sum(
        (
            one.quantity
            for fulfillment in books.fulfillments_of(order.id)
            if fulfillment is not but and fulfillment.ship_status in stages
            for one in fulfillment.lines
            if one.order_line == line.line
        ),
        ZERO,
    )


def shipped(books, order, line):
    return on_fulfillments(books, order, line, ("shipped",))


def remaining(books, order, line, but=None):
    """What can still go on a fulfilment: ordered less what is on any, whatever its stage."""
    return max(ZERO, (line.quantity or ZERO) - on_fulfillments(books, order, line, but=but))


def billed(books, order, line):
    return sum(
        (
            one.quantity or ZERO
            for invoice in books.invoices_of(order.id)
            if invoice.state not in ("voided", "rejected")
            for one in invoice.lines
            if one.order_line == line.line
        ),
        ZERO,
    )


def committed(books, order, line):
    """What stock is reserved for: all that is open but the part that is backordered."""
    return max(ZERO, remaining(books, order, line) - line.backordered)


def is_goods(books, line):
    """Does the line wait for a fulfilment? Also drop-ship ones and fulfillable services."""
    return books.items[line.item].fulfillable and (line.quantity or ZERO) > 0


def order_status(books, order: SalesOrder) -> str:
    """The status letter, computed: Pending Billing only when all lines are *shipped* [7.4]."""
    if order.cancelled:
        return "C"
    if order.closed or (order.lines and all(line.closed for line in order.lines)):
        return "H"
    if not order.approved:
        return "A"
    goods = [line for line in order.lines if is_goods(books, line)]
    sent = {line.line: shipped(books, order, line) for line in goods}
    waiting = [one for one in goods if not one.closed and sent[one.line] < one.quantity]
    if waiting:
        if not any(sent.values()):
            return "B"
        part_billed = any(billed(books, order, line) for line in goods)
        always = books.settings.unverified.partly_shipped_is_pending_billing
        return "E" if part_billed or always else "D"
    return "G" if _fully_billed(books, order, goods, sent) else "F"


def _fully_billed(books, order, goods, sent):
    if not goods:
        return bool(books.invoices_of(order.id))
    return all(billed(books, order, line) >= min(line.quantity, sent[line.line]) for line in goods)


def unit_rate(books, line) -> Decimal:
    """Base units in one unit of the line."""
    item = books.items[line.item]
    units = books.units_types[item.units_type].units if item.units_type else []
    return next((unit.rate for unit in units if unit.id == line.unit), Decimal(1))
