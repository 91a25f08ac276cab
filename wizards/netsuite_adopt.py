from odoo import api, fields, models
from odoo.exceptions import UserError


class NetSuiteAdopt(models.TransientModel):
    """Says which fulfilment, made by hand in NetSuite, a shipment is."""

    _name = "netsuite.adopt"
    _description = "Adopt a NetSuite Fulfilment"

    fulfillment_id = fields.Many2one("netsuite.fulfillment", required=True, readonly=True)
    message = fields.Text(related="fulfillment_id.message")
    internal_id = fields.Selection("_selection_internal_id", "Item Fulfilment", required=True)
    report_rest = fields.Boolean(
        "Report the Rest",
        default=True,
        help="What was shipped and is not on the chosen one becomes a fulfilment of its own, if it "
        "is still open on the order. Off: an activity names it.",
    )

    @api.model
    def _selection_internal_id(self):
        row = self.env["netsuite.fulfillment"].browse(
            self.env.context.get("default_fulfillment_id")
        )
        return [(one["id"], one["name"]) for one in row.candidates or ()]

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        choices = self._selection_internal_id()
        if not choices:
            raise UserError(
                self.env._(
                    "No fulfilment is offered for this shipment. Retry it: Odoo then looks whether "
                    "someone has fulfilled the order by hand."
                )
            )
        return values | {"internal_id": choices[0][0]}

    def action_adopt(self):
        self.ensure_one()
        self.fulfillment_id._adopt(self.internal_id, self.report_rest)
        return {"type": "ir.actions.act_window_close"}
