"""The books as rows of SuiteQL's tables [6.4]."""

from ...account import INVOICE, ITEM_FULFILLMENT, SALES_ORDER
from . import documents, lines, lists


def rows(table, books):
    """The rows of a table as dictionaries; what is not said is null."""
    return _ROWS[table](books)


_ROWS = {
    "transaction": documents.transactions,
    "transactionline": lines.lines,
    "transactionstatus": documents.status_rows,
    "transactionshippingaddress": documents.addresses(SALES_ORDER, INVOICE),
    "itemfulfillmentshippingaddress": documents.addresses(ITEM_FULFILLMENT),
    "previoustransactionlinelink": documents.links,
    "nexttransactionlinelink": documents.links,
    "trackingnumbermap": documents.tracking_map,
    "trackingnumber": documents.tracking_numbers,
    "itemfulfillmentpackage": documents.packages,
    "inventoryassignment": documents.assignments,
    "inventorynumber": lists.numbers,
    "inventorynumberlocation": lists.number_places,
    "item": lists.items,
    "itemmember": lists.members("KitItem", "ItemGroup"),
    "kititemmember": lists.members("KitItem"),
    "unitstype": lists.named("units_types"),
    "unitstypeuom": lists.units,
    "location": lists.named("locations"),
    "subsidiary": lists.named("subsidiaries"),
    "department": lists.named("departments"),
    "classification": lists.named("classes"),
    "shipitem": lists.ship_items,
    "customer": lists.customers,
    "customfield": lists.custom_fields,
    "deletedrecord": lists.deleted,
    "dual": lambda _: [{"dummy": "X"}],
}
