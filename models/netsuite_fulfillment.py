from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.queue_job.job import ENQUEUED, PENDING, WAIT_DEPENDENCIES, identity_exact
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, plaintext2html

from ..netsuite.records import ITEM_FULFILLMENT
from ..netsuite.writeback import split_numbers

AT_ONCE = 1000  # jobs made in one transaction: some seconds
MAX_TRIES = 12  # as many as the retry pattern of the job function covers
# When the scheduled action takes up a failed one again: before its next run, two hours later.
RETRY_AFTER = timedelta(minutes=115)


class NetSuiteFulfillment(models.Model):
    """A shipment to report to NetSuite, and how far that is.

    The external id is fixed before the first call: whoever reports looks for it first, so that a
    call whose answer got lost is never repeated blindly.
    """

    _name = "netsuite.fulfillment"
    _inherit = "netsuite.kept"
    _description = "NetSuite Write-back"
    _order = "id desc"
    _rec_name = "external_id"

    picking_id = fields.Many2one(
        "stock.picking", "Delivery", required=True, readonly=True, ondelete="cascade", index=True
    )
    transaction_id = fields.Many2one(
        "netsuite.transaction",
        "NetSuite Document",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    backend_id = fields.Many2one(
        "netsuite.backend",
        related="transaction_id.backend_id",
        store=True,
        precompute=True,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company",
        related="transaction_id.company_id",
        store=True,
        precompute=True,
        index=True,
    )
    external_id = fields.Char("External ID", required=True, readonly=True)
    internal_id = fields.Char(
        "NetSuite ID", readonly=True, index="btree_not_null", help="Of the item fulfilment."
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("pending", "To Report"),
            ("done", "Reported"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
        help="Waiting: for a tracking number, or for a person to report it. To Report: a job will "
        "tell NetSuite. Failed: a person should look at the last answer. Cancelled: the delivery "
        "was cancelled, or NetSuite need not be told any more.",
    )
    message = fields.Text("Last Answer", readonly=True)
    tracking_numbers = fields.Char(readonly=True, help="Joined with a comma.")
    reported_numbers = fields.Char(readonly=True, help="What NetSuite was told last.")
    past_numbers = fields.Char(
        readonly=True, help="What stood in the delivery before; NetSuite may have been told of it."
    )
    report_now = fields.Boolean(readonly=True, help="A person wants it reported without waiting.")
    by_hand = fields.Boolean(
        "Reported by Hand", readonly=True, help="A person has told NetSuite; Odoo keeps out of it."
    )
    parts_of_kits = fields.Boolean(
        readonly=True,
        help="Only parts of kits were shipped: NetSuite is told with the shipment that completes "
        "them.",
    )
    candidates = fields.Json(readonly=True)
    attempts = fields.Integer("Tries", readonly=True)
    next_try = fields.Datetime(readonly=True)
    reported_date = fields.Datetime("Reported On", readonly=True)

    _unique_external_id = models.UniqueIndex(
        "(external_id)", "This shipment has a write-back already."
    )
    _open_index = models.Index("(state) WHERE state IN ('pending', 'failed')")

    # -- from the warehouse --------------------------------------------------------------------

    @api.model
    def _shipped(self, pickings):
        """Make the rows of these done deliveries and enqueue what can be reported.

        Called in the warehouse's own transaction: a row and a job, never a call.
        """
        # Their rows are long, and somebody waits: no more is read than is asked here.
        documents = pickings.netsuite_transaction_id
        documents.fetch(["backend_id", "company_id", "import_type"])
        documents.backend_id.fetch(["report_when"])
        known = pickings.netsuite_fulfillment_ids
        rows = self.create([self._prepare_row(picking) for picking in pickings - known.picking_id])
        # The label was reported before; now NetSuite is told that the goods have left.
        for row in known.filtered(lambda row: row.state != "cancelled" and not row.by_hand):
            row.state = "pending" if row._may_be_reported() else "waiting"
            if row.state == "waiting":
                row.message = row._what_it_waits_for(row.picking_id)
        rows += known
        rows.filtered(lambda row: row.state == "pending")._enqueue()
        return rows

    @api.model
    def _label_printed(self, pickings):
        """Make and report the rows of deliveries whose label is there before they are done."""
        self.create([self._prepare_row(picking) for picking in pickings])._enqueue()

    def _prepare_row(self, picking):
        numbers = self._numbers_of(picking)
        is_due = self._is_due(picking, numbers)
        return {
            "picking_id": picking.id,
            "transaction_id": picking.netsuite_transaction_id.id,
            "external_id": self._external_id_for(picking),
            "tracking_numbers": numbers or False,
            "state": "pending" if is_due else "waiting",
            "message": not is_due and self._what_it_waits_for(picking),
        }

    def _what_it_waits_for(self, picking):
        if picking.netsuite_transaction_id.backend_id.report_when == "manual":
            return self.env._("It waits for a person to report it.")
        return self.env._("It waits for a tracking number.")

    def _external_id_for(self, picking):
        # sudo: the database's uuid keeps shipments of different databases apart
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid", "")
        return f"odoo-{uuid[:8]}-pick-{picking.id}"

    def _numbers_of(self, picking):
        return ",".join(split_numbers(picking.carrier_tracking_ref))

    def _is_due(self, picking, numbers):
        """Is it time to tell NetSuite of this shipment, by the choice on the backend?"""
        transaction = picking.netsuite_transaction_id
        when = transaction.backend_id.report_when
        if when == "manual" or picking.state == "cancel":
            return False
        if picking.state != "done" and not transaction._reports_labels():
            return False
        return when == "shipped" or bool(numbers)

    def _may_be_reported(self):
        """Is it time, or has a person asked for it?"""
        return self.report_now or self._is_due(self.picking_id, self.tracking_numbers)

    def _tracking_changed(self):
        """Take over the delivery's tracking numbers; report what NetSuite does not know yet."""
        changed = self.filtered(
            lambda row: (
                row.remainder != "services"
                and row._numbers_of(row.picking_id) != (row.tracking_numbers or "")
            )
        )
        for row in changed:
            row.past_numbers = ",".join(filter(None, (row.past_numbers, row.tracking_numbers)))
            row.tracking_numbers = row._numbers_of(row.picking_id) or False
            if row.by_hand:
                row._flag(
                    self.env._(
                        "The tracking number of %(delivery)s has changed. It was reported by hand: "
                        "change it in NetSuite too.",
                        delivery=row.picking_id.name,
                    )
                )
        changed.filtered(lambda row: row.state != "cancelled" and not row.by_hand)._plan()

    def _plan(self):
        """Enqueue what NetSuite is to be told now; the job finds out what of it is new.

        One that has lost its number stays as it is: a job may just be telling NetSuite of it.
        """
        self.filtered(lambda row: row.reported_date or row._may_be_reported()).state = "pending"
        self.filtered(lambda row: row.state == "pending")._enqueue()

    def _delivery_cancelled(self):
        """A delivery that a label was printed for is not shipped after all."""
        for row in self.filtered(lambda row: row.reported_date or row.attempts):
            row._flag(
                self.env._(
                    "%(delivery)s was cancelled after its label was reported: check item "
                    "fulfilment %(fulfillment)s in NetSuite.",
                    delivery=row.picking_id.name,
                    fulfillment=row.internal_id or row.transaction_id.tran_id,
                )
            )
        untold = self.filtered(lambda row: row.state == "waiting" or row.by_hand)
        untold.write({"state": "cancelled", "next_try": False})
        # The others are taken off NetSuite's record again.
        told = (self - untold).filtered(lambda row: row.state != "cancelled")
        told.state = "pending"
        told._enqueue()

    @api.model
    def _part_cancelled(self, pickings):
        """Deliveries of an imported fulfilment are not shipped after all: NetSuite still has their
        goods on it, and its last part may be reported already."""
        for picking in pickings:
            rows = picking.netsuite_fulfillment_ids or self.create(
                {**self._prepare_row(picking), "state": "cancelled", "message": False}
            )
            rows[:1]._flag(
                self.env._(
                    "%(delivery)s was cancelled: take its goods off item fulfilment "
                    "%(fulfillment)s in NetSuite.",
                    delivery=picking.name,
                    fulfillment=picking.netsuite_transaction_id.tran_id,
                )
            )
        self._complete(pickings.netsuite_transaction_id)

    @api.model
    def _complete(self, transactions):
        """Report a shipment of each imported fulfilment again: the last part may be settled."""
        for transaction in transactions.filtered(
            lambda one: (
                one.import_type == ITEM_FULFILLMENT
                and not any(picking.state not in ("done", "cancel") for picking in one.picking_ids)
            )
        ):
            row = transaction.fulfillment_ids.filtered(
                lambda one: one.state == "done" and not one.by_hand
            )[:1]
            row.state = "pending"
            row._enqueue()

    def _returned(self, return_picking):
        """Goods of this shipment came back: what that means for NetSuite, a person decides."""
        for row in self.filtered(lambda row: row.remainder != "services"):
            row._flag(
                self.env._(
                    "Goods of %(delivery)s came back with %(return)s: book the return in NetSuite "
                    "(item fulfilment %(fulfillment)s).",
                    delivery=row.picking_id.name,
                    fulfillment=row.internal_id or self.env._("not reported yet"),
                    **{"return": return_picking.name},
                )
            )

    # -- planning ------------------------------------------------------------------------------

    @api.model
    def _cron_writeback(self):
        """Take up again whatever is still unreported, so that nothing hangs on one job."""
        now = fields.Datetime.now()
        rows = self.sudo().search(  # sudo: only the connector writes its rows
            [
                ("backend_id.state", "=", "confirmed"),
                ("backend_id.active", "=", True),
                "|",
                "&",
                ("state", "=", "pending"),
                "|",
                ("next_try", "=", False),
                ("next_try", "<=", now),
                "&",
                ("state", "=", "failed"),
                ("next_try", "<=", now),
            ],
            order="id",
        )
        rows.filtered(lambda row: row.state == "failed").write({"state": "pending"})
        for backend, some in rows.grouped("backend_id").items():
            some.with_env(backend._in_responsible_language().env)._enqueue_all()

    def _enqueue(self):
        for row in self:
            row.with_company(row.company_id).with_delay(
                identity_key=row._identity_key(),
                max_retries=MAX_TRIES,
                description=self.env._("NetSuite: report %s", row.picking_id.name),
            )._job_report()

    def _identity_key(self):
        return f"netsuite-report-{self.id}"

    def _enqueue_now(self):
        """Enqueue, and let jobs that wait for their next try begin anew."""
        waiting = self._waiting_jobs().filtered(lambda job: job.state == PENDING)
        waiting.write({"eta": False, "retry": 0})
        self._enqueue_all()

    def _enqueue_all(self):
        """Enqueue what has no job yet, however much an outage has left behind: some at once, the
        rest by a job of its own."""
        known = set(self._waiting_jobs().mapped("identity_key"))
        rows = self.filtered(lambda row: row._identity_key() not in known)
        rows[:AT_ONCE]._enqueue()
        if rest := rows[AT_ONCE:]:
            rest.with_delay(
                identity_key=identity_exact,
                description=self.env._("NetSuite: report %s shipments", len(rest)),
            )._job_enqueue()

    def _job_enqueue(self):
        """Go on with the shipments that were too many to enqueue at once."""
        rows = self.sudo().exists()  # sudo: as for all jobs
        rows.filtered(lambda row: row.state == "pending")._enqueue_all()

    def _waiting_jobs(self):
        # sudo: the queue is not for everyone; these are jobs of rows that the user may retry
        jobs = self.env["queue.job"].sudo()
        states = (WAIT_DEPENDENCIES, PENDING, ENQUEUED)
        keys = [row._identity_key() for row in self]
        return jobs.search_fetch(
            [("identity_key", "in", keys), ("state", "in", states)], ["identity_key", "state"]
        )

    # -- buttons -------------------------------------------------------------------------------

    def action_retry(self):
        """Report now: again, for the first time, or although it waits for a number."""
        self.check_access("write")
        self = self.sudo()  # sudo: only the connector writes its rows
        rows = self.filtered(
            lambda row: row.by_hand or row.state in ("waiting", "pending", "failed")
        )
        if not rows:
            raise UserError(
                self.env._("Nothing to report: NetSuite knows these shipments already.")
            )
        # What failed for good is a fulfilment that was deleted in NetSuite: it is made again.
        gone = rows.filtered(lambda row: row.state == "failed" and not row.next_try)
        gone.write({"internal_id": False, "reported_date": False, "reported_numbers": False})
        # Of what a person marked, NetSuite has told Odoo nothing yet.
        rows.filtered(lambda row: row.by_hand and not row.internal_id).reported_date = False
        rows.write(
            {
                "state": "pending",
                "by_hand": False,
                "report_now": True,
                "next_try": False,
                "attempts": 0,
                "candidates": False,
            }
        )
        rows._enqueue_now()
        return True

    def action_mark_reported(self):
        """A person has told NetSuite: Odoo keeps out of it from now on."""
        self.check_access("write")
        self = self.sudo()  # sudo: only the connector writes its rows
        rows = self.filtered(lambda row: row.state in ("waiting", "pending", "failed"))
        if not rows:
            raise UserError(
                self.env._("Only shipments that are not reported yet can be marked as reported.")
            )
        message = self.env._("Marked as reported by %s.", self.env.user.name)
        rows.write(
            {
                "state": "done",
                "by_hand": True,
                "message": message,
                "next_try": False,
                "candidates": False,
                "reported_date": fields.Datetime.now(),
            }
        )
        rows._clear_activity()
        for row in rows:
            row._log(message)
        self._complete(rows.transaction_id)
        rows.transaction_id._complete_services()
        return True

    def action_adopt(self):
        """Choose which fulfilment that was made by hand in NetSuite this shipment is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adopt a Fulfilment"),
            "res_model": "netsuite.adopt",
            "view_mode": "form",
            "target": "new",
            "context": {"default_fulfillment_id": self.id},
        }

    def _adopt(self, internal_id, report_rest=True):
        """Take over this fulfilment as the one of this shipment.

        :param report_rest: what it lacks of the shipment becomes a fulfilment of its own
        """
        self.check_access("write")
        self = self.sudo()  # sudo: only the connector writes its rows
        self.write(
            {
                "internal_id": internal_id,
                "reported_date": False,  # of this one, Odoo has told nothing
                "report_rest": report_rest,
                "state": "pending",
                "next_try": False,
                "attempts": 0,
                "candidates": False,
            }
        )
        self._enqueue_now()

    def action_open_in_netsuite(self):
        """Open the item fulfilment in NetSuite's own screen."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self.backend_id._record_url("item_fulfillment", self.internal_id),
            "target": "new",
        }

    # -- what people are told ------------------------------------------------------------------

    def _raise_activity(self, message):
        """Ask the responsible person to look at a failure; once, however often it is retried."""
        for row in self:
            kind = self.env.ref("connector_netsuite.activity_type_writeback")
            known = row.picking_id.activity_ids.filtered(
                lambda activity, kind=kind: activity.activity_type_id == kind
            )
            if known:
                known.note = plaintext2html(message)
                continue
            row.picking_id.activity_schedule(
                "connector_netsuite.activity_type_writeback",
                summary=self.env._("NetSuite write-back failed"),
                note=plaintext2html(message),
                user_id=row._responsible_user().id,
            )

    def _clear_activity(self):
        self.picking_id.activity_unlink(["connector_netsuite.activity_type_writeback"])

    def _flag(self, message):
        """Ask the responsible person to check something that no retry settles; once."""
        kind = self.env.ref("connector_netsuite.activity_type_check")
        note = plaintext2html(message)
        if any(
            one.activity_type_id == kind and html2plaintext(one.note) == html2plaintext(note)
            for one in self.picking_id.activity_ids
        ):
            return
        self.picking_id.activity_schedule(
            "connector_netsuite.activity_type_check",
            summary=self.env._("Check in NetSuite"),
            note=note,
            user_id=self._responsible_user().id,
        )
        self._log(message)

    def _responsible_user(self):
        return self.backend_id._responsible_user(self.picking_id.user_id)

    def _log(self, message):
        """One line in the delivery's history; no mail."""
        self.picking_id._message_log(body=message)
