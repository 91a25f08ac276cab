from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .writeback_case import WritebackCase


@tagged("post_install", "-at_install")
class TestWritebackByHand(WritebackCase):
    """What people do meanwhile in NetSuite, and the buttons with which they settle it in Odoo."""

    def setUp(self):
        super().setUp()
        self.order, self.picking = self.import_order(("MUG-BLU", 3), ("KETTLE-15", 1))

    def test_fulfilled_by_hand_meanwhile(self):
        """Not fulfilled twice: the shipment fails with an offer to adopt what is there."""
        for quantities in (None, {1: 2}):
            with self.subTest(quantities=quantities):
                order, picking = self.import_order(("MUG-BLU", 3), ("KETTLE-15", 1))
                made = self.books.fulfil_by_hand(
                    order.id, quantities, ship_status="picked", packages=[{"tracking": "HAND"}]
                )
                row = self.ship_and_run(picking)
                self.assertEqual(row.state, "failed")
                self.assertIn(made.tran_id, row.message)
                self.assertEqual(row.candidates, [{"id": made.id, "name": made.tran_id}])
                self.assertEqual(self.books.fulfillments_of(order.id), [made])
                self.assertIn(made.tran_id, picking.activity_ids.note)
                self.adopt(row, report_rest=False)
                self.assertEqual((row.state, row.internal_id), ("done", made.id))
                if quantities:
                    self.assertIn("line 1 shipped 3, there 2", picking.activity_ids.note)
                    self.assertIn("line 2 shipped 1, there 0", picking.activity_ids.note)
                else:
                    self.assertFalse(picking.activity_ids)
                self.assertEqual(self.books.fulfillments_of(order.id), [made])
                self.assertEqual([one.tracking for one in made.packages], ["TRACK00001"])
                self.assertEqual(made.ship_status, "shipped")
                picking.carrier_tracking_ref = "CORRECTED1"
                self.run_jobs()
                self.assertEqual([one.tracking for one in made.packages], ["CORRECTED1"])

    def adopt(self, row, report_rest=True):
        action = row.action_adopt()
        wizard = Form.from_action(self.env, action)
        self.assertEqual(wizard.message, row.message)
        wizard.report_rest = report_rest
        wizard.save().action_adopt()
        self.run_jobs()

    def test_one_made_by_hand_for_two_parts(self):
        order, picking = self.import_order(("MUG-BLU", 4))
        made = self.books.fulfil_by_hand(order.id, {1: 4}, ship_status="picked")
        for part in ("PART000001", "PART000002"):
            row = self.ship_and_run(picking, {"1": 2.0}, numbers=part)
            self.assertEqual(row.candidates, [{"id": made.id, "name": made.tran_id}])
            self.adopt(row)
            self.assertFalse(picking.activity_ids)
            picking = picking.backorder_ids
        self.assertEqual(
            self.fulfillments(order), [({1: 4.0}, ["PART000001", "PART000002"], "shipped")]
        )

    def adopt_a_part(self, quantities, *lines):
        """A shipment that somebody has fulfilled in part; returns order, fulfilment and rows."""
        order, picking = self.import_order(*lines or (("MUG-BLU", 3), ("KETTLE-15", 1)))
        made = self.books.fulfil_by_hand(order.id, quantities, ship_status="picked")
        row = self.ship_and_run(picking)
        self.assertEqual(row.candidates, [{"id": made.id, "name": made.tran_id}])
        action = row.action_adopt()
        Form.from_action(self.env, action).save().action_adopt()
        self.refresh()
        return order, made, row

    def check_rest(self, order, made, row, rest):
        self.settle()
        self.run_cron()
        rows = row.picking_id.netsuite_fulfillment_ids
        self.assertEqual(rows.mapped("state"), ["done", "done"], rows.mapped("message"))
        self.assertEqual(row.picking_id.netsuite_report_state, "done")
        self.assertFalse(row.picking_id.activity_ids)
        found = [lines for lines, *_more in self.fulfillments(order)]
        self.assertEqual(found[1:], [rest])
        self.assertEqual(self.books.fulfillments_of(order.id)[0], made)
        self.assertEqual(self.books.status(order.id), "F")

    def test_rest_of_an_adopted_one(self):
        order, made, row = self.adopt_a_part({1: 2})
        self.check_rest(order, made, row, {1: 1.0, 2: 1.0})
        row.picking_id.carrier_tracking_ref = "CORRECTED1"
        self.settle()
        for _lines, numbers, status in self.fulfillments(order):
            self.assertEqual((numbers, status), (["CORRECTED1"], "shipped"))
        self.import_document(order.id)
        self.assertFalse(row.transaction_id._open_pickings())

    def test_rest_of_kits_and_services(self):
        lines = (("GIFT-BOX", 3), ("MUG-RED", 1), ("ENGRAVE", 2))
        order, made, row = self.adopt_a_part({1: 1}, *lines)
        self.check_rest(order, made, row, {1: 2.0, 2: 1.0, 3: 2.0})

    def test_rest_is_reported_once(self):
        """Whatever gets lost: the answer of the adopted one's change, or that of the rest."""
        for operation in ("update", "add"):
            with self.subTest(operation):
                order, made, row = self.adopt_a_part({1: 2})
                self.simulator.faults.add(operation, "drop_after", times=2)
                self.check_rest(order, made, row, {1: 1.0, 2: 1.0})

    def test_rest_survives_a_killed_process(self):
        for place in ("_report_remainder", "_reported", "_make_fulfillment"):
            with self.subTest(place):
                order, made, row = self.adopt_a_part({1: 2})
                self.run_until_killed(place)
                self.check_rest(order, made, row, {1: 1.0, 2: 1.0})

    def test_rest_after_a_change_of_mind(self):
        """Marked as reported first, and then reported after all."""
        order, picking = self.import_order(("MUG-BLU", 3), ("KETTLE-15", 1))
        made = self.books.fulfil_by_hand(order.id, {1: 2}, ship_status="picked")
        row = self.ship_and_run(picking)
        row.action_mark_reported()
        self.run_jobs()
        row.action_retry()
        self.run_jobs()
        self.adopt(row)
        self.check_rest(order, made, row, {1: 1.0, 2: 1.0})

    def test_adopted_one_is_deleted(self):
        """What is made again is what the rest does not have, adopted or not."""
        for again in (None, {1: 1}):
            with self.subTest(again):
                order, made, row = self.adopt_a_part({1: 2})
                self.settle()
                self.books.delete("itemFulfillment", made.id)
                if again:
                    self.books.fulfil_by_hand(order.id, again, ship_status="picked")
                row.picking_id.carrier_tracking_ref = "CORRECTED1"
                self.settle()
                self.assertEqual(row.state, "failed")
                row.action_retry()
                self.settle()
                if again:
                    self.adopt(row)
                    self.settle()
                found = [lines for lines, *_more in self.fulfillments(order)]
                parts = [{1: 1.0}] * 2 if again else [{1: 2.0}]
                self.assertEqual(found, [{1: 1.0, 2: 1.0}, *parts])

    def test_rest_that_is_not_open(self):
        """Somebody fulfils the rest by hand too: offered like the first."""
        order, made, row = self.adopt_a_part({1: 2})
        second = self.books.fulfil_by_hand(order.id, {1: 1, 2: 1}, ship_status="picked")
        self.settle()
        rest = row.picking_id.netsuite_fulfillment_ids - row
        self.assertEqual((row.state, rest.state, rest.remainder), ("done", "failed", "goods"))
        self.assertEqual(row.picking_id.netsuite_report_state, "failed")
        self.assertEqual(rest.candidates, [{"id": second.id, "name": second.tran_id}])
        self.adopt(rest)
        self.check_rest(order, made, row, {1: 1.0, 2: 1.0})
        self.assertEqual(len(self.books.fulfillments_of(order.id)), 2)

    def test_adopted_one_has_too_few_kits(self):
        order, picking = self.import_order(("GIFT-BOX", 2), ("MUG-RED", 1))
        self.books.fulfil_by_hand(order.id, {1: 1}, ship_status="picked")
        row = self.ship_and_run(picking)
        self.adopt(row, report_rest=False)
        self.assertIn("line 1 shipped 2, there 1", picking.activity_ids.note)
        self.assertIn("line 2 shipped 1, there 0", picking.activity_ids.note)

    def test_number_with_blanks_is_the_same(self):
        order, picking = self.import_order(("MUG-BLU", 4))
        self.books.fulfil_by_hand(order.id, {1: 2}, packages=[{"tracking": "9400 1000 0000"}])
        row = self.ship_and_run(picking, {"1": 2.0}, numbers="9400 1000 0000")
        self.assertEqual((row.state, len(row.candidates)), ("failed", 1))

    def test_activity_goes_with_the_number(self):
        self.books.close_order(self.order.id)
        row = self.ship_and_run(self.picking)
        self.picking.carrier_tracking_ref = False
        self.run_jobs()
        self.run_cron()
        self.assertEqual(row.state, "waiting")
        self.assertFalse(self.picking.activity_ids)

    def test_what_is_left_is_enough(self):
        """Someone fulfilled other units of the order: that is none of this shipment's business."""
        self.books.fulfil_by_hand(self.order.id, {1: 1})
        row = self.ship_and_run(self.picking, {"1": 2.0, "2": 1.0})
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(self.fulfillments(self.order)[1][0], {1: 2.0, 2: 1.0})

    def test_more_shipped_than_ordered(self):
        self.books.edit_line(self.order.id, 1, quantity=2)
        row = self.ship_and_run(self.picking)
        self.assertEqual((row.state, row.candidates), ("failed", False))
        self.assertIn("line 1 shipped 3, open 2", row.message)
        self.assertIn("Allow Overage", row.message)
        with self.assertRaisesRegex(UserError, "No fulfilment is offered"):
            self.env["netsuite.adopt"].with_context(**row.action_adopt()["context"]).default_get(
                ["fulfillment_id"]
            )
        self.books.edit_line(self.order.id, 1, quantity=3)
        row.action_retry()
        self.run_jobs()
        self.assertEqual(row.state, "done", row.message)

    # -- accounts that let more be fulfilled than was ordered ----------------------------------

    def allow_overage(self):
        """NetSuite refuses no quantity any more: what keeps us from doubling is our own look."""
        self.books.settings.features.allow_overage = True

    def test_overage_that_the_account_takes(self):
        self.allow_overage()
        self.simulator.faults.add("add", "drop_after", times=1)
        row = self.ship_and_run_whole({"1": 5.0, "2": 1.0})
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(
            self.fulfillments(self.order), [({1: 5.0, 2: 1.0}, ["TRACK00001"], "shipped")]
        )

    def ship_and_run_whole(self, quantities=None):
        self.ship(self.picking, quantities)
        self.settle()
        return self.picking.netsuite_fulfillment_ids

    def test_overage_is_no_way_to_fulfil_twice(self):
        self.allow_overage()
        for quantities in ({1: 2}, None):
            with self.subTest(quantities=quantities):
                order, picking = self.import_order(("MUG-BLU", 3), ("KETTLE-15", 1))
                made = self.books.fulfil_by_hand(order.id, quantities)
                row = self.ship_and_run(picking)
                self.assertEqual(row.candidates, [{"id": made.id, "name": made.tran_id}])
                self.run_cron()
                self.assertEqual(self.books.fulfillments_of(order.id), [made])

    def test_overage_beside_what_the_role_does_not_see(self):
        """A fulfilment of another subsidiary is on the order, and nobody tells us."""
        self.allow_overage()
        made = self.books.fulfil_by_hand(self.order.id, {1: 2})
        made.subsidiary = "2"
        self.books.role.subsidiaries = {self.order.subsidiary}
        row = self.ship_and_run(self.picking)
        self.assertEqual(row.state, "failed")
        self.assertIn("line 1 shipped 3, open 1", row.message)
        self.assertEqual(self.books.fulfillments_of(self.order.id), [made])

    def test_overage_in_parts(self):
        """What is not open at all any more cannot be fulfilled, whatever the account allows."""
        self.allow_overage()
        self.ship_and_run(self.picking, {"1": 4.0})
        rest = self.picking.backorder_ids
        extra = rest.move_ids.copy(
            {"picking_id": rest.id, "product_id": self.picking.move_ids[0].product_id.id}
        )
        extra.netsuite_line = "1"
        rest.action_confirm()
        row = self.ship_and_run(rest, {"1": 1.0, "2": 1.0}, numbers="SECOND0001")
        self.assertEqual(row.state, "failed")
        self.assertIn("line 1 shipped 1, open 0", row.message)
        self.assertEqual([one for one, *_more in self.fulfillments(self.order)], [{1: 4.0}])

    def test_refusal_is_told_once(self):
        self.books.close_order(self.order.id)
        row = self.ship_and_run(self.picking)
        self.assertEqual((row.state, row.attempts), ("failed", 1))
        for _time in range(2):
            self.run_cron()
        self.assertEqual((row.state, row.attempts), ("failed", 3))
        self.assertEqual(len(self.picking.activity_ids), 1)
        notes = [body for body in self.picking.message_ids.mapped("body") if "failed" in body]
        self.assertEqual(len(notes), 1)
        self.books.edit_order(self.order.id, closed=False)
        self.run_cron()
        self.assertEqual(row.state, "done", row.message)
        self.assertFalse(self.picking.activity_ids)

    def test_marked_as_reported(self):
        self.books.close_order(self.order.id)
        row = self.ship_and_run(self.picking)
        row.action_mark_reported()
        self.assertEqual((row.state, row.by_hand), ("done", True))
        self.assertFalse(self.picking.activity_ids)
        self.books.edit_order(self.order.id, closed=False)
        self.picking.carrier_tracking_ref = "OTHER00001"
        self.run_cron()
        self.assertEqual((row.state, self.fulfillments(self.order)), ("done", []))
        self.assertIn("by hand", self.picking.activity_ids.note)
        with self.assertRaises(UserError):
            row.action_mark_reported()
        row.action_retry()
        self.run_jobs()
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(len(self.fulfillments(self.order)), 1)
        with self.assertRaises(UserError):
            row.action_retry()

    def test_deleted_in_netsuite(self):
        """Only a person makes it again."""
        row = self.ship_and_run(self.picking)
        self.books.delete("itemFulfillment", row.internal_id)
        self.picking.carrier_tracking_ref = "OTHER00001"
        self.run_jobs()
        self.run_cron()
        self.assertEqual((row.state, self.fulfillments(self.order)), ("failed", []))
        self.assertIn("no longer exists", row.message)
        row.action_retry()
        self.run_jobs()
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(self.fulfillments(self.order)[0][1], ["OTHER00001"])

    def test_retry_brings_a_postponed_job_forward(self):
        self.simulator.faults.add("search", "drop_before", times=1)
        row = self.ship_and_run(self.picking)
        self.assertTrue(row.next_try)
        self.run_jobs()
        self.assertEqual(row.state, "pending")
        row.action_retry()
        self.run_jobs()
        self.assertEqual(row.state, "done")

    def test_retry_many(self):
        _order, second = self.import_order()
        self.backend.report_when = "manual"
        rows = self.ship_and_run(self.picking) + self.ship_and_run(second)
        rows.action_retry()
        self.run_jobs()
        self.assertEqual(rows.mapped("state"), ["done", "done"])

    def test_who_may_what(self):
        """The warehouse ships without rights on NetSuite; its users retry; others do not."""
        warehouse = new_test_user(self.env, "warehouse", groups="stock.group_stock_user")
        user = new_test_user(self.env, "netsuite", groups="connector_netsuite.group_user")
        self.ship(self.picking.with_user(warehouse))
        self.assertFalse(self.run_jobs())
        row = self.picking.netsuite_fulfillment_ids
        self.assertEqual(row.state, "done", row.message)
        self.picking.with_user(warehouse).carrier_tracking_ref = "OTHER00001"
        self.assertFalse(self.run_jobs())
        self.assertEqual(self.fulfillments(self.order)[0][1], ["OTHER00001"])
        for action in ("action_retry", "action_mark_reported"):
            with self.assertRaises(AccessError):
                getattr(row.with_user(warehouse), action)()
        row.by_hand = True
        row.with_user(user).action_retry()
        self.assertFalse(self.run_jobs())
        self.assertEqual(row.state, "done")

    def test_screens(self):
        row = self.ship_and_run(self.picking)
        with Form(row) as form:
            self.assertEqual(form.state, "done")
        with Form(self.backend) as form:
            form.report_when = "shipped"
        self.assertIn(row.internal_id, row.action_open_in_netsuite()["url"])
