from odoo import fields, models


class StockPicking(models.Model):
    """What tells NetSuite: the delivery is done, its tracking number is written or changed, goods
    come back. A row and a job each, in the warehouse's own transaction; never a call."""

    _inherit = "stock.picking"

    netsuite_fulfillment_ids = fields.One2many(
        "netsuite.fulfillment", "picking_id", "NetSuite Write-backs", readonly=True
    )

    def _action_done(self):
        result = super()._action_done()
        done = self.filtered(lambda picking: picking.state == "done")
        # sudo: who ships needs no rights on write-backs
        shipped = done.filtered("is_netsuite_delivery").sudo()
        if shipped:
            self.env["netsuite.fulfillment"].sudo()._shipped(shipped)
        for picking in done.filtered("return_id").sudo():
            picking.return_id.netsuite_fulfillment_ids._returned(picking)
        return result

    def write(self, vals):
        result = super().write(vals)
        if "carrier_tracking_ref" in vals:
            # sudo: as in _action_done
            self.filtered("netsuite_transaction_id").sudo()._netsuite_tracking_changed()
        return result

    def _netsuite_tracking_changed(self):
        self.netsuite_fulfillment_ids._tracking_changed()
        labelled = self.filtered(
            lambda picking: (
                picking.carrier_tracking_ref
                and not picking.netsuite_fulfillment_ids
                and picking.is_netsuite_delivery
                and picking.state not in ("done", "cancel")
                and picking.netsuite_transaction_id._reports_labels()
            )
        )
        if labelled:
            self.env["netsuite.fulfillment"]._label_printed(labelled)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_cancel(self):
        result = super()._action_cancel()
        cancelled = self.picking_id.filtered(
            lambda picking: picking.netsuite_transaction_id and picking.state == "cancel"
        )
        # sudo: who cancels needs no rights on write-backs
        cancelled.sudo().netsuite_fulfillment_ids._delivery_cancelled()
        return result
