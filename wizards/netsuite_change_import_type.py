from odoo import api, fields, models

from ..models.netsuite_transaction_status import IMPORT_TYPES


class NetSuiteChangeImportType(models.TransientModel):
    """Asks before a backend with open deliveries imports another kind of document."""

    _name = "netsuite.change.import.type"
    _description = "Change the NetSuite Import Type"

    backend_id = fields.Many2one("netsuite.backend", required=True, readonly=True)
    current_type = fields.Selection(related="backend_id.import_type", string="Imported Now")
    import_type = fields.Selection(IMPORT_TYPES, "Import Instead", required=True)
    delivery_ids = fields.Many2many("stock.picking", compute="_compute_delivery_ids")
    delivery_count = fields.Integer(compute="_compute_delivery_ids")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "netsuite.backend":
            values["backend_id"] = self.env.context.get("active_id")
        return values

    @api.depends("backend_id")
    def _compute_delivery_ids(self):
        for wizard in self:
            wizard.delivery_ids = wizard.backend_id._open_deliveries()
            wizard.delivery_count = len(wizard.delivery_ids)

    def action_change(self):
        """Change the import type; the open deliveries stay, and are reported as before."""
        self.ensure_one()
        backend = self.backend_id.with_context(netsuite_change_import_type=True)
        if self.import_type == "invoice" != self.current_type:
            backend.import_since = backend._start_of_today()
        backend.import_type = self.import_type
        return {"type": "ir.actions.act_window_close"}
