"""Items, places and people as REST records [5]."""

from ..account import ITEM_TYPES
from .records import item_ref
from .shaping import moment, number, present


def item(view, one):
    """An item; a kit has its members [5.4]."""
    books = view.books
    code, always = ITEM_TYPES[one.type]
    path = item_ref(books, one.id)[::2]
    weight_unit = view.enum("1", one.weight_unit) if one.weight else None
    members = [
        {
            "lineNumber": place,
            "item": view.ref(*item_ref(books, key)),
            "quantity": number(quantity),
        }
        for place, (key, quantity) in enumerate(one.members.items(), 1)
    ]
    units = {each.id: each for kind in books.units_types.values() for each in kind.units}
    value = {
        "links": view.links(*path),
        "id": one.id,
        "itemId": one.name,
        "itemType": view.enum(code, code),
        "displayName": one.display_name,
        "salesDescription": one.description,
        "upcCode": one.upc,
        "isInactive": one.inactive,
        "isDropShipItem": one.drop_ship,
        "isFulfillable": one.fulfillable_flag if always is None else None,
        "isLotItem": one.lot or None,
        "isSerialItem": one.serial or None,
        "weight": number(one.weight) if one.weight else None,
        "weightUnit": weight_unit,
        "unitsType": view.ref("unitsType", books.units_types, one.units_type),
        "stockUnit": view.ref("unitsType", units, one.stock_unit),
        "lastModifiedDate": moment(one.modified),
    }
    if members:
        value["member"] = view.sublist(path, "member", members, lambda row, _: row["lineNumber"])
    return present(value)


def named(kind):
    """A writer for records that are little more than a name."""

    def write(view, one):
        return {
            "links": view.links(kind, one.id),
            "id": one.id,
            "name": one.name,
            "isInactive": False,
        }

    return write


def customer(view, one):
    return present(
        {
            "links": view.links("customer", one.id),
            "id": one.id,
            "entityId": one.name,
            "companyName": one.name,
            "email": one.email,
            "isInactive": False,
        }
    )


def ship_item(view, one):
    return {
        "links": view.links("shipItem", one.id),
        "id": one.id,
        "itemId": one.name,
        "displayName": one.name,
        "isInactive": False,
    }


def inventory_number(view, one):
    books, path = view.books, ("inventoryNumber", one.id)
    place = {
        "location": view.ref("location", books.locations, one.location),
        "quantityOnHand": number(one.quantity),
        "quantityAvailable": number(one.quantity),
    }
    return {
        "links": view.links(*path),
        "id": one.id,
        "inventoryNumber": one.name,
        "item": view.ref(*item_ref(books, one.item)),
        "location": view.sublist(path, "location", [place], lambda _row, position: position),
    }


def units_type(view, one):
    path = ("unitsType", one.id)
    rows = [
        {
            "internalId": int(unit.id),
            "unitName": unit.name,
            "conversionRate": number(unit.rate),
            "baseUnit": unit.rate == 1,
        }
        for unit in one.units
    ]
    return {
        "links": view.links(*path),
        "id": one.id,
        "name": one.name,
        "uom": view.sublist(path, "uom", rows, lambda row, _: row["internalId"]),
    }
