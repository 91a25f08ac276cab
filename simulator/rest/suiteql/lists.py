"""Items, places and people as rows of SuiteQL's tables [6.4]."""

from ...account import ITEM_TYPES
from ...permissions import READING
from .schema import CUSTOM_KINDS


def items(books):
    for one in books.items.values():
        code, always = ITEM_TYPES[one.type]
        yield {
            "id": one.id,
            "itemid": one.name,
            "fullname": one.name,
            "displayname": one.display_name,
            "description": one.description,
            "itemtype": code,
            "subtype": "Sale" if one.type.endswith("SaleItem") else None,
            "upccode": one.upc,
            "weight": one.weight or None,
            "weightunit": "1" if one.weight else None,
            "unitstype": one.units_type,
            "stockunit": one.stock_unit,
            "saleunit": one.stock_unit,
            "isserialitem": one.serial,
            "islotitem": one.lot,
            "isinactive": one.inactive,
            "isfulfillable": one.fulfillable_flag if always is None else None,
            "isdropshipitem": one.drop_ship,
            "lastmodifieddate": one.modified,
        }


def members(*types):
    def rows_of(books):
        for one in books.items.values():
            for place, (key, quantity) in enumerate(one.members.items(), 1):
                if one.type in types:
                    unit = books.items[key].stock_unit
                    yield {
                        "parentitem": one.id,
                        "item": key,
                        "quantity": quantity,
                        "memberunit": unit,
                        "linenumber": place,
                    }

    return rows_of


def units(books):
    for kind in books.units_types.values():
        for one in kind.units:
            yield {
                "internalid": one.id,
                "unitstype": kind.id,
                "unitname": one.name,
                "pluralname": one.name,
                "abbreviation": one.name,
                "conversionrate": one.rate,
                "baseunit": one.rate == 1,
            }


def numbers(books):
    for one in books.inventory_numbers.values():
        yield {"id": one.id, "inventorynumber": one.name, "item": one.item}


def number_places(books):
    for one in books.inventory_numbers.values():
        yield {
            "inventorynumber": one.id,
            "location": one.location,
            "quantityonhand": one.quantity,
            "quantityavailable": one.quantity,
        }


def named(attribute):
    def rows_of(books):
        for one in getattr(books, attribute).values():
            yield {"id": one.id, "name": one.name, "fullname": one.name, "isinactive": False}

    return rows_of


def ship_items(books):
    for one in books.ship_methods.values():
        yield {"id": one.id, "itemid": one.name, "displayname": one.name, "isinactive": False}


def customers(books):
    for one in books.customers.values():
        yield {
            "id": one.id,
            "entityid": one.name,
            "companyname": one.name,
            "altname": one.name,
            "email": one.email,
            "isinactive": False,
        }


def custom_fields(books):
    for one in books.custom_fields.values():
        yield {
            "internalid": one.id,
            "scriptid": one.script_id.upper(),
            "name": one.label,
            "fieldtype": "COLUMN" if one.script_id.startswith("custcol") else "BODY",
            "fieldvaluetype": CUSTOM_KINDS[one.kind][0],
            "isinactive": False,
        }


def deleted(books):
    for one in books.deletions:
        if books.role.may(READING[one.type]):
            yield {
                "recordid": one.id,
                "type": one.type.lower(),
                "name": one.tran_id,
                "externalid": one.external_id,
                "deleteddate": one.when,
            }
