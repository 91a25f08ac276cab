from odoo import fields, models


class NetSuiteLocation(models.Model):
    """A NetSuite location and the warehouse that ships its lines."""

    _name = "netsuite.location"
    _description = "NetSuite Location"
    _inherit = "netsuite.binding"
    _order = "name"

    company_ids = fields.Many2many(related="backend_id.shipping_company_ids")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        domain="[('company_id', 'in', company_ids)]",
        help="Empty: the warehouse of the backend.",
    )

    _unique_internal_id = models.UniqueIndex(
        "(backend_id, internal_id)", "This location exists already."
    )

    def write(self, vals):
        result = super().write(vals)
        if "warehouse_id" in vals:
            # Deliveries that nobody has begun move there.
            self._open_documents("location").filtered(
                lambda row: not any(one._netsuite_begun() for one in row._open_pickings())
            )._rebuild()
        return result
