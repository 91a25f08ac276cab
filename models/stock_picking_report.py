from odoo import fields, models


class StockPicking(models.Model):
    """What tells NetSuite: the delivery is done, its tracking number is written or changed."""

    _inherit = "stock.picking"

    netsuite_fulfillment_ids = fields.One2many(
        "netsuite.fulfillment", "picking_id", "NetSuite Write-backs", readonly=True
    )

    def _action_done(self):
        result = super()._action_done()
        shipped = self.filtered(
            lambda picking: picking.state == "done" and picking.is_netsuite_delivery
        )
        if shipped:
            # sudo: who ships needs no rights on write-backs
            self.env["netsuite.fulfillment"].sudo()._shipped(shipped)
        return result

    def write(self, vals):
        result = super().write(vals)
        if "carrier_tracking_ref" in vals:
            # sudo: as in _action_done
            self.sudo().netsuite_fulfillment_ids._tracking_changed()
        return result
