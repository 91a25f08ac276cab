from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class NetSuiteTransaction(models.Model):
    _inherit = "netsuite.transaction"

    _held_index = models.Index("(backend_id) WHERE state = 'held'")


class NetSuiteProblem(models.Model):
    """Everything that waits for a person: documents that are held, shipments not reported.

    A view over both tables; an odd id is a write-back, an even one a document.
    """

    _name = "netsuite.problem"
    _description = "NetSuite Problem"
    _auto = False
    _order = "since, id"
    _rec_name = "number"
    _depends = {
        "netsuite.transaction": ["state", "hold_reason", "message", "tran_id", "customer"],
        "netsuite.fulfillment": ["state", "message"],
    }

    kind = fields.Selection(
        [("import", "Import"), ("report", "Write-back")], "Concerns", readonly=True
    )
    backend_id = fields.Many2one("netsuite.backend", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    transaction_id = fields.Many2one("netsuite.transaction", "Document", readonly=True)
    fulfillment_id = fields.Many2one("netsuite.fulfillment", "Write-back", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Delivery", readonly=True)
    number = fields.Char(readonly=True)
    customer = fields.Char(readonly=True)
    reason = fields.Selection(
        lambda self: [
            *self.env["netsuite.transaction"]
            ._fields["hold_reason"]
            ._description_selection(self.env),
            ("report", self.env._("Not Reported")),
        ],
        readonly=True,
    )
    message = fields.Text("What Happened, and What to Do", readonly=True)
    since = fields.Datetime(readonly=True)
    remedy = fields.Char(compute="_compute_remedy", help="Where it can be put right.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT t.id * 2 AS id, 'import' AS kind, t.backend_id, t.company_id,
                   t.id AS transaction_id, NULL::integer AS fulfillment_id,
                   NULL::integer AS picking_id, t.tran_id AS number, t.customer,
                   t.hold_reason AS reason, t.message, t.write_date AS since
              FROM netsuite_transaction t
             WHERE t.state = 'held'
         UNION ALL
            SELECT f.id * 2 + 1, 'report', f.backend_id, f.company_id, f.transaction_id, f.id,
                   f.picking_id, t.tran_id, t.customer, 'report', f.message, f.write_date
              FROM netsuite_fulfillment f
              JOIN netsuite_transaction t ON t.id = f.transaction_id
             WHERE f.state = 'failed'
            """
        )

    def _compute_remedy(self):
        for problem in self:
            remedy = (problem.fulfillment_id or problem.transaction_id)._remedy()
            problem.remedy = problem.backend_id._label_for_user(*remedy)

    # -- buttons ---------------------------------------------------------------------------------

    def action_retry(self):
        """Build the documents again, report the shipments again."""
        self.filtered(lambda problem: problem.kind == "import").transaction_id.action_retry()
        if self.fulfillment_id:
            self.fulfillment_id.action_retry()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s tried again, in the background.", len(self)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_retry_all(self):
        """Try again whatever the list shows, on all its pages, of the companies at work."""
        shown = Domain(self.env.context.get("active_domain") or Domain.TRUE)
        mine = Domain("company_id", "in", self.env.companies.ids)
        return self.search(shown & mine).action_retry()

    def action_fix(self):
        """Open the place where it can be put right."""
        self.ensure_one()
        return (self.fulfillment_id or self.transaction_id)._remedy()[1]

    def action_open(self):
        """Open the delivery that is not reported, or the document that is held."""
        self.ensure_one()
        record = self.picking_id or self.transaction_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
