"""Sales orders as records, as if they had been read: each by a new customer."""

import itertools
from datetime import date

from odoo.addons.connector_netsuite.netsuite.payload import to_json
from odoo.addons.connector_netsuite.netsuite.records import (
    SALES_ORDER,
    Address,
    Item,
    Line,
    Ref,
    Transaction,
)

PENDING = "_salesOrderPendingFulfillment"
ITEMS = [
    Item(str(number), f"SKU-{number}", "InvtPart", display_name=f"Article {number}", weight=1.0)
    for number in range(1, 21)
]

_numbers = itertools.count(1)


def orders(count, lines=3):
    """So many orders that nobody has seen before."""
    return [_order(next(_numbers), lines) for _order_number in range(count)]


def _order(number, lines):
    items = [ITEMS[(number + line) % len(ITEMS)] for line in range(lines)]
    return Transaction(
        type=SALES_ORDER,
        internal_id=str(number),
        tran_id=f"SO{number}",
        status=PENDING,
        entity=Ref(str(number), f"Buyer {number}"),
        email=f"buyer{number}@example.com",
        ship_date=date.today(),
        other_ref_num=f"PO-{number}",
        memo="Please pack plastic-free" if number % 3 == 0 else "",
        ship_method=Ref("1", "Ground"),
        location=Ref("1", "East Warehouse"),
        address=Address(
            addressee=f"Buyer {number}",
            attention=f"Jo {number}",
            phone=f"+1 555 {number:07}",
            addr1=f"{number} Wharf Street",
            addr2="Unit 4",
            city="Springfield",
            zip=f"{number % 100000:05}",
            country="US",
        ),
        lines=tuple(
            Line(
                str(key),
                item=Ref(item.internal_id, item.name),
                description=item.display_name,
                quantity=key % 4 + 1.0,
                location=Ref("1", "East Warehouse"),
            )
            for key, item in enumerate(items, 1)
        ),
        custom_fields={"custbody_delivery_instructions": "Leave with reception"},
    )


def know_items(database, backend_id):
    """Let the backend know the items and their products; returns product ids by item id."""
    with database.transaction() as env:
        backend = env["netsuite.backend"].browse(backend_id)
        items = env["netsuite.item"]
        items._store(backend, ITEMS)
        known = items._known(backend, [item.internal_id for item in ITEMS])
        items.union(*known.values())._match_products()
        return {internal_id: item.product_id.id for internal_id, item in known.items()}


def stage(database, backend_id, records):
    """Store these documents as if they had been read; returns the ids of their rows."""
    with database.transaction() as env:
        backend = env["netsuite.backend"].browse(backend_id)
        status = env["netsuite.transaction.status"].search([("code", "=", PENDING)])
        rows = env["netsuite.transaction"].create(
            [
                {
                    "backend_id": backend.id,
                    "company_id": backend.company_id.id,
                    "import_type": record.type,
                    "internal_id": record.internal_id,
                    "tran_id": record.tran_id,
                    "order_id": record.internal_id,
                    "status": status.id,
                    "payload": to_json(record),
                    "to_build": True,
                }
                for record in records
            ]
        )
        return rows.ids
