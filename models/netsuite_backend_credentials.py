from odoo import fields, models
from odoo.exceptions import AccessError, ValidationError

from ..netsuite.errors import ConfigurationError
from .netsuite_secret import REFERENCE

# Shown in place of a stored secret; writing it back changes nothing.
MASK = "\u2022" * 8


class NetSuiteBackend(models.Model):
    """How Odoo speaks to the account and proves who it is.

    The field ``api`` hides Odoo's module of that name in this class: no decorators here.
    """

    _inherit = "netsuite.backend"

    api = fields.Selection(
        [("soap", "SOAP web services"), ("rest", "REST web services and SuiteQL")],
        default="soap",
        required=True,
        tracking=True,
        help="NetSuite switches SOAP off with its release 2028.2. Both see the same documents: "
        "nothing is imported or reported again after a change.",
    )
    authentication = fields.Selection(
        [("tba", "Access tokens (TBA)"), ("oauth2", "OAuth 2.0 (client credentials)")],
        default="tba",
        required=True,
        tracking=True,
        help="From NetSuite 2027.1 on, new integrations are OAuth 2.0 with REST only.",
    )
    consumer_key = fields.Char(
        compute="_compute_consumer_key",
        inverse="_inverse_consumer_key",
        groups="connector_netsuite.group_manager",
        copy=False,
    )
    consumer_secret = fields.Char(
        compute="_compute_consumer_secret",
        inverse="_inverse_consumer_secret",
        groups="connector_netsuite.group_manager",
        copy=False,
    )
    token_id = fields.Char(
        "Token ID",
        compute="_compute_token_id",
        inverse="_inverse_token_id",
        groups="connector_netsuite.group_manager",
        copy=False,
    )
    token_secret = fields.Char(
        compute="_compute_token_secret",
        inverse="_inverse_token_secret",
        groups="connector_netsuite.group_manager",
        copy=False,
    )
    oauth2_private_key = fields.Text(
        "Private Key",
        compute="_compute_oauth2_private_key",
        inverse="_inverse_oauth2_private_key",
        groups="connector_netsuite.group_manager",
        copy=False,
    )
    endpoint_version = fields.Selection(
        [
            ("2025_2", "2025.2"),
            ("2025_1", "2025.1"),
            ("2024_2", "2024.2"),
            ("2024_1", "2024.1"),
            ("2023_2", "2023.2"),
        ],
        default="2025_2",
        required=True,
        help="Version of NetSuite's SOAP endpoint. 2025.2 is the last one.",
    )

    # -- secrets -----------------------------------------------------------------------------

    def _compute_consumer_key(self):
        self._mask_secret("consumer_key")

    def _compute_consumer_secret(self):
        self._mask_secret("consumer_secret")

    def _compute_token_id(self):
        self._mask_secret("token_id")

    def _compute_token_secret(self):
        self._mask_secret("token_secret")

    def _compute_oauth2_private_key(self):
        self._mask_secret("oauth2_private_key")

    def _inverse_consumer_key(self):
        self._store_secret("consumer_key")

    def _inverse_consumer_secret(self):
        self._store_secret("consumer_secret")

    def _inverse_token_id(self):
        self._store_secret("token_id")

    def _inverse_token_secret(self):
        self._store_secret("token_secret")

    def _inverse_oauth2_private_key(self):
        self._store_secret("oauth2_private_key")

    def _mask_secret(self, name):
        # sudo: nobody may read the table; what is told here is only whether there is a value
        stored = (
            self.env["netsuite.secret"]
            .sudo()
            ._read_group([("backend_id", "in", self.ids), ("name", "=", name)], ["backend_id"])
        )
        known = {backend.id for (backend,) in stored}
        for backend in self:
            backend[name] = MASK if backend.id in known else False

    def _store_secret(self, name):
        for backend in self:
            value = (backend[name] or "").strip()
            if value != MASK:
                backend._keep_secret(name, value)
        self.invalidate_recordset([name])

    def _keep_secret(self, name, value):
        # sudo: nobody may write the table; who may change the backend may set its secrets
        secrets = self.env["netsuite.secret"].sudo()
        if value.startswith(REFERENCE):
            self._check_reference(secrets, name, value.removeprefix(REFERENCE))
        secrets._keep(self.id, name, value)

    def _check_reference(self, secrets, name, variable):
        """What the server holds is for those who look after the server."""
        if not self.env.su and not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "Keys that the server holds are entered by administrators of Odoo (group "
                    "Administration / Settings)."
                )
            )
        if not secrets._may_be(variable, name):
            raise ValidationError(
                self.env._(
                    "The server's variable for this key of this database is %(variable)s, also "
                    "with something after it: enter %(reference)s.",
                    variable=secrets._example(name),
                    reference=f"{REFERENCE}{secrets._example(name)}",
                )
            )

    def _secrets(self):
        """The credentials by field name, for the client and nothing else."""
        secrets = {row.name: row._found() for row in self._stored_secrets()}
        return {name: value for name, value in secrets.items() if value}

    def _check_secrets(self, names):
        """See that the server has what it is to have of these.

        :raises ConfigurationError: it has not
        """
        rows = self._stored_secrets().filtered(lambda row: row.name in names)
        missing = [row._variable() for row in rows if not row._found()]
        if missing:
            raise ConfigurationError(
                self.env._(
                    "This server has no %(variables)s, neither in its environment nor, in small "
                    "letters, in its configuration file. Set it for every Odoo process of this "
                    "database, then test the connection.",
                    variables=", ".join(missing),
                )
            )

    def _stored_secrets(self):
        self.ensure_one()
        # sudo: nobody may read the table
        return self.env["netsuite.secret"].sudo().search([("backend_id", "=", self.id)])
