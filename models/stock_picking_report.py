from odoo import api, fields, models
from odoo.exceptions import UserError

from ..netsuite.records import ITEM_FULFILLMENT


class StockPicking(models.Model):
    """What tells NetSuite: the delivery is done, its tracking number is written or changed, goods
    come back. A row and a job each, in the warehouse's own transaction; never a call."""

    _inherit = "stock.picking"

    # Sales, purchase and accounting people open deliveries too, without rights on write-backs.
    netsuite_fulfillment_ids = fields.One2many(
        "netsuite.fulfillment",
        "picking_id",
        "NetSuite Write-backs",
        readonly=True,
        groups="stock.group_stock_user",
    )

    def _action_done(self):
        result = super()._action_done()
        done = self.filtered(lambda picking: picking.state == "done")
        # sudo: who ships needs no rights on write-backs
        shipped = done.filtered("is_netsuite_delivery").sudo()
        if shipped:
            self.env["netsuite.fulfillment"].sudo()._shipped(shipped)
        for picking in done.filtered("return_id").sudo():  # sudo: as above
            picking.return_id.netsuite_fulfillment_ids._returned(picking)
        return result

    def write(self, vals):
        result = super().write(vals)
        if "carrier_tracking_ref" in vals:
            # sudo: as in _action_done
            self.filtered("netsuite_transaction_id").sudo()._netsuite_tracking_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        # sudo: who deletes needs no rights on write-backs
        rows = self.sudo().netsuite_fulfillment_ids
        told = rows.filtered(lambda row: row.state in ("pending", "done", "failed"))
        if told:
            raise UserError(
                self.env._(
                    "NetSuite was or is being told of %s: cancel it instead, so that its tracking "
                    "number is taken back.",
                    told[0].picking_id.name,
                )
            )

    def _netsuite_part_cancelled(self):
        """Deliveries of imported fulfilments were cancelled in Odoo."""
        parts = self.filtered(
            lambda one: (
                one.is_netsuite_delivery
                and one.netsuite_transaction_id.import_type == ITEM_FULFILLMENT
            )
        )
        untold = parts.filtered(
            lambda one: not any(row.state == "pending" for row in one.netsuite_fulfillment_ids)
        )
        self.env["netsuite.fulfillment"]._part_cancelled(untold)

    def _netsuite_tracking_changed(self):
        self.netsuite_fulfillment_ids._tracking_changed()
        self._netsuite_report_labels()

    def _netsuite_report_labels(self):
        """Report the labels that NetSuite is told of before their delivery is done."""
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
        cancelled = cancelled.sudo()  # sudo: who cancels needs no rights on write-backs
        documents = cancelled.netsuite_transaction_id
        cancelled.netsuite_fulfillment_ids._delivery_cancelled()
        documents._free_goods()
        if not self.env.context.get("netsuite_follows"):
            cancelled._netsuite_part_cancelled()
            documents._flag_services()
            documents._complete_services()
        return result


class StockMoveLine(models.Model):
    """What was shipped may be corrected when the delivery is done: by move or by its details."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered("quantity")._netsuite_corrected()
        return lines

    def write(self, vals):
        names = [name for name in ("quantity", "product_uom_id", "lot_id") if name in vals]
        if not names or not self._netsuite_done_pickings():
            return super().write(vals)
        before = [[line[name] for name in names] for line in self]
        result = super().write(vals)
        changed = [
            line.id
            for line, values in zip(self, before, strict=True)
            if [line[name] for name in names] != values
        ]
        self.browse(changed)._netsuite_corrected()
        return result

    def unlink(self):
        done = self._netsuite_done_pickings()
        result = super().unlink()
        done.netsuite_fulfillment_ids._quantities_corrected()
        return result

    def _netsuite_corrected(self):
        self._netsuite_done_pickings().netsuite_fulfillment_ids._quantities_corrected()

    def _netsuite_done_pickings(self):
        moves = self.move_id.filtered(lambda move: move.netsuite_line and move.state == "done")
        # sudo: who corrects a delivery needs no rights on write-backs
        return moves.picking_id.sudo()
