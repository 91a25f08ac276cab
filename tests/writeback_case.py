"""Tests that commit: what survives a rollback, a killed process, a parallel job."""

import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2
from odoo import SUPERUSER_ID, api
from odoo.addons.queue_job.controllers.main import RunJobController
from odoo.modules.registry import Registry
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name
from odoo.tools import SQL, mute_logger

from ..simulator.server import Simulator
from . import other_process, process_options, schemas
from .common import NetSuiteMixin

QUEUE_LOGGER = "odoo.addons.queue_job.controllers.main"


class WritebackCase(NetSuiteMixin, BaseCase):
    """A simulator and a connected backend in committed transactions; jobs run as the job runner
    runs them, each with its own cursor. What a test makes is deleted after it."""

    validated = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.simulator = Simulator(orders=0).start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.books = cls.simulator.books

    def setUp(self):
        super().setUp()
        self.cr = self.registry.cursor()
        self.addCleanup(self.cr.close)
        self.env = api.Environment(self.cr, SUPERUSER_ID, {"tracking_disable": True})
        before = self._last_ids()
        self.cr.commit()
        self.addCleanup(self._forget, before)
        self.simulator.reset()
        self._validate_messages()
        self.backend = self.make_backend(state="confirmed")
        self.cr.commit()

    def make_backend(self, **more):
        return super().make_backend.__func__(self, **more)

    def _validate_messages(self):
        """Every request and every answer that is no fault on purpose conforms to the schemas."""
        if not (self.validated and schemas.available()):
            return
        original = self.simulator.answer

        def answer(call):
            schemas.validate_envelope(call.body)
            found = original(call)
            schemas.validate_envelope(found.body)
            return found

        self.patch(self.simulator, "answer", answer)

    # -- what a test makes is deleted ----------------------------------------------------------

    def _last_ids(self):
        """The last id of each table; asks the sequences, so that it is one query."""
        self.cr.execute(
            "SELECT sequencename, COALESCE(last_value, 0) FROM pg_sequences"
            " WHERE schemaname = current_schema AND sequencename LIKE '%_id_seq'"
        )
        return {name.removesuffix("_id_seq"): last for name, last in self.cr.fetchall()}

    def _forget(self, before):
        """Delete every row that is newer, those that refer to others first."""
        self.cr.rollback()
        now = self._last_ids()
        left = [table for table, last in now.items() if last > before.get(table, 0)]
        while left:
            tables, left = left, []
            for table in tables:
                try:
                    with self.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                        self.cr.execute(
                            SQL(
                                "DELETE FROM %s WHERE id > %s",
                                SQL.identifier(table),
                                before.get(table, 0),
                            )
                        )
                except psycopg2.IntegrityError:
                    left.append(table)
            self.assertLess(len(left), len(tables), left)
        self.cr.commit()
        self.registry.clear_all_caches()

    # -- jobs ----------------------------------------------------------------------------------

    def refresh(self):
        """Commit what the test did and see what others did."""
        self.env.flush_all()
        self.cr.commit()
        self.env.invalidate_all()

    def run_jobs(self):
        """Run all jobs that are due, those that they enqueue too; returns what they raised."""
        raised = []
        self.refresh()
        while uuids := self._due_jobs():
            raised += [error for uuid in uuids if (error := self.run_job(uuid))]
            self.refresh()
        return raised

    def _due_jobs(self):
        domain = [("state", "=", "pending"), "|", ("eta", "=", False), ("eta", "<=", "now")]
        return self.env["queue.job"].search(domain, order="id").mapped("uuid")

    def run_job(self, uuid):
        """Run a job as the controller does when the job runner asks; returns what it raised."""
        try:
            with self.registry.cursor() as cr, mute_logger(QUEUE_LOGGER):
                cr.execute(
                    "UPDATE queue_job SET state = 'enqueued', date_enqueued = now()"
                    " WHERE uuid = %s",
                    (uuid,),
                )
                cr.commit()
                env = api.Environment(cr, SUPERUSER_ID, {})
                job = RunJobController._acquire_job(env, uuid)
                RunJobController._runjob(env, job)
        except Exception as error:
            return error
        return None

    def in_parallel(self, uuids):
        threads = [threading.Thread(target=self.run_job, args=(uuid,)) for uuid in uuids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.refresh()

    def pass_time(self):
        """Let everything be due that waits for a later time."""
        self.refresh()
        self.cr.execute("UPDATE queue_job SET eta = NULL WHERE state = 'pending'")
        self.cr.execute("UPDATE netsuite_backend SET paused_until = NULL")
        self.cr.execute(
            "UPDATE netsuite_place SET free_at = now() AT TIME ZONE 'UTC' WHERE free_at IS NOT NULL"
        )
        self.cr.execute(
            "UPDATE netsuite_fulfillment SET next_try = now() AT TIME ZONE 'UTC'"
            " WHERE next_try IS NOT NULL"
        )
        self.refresh()

    def settle(self, tries=20):
        """Run jobs and let time pass until none is left."""
        self.run_jobs()
        for _try in range(tries):
            if not self.env["queue.job"].search_count([("state", "=", "pending")]):
                return
            self.pass_time()
            self.run_jobs()
        raise AssertionError("jobs are still postponed")

    def run_cron(self):
        """The scheduled action of the write-back, with its jobs."""
        self.pass_time()
        self.env["netsuite.fulfillment"]._cron_writeback()
        self.run_jobs()

    # -- other processes -----------------------------------------------------------------------

    def start_process(self, uuid, die_after=""):
        """An Odoo process of its own that will run this job; it begins with :meth:`begin`.

        :param die_after: method of the write-back at whose end it kills itself
        """
        arguments = {
            "options": process_options.options(),
            "database": self.cr.dbname,
            "uuid": uuid,
            "die_after": die_after,
        }
        process = subprocess.Popen(
            [sys.executable, other_process.__file__, json.dumps(arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=process_options.environment(),
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "ready\n")
        return process

    def begin(self, *processes):
        """Let processes run their jobs, at the same time, to their end."""
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.close()
        for process in processes:
            process.wait(60)
        self.refresh()

    # -- short ways ----------------------------------------------------------------------------

    def import_order(self, *lines, **more):
        """A sales order in NetSuite, imported; returns it and its delivery."""
        order = self.books.add_order(list(lines or [("MUG-BLU", 2), ("KETTLE-15", 1)]), **more)
        return order, self.import_document(order.id)

    def import_document(self, internal_id):
        self.backend._plan_import()
        self.assertFalse(self.run_jobs())
        row = self.row(internal_id)
        self.assertEqual(row.state, "imported", row.message)
        self.simulator.journal.clear()
        return row.picking_ids

    def ship_and_run(self, picking, *args, **kwargs):
        self.ship(picking, *args, **kwargs)
        raised = self.run_jobs()
        self.assertFalse(raised)
        return picking.netsuite_fulfillment_ids

    def fulfillments(self, order):
        """The order's fulfilments in NetSuite: quantities by line, numbers, ship status."""
        return [
            (
                {line.order_line: float(line.quantity) for line in one.lines if line.order_line},
                [package.tracking for package in one.packages],
                one.ship_status,
            )
            for one in self.books.fulfillments_of(order.id)
        ]

    def operations(self):
        return self.simulator.journal.operations()

    @contextmanager
    def dying(self, method):
        """Within the block the process dies in the middle of a job, at the end of ``method`` of the
        write-back: its transaction is undone, and nothing more happens."""
        row_class = self.env.registry["netsuite.fulfillment"]
        original = getattr(row_class, method)

        def killed(row, *args, **kwargs):
            original(row, *args, **kwargs)
            row.env.cr.postrollback.clear()
            raise Killed

        with patch.object(row_class, method, killed):
            yield

    def run_until_killed(self, method):
        """Run jobs until one dies at the end of this method of the write-back."""
        killed = False
        try:
            with self.dying(method):
                self.run_jobs()
        except Killed:
            killed = True
        self.assertTrue(killed)
        self.refresh()


class Killed(BaseException):
    """The process is gone."""
