"""Records into what the record API takes. Facts: netsuite-protocol.md 5.7, 7.1, 7.3, 7.7 to 7.9.

What is left out stays as it is; null clears a field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from ..errors import ConfigurationError
from ..records import Fulfillment, FulfillmentLine, Package, Ref
from .documents import SUBLISTS, SUFFIXES
from .statuses import ship_letter

_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]+")
# What clears a field.
_EMPTY = (None, "", ())


def new_fulfillment(fulfillment: Fulfillment) -> dict[str, Any]:
    """The fulfilment with every line of the order that is named, ticked or not [7.1].

    :raises ConfigurationError: the external id has characters that REST does not take
    """
    external_id = fulfillment.external_id
    if external_id and not _EXTERNAL_ID.fullmatch(external_id):
        raise ConfigurationError(
            f"{external_id!r} cannot be an external id: only letters, digits, _ and - can."
        )
    changes = changed_fulfillment(fulfillment)
    body = {name: value for name, value in changes.items() if value is not None}
    body |= proposed(fulfillment.ship_group)
    if external_id:
        body["externalId"] = external_id
    body["generateIntegratedShipperLabel"] = False
    body["item"] = {"items": [_line(line) for line in fulfillment.lines]}
    return body


def proposed(ship_group: str) -> dict[str, Any]:
    """What chooses a ship group of an order; only a transform can [5.3]."""
    return {"createdFromShipGroup": int(ship_group)} if ship_group else {}


def changed_fulfillment(fulfillment: Fulfillment) -> dict[str, Any]:
    """Only what is to change of a fulfilment; its lines are not touched."""
    body: dict[str, Any] = {}
    if fulfillment.ship_status:
        body["shipStatus"] = {"id": ship_letter(fulfillment.ship_status)}
        # NetSuite would ask UPS or FedEx for labels of its own when it is shipped [7.5].
        body["generateIntegratedShipperLabel"] = False
    if fulfillment.memo:
        body["memo"] = fulfillment.memo
    if fulfillment.ship_method:
        body["shipMethod"] = _reference(fulfillment.ship_method)
    if fulfillment.shipping_cost is not None:
        body["shippingCost"] = fulfillment.shipping_cost
    if fulfillment.packages is not None:
        suffix = SUFFIXES[fulfillment.package_kind]
        packages = [_package(one, suffix) for one in fulfillment.packages]
        body[SUBLISTS[fulfillment.package_kind]] = {"items": packages}
    return body | _custom_fields(fulfillment.custom_fields)


def replaced(fulfillment: Fulfillment) -> list[str]:
    """The sublists that are written as a whole: NetSuite would add to them [0.3]."""
    return [] if fulfillment.packages is None else [SUBLISTS[fulfillment.package_kind]]


def changed_invoice(
    tracking_numbers: str | None, memo: str | None, custom_fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Only what is to change of an invoice; an empty text clears its field."""
    texts = {"trackingNumbers": tracking_numbers, "memo": memo}
    body = {name: value or None for name, value in texts.items() if value is not None}
    return body | _custom_fields(custom_fields)


def changed_text(field: str, value: str) -> dict[str, Any]:
    """A text for a custom body field of a document; an empty one clears it."""
    return _custom_fields({field: value})


def _package(package: Package, suffix: str) -> dict[str, Any]:
    values: dict[str, Any] = {f"packageWeight{suffix}": package.weight}
    if package.tracking_number:
        values[f"packageTrackingNumber{suffix}"] = package.tracking_number
    if package.description and suffix != "FedEx":  # has no description
        values[f"packageDescr{suffix}"] = package.description
    return values


def _line(line: FulfillmentLine) -> dict[str, Any]:
    values: dict[str, Any] = {
        "orderLine": int(line.order_line),
        "itemReceive": line.receive,
    }
    if line.quantity is not None:
        values["quantity"] = line.quantity
    if line.location:
        values["location"] = _reference(line.location)
    if line.assignments:
        values["inventoryDetail"] = _inventory_detail(line)
    if line.serial_numbers:
        values["serialNumbers"] = line.serial_numbers
    return values


def _inventory_detail(line: FulfillmentLine) -> dict[str, Any]:
    assignments = [
        {
            "issueInventoryNumber": one.number and _reference(one.number),
            "quantity": one.quantity,
            "binNumber": one.bin and _reference(one.bin),
        }
        for one in line.assignments
    ]
    written = [{name: value for name, value in one.items() if value} for one in assignments]
    return {"quantity": line.quantity, "inventoryAssignment": {"items": written}}


def _reference(target: Ref) -> dict[str, str]:
    return {"id": target.id}


def _custom_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _custom_value(name, value) for name, value in values.items()}


def _custom_value(name: str, value: Any) -> Any:
    if value in _EMPTY:
        return None
    if isinstance(value, bool | str | int | float):
        return value
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Ref):
        return _reference(value)
    if isinstance(value, tuple):
        return {"items": [_reference(one) for one in value]}
    raise ConfigurationError(f"{name} cannot hold a value of the kind {type(value).__name__}.")
