"""Records of the books as SOAP dictionaries, in the words of the schema [5]."""

from decimal import Decimal

from ..account import INVOICE, ITEM_FULFILLMENT, SALES_ORDER, ZERO, Package
from ..clock import midnight
from ..ordering import (
    billed,
    committed,
    is_goods,
    on_fulfillments,
    order_status,
    remaining,
    shipped,
)
from ..packing import linked_numbers, list_name
from .countries import COUNTRIES
from .shapes import SHAPES
from .texts import RECORD_STATUSES, invoice_text, order_text

RECORD_NAMES = {
    SALES_ORDER: ("SalesOrder", "Sales Order"),
    INVOICE: ("Invoice", "Invoice"),
    ITEM_FULFILLMENT: ("ItemFulfillment", "Item Fulfillment"),
}
# Field suffix of each carrier's package list [7.3].
SUFFIXES = {"": "", "ups": "Ups", "usps": "Usps", "fedex": "FedEx"}
# Left out with bodyFieldsOnly [4.3]; the address and custom fields are of the body [5.2].
SUBLISTS = (
    "itemList",
    "shipGroupList",
    "packageList",
    "packageUpsList",
    "packageUspsList",
    "packageFedExList",
)


def transaction(books, record, body_only=False):
    """Any transaction as a record."""
    write = {SALES_ORDER: sales_order, INVOICE: invoice, ITEM_FULFILLMENT: item_fulfillment}
    value = write[record.type](books, record)
    if body_only:
        value = {name: one for name, one in value.items() if name not in SUBLISTS}
    return value


def ref(table, key):
    """A reference with the name NetSuite shows; nothing for no key."""
    if not key:
        return None
    named = table.get(key)
    return {"internalId": key, "name": named.name if named else None}


def write_ref(record):
    """The reference that answers a write [7.1]."""
    return {
        "#type": "RecordRef",
        "internalId": record.id,
        "externalId": record.external_id or None,
        "type": record.type,
    }


def _common(books, record):
    return {
        "#type": RECORD_NAMES[record.type][0],
        "internalId": record.id,
        "externalId": record.external_id,
        "createdDate": record.created,
        "lastModifiedDate": modified(books, record),
        "entity": ref(books.customers, record.entity),
        "createdFrom": created_from(books, record),
        "tranDate": midnight(record.tran_date, books.settings.time_zone),
        "tranId": record.tran_id,
        "memo": record.memo,
        "shippingAddress": address(record.address),
        "shipMethod": ref(books.ship_methods, record.ship_method),
        "shippingCost": record.shipping_cost,
        "customFieldList": custom_fields(books, record.custom),
    }


def _sale(books, record):
    """What orders and invoices have and fulfilments have not."""
    total = sum(((one.quantity or 1) * one.rate for one in record.lines), ZERO)
    return {
        "location": ref(books.locations, record.location),
        "subsidiary": ref(books.subsidiaries, record.subsidiary),
        "department": ref(books.departments, record.department),
        "class": ref(books.classes, record.class_),
        "currency": {"internalId": "1", "name": books.settings.currency},
        "currencyName": books.settings.currency,
        "salesRep": ref(books.employees, record.sales_rep),
        "terms": ref(books.terms, record.terms),
        "fob": record.fob,
        "otherRefNum": record.other_ref_num,
        "email": record.email,
        "shipDate": record.ship_date and midnight(record.ship_date, books.settings.time_zone),
        "shipAddressList": _address_ref(record),
        "linkedTrackingNumbers": linked_numbers(
            books, record.id if record.type == SALES_ORDER else record.created_from
        ),
        "subTotal": total,
        "total": total,
    }


def _address_ref(record):
    found = record.address
    return {"internalId": found.id, "name": found.addr1} if found and found.id else None


def modified(books, record):
    """``lastModifiedDate``, as coarse as the account gives it [4.5]."""
    step = books.settings.unverified.modified_granularity
    return record.modified.replace(second=record.modified.second // step * step, microsecond=0)


def created_from(books, record):
    if not record.created_from:
        return None
    order = books.orders.get(record.created_from)
    return {
        "internalId": record.created_from,
        "name": f"Sales Order #{order.tran_id}" if order else None,
    }


def address(one):
    """The address sub-record; a hand-typed one has only its text [5.2]."""
    if not one:
        return None
    country, name = COUNTRIES[one.country] if one.country else (None, "")
    lines = [one.attention, one.addressee, one.addr1, one.addr2, one.addr3]
    lines += [" ".join(filter(None, (one.city, one.state, one.zip))), name]
    return {
        "internalId": one.id,
        "country": country,
        "attention": one.attention,
        "addressee": one.addressee,
        "addrPhone": one.phone,
        "addr1": one.addr1,
        "addr2": one.addr2,
        "addr3": one.addr3,
        "city": one.city,
        "state": one.state,
        "zip": one.zip,
        "addrText": (one.text or "\n".join(filter(None, lines))).replace("\n", "<br>"),
        "override": one.override,
    }


def custom_fields(books, values):
    """Custom fields that have a value; ticks always have one [5.7]."""
    fields = []
    for script_id, value in values.items():
        known = books.custom_fields.get(script_id)
        if not known or value is None or value == "":
            continue
        # With and without a time they are the same.
        kind = {"datetime": "Date"}.get(known.kind, known.kind[0].upper() + known.kind[1:])
        if known.kind == "select":
            entry = next(
                (one for one in books.custom_lists[known.list_id] if one.id == value), None
            )
            value = {
                "internalId": value,
                "typeId": known.list_id,
                "name": entry.name if entry else None,
            }
        if known.kind == "date":
            value = midnight(value, books.settings.time_zone)
        fields.append(
            {
                "#type": f"{kind}CustomFieldRef",
                "internalId": known.id,
                "scriptId": script_id,
                "value": value,
            }
        )
    return {"customField": fields} if fields else None


# -- orders ---------------------------------------------------------------------------------


def sales_order(books, order):
    status = order_status(books, order)
    present = books.settings.unverified.order_status_present
    value = _common(books, order) | _sale(books, order)
    return value | {
        "orderStatus": RECORD_STATUSES[status] if present else None,
        "status": order_text(status, books.settings.language),
        "isMultiShipTo": order.multi_ship_to,
        "shipComplete": order.ship_complete,
        "itemList": {"item": [_order_line(books, order, line) for line in order.lines]},
        "shipGroupList": _ship_groups(books, order),
    }


def _order_line(books, order, line):
    value = {
        "item": ref(books.items, line.item),
        "lineUniqueKey": line.unique_key,
        "quantity": line.quantity,
        "units": unit(books, line),
        "description": line.description,
        "rate": f"{line.rate:.2f}",
        "serialNumbers": line.serial_numbers,
        "amount": (line.quantity or 1) * line.rate,
        "location": ref(books.locations, line.location),
        "createPo": _create_po(line),
        "createdPo": {"internalId": line.created_po} if line.created_po else None,
        "isClosed": line.closed,
        "line": line.line,
        "shipMethod": ref(books.ship_methods, line.ship_method),
        "expectedShipDate": line.expected_ship_date
        and midnight(line.expected_ship_date, books.settings.time_zone),
        "customFieldList": custom_fields(books, line.custom),
    }
    if line.store_pickup:
        value["itemFulfillmentChoice"] = "_storePickup"
    if order.multi_ship_to:
        value["shipGroup"] = line.ship_group
        value["itemIsFulfilled"] = is_goods(books, line) and not remaining(books, order, line)
        value["shipAddress"] = _group_ref(order, line.ship_group)
    if line.quantity is not None:
        value |= _quantities(books, order, line)
    return value


def _create_po(line):
    if line.drop_ship:
        return "_dropShipment"
    return "_specialOrder" if line.special_order else None


def _quantities(books, order, line):
    """How far a line has got. What picked and fulfilled count is UNVERIFIED [5.3]."""
    unverified = books.settings.unverified
    later = unverified.picked_includes_later_stages
    picked = ("picked", "packed", "shipped") if later else ("picked",)
    packed = ("packed", "shipped") if later else ("packed",)
    all_stages = unverified.fulfilled_counts_all_stages
    fulfilled = on_fulfillments(books, order, line) if all_stages else shipped(books, order, line)
    return {
        "commitInventory": "_availableQty",
        "quantityBackOrdered": line.backordered,
        "quantityBilled": billed(books, order, line),
        "quantityCommitted": committed(books, order, line) if is_goods(books, line) else ZERO,
        "quantityFulfilled": fulfilled,
        "quantityPacked": on_fulfillments(books, order, line, packed),
        "quantityPicked": on_fulfillments(books, order, line, picked),
    }


def unit(books, line):
    item = books.items[line.item]
    if not item.units_type:
        return None
    units = {one.id: one for one in books.units_types[item.units_type].units}
    return ref(units, line.unit or item.stock_unit)


def _ship_groups(books, order):
    if not order.ship_groups:
        return None
    groups = []
    for group in order.ship_groups:
        text = address(group.address)["addrText"]
        lines = [one for one in order.lines if one.ship_group == group.id]
        groups.append(
            {
                "id": group.id,
                "isFulfilled": not any(remaining(books, order, one) for one in lines),
                "destinationAddressRef": _group_ref(order, group.id),
                "destinationAddress": text,
                "shippingMethodRef": ref(books.ship_methods, group.ship_method),
            }
        )
    return {"shipGroup": groups}


def _group_ref(order, group_id):
    group = next((one for one in order.ship_groups if one.id == group_id), None)
    return {"internalId": group.address.id, "name": group.address.addr1} if group else None


# -- invoices -------------------------------------------------------------------------------


def invoice(books, record):
    value = _common(books, record) | _sale(books, record)
    paid = record.state == "paidInFull"
    approval = {"pendingApproval": ("1", "Pending Approval"), "rejected": ("3", "Rejected")}
    id, name = approval.get(record.state, ("2", "Approved"))
    return value | {
        "dueDate": record.due_date and midnight(record.due_date, books.settings.time_zone),
        "amountPaid": value["total"] if paid else ZERO,
        "amountRemaining": ZERO if paid else value["total"],
        "trackingNumbers": record.tracking_numbers,
        "status": invoice_text(record.state, books.settings.language),
        "approvalStatus": {"internalId": id, "name": name},
        "itemList": {"item": [_invoice_line(books, record, line) for line in record.lines]},
    }


def _invoice_line(books, record, line):
    value = {
        "item": ref(books.items, line.item),
        "line": line.line,
        "description": line.description,
        "amount": (line.quantity or 1) * line.rate,
        "quantity": line.quantity,
        "units": unit(books, line),
        "rate": f"{line.rate:.2f}",
        "orderLine": line.order_line,
        "location": ref(books.locations, line.location),
        "customFieldList": custom_fields(books, line.custom),
    }
    order = books.orders.get(record.created_from)
    source = order.line(line.order_line) if order and line.order_line else None
    if source and source.quantity is not None:
        value["quantityOrdered"] = source.quantity
        value["quantityRemaining"] = remaining(books, order, source)
        value["quantityFulfilled"] = shipped(books, order, source)
    return value


# -- fulfilments ----------------------------------------------------------------------------


def item_fulfillment(books, record):
    zone = books.settings.time_zone
    stages = {f"{stage}Date": midnight(day, zone) for stage, day in record.stage_dates.items()}
    value = _common(books, record) | stages
    value |= {
        "createdFromShipGroup": record.ship_group,
        "shipStatus": f"_{record.ship_status}",
        "generateIntegratedShipperLabel": record.generate_label,
        "handlingCost": record.handling_cost,
        "shipAddressList": _address_ref(record),
        "itemList": {"item": [_fulfilled_line(books, record, line) for line in record.lines]},
    }
    value[list_name(record.package_kind)] = package_list(record.package_kind, record.packages)
    return value


def package_list(kind, packages):
    """The package list of a carrier; FedEx packages have no description [7.3]."""
    suffix = SUFFIXES[kind]
    rows = []
    for package in packages:
        row = {
            f"packageWeight{suffix}": package.weight,
            f"packageDescr{suffix}": package.description,
            f"packageTrackingNumber{suffix}": package.tracking,
        }
        if kind == "fedex":
            del row["packageDescrFedEx"]
        rows.append(row)
    return {f"package{suffix}": rows}


def _fulfilled_line(books, record, line):
    order = books.orders[record.created_from]
    source = order.line(line.order_line) if line.order_line is not None else None
    return _line(books, line) | {
        "itemReceive": True,
        "quantity": line.quantity,
        "quantityRemaining": remaining(books, order, source, but=record) if source else None,
        "description": source.description if source else None,
        "createPo": "DropShip" if source and source.drop_ship else None,
        "serialNumbers": line.serial_numbers,
        "inventoryDetail": inventory_detail(books, line.assignments),
    }


def inventory_detail(books, assignments):
    if not assignments:
        return None
    rows = [
        {
            "issueInventoryNumber": ref(books.inventory_numbers, one.number),
            "binNumber": ref(books.bins, one.bin),
            "quantity": one.quantity,
        }
        for one in assignments
    ]
    return {"inventoryAssignmentList": {"inventoryAssignment": rows}}


def _line(books, line):
    """What a fulfilment's and a proposal's line have in common; a kit's member has no key [5.4]."""
    name = unit(books, line)
    return {
        "itemName": books.items[line.item].name,
        "location": ref(books.locations, line.location),
        "unitsDisplay": name and name["name"],
        "item": ref(books.items, line.item),
        "orderLine": line.order_line,
        "shipGroup": line.ship_group,
        "customFieldList": custom_fields(books, line.custom),
    }


def proposal(books, order, group, lines):
    """What ``initialize`` answers: a fulfilment that is not saved [7.1]."""
    method = next((one.ship_method for one in order.ship_groups if one.id == group), "")
    method = method or order.ship_method
    kind = books.ship_methods[method].carrier if method else ""
    destination = next((one.address for one in order.ship_groups if one.id == group), order.address)
    status = "_shipped" if books.settings.features.pick_pack_and_ship else None
    value = {
        "#type": "ItemFulfillment",
        "entity": ref(books.customers, order.entity),
        "createdFrom": {"internalId": order.id, "name": f"Sales Order #{order.tran_id}"},
        "createdFromShipGroup": group,
        "shippingAddress": address(destination),
        "shipStatus": status,
        "tranDate": midnight(books.today(), books.settings.time_zone),
        "shipMethod": ref(books.ship_methods, method),
        "shippingCost": order.shipping_cost,
        "memo": order.memo,
        "itemList": {"item": [_proposed_line(books, one) for one in lines]},
        "customFieldList": custom_fields(books, order.custom),
    }
    default = [Package()] if books.settings.unverified.default_package else []  # [7.3]
    value[list_name(kind)] = package_list(kind, default)
    return value


def _proposed_line(books, line):
    item = books.items[line.item]
    return _line(books, line) | {
        "itemReceive": line.ticked,
        "description": line.description,
        "onHand": Decimal(100) if item.type.endswith(("InventoryItem", "AssemblyItem")) else None,
        "quantity": line.quantity,
        "createPo": "DropShip" if line.drop_ship else None,
        "poNum": line.created_po,
        "serialNumbers": line.serial_numbers,
        "quantityRemaining": line.remaining,
    }


# -- lists ----------------------------------------------------------------------------------


def item(books, one):
    """An item record; which fields it has depends on its type [5.4]."""
    weight_unit = f"_{one.weight_unit}"
    if one.type == "KitItem":
        weight_unit = {"internalId": "1", "name": one.weight_unit}
    stock_unit = _stock_unit(books, one)
    members = [
        {
            "memberDescr": books.items[key].description,
            "quantity": quantity,
            "memberUnit": _stock_unit(books, books.items[key]),
            "item": ref(books.items, key),
            "lineNumber": number,
        }
        for number, (key, quantity) in enumerate(one.members.items(), 1)
    ]
    value = {
        "internalId": one.id,
        "createdDate": one.modified,
        "lastModifiedDate": one.modified,
        "itemId": one.name,
        "upcCode": one.upc,
        "displayName": one.display_name,
        "description": one.description,
        "salesDescription": one.description,
        "isInactive": one.inactive,
        "isFulfillable": one.fulfillable_flag,
        "isDropShipItem": one.drop_ship,
        "weight": one.weight or None,
        "weightUnit": weight_unit if one.weight else None,
        "unitsType": ref(books.units_types, one.units_type),
        "stockUnit": stock_unit,
        "saleUnit": stock_unit,
        "memberList": {"itemMember": members} if members else None,
    }
    fields = SHAPES[one.type].fields
    return {"#type": one.type} | {name: value[name] for name in value if name in fields}


def _stock_unit(books, one):
    units = books.units_types[one.units_type].units if one.units_type else []
    return ref({unit.id: unit for unit in units}, one.stock_unit)


def inventory_number(books, one):
    place = {
        "location": books.locations[one.location].name if one.location else None,
        "quantityOnHand": one.quantity,
        "quantityAvailable": one.quantity,
    }
    return {
        "#type": "InventoryNumber",
        "internalId": one.id,
        "inventoryNumber": one.name,
        "item": ref(books.items, one.item),
        "locationsList": {"locations": [place]},
    }


def location(_books, one):
    return {"#type": "Location", "internalId": one.id, "name": one.name, "isInactive": False}


def customer(_books, one):
    return {
        "#type": "Customer",
        "internalId": one.id,
        "entityId": one.name,
        "companyName": one.name,
        "email": one.email,
        "isInactive": False,
    }


def units_type(_books, one):
    units = [
        {
            "internalId": unit.id,
            "unitName": unit.name,
            "pluralName": unit.name,
            "abbreviation": unit.name,
            "pluralAbbreviation": unit.name,
            "conversionRate": unit.rate,
            "baseUnit": unit.rate == 1,
        }
        for unit in one.units
    ]
    return {
        "#type": "UnitsType",
        "internalId": one.id,
        "name": one.name,
        "isInactive": False,
        "uomList": {"uom": units},
    }
