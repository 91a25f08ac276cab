"""Invoices: from an order or stand-alone, and what may be changed on them [5.5, 7.8]."""

from .account import INVOICE, Invoice, InvoiceLine
from .ordering import billed, shipped
from .refusal import check_unlocked, missing, read_only


def invoice_order(books, order, fulfillment=None):
    """Bill what is shipped and not billed yet; with ``fulfillment`` only its lines."""
    lines = []
    for line in order.lines:
        if books.items[line.item].fulfillable:
            quantity = shipped(books, order, line) - billed(books, order, line)
        else:
            quantity = (line.quantity or 0) - billed(books, order, line)
        if quantity > 0 and (not fulfillment or _is_on(fulfillment, line)):
            lines.append(
                InvoiceLine(
                    line=len(lines) + 1,
                    item=line.item,
                    quantity=quantity,
                    order_line=line.line,
                    description=line.description,
                    unit=line.unit,
                    rate=line.rate,
                    location=line.location,
                )
            )
    now = books.now()
    order.modified = now
    return books.keep(
        Invoice(
            id=books.next_id(),
            tran_id=books.next_number("INV"),
            entity=order.entity,
            tran_date=books.today(),
            created=now,
            modified=now,
            memo=order.memo,
            location=order.location,
            subsidiary=order.subsidiary,
            ship_method=order.ship_method,
            sales_rep=order.sales_rep,
            terms=order.terms,
            fob=order.fob,
            address=order.address,
            created_from=order.id,
            custom=dict(order.custom),
            other_ref_num=order.other_ref_num,
            email=order.email,
            lines=lines,
        )
    )


def _is_on(fulfillment, line):
    return any(one.order_line == line.line for one in fulfillment.lines)


def update(books, internal_id, changes):
    """Change body fields of an invoice; lines are never changed here [7.8].

    :param changes: memo, tracking_numbers, ship_date, ship_method, custom; None: leave
    """
    invoice = books.invoices.get(internal_id)
    if not invoice or not books.role.sees(invoice):
        raise missing(INVOICE, internal_id)
    check_unlocked(invoice)
    changes = {name: value for name, value in changes.items() if value is not None}
    if "tracking_numbers" in changes and not books.settings.unverified.invoice_tracking_writable:
        raise read_only("trackingnumbers")
    invoice.custom |= changes.pop("custom", {})
    for name, value in changes.items():
        setattr(invoice, name, value)
    invoice.modified = books.now()
    return invoice
