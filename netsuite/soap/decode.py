"""Elements into records. Facts: netsuite-protocol.md 5, 7.3, 7.7.

What is absent takes the record's default; a value that is not what its type promises raises
ValueError. No name is looked up elsewhere: references bring theirs along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..countries import iso_code
from ..records import (
    INVOICE,
    ITEM_FULFILLMENT,
    PACKAGE_KINDS,
    SALES_ORDER,
    Address,
    Assignment,
    CustomValue,
    Fulfillment,
    FulfillmentLine,
    Header,
    Item,
    Line,
    Member,
    Package,
    Proposal,
    Ref,
    ShipGroup,
    Transaction,
    Unit,
)
from .dates import day_of
from .statuses import search_code
from .xml import (
    Element,
    Fields,
    amount,
    children,
    fields,
    finite,
    flag,
    moment,
    parse_moment,
    ref,
    ref_of,
    text,
    type_name,
)

TRANSACTION_TYPES = {
    "SalesOrder": SALES_ORDER,
    "Invoice": INVOICE,
    "ItemFulfillment": ITEM_FULFILLMENT,
}
#: The suffix of each kind of package list and of its fields [7.3].
PACKAGE_SUFFIXES = dict(zip(PACKAGE_KINDS, ("", "Ups", "Usps", "FedEx"), strict=True))

# Types of item records: REST's codes, which the connector uses throughout [5.3].
_ITEM_CODES = {
    "InventoryItem": "InvtPart",
    "AssemblyItem": "Assembly",
    "KitItem": "Kit",
    "NonInventoryItem": "NonInvtPart",
    "ServiceItem": "Service",
    "OtherChargeItem": "OthCharge",
    "DescriptionItem": "Description",
    "DiscountItem": "Discount",
    "SubtotalItem": "Subtotal",
    "MarkupItem": "Markup",
    "PaymentItem": "Payment",
    "GiftCertificateItem": "GiftCert",
    "DownloadItem": "DwnLdItem",
    "ItemGroup": "Group",
    "SalesTaxItem": "TaxItem",
}
_WEIGHT_UNITS = ("lb", "oz", "kg", "g")
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_MIDNIGHTS = (timedelta(), _HOUR, _DAY - _HOUR)
_LINE_BREAK = re.compile(r"\s*(?:<br\s*/?>|\n)\s*", re.IGNORECASE)
_NUMBER_BREAK = re.compile(r"(?:<br\s*/?>|[\s,])+", re.IGNORECASE)


# -- transactions ----------------------------------------------------------------------------


def transaction(record: Element, zone: ZoneInfo | None = None) -> Transaction:
    """A sales order, an invoice or an item fulfilment with its lines."""
    type = TRANSACTION_TYPES.get(type_name(record), "")
    if not type:
        raise ValueError(f"{type_name(record) or 'a record without type'} is no document to ship")
    found = fields(record)
    line = _LINES[type]
    decoded = Transaction(
        type=type,
        internal_id=_internal_id(record),
        tran_id=text(found, "tranId"),
        external_id=record.get("externalId") or "",
        status=_status(type, found),
        entity=ref(found, "entity"),
        created_from=ref(found, "createdFrom"),
        tran_date=_day(found, "tranDate", zone),
        ship_date=_day(found, "shippedDate" if type == ITEM_FULFILLMENT else "shipDate", zone),
        last_modified=moment(found, "lastModifiedDate"),
        other_ref_num=text(found, "otherRefNum"),
        memo=text(found, "memo"),
        email=text(found, "email"),
        location=ref(found, "location"),
        subsidiary=ref(found, "subsidiary"),
        department=ref(found, "department"),
        class_=ref(found, "class"),
        sales_rep=ref(found, "salesRep"),
        terms=ref(found, "terms"),
        currency=ref(found, "currency"),
        fob=text(found, "fob"),
        due_date=_day(found, "dueDate", zone),
        total=amount(found, "total"),
        ship_method=ref(found, "shipMethod"),
        ship_complete=flag(found, "shipComplete"),
        multi_ship_to=flag(found, "isMultiShipTo"),
        ship_groups=tuple(
            _ship_group(fields(one)) for one in children(found.get("shipGroupList"), "shipGroup")
        ),
        tracking_numbers=_tracking_numbers(found),
        address=address(found.get("shippingAddress")),
        lines=tuple(line(one, zone) for one in children(found.get("itemList"), "item")),
        custom_fields=custom_fields(found.get("customFieldList")),
    )
    return _with_days(decoded, moment(found, "tranDate"), zone)


def _with_days(
    record: Transaction, midnight: datetime | None, zone: ZoneInfo | None
) -> Transaction:
    """The document with days where its custom fields hold days.

    A day comes as midnight of the user's zone, just as the document's own date does; an hour from
    it where summer time begins or ends in between [8].
    """
    if midnight is None:
        return record

    def days(values: Mapping[str, CustomValue]) -> dict[str, CustomValue]:
        return {
            name: day_of(value, zone)
            if isinstance(value, datetime) and (value - midnight) % _DAY in _MIDNIGHTS
            else value
            for name, value in values.items()
        }

    lines = (replace(one, custom_fields=days(one.custom_fields)) for one in record.lines)
    return replace(record, custom_fields=days(record.custom_fields), lines=tuple(lines))


def _status(type: str, found: Fields) -> str:
    # An invoice has but a text in the user's language, which nobody compares [4.6].
    if type == SALES_ORDER:
        return search_code(type, text(found, "orderStatus"))
    return search_code(type, text(found, "shipStatus"))


def _day(found: Fields, name: str, zone: ZoneInfo | None) -> date | None:
    instant = moment(found, name)
    return day_of(instant, zone) if instant else None


def _tracking_numbers(found: Fields) -> tuple[str, ...]:
    """The numbers on the document and on its fulfilments, each once."""
    numbers = " ".join((text(found, "trackingNumbers"), text(found, "linkedTrackingNumbers")))
    written = _NUMBER_BREAK.split(numbers)
    on_packages = [package.tracking_number for package in _packages(found)[1]]
    return tuple(dict.fromkeys(number for number in (*written, *on_packages) if number))


def _ship_group(found: Fields) -> ShipGroup:
    # Only a text tells the address, as if it had been typed by hand.
    place = _lines(text(found, "destinationAddress"))
    return ShipGroup(
        text(found, "id"),
        Address(text=place, override=True) if place else None,
        ref(found, "shippingMethodRef"),
    )


def address(element: Element | None) -> Address | None:
    """A shipping address; None when nothing is in it."""
    found = fields(element)
    decoded = Address(
        addressee=text(found, "addressee"),
        attention=text(found, "attention"),
        phone=text(found, "addrPhone"),
        addr1=text(found, "addr1"),
        addr2=text(found, "addr2"),
        addr3=text(found, "addr3"),
        city=text(found, "city"),
        state=text(found, "state"),
        zip=text(found, "zip"),
        country=iso_code(text(found, "country")),
        text=_lines(text(found, "addrText")),
        override=flag(found, "override"),
    )
    return None if decoded == Address() else decoded


def _lines(written: str) -> str:
    """A text with its line breaks, which may be marked up, and without empty lines."""
    return "\n".join(line for line in _LINE_BREAK.split(written) if line)


# -- lines -----------------------------------------------------------------------------------


def _order_line(element: Element, zone: ZoneInfo | None) -> Line:
    found = fields(element)
    return Line(
        key=text(found, "line"),
        item=ref(found, "item"),
        description=text(found, "description"),
        quantity=amount(found, "quantity") or 0.0,
        unit=ref(found, "units"),
        # Goods of another subsidiary lie where the inventory is.
        location=ref(found, "inventoryLocation") or ref(found, "location"),
        quantity_fulfilled=amount(found, "quantityFulfilled"),
        quantity_picked=amount(found, "quantityPicked"),
        quantity_packed=amount(found, "quantityPacked"),
        quantity_committed=amount(found, "quantityCommitted"),
        quantity_backordered=amount(found, "quantityBackOrdered"),
        rate=_rate(found),
        amount=amount(found, "amount"),
        expected_ship_date=_day(found, "expectedShipDate", zone),
        closed=flag(found, "isClosed"),
        drop_ship=_is_drop_ship(found),
        store_pickup=text(found, "itemFulfillmentChoice") == "_storePickup",
        ship_group=text(found, "shipGroup"),
        serial_numbers=text(found, "serialNumbers"),
        custom_fields=_line_custom_fields(found),
    )


def _rate(found: Fields) -> float | None:
    # A text, because a discount's may be a share of the amount before it: "-10.0%".
    return None if text(found, "rate").endswith("%") else amount(found, "rate")


def _is_drop_ship(found: Fields) -> bool:
    # A purchase order may also be for our own stock; its kind tells [5.4].
    kind = text(found, "createPo")
    return kind == "_dropShipment" if kind else "createdPo" in found


def _invoice_line(element: Element, _zone: ZoneInfo | None) -> Line:
    found = fields(element)
    return Line(
        key=text(found, "line"),
        item=ref(found, "item"),
        description=text(found, "description"),
        quantity=amount(found, "quantity") or 0.0,
        unit=ref(found, "units"),
        location=ref(found, "location"),
        quantity_fulfilled=amount(found, "quantityFulfilled"),
        quantity_remaining=amount(found, "quantityRemaining"),
        rate=_rate(found),
        amount=amount(found, "amount"),
        order_line=text(found, "orderLine"),
        ship_group=text(found, "shipGroup"),
        serial_numbers=text(found, "serialNumbers"),
        custom_fields=_line_custom_fields(found),
    )


def _fulfillment_line(element: Element, _zone: ZoneInfo | None) -> Line:
    found = fields(element)
    unit = text(found, "unitsDisplay")
    return Line(
        key=text(found, "orderLine"),
        item=ref(found, "item"),
        description=text(found, "description"),
        quantity=amount(found, "quantity") or 0.0,
        unit=Ref("", unit) if unit else None,  # fulfilments show the unit's name only
        location=ref(found, "location"),
        quantity_remaining=amount(found, "quantityRemaining"),
        drop_ship="drop" in text(found, "createPo").lower(),
        ship_group=text(found, "shipGroup"),
        serial_numbers=text(found, "serialNumbers"),
        receive=flag(found, "itemReceive", default=True),
        custom_fields=_line_custom_fields(found),
    )


_LINES: dict[str, Callable[[Element, ZoneInfo | None], Line]] = {
    SALES_ORDER: _order_line,
    INVOICE: _invoice_line,
    ITEM_FULFILLMENT: _fulfillment_line,
}


# -- custom fields -----------------------------------------------------------------------------


def custom_fields(element: Element | None) -> dict[str, CustomValue]:
    """Values by script id, or by internal id where NetSuite gives no other [5.7]."""
    values = {}
    for one in children(element, "customField"):
        key = one.get("scriptId") or one.get("internalId")
        value = _custom_value(one)
        if key and value is not None:
            values[key] = value
    return values


def _line_custom_fields(found: Fields) -> dict[str, CustomValue]:
    return custom_fields(found.get("options")) | custom_fields(found.get("customFieldList"))


def _custom_value(element: Element) -> CustomValue | None:
    kind = type_name(element)
    values = children(element, "value")
    if not values:
        return None
    if kind == "SelectCustomFieldRef":
        return ref_of(values[0])
    if kind == "MultiSelectCustomFieldRef":
        return tuple(one for one in map(ref_of, values) if one) or None
    value = (values[0].text or "").strip()
    if not value:
        return None
    read = _CUSTOM_VALUES.get(kind, str)
    return read(value)


def _tick(value: str) -> bool:
    return value in ("true", "1")


_CUSTOM_VALUES: dict[str, Callable[[str], CustomValue]] = {
    "BooleanCustomFieldRef": _tick,
    "LongCustomFieldRef": int,
    "DoubleCustomFieldRef": finite,
    "DateCustomFieldRef": parse_moment,
}


# -- fulfilments ------------------------------------------------------------------------------


def fulfillment(record: Element) -> Fulfillment:
    """An item fulfilment as the write-back sees it."""
    found = fields(record)
    order = ref(found, "createdFrom")
    kind, packages = _packages(found)
    return Fulfillment(
        order_id=order.id if order else "",
        internal_id=_internal_id(record),
        external_id=record.get("externalId") or "",
        tran_id=text(found, "tranId"),
        ship_status=_ship_status(found),
        lines=tuple(_written_line(one) for one in children(found.get("itemList"), "item")),
        packages=packages,
        package_kind=kind,
        memo=text(found, "memo"),
        ship_group=text(found, "createdFromShipGroup"),
        ship_method=ref(found, "shipMethod"),
        shipping_cost=amount(found, "shippingCost"),
        last_modified=moment(found, "lastModifiedDate"),
        custom_fields=custom_fields(found.get("customFieldList")),
    )


def proposal(record: Element, order_id: str) -> Proposal:
    """The fulfilment that NetSuite proposes for an order."""
    found = fields(record)
    return Proposal(
        order_id=order_id,
        lines=tuple(
            _fulfillment_line(one, None) for one in children(found.get("itemList"), "item")
        ),
        package_kind=_packages(found)[0],
        ship_group=text(found, "createdFromShipGroup"),
        ship_method=ref(found, "shipMethod"),
        ship_status=_ship_status(found),
    )


def _ship_status(found: Fields) -> str:
    return text(found, "shipStatus").lstrip("_")


def _packages(found: Fields) -> tuple[str, tuple[Package, ...]]:
    """The kind of package list that the record uses, and its packages."""
    present = [
        (kind, children(found[f"package{suffix}List"], f"package{suffix}"), suffix)
        for kind, suffix in PACKAGE_SUFFIXES.items()
        if f"package{suffix}List" in found
    ]
    if not present:
        return PACKAGE_KINDS[0], ()
    kind, packages, suffix = next((one for one in present if one[1]), present[0])
    return kind, tuple(_package(fields(one), suffix) for one in packages)


def _package(found: Fields, suffix: str) -> Package:
    return Package(
        text(found, f"packageTrackingNumber{suffix}"),
        amount(found, f"packageWeight{suffix}") or 0.0,
        text(found, f"packageDescr{suffix}"),
    )


def _written_line(element: Element) -> FulfillmentLine:
    found = fields(element)
    assignments = fields(found.get("inventoryDetail")).get("inventoryAssignmentList")
    return FulfillmentLine(
        order_line=text(found, "orderLine"),
        receive=flag(found, "itemReceive", default=True),
        item=ref(found, "item"),
        quantity=amount(found, "quantity"),
        location=ref(found, "location"),
        assignments=tuple(
            _assignment(fields(one)) for one in children(assignments, "inventoryAssignment")
        ),
        serial_numbers=text(found, "serialNumbers"),
    )


def _assignment(found: Fields) -> Assignment:
    return Assignment(
        ref(found, "issueInventoryNumber") or Ref("", text(found, "receiptInventoryNumber")),
        amount(found, "quantity") or 0.0,
        ref(found, "binNumber"),
    )


# -- items, their units and numbers --------------------------------------------------------------


def item(record: Element) -> Item:
    """An item record of any kind."""
    found = fields(record)
    kind = type_name(record)
    code = _item_code(kind)
    members = children(found.get("memberList"), "itemMember") if code == "Kit" else ()
    return Item(
        internal_id=_internal_id(record),
        name=text(found, "itemId"),
        type=code,
        display_name=text(found, "displayName"),
        upc=text(found, "upcCode"),
        fulfillable=flag(found, "isFulfillable", default=True),
        drop_ship=flag(found, "isDropShipItem"),
        lot=kind.startswith("LotNumbered"),
        serial=kind.startswith("Serialized"),
        weight=amount(found, "weight") or 0.0,
        weight_unit=_weight_unit(found.get("weightUnit")),
        stock_unit=ref(found, "stockUnit"),
        units_type=ref(found, "unitsType"),
        members=tuple(one for one in map(_member, members) if one),
        inactive=flag(found, "isInactive"),
    )


def _item_code(kind: str) -> str:
    base = re.sub("^(LotNumbered|Serialized)|(Purchase|Resale|Sale)(?=Item$)", "", kind)
    return _ITEM_CODES.get(base, kind)


def _weight_unit(element: Element | None) -> str:
    if element is None:
        return ""
    # An enumeration on most items, a reference on kits.
    unit = (element.text or "").strip().lstrip("_") or text(fields(element), "name")
    return unit if unit in _WEIGHT_UNITS else ""


def _member(element: Element) -> Member | None:
    found = fields(element)
    component = ref(found, "item")
    if component is None:
        return None
    return Member(component, amount(found, "quantity") or 0.0, ref(found, "memberUnit"))


def units(record: Element) -> dict[str, Unit]:
    """The units of a type of units, by internal id."""
    found = {}
    for one in children(fields(record).get("uomList"), "uom"):
        values = fields(one)
        internal_id = text(values, "internalId")
        rate = amount(values, "conversionRate")
        if internal_id and rate:
            found[internal_id] = Unit(internal_id, text(values, "unitName"), rate)
    return found


def inventory_number(record: Element) -> Ref:
    """A lot or serial: its internal id and the number itself."""
    return Ref(_internal_id(record), text(fields(record), "inventoryNumber"))


# -- search rows ---------------------------------------------------------------------------------


def header(row: Element, type: str, zone: ZoneInfo | None) -> tuple[Header, date | None]:
    """A hit of a search, and its date where the search has asked for it."""
    columns = {name: fields(column) for name, column in fields(fields(row).get("basic")).items()}
    place = columns.get("internalId", {}).get("searchValue")
    internal_id = place.get("internalId") if place is not None else None
    if not internal_id:
        raise ValueError("a row has no internal id")
    decoded = Header(
        internal_id,
        text(columns.get("tranId", {}), "searchValue"),
        search_code(type, text(columns.get("status", {}), "searchValue")),
        moment(columns.get("lastModifiedDate", {}), "searchValue"),
    )
    return decoded, _day(columns.get("tranDate", {}), "searchValue", zone)


def deleted(element: Element) -> tuple[str, datetime | None]:
    """A deleted record: its internal id, and when it was deleted (UTC)."""
    found = fields(element)
    record = found.get("record")
    return (
        (record.get("internalId") if record is not None else None) or "",
        moment(found, "deletedDate"),
    )


def _internal_id(record: Element) -> str:
    internal_id = record.get("internalId")
    if not internal_id:
        raise ValueError(f"{type_name(record) or 'a record'} has no internal id")
    return internal_id
