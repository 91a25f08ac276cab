from zoneinfo import available_timezones

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..netsuite.account import Account
from ..netsuite.errors import ConfigurationError, LoginError, NetSuiteError
from .netsuite_transaction_status import IMPORT_TYPES

BUTTON_WAIT = 6  # seconds that a person waits for a place among the account's connections


class NetSuiteBackend(models.Model):
    """A NetSuite account to import from and to report to, and what to import.

    Only account, credentials, import type and statuses are needed; everything else has a default.
    """

    _name = "netsuite.backend"
    _description = "NetSuite Backend"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, default=lambda self: self.env._("NetSuite"), tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, tracking=True
    )
    state = fields.Selection(
        [("draft", "Not Connected"), ("confirmed", "Connected")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        help="Scheduled actions work only for connected backends. A successful connection test "
        "connects a backend; refused logins disconnect it, before NetSuite locks the user.",
    )
    last_error = fields.Text("Last Problem", readonly=True, copy=False)
    paused_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="NetSuite was busy or closed: no call is made before this time.",
    )
    pauses = fields.Integer(readonly=True, copy=False, help="Pauses in a row.")
    login_failures = fields.Integer(readonly=True, copy=False)

    # -- account ---------------------------------------------------------------------------
    account_id = fields.Char(
        "Account ID",
        required=True,
        tracking=True,
        help="As shown in NetSuite under Setup > Company > Company Information, for example "
        "1234567 or 1234567_SB1 for a sandbox.",
    )
    is_sandbox = fields.Boolean(compute="_compute_is_sandbox")
    service_url = fields.Char(
        "Service URL",
        help="Scheme, host and port to call instead of the account's own address, for tests "
        "against a simulator. Leave empty for NetSuite itself.",
    )
    timezone = fields.Selection(
        lambda self: [(zone, zone) for zone in sorted(available_timezones())],
        help="Time zone in the preferences of the NetSuite user that the tokens belong to. It "
        "decides which day a ship date falls on. Empty: taken from the times themselves.",
    )
    connection_limit = fields.Integer(
        "Connections",
        default=1,
        required=True,
        help="Most requests at the same time to this account, from all Odoo processes together. "
        "Raise it only when the NetSuite account has connections to spare.",
    )

    # -- what to import ----------------------------------------------------------------------
    import_type = fields.Selection(
        IMPORT_TYPES, default="sales_order", required=True, tracking=True
    )
    import_status_ids = fields.Many2many(
        "netsuite.transaction.status",
        string="Statuses",
        compute="_compute_import_status_ids",
        store=True,
        readonly=False,
        domain="[('import_type', '=', import_type)]",
    )
    import_since = fields.Datetime(
        help="Documents that were last changed before this time are left alone. Empty: no limit."
    )
    import_cursor = fields.Datetime(
        "Imported Up To",
        readonly=True,
        copy=False,
        help="Every change in NetSuite up to this time is known to Odoo.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="Ships the lines whose NetSuite location has no warehouse of its own.",
    )
    missing_product = fields.Selection(
        [("create", "Create the product"), ("hold", "Hold the document")],
        default="create",
        required=True,
        help="What to do when a NetSuite item matches no product.",
    )

    transaction_ids = fields.One2many("netsuite.transaction", "backend_id")
    transaction_count = fields.Integer(compute="_compute_transaction_count")
    held_count = fields.Integer(compute="_compute_counts")
    unreported_count = fields.Integer(compute="_compute_counts")
    failed_count = fields.Integer(compute="_compute_counts")
    unmapped_location_count = fields.Integer(compute="_compute_counts")
    unmapped_ship_method_count = fields.Integer(compute="_compute_counts")

    _positive_limit = models.Constraint(
        "CHECK(connection_limit > 0)", "At least one connection is needed."
    )
    # -- computed ----------------------------------------------------------------------------

    @api.depends("import_type")
    def _compute_import_status_ids(self):
        for backend in self:
            chosen = backend.import_status_ids.filtered(
                lambda status, kind=backend.import_type: status.import_type == kind
            )
            if not chosen:
                chosen = self.env["netsuite.transaction.status"].search(
                    [("import_type", "=", backend.import_type), ("is_default", "=", True)]
                )
            backend.import_status_ids = chosen

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for backend in self:
            if backend.warehouse_id.company_id != backend.company_id:
                backend.warehouse_id = self.env["stock.warehouse"].search(
                    [("company_id", "=", backend.company_id.id)], limit=1
                )

    @api.depends("account_id")
    def _compute_is_sandbox(self):
        for backend in self:
            try:
                backend.is_sandbox = Account(backend.account_id or "").is_sandbox
            except ConfigurationError:
                backend.is_sandbox = False

    def _compute_transaction_count(self):
        """On its own: of all counts only this one looks at every document."""
        counts = self._count_by_backend("netsuite.transaction", [])
        for backend in self:
            backend.transaction_count = counts.get(backend.id, 0)

    def _compute_counts(self):
        counts = self._count_by_backend
        held = counts("netsuite.transaction", [("state", "=", "held")])
        unreported = counts("netsuite.fulfillment", [("state", "in", ("waiting", "pending"))])
        failed = counts("netsuite.fulfillment", [("state", "=", "failed")])
        locations = counts("netsuite.location", [("warehouse_id", "=", False)])
        ship_methods = counts("netsuite.ship.method", [("carrier_id", "=", False)])
        for backend in self:
            backend.held_count = held.get(backend.id, 0)
            backend.unreported_count = unreported.get(backend.id, 0)
            backend.failed_count = failed.get(backend.id, 0)
            backend.unmapped_location_count = locations.get(backend.id, 0)
            backend.unmapped_ship_method_count = ship_methods.get(backend.id, 0)

    # -- checks ------------------------------------------------------------------------------

    @api.constrains("account_id", "service_url")
    def _check_account(self):
        for backend in self:
            try:
                Account(backend.account_id, backend.service_url or "")
            except ConfigurationError as error:
                raise ValidationError(str(error)) from error

    @api.constrains("import_type", "import_status_ids")
    def _check_import_statuses(self):
        for backend in self:
            if not backend.import_status_ids:
                raise ValidationError(
                    self.env._(
                        "%s imports documents in no status at all. Choose at least one.",
                        backend.name,
                    )
                )
            foreign = backend.import_status_ids.filtered(
                lambda status, kind=backend.import_type: status.import_type != kind
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(status)s is not a status of the documents that %(backend)s imports. "
                        "Choose statuses of the import type.",
                        status=", ".join(foreign.mapped("name")),
                        backend=backend.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalize(vals)
        backends = super().create(vals_list)
        if any(backends.mapped("service_url")):
            self._check_may_redirect()
        return backends

    def write(self, vals):
        self._normalize(vals)
        if "service_url" in vals and any(
            (backend.service_url or False) != (vals["service_url"] or False) for backend in self
        ):
            self._check_may_redirect()
        return super().write(vals)

    def _check_may_redirect(self):
        """Where calls go, and with them the proof of who calls, is for system administrators."""
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise AccessError(
                self.env._("Only system administrators may change the service URL of a backend.")
            )

    @api.model
    def _normalize(self, vals):
        """People copy account ids from addresses and mails: bring them to NetSuite's own form."""
        if vals.get("account_id"):
            try:
                vals["account_id"] = Account(vals["account_id"]).account_id
            except ConfigurationError:
                return  # the constraint tells what is wrong, next to the field
        if vals.get("service_url"):
            vals["service_url"] = vals["service_url"].strip().rstrip("/")

    # -- buttons -----------------------------------------------------------------------------

    def action_test_connection(self):
        """Call NetSuite once with the stored credentials and say what came of it.

        A success connects the backend; a refused login disconnects it.
        """
        self.ensure_one()
        self.check_access("write")
        try:
            purpose = self.env._("connection test")
            with self._connect(purpose, wait=BUTTON_WAIT, testing=True) as client:
                server_time = client.server_time()
        except NetSuiteError as error:
            return self._connection_refused(error)
        self._connected()
        return self._notify(
            "success",
            self.env._("Connected to NetSuite account %s", self.account_id),
            self.env._("NetSuite's clock shows %s UTC.", server_time.strftime("%Y-%m-%d %H:%M")),
        )

    def _connected(self):
        """NetSuite has answered: past trouble is forgotten."""
        self.write(
            {
                "state": "confirmed",
                "last_error": False,
                "paused_until": False,
                "pauses": 0,
                "login_failures": 0,
            }
        )

    def _connection_refused(self, error):
        message = self._explain(error, repeated=False)
        vals = {"last_error": message}
        if isinstance(error, LoginError):
            vals["state"] = "draft"
        self.write(vals)
        return self._notify(
            "danger",
            self.env._("No connection to NetSuite account %s", self.account_id),
            message,
        )

    def action_import(self):
        """Look for new and changed documents now, in the background."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "draft":
            tested = self.action_test_connection()
            if self.state == "draft":
                return tested
        self._plan_import()
        return self._notify(
            "success",
            self.env._("The import has started"),
            self.env._("Documents appear under NetSuite > Documents as they arrive."),
        )

    def _notify(self, kind, title, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "title": title,
                "message": message,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _action_records(self, xml_id, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["domain"] = [("backend_id", "=", self.id), *domain]
        action["context"] = {"default_backend_id": self.id}
        return action

    def action_view_transactions(self):
        return self._action_records("connector_netsuite.action_transaction", [])

    def action_view_held(self):
        return self._action_records(
            "connector_netsuite.action_transaction", [("state", "=", "held")]
        )

    def action_view_unreported(self):
        return self._action_records(
            "connector_netsuite.action_fulfillment", [("state", "in", ("waiting", "pending"))]
        )

    def action_view_failed(self):
        return self._action_records(
            "connector_netsuite.action_fulfillment", [("state", "=", "failed")]
        )
