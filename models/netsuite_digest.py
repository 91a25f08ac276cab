from odoo import api, fields, models


class NetSuiteBackend(models.Model):
    """A mail a day about what waits for a person, to those who want it."""

    _inherit = "netsuite.backend"

    digest = fields.Boolean(
        "Daily Mail",
        help="Once a day, a list of what is held or could not be reported. No mail when all is "
        "well.",
    )
    digest_user_ids = fields.Many2many(
        "res.users",
        string="Mail To",
        domain="[('share', '=', False)]",
        help="Empty: the person who set the backend up.",
    )

    @api.model
    def _cron_digest(self):
        template = self.env.ref("connector_netsuite.mail_template_digest")
        for backend in self.search([("digest", "=", True)]):
            if backend._problems():
                template.send_mail(backend.id)

    def _problems(self):
        return self.env["netsuite.problem"].search([("backend_id", "=", self.id)])

    def _digest_partners(self):
        """Who gets the mail, as the template wants it."""
        return ",".join(map(str, self._digest_users().partner_id.ids))

    def _digest_language(self):
        return self._digest_users()[:1].lang

    def _digest_users(self):
        return self.digest_user_ids or self._responsible_user()

    def _problems_url(self):
        return f"{self.get_base_url()}/odoo/netsuite-problems"
