from odoo.tests import tagged

from .writeback_case import WritebackCase


@tagged("post_install", "-at_install")
class TestWritebackServices(WritebackCase):
    """Services that were to be fulfilled with the last goods, of which nothing is left to ship."""

    validated = False  # faults are not what the schemas say

    def ship_one_of_two(self):
        order, picking = self.import_order(("MUG-BLU", 2), ("ENGRAVE", 2))
        self.ship_and_run(picking, {"1": 1.0})
        return order, picking

    def cut(self, order):
        self.books.edit_line(order.id, 1, quantity=1)
        self.backend._plan_import()

    def check(self, order, picking, lines=({1: 1.0}, {2: 2.0})):
        self.settle()
        self.run_cron()
        rows = self.row(order.id).fulfillment_ids
        self.assertEqual(set(rows.mapped("state")), {"done"}, rows.mapped("message"))
        self.assertEqual(rows.mapped("remainder"), ["services", False])
        self.assertEqual([found for found, *_more in self.fulfillments(order)], list(lines))
        self.assertEqual(self.books.status(order.id), "F", "it can be billed")
        self.assertFalse(picking.activity_ids)
        for _time in range(2):  # what Odoo itself has changed is read again
            self.backend._plan_import()
            self.settle()
        self.assertEqual(len(self.fulfillments(order)), len(lines))
        self.assertEqual(len(self.row(order.id).fulfillment_ids), 2)

    def test_order_is_reduced_to_what_was_shipped(self):
        order, picking = self.ship_one_of_two()
        self.cut(order)
        self.check(order, picking)
        self.assertEqual(picking.backorder_ids.state, "cancel")

    def test_exactly_once(self):
        for fault in ("drop_after", "user_event_error", "after_submit_failed", "drop_before"):
            with self.subTest(fault):
                order, picking = self.ship_one_of_two()
                self.cut(order)
                self.simulator.faults.add("add", fault, times=2)
                self.check(order, picking)
                self.simulator.faults.clear()

    def test_killed_process(self):
        order, picking = self.ship_one_of_two()
        self.cut(order)
        self.run_until_killed("_make_fulfillment")
        self.check(order, picking)

    def test_service_that_was_added_later(self):
        order, picking = self.import_order(("MUG-BLU", 2))
        self.ship_and_run(picking)
        self.books.add_line(order.id, "ENGRAVE", 2)
        self.backend._plan_import()
        self.check(order, picking, ({1: 2.0}, {2: 2.0}))

    def check_lines(self, order, *lines):
        self.settle()
        self.run_cron()
        rows = self.row(order.id).fulfillment_ids
        found = [lines for lines, *_more in self.fulfillments(order)]
        self.assertEqual(found, list(lines), rows.mapped("message"))

    def test_services_that_are_added_again_and_again(self):
        order, picking = self.import_order(("MUG-BLU", 2), ("ENGRAVE", 1))
        self.ship_and_run(picking)
        done = [{1: 2.0, 2: 1.0}]
        for quantity in (2, 4):
            self.books.edit_line(order.id, 2, quantity=quantity)
            self.backend._plan_import()
            done.append({2: quantity / 2})
            self.check_lines(order, *done)
        self.books.add_line(order.id, "ENGRAVE", 1)
        self.backend._plan_import()
        self.check_lines(order, *done, {3: 1.0})

    def test_fulfilment_of_services_that_was_deleted(self):
        """As any other one: Odoo does not make it again by itself."""
        order, picking = self.import_order(("MUG-BLU", 2))
        self.ship_and_run(picking)
        self.books.add_line(order.id, "ENGRAVE", 2)
        self.backend._plan_import()
        self.check_lines(order, {1: 2.0}, {2: 2.0})
        self.books.delete("itemFulfillment", self.books.fulfillments_of(order.id)[1].id)
        self.backend._plan_import()
        self.check_lines(order, {1: 2.0})

    def test_order_is_cut_before_the_answer_is_known(self):
        for how in ("found", "marked"):
            with self.subTest(how):
                order, picking = self.import_order(("MUG-BLU", 2), ("ENGRAVE", 2))
                self.simulator.faults.add("add", "drop_after", times=1)
                self.ship(picking, {"1": 1.0})
                self.run_jobs()
                self.cut(order)
                self.run_imports()
                if how == "marked":
                    picking.netsuite_fulfillment_ids.action_mark_reported()
                self.check_lines(order, {1: 1.0}, {2: 2.0})

    def run_imports(self):
        """All jobs but those of the write-back."""
        self.refresh()
        others = [
            ("state", "=", "pending"),
            ("model_name", "!=", "netsuite.fulfillment"),
        ]
        while uuids := self.env["queue.job"].search(others).mapped("uuid"):
            for uuid in uuids:
                self.run_job(uuid)
            self.refresh()

    def test_fulfilled_by_hand_meanwhile(self):
        order, _picking = self.ship_one_of_two()
        self.cut(order)
        self.simulator.faults.add("add", "drop_before", times=1)
        self.run_jobs()
        rest = self.row(order.id).fulfillment_ids.filtered("remainder")
        self.assertEqual(rest.state, "pending")
        self.books.fulfil_by_hand(order.id, {2: 2})
        self.settle()
        self.assertEqual((rest.state, rest.message), ("cancelled", "Its services are fulfilled."))
        self.assertEqual(len(self.fulfillments(order)), 2)

    def test_goods_are_open_again(self):
        """Then the shipment that completes them takes the services along."""
        order, _picking = self.ship_one_of_two()
        self.cut(order)
        self.simulator.faults.add("add", "drop_before", times=1)
        self.run_jobs()
        self.books.edit_line(order.id, 1, quantity=3)
        self.settle()
        rest = self.row(order.id).fulfillment_ids.filtered("remainder")
        self.assertEqual(rest.state, "cancelled")
        self.backend._plan_import()
        self.settle()
        self.ship_and_run(self.row(order.id)._open_pickings(), numbers="SECOND0001")
        self.assertEqual(
            [found for found, *_more in self.fulfillments(order)], [{1: 1.0}, {1: 2.0, 2: 2.0}]
        )

    def test_rest_is_cancelled_in_odoo(self):
        """NetSuite still wants it: a person is told to close it there, and the rest follows."""
        order, picking = self.ship_one_of_two()
        picking.backorder_ids.action_cancel()
        self.run_jobs()
        self.assertIn("services", picking.activity_ids.note)
        self.assertEqual(len(self.fulfillments(order)), 1)
        picking.activity_ids.unlink()
        self.cut(order)
        self.check(order, picking)

    def test_by_hand(self):
        order, picking = self.ship_one_of_two()
        self.backend.report_when = "manual"
        self.cut(order)
        self.run_jobs()
        rest = self.row(order.id).fulfillment_ids.filtered("remainder")
        self.assertEqual((rest.state, len(self.fulfillments(order))), ("waiting", 1))
        rest.action_retry()
        self.check(order, picking)

    def test_no_longer_by_hand(self):
        """Services never have a number to wait for."""
        order, picking = self.ship_one_of_two()
        self.backend.report_when = "manual"
        self.cut(order)
        self.run_jobs()
        self.backend.report_when = "tracking"
        self.check(order, picking)

    def test_services_that_are_left_to_others(self):
        self.backend.complete_services = False
        order, _picking = self.ship_one_of_two()
        self.cut(order)
        self.settle()
        self.assertEqual(len(self.fulfillments(order)), 1)
        self.assertEqual(len(self.row(order.id).fulfillment_ids), 1)

    def test_number_of_the_shipment_changes(self):
        """Services have no parcels."""
        order, picking = self.ship_one_of_two()
        self.cut(order)
        self.settle()
        picking.carrier_tracking_ref = "CORRECTED1"
        self.settle()
        self.assertEqual([one[1] for one in self.fulfillments(order)], [["CORRECTED1"], [""]])
