import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..netsuite.errors import NetSuiteError

IMPORT_JOBS = ("_job_find", "_job_find_chosen", "_job_read", "_job_build")
PREVIEWED = 50  # documents that a preview looks at; the rest is counted
KINDS = [
    ("new", "New Delivery"),
    ("changed", "Changes the Delivery"),
    ("unchanged", "As It Is"),
    ("held", "Held"),
    ("ignored", "Nothing to Ship"),
    ("cancelled", "Not to Ship"),
    ("staged", "Waiting"),
]


class NetSuiteImport(models.TransientModel):
    """Import by number, by date or whatever is due; first look at what would come of it."""

    _name = "netsuite.import"
    _description = "Import from NetSuite"

    backend_id = fields.Many2one(
        "netsuite.backend", required=True, default=lambda self: self._default_backend()
    )
    import_type = fields.Selection(related="backend_id.import_type")
    choice = fields.Selection(
        [
            ("due", "Whatever is due"),
            ("numbers", "By number"),
            ("dates", "By date"),
        ],
        "Import",
        default="due",
        required=True,
    )
    numbers = fields.Text(help="One or several, separated by blanks, commas or new lines.")
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    state = fields.Selection(
        [("choose", "Choose"), ("preview", "Preview"), ("running", "Import")],
        default="choose",
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many("netsuite.import.line", "import_id", readonly=True)
    total = fields.Integer(readonly=True)
    summary = fields.Char(compute="_compute_summary")
    started = fields.Datetime(readonly=True)
    waiting_count = fields.Integer(compute="_compute_progress")
    imported_count = fields.Integer(compute="_compute_progress")
    held_count = fields.Integer(compute="_compute_progress")
    other_count = fields.Integer(compute="_compute_progress")
    progress = fields.Integer(compute="_compute_progress")
    goes_on = fields.Boolean(compute="_compute_progress")

    @api.model
    def _default_backend(self):
        if self.env.context.get("active_model") == "netsuite.backend":
            return self.env.context.get("active_id")
        return self.env["netsuite.backend"].search([("state", "=", "confirmed")], limit=1)

    @api.depends("line_ids", "total")
    def _compute_summary(self):
        labels = dict(self.line_ids._fields["kind"]._description_selection(self.env))
        for wizard in self:
            groups = wizard.line_ids.grouped("kind")
            parts = [f"{labels[kind]}: {len(lines)}" for kind, lines in groups.items()]
            if more := max(0, wizard.total - len(wizard.line_ids)):
                parts.append(self.env._("not previewed: up to %s", more))
            wizard.summary = " \u00b7 ".join(parts) or self.env._("NetSuite has nothing to import.")

    # -- preview ---------------------------------------------------------------------------------

    def action_preview(self):
        """Run the import in a transaction that is undone, and list what it did."""
        self.ensure_one()
        self._check_may_import()
        try:
            due = self.choice == "due"
            preview = self.backend_id._preview(self._query(), PREVIEWED, due=due, scope=not due)
        except NetSuiteError as error:
            raise UserError(self.backend_id._explain(error)) from error
        self.line_ids.unlink()
        self.line_ids = [
            fields.Command.create(self._prepare_line(outcome))
            for outcome in self._worst_first(preview.outcomes)
        ]
        self._add_unknown_numbers(preview)
        self.write({"state": "preview", "total": preview.total})
        return self._reopen()

    def _query(self):
        backend = self.backend_id
        if self.choice == "numbers":
            return backend._query_numbers(self._number_list())
        if self.choice == "dates":
            if not self.date_from and not self.date_to:
                raise UserError(self.env._("Enter the first or the last day, or both."))
            return backend._query_dates(self.date_from, self.date_to)
        return backend._query_due()

    def _number_list(self):
        numbers = list(dict.fromkeys(re.split(r"[\s,;]+", (self.numbers or "").strip())))
        if not numbers[0]:
            raise UserError(self.env._("Enter at least one document number."))
        if len(numbers) > PREVIEWED:
            raise UserError(self.env._("Enter at most %s numbers, or import by date.", PREVIEWED))
        return numbers

    def _prepare_line(self, outcome):
        why = outcome.why
        if outcome.unscheduled:
            unscheduled = self.env._(
                "The scheduled import would leave it alone. %s", " ".join(outcome.unscheduled)
            )
            why = "\n".join(filter(None, [why, unscheduled]))
        return {
            "transaction_id": outcome.row_id,
            "number": outcome.tran_id,
            "customer": outcome.customer,
            "status": outcome.status,
            "kind": outcome.kind,
            "goods": outcome.goods,
            "why": why,
        }

    def _worst_first(self, outcomes):
        order = ["held", "new", "changed", "ignored", "cancelled", "staged", "unchanged"]
        return sorted(outcomes, key=lambda outcome: order.index(outcome.kind))

    def _add_unknown_numbers(self, preview):
        if self.choice != "numbers":
            return
        found = {outcome.tran_id.lower() for outcome in preview.outcomes}
        self.line_ids = [
            fields.Command.create(
                {
                    "number": number,
                    "kind": "ignored",
                    "why": self.env._(
                        "NetSuite shows no such document to this role. "
                        "\u201cExplain an order\u201d looks further."
                    ),
                }
            )
            for number in self._number_list()
            if number.lower() not in found
        ]

    # -- import ----------------------------------------------------------------------------------

    def action_import(self):
        """Start the import in the background and show how it goes."""
        self.ensure_one()
        self._check_may_import()
        backend = self.backend_id.sudo()  # sudo: users of the addon may ask for an import
        if self.choice == "due":
            backend._plan_import()
        elif self.choice == "numbers":
            backend._import_chosen(numbers=self._number_list())
        else:
            self._query()
            backend._import_chosen(
                date_from=fields.Date.to_string(self.date_from) or None,
                date_to=fields.Date.to_string(self.date_to) or None,
            )
        # Whoever imports has seen enough: from now on it goes by itself.
        backend.setup_step = False
        self.write({"state": "running", "started": fields.Datetime.now()})
        return self._reopen()

    def _check_may_import(self):
        self.backend_id.check_access("read")
        if reason := self.backend_id._not_connected():
            raise UserError(reason)

    @api.depends("started")
    def _compute_progress(self):
        transactions = self.env["netsuite.transaction"]
        for wizard in self:
            groups = (
                dict(transactions._read_group(wizard._touched(), ["state"], ["__count"]))
                if wizard.started
                else {}
            )
            wizard.waiting_count = transactions.search_count(wizard._waiting())
            wizard.imported_count = groups.get("imported", 0)
            wizard.held_count = groups.get("held", 0)
            wizard.other_count = groups.get("ignored", 0) + groups.get("cancelled", 0)
            done = wizard.imported_count + wizard.held_count + wizard.other_count
            everything = done + wizard.waiting_count
            wizard.goes_on = wizard.state == "running" and wizard._goes_on()
            finished = 0 if wizard.goes_on else 100
            wizard.progress = 100 * done // everything if everything else finished

    def _goes_on(self):
        """Is there a job of the backend's import that has not ended?"""
        # sudo: the queue is not for everyone
        return bool(
            self.env["queue.job"]
            .sudo()
            .search_count(
                [
                    ("state", "in", ("wait_dependencies", "pending", "enqueued", "started")),
                    ("method_name", "in", IMPORT_JOBS),
                    ("func_string", "=like", f"netsuite.backend({self.backend_id.id},)%"),
                ],
                limit=1,
            )
        )

    def _waiting(self):
        return [
            ("backend_id", "=", self.backend_id.id),
            "|",
            ("to_read", "=", True),
            ("to_build", "=", True),
        ]

    def _touched(self):
        return [
            ("backend_id", "=", self.backend_id.id),
            ("write_date", ">=", self.started),
            ("to_read", "=", False),
            ("to_build", "=", False),
        ]

    def action_back(self):
        self.state = "choose"
        return self._reopen()

    def action_view_documents(self):
        """Open the documents that the import has handled, and those that wait."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connector_netsuite.action_transaction"
        )
        action["domain"] = ["|", "&", "&", "&", *self._touched(), "&", *self._waiting()]
        return action

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import from NetSuite"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class NetSuiteImportLine(models.TransientModel):
    """What would become of one document."""

    _name = "netsuite.import.line"
    _description = "NetSuite Import Preview"

    import_id = fields.Many2one("netsuite.import", required=True, ondelete="cascade")
    transaction_id = fields.Many2one("netsuite.transaction")
    number = fields.Char()
    customer = fields.Char()
    status = fields.Char("NetSuite Status")
    kind = fields.Selection(KINDS, "Would Be")
    goods = fields.Text("Open to Ship")
    why = fields.Text()
