"""Records into the objects that zeep writes. Facts: netsuite-protocol.md 5.7, 7.1, 7.3, 7.7, 7.8.

None of a field leaves it out. Lists say ``replaceAll`` themselves: zeep would send the schema's
default, which is not always what is meant [0.5].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from ..errors import ConfigurationError
from ..records import CustomValue, Fulfillment, FulfillmentLine, Package, Ref
from .decode import PACKAGE_SUFFIXES
from .definition import clean
from .statuses import SOAP_TYPES

Make = Callable[..., Any]
#: What clears a field.
_EMPTY = (None, "", ())


def transaction_ref(make: Make, type: str, internal_id: str) -> Any:
    """A reference to a transaction, to read it."""
    return make("core:RecordRef", internalId=internal_id, type=SOAP_TYPES[type])


def units_type_ref(make: Make, internal_id: str) -> Any:
    """A reference to a type of units, to read it."""
    return make("core:RecordRef", internalId=internal_id, type="unitsType")


def fulfillment_source(order_id: str, ship_group: str) -> dict[str, Any]:
    """Ask for the fulfilment of a sales order, or of one of its ship groups."""
    group = {"type": "shippingGroup", "internalId": ship_group}
    return {
        "type": "itemFulfillment",
        "reference": {"type": "salesOrder", "internalId": order_id},
        "auxReference": group if ship_group else None,
    }


def new_fulfillment(make: Make, fulfillment: Fulfillment) -> Any:
    """The fulfilment with every line of the order that is named, ticked or not [7.1]."""
    values = _fulfillment_fields(make, fulfillment)
    values["nullFieldList"] = None  # a new record has nothing to clear
    values["itemList"] = {
        "item": [_line(line) for line in fulfillment.lines],
        "replaceAll": False,
    }
    return make(
        "sales:ItemFulfillment",
        externalId=fulfillment.external_id or None,
        createdFrom={"internalId": fulfillment.order_id, "type": "salesOrder"},
        createdFromShipGroup=fulfillment.ship_group or None,
        **values,
    )


def changed_fulfillment(make: Make, fulfillment: Fulfillment) -> Any:
    """Only what is to change of the fulfilment with this internal id."""
    return make(
        "sales:ItemFulfillment",
        internalId=fulfillment.internal_id,
        **_fulfillment_fields(make, fulfillment),
    )


def changed_invoice(
    make: Make,
    internal_id: str,
    tracking_numbers: str | None,
    memo: str | None,
    custom_fields: Mapping[str, object],
) -> Any:
    """Only what is to change of the invoice; an empty text clears its field."""
    texts = {"trackingNumbers": tracking_numbers, "memo": memo}
    return make(
        "sales:Invoice",
        internalId=internal_id,
        **{name: clean(value) for name, value in texts.items() if value},
        **_custom_field_values(
            make, custom_fields, [name for name, value in texts.items() if value == ""]
        ),
    )


def changed_text(make: Make, type: str, internal_id: str, field: str, value: str) -> Any:
    """A text for a custom body field of a document; an empty one clears it."""
    kind = SOAP_TYPES[type]
    return make(
        f"sales:{kind[0].upper()}{kind[1:]}",
        internalId=internal_id,
        **_custom_field_values(make, {field: value}, []),
    )


def _fulfillment_fields(make: Make, fulfillment: Fulfillment) -> dict[str, Any]:
    status = fulfillment.ship_status
    is_new = not fulfillment.internal_id
    values: dict[str, Any] = {
        "shipStatus": f"_{status}" if status else None,
        "memo": clean(fulfillment.memo) or None,
        "shipMethod": _reference(fulfillment.ship_method),
        "shippingCost": fulfillment.shipping_cost,
        # NetSuite would ask UPS or FedEx for labels of its own when it is shipped [7.5].
        "generateIntegratedShipperLabel": False if is_new or status else None,
        **_custom_field_values(make, fulfillment.custom_fields, []),
    }
    if fulfillment.packages is not None:
        suffix = PACKAGE_SUFFIXES[fulfillment.package_kind]
        values[f"package{suffix}List"] = {
            f"package{suffix}": [_package(one, suffix) for one in fulfillment.packages],
            "replaceAll": True,
        }
    return values


def _package(package: Package, suffix: str) -> dict[str, Any]:
    values = {
        f"packageWeight{suffix}": package.weight,
        f"packageTrackingNumber{suffix}": clean(package.tracking_number) or None,
    }
    if suffix != "FedEx":  # has no description
        values[f"packageDescr{suffix}"] = clean(package.description) or None
    return values


def _line(line: FulfillmentLine) -> dict[str, Any]:
    return {
        "itemReceive": line.receive,
        "location": _reference(line.location),
        "quantity": line.quantity,
        "inventoryDetail": _inventory_detail(line) if line.assignments else None,
        "serialNumbers": clean(line.serial_numbers) or None,
        "orderLine": line.order_line,
    }


def _inventory_detail(line: FulfillmentLine) -> dict[str, Any]:
    assignments = [
        {
            "issueInventoryNumber": _reference(one.number),
            "binNumber": _reference(one.bin),
            "quantity": one.quantity,
        }
        for one in line.assignments
    ]
    return {"inventoryAssignmentList": {"inventoryAssignment": assignments, "replaceAll": True}}


def _reference(target: Ref | None) -> dict[str, str] | None:
    return {"internalId": target.id} if target else None


# -- custom fields -----------------------------------------------------------------------------


def _custom_field_values(
    make: Make, custom_fields: Mapping[str, Any], cleared: list[str]
) -> dict[str, Any]:
    """The lists of fields to set and of fields to clear, where there are any."""
    cleared = [*cleared, *(name for name, value in custom_fields.items() if value in _EMPTY)]
    written = [
        _custom_field(make, name, value)
        for name, value in custom_fields.items()
        if value not in _EMPTY
    ]
    return {
        "customFieldList": {"customField": written} if written else None,
        "nullFieldList": {"name": cleared} if cleared else None,
    }


def _custom_field(make: Make, name: str, value: CustomValue) -> Any:
    kind, written = _custom_value(name, value)
    return make(f"core:{kind}CustomFieldRef", scriptId=name, value=written)


def _custom_value(name: str, value: CustomValue) -> tuple[str, Any]:
    if isinstance(value, bool):  # before int, which it is too
        return "Boolean", value
    if isinstance(value, str):
        return "String", clean(value)
    if isinstance(value, int):
        return "Long", value
    if isinstance(value, float):
        return "Double", value
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return "Date", aware.astimezone(UTC)
    if isinstance(value, date):
        return "Date", datetime.combine(
            value, time(12), UTC
        )  # noon is the same day nearly anywhere
    if isinstance(value, Ref):
        return "Select", _reference(value)
    if isinstance(value, tuple):
        return "MultiSelect", [_reference(one) for one in value]
    raise ConfigurationError(f"{name} cannot hold a value of the kind {type(value).__name__}.")
