"""What BUILTIN.DF shows for references and enumerations [6.3]."""

from ...account import INVOICE, ITEM_FULFILLMENT, SALES_ORDER
from ...ordering import ORDER_STATUSES
from ...soap.countries import COUNTRIES
from ...soap.texts import INVOICE_STATES, invoice_text, order_text
from ..records import INVOICE_LETTERS, SHIP_STATUSES

# SuiteQL's type code and the record's name, by record type [4.6, 6.3].
TYPES = {
    SALES_ORDER: ("SalesOrd", "Sales Order"),
    INVOICE: ("CustInvc", "Invoice"),
    ITEM_FULFILLMENT: ("ItemShip", "Item Fulfillment"),
}


def statuses(language):
    """All statuses: (letter, type code, name, full name)."""
    texts = {
        SALES_ORDER: {letter: order_text(letter, language) for letter in ORDER_STATUSES},
        INVOICE: {INVOICE_LETTERS[one]: invoice_text(one, language) for one in INVOICE_STATES},
        ITEM_FULFILLMENT: {letter: one.capitalize() for one, letter in SHIP_STATUSES.items()},
    }
    return [
        (letter, code, text, f"{name} : {text}")
        for record_type, (code, name) in TYPES.items()
        for letter, text in texts[record_type].items()
    ]


def displays(books):
    """Texts by value, by display."""
    units = [one for kind in books.units_types.values() for one in kind.units]
    lists = {f"list{key}": _names(entries) for key, entries in books.custom_lists.items()}
    return lists | {
        "customer": _names(books.customers.values()),
        "location": _names(books.locations.values()),
        "subsidiary": _names(books.subsidiaries.values()),
        "department": _names(books.departments.values()),
        "classification": _names(books.classes.values()),
        "employee": _names(books.employees.values()),
        "term": _names(books.terms.values()),
        "shipitem": _names(books.ship_methods.values()),
        "item": _names(books.items.values()),
        "unit": _names(units),
        "unitstype": _names(books.units_types.values()),
        "inventorynumber": _names(books.inventory_numbers.values()),
        "bin": _names(books.bins.values()),
        "transaction": {
            one.id: f"{TYPES[one.type][1]} #{one.tran_id}" for one in books.transactions()
        },
        "type": dict(TYPES.values()),
        "status": {
            f"{code}:{letter}": full
            for letter, code, _name, full in statuses(books.settings.language)
        },
        "country": {code: name for code, (_enum, name) in COUNTRIES.items()},
        "weightunit": {"1": "lb"},
        "currency": {"1": books.settings.currency},
        "choice": {"1": "Ship", "2": "Store Pickup"},
    }


def _names(records):
    return {one.id: one.name for one in records}
