from odoo import api, fields, models

WORST_FIRST = ("failed", "pending", "waiting", "done", "cancelled")


class StockPicking(models.Model):
    """What people see of NetSuite on a delivery."""

    _inherit = "stock.picking"

    netsuite_status_id = fields.Many2one(related="netsuite_transaction_id.status")
    netsuite_number = fields.Char(related="netsuite_transaction_id.tran_id")
    netsuite_report_state = fields.Selection(
        lambda self: (
            self.env["netsuite.fulfillment"]._fields["state"]._description_selection(self.env)
        ),
        "Reported to NetSuite",
        compute="_compute_netsuite_report_state",
        compute_sudo=True,  # whoever may read the delivery may know whether NetSuite knows of it
    )

    @api.depends("netsuite_fulfillment_ids.state")
    def _compute_netsuite_report_state(self):
        """Of several write-backs the one that is farthest from being done."""
        for picking in self:
            states = set(picking.netsuite_fulfillment_ids.mapped("state"))
            picking.netsuite_report_state = next(filter(states.__contains__, WORST_FIRST), False)

    def action_view_netsuite_document(self):
        """Open the NetSuite document behind this delivery."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "netsuite.transaction",
            "res_id": self.netsuite_transaction_id.id,
            "views": [(False, "form")],
        }

    def action_view_netsuite_fulfillments(self):
        """Open what NetSuite was told of this delivery."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connector_netsuite.action_fulfillment"
        )
        action["domain"] = [("picking_id", "=", self.id)]
        if len(self.netsuite_fulfillment_ids) == 1:
            action.update(views=[(False, "form")], res_id=self.netsuite_fulfillment_ids.id)
        return action

    def action_open_in_netsuite(self):
        """Open the document in NetSuite's own screen."""
        self.ensure_one()
        return self.netsuite_transaction_id.action_open_in_netsuite()
