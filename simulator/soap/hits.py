"""Transactions as a search sees them: one hit a document, or one a line [4.1]."""

from dataclasses import dataclass

from ..account import INVOICE, ITEM_FULFILLMENT, SALES_ORDER, ZERO, Transaction
from ..ordering import billed, committed, is_goods, on_fulfillments, order_status
from ..packing import linked_numbers, numbers
from .countries import COUNTRIES
from .records import address, modified, unit
from .texts import RECORD_STATUSES, SEARCH_STATUSES


@dataclass
class Hit:
    """One row: a document's main line, or a line; tax and cost lines are not simulated."""

    record: Transaction
    line: object = None
    shipping: bool = False


def rows(record):
    """The document's main line, its lines, and the shipping line [4.1]."""
    yield Hit(record)
    for line in record.lines:
        yield Hit(record, line)
    if record.type != ITEM_FULFILLMENT and record.ship_method:
        yield Hit(record, shipping=True)


def search_status(books, record):
    """The status as the search filter names it [4.6]."""
    if record.type == SALES_ORDER:
        return SEARCH_STATUSES[order_status(books, record)]
    if record.type == INVOICE:
        return f"_invoice{record.state[0].upper()}{record.state[1:]}"
    return f"_itemFulfillment{record.ship_status.capitalize()}"


def column_status(books, record):
    """The status as a search column gives it: short, without underscore [4.1]."""
    if record.type == SALES_ORDER:
        return RECORD_STATUSES[order_status(books, record)].lstrip("_")
    return record.state if record.type == INVOICE else record.ship_status


def tracking_numbers(books, record):
    if record.type == ITEM_FULFILLMENT:
        return " ".join(numbers(record))
    if record.type == INVOICE and record.tracking_numbers:
        return record.tracking_numbers
    return linked_numbers(books, record.id if record.type == SALES_ORDER else record.created_from)


def value(books, hit, name):
    """The value of a filter or column for a hit: plain Python, ids for references."""
    return _VALUES[name](books, hit.record, hit.line)


def _shipped_on(_books, record, _line):
    return record.stage_dates.get("shipped") if record.type == ITEM_FULFILLMENT else None


def _location(_books, record, line):
    return line.location if line is not None and line.location else record.location


def _items(_books, record, line):
    """On the main line a filter on items looks at no line; on a line at its own."""
    return line.item if line is not None else ""


def _line_quantity(measure):
    """A measure of an order's line; nothing on other documents and on the main line."""

    def measured(books, record, line):
        if record.type != SALES_ORDER or line is None or line.quantity is None:
            return None
        return measure(books, record, line) if is_goods(books, line) else ZERO

    return measured


def _staged(*stages):
    return _line_quantity(lambda books, order, line: on_fulfillments(books, order, line, stages))


def _ship(name):
    return lambda _books, record, _line: getattr(record.address, name, "")


def _of(name, default=None):
    return lambda _books, record, _line: getattr(record, name, default)


def _of_line(name):
    return lambda _books, _record, line: getattr(line, name, None)


_VALUES = {
    "type": lambda _books, record, _line: f"_{record.type}",
    "recordType": lambda _books, record, _line: record.type.lower(),
    "status": lambda books, record, _line: search_status(books, record),
    "mainLine": lambda _books, _record, line: line is None,
    "taxLine": lambda *_: False,
    "cogs": lambda *_: False,
    "internalId": _of("id"),
    "internalIdNumber": _of("id"),
    "externalId": _of("external_id"),
    "externalIdString": _of("external_id"),
    "tranId": _of("tran_id"),
    "otherRefNum": _of("other_ref_num", ""),
    "entity": _of("entity"),
    "email": _of("email", ""),
    "subsidiary": _of("subsidiary"),
    "department": _of("department"),
    "class": _of("class_"),
    "location": _location,
    "createdFrom": _of("created_from"),
    "shipMethod": _of("ship_method"),
    "shipComplete": _of("ship_complete", False),
    "isMultiShipTo": _of("multi_ship_to", False),
    "memoMain": _of("memo"),
    "memo": lambda _books, record, line: (
        record.memo if line is None else getattr(line, "description", "")
    ),
    "tranDate": _of("tran_date"),
    "shipDate": _of("ship_date"),
    "actualShipDate": _shipped_on,
    "dateCreated": _of("created"),
    "lastModifiedDate": lambda books, record, _line: modified(books, record),
    "voided": lambda _books, record, _line: getattr(record, "state", "") == "voided",
    "closed": lambda _books, record, line: bool(getattr(line or record, "closed", False)),
    "trackingNumbers": lambda books, record, _line: tracking_numbers(books, record),
    "item": _items,
    "anyLineItem": lambda _books, record, _line: {one.item for one in record.lines},
    "line": lambda _books, record, line: (
        0 if line is None else getattr(line, "line", None) or getattr(line, "order_line", None)
    ),
    "lineUniqueKey": _of_line("unique_key"),
    "quantity": _of_line("quantity"),
    "quantityShipRecv": _staged("shipped"),
    "quantityPicked": _staged("picked", "packed", "shipped"),
    "quantityPacked": _staged("packed", "shipped"),
    "quantityBilled": _line_quantity(billed),
    "quantityCommitted": _line_quantity(committed),
    "unit": lambda books, _record, line: line and (unit(books, line) or {}).get("name"),
    "shipAddress": lambda _books, record, _line: (address(record.address) or {}).get("addrText"),
    "shipAddress1": _ship("addr1"),
    "shipAddress2": _ship("addr2"),
    "shipAddress3": _ship("addr3"),
    "shipAddressee": _ship("addressee"),
    "shipAttention": _ship("attention"),
    "shipCity": _ship("city"),
    "shipState": _ship("state"),
    "shipZip": _ship("zip"),
    "shipPhone": _ship("phone"),
    "shipCountryCode": lambda _books, record, _line: (
        record.address.country if record.address and record.address.country in COUNTRIES else ""
    ),
}
