"""Records that a caller sends, as requests to the books [7]."""

from ..account import INVOICE, SALES_ORDER, Address, Assignment, Package
from ..fulfilling import LineRequest, Request
from ..soap.countries import COUNTRIES
from .problems import invalid
from .records import PACKAGES, SHIP_STATUSES, line_number

_FULFILLMENT = (
    "externalId",
    "shipStatus",
    "tranDate",
    "memo",
    "shipMethod",
    "shippingCost",
    "handlingCost",
    "generateIntegratedShipperLabel",
    "createdFromShipGroup",
    "shippingAddress",
    "item",
    *(name for name, _suffix in PACKAGES.values()),
)
_READ_ONLY = (
    *("id", "links", "createdDate", "lastModifiedDate", "createdFrom", "entity", "tranId"),
    *("status", "pickedDate", "packedDate", "shippedDate", "postingPeriod", "shipAddress"),
    *("shippingAddress_text", "trackingNumbers", "linkedTrackingNumbers"),
)
_SALE = {
    SALES_ORDER: ("memo", "shipDate", "shipMethod"),
    INVOICE: ("memo", "shipDate", "shipMethod", "trackingNumbers"),
}
_LINE = (
    *("orderLine", "line", "itemReceive", "quantity", "location", "serialNumbers"),
    "inventoryDetail",
)
_LINE_READ_ONLY = (
    *("item", "itemName", "itemType", "description", "onHand", "unitsDisplay", "units", "links"),
    *("quantityRemaining", "kitMemberOf", "createPo", "itemIsFulfilled"),
)
_ADDRESS = (
    *("country", "attention", "addressee", "addrPhone", "addr1", "addr2", "addr3"),
    *("city", "state", "zip", "addrText", "override"),
)
_LETTERS = {letter: status for status, letter in SHIP_STATUSES.items()}


def properties(record_type):
    """The names of a record's properties that are known here."""
    return (*_SALE.get(record_type, _FULFILLMENT), *_READ_ONLY)


def fulfillment(reader, body, replace, existing=None):
    """An itemFulfillment as a request; what is not said stays None.

    :param replace: names of sublists that the body replaces; others are changed or appended to
    :param existing: the fulfilment that is changed; None: one is made
    """
    found = reader.known(body, "", _FULFILLMENT, "custbody", _READ_ONLY)
    request = Request(custom=reader.custom(found, ""))
    readers = {
        "externalId": ("external_id", reader.external_id),
        "tranDate": ("tran_date", reader.day),
        "memo": ("memo", reader.text),
        "shipMethod": ("ship_method", reader.key),
        "shippingCost": ("shipping_cost", reader.number),
        "handlingCost": ("handling_cost", reader.number),
        "generateIntegratedShipperLabel": ("generate_label", reader.flag),
        "createdFromShipGroup": ("ship_group", reader.integer),
    }
    for name, (attribute, read) in readers.items():
        if name in found:
            setattr(request, attribute, read(found[name], name))
    if "shipStatus" in found:
        request.ship_status = _ship_status(reader, found["shipStatus"])
    if "shippingAddress" in found:
        request.address = _address(reader, found["shippingAddress"])
    if "item" in found:
        request.replace_lines = "item" in replace  # exactly the body's lines [7.9]
        rows = reader.rows(found["item"], "item")
        request.lines = [_line(reader, row, path, existing) for row, path in rows]
    _packages(reader, found, replace, request, existing)
    return request


def _ship_status(reader, value):
    letter = reader.key(value, "shipStatus")
    if letter not in _LETTERS:
        raise invalid(
            "shipStatus",
            f"You have entered an Invalid Field Value {letter} for the following field: shipstatus",
        )
    return _LETTERS[letter]


def _address(reader, value):
    found = reader.known(value, "shippingAddress", _ADDRESS)
    country = found.pop("country", None)
    code = reader.key(country, "shippingAddress.country") if country is not None else ""
    if code and code not in COUNTRIES:
        raise invalid("shippingAddress.country", f"Invalid country {code}.")
    override = reader.flag(found.pop("override", False), "shippingAddress.override")
    texts = {
        name: reader.text(one, f"shippingAddress.{name}") for name, one in sorted(found.items())
    }
    phone, text = texts.pop("addrPhone", ""), texts.pop("addrText", "")
    return Address(
        country=code, phone=phone, text=text if override else "", override=override, **texts
    )


# -- packages -------------------------------------------------------------------------------


def _packages(reader, found, replace, request, existing):
    """Packages have no key: what is sent is appended, unless the sublist is replaced [7.3, 7.9]."""
    for kind, (name, suffix) in PACKAGES.items():
        if name not in found:
            continue
        rows = reader.rows(found[name], name)
        sent = [_package(reader, row, path, suffix) for row, path in rows]
        if name.lower() not in replace and name not in replace:
            sent = _present_packages(reader.books, existing) + sent
        request.package_kind, request.packages = kind, sent


def _present_packages(books, existing):
    """What is there already; a new fulfilment has a row of its own, UNVERIFIED [7.3]."""
    if existing:
        return list(existing.packages)
    return [Package()] if books.settings.unverified.default_package else []


def _package(reader, row, path, suffix):
    weight, number = f"packageWeight{suffix}", f"packageTrackingNumber{suffix}"
    descr = f"packageDescr{suffix}"
    names = (weight, number) if suffix == "FedEx" else (weight, number, descr)
    found = reader.known(row, path, names)
    return Package(
        weight=reader.number(found.get(weight, 0), f"{path}.{weight}"),
        tracking=reader.text(found.get(number), f"{path}.{number}"),
        description=reader.text(found.get(descr), f"{path}.{descr}"),
    )


# -- lines ----------------------------------------------------------------------------------


def _line(reader, row, path, existing):
    found = reader.known(row, path, _LINE, "custcol", _LINE_READ_ONLY)
    line = LineRequest(_order_line(reader, found, path, existing))
    readers = {
        "itemReceive": ("receive", reader.flag),
        "quantity": ("quantity", reader.number),
        "location": ("location", reader.key),
        "serialNumbers": ("serial_numbers", reader.text),
    }
    for name, (attribute, read) in readers.items():
        if name in found:
            setattr(line, attribute, read(found[name], f"{path}.{name}"))
    if "inventoryDetail" in found:
        line.assignments = _assignments(reader, found["inventoryDetail"], f"{path}.inventoryDetail")
    line.custom = reader.custom(found, f"{path}.")
    return line


def _order_line(reader, found, path, existing):
    """The line's key: the order's line, or an existing fulfilment's own [5.6]."""
    if "orderLine" in found:
        return reader.integer(found["orderLine"], f"{path}.orderLine")
    if "line" not in found or not existing:
        return None
    wanted = reader.integer(found["line"], f"{path}.line")
    numbered = {line_number(place): one for place, one in enumerate(existing.lines, 1)}
    return numbered[wanted].order_line if wanted in numbered else None


def _assignments(reader, value, path):
    found = reader.known(value, path, ("quantity", "inventoryAssignment"))
    place = f"{path}.inventoryAssignment"
    names = ("issueInventoryNumber", "quantity", "binNumber")
    made = []
    for row, at in reader.rows(found.get("inventoryAssignment"), place):
        each = reader.known(row, at, names)
        made.append(
            Assignment(
                number=_optional_key(reader, each, "issueInventoryNumber", at),
                quantity=reader.number(each.get("quantity"), f"{at}.quantity"),
                bin=_optional_key(reader, each, "binNumber", at),
            )
        )
    return made


def _optional_key(reader, found, name, path):
    return reader.key(found[name], f"{path}.{name}") if name in found else ""


# -- orders and invoices --------------------------------------------------------------------


def sale(reader, body, record_type):
    """Changes of an order's or invoice's body fields; lines are never sent [7.8]."""
    names = _SALE[record_type]
    read_only = [one for one in (*_READ_ONLY, "item") if one not in names]
    found = reader.known(body, "", names, "custbody", read_only)
    readers = {
        "memo": ("memo", reader.text),
        "shipDate": ("ship_date", reader.day),
        "shipMethod": ("ship_method", reader.key),
        "trackingNumbers": ("tracking_numbers", reader.text),
    }
    changes = {
        attribute: read(found[name], name)
        for name, (attribute, read) in readers.items()
        if name in found
    }
    method = changes.get("ship_method")
    if method and method not in reader.books.ship_methods:
        raise invalid(
            "shipMethod",
            f"You have entered an Invalid Field Value {method} for the following field: shipmethod",
        )
    return changes | {"custom": reader.custom(found, "")}
