from odoo import fields, models


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
