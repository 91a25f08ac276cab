from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .netsuite_builder import Hold
from .netsuite_transaction_status import IMPORT_TYPES

# Fields that decide which documents are imported.
SCOPE_FIELDS = frozenset(
    (
        "import_type",
        "import_status_ids",
        "import_since",
        "location_ids",
        "subsidiary_ids",
        "class_ids",
        "department_ids",
        "saved_search",
    )
)


class NetSuiteBackend(models.Model):
    """Which documents are imported, and what becomes of them."""

    _inherit = "netsuite.backend"

    # -- which documents -------------------------------------------------------------------------
    import_delay = fields.Integer(
        "Grace Delay",
        help="Minutes that a new document is left alone, in case it is still being changed.",
    )
    location_ids = fields.Many2many(
        "netsuite.location",
        string="Only Locations",
        domain="[('backend_id', '=', id)]",
        help="Import only documents of these locations. Empty: all.",
    )
    subsidiary_ids = fields.Many2many(
        "netsuite.subsidiary",
        string="Only Subsidiaries",
        domain="[('backend_id', '=', id)]",
        help="Import only documents of these subsidiaries. Empty: all.",
    )
    class_ids = fields.Many2many(
        "netsuite.classification",
        "netsuite_backend_class_rel",
        string="Only Classes",
        domain="[('backend_id', '=', id), ('kind', '=', 'class')]",
        help="Import only documents of these classes. Empty: all.",
    )
    department_ids = fields.Many2many(
        "netsuite.classification",
        "netsuite_backend_department_rel",
        string="Only Departments",
        domain="[('backend_id', '=', id), ('kind', '=', 'department')]",
        help="Import only documents of these departments. Empty: all.",
    )
    saved_search = fields.Char(
        "Saved Search ID",
        help="Internal id of a transaction search saved in NetSuite, for example 123. Its criteria "
        "narrow the import further. SOAP only.",
    )

    # -- what becomes of them ----------------------------------------------------------------------
    quantity_to_ship = fields.Selection(
        [("open", "All that is open"), ("committed", "Only what NetSuite has committed")],
        default="open",
        required=True,
    )
    product_field_id = fields.Many2one(
        "ir.model.fields",
        "SKU Field",
        domain="[('model', '=', 'product.product'), ('ttype', '=', 'char'), ('store', '=', True)]",
        ondelete="set null",
        help="Field of the product that holds NetSuite's item number. Empty: the internal "
        "reference. What does not match is looked for by barcode.",
    )
    track_inventory = fields.Boolean(
        "Track New Products in Inventory",
        help="Products made from NetSuite's items are counted in Odoo's stock too. Deliveries then "
        "wait until Odoo has stock, which somebody must keep up; off, they are ready at once.",
    )
    field_mapping_ids = fields.One2many("netsuite.field.mapping", "backend_id", copy=True)
    all_subsidiary_ids = fields.One2many("netsuite.subsidiary", "backend_id")
    shipping_company_ids = fields.Many2many(
        "res.company",
        compute="_compute_shipping_company_ids",
        compute_sudo=True,  # also companies that this user does not work in
        help="The backend's company, and those that subsidiaries are mapped to.",
    )
    open_delivery_count = fields.Integer(compute="_compute_open_delivery_count")
    build_number = fields.Integer(readonly=True, copy=False)

    _positive_delay = models.Constraint(
        "CHECK(import_delay >= 0)", "The grace delay is a number of minutes, zero or more."
    )

    @api.model_create_multi
    def create(self, vals_list):
        backends = super().create(vals_list)
        # sudo: the presets belong to the backend that this user may make
        self.env["netsuite.field.mapping"].sudo()._make_presets(
            backends.filtered(lambda backend: not backend.field_mapping_ids)
        )
        return backends

    def write(self, vals):
        if "import_type" in vals and not self.env.context.get("netsuite_change_import_type"):
            self.filtered(
                lambda backend: backend.import_type != vals["import_type"]
            )._check_no_open_deliveries()
        if vals.keys() & SCOPE_FIELDS:
            # What was out of scope before has not changed since: look at everything once more.
            vals = {**vals, "import_cursor": False}
        result = super().write(vals)
        if vals.get("missing_product") == "create":
            self._rebuild_held("product")
        if "quantity_to_ship" in vals:
            self._rebuild_open()
        return result

    def _rebuild_open(self):
        """Build again what is not shipped yet, and what had nothing to ship."""
        # sudo: as for held documents
        self.env["netsuite.transaction"].sudo().search(
            [
                ("backend_id", "in", self.ids),
                "|",
                ("state", "=", "ignored"),
                ("all_picking_ids.state", "not in", ("done", "cancel")),
            ]
        )._rebuild()

    def _reread_open(self):
        """Read and build again, with the next import, what is not shipped yet: other fields are
        wanted of it."""
        # sudo: as for held documents
        self.env["netsuite.transaction"].sudo().search(
            [
                ("backend_id", "in", self.ids),
                ("all_picking_ids.state", "not in", ("done", "cancel")),
            ]
        ).write({"to_read": True, "to_build": True})

    def _rebuild_held(self, reason):
        """Build again the documents that were held for this reason."""
        # sudo: who may change the backend or a mapping may have its documents built
        self.env["netsuite.transaction"].sudo().search(
            [
                ("backend_id", "in", self.ids),
                ("state", "=", "held"),
                ("hold_reason", "=", reason),
            ]
        )._rebuild()

    def _check_no_open_deliveries(self):
        """Changing the import type concerns the deliveries that are still open: ask first."""
        for backend in self:
            if count := backend.open_delivery_count:
                raise UserError(
                    self.env._(
                        "%(count)s deliveries of %(backend)s are still open, made from "
                        "%(documents)s. Use the button Change next to the import type: it says "
                        "what happens to them.",
                        count=count,
                        backend=backend.name,
                        documents=dict(IMPORT_TYPES)[backend.import_type],
                    )
                )

    def _open_delivery_domain(self):
        return [
            ("netsuite_transaction_id.backend_id", "in", self.ids),
            ("state", "not in", ("done", "cancel")),
        ]

    def _open_deliveries(self):
        # sudo: deliveries of every company count
        return self.env["stock.picking"].sudo().search(self._open_delivery_domain())

    def _compute_open_delivery_count(self):
        pickings = self.env["stock.picking"].sudo()  # sudo: as above
        for backend in self:
            domain = backend._open_delivery_domain()
            backend.open_delivery_count = pickings.search_count(domain)

    @api.depends("company_id", "all_subsidiary_ids.company_id")
    def _compute_shipping_company_ids(self):
        for backend in self:
            backend.shipping_company_ids = (
                backend.company_id | backend.all_subsidiary_ids.company_id
            )

    @api.constrains("saved_search", "api")
    def _check_saved_search(self):
        for backend in self:
            if backend.saved_search and backend.api != "soap":
                raise ValidationError(
                    self.env._(
                        "%s narrows its import by a saved search, which only SOAP can do. Remove "
                        "the saved search before you switch.",
                        backend.name,
                    )
                )

    @api.onchange("import_type")
    def _onchange_import_type(self):
        if self.import_type == "invoice" and self._origin.import_type != "invoice":
            # Most companies invoice after shipping: older invoices would be shipped again, also
            # those since the day that was chosen for other documents.
            self.import_since = self._start_of_today()
        elif self.import_type != "invoice" and self.import_since == self._start_of_today():
            self.import_since = self._origin.import_since

    def _start_of_today(self):
        """Midnight where the user is, as Odoo stores times."""
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.astimezone(UTC).replace(tzinfo=None)

    # -- helpers of the import -------------------------------------------------------------------

    def _same_account(self):
        """All backends, archived ones too, of the same NetSuite account."""
        self.ensure_one()
        return self.with_context(active_test=False).search(
            [("account_id", "=ilike", self.account_id)]
        )

    def _company_of(self, record):
        """The company that ships a document: its subsidiary's, or the backend's."""
        if record.subsidiary:
            return self._subsidiary(record.subsidiary).company_id or self.company_id
        return self.company_id

    def _subsidiary(self, ref):
        """The subsidiary that a document names; all of them are looked up at once."""
        known = self.with_context(active_test=False).all_subsidiary_ids
        return (
            known.filtered(lambda one: one.internal_id == ref.id)
            or self.env["netsuite.subsidiary"]._by_ref(self, [ref])[ref.id]
        )

    def _renew_companies(self, rows):
        """Let subsidiaries mapped since these documents were read have their say; a document with
        deliveries stays with their company."""
        self.ensure_one()
        for row in rows:
            company = row.live_picking_ids.company_id[:1]
            if not company and row.company_id == self.company_id == self.shipping_company_ids:
                continue
            if not company and (record := row._record()):
                company = self._company_of(record)
            if company and company != row.company_id:
                row.company_id = company

    def _default_warehouse(self, company):
        """The warehouse of lines whose location has none.

        :raises Hold: the company has no warehouse
        """
        if self.warehouse_id.company_id == company:
            return self.warehouse_id
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        if not warehouse:
            raise Hold(
                "odoo",
                self.env._(
                    "%(company)s has no warehouse to ship from. Make one, or choose another "
                    "company for the subsidiary under NetSuite > Mapping > Subsidiaries.",
                    company=company.name,
                ),
            )
        return warehouse

    def _noon(self, day, warehouse):
        """Noon of a day where the warehouse is, as Odoo stores times: a date of NetSuite has no
        time, and must be the same day for the people who ship."""
        zone = (
            warehouse.partner_id.tz
            or warehouse.company_id.partner_id.tz
            or self.timezone
            or self.env.user.tz
            or "UTC"
        )
        noon = datetime.combine(day, time(12), ZoneInfo(zone))
        return noon.astimezone(UTC).replace(tzinfo=None)

    def _sku_field(self):
        return self.product_field_id.sudo().name or "default_code"  # sudo: field definitions
