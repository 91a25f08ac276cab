"""What the chaos runs have found: each of these was broken once."""

from unittest.mock import patch

import psycopg2
from odoo.addons.queue_job.job import Job
from odoo.tests import BaseCase, tagged

from ..models import netsuite_backend_connection as connection
from .common import NetSuiteCase


@tagged("post_install", "-at_install")
class TestChaosFoundImport(NetSuiteCase):
    def test_units_of_fulfillments_have_names_only(self):
        """SOAP tells the unit of a fulfilment's line by its name, without an id."""
        self.simulator.books.roles["soap"].levels["Units"] = 4
        self.backend.import_type = "item_fulfillment"
        order = self.books.add_order(
            [("TEA-BLACK", 2), {"item": "TEA-GREEN", "quantity": 3, "unit": "2"}]
        )
        fulfillment = self.books.fulfil_by_hand(order.id, ship_status="picked")
        self.import_documents()
        row = self.row(fulfillment.id)
        self.assertEqual((row.state, row.message), ("imported", False))
        quantities = {move.netsuite_line: move.product_uom_qty for move in row.picking_ids.move_ids}
        self.assertEqual(quantities, {"1": 2.0, "2": 18.0})
        self.assertFalse(self.env["netsuite.unit"].search([("internal_id", "in", (False, ""))]))

    def test_every_button_answers(self):
        """XML-RPC cannot say nothing: see also test_access."""
        self.books.add_order([("MUG-BLU", 1)])
        (document,) = self.import_documents()
        self.assertTrue(document.action_retry())
        self.assertTrue(document.action_read_again())

    def test_each_try_reads_a_quarter(self):
        """A job that needs many calls is spoilt by each: the next try asks for less."""
        orders = [self.books.add_order([("MUG-BLU", 1)]) for _order in range(12)]
        self.backend._plan_import()
        (find,) = self.env["queue.job"].search([("state", "=", "pending")])
        self.perform(find)
        (read,) = self.env["queue.job"].search([("state", "=", "pending")])
        read.retry = 1
        self.perform(read)
        rows = self.env["netsuite.transaction"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(len(rows.filtered("to_read")), 9)
        self.run_jobs()
        self.assertEqual(set(rows.mapped("state")), {"imported"})
        self.assertEqual(len(rows), len(orders))

    def perform(self, record):
        job = Job.load(self.env, record.uuid)
        job.perform()
        job.set_done()
        job.store()
        self.env.flush_all()


@tagged("post_install", "-at_install")
class TestChaosFoundRestart(BaseCase):
    """A failure that is to be remembered while PostgreSQL is restarted: a refused login, say."""

    def record(self, *errors):
        """What became of the try to record something, after these errors."""
        self.patch(connection, "RECORD_WAITS", (0, 0, 0))
        with patch.object(connection, "_call_and_commit", side_effect=[*errors, None]) as call:
            connection.in_own_transaction("record", "_call_failed", "why")
        return call.call_count

    def test_failure_is_recorded_when_postgresql_is_back(self):
        away = psycopg2.OperationalError("the database system is starting up")
        stale = psycopg2.DatabaseError("server closed the connection unexpectedly")
        closed = psycopg2.InterfaceError("connection already closed")
        self.assertEqual(self.record(away, stale, closed), 4)

    def test_other_failures_are_told_at_once(self):
        with self.assertLogs(connection.__name__, "ERROR"):
            self.assertEqual(self.record(psycopg2.errors.NotNullViolation("mistake")), 1)
