import os
import re

from odoo import fields, models
from odoo.tools import config

# Of a secret that the database does not hold: where the server finds it. No other variables, so
# that nobody who may change a backend can send the server's own secrets anywhere.
REFERENCE = "env:"
VARIABLE = re.compile(r"NETSUITE_[A-Z0-9_]+")


class NetSuiteSecret(models.Model):
    """Credentials of a backend, out of everyone's reach.

    A table of its own without access rights: whatever reads a backend (a form, RPC, an export, a
    copy) cannot read these, not even for an administrator. Only the client factory does.
    """

    _name = "netsuite.secret"
    _description = "NetSuite Secret"
    _log_access = False

    backend_id = fields.Many2one("netsuite.backend", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    value = fields.Char(required=True)

    _unique_name = models.UniqueIndex("(backend_id, name)")

    def _found(self):
        """The secret itself, or nothing where the server does not have it."""
        name = self._variable()
        if not name:
            return self.value
        return (os.environ.get(name) or config.get(name.lower()) or "").strip()

    def _variable(self):
        """The environment variable that holds the secret, if the database does not."""
        if not self.value.startswith(REFERENCE):
            return ""
        return self.value.removeprefix(REFERENCE)
