from dataclasses import dataclass

from odoo import models
from odoo.exceptions import UserError

GREEN, AMBER, RED = "green", "amber", "red"
OTHER_SERVICES = {"soap": "rest", "rest": "soap"}


@dataclass(frozen=True)
class Check:
    """What was looked at, what was found, and what a person can do about it.

    ``title`` is NetSuite's own name where there is one: it stays in NetSuite's language.
    """

    level: str  # green, amber or red
    title: str
    text: str
    remedy: str = ""
    switch: str = ""  # "soap" or "rest": the services that a button changes to


class NetSuiteBackend(models.Model):
    """The connection doctor: everything that must be right, checked without changing anything.

    Each room of checks has a file of its own; what a check stands on comes before it, and is not
    built upon when it is red: a login that cannot succeed would count towards the user's lock.
    """

    _inherit = "netsuite.backend"

    def action_doctor(self):
        """Check everything, and show it on a page."""
        self.ensure_one()
        self.check_access("write")
        return self.env["netsuite.doctor"].create({"backend_id": self.id})._examine()

    def action_switch_services(self, services):
        """Change to the other services; bindings, cursor and pending write-backs stay."""
        self.ensure_one()
        self.check_access("write")
        if services not in OTHER_SERVICES:
            raise UserError(self.env._("There are SOAP and REST services only."))
        self.api = services

    def _doctor(self):
        """All checks, in the order in which one would make them by hand."""
        self.ensure_one()
        checks = self._examine_reach()
        if not any(check.level == RED for check in checks):
            checks += self._examine_login()
        return [*checks, *self._examine_ends(), *self._examine_odoo()]

    def _trouble(self, level, title, error, note=""):
        """A check that met an error of the client's."""
        remedy = " ".join(filter(None, (self._remedy(error), note)))
        return Check(level, title, str(error), remedy)
