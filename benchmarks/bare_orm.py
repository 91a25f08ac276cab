"""The same deliveries without a connector: what Odoo itself needs, created in bulk."""

from datetime import date, datetime, time

from odoo import Command

from .orders import ITEMS

BATCH = 200  # orders a transaction
QUIET = {"tracking_disable": True, "mail_create_nolog": True}


def products(plain):
    """Ids of new products in a database without the addon, by the internal id of the item."""
    with plain.transaction() as env:
        made = env["product.product"].create(
            [{"name": item.display_name, "type": "consu"} for item in ITEMS]
        )
        return {item.internal_id: one.id for item, one in zip(ITEMS, made, strict=True)}


def create(database, orders, products):
    """Create the partners, pickings and moves of these orders and confirm them.

    :param orders: :class:`..netsuite.records.Transaction`
    :param products: ids by the internal id of the item
    """
    for start in range(0, len(orders), BATCH):
        with database.transaction() as env:
            create_batch(env, orders[start : start + BATCH], products)


def create_batch(env, orders, products, **more):
    """The confirmed pickings of these orders.

    :param more: values of all pickings
    """
    partners = _partners(env, orders)
    out = env["stock.warehouse"].search([], limit=1).out_type_id
    pickings = (
        env["stock.picking"]
        .with_context(**QUIET)
        .create(
            [
                _picking(out, order, partner, products) | more
                for order, partner in zip(orders, partners, strict=True)
            ]
        )
    )
    pickings.action_confirm()
    return pickings


def _partners(env, orders):
    partners = env["res.partner"].with_context(**QUIET)
    company = env.company.id
    customers = partners.create(
        [
            {
                "name": order.entity.name,
                "email": order.email,
                "company_id": company,
                "is_company": True,
            }
            for order in orders
        ]
    )
    codes = {order.address.country for order in orders}
    countries = env["res.country"].search_fetch([("code", "in", list(codes))], ["code"])
    countries = {country.code: country.id for country in countries}
    return partners.create(
        [
            {
                "parent_id": customer.id,
                "type": "delivery",
                "company_id": company,
                "name": order.address.attention,
                "street": order.address.addr1,
                "street2": order.address.addr2,
                "city": order.address.city,
                "zip": order.address.zip,
                "country_id": countries[order.address.country],
                "phone": order.address.phone,
                "email": order.email,
            }
            for order, customer in zip(orders, customers, strict=True)
        ]
    )


def _picking(out, order, partner, products):
    return {
        "picking_type_id": out.id,
        "partner_id": partner.id,
        "origin": order.tran_id,
        "note": order.memo,
        "scheduled_date": datetime.combine(order.ship_date or date.today(), time(12)),
        "move_ids": [
            Command.create(
                {
                    "product_id": products[line.item.id],
                    "product_uom_qty": line.quantity,
                    "description_picking": line.description,
                }
            )
            for line in order.lines
        ],
    }
