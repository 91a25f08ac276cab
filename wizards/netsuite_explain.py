import json

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.netsuite_explain import GOOD, NOTE, STOP


class NetSuiteExplain(models.TransientModel):
    """Type a number, read what decided its fate."""

    _name = "netsuite.explain"
    _description = "Explain a NetSuite Order"

    number = fields.Char(help="Number of the document, or its NetSuite ID.")
    line_ids = fields.One2many("netsuite.explain.line", "explain_id", readonly=True)

    def action_explain(self):
        """Ask NetSuite and every setting that has a say."""
        self.ensure_one()
        number = (self.number or "").strip()
        if not number:
            raise UserError(self.env._("Enter a document number."))
        backends = self._backends()
        self.line_ids.unlink()
        # sudo: the actions behind the buttons are not for users to write
        self.sudo().line_ids = [
            fields.Command.create(self._prepare_line(backend, finding))
            for backend in backends
            for finding in backend._explain_document(number)
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Explain an Order"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    def _backends(self):
        """The accounts to ask: those in use, or else those that are still being set up.

        :raises UserError: there is none, or it is not this user's to ask
        """
        backends = self.env["netsuite.backend"]
        companies = self.env.companies
        if found := backends.search([("company_id", "in", companies.ids)]):
            return found.filtered(lambda backend: backend.state == "confirmed") or found
        # sudo: only to name the account that ships for this company too
        other = backends.sudo().search([("all_subsidiary_ids.company_id", "in", companies.ids)])[:1]
        if other:
            raise UserError(
                self.env._(
                    "%(account)s is an account of %(company)s, which ships for your company too. "
                    "Ask somebody who works for %(company)s.",
                    account=other.name,
                    company=other.company_id.name,
                )
            )
        raise UserError(self.env._("No NetSuite account is set up yet."))

    def _prepare_line(self, backend, finding):
        label, action = finding.label, finding.action
        return {
            "backend_id": backend.id,
            "verdict": finding.verdict,
            "text": finding.text,
            "label": action and backend._label_for_user(label, action),
            "action": json.dumps(action, default=str) if action else False,
        }


class NetSuiteExplainLine(models.TransientModel):
    """One thing that decides about the document."""

    _name = "netsuite.explain.line"
    _description = "NetSuite Explanation"
    _order = "id"

    explain_id = fields.Many2one("netsuite.explain", required=True, ondelete="cascade")
    backend_id = fields.Many2one("netsuite.backend")
    verdict = fields.Selection([(GOOD, "Imported"), (NOTE, "Note"), (STOP, "Stops It")])
    text = fields.Text()
    label = fields.Char()
    action = fields.Text(groups="base.group_system")

    def action_open(self):
        """Open the place where it can be changed."""
        self.ensure_one()
        self.check_access("read")
        # sudo: the action was made for this user by action_explain
        return json.loads(self.sudo().action)
