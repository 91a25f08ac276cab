import signal
import threading
import time
from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import netsuite_fulfillment, netsuite_place
from ..models.netsuite_fulfillment import MAX_TRIES
from .writeback_case import Killed, WritebackCase


@tagged("post_install", "-at_install")
class TestWritebackSurvival(WritebackCase):
    """What a failed job leaves behind, and what is taken up again."""

    validated = False  # faults are not what the schemas say

    def setUp(self):
        super().setUp()
        self.order, self.picking = self.import_order(("MUG-BLU", 3), ("KETTLE-15", 1))

    def shipped_once(self, order=None, number="TRACK00001"):
        self.assertEqual(
            self.fulfillments(order or self.order), [({1: 3.0, 2: 1.0}, [number], "shipped")]
        )

    def pending_jobs(self):
        return self.env["queue.job"].search([("state", "=", "pending")])

    # -- errors of ours ------------------------------------------------------------------------

    def test_raising_at_every_step(self):
        """Whatever step breaks, the row says so after the rollback, a person is asked, and the
        scheduled action finishes the work."""
        for step in (
            "_find_step", "_quantities", "_check_open", "_shipped_lines", "_own_packages",
            "_prepare_fulfillment", "_make_fulfillment", "_reported", "_log",
        ):  # fmt: skip
            with self.subTest(step):
                order, picking = self.import_order(("MUG-BLU", 3), ("KETTLE-15", 1))
                self.ship(picking)
                row = picking.netsuite_fulfillment_ids
                self.refresh()
                with self.breaking(step):
                    (raised,) = self.run_jobs()
                self.assertIn("broken", str(raised))
                self.assertEqual((row.state, row.attempts), ("failed", 1))
                self.assertIn("broken", row.message)
                self.assertTrue(row.next_try)
                self.assertIn("broken", picking.activity_ids.note)
                self.run_cron()
                self.assertEqual(row.state, "done", row.message)
                self.assertFalse(picking.activity_ids)
                self.shipped_once(order)

    def breaking(self, step):
        row_class = self.env.registry["netsuite.fulfillment"]
        if step == "_find_step":
            step = "_report"
        original = getattr(row_class, step)
        broken = []

        def breaks(row, *args, **kwargs):
            result = original(row, *args, **kwargs)
            if not broken:
                broken.append(True)
                raise ValueError("broken")
            return result

        return patch.object(row_class, step, breaks)

    def test_broken_when_it_is_written(self):
        """The database refuses the row after NetSuite has taken the fulfilment."""
        self.ship(self.picking)
        row = self.picking.netsuite_fulfillment_ids
        self.refresh()
        self.cr.execute(
            "ALTER TABLE netsuite_fulfillment ADD CONSTRAINT not_done CHECK (state <> 'done')"
        )
        self.cr.commit()
        try:
            with mute_logger("odoo.sql_db"):
                self.assertTrue(self.run_jobs())
            self.assertEqual((row.state, row.attempts), ("failed", 1))
        finally:
            self.cr.execute("ALTER TABLE netsuite_fulfillment DROP CONSTRAINT not_done")
            self.cr.commit()
        self.run_cron()
        self.assertEqual(row.state, "done")
        self.shipped_once()

    # -- a killed process ----------------------------------------------------------------------

    def test_process_is_killed_between_answer_and_commit(self):
        """The same with a real process and a real SIGKILL."""
        self.patch(netsuite_place, "GRACE", 1)
        self.ship(self.picking)
        row = self.picking.netsuite_fulfillment_ids
        self.refresh()
        (uuid,) = self._due_jobs()
        process = self.start_process(uuid, die_after="_report")
        self.begin(process)
        self.assertEqual(process.returncode, -signal.SIGKILL)
        self.assertEqual((row.state, row.attempts), ("pending", 0))
        self.shipped_once()
        self.simulator.journal.clear()
        began = time.monotonic()
        self.run_cron()
        self.assertGreater(time.monotonic() - began, 1, "its place rests for a moment")
        self.assertEqual((row.state, self.operations()), ("done", ["search"]))
        self.shipped_once()

    def test_two_processes_at_once(self):
        self.books.settings.latency = 0.05
        self.backend.connection_limit = 4
        self.ship(self.picking)
        row = self.picking.netsuite_fulfillment_ids
        self.refresh()
        (uuid,) = self._due_jobs()
        twin = row.with_delay()._job_report()
        self.refresh()
        self.begin(self.start_process(uuid), self.start_process(twin.uuid))
        self.settle()
        self.assertEqual(row.state, "done")
        self.shipped_once()
        self.assertEqual(self.operations().count("add"), 1)

    def test_killed_between_answer_and_commit(self):
        self.ship(self.picking)
        row = self.picking.netsuite_fulfillment_ids
        self.refresh()
        (uuid,) = self._due_jobs()
        with self.dying("_report"), self.assertRaises(Killed):
            self.run_job(uuid)
        self.refresh()
        self.assertEqual((row.state, row.attempts), ("pending", 0))
        self.shipped_once()
        self.assertEqual(self.env["queue.job"].search([("uuid", "=", uuid)]).state, "started")
        # No one requeues the job: the scheduled action takes up the row although it seems started.
        self.simulator.journal.clear()
        self.run_cron()
        self.assertEqual(row.state, "done")
        self.shipped_once()
        self.assertEqual(self.operations(), ["search"])

    def test_place_of_a_killed_process_rests(self):
        """NetSuite may still be working on the request of a dead process."""
        self.ship(self.picking)
        self.refresh()
        (uuid,) = self._due_jobs()
        with (
            patch.object(self.env.registry["netsuite.place"], "_leave", lambda *_args: None),
            self.dying("_report"),
            self.assertRaises(Killed),
        ):
            self.run_job(uuid)
        self.refresh()
        self.cr.execute("UPDATE queue_job SET state = 'pending' WHERE uuid = %s", (uuid,))
        self.run_jobs()
        row = self.picking.netsuite_fulfillment_ids
        self.assertEqual((row.state, row.attempts), ("pending", 0))
        self.assertIn("has died", self.pending_jobs().result)
        with patch("odoo.addons.connector_netsuite.models.netsuite_backend.BUTTON_WAIT", 0.2):
            answer = self.backend.action_test_connection()["params"]
        self.assertIn("free again in", answer["message"])
        self.cr.execute("UPDATE netsuite_place SET free_at = free_at - interval '2 minutes'")
        self.cr.commit()
        self.settle()
        self.assertEqual(row.state, "done")
        self.shipped_once()

    def test_places_of_several_killed_processes(self):
        """Whoever died cannot let in those who wait for an accepted login; nor does it matter that
        fewer connections are allowed by now."""
        self.addCleanup(self.pass_time)  # the rows of both may be older than the test
        self.backend.connection_limit = 2
        self.refresh()
        self.cr.execute(
            "INSERT INTO netsuite_place (account_id, number, token)"
            " VALUES (%s, 0, 'a'), (%s, 3, 'b')"
            " ON CONFLICT (account_id, number) DO UPDATE SET free_at = NULL, proved = FALSE,"
            " proved_at = NULL",
            (self.backend.account_id, self.backend.account_id),
        )
        self.cr.commit()
        self.ship(self.picking)
        self.run_jobs()
        row = self.picking.netsuite_fulfillment_ids
        self.assertEqual(row.state, "done")
        self.shipped_once()
        self.cr.execute("SELECT number FROM netsuite_place WHERE free_at IS NULL")
        self.assertFalse(self.cr.fetchall())

    def test_four_parts_of_an_order_in_parallel(self):
        order, picking = self.import_order(("MUG-BLU", 4))
        for limit in (1, 4):
            with self.subTest(limit=limit):
                order, picking = self.import_order(("MUG-BLU", 4))
                self.books.settings.latency = 0.02
                self.backend.connection_limit = limit
                for part in range(4):
                    self.ship(picking, {"1": 1.0}, numbers=f"PART{limit}0000{part}")
                    picking = picking.backorder_ids
                self.refresh()
                self.simulator.journal.clear()
                self.in_parallel(self._due_jobs())
                self.settle()
                self.assertEqual(
                    sorted(self.fulfillments(order), key=lambda one: one[1]),
                    [({1: 1.0}, [f"PART{limit}0000{part}"], "shipped") for part in range(4)],
                )
                self.assertLessEqual(self.simulator.journal.max_in_flight, limit)

    # -- trouble with the account --------------------------------------------------------------

    def test_limit_pauses_the_whole_backend(self):
        other, second = self.import_order(("MUG-BLU", 3), ("KETTLE-15", 1))
        self.ship(self.picking)
        self.ship(second, numbers="OTHER00001")
        self.refresh()
        self.simulator.faults.add("search", code="WS_REQUEST_BLOCKED", times=2)
        pauses = []
        for _time in range(2):
            self.run_jobs()
            self.assertEqual(len(self.pending_jobs()), 2)
            pauses.append(self.backend.paused_until - fields.Datetime.now())
            self.assertIn("concurrent request limit", self.backend.last_error.lower())
            self.pass_time()
        calls = self.simulator.journal.operations()
        self.assertEqual(calls, ["search", "search"], "one call a pause")
        self.assertGreater(pauses[1], pauses[0] + timedelta(seconds=10))
        rows = self.picking.netsuite_fulfillment_ids + second.netsuite_fulfillment_ids
        self.assertEqual(rows.mapped("attempts"), [0, 0], "no try is used up")
        self.assertEqual(self.pending_jobs().mapped("retry"), [0, 0])
        self.assertTrue(all(rows.mapped("next_try")))
        self.run_jobs()
        self.assertEqual(rows.mapped("state"), ["done", "done"])
        self.assertFalse(self.backend.last_error or self.backend.paused_until)
        self.shipped_once()
        self.shipped_once(other, "OTHER00001")

    def test_login_is_refused(self):
        """Two attempts, with a pause between them, from however many backends and jobs."""
        twin = self.make_backend(name="Twin", state="confirmed", import_type="invoice")
        _other, second = self.import_order()
        self.simulator.login.revoked = True
        self.ship(self.picking)
        self.ship(second)
        self.refresh()
        self.simulator.faults.add("*", code="INVALID_LOGIN_CREDENTIALS")
        self.run_jobs()
        self.assertEqual(self.backend.state, "confirmed")
        self.assertTrue(self.backend.paused_until and twin.paused_until)
        self.assertEqual(len(self.simulator.journal.operations()), 1)
        self.pass_time()
        self.run_jobs()
        self.assertEqual((self.backend.state, twin.state), ("draft", "draft"))
        self.assertTrue(self.backend.activity_ids)
        self.assertIn("Login Audit Trail", self.backend.last_error)
        self.settle()
        self.run_cron()
        self.assertEqual(len(self.simulator.journal.operations()), 2)
        row = self.picking.netsuite_fulfillment_ids
        self.assertEqual((row.state, row.attempts), ("pending", 0))
        self.simulator.faults.clear()
        self.backend.action_test_connection()
        self.assertEqual(self.backend.state, "confirmed")
        self.run_jobs()
        self.assertEqual(row.state, "done", "taken up by the successful test")
        self.shipped_once()

    def test_more_than_is_enqueued_at_once(self):
        """What an outage leaves behind: the test of the connection takes up some of it, and a job
        the rest."""
        self.patch(netsuite_fulfillment, "AT_ONCE", 2)
        pickings = self.picking
        for _order in range(4):
            pickings += self.import_order()[1]
        self.backend.state = "draft"
        for picking in pickings:
            self.ship(picking)
        self.run_jobs()
        rows = pickings.netsuite_fulfillment_ids
        self.assertEqual(rows.mapped("state"), ["pending"] * 5)
        self.backend.action_test_connection()
        self.assertEqual(len(rows._waiting_jobs()), 2)
        rest = self.env["queue.job"].search([("method_name", "=", "_job_enqueue")])
        self.assertEqual(rest.records, rows.sorted("id")[2:])
        self.assertFalse(self.run_jobs())
        self.assertEqual(rows.mapped("state"), ["done"] * 5)

    def test_overload_that_looks_like_a_login_error(self):
        self.ship(self.picking)
        self.simulator.faults.add("search", "http", status=401, times=1)
        self.settle()
        self.assertEqual(self.backend.state, "confirmed")
        self.assertEqual(self.picking.netsuite_fulfillment_ids.state, "done")
        self.shipped_once()

    def test_connection_trouble_retries_less_and_less(self):
        self.ship(self.picking)
        row = self.picking.netsuite_fulfillment_ids
        self.simulator.faults.add("search", "drop_before")
        waits = []
        for tries in range(1, MAX_TRIES):
            self.run_jobs()
            self.assertEqual((row.state, row.attempts), ("pending", tries))
            waits.append((row.next_try - fields.Datetime.now()).total_seconds())
            eta = self.pending_jobs().eta
            self.assertLess(abs((eta - row.next_try).total_seconds()), 3)
            self.pass_time()
        self.assertLess(waits[0], 30)
        self.assertGreater(waits[-1], 3600)
        for sooner, later in pairwise(waits):
            self.assertGreater(later, sooner * 0.7, "longer, but for the chance in it")
        self.run_jobs()
        self.assertEqual((row.state, row.attempts), ("failed", MAX_TRIES))
        self.assertTrue(self.picking.activity_ids)
        self.simulator.faults.clear()
        self.run_cron()
        self.assertEqual(row.state, "done")
        self.shipped_once()

    def test_tries_begin_anew(self):
        """After a success, and when a person retries."""
        self.simulator.faults.add("search", "drop_before", times=MAX_TRIES - 1)
        self.ship(self.picking)
        self.settle()
        row = self.picking.netsuite_fulfillment_ids
        self.assertEqual((row.state, row.attempts), ("done", 0))
        rule = self.simulator.faults.add("search", "drop_before")
        self.picking.carrier_tracking_ref = "RIGHT00001"
        for _time in range(6):
            self.run_jobs()
            self.pass_time()
        self.assertEqual((row.state, row.attempts, self.pending_jobs().retry), ("pending", 6, 6))
        row.action_retry()
        self.run_jobs()
        self.assertEqual((row.attempts, self.pending_jobs().retry), (1, 1))
        self.simulator.faults.remove(rule.id)
        self.settle()
        self.shipped_once(number="RIGHT00001")

    def test_lock_out_pauses_as_long_as_it_says(self):
        self.simulator.faults.add(
            "search",
            code="ACCT_TEMP_UNAVAILABLE",
            message="Login is disabled for 30 more minutes due to 5 failed login attempts.",
        )
        self.ship(self.picking)
        self.run_jobs()
        self.assertGreater(self.backend.paused_until - fields.Datetime.now(), timedelta(minutes=29))

    def test_disconnected_backend_says_so(self):
        self.backend.state = "draft"
        self.ship(self.picking)
        self.run_jobs()
        self.assertIn("not connected", self.picking.netsuite_fulfillment_ids.message)

    # -- the scheduled action ------------------------------------------------------------------

    def test_failed_ones_are_due_at_the_next_run(self):
        self.books.close_order(self.order.id)
        self.ship(self.picking)
        self.run_jobs()
        due = self.picking.netsuite_fulfillment_ids.next_try - fields.Datetime.now()
        self.assertLess(due, timedelta(hours=2, seconds=-60))

    def test_scheduled_action(self):
        cron = self.env.ref("connector_netsuite.ir_cron_writeback")
        self.assertEqual((cron.interval_number, cron.interval_type), (2, "hours"))
        self.ship(self.picking)
        self.refresh()
        self.env["queue.job"].search([]).unlink()
        self.cr.commit()
        cron.method_direct_trigger()
        self.run_jobs()
        self.assertEqual(self.picking.netsuite_fulfillment_ids.state, "done")
        self.shipped_once()

    def test_one_job_however_often_it_is_planned(self):
        self.ship(self.picking)
        for _time in range(3):
            self.env["netsuite.fulfillment"]._cron_writeback()
        self.assertEqual(len(self.pending_jobs()), 1)

    def test_people_who_change_the_delivery_meanwhile(self):
        """A job stands in nobody's way, and what they change is reported too."""
        self.ship(self.picking)
        self.refresh()
        row_class = self.env.registry["netsuite.fulfillment"]
        original = row_class._reported

        def interrupted(row, *args):
            with self.registry.cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = '2s'")
                picking = self.picking.with_env(self.env(cr=cr))
                picking.write({"carrier_tracking_ref": "NEWER00001", "note": "Changed"})
            return original(row, *args)

        with patch.object(row_class, "_reported", interrupted), mute_logger("odoo.sql_db"):
            self.run_jobs()
        self.settle()
        self.assertEqual(self.picking.netsuite_fulfillment_ids.reported_numbers, "NEWER00001")
        self.shipped_once(number="NEWER00001")

    # -- places among the connections ----------------------------------------------------------

    def hold_place(self):
        """Occupy the account's only connection as another process would."""
        place = self.registry.cursor()
        self.addCleanup(place.close)
        backend = self.backend.with_env(self.env(cr=place))
        holder = backend._place("report WH/OUT/00099", wait=0)
        holder.__enter__()
        return holder

    def test_waiting_uses_up_no_try_and_no_worker(self):
        holder = self.hold_place()
        self.ship(self.picking)
        self.run_jobs()
        job = self.pending_jobs()
        self.assertEqual((job.state, job.retry), ("pending", 0))
        self.assertLess((job.eta - fields.Datetime.now()).total_seconds(), 5)
        self.assertIn("WH/OUT/00099", job.result)
        self.assertEqual(self.operations(), [])
        holder.__exit__(None, None, None)
        self.settle()
        self.shipped_once()

    def test_buttons_wait_and_say_who_has_it(self):
        holder = self.hold_place()
        self.patch(netsuite_place, "POLL", 0.01)
        with patch("odoo.addons.connector_netsuite.models.netsuite_backend.BUTTON_WAIT", 0.2):
            answer = self.backend.action_test_connection()["params"]
            self.assertEqual(answer["type"], "danger")
            self.assertIn("WH/OUT/00099", answer["message"])
            timer = threading.Timer(0.1, holder.__exit__, (None, None, None))
            timer.start()
            answer = self.backend.action_test_connection()["params"]
            timer.join()
        self.assertEqual(answer["type"], "success")

    def test_two_backends_share_the_account(self):
        """Many jobs of two backends with different limits: the lower one holds for both."""
        twin = self.make_backend(name="Twin", state="confirmed", connection_limit=3)
        self.backend.connection_limit = 2
        orders = [self.order] + [
            self.books.add_order([("MUG-BLU", 3), ("KETTLE-15", 1)]) for _number in range(5)
        ]
        self.import_document(orders[-1].id)
        self.books.settings.latency = 0.02
        for order in orders:
            self.ship(self.row(order.id).picking_ids)
        self.refresh()
        self.simulator.journal.clear()

        def call_from_the_twin():
            with self.registry.cursor() as cr:
                backend = twin.with_env(self.env(cr=cr))
                for _time in range(5):
                    with backend._connect("twin", wait=10) as client:
                        client.server_time()

        thread = threading.Thread(target=call_from_the_twin)
        thread.start()
        self.in_parallel(self._due_jobs())
        thread.join()
        self.settle()
        for order in orders:
            self.shipped_once(order)
        self.assertEqual(self.operations().count("getServerTime"), 5)
        self.assertEqual(self.simulator.journal.max_in_flight, 2)
