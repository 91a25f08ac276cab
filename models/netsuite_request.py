import re
from contextlib import contextmanager
from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .netsuite_backend_connection import in_own_transaction

# Where a request names internal ids: SOAP references, addresses of REST records, SuiteQL.
NAMED_IDS = re.compile(r'internalId="(\d+)"|/record/v1/\w+/(\d+)|\bIN \(([\d, ]+)\)')
MOST_IDS = 1000


class NetSuiteRequest(models.Model):
    """A call to NetSuite: what was asked, what came back and how long it took."""

    _name = "netsuite.request"
    _description = "NetSuite Call"
    _order = "id desc"
    _rec_name = "operation"
    _log_access = False

    backend_id = fields.Many2one(
        "netsuite.backend", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    started = fields.Datetime("Time", required=True, readonly=True, index=True)
    seconds = fields.Float("Duration", readonly=True, digits=(10, 3), aggregator="avg")
    operation = fields.Char(readonly=True)
    purpose = fields.Char(readonly=True, help="What Odoo called for.")
    failed = fields.Boolean(readonly=True)
    outcome = fields.Char(readonly=True, help="NetSuite's code, or what went wrong on the way.")
    message = fields.Text(readonly=True)
    request = fields.Text(readonly=True, help="Without keys and tokens; the beginning, if long.")
    answer = fields.Text(readonly=True, help="The beginning, if long.")
    documents = fields.Text(readonly=True, help="NetSuite IDs in the request.")

    _backend_index = models.Index("(backend_id, id)")

    @api.autovacuum
    def _gc_requests(self):
        self.env.cr.execute(
            """
            DELETE FROM netsuite_request r USING netsuite_backend b
             WHERE b.id = r.backend_id
               AND r.started < now() AT TIME ZONE 'UTC' - b.request_log_days * interval '1 day'
            """
        )

    def _prepare_request(self, backend, purpose, call):
        named = (" ".join(groups) for groups in NAMED_IDS.findall(call.request))
        ids = list(dict.fromkeys(re.findall(r"\d+", " ".join(named))))[:MOST_IDS]
        return {
            "backend_id": backend.id,
            "started": call.started.astimezone(UTC).replace(tzinfo=None),
            "seconds": call.seconds,
            "operation": call.operation,
            "purpose": purpose,
            "failed": bool(call.outcome),
            "outcome": call.outcome or False,
            "message": call.message or False,
            "request": call.request.replace("\0", ""),
            "answer": call.answer.replace("\0", ""),
            "documents": f" {' '.join(ids)} " if ids else False,
        }


class NetSuiteUsage(models.Model):
    """How many calls a backend made on a day, whether or not they are logged."""

    _name = "netsuite.usage"
    _description = "NetSuite Calls per Day"
    _order = "day desc"
    _log_access = False
    _rec_name = "day"

    backend_id = fields.Many2one(
        "netsuite.backend", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backend_id.company_id")
    day = fields.Date(required=True, readonly=True)
    calls = fields.Integer(readonly=True)
    failures = fields.Integer(readonly=True)
    seconds = fields.Float("Time Spent", readonly=True)

    _unique_day = models.UniqueIndex("(backend_id, day)")

    def _count(self, backend, calls, failures, seconds):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO netsuite_usage (backend_id, day, calls, failures, seconds)
                VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (backend_id, day) DO UPDATE
                   SET calls = netsuite_usage.calls + excluded.calls,
                       failures = netsuite_usage.failures + excluded.failures,
                       seconds = netsuite_usage.seconds + excluded.seconds
                """,
                backend.id,
                fields.Date.today(),
                calls,
                failures,
                seconds,
            )
        )


class NetSuiteBackend(models.Model):
    """What is kept of the calls to NetSuite."""

    _inherit = "netsuite.backend"

    request_log = fields.Selection(
        [("off", "No calls"), ("errors", "Calls that failed"), ("all", "All calls")],
        "Log",
        default="errors",
        required=True,
        help="Which calls are kept with request and answer, to look at under NetSuite > Calls.",
    )
    request_log_days = fields.Integer("Keep for", default=14, required=True)

    @api.constrains("request_log_days")
    def _check_request_log_days(self):
        if any(backend.request_log_days < 1 for backend in self):
            raise ValidationError(self.env._("Calls are kept for one day or more."))

    @contextmanager
    def _recording(self, client, purpose, before, succeeded):
        """Keep the calls that the block makes, once its transaction has ended either way.

        :param before: is called before each call; what it raises, the call raises
        :param succeeded: is called after each call that went well
        """
        tape = _Tape(self.request_log, succeeded)
        client.observe(tape, before)
        try:
            yield
        finally:
            client.observe(None)
            if tape.calls:
                for hooks in (self.env.cr.postcommit, self.env.cr.postrollback):
                    hooks.add(lambda: in_own_transaction(self, "_keep_calls", purpose, tape))

    def _keep_calls(self, purpose, tape):
        self.env["netsuite.usage"]._count(self, tape.calls, tape.failures, tape.seconds)
        requests = self.env["netsuite.request"]
        requests.create([requests._prepare_request(self, purpose, call) for call in tape.kept])


class NetSuiteTransaction(models.Model):
    _inherit = "netsuite.transaction"

    def action_view_requests(self):
        """Open the calls that named this document, its order or its fulfilments."""
        self.ensure_one()
        ids = {self.internal_id, self.order_id, *self.fulfillment_ids.mapped("internal_id")}
        action = self.env["ir.actions.act_window"]._for_xml_id("connector_netsuite.action_request")
        named = Domain.OR(
            Domain("documents", "ilike", f" {internal_id} ") for internal_id in ids if internal_id
        )
        action["domain"] = list(Domain("backend_id", "=", self.backend_id.id) & named)
        return action


class _Tape:
    """Collects calls in memory; what is not to be kept is only counted."""

    def __init__(self, level, succeeded):
        self._level = level
        self._succeeded = succeeded
        self.kept = []
        self.calls = self.failures = 0
        self.seconds = 0.0

    def __call__(self, call):
        self.calls += 1
        self.seconds += call.seconds
        self.failures += bool(call.outcome)
        if self._level == "all" or (self._level == "errors" and call.outcome):
            self.kept.append(call)
        if not call.outcome:
            self._succeeded()
