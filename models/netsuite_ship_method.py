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

    package_kind = fields.Char(
        readonly=True,
        help="Which package list fulfilments with this method have; learnt from them.",
    )

    _unique_internal_id = models.UniqueIndex(
        "(backend_id, internal_id)", "This shipping method exists already."
    )

    def _carrier_for(self, company):
        """The carrier, where this company may ship with it."""
        usable = (company.browse(), company)
        return self.carrier_id.filtered(lambda carrier: carrier.company_id in usable)

    def write(self, vals):
        result = super().write(vals)
        if "carrier_id" in vals:
            self._rebuild_untouched()
        return result

    def _rebuild_untouched(self):
        """Bring the carrier to open deliveries with this method that nobody has begun, and whose
        carrier no person has chosen."""
        rows = self._open_documents("ship_method")
        rows.filtered(lambda row: any(map(self._is_untouched, row._open_pickings())))._rebuild()

    def _is_untouched(self, picking):
        given = (picking.netsuite_taken_over or {}).get("carrier_id")
        return picking.carrier_id.id == (given or False) and not picking._netsuite_begun()
