"""A sales order as a plain connector reads it over REST: its record, in one call."""

from odoo.addons.connector_netsuite.netsuite.client import Found
from odoo.addons.connector_netsuite.netsuite.records import SALES_ORDER, Line, Ref, Transaction
from odoo.addons.connector_netsuite.netsuite.rest.documents import address, custom_fields
from odoo.addons.connector_netsuite.netsuite.rest.statuses import search_code
from odoo.addons.connector_netsuite.netsuite.rest.values import (
    amount,
    code,
    day,
    flag,
    items,
    key,
    moment,
    ref,
    text,
)


def get(client, _type, internal_ids):
    """What ``Client.read`` gives of one order: ``GET salesOrder/{id}?expandSubResources=true``."""
    (internal_id,) = internal_ids
    return Found({internal_id: _order(client.service.record("salesOrder", internal_id))})


def _order(record):
    return Transaction(
        type=SALES_ORDER,
        internal_id=key(record, "id"),
        tran_id=text(record, "tranId"),
        external_id=text(record, "externalId"),
        status=search_code(SALES_ORDER, code(record, "status")),
        entity=ref(record, "entity"),
        tran_date=day(record, "tranDate"),
        ship_date=day(record, "shipDate"),
        last_modified=moment(record, "lastModifiedDate"),
        other_ref_num=text(record, "otherRefNum"),
        memo=text(record, "memo"),
        email=text(record, "email"),
        location=ref(record, "location"),
        subsidiary=ref(record, "subsidiary"),
        department=ref(record, "department"),
        class_=ref(record, "class"),
        sales_rep=ref(record, "salesRep"),
        terms=ref(record, "terms"),
        currency=ref(record, "currency"),
        fob=text(record, "fob"),
        total=amount(record, "total"),
        ship_method=ref(record, "shipMethod"),
        ship_complete=flag(record, "shipComplete"),
        address=address(record),
        lines=tuple(_line(one) for one in items(record, "item")),
        custom_fields=custom_fields(record),
    )


def _line(found):
    unit = text(found, "units")
    return Line(
        key=key(found, "line"),
        item=ref(found, "item"),
        item_type=code(found, "itemType"),
        description=text(found, "description"),
        quantity=amount(found, "quantity") or 0.0,
        unit=Ref(unit) if unit else None,
        location=ref(found, "location"),
        quantity_fulfilled=amount(found, "quantityFulfilled"),
        quantity_picked=amount(found, "quantityPicked"),
        quantity_packed=amount(found, "quantityPacked"),
        quantity_committed=amount(found, "quantityCommitted"),
        quantity_backordered=amount(found, "quantityBackOrdered"),
        rate=amount(found, "rate"),
        amount=amount(found, "amount"),
        expected_ship_date=day(found, "expectedShipDate"),
        closed=flag(found, "isClosed"),
        custom_fields=custom_fields(found),
    )
