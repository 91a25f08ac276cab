"""Records that a caller sends, as requests to the books [7]."""

from .. import fulfilling, invoicing, ordering
from ..account import INVOICE, ITEM_FULFILLMENT, SALES_ORDER, Address, Assignment, Package
from ..clock import as_date
from ..refusal import Refusal, read_only
from .codec import invalid
from .countries import CODES
from .records import SUFFIXES

# Fields that NetSuite alone sets: refused, or passed over with ignoreReadOnlyFields [7.1, 10].
READ_ONLY = {
    "ItemFulfillment": (
        "createdDate",
        "lastModifiedDate",
        "postingPeriod",
        "entity",
        "pickedDate",
        "packedDate",
        "shippedDate",
        "shipAddressList",
        "tranId",
    ),
    "ItemFulfillmentItem": (
        "jobName",
        "itemName",
        "description",
        "onHand",
        "unitsDisplay",
        "createPo",
        "poNum",
        "item",
        "quantityRemaining",
        "shipGroup",
        "itemIsFulfilled",
        "shipAddress",
        "shipMethod",
    ),
    "Invoice": (
        "createdDate",
        "lastModifiedDate",
        "linkedTrackingNumbers",
        "status",
        "createdFrom",
    ),
    "SalesOrder": ("createdDate", "lastModifiedDate", "linkedTrackingNumbers", "status"),
}
# What the simulator can change on orders and invoices; everything else is refused loudly.
CHANGEABLE = {
    "Invoice": ("memo", "trackingNumbers", "shipDate", "shipMethod", "customFieldList"),
    "SalesOrder": ("memo", "shipDate", "shipMethod", "customFieldList"),
}
_ALWAYS = ("#type", "internalId", "externalId", "nullFieldList")


def writable(record, preferences):
    """The record without read-only fields.

    :raises Refusal: INSUFFICIENT_PERMISSION when one is sent without ignoreReadOnlyFields [7.1]
    """
    kind = record["#type"]
    for name in READ_ONLY.get(kind, ()):
        if name in record and not preferences.get("ignoreReadOnlyFields"):
            raise read_only(name)
    return {name: value for name, value in record.items() if name not in READ_ONLY.get(kind, ())}


def fulfillment_request(books, record, preferences):
    """An ItemFulfillment as a request; what is not sent stays None."""
    record, emptied = _emptied(books, writable(record, preferences), ("memo",))
    request = fulfilling.Request(
        external_id=record.get("externalId"),
        ship_status=_ship_status(record.get("shipStatus")),
        tran_date=_date(books, record, "tranDate"),
        memo=record.get("memo"),
        ship_method=_key(record, "shipMethod"),
        shipping_cost=record.get("shippingCost"),
        handling_cost=record.get("handlingCost"),
        generate_label=record.get("generateIntegratedShipperLabel"),
        ship_group=record.get("createdFromShipGroup"),
        address=_address(record.get("shippingAddress")),
        custom=custom_values(books, record.get("customFieldList"), ITEM_FULFILLMENT) | emptied,
    )
    _packages(record, request)
    items = record.get("itemList")
    if items is not None:
        request.replace_lines = items.get("replaceAll", True)  # the schema's default [7.1]
        request.lines = [_line(books, one, preferences) for one in items.get("item", ())]
    return request


def _ship_status(text):
    if text is None:
        return None
    if text not in ("_picked", "_packed", "_shipped"):
        raise invalid(f"{text!r} is not a legal value of ItemFulfillmentShipStatus")
    return text[1:]


def _date(books, record, name):
    moment = record.get(name)
    return as_date(moment, books.settings.time_zone) if moment else None  # [8]


def _key(record, name):
    found = record.get(name)
    return found.get("internalId") if found else None


def _address(value):
    if not value:
        return None
    return Address(
        country=CODES.get(value.get("country"), ""),
        attention=value.get("attention", ""),
        addressee=value.get("addressee", ""),
        phone=value.get("addrPhone", ""),
        addr1=value.get("addr1", ""),
        addr2=value.get("addr2", ""),
        addr3=value.get("addr3", ""),
        city=value.get("city", ""),
        state=value.get("state", ""),
        zip=value.get("zip", ""),
        text=value.get("addrText", "") if value.get("override") else "",
        override=value.get("override", False),
    )


def _packages(record, request):
    """One of the four package lists; its type says which carrier it is for [7.3]."""
    for kind, suffix in SUFFIXES.items():
        rows = record.get(f"package{suffix}List")
        if rows is None:
            continue
        request.package_kind = kind
        request.packages = [
            Package(
                weight=row.get(f"packageWeight{suffix}", 0),
                tracking=row.get(f"packageTrackingNumber{suffix}", ""),
                description=row.get(f"packageDescr{suffix}", ""),
            )
            for row in rows.get(f"package{suffix}", ())
        ]


def _line(books, row, preferences):
    row = writable(row, preferences)
    detail = row.get("inventoryDetail")
    return fulfilling.LineRequest(
        order_line=row.get("orderLine"),
        receive=row.get("itemReceive"),
        quantity=row.get("quantity"),
        location=_key(row, "location"),
        serial_numbers=row.get("serialNumbers"),
        assignments=None if detail is None else _assignments(detail),
        custom=custom_values(books, row.get("customFieldList"), ITEM_FULFILLMENT),
    )


def _assignments(detail):
    rows = (detail.get("inventoryAssignmentList") or {}).get("inventoryAssignment", ())
    return [
        Assignment(
            number=_key(row, "issueInventoryNumber") or "",
            quantity=row.get("quantity", 0),
            bin=_key(row, "binNumber") or "",
        )
        for row in rows
    ]


# -- custom fields --------------------------------------------------------------------------


def custom_values(books, fields, record_type):
    """Values by script id [5.7].

    :raises Refusal: for fields that the account or the record type does not have
    """
    values = {}
    for one in (fields or {}).get("customField", ()):
        script_id = one.get("scriptId") or _script_id(books, one.get("internalId"))
        known = books.custom_fields.get(script_id)
        if not known or record_type not in known.applies_to:
            if not books.settings.unverified.unknown_custom_fields_refused:
                continue
            raise Refusal("INVALID_CSTM_FIELD_REF", f"Invalid custom field {script_id}.")
        if one["#type"].removesuffix("CustomFieldRef").lower() != known.kind:
            raise Refusal(
                "INVALID_CSTM_FIELD_DATA_TYP",
                f"The custom field {script_id} is of type {known.kind}.",
            )
        value = one.get("value")
        values[script_id] = value.get("internalId") if isinstance(value, dict) else value
    return values


def _script_id(books, internal_id):
    return next(
        (one.script_id for one in books.custom_fields.values() if one.id == internal_id), ""
    )


def _emptied(books, record, texts):
    """The record with the texts that ``nullFieldList`` empties, and its custom fields [5.7]."""
    names = (record.get("nullFieldList") or {}).get("name", ())
    for name in names:
        if name not in texts and name not in books.custom_fields:
            raise Refusal("INVALID_FIELD_NAME_FOR_NULL", f"Invalid field name for null: {name}.")
    return (
        record | {name: "" for name in names if name in texts},
        {name: None for name in names if name not in texts},
    )


# -- orders and invoices --------------------------------------------------------------------


def update_sale(books, record, preferences):
    """Change body fields of an order or invoice; lines are never sent [7.8]."""
    kind = record["#type"]
    record = writable(record, preferences)
    for name in record:
        if name not in (*_ALWAYS, *CHANGEABLE[kind]):
            raise Refusal("USER_ERROR", f"The simulator does not change {name} of {kind}.")
    record_type = INVOICE if kind == "Invoice" else SALES_ORDER
    target = books.get(record_type, record.get("internalId"), record.get("externalId", ""))
    texts = {"memo"}
    if record_type == INVOICE and books.settings.unverified.invoice_tracking_clearable:
        texts.add("trackingNumbers")
    record, emptied = _emptied(books, record, texts)
    changes = {
        "memo": record.get("memo"),
        "ship_date": _date(books, record, "shipDate"),
        "ship_method": _key(record, "shipMethod"),
        "custom": custom_values(books, record.get("customFieldList"), record_type) | emptied,
    }
    if record_type == INVOICE:
        changes["tracking_numbers"] = record.get("trackingNumbers")
        return invoicing.update(books, target.id, changes)
    return ordering.update(books, target.id, changes)
