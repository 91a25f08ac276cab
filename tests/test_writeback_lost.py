from odoo.tests import tagged

from ..simulator import permissions
from .writeback_case import Killed, WritebackCase


@tagged("post_install", "-at_install")
class TestWritebackLost(WritebackCase):
    """NetSuite has saved it, but Odoo never heard so, and then the world changes."""

    validated = False  # faults are not what the schemas say

    def lose_the_answer(self, operation):
        self.simulator.faults.add(operation, "drop_after", times=1)

    def finish(self):
        self.settle()
        self.run_cron()

    # -- parts of kits -------------------------------------------------------------------------

    def ship_parts(self, picking, quantities, numbers):
        for move in picking.move_ids:
            quantity = quantities.get(move.product_id.default_code, 0.0)
            move.write({"quantity": quantity, "picked": bool(quantity)})
        picking.carrier_tracking_ref = numbers
        picking.with_context(skip_backorder=True).button_validate()

    def kit_in_two_parcels(self):
        order, picking = self.import_order(("GIFT-BOX", 1))
        self.ship_parts(picking, {"MUG-BLU": 2}, "MUGS000001")
        self.run_jobs()
        self.ship(picking.backorder_ids, numbers="REST000001")
        self.refresh()
        return order

    def check_kit(self, order):
        self.assertEqual(
            self.fulfillments(order), [({1: 1.0}, ["MUGS000001", "REST000001"], "shipped")]
        )
        self.assertEqual(set(self.row(order.id).fulfillment_ids.mapped("state")), {"done"})

    def test_parcels_of_kit_parts_stay(self):
        order = self.kit_in_two_parcels()
        self.lose_the_answer("add")
        self.finish()
        self.check_kit(order)

    def test_parcels_of_kit_parts_survive_a_killed_process(self):
        order = self.kit_in_two_parcels()
        (uuid,) = self._due_jobs()
        with self.dying("_report"), self.assertRaises(Killed):
            self.run_job(uuid)
        self.run_cron()
        self.check_kit(order)

    def test_parts_that_are_left_are_flagged(self):
        _order, picking = self.import_order(("GIFT-BOX", 2))
        self.lose_the_answer("add")
        self.ship_parts(picking, {"MUG-BLU": 4, "TEA-GREEN": 1, "CARD-GIFT": 2}, "PARTS00001")
        self.finish()
        self.assertIn("parts of a kit", picking.activity_ids.note)

    # -- a label that is cancelled -------------------------------------------------------------

    def test_number_of_an_order_is_taken_back(self):
        for when in ("tracking", "shipped"):
            with self.subTest(when):
                self.backend.report_when = when
                order, picking = self.import_order()
                self.lose_the_answer("add")
                self.ship(picking, numbers="WRONG00001")
                self.run_jobs()
                picking.carrier_tracking_ref = False
                self.finish()
                self.assertEqual(self.fulfillments(order)[0][1], [""])

    def import_fulfillment(self):
        self.backend.import_type = "item_fulfillment"
        order = self.books.add_order([("MUG-BLU", 4)])
        imported = self.books.fulfil_by_hand(order.id, ship_status="picked")
        return imported, self.import_document(imported.id)

    def test_number_of_an_imported_fulfilment_is_taken_back(self):
        for how in ("label", "cancelled", "shipped"):
            with self.subTest(how):
                imported, picking = self.import_fulfillment()
                self.backend.report_when = "tracking" if how == "shipped" else "label"
                self.lose_the_answer("update")
                if how == "shipped":
                    self.ship(picking, numbers="WRONG00001")
                else:
                    picking.carrier_tracking_ref = "WRONG00001"
                self.run_jobs()
                if how == "cancelled":
                    picking.action_cancel()
                else:
                    picking.carrier_tracking_ref = False
                self.finish()
                numbers = [one.tracking for one in imported.packages]
                self.assertNotIn("WRONG00001", numbers)

    def test_number_of_an_invoice_is_taken_back(self):
        self.books.role.grant(permissions.INVOICE)
        self.backend.import_type = "invoice"
        invoice = self.books.add_invoice([("MUG-BLU", 2)])
        picking = self.import_document(invoice.id)
        self.lose_the_answer("update")
        self.ship(picking, numbers="WRONG00001")
        self.run_jobs()
        picking.carrier_tracking_ref = False
        self.finish()
        self.assertFalse(invoice.tracking_numbers)
