"""Lines of transactions as rows of SuiteQL's ``transactionline``, traps included [6.4]."""

from ...account import INVOICE, ITEM_FULFILLMENT, SALES_ORDER, ZERO
from ...ordering import billed, committed, is_goods, on_fulfillments, shipped
from ..records import item_type, line_number, units
from .common import custom, stock, visible

# Keys of lines that are no record's line: tax and shipping come after everything else.
_SHIPPING_LINE, _TAX_LINE = 100_001, 100_002


def lines(books):
    write = {SALES_ORDER: _order_lines, INVOICE: _invoice_lines, ITEM_FULFILLMENT: _shipped_lines}
    for record in visible(books):
        body = {
            "transaction": record.id,
            "subsidiary": record.subsidiary,
            "department": record.department,
            "class": record.class_,
            "createdfrom": record.created_from,
        } | dict.fromkeys(_FLAGS, False)
        yield body | _main_line(record)
        for position, line in enumerate(write[record.type](books, record), 1):
            yield body | {"linesequencenumber": position} | line
        if record.type != ITEM_FULFILLMENT:
            yield from (body | line for line in _other_lines(record))


_FLAGS = (
    *("mainline", "taxline", "iscogs", "isclosed", "isfullyshipped", "fulfillable", "dropship"),
    *("donotdisplayline", "donotprintline"),
)


def _main_line(record):
    """The body's own line: where the location is [6.4]."""
    return {
        "id": 0,
        "linesequencenumber": 0,
        "uniquekey": 9_000_000 + int(record.id),
        "mainline": True,
        "memo": record.memo,
        "location": record.location,
    }


def _other_lines(record):
    """Shipping and tax lines, which nobody ships."""
    if record.ship_method:
        cost = -(record.shipping_cost or ZERO)
        shipping = {"id": _SHIPPING_LINE, "itemtype": "ShipItem", "item": record.ship_method}
        yield shipping | {"foreignamount": cost}
    yield {"id": _TAX_LINE, "taxline": True, "itemtype": "TaxItem", "item": -7}


def _goods_line(books, line):
    """What lines of orders and invoices share; the quantity is negative [6.4]."""
    quantity = stock(books, line, line.quantity)
    return {
        "id": line.line,
        "item": line.item,
        "itemtype": item_type(books, line.item),
        "quantity": None if quantity is None else -quantity,
        "units": units(books, line),
        "rate": line.rate,
        "foreignamount": -(line.quantity or 1) * line.rate,
        "memo": line.description,
        "location": line.location,
    } | custom(books, line.custom, "custcol")


def _order_lines(books, order):
    for line in order.lines:
        goods = is_goods(books, line)
        sent = shipped(books, order, line)
        yield (
            _goods_line(books, line)
            | {
                "uniquekey": line.unique_key,
                "isclosed": line.closed or order.closed,
                "isfullyshipped": goods and sent >= line.quantity,
                "fulfillable": books.items[line.item].fulfillable,
                "dropship": line.drop_ship,
                "itemfulfillmentchoice": "2" if line.store_pickup else "1",
                "expectedshipdate": line.expected_ship_date,
            }
            | _measures(books, order, line, goods)
        )


def _measures(books, order, line, goods):
    """How far a line has got: positive, unlike the quantity [6.4]."""
    later = books.settings.unverified.picked_includes_later_stages
    every = books.settings.unverified.fulfilled_counts_all_stages
    counted = {
        "quantityshiprecv": (on_fulfillments if every else shipped)(books, order, line),
        "quantitycommitted": committed(books, order, line) if goods else ZERO,
        "quantitybackordered": line.backordered,
        "quantitybilled": billed(books, order, line),
        "quantitypicked": on_fulfillments(
            books, order, line, ("picked", "packed", "shipped") if later else ("picked",)
        ),
        "quantitypacked": on_fulfillments(
            books, order, line, ("packed", "shipped") if later else ("packed",)
        ),
    }
    return {name: stock(books, line, value) for name, value in counted.items()}


def _invoice_lines(books, record):
    for line in record.lines:
        key = 8_000_000 + int(record.id) * 100 + line.line
        yield _goods_line(books, line) | {"uniquekey": key}


def _shipped_lines(books, record):
    """A fulfilment's lines, each with two internal ones, of both signs [6.4]."""
    for position, line in enumerate(record.lines, 1):
        own = line_number(position)
        kits = [one.order_line for one in record.lines]
        member = line.order_line is None and line.kit_line in kits
        value = {
            "item": line.item,
            "itemtype": item_type(books, line.item),
            "units": units(books, line),
            "location": line.location,
            "kitmemberof": line_number(kits.index(line.kit_line) + 1) if member else None,
        }
        quantity = stock(books, line, line.quantity)
        for offset, signed in enumerate((-quantity, quantity, -quantity)):
            key = 8_000_000 + int(record.id) * 100 + own + offset
            number = {"id": own + offset, "uniquekey": key, "quantity": signed}
            yield value | number | {"iscogs": offset > 0, "donotdisplayline": offset > 0}
