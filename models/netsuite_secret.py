import os
import re

from odoo import fields, models
from odoo.tools import config

# Of a secret that the database does not hold: the name of the server's variable follows.
REFERENCE = "env:"


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

    def _keep(self, backend_id, name, value):
        """Store a secret, or forget it where the value is empty."""
        if not value:
            self.search([("backend_id", "=", backend_id), ("name", "=", name)]).unlink()
            return
        self.env.cr.execute(
            """
            INSERT INTO netsuite_secret (backend_id, name, value) VALUES (%s, %s, %s)
                ON CONFLICT (backend_id, name) DO UPDATE SET value = excluded.value
            """,
            (backend_id, name, value),
            log_exceptions=False,  # the log would show the secret
        )
        self.invalidate_model()

    def _found(self):
        """The secret itself, or nothing where the server does not have it."""
        variable = self._variable()
        if not variable:
            return self.value
        if not self._may_be(variable, self.name):
            return ""
        return (os.environ.get(variable) or config.get(variable.lower()) or "").strip()

    def _variable(self):
        """The environment variable that holds the secret, if the database does not."""
        if not self.value.startswith(REFERENCE):
            return ""
        return self.value.removeprefix(REFERENCE)

    def _may_be(self, variable, name):
        """Is this variable for a secret of this name of this database? What a token is signed with
        must not be sent as its name, nor what another database of the server uses."""
        return re.fullmatch(rf"{re.escape(self._example(name))}(_[A-Z0-9_]+)?", variable)

    def _example(self, name):
        database = re.sub(r"\W", "_", self.env.cr.dbname, flags=re.ASCII)
        return f"NETSUITE_{database}__{name}".upper()
