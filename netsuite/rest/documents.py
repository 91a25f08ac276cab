"""Records of the record API into ours: what SuiteQL cannot see [facts 5.6, 6.4, 7.3]."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date

from ..countries import iso_code
from ..records import (
    ITEM_FULFILLMENT,
    PACKAGE_KINDS,
    Address,
    Assignment,
    CustomValue,
    Fulfillment,
    FulfillmentLine,
    Line,
    Package,
    Proposal,
    Ref,
    ShipGroup,
    Transaction,
)
from ..texts import storable
from .rows import plain_lines
from .statuses import search_code, ship_status
from .values import (
    Fields,
    amount,
    code,
    day,
    flag,
    items,
    key,
    moment,
    parse_moment,
    ref,
    ref_of,
    text,
)

#: Sublist, and suffix of its fields, by kind of package list [7.3].
SUBLISTS = dict(
    zip(PACKAGE_KINDS, ("package", "packageUps", "packageUsps", "packageFedex"), strict=True)
)
SUFFIXES = dict(zip(PACKAGE_KINDS, ("", "Ups", "Usps", "FedEx"), strict=True))
_CUSTOM = ("custbody", "custcol")
_NUMBER_BREAK = re.compile(r"(?:<br\s*/?>|[\s,])+", re.IGNORECASE)
# "2026-01-31", with or without a time.
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?")


# -- fulfilments ------------------------------------------------------------------------------


def fulfillment(record: Fields) -> Fulfillment:
    """An item fulfilment as the write-back sees it."""
    order = ref(record, "createdFrom")
    kind, packages = _packages(record)
    return Fulfillment(
        order_id=order.id if order else "",
        internal_id=_internal_id(record),
        external_id=text(record, "externalId"),
        tran_id=text(record, "tranId"),
        ship_status=_status(record),
        lines=tuple(_written_line(one) for one in items(record, "item")),
        packages=packages,
        package_kind=kind,
        memo=text(record, "memo"),
        ship_group=key(record, "createdFromShipGroup"),
        ship_method=ref(record, "shipMethod"),
        shipping_cost=amount(record, "shippingCost"),
        last_modified=moment(record, "lastModifiedDate"),
        custom_fields=custom_fields(record),
    )


def proposal(record: Fields, order_id: str) -> Proposal:
    """The fulfilment that NetSuite proposes for an order."""
    return Proposal(
        order_id=order_id,
        lines=tuple(_line(one) for one in items(record, "item")),
        package_kind=_packages(record)[0],
        ship_group=key(record, "createdFromShipGroup"),
        ship_method=ref(record, "shipMethod"),
        ship_status=_status(record),
    )


def transaction(record: Fields) -> Transaction:
    """An item fulfilment as a document to ship."""
    return Transaction(
        type=ITEM_FULFILLMENT,
        internal_id=_internal_id(record),
        tran_id=text(record, "tranId"),
        external_id=text(record, "externalId"),
        status=search_code(ITEM_FULFILLMENT, code(record, "shipStatus") or code(record, "status")),
        entity=ref(record, "entity"),
        created_from=ref(record, "createdFrom"),
        tran_date=day(record, "tranDate"),
        ship_date=day(record, "shippedDate"),
        last_modified=moment(record, "lastModifiedDate"),
        memo=text(record, "memo"),
        location=ref(record, "location"),
        subsidiary=ref(record, "subsidiary"),
        department=ref(record, "department"),
        class_=ref(record, "class"),
        ship_method=ref(record, "shipMethod"),
        tracking_numbers=_tracking_numbers(record),
        address=address(record),
        lines=tuple(_line(one) for one in items(record, "item")),
        custom_fields=custom_fields(record),
    )


def _status(record: Fields) -> str:
    return ship_status(code(record, "shipStatus"))


def _line(found: Fields) -> Line:
    unit = text(found, "unitsDisplay")
    return Line(
        key=key(found, "orderLine"),
        item=ref(found, "item"),
        item_type=code(found, "itemType"),
        description=text(found, "description"),
        quantity=amount(found, "quantity") or 0.0,
        unit=Ref("", unit) if unit else None,
        location=ref(found, "location"),
        quantity_remaining=amount(found, "quantityRemaining"),
        drop_ship="drop" in text(found, "createPo").lower(),
        kit_member_of=key(found, "kitMemberOf"),
        ship_group=key(found, "shipGroup"),
        serial_numbers=text(found, "serialNumbers"),
        receive=flag(found, "itemReceive", default=True),
        custom_fields=custom_fields(found),
    )


def _written_line(found: Fields) -> FulfillmentLine:
    detail = found.get("inventoryDetail")
    return FulfillmentLine(
        order_line=key(found, "orderLine"),
        receive=flag(found, "itemReceive", default=True),
        item=ref(found, "item"),
        quantity=amount(found, "quantity"),
        location=ref(found, "location"),
        assignments=tuple(
            _assignment(one)
            for one in (items(detail, "inventoryAssignment") if isinstance(detail, dict) else ())
        ),
        serial_numbers=text(found, "serialNumbers"),
    )


def _assignment(found: Fields) -> Assignment:
    return Assignment(
        ref(found, "issueInventoryNumber") or Ref("", text(found, "receiptInventoryNumber")),
        amount(found, "quantity") or 0.0,
        ref(found, "binNumber"),
    )


def _packages(record: Fields) -> tuple[str, tuple[Package, ...]]:
    """The kind of package list that the record uses, and its packages."""
    present = [
        (kind, items(record, sublist))
        for kind, sublist in SUBLISTS.items()
        if record.get(sublist) is not None
    ]
    if not present:
        return PACKAGE_KINDS[0], ()
    kind, packages = next((one for one in present if one[1]), present[0])
    return kind, tuple(_package(one, SUFFIXES[kind]) for one in packages)


def _package(found: Fields, suffix: str) -> Package:
    return Package(
        text(found, f"packageTrackingNumber{suffix}"),
        amount(found, f"packageWeight{suffix}") or 0.0,
        text(found, f"packageDescr{suffix}"),
    )


def _tracking_numbers(record: Fields) -> tuple[str, ...]:
    on_packages = (package.tracking_number for package in _packages(record)[1])
    return tuple(dict.fromkeys((*tracking_numbers(record), *filter(None, on_packages))))


def tracking_numbers(record: Fields) -> tuple[str, ...]:
    """The numbers in the body of a document and of its fulfilments, each once."""
    names = ("trackingNumbers", "linkedTrackingNumbers")
    written = " ".join(text(record, name) for name in names)
    return tuple(dict.fromkeys(one for one in _NUMBER_BREAK.split(written) if one))


# -- parts ---------------------------------------------------------------------------------------


def address(record: Fields) -> Address | None:
    """The shipping address of a record; None when nothing is in it."""
    found = record.get("shippingAddress")
    if not isinstance(found, dict):
        return None
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
        country=iso_code(code(found, "country")),
        text=plain_lines(text(found, "addrText")),
        override=flag(found, "override"),
    )
    return None if decoded == Address() else decoded


def with_ship_groups(order: Transaction, record: Fields) -> Transaction:
    """The order with what its record says of where each line goes, if that differs."""
    if not flag(record, "isMultiShipTo"):
        return order
    groups = {key(one, "line"): key(one, "shipGroup") for one in items(record, "item")}
    return replace(
        order,
        multi_ship_to=True,
        ship_groups=tuple(_ship_group(one) for one in items(record, "shipGroup")),
        lines=tuple(replace(line, ship_group=groups.get(line.key, "")) for line in order.lines),
    )


def _ship_group(found: Fields) -> ShipGroup:
    # Only a text tells the address, as if it had been typed by hand.
    shown = found.get("destinationAddress")
    place = plain_lines(shown if isinstance(shown, str) else "")
    method = ref(found, "shippingMethodRef") or ref(found, "shippingMethod")
    return ShipGroup(
        key(found, "id"), Address(text=place, override=True) if place else None, method
    )


def custom_fields(found: Fields) -> dict[str, CustomValue]:
    """Values by script id; those without a value are left out [5.7]."""
    named = ((storable(name), value) for name, value in found.items() if name.startswith(_CUSTOM))
    values = ((name, _custom_value(value)) for name, value in named)
    return {name: value for name, value in values if value is not None}


def _custom_value(value: object) -> CustomValue | None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a custom field is no number that can be")
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        value = storable(value).strip()
        if not _TIME.fullmatch(value):
            return value or None
        return parse_moment(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, dict) and "items" in value:
        return tuple(one for one in map(ref_of, items({"": value}, "")) if one) or None
    return ref_of(value) if isinstance(value, dict) else None


def _internal_id(record: Fields) -> str:
    internal_id = key(record, "id")
    if not internal_id:
        raise ValueError("a record has no id")
    return internal_id
