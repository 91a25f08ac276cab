from odoo import api, fields, models

from ..models.netsuite_doctor import AMBER, GREEN, RED

LEVELS = [(RED, "Red"), (AMBER, "Amber"), (GREEN, "Green")]


class NetSuiteDoctor(models.TransientModel):
    """The page of checks: what is in order, what is not, and what to do."""

    _name = "netsuite.doctor"
    _description = "NetSuite Connection Check"

    backend_id = fields.Many2one(
        "netsuite.backend", required=True, readonly=True, ondelete="cascade"
    )
    note = fields.Text(readonly=True)
    line_ids = fields.One2many("netsuite.doctor.line", "doctor_id", readonly=True)
    red_count = fields.Integer(compute="_compute_counts")
    amber_count = fields.Integer(compute="_compute_counts")
    green_count = fields.Integer(compute="_compute_counts")

    @api.depends("line_ids.level")
    def _compute_counts(self):
        for doctor in self:
            levels = doctor.line_ids.mapped("level")
            doctor.red_count = levels.count(RED)
            doctor.amber_count = levels.count(AMBER)
            doctor.green_count = levels.count(GREEN)

    def action_examine(self):
        """Check everything once more."""
        self.ensure_one()
        return self._examine()

    def _examine(self):
        self.line_ids.unlink()
        worst_first = [level for level, _label in LEVELS]
        checks = sorted(self.backend_id._doctor(), key=lambda check: worst_first.index(check.level))
        self.line_ids = [
            fields.Command.create(
                {
                    "level": check.level,
                    "title": check.title,
                    "text": check.text,
                    "remedy": check.remedy or False,
                    "switch": check.switch or False,
                }
            )
            for check in checks
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("NetSuite: Check Everything"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "large"},
        }


class NetSuiteDoctorLine(models.TransientModel):
    """One thing that was checked."""

    _name = "netsuite.doctor.line"
    _description = "NetSuite Connection Check Line"
    _order = "id"

    doctor_id = fields.Many2one("netsuite.doctor", required=True, ondelete="cascade")
    level = fields.Selection(LEVELS, required=True)
    title = fields.Char(required=True)
    text = fields.Text()
    remedy = fields.Text()
    switch = fields.Selection([("soap", "Switch to SOAP"), ("rest", "Switch to REST")])

    def action_switch(self):
        """Use the other services, and see how that does."""
        self.ensure_one()
        self.doctor_id.backend_id.action_switch_services(self.switch)
        return self.doctor_id._examine()
