"""Realistic orders out of a seed: the same seed gives the same data [5]."""

import random
from datetime import timedelta
from decimal import Decimal
from itertools import cycle

from .account import Address, Package

GOODS = ("101", "102", "103", "104", "105", "106", "107", "108", "109", "121")
INSTRUCTIONS = (
    "Leave with reception",
    "Ring twice, dog is friendly",
    "Behind the blue gate <left side>",
    "Call before delivery & wait",
)
MEMOS = ("", "", "Trade show samples", "Please pack plastic-free", "Customer collects invoice")
# What happens to orders beyond the ordinary ones, in turn; most are left as they are.
FATES = (
    "plain", "plain", "kit", "plain", "services", "partly", "plain", "drop_ship", "discount",
    "plain", "closed_line", "plain", "locations", "pending_approval", "plain", "override",
    "partly", "plain", "picked", "billing", "plain", "gaps", "closed", "plain", "cancelled",
    "units", "plain", "invoiced", "backorder", "packed", "plain", "group", "lots",
)  # fmt: skip


def generate(books, seed=1, orders=25, lines=None):
    """Fill the books with orders, fulfilments and invoices.

    :param lines: benchmarks: only plain Pending Fulfillment orders with this many lines
    """
    chance = random.Random(seed)  # noqa: S311 (no secret)
    moments = _moments(books, orders)
    if lines:
        for moment in moments:
            picks = [(GOODS[(n + chance.randrange(10)) % 10], n % 4 + 1) for n in range(lines)]
            _order(books, chance, moment, picks)
        return
    for moment, fate in zip(moments, cycle(FATES), strict=False):
        _FATES.get(fate, _plain)(books, chance, moment)
    for number in range(orders // 12):
        _stand_alone_invoice(books, chance, moments[-1] - timedelta(hours=number))


def _moments(books, count):
    """Times of entry over the last week, so that pages and windows have something to cut."""
    now = books.now()
    step = min(timedelta(hours=5), timedelta(days=7) / max(1, count))
    return [now - step * (count - number) - timedelta(hours=1) for number in range(count)]


def _order(books, chance, moment, lines, **more):
    customer = chance.choice(list(books.customers.values()))
    fields = {
        "entity": customer.id,
        "tran_date": moment.date(),
        "created": moment,
        "modified": moment,
        "location": chance.choice(("1", "1", "2", "3")),
        "subsidiary": "2" if customer.addresses[0].country in ("AU", "NZ") else "1",
        "department": chance.choice(("", "1", "2")),
        "class_": chance.choice(("", "1")),
        "ship_method": chance.choice(("2001", "2001", "2002", "2003", "2004", "2005", "2006", "")),
        "shipping_cost": chance.choice((None, Decimal("7.50"), Decimal("14.90"))),
        "other_ref_num": chance.choice(("", f"PO-{chance.randrange(1000, 9999)}")),
        "memo": chance.choice(MEMOS),
        "ship_date": moment.date() + timedelta(days=chance.randrange(0, 5)),
        "ship_complete": chance.random() < 0.15,
        "custom": _custom(chance),
        # By customer, as in life.
        "sales_rep": ("", "51", "52")[int(customer.id) % 3],
        "terms": ("1", "2", "")[int(customer.id) % 3],
        "fob": "Origin" if int(customer.id) % 2 else "",
    } | more
    return books.add_order(lines, **fields)


def _custom(chance):
    """Custom fields: usually the main ones, sometimes the alternates of older accounts [5.7]."""
    fields = {}
    text = chance.choice(("", *INSTRUCTIONS))
    old = chance.random() < 0.2
    if text:
        fields["custbody4" if old else "custbody_delivery_instructions"] = text
    fields["custbody_atl_check_box" if old else "custbody_authority_to_leave"] = (
        chance.random() < 0.3
    )
    fields["custbody_signature_required"] = chance.random() < 0.25
    if chance.random() < 0.3:
        fields["custbody_delivery_window"] = chance.choice("123")
    return fields


def _goods(chance, most=4):
    picks = chance.sample(GOODS, chance.randint(1, most))
    return [(item, chance.randint(1, 6)) for item in picks]


def _plain(books, chance, moment, more=(), **fields):
    return _order(books, chance, moment, [*_goods(chance), *more], **fields)


def _kit(books, chance, moment):
    _plain(books, chance, moment, [("141", chance.randint(1, 3))])


def _services(books, chance, moment):
    engraving = {"item": "161", "quantity": 1, "custom": {"custcol_engraving": "For Ada"}}
    _plain(books, chance, moment, [engraving, ("162", 1), ("171", 1)])


def _discount(books, chance, moment):
    note = {"item": "182", "quantity": None, "description": "Wrapped as one present"}
    subtotal = {"item": "183", "quantity": None}
    _plain(books, chance, moment, [subtotal, {"item": "181", "quantity": None}, note])


def _drop_ship(books, chance, moment):
    lamp = {"item": "110", "quantity": 1, "drop_ship": True, "created_po": "PO2041"}
    _plain(books, chance, moment, [lamp])


def _closed_line(books, chance, moment):
    _plain(books, chance, moment, [{"item": "103", "quantity": 2, "closed": True}])


def _locations(books, chance, moment):
    far = {"item": "106", "quantity": 1, "location": "2"}
    _plain(books, chance, moment, [far, ("151", 2)], location="1")


def _override(books, chance, moment):
    """An address typed by hand: its single fields are empty [5.2]."""
    text = "Lighthouse Keeper\n1 Pemaquid Point Road\nBristol ME 04554\nUnited States"
    address = Address(id="", country="US", text=text, override=True)
    _plain(books, chance, moment, address=address, entity="201")


def _gaps(books, chance, moment):
    order = _plain(books, chance, moment, [("107", 2), ("108", 1)])
    order.lines.pop(0)
    for line in order.lines[1:]:
        line.line += 3


def _units(books, chance, moment):
    boxes = {"item": "104", "quantity": 2, "unit": "2"}
    _plain(books, chance, moment, [boxes, {"item": "105", "quantity": 1, "unit": "3"}])


def _backorder(books, chance, moment):
    _plain(books, chance, moment, [{"item": "109", "quantity": 5, "backordered": 3}])


def _group(books, chance, moment):
    """An item group and its members; "End of Group" does not exist in SOAP [5.3]."""
    _plain(books, chance, moment, [{"item": "184", "quantity": 1}, ("109", 1), ("102", 2)])


def _lots(books, chance, moment):
    _plain(books, chance, moment, [("131", 3), ("132", 1)], location="1")


def _pending_approval(books, chance, moment):
    _plain(books, chance, moment, approved=False)


def _closed(books, chance, moment):
    _plain(books, chance, moment, closed=True)


def _cancelled(books, chance, moment):
    _plain(books, chance, moment, cancelled=True)


def _partly(books, chance, moment, status="shipped"):
    order = _order(books, chance, moment, [(chance.choice(GOODS), 4), *_goods(chance, 2)])
    number = f"1Z{chance.randrange(10**9, 10**10)}"
    fulfillment = books.fulfil_by_hand(
        order.id,
        {order.lines[0].line: chance.randint(1, 3)},
        status,
        [Package(Decimal(2), number if status == "shipped" else "")],
    )
    _date_back(moment + timedelta(minutes=40), order, fulfillment)


def _picked(books, chance, moment):
    _partly(books, chance, moment, "picked")


def _packed(books, chance, moment):
    _partly(books, chance, moment, "packed")


def _billing(books, chance, moment, invoiced=False):
    order = _plain(books, chance, moment)
    number = f"JD{chance.randrange(10**7, 10**8)}"
    fulfillment = books.fulfil_by_hand(order.id, None, "shipped", [Package(Decimal(3), number)])
    made = [books.invoice(order.id)] if invoiced else []
    _date_back(moment + timedelta(minutes=50), order, fulfillment, *made)


def _invoiced(books, chance, moment):
    _billing(books, chance, moment, invoiced=True)


def _stand_alone_invoice(books, chance, moment):
    customer = chance.choice(list(books.customers))
    books.add_invoice(
        _goods(chance, 2),
        entity=customer,
        tran_date=moment.date(),
        created=moment,
        modified=moment,
        ship_method=chance.choice(("2001", "2006")),
        other_ref_num=f"PO-{chance.randrange(1000, 9999)}",
    )


def _date_back(moment, *records):
    """Enter the past: generated documents were not all made at the start of the simulator."""
    for record in records:
        record.modified = moment
    for record in records[1:]:
        record.created = record.modified
        record.tran_date = record.modified.date()


_FATES = {
    "kit": _kit,
    "services": _services,
    "discount": _discount,
    "drop_ship": _drop_ship,
    "closed_line": _closed_line,
    "locations": _locations,
    "override": _override,
    "gaps": _gaps,
    "units": _units,
    "backorder": _backorder,
    "group": _group,
    "lots": _lots,
    "pending_approval": _pending_approval,
    "closed": _closed,
    "cancelled": _cancelled,
    "partly": _partly,
    "picked": _picked,
    "packed": _packed,
    "billing": _billing,
    "invoiced": _invoiced,
}
