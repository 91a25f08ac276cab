from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class NetSuiteAdoptCandidate(models.TransientModel):
    """A record for each choice: the web client knows the choices of a selection field only as they
    are without any context."""

    _name = "netsuite.adopt.candidate"
    _description = "NetSuite Fulfilment to Adopt"

    internal_id = fields.Char("NetSuite ID", required=True)
    name = fields.Char(required=True)


class NetSuiteAdopt(models.TransientModel):
    """Says which fulfilment, made by hand in NetSuite, a shipment is."""

    _name = "netsuite.adopt"
    _description = "Adopt a NetSuite Fulfilment"

    fulfillment_id = fields.Many2one("netsuite.fulfillment", required=True, readonly=True)
    message = fields.Text(related="fulfillment_id.message")
    candidate_ids = fields.Many2many("netsuite.adopt.candidate", string="Candidates")
    candidate_id = fields.Many2one(
        "netsuite.adopt.candidate",
        "Item Fulfilment",
        required=True,
        domain="[('id', 'in', candidate_ids)]",
    )
    report_rest = fields.Boolean(
        "Report the Rest",
        default=True,
        help="What was shipped and is not on the chosen one becomes a fulfilment of its own, if it "
        "is still open on the order. Off: an activity names it.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        row = self.env["netsuite.fulfillment"].browse(values.get("fulfillment_id"))
        if not row.candidates:
            raise UserError(
                self.env._(
                    "No fulfilment is offered for this shipment. Retry it: Odoo then looks whether "
                    "someone has fulfilled the order by hand."
                )
            )
        candidates = self.env["netsuite.adopt.candidate"].create(
            [{"internal_id": one["id"], "name": one["name"]} for one in row.candidates]
        )
        return values | {
            "candidate_ids": [Command.set(candidates.ids)],
            "candidate_id": candidates[0].id,
        }

    def action_adopt(self):
        self.ensure_one()
        self.fulfillment_id._adopt(self.candidate_id.internal_id, self.report_rest)
        return {"type": "ir.actions.act_window_close"}
