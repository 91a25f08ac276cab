"""SuiteQL's rows into records. Facts: netsuite-protocol.md 5, 6.3, 6.4.

Everything is a text, and what is empty is left out of its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..countries import iso_code
from ..records import (
    INVOICE,
    SALES_ORDER,
    Address,
    CustomValue,
    Fulfillment,
    FulfillmentLine,
    Item,
    Line,
    Member,
    Ref,
    Transaction,
    Unit,
)
from .measures import Measures
from .statuses import search_code, ship_status
from .values import Fields, amount, day, flag, key, row_ref, text

# Units of weight as SuiteQL numbers them.
_WEIGHTS = {"1": "lb", "2": "oz", "3": "kg", "4": "g"}
_LINE_BREAK = re.compile(r"<br\s*/?>|\n", re.IGNORECASE)
_LIST = re.compile(r"\d+(?:,\s*\d+)+")


# -- transactions ----------------------------------------------------------------------------


def transaction(
    type: str,
    row: Fields,
    modified: datetime | None,
    address: Address | None,
    lines: Sequence[Fields],
    measures: Measures,
    custom: Mapping[str, Sequence[str]],
) -> Transaction:
    """A sales order or an invoice.

    :param row: of the body
    :param lines: rows of its lines
    :param custom: names of the custom fields to read, of "body" and "line"
    """
    unique = {key(line, "id"): line for line in lines}
    if type == INVOICE:  # one row for each document behind a line: a sales order tells most
        unique |= {key(line, "id"): line for line in lines if line.get("orderid")}
    ordered = sorted(unique.values(), key=_place)
    return Transaction(
        type=type,
        internal_id=text(row, "id"),
        tran_id=text(row, "tranid"),
        external_id=text(row, "externalid"),
        status=search_code(type, text(row, "status")),
        entity=row_ref(row, "entity"),
        created_from=_created_from(ordered) if type == INVOICE else None,
        tran_date=day(row, "trandate"),
        ship_date=day(row, "shipdate"),
        last_modified=modified,
        other_ref_num=text(row, "otherrefnum"),
        memo=text(row, "memo"),
        email=text(row, "email"),
        location=row_ref(row, "location"),
        subsidiary=row_ref(row, "subsidiary"),
        department=row_ref(row, "department"),
        class_=row_ref(row, "class"),
        sales_rep=row_ref(row, "employee"),
        terms=row_ref(row, "terms"),
        currency=row_ref(row, "currency"),
        fob=text(row, "fob"),
        due_date=day(row, "duedate"),
        total=amount(row, "foreigntotal"),
        ship_method=row_ref(row, "shipmethod"),
        ship_complete=flag(row, "shipcomplete"),
        address=address,
        lines=tuple(
            replace(line(type, one, measures, custom.get("line", ())), rate=_rate(row, one))
            for one in ordered
        ),
        custom_fields=custom_fields(row, custom.get("body", ())),
    )


def _rate(row: Fields, line: Fields) -> float | None:
    """The price of one unit. SuiteQL tells it in the base currency [6.4]."""
    rate = amount(line, "line_rate")
    return None if rate is None else round(rate / (amount(row, "exchangerate") or 1.0), 8)


def _place(row: Fields) -> tuple[float, float]:
    return amount(row, "linesequencenumber") or 0.0, amount(row, "id") or 0.0


def _created_from(lines: Sequence[Fields]) -> Ref | None:
    for row in lines:
        if order_id := text(row, "orderid"):
            return Ref(order_id, f"Sales Order #{text(row, 'order_number')}")
    return None


def line(type: str, row: Fields, measures: Measures, custom: Sequence[str]) -> Line:
    """A line of a sales order or an invoice."""
    of_order = type == SALES_ORDER
    fulfilled = measures.quantity(row, "quantityshiprecv")
    return Line(
        key=key(row, "id"),
        item=row_ref(row, "item"),
        item_type=text(row, "itemtype"),
        description=text(row, "memo"),
        quantity=measures.ordered(row) or 0.0,
        unit=row_ref(row, "units"),
        location=row_ref(row, "inventorylocation") or row_ref(row, "location"),
        quantity_fulfilled=fulfilled,
        quantity_picked=measures.quantity(row, "quantitypicked") if of_order else None,
        quantity_packed=measures.quantity(row, "quantitypacked") if of_order else None,
        quantity_committed=measures.quantity(row, "quantitycommitted") if of_order else None,
        quantity_backordered=measures.quantity(row, "quantitybackordered") if of_order else None,
        amount=_amount(row),
        expected_ship_date=day(row, "expectedshipdate"),
        closed=flag(row, "isclosed"),
        drop_ship=flag(row, "dropship"),
        store_pickup=is_pickup(row),
        order_line=key(row, "orderline") if row.get("orderid") else "",
        custom_fields=custom_fields(row, custom),
    )


def _amount(row: Fields) -> float | None:
    """The amount of a sale's line: like the quantity it is negative here [6.4]."""
    value = amount(row, "foreignamount")
    return None if value is None else -value


def is_pickup(row: Fields) -> bool:
    """Does the customer fetch the line's goods? The choice is a number, or a word of some kind."""
    choice = text(row, "itemfulfillmentchoice")
    shown = f"{choice} {text(row, 'itemfulfillmentchoice_name')}".lower()
    return choice == "2" or "pickup" in shown.replace(" ", "")


def address(row: Fields) -> Address | None:
    """A shipping address; None when nothing is in it."""
    decoded = Address(
        addressee=text(row, "addressee"),
        attention=text(row, "attention"),
        phone=text(row, "addrphone"),
        addr1=text(row, "addr1"),
        addr2=text(row, "addr2"),
        addr3=text(row, "addr3"),
        city=text(row, "city"),
        state=text(row, "state"),
        zip=text(row, "zip"),
        country=iso_code(text(row, "country")),
        text=plain_lines(text(row, "addrtext")),
        override=flag(row, "override"),
    )
    return None if decoded == Address() else decoded


def plain_lines(written: str) -> str:
    """A text with its line breaks, which may be marked up, and without empty lines."""
    lines = (one.strip() for one in _LINE_BREAK.split(written))
    return "\n".join(one for one in lines if one)


# -- custom fields -----------------------------------------------------------------------------


def custom_fields(row: Fields, names: Iterable[str]) -> dict[str, CustomValue]:
    """Values by script id. Rows tell no types, but the text that people see tells them apart."""
    values: dict[str, CustomValue] = {}
    for name in names:
        column = name.lower()
        if found := day(row, f"day_{column}"):
            values[name] = found
        elif value := text(row, column):
            values[name] = _custom_value(value, text(row, f"shown_{column}"))
    return values


def _custom_value(value: str, shown: str) -> CustomValue:
    if value in ("T", "F"):
        return value == "T"
    if not shown or shown == value:
        return value
    if value.isdigit():
        return Ref(value, shown)
    if _LIST.fullmatch(value):
        ids, names = value.replace(" ", "").split(","), [one.strip() for one in shown.split(",")]
        if len(ids) != len(names):
            names = [""] * len(ids)
        return tuple(Ref(*pair) for pair in zip(ids, names, strict=True))
    return value


# -- fulfilments -------------------------------------------------------------------------------


def fulfillments(rows: Iterable[Fields], measures: Measures) -> tuple[Fulfillment, ...]:
    """Fulfilments with what is on them by line of the order; their packages are not told."""
    found: dict[str, Fulfillment] = {}
    for row in rows:
        internal_id = text(row, "fulfillment")
        one = found.get(internal_id) or Fulfillment(
            order_id=text(row, "transaction"),
            internal_id=internal_id,
            external_id=text(row, "externalid"),
            tran_id=text(row, "tranid"),
            ship_status=ship_status(text(row, "status")),
        )
        if all(key(row, "id") != known.order_line for known in one.lines):
            done = FulfillmentLine(
                key(row, "id"), item=row_ref(row, "item"), quantity=measures.quantity(row)
            )
            one = replace(one, lines=(*one.lines, done))
        found[internal_id] = one
    return tuple(found.values())


# -- items, units ------------------------------------------------------------------------------


def item(row: Fields, members: Sequence[Member]) -> Item:
    """An item record."""
    return Item(
        internal_id=text(row, "id"),
        name=text(row, "itemid"),
        type=text(row, "itemtype"),
        display_name=text(row, "displayname"),
        upc=text(row, "upccode"),
        fulfillable=flag(row, "isfulfillable", default=True),
        drop_ship=flag(row, "isdropshipitem"),
        lot=flag(row, "islotitem"),
        serial=flag(row, "isserialitem"),
        weight=amount(row, "weight") or 0.0,
        weight_unit=_weight_unit(row),
        stock_unit=row_ref(row, "stockunit"),
        units_type=row_ref(row, "unitstype"),
        members=tuple(members),
        inactive=flag(row, "isinactive"),
    )


def _weight_unit(row: Fields) -> str:
    for written in (text(row, "weightunit_name"), text(row, "weightunit")):
        unit = _WEIGHTS.get(written, written.lower().lstrip("_"))
        if unit in _WEIGHTS.values():
            return unit
    return ""


def member(row: Fields) -> Member | None:
    """A component of a kit."""
    component = row_ref(row, "item")
    if component is None:
        return None
    return Member(component, amount(row, "quantity") or 0.0, row_ref(row, "memberunit"))


def unit(row: Fields) -> Unit | None:
    """A unit with its conversion rate."""
    internal_id, rate = text(row, "id"), amount(row, "rate")
    return Unit(internal_id, text(row, "unitname"), rate) if internal_id and rate else None
