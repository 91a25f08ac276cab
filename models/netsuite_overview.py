import json
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.tools import format_date

from ..netsuite.account import Account
from .netsuite_backend_fetch import IMPORT_ACTIVITY

DAYS = 30


class NetSuiteTransaction(models.Model):
    _inherit = "netsuite.transaction"

    imported_date = fields.Datetime(
        "Imported On", readonly=True, help="When the first delivery was made."
    )

    _imported_date_index = models.Index("(backend_id, imported_date)")

    def _settle(self, state, message=False):
        if state == "imported":
            fresh = self.filtered(lambda row: not row.imported_date)
            fresh.imported_date = fields.Datetime.now()
        return super()._settle(state, message)


class NetSuiteBackend(models.Model):
    """The overview: is all well, and where must a person act? Every number opens what it counts."""

    _inherit = "netsuite.backend"

    next_import = fields.Datetime(compute="_compute_next_import")
    staged_count = fields.Integer(compute="_compute_staged_count")
    imported_today_count = fields.Integer(compute="_compute_imported_today_count")
    waiting_count = fields.Integer(compute="_compute_report_counts")
    pending_count = fields.Integer(compute="_compute_report_counts")
    calls_today = fields.Integer(compute="_compute_calls_today")
    import_graph = fields.Text(compute="_compute_import_graph")
    import_refused = fields.Boolean(compute="_compute_import_refused")

    def _compute_next_import(self):
        # sudo: scheduled actions are for administrators; this is only about when
        cron = self.env.ref("connector_netsuite.ir_cron_import").sudo()
        now = fields.Datetime.now()
        for backend in self:
            ready = backend.active and backend.state == "confirmed" and not backend.setup_step
            # What is due waits for the scheduler: it comes now, not in the past.
            backend.next_import = (
                cron.active and ready and max(cron.nextcall, backend.paused_until or now, now)
            )

    def _compute_staged_count(self):
        counts = self._count_by_backend("netsuite.transaction", [("state", "=", "staged")])
        for backend in self:
            backend.staged_count = counts.get(backend.id, 0)

    def _compute_imported_today_count(self):
        counts = self._count_by_backend("netsuite.transaction", self._imported_today())
        for backend in self:
            backend.imported_today_count = counts.get(backend.id, 0)

    def _compute_report_counts(self):
        waiting = self._count_by_backend("netsuite.fulfillment", [("state", "=", "waiting")])
        pending = self._count_by_backend("netsuite.fulfillment", [("state", "=", "pending")])
        for backend in self:
            backend.waiting_count = waiting.get(backend.id, 0)
            backend.pending_count = pending.get(backend.id, 0)

    def _compute_calls_today(self):
        """Calls of the day by UTC, as they are counted: people of many zones share a backend."""
        # sudo: the number is for everyone who sees the backend
        used = (
            self.env["netsuite.usage"]
            .sudo()
            .search([("backend_id", "in", self.ids), ("day", "=", fields.Date.today())])
        )
        calls = {one.backend_id.id: one.calls for one in used}
        for backend in self:
            backend.calls_today = calls.get(backend.id, 0)

    def _compute_import_graph(self):
        """Documents imported on each of the last days, for the graph on the card."""
        today = fields.Date.context_today(self)
        days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
        groups = self.env["netsuite.transaction"]._read_group(
            [("backend_id", "in", self.ids), ("imported_date", ">=", self._start_of(days[0]))],
            ["backend_id", "imported_date:day"],
            ["__count"],
        )
        counts = {(backend.id, day.date()): count for backend, day, count in groups}
        for backend in self:
            values = [
                {"x": format_date(self.env, day), "y": counts.get((backend.id, day), 0)}
                for day in days
            ]
            backend.import_graph = json.dumps(
                [{"key": self.env._("Imported"), "values": values, "is_sample_data": False}]
            )

    def _compute_import_refused(self):
        """Does NetSuite say no to the import as a whole, so that a person must act?"""
        refused = self.activity_search([IMPORT_ACTIVITY]).mapped("res_id")
        for backend in self:
            backend.import_refused = backend.id in refused

    # -- helpers ---------------------------------------------------------------------------------

    def _count_by_backend(self, model, domain):
        groups = self.env[model]._read_group(
            [("backend_id", "in", self.ids), *domain], ["backend_id"], ["__count"]
        )
        return {backend.id: count for backend, count in groups}

    def _start_of(self, day):
        """The moment (UTC) at which a day of the user's begins."""
        zone = ZoneInfo(self.env.context.get("tz") or self.env.user.tz or "UTC")
        return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)

    def _imported_today(self):
        return [("imported_date", ">=", self._start_of(fields.Date.context_today(self)))]

    def _record_url(self, import_type, internal_id):
        """The page of a document in NetSuite's own screen."""
        # sudo: warehouse people may follow the link, but not read backends
        return Account(self.sudo().account_id).record_url(import_type, internal_id)

    def action_import_wizard(self):
        """Choose what to import, and preview it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("connector_netsuite.action_import")
        action["context"] = {"default_backend_id": self.id, "dialog_size": "extra-large"}
        return action

    # -- what the numbers open -------------------------------------------------------------------

    def action_open(self):
        """Open the card: the set-up where it is not finished, else the backend."""
        self.ensure_one()
        if self.setup_step and self.env.user.has_group("connector_netsuite.group_manager"):
            return self.action_set_up()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_view_staged(self):
        return self._action_records(
            "connector_netsuite.action_transaction", [("state", "=", "staged")]
        )

    def action_view_imported_today(self):
        return self._action_records("connector_netsuite.action_transaction", self._imported_today())

    def action_view_waiting(self):
        return self._action_records(
            "connector_netsuite.action_fulfillment", [("state", "=", "waiting")]
        )

    def action_view_pending(self):
        return self._action_records(
            "connector_netsuite.action_fulfillment", [("state", "=", "pending")]
        )

    def action_view_calls(self):
        today = [("day", "=", fields.Date.today())]
        action = self._action_records("connector_netsuite.action_usage", today)
        return {**action, "views": [(False, "list")]}

    def action_view_requests(self):
        return self._action_records("connector_netsuite.action_request", [])

    def action_view_unmapped_locations(self):
        return self._action_records(
            "connector_netsuite.action_location", [("warehouse_id", "=", False)]
        )

    def action_view_unmapped_ship_methods(self):
        return self._action_records(
            "connector_netsuite.action_ship_method", [("carrier_id", "=", False)]
        )
