"""The books as rows of SuiteQL's tables, traps included [6.3, 6.4]."""

from ...account import (
    INVOICE,
    ITEM_FULFILLMENT,
    ITEM_TYPES,
    SALES_ORDER,
    ZERO,
    InvoiceLine,
    OrderLine,
)
from ...ordering import billed, committed, is_goods, on_fulfillments, shipped, unit_rate
from ...packing import split_numbers
from ...permissions import READING
from ...soap.records import address as formatted_address
from ...soap.records import modified
from ..records import line_number, status_of
from .displays import TYPES, statuses
from .schema import CUSTOM_KINDS

# Keys of lines that are no record's line: tax and shipping come after everything else.
_SHIPPING_LINE, _TAX_LINE = 100_001, 100_002
_ADDRESS_KEYS = 5_000_000


def rows(table, books):
    """The rows of a table as dictionaries; what is not said is null."""
    return _ROWS[table](books)


def _visible(books, *types):
    """Documents that the role may see: others are silently not there [9]."""
    found = books.transactions()
    if books.settings.newest_first:
        found.reverse()  # without ORDER BY nobody promises an order
    return [
        one
        for one in found
        if (not types or one.type in types)
        and books.role.may(READING[one.type])
        and books.role.sees(one)
    ]


# -- transactions ---------------------------------------------------------------------------


def _transactions(books):
    for one in _visible(books):
        code, name = TYPES[one.type]
        total = sum(((line.quantity or 1) * line.rate for line in _priced(one)), ZERO)
        yield {
            "id": one.id,
            "tranid": one.tran_id,
            "type": code,
            "recordtype": one.type.lower(),
            "status": status_of(books, one)[0],  # one letter [6.3]
            "trandate": one.tran_date,
            "shipdate": getattr(one, "ship_date", None),
            "entity": one.entity,
            "otherrefnum": getattr(one, "other_ref_num", ""),
            "memo": one.memo,
            "lastmodifieddate": modified(books, one),
            "createddate": one.created,
            "shippingaddress": _address_key(one),
            "foreigntotal": total,
            "foreignamountunpaid": _unpaid(one, total),
            "externalid": one.external_id,
            "shipmethod": one.ship_method,
            "shipcomplete": getattr(one, "ship_complete", None),
            "actualshipdate": getattr(one, "stage_dates", {}).get("shipped"),
            "email": getattr(one, "email", ""),
            "currency": "1",
            "trandisplayname": f"{name} #{one.tran_id}",
            "voided": getattr(one, "state", "") == "voided",
            "duedate": getattr(one, "due_date", None),
        } | _custom(books, one.custom, "custbody")


def _priced(record):
    return [one for one in record.lines if isinstance(one, OrderLine | InvoiceLine)]


def _unpaid(record, total):
    if record.type != INVOICE:
        return None
    return ZERO if record.state == "paidInFull" else total


def _custom(books, values, prefix):
    """Custom fields as columns; ticks are 'T' and 'F' [5.7]."""
    return {
        name.lower(): value
        for name, value in values.items()
        if name in books.custom_fields and name.startswith(prefix)
    }


# -- lines ----------------------------------------------------------------------------------


def _lines(books):
    write = {SALES_ORDER: _order_lines, INVOICE: _invoice_lines, ITEM_FULFILLMENT: _shipped_lines}
    for record in _visible(books):
        body = {
            "transaction": record.id,
            "subsidiary": record.subsidiary,
            "department": record.department,
            "class": record.class_,
            "createdfrom": record.created_from,
        } | dict.fromkeys(_FLAGS, False)
        yield body | _main_line(record)
        for position, line in enumerate(write[record.type](books, record), 1):
            yield body | {"linesequencenumber": position} | line
        if record.type != ITEM_FULFILLMENT:
            yield from (body | line for line in _other_lines(record))


_FLAGS = (
    *("mainline", "taxline", "iscogs", "isclosed", "isfullyshipped", "fulfillable", "dropship"),
    *("donotdisplayline", "donotprintline"),
)


def _main_line(record):
    """The body's own line: where the location is [6.4]."""
    return {
        "id": 0,
        "linesequencenumber": 0,
        "uniquekey": 9_000_000 + int(record.id),
        "mainline": True,
        "memo": record.memo,
        "location": record.location,
    }


def _other_lines(record):
    """Shipping and tax lines, which nobody ships."""
    if record.ship_method:
        cost = -(record.shipping_cost or ZERO)
        shipping = {"id": _SHIPPING_LINE, "itemtype": "ShipItem", "item": record.ship_method}
        yield shipping | {"foreignamount": cost}
    yield {"id": _TAX_LINE, "taxline": True, "itemtype": "TaxItem", "item": -7}


def _stock(books, line, quantity):
    """A quantity as SuiteQL has it: in stock units, UNVERIFIED [5.3]."""
    if quantity is None or not books.settings.unverified.base_units:
        return quantity
    return quantity * unit_rate(books, line)


def _goods_line(books, line):
    """What lines of orders and invoices share; the quantity is negative [6.4]."""
    quantity = _stock(books, line, line.quantity)
    return {
        "id": line.line,
        "item": line.item,
        "itemtype": _item_type(books, line.item),
        "quantity": None if quantity is None else -quantity,
        "units": _unit(books, line),
        "rate": line.rate,
        "foreignamount": -(line.quantity or 1) * line.rate,
        "memo": line.description,
        "location": line.location,
    } | _custom(books, line.custom, "custcol")


def _item_type(books, key):
    return ITEM_TYPES[books.items[key].type][0]


def _unit(books, line):
    item = books.items[line.item]
    return (line.unit or item.stock_unit) if item.units_type else None


def _order_lines(books, order):
    for line in order.lines:
        goods = is_goods(books, line)
        sent = shipped(books, order, line)
        yield (
            _goods_line(books, line)
            | {
                "uniquekey": line.unique_key,
                "isclosed": line.closed or order.closed,
                "isfullyshipped": goods and sent >= line.quantity,
                "fulfillable": books.items[line.item].fulfillable,
                "dropship": line.drop_ship,
                "itemfulfillmentchoice": "2" if line.store_pickup else "1",
            }
            | _measures(books, order, line, goods)
        )


def _measures(books, order, line, goods):
    """How far a line has got: positive, unlike the quantity [6.4]."""
    later = books.settings.unverified.picked_includes_later_stages
    every = books.settings.unverified.fulfilled_counts_all_stages
    counted = {
        "quantityshiprecv": (on_fulfillments if every else shipped)(books, order, line),
        "quantitycommitted": committed(books, order, line) if goods else ZERO,
        "quantitybackordered": line.backordered,
        "quantitybilled": billed(books, order, line),
        "quantitypicked": on_fulfillments(
            books, order, line, ("picked", "packed", "shipped") if later else ("picked",)
        ),
        "quantitypacked": on_fulfillments(
            books, order, line, ("packed", "shipped") if later else ("packed",)
        ),
    }
    return {name: _stock(books, line, value) for name, value in counted.items()}


def _invoice_lines(books, record):
    for line in record.lines:
        key = 8_000_000 + int(record.id) * 100 + line.line
        yield _goods_line(books, line) | {"uniquekey": key}


def _shipped_lines(books, record):
    """A fulfilment's lines, each with two internal ones, of both signs [6.4]."""
    for position, line in enumerate(record.lines, 1):
        own = line_number(position)
        kits = [one.order_line for one in record.lines]
        member = line.order_line is None and line.kit_line in kits
        value = {
            "item": line.item,
            "itemtype": _item_type(books, line.item),
            "units": _unit(books, line),
            "location": line.location,
            "kitmemberof": line_number(kits.index(line.kit_line) + 1) if member else None,
        }
        quantity = _stock(books, line, line.quantity)
        for offset, signed in enumerate((-quantity, quantity, -quantity)):
            key = 8_000_000 + int(record.id) * 100 + own + offset
            number = {"id": own + offset, "uniquekey": key, "quantity": signed}
            yield value | number | {"iscogs": offset > 0, "donotdisplayline": offset > 0}


# -- addresses ------------------------------------------------------------------------------


def _address_key(record):
    """Each document has an address of its own, even when it was copied from a customer's."""
    return _ADDRESS_KEYS + int(record.id) if record.address else None


def _addresses(*types):
    def rows_of(books):
        for record in _visible(books, *types):
            one = record.address
            if one:
                yield {
                    "nkey": _address_key(record),
                    "addressee": one.addressee,
                    "attention": one.attention,
                    "addr1": one.addr1,
                    "addr2": one.addr2,
                    "addr3": one.addr3,
                    "city": one.city,
                    "state": one.state,
                    "zip": one.zip,
                    "country": one.country,
                    "addrphone": one.phone,
                    "addrtext": formatted_address(one)["addrText"].replace("<br>", "\n"),
                    "override": one.override,
                }

    return rows_of


# -- what hangs on fulfilments and invoices -------------------------------------------------


def _links(books):
    """From an order's lines to those of its fulfilments and invoices [6.4]."""
    kinds = {ITEM_FULFILLMENT: "ShipRcpt", INVOICE: "OrdBill"}
    for record in _visible(books, *kinds):
        for position, line in enumerate(record.lines, 1):
            if record.created_from and line.order_line is not None:
                own = line_number(position) if record.type == ITEM_FULFILLMENT else line.line
                yield {
                    "previousdoc": record.created_from,
                    "previousline": line.order_line,
                    "previoustype": "SalesOrd",
                    "nextdoc": record.id,
                    "nextline": own,
                    "nexttype": TYPES[record.type][0],
                    "linktype": kinds[record.type],
                }


def _packages(books):
    for record in _visible(books, ITEM_FULFILLMENT):
        for one in record.packages:
            yield {
                "itemfulfillment": record.id,
                "packageweight": one.weight,
                "packagetrackingnumber": one.tracking,
                "packagedescr": one.description,
            }


def _tracking(books):
    """(key, fulfilment, number) of each tracking number."""
    for record in _visible(books, ITEM_FULFILLMENT):
        numbers = [one for each in record.packages for one in split_numbers(each.tracking)]
        for position, number in enumerate(numbers, 1):
            yield int(record.id) * 1000 + position, record.id, number


def _tracking_map(books):
    return ({"transaction": owner, "trackingnumber": key} for key, owner, _ in _tracking(books))


def _tracking_numbers(books):
    return ({"id": key, "trackingnumber": number} for key, _, number in _tracking(books))


def _assignments(books):
    """Lots and serials; what goes out is negative, UNVERIFIED."""
    for record in _visible(books, ITEM_FULFILLMENT):
        for position, line in enumerate(record.lines, 1):
            for place, one in enumerate(line.assignments):
                yield {
                    "id": int(record.id) * 1000 + position * 20 + place,
                    "transaction": record.id,
                    "transactionline": line_number(position),
                    "inventorynumber": one.number,
                    "quantity": -_stock(books, line, one.quantity),
                    "bin": one.bin,
                }


# -- lists ----------------------------------------------------------------------------------


def _items(books):
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


def _members(*types):
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


def _units(books):
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


def _numbers(books):
    for one in books.inventory_numbers.values():
        yield {"id": one.id, "inventorynumber": one.name, "item": one.item}


def _number_places(books):
    for one in books.inventory_numbers.values():
        yield {
            "inventorynumber": one.id,
            "location": one.location,
            "quantityonhand": one.quantity,
            "quantityavailable": one.quantity,
        }


def _named(attribute):
    def rows_of(books):
        for one in getattr(books, attribute).values():
            yield {"id": one.id, "name": one.name, "fullname": one.name, "isinactive": False}

    return rows_of


def _ship_items(books):
    for one in books.ship_methods.values():
        yield {"id": one.id, "itemid": one.name, "displayname": one.name, "isinactive": False}


def _customers(books):
    for one in books.customers.values():
        yield {
            "id": one.id,
            "entityid": one.name,
            "companyname": one.name,
            "altname": one.name,
            "email": one.email,
            "isinactive": False,
        }


def _custom_fields(books):
    for one in books.custom_fields.values():
        yield {
            "internalid": one.id,
            "scriptid": one.script_id.upper(),
            "name": one.label,
            "fieldtype": "COLUMN" if one.script_id.startswith("custcol") else "BODY",
            "fieldvaluetype": CUSTOM_KINDS[one.kind][0],
            "isinactive": False,
        }


def _deleted(books):
    for one in books.deletions:
        if books.role.may(READING[one.type]):
            yield {
                "recordid": one.id,
                "type": one.type.lower(),
                "name": one.tran_id,
                "externalid": one.external_id,
                "deleteddate": one.when,
            }


def _statuses(books):
    for letter, code, name, full in statuses(books.settings.language):
        yield {"id": letter, "trantype": code, "name": name, "fullname": full}


_ROWS = {
    "transaction": _transactions,
    "transactionline": _lines,
    "transactionstatus": _statuses,
    "transactionshippingaddress": _addresses(SALES_ORDER, INVOICE),
    "itemfulfillmentshippingaddress": _addresses(ITEM_FULFILLMENT),
    "previoustransactionlinelink": _links,
    "nexttransactionlinelink": _links,
    "trackingnumbermap": _tracking_map,
    "trackingnumber": _tracking_numbers,
    "itemfulfillmentpackage": _packages,
    "inventoryassignment": _assignments,
    "inventorynumber": _numbers,
    "inventorynumberlocation": _number_places,
    "item": _items,
    "itemmember": _members("KitItem", "ItemGroup"),
    "kititemmember": _members("KitItem"),
    "unitstype": _named("units_types"),
    "unitstypeuom": _units,
    "location": _named("locations"),
    "subsidiary": _named("subsidiaries"),
    "department": _named("departments"),
    "classification": _named("classes"),
    "shipitem": _ship_items,
    "customer": _customers,
    "customfield": _custom_fields,
    "deletedrecord": _deleted,
    "dual": lambda _books: [{"dummy": "X"}],
}
