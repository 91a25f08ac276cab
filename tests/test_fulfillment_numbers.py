from odoo import fields
from odoo.tests import tagged

from ..models import netsuite_fulfillment_number
from ..simulator import permissions as roles
from .test_writeback_rest import OverRest
from .writeback_case import WritebackCase


@tagged("post_install", "-at_install")
class TestFulfillmentNumbers(WritebackCase):
    """What NetSuite calls its fulfilments, learnt for many at once."""

    def ship_some(self, count):
        """Reported shipments of as many orders; the calls so far are forgotten."""
        pickings = [self.import_order()[1] for _order in range(count)]
        rows = self.env["netsuite.fulfillment"]
        for picking in pickings:
            rows |= self.ship_and_run(picking)
        self.simulator.journal.clear()
        return rows

    def let_time_pass(self, row):
        """What NetSuite has of it is indexed by now."""
        row.reported_date = fields.Datetime.now() - 2 * netsuite_fulfillment_number.INDEXED

    def learn(self):
        """What the scheduled import does for numbers; returns the operations of its calls."""
        self.backend._enqueue_numbers()
        self.run_jobs()
        return self.operations()

    def in_netsuite(self, row):
        return self.books.fulfillments[row.internal_id].tran_id

    def test_many_by_one_call(self):
        rows = self.ship_some(3)
        self.assertEqual(rows.mapped("number"), [False] * 3)
        self.assertEqual(self.learn(), ["search"])
        self.assertEqual(rows.mapped("number"), [self.in_netsuite(row) for row in rows])
        self.assertEqual(self.learn(), ["search"], "what is known is not asked again")

    def test_with_the_import(self):
        rows = self.ship_some(1)
        self.backend._plan_import()
        self.run_jobs()
        self.assertEqual(rows.number, self.in_netsuite(rows))

    def test_more_than_a_job_takes(self):
        self.patch(netsuite_fulfillment_number, "MOST", 2)
        rows = self.ship_some(3)
        self.learn()
        self.assertTrue(all(rows.mapped("number")))

    def test_one_that_is_missing_makes_nobody_ask_on(self):
        rows = self.ship_some(2)
        self.books.delete("itemFulfillment", rows[0].internal_id)
        self.backend._enqueue_numbers()
        self.run_jobs()
        self.assertEqual(len(self.simulator.journal.entries), 1)
        self.assertEqual(rows.mapped("number"), [False, self.in_netsuite(rows[1])])

    def test_not_indexed_yet(self):
        row = self.ship_some(1)
        gone = self.books.fulfillments.pop(row.internal_id)
        self.learn()
        self.assertTrue(row.number_due, "a search may run before it is indexed")
        self.books.fulfillments[gone.id] = gone
        self.learn()
        self.assertEqual(row.number, gone.tran_id)

    def test_deleted_in_netsuite(self):
        """It is not asked for without end; the one that is made in its place has a number."""
        row = self.ship_some(1)
        self.books.delete("itemFulfillment", row.internal_id)
        self.let_time_pass(row)
        self.learn()
        self.assertFalse(row.number or row.number_due)
        row.picking_id.carrier_tracking_ref = "OTHER00001"
        self.run_jobs()
        row.action_retry()
        self.run_jobs()
        self.assertEqual(row.state, "done", row.message)
        self.learn()
        self.assertEqual(row.number, self.in_netsuite(row))

    def test_correction_keeps_the_number(self):
        row = self.ship_some(1)
        self.learn()
        number = row.number
        row.picking_id.carrier_tracking_ref = "OTHER00001"
        self.run_jobs()
        self.assertEqual((row.state, row.number, row.number_due), ("done", number, False))

    def test_role_that_may_not_read(self):
        """Nobody is troubled, and the account is not asked again."""
        row = self.ship_some(1)
        self.let_time_pass(row)
        self.books.roles["soap"].revoke(roles.ITEM_FULFILLMENT)
        self.learn()
        self.assertFalse(row.number or row.number_due)
        self.assertEqual(self.backend.state, "confirmed")

    def test_refused_search(self):
        row = self.ship_some(1)
        self.simulator.faults.add("search", "status", code="USER_ERROR")
        self.learn()
        self.assertTrue(row.number_due, "it was reported just now")
        self.let_time_pass(row)
        self.learn()
        self.assertFalse(row.number or row.number_due, "asked no more")

    def test_busy_account(self):
        row = self.ship_some(1)
        code = {"code": "WS_REQUEST_BLOCKED"} if self.backend.api == "soap" else {"status": 429}
        self.simulator.faults.add("search", "fault" if "code" in code else "http", times=1, **code)
        self.learn()
        self.assertFalse(row.number)
        self.settle()
        self.assertEqual(row.number, self.in_netsuite(row))


@tagged("post_install", "-at_install")
class TestFulfillmentNumbersRest(OverRest, TestFulfillmentNumbers):
    pass
