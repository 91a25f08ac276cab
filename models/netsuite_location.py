from odoo import fields, models


class NetSuiteLocation(models.Model):
    """A NetSuite location and the warehouse that ships its lines."""

    _name = "netsuite.location"
    _description = "NetSuite Location"
    _inherit = "netsuite.binding"
    _order = "name"

    company_id = fields.Many2one(related="backend_id.company_id")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        domain="[('company_id', '=', company_id)]",
        help="Empty: the warehouse of the backend.",
    )

    _unique_internal_id = models.UniqueIndex(
        "(backend_id, internal_id)", "This location exists already."
    )
