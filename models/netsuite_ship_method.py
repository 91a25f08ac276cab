from odoo import fields, models


class NetSuiteShipMethod(models.Model):
    """A NetSuite shipping method and the carrier that Odoo ships with."""

    _name = "netsuite.ship.method"
    _description = "NetSuite Shipping Method"
    _inherit = "netsuite.binding"
    _order = "name"

    company_ids = fields.Many2many(related="backend_id.shipping_company_ids")
    carrier_id = fields.Many2one(
        "delivery.carrier",
        domain="['|', ('company_id', '=', False), ('company_id', 'in', company_ids)]",
        help="Empty: the delivery gets no carrier, and the warehouse chooses one.",
    )

    _unique_internal_id = models.UniqueIndex(
        "(backend_id, internal_id)", "This shipping method exists already."
    )
