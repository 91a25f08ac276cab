"""Transactions as REST records, in the words of its schema [5]."""

from ..account import INVOICE, ITEM_FULFILLMENT, ITEM_TYPES, SALES_ORDER, ZERO, Package
from ..ordering import (
    billed,
    committed,
    is_goods,
    on_fulfillments,
    order_status,
    remaining,
    shipped,
)
from ..packing import linked_numbers
from ..soap.records import address as formatted_address
from ..soap.records import modified
from ..soap.texts import INVOICE_STATES, invoice_text, order_text
from .shaping import day, moment, number, present

# The package sublist of each carrier, with the suffix of its fields [7.3].
PACKAGES = {
    "": ("package", ""),
    "ups": ("packageUps", "Ups"),
    "usps": ("packageUsps", "Usps"),
    "fedex": ("packageFedex", "FedEx"),
}
SHIP_STATUSES = {"picked": "A", "packed": "B", "shipped": "C"}
INVOICE_LETTERS = dict(zip(INVOICE_STATES, "ABDEV", strict=True))


def status_of(books, record):
    """Letter and text of a document's status [4.6]."""
    if record.type == SALES_ORDER:
        letter = order_status(books, record)
        return letter, order_text(letter, books.settings.language)
    if record.type == INVOICE:
        text = invoice_text(record.state, books.settings.language)
        return INVOICE_LETTERS[record.state], text
    return SHIP_STATUSES[record.ship_status], record.ship_status.capitalize()


def line_number(position):
    """A fulfilment line's own key: internal lines lie between, so it is never the order's [5.6]."""
    return 3 * position - 1


def transaction(view, record):
    """Any transaction as a record."""
    write = {SALES_ORDER: _order, INVOICE: _invoice, ITEM_FULFILLMENT: _fulfillment}
    value = _common(view, record) | write[record.type](view, record)
    return present(value | view.custom(record.custom))


def _common(view, record):
    books, path = view.books, (record.type, record.id)
    return {
        "links": view.links(*path),
        "id": record.id,
        "externalId": record.external_id,
        "createdDate": moment(record.created),
        "lastModifiedDate": moment(modified(books, record)),
        "entity": view.ref("customer", books.customers, record.entity),
        "createdFrom": _created_from(view, record),
        "tranDate": day(record.tran_date),
        "tranId": record.tran_id,
        "memo": record.memo,
        "status": view.enum(*status_of(books, record)),
        "location": view.ref("location", books.locations, record.location),
        "subsidiary": view.ref("subsidiary", books.subsidiaries, record.subsidiary),
        "department": view.ref("department", books.departments, record.department),
        "class": view.ref("classification", books.classes, record.class_),
        "shipMethod": view.ref("shipItem", books.ship_methods, record.ship_method),
        "shippingCost": number(record.shipping_cost),
    } | _address(view, path, record.address)


def _address(view, path, one):
    """The address three times: formatted, as text of the sub-record, and as sub-record [5.1]."""
    if not one:
        return {}
    text = formatted_address(one)["addrText"]
    fields = {
        "country": view.country(one.country),
        "attention": one.attention,
        "addressee": one.addressee,
        "addrPhone": one.phone,
        "addr1": one.addr1,
        "addr2": one.addr2,
        "addr3": one.addr3,
        "city": one.city,
        "state": one.state,
        "zip": one.zip,
        "addrText": text.replace("<br>", "\n"),
        "override": one.override,
    }
    reference = {"id": one.id, "refName": one.addr1} if one.id else None
    return {
        "shipAddress": text.replace("<br>", "\n"),
        "shippingAddress_text": text,
        "shipAddressList": reference and present(reference),
        "shippingAddress": view.subrecord(path, "shippingAddress", fields),
    }


def _created_from(view, record):
    if not record.created_from:
        return None
    order = view.books.orders.get(record.created_from)
    name = f"Sales Order #{order.tran_id}" if order else None
    links = view.links("salesOrder", record.created_from)
    return present({"links": links, "id": record.created_from, "refName": name})


def _sale(view, record):
    """What orders and invoices have and fulfilments have not."""
    books = view.books
    total = sum(((one.quantity or 1) * one.rate for one in record.lines), ZERO)
    order_id = record.id if record.type == SALES_ORDER else record.created_from
    return {
        "currency": {"id": "1", "refName": books.settings.currency},
        "salesRep": view.ref("employee", books.employees, record.sales_rep),
        "terms": view.ref("term", books.terms, record.terms),
        "fob": record.fob,
        "otherRefNum": record.other_ref_num,
        "email": record.email,
        "shipDate": day(record.ship_date),
        "linkedTrackingNumbers": linked_numbers(books, order_id),
        "subtotal": number(total),
        "total": number(total),
    }


# -- orders ---------------------------------------------------------------------------------


def _order(view, order):
    letter, text = status_of(view.books, order)
    if not view.books.settings.unverified.order_status_present:
        letter = ""
    rows = [_order_line(view, order, line) for line in order.lines]
    path = (order.type, order.id)
    routes = view.books.settings.features.multiple_shipping_routes
    value = _sale(view, order) | {
        "orderStatus": view.enum(letter, text),
        "shipComplete": order.ship_complete,
        "isMultiShipTo": order.multi_ship_to if routes else None,
        "item": view.sublist(path, "item", rows, lambda row, _position: row["line"]),
    }
    if order.ship_groups:
        groups = [_ship_group(view, order, one) for one in order.ship_groups]
        value["shipGroup"] = view.sublist(path, "shipGroup", groups, lambda row, _: row["id"])
    return value


def _order_line(view, order, line):
    books = view.books
    value = {
        "line": line.line,
        "lineUniqueKey": str(line.unique_key),
        "item": view.ref(*item_ref(books, line.item)),
        "itemType": view.enum(*[item_type(books, line.item)] * 2),
        "description": line.description,
        "quantity": number(line.quantity),
        "units": units(books, line),
        "rate": number(line.rate),
        "amount": number((line.quantity or 1) * line.rate),
        "location": view.ref("location", books.locations, line.location),
        "isClosed": line.closed,
        "isOpen": not line.closed,
        "createPo": _create_po(view, line),
        "createdPo": {"id": line.created_po} if line.created_po else None,
        "itemFulfillmentChoice": view.enum("2", "Store Pickup") if line.store_pickup else None,
        "shipMethod": view.ref("shipItem", books.ship_methods, line.ship_method),
        "serialNumbers": line.serial_numbers,
        "expectedShipDate": day(line.expected_ship_date),
    }
    if order.multi_ship_to:
        done = is_goods(books, line) and not remaining(books, order, line)
        value |= {"shipGroup": line.ship_group, "itemIsFulfilled": done}
    if line.quantity is not None:
        value |= _quantities(books, order, line)
    return present(value | view.custom(line.custom))


def item_ref(books, key):
    """Kind, table and key of an item's reference."""
    kind = books.items[key].type
    return f"{kind[0].lower()}{kind[1:]}", books.items, key


def item_type(books, key):
    return ITEM_TYPES[books.items[key].type][0]


def units(books, line):
    """In REST a line's unit is an id, not a name [6.1]."""
    item = books.items[line.item]
    return (line.unit or item.stock_unit) if item.units_type else None


def _create_po(view, line):
    if line.drop_ship:
        return view.enum("DropShip", "Drop Shipment")
    return view.enum("SpecOrd", "Special Order") if line.special_order else None


def _quantities(books, order, line):
    """How far a line has got. What picked and fulfilled count is UNVERIFIED [5.3]."""
    unverified = books.settings.unverified
    later = unverified.picked_includes_later_stages
    picked = ("picked", "packed", "shipped") if later else ("picked",)
    packed = ("packed", "shipped") if later else ("packed",)
    every = unverified.fulfilled_counts_all_stages
    quantities = {
        "quantityBackOrdered": line.backordered,
        "quantityBilled": billed(books, order, line),
        "quantityCommitted": committed(books, order, line) if is_goods(books, line) else ZERO,
        "quantityFulfilled": (on_fulfillments if every else shipped)(books, order, line),
        "quantityPacked": on_fulfillments(books, order, line, packed),
        "quantityPicked": on_fulfillments(books, order, line, picked),
    }
    return {name: number(value) for name, value in quantities.items()}


def _ship_group(view, order, group):
    lines = [one for one in order.lines if one.ship_group == group.id]
    return present(
        {
            "id": group.id,
            "isFulfilled": not any(remaining(view.books, order, one) for one in lines),
            "destinationAddress": formatted_address(group.address)["addrText"],
            "shippingMethodRef": view.ref("shipItem", view.books.ship_methods, group.ship_method),
        }
    )


# -- invoices -------------------------------------------------------------------------------


def _invoice(view, record):
    value = _sale(view, record)
    paid = record.state == "paidInFull"
    approval = {"pendingApproval": ("1", "Pending Approval"), "rejected": ("3", "Rejected")}
    rows = [_invoice_line(view, record, line) for line in record.lines]
    path = (record.type, record.id)
    return value | {
        "dueDate": day(record.due_date),
        "amountPaid": value["total"] if paid else 0,
        "amountRemaining": 0 if paid else value["total"],
        "trackingNumbers": record.tracking_numbers,
        "approvalStatus": view.enum(*approval.get(record.state, ("2", "Approved"))),
        "item": view.sublist(path, "item", rows, lambda row, _position: row["line"]),
    }


def _invoice_line(view, record, line):
    books = view.books
    value = {
        "line": line.line,
        "item": view.ref(*item_ref(books, line.item)),
        "itemType": view.enum(*[item_type(books, line.item)] * 2),
        "description": line.description,
        "quantity": number(line.quantity),
        "units": units(books, line),
        "rate": number(line.rate),
        "amount": number((line.quantity or 1) * line.rate),
        "orderLine": line.order_line,
        "location": view.ref("location", books.locations, line.location),
    }
    order = books.orders.get(record.created_from)
    source = order.line(line.order_line) if order and line.order_line else None
    if source and source.quantity is not None:
        value["quantityOrdered"] = number(source.quantity)
        value["quantityRemaining"] = number(remaining(books, order, source))
        value["quantityFulfilled"] = number(shipped(books, order, source))
    return present(value | view.custom(line.custom))


# -- fulfilments ----------------------------------------------------------------------------


def _fulfillment(view, record):
    path = (record.type, record.id)
    rows = _fulfilled_lines(view, record, path)
    name, _suffix = PACKAGES[record.package_kind]
    packages = package_rows(record.package_kind, record.packages)
    return {f"{stage}Date": day(when) for stage, when in record.stage_dates.items()} | {
        "shipStatus": view.enum(*status_of(view.books, record)),
        "createdFromShipGroup": record.ship_group,
        "generateIntegratedShipperLabel": record.generate_label,
        "handlingCost": number(record.handling_cost),
        "item": view.sublist(path, "item", rows, lambda row, _position: row["line"]),
        name: view.sublist(path, name, packages, lambda _row, position: position),
    }


def package_rows(kind, packages):
    """Packages with the field names of their carrier; FedEx has no description [7.3]."""
    suffix = PACKAGES[kind][1]
    return [
        present(
            {
                f"packageWeight{suffix}": number(one.weight),
                f"packageTrackingNumber{suffix}": one.tracking,
                f"packageDescr{suffix}": "" if kind == "fedex" else one.description,
            }
        )
        for one in packages
    ]


def _fulfilled_lines(view, record, path):
    books, order = view.books, view.books.orders[record.created_from]
    for position, line in enumerate(record.lines, 1):
        source = order.line(line.order_line) if line.order_line is not None else None
        left = remaining(books, order, source, but=record) if source else None
        number_of_line = line_number(position)
        yield _line(view, line, number_of_line, _kit_line(record.lines, line)) | present(
            {
                "itemReceive": True,
                "quantity": number(line.quantity),
                "quantityRemaining": number(left),
                "description": source.description if source else None,
                "createPo": "DropShip" if source and source.drop_ship else None,
                "serialNumbers": line.serial_numbers,
                "inventoryDetail": _inventory_detail(view, (*path, "item", number_of_line), line),
            }
        )


def _kit_line(lines, line):
    """Which line of the same document is this one's kit: ``kitMemberOf`` [5.4]."""
    if line.order_line is not None:
        return None
    keys = [one.order_line for one in lines]
    return line_number(keys.index(line.kit_line) + 1) if line.kit_line in keys else None


def _line(view, line, own_number, kit_line):
    """What a fulfilment's and a proposal's line have in common."""
    books, unit = view.books, units(view.books, line)
    names = {one.id: one.name for kind in books.units_types.values() for one in kind.units}
    value = {
        "line": own_number,
        "orderLine": line.order_line,
        "kitMemberOf": kit_line,
        "item": view.ref(*item_ref(books, line.item)),
        "itemName": books.items[line.item].name,
        "itemType": item_type(books, line.item),
        "location": view.ref("location", books.locations, line.location),
        "units": unit,
        "unitsDisplay": names.get(unit),
        "shipGroup": line.ship_group,
    }
    return present(value | view.custom(line.custom))


def _inventory_detail(view, path, line):
    """Lots, serials and bins of a line [7.7, 7.9]."""
    if not line.assignments:
        return None
    books, detail = view.books, (*path, "inventoryDetail")
    rows = [
        present(
            {
                "issueInventoryNumber": view.ref(
                    "inventoryNumber", books.inventory_numbers, one.number
                ),
                "binNumber": view.ref("bin", books.bins, one.bin),
                "quantity": number(one.quantity),
            }
        )
        for one in line.assignments
    ]
    value = {
        "quantity": number(line.quantity),
        "inventoryAssignment": view.sublist(
            detail, "inventoryAssignment", rows, lambda _row, position: position
        ),
    }
    return view.subrecord(path, "inventoryDetail", value)


# -- what could be fulfilled ----------------------------------------------------------------


def proposal(view, order, group, lines):
    """A create-form: the fulfilment that a transform would make, not saved [7.9]."""
    books = view.books
    chosen = next((one for one in order.ship_groups if one.id == group), None)
    method = (chosen and chosen.ship_method) or order.ship_method
    kind = books.ship_methods[method].carrier if method else ""
    default = [Package()] if books.settings.unverified.default_package else []  # [7.3]
    path = (ITEM_FULFILLMENT,)
    source = f"Sales Order #{order.tran_id}"
    name = PACKAGES[kind][0]
    staged = books.settings.features.pick_pack_and_ship
    value = {
        "links": [],
        "entity": view.ref("customer", books.customers, order.entity),
        "createdFrom": {"links": [], "id": order.id, "refName": source},
        "createdFromShipGroup": group,
        "shipStatus": view.enum("C", "Shipped") if staged else None,
        "tranDate": day(books.today()),
        "memo": order.memo,
        "shipMethod": view.ref("shipItem", books.ship_methods, method),
        "shippingCost": number(order.shipping_cost),
        "item": view.sublist(
            path, "item", _proposed_lines(view, lines), lambda row, _position: row["line"]
        ),
        name: view.sublist(path, name, package_rows(kind, default), lambda _row, place: place),
    }
    address = _address(view, path, chosen.address if chosen else order.address)
    return present(value | address | view.custom(order.custom))


def _proposed_lines(view, lines):
    for position, line in enumerate(lines, 1):
        yield _line(view, line, line_number(position), _kit_line(lines, line)) | present(
            {
                "itemReceive": line.ticked,
                "description": line.description,
                "quantity": number(line.quantity),
                "quantityRemaining": number(line.remaining),
                "createPo": "DropShip" if line.drop_ship else None,
                "serialNumbers": line.serial_numbers,
            }
        )
