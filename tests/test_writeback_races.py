import threading
import time

from odoo.tests import tagged

from ..simulator import demo, permissions
from .writeback_case import WritebackCase


@tagged("post_install", "-at_install")
class TestWritebackRaces(WritebackCase):
    """Jobs that run at the same time, and what NetSuite sees of it."""

    validated = False

    # -- parts of one document -----------------------------------------------------------------

    def ship_in_parts(self, picking, parts, prefix):
        """Ship parts while the account's only connection is in use; each job starts at once."""
        other = self.registry.cursor()
        self.addCleanup(other.close)
        place = self.backend.with_env(self.env(cr=other))._place("import", wait=1)
        place.__enter__()
        threads, seen = [], set()
        for number, quantities in enumerate(parts):
            for move in picking.move_ids:
                quantity = quantities.get(move.product_id.default_code, 0.0)
                move.write({"quantity": quantity, "picked": bool(quantity)})
            picking.carrier_tracking_ref = f"{prefix}0000{number}"
            picking.with_context(skip_backorder=True).button_validate()
            picking = picking.backorder_ids
            self.refresh()
            for uuid in set(self._due_jobs()) - seen:
                seen.add(uuid)
                threads.append(threading.Thread(target=self.run_job, args=(uuid,)))
                threads[-1].start()
            time.sleep(0.05)
        place.__exit__(None, None, None)
        for thread in threads:
            thread.join()
        self.settle()
        return [f"{prefix}0000{number}" for number in range(len(parts))]

    def test_parts_of_an_imported_fulfilment(self):
        self.backend.import_type = "item_fulfillment"
        for prefix in ("FIRST", "OTHER"):
            order = self.books.add_order([("MUG-BLU", 3)])
            imported = self.books.fulfil_by_hand(order.id, ship_status="picked")
            picking = self.import_document(imported.id)
            numbers = self.ship_in_parts(picking, [{"MUG-BLU": 1}] * 3, prefix)
            self.assertEqual(sorted(one.tracking for one in imported.packages), numbers)
            self.assertEqual(imported.ship_status, "shipped")

    def test_parts_of_an_invoice(self):
        self.books.role.grant(permissions.INVOICE)
        self.backend.import_type = "invoice"
        invoice = self.books.add_invoice([("MUG-BLU", 3)])
        picking = self.import_document(invoice.id)
        numbers = self.ship_in_parts(picking, [{"MUG-BLU": 1}] * 3, "PARTS")
        self.assertEqual(invoice.tracking_numbers, ", ".join(numbers))

    def test_parts_of_a_kit(self):
        order, picking = self.import_order(("GIFT-BOX", 1))
        rest = {"TEA-GREEN": 1, "CARD-GIFT": 1}
        numbers = self.ship_in_parts(picking, [{"MUG-BLU": 2}, rest], "BOXES")
        self.assertEqual(self.fulfillments(order), [({1: 1.0}, numbers, "shipped")])

    def test_job_that_began_before_a_change_begins_anew(self):
        order, picking = self.import_order(("MUG-BLU", 2))
        self.ship(picking)
        self.refresh()
        row = picking.netsuite_fulfillment_ids
        self.assertFalse(row._is_outdated())
        with self.registry.cursor() as cr:
            row.with_env(self.env(cr=cr)).report_now = True
        self.assertTrue(row._is_outdated())
        self.settle()
        self.assertEqual(len(self.fulfillments(order)), 1)

    # -- logins --------------------------------------------------------------------------------

    def test_never_many_refused_logins(self):
        """Also where several connections may be in use at once."""
        self.backend.connection_limit = 5
        orders = [self.books.add_order([("MUG-BLU", 1)]) for _number in range(6)]
        self.import_document(orders[-1].id)
        for order in orders:
            self.ship(self.row(order.id).picking_ids, numbers=f"NUMBER{order.id}")
        self.refresh()
        time.sleep(0.5)
        self.simulator.journal.clear()
        self.books.settings.latency = 0.3
        self.simulator.faults.add("*", code="INVALID_LOGIN_CREDENTIALS")
        self.in_parallel(self._due_jobs())
        self.assertEqual(len(self.operations()), 1)
        self.simulator.faults.clear()
        self.books.settings.latency = 0.05
        self.backend.action_test_connection()
        self.pass_time()
        self.simulator.journal.clear()
        self.in_parallel(self._due_jobs())
        self.assertGreater(self.simulator.journal.max_in_flight, 1, "let in, the others follow")
        self.settle()
        for order in orders:
            self.assertEqual(len(self.fulfillments(order)), 1)

    def test_key_revoked_in_the_middle_of_a_burst(self):
        """NetSuite's audit trail shows fewer refused logins than lock the user, and those that were
        under way together are one attempt."""
        for limit in (5, 8):
            with self.subTest(limit=limit):
                self.backend.connection_limit = limit
                orders = [self.books.add_order([("MUG-BLU", 1)]) for _number in range(10)]
                self.import_document(orders[-1].id)
                for order in orders:
                    self.ship(self.row(order.id).picking_ids, numbers=f"NUMBER{order.id}")
                self.refresh()
                self.books.settings.latency = 0.2
                self.simulator.login.audit.clear()
                jobs = self._due_jobs()
                revoker = threading.Thread(target=self.revoke_when_busy)
                revoker.start()
                self.in_parallel(jobs)
                revoker.join()
                refused = [one["detail"] for one in self.simulator.login.audit]
                self.assertEqual(set(refused), {"token_rejected"})
                self.assertLessEqual(len(refused), 3)
                before = len(self.operations())
                self.run_jobs()
                self.assertEqual(len(self.operations()), before, "no call is made")
                self.books.settings.latency = 0
                self.simulator.login.reset()
                self.backend.action_test_connection()
                self.settle()
                for order in orders:
                    self.assertEqual(len(self.fulfillments(order)), 1)

    def revoke_when_busy(self):
        deadline = time.monotonic() + 10
        while len(self.operations()) < 6 and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertGreater(self.simulator.journal.max_in_flight, 1)
        self.simulator.login.revoke(demo.TOKEN_ID)

    def test_refused_together_is_one_attempt(self):
        """An overloaded account refuses good logins; two at once do not disconnect it."""
        self.backend._login_refused("no")
        self.backend._login_refused("no")
        self.assertEqual((self.backend.state, self.backend.login_failures), ("confirmed", 2))
        self.backend._login_refused("no")
        self.assertEqual(self.backend.state, "draft")

    def test_business_refusal_proves_the_login(self):
        order, picking = self.import_order()
        self.simulator.faults.add("search", "http", status=401, times=1)
        self.books.close_order(order.id)
        self.ship(picking)
        self.settle()
        self.env.invalidate_all()
        self.assertEqual(picking.netsuite_fulfillment_ids.state, "failed")
        self.assertEqual(self.backend.login_failures, 0)

    # -- a call without an answer --------------------------------------------------------------

    def test_place_rests_after_a_time_out(self):
        """NetSuite may still be working on the request."""
        _order, first = self.import_order(("MUG-BLU", 1))
        _order, second = self.import_order(("MUG-BLU", 1))
        self.env["ir.config_parameter"].set_param("connector_netsuite.read_timeout", "1")
        self.simulator.faults.add("add", "slow", seconds=2, times=1)
        self.ship(first, numbers="A000000001")
        self.ship(second, numbers="B000000001")
        self.run_jobs()
        row = second.netsuite_fulfillment_ids
        self.assertEqual((row.state, row.attempts), ("pending", 0))
        time.sleep(2)
        self.settle()
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(self.simulator.journal.max_in_flight, 1)
