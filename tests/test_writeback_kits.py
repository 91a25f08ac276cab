from odoo.tests import Form, tagged

from ..simulator import permissions
from .writeback_case import WritebackCase


@tagged("post_install", "-at_install")
class TestWritebackKits(WritebackCase):
    """Each shipment is reported with its own whole kits, whatever becomes of the others."""

    validated = False  # faults are not what the schemas say

    def start(self):
        self.order, self.picking = self.import_order(("GIFT-BOX", 4))

    def ship_kits(self, picking, kits, numbers):
        for move in picking.move_ids:
            move.write({"quantity": kits * move.netsuite_factor, "picked": True})
        picking.carrier_tracking_ref = numbers
        picking.with_context(skip_backorder=True).button_validate()
        self.run_jobs()
        return picking.netsuite_fulfillment_ids

    def check(self, *quantities):
        self.settle()
        self.run_cron()
        found = [lines for lines, *_more in self.fulfillments(self.order)]
        messages = self.row(self.order.id).fulfillment_ids.mapped("message")
        self.assertEqual(found, [{1: float(one)} for one in quantities], messages)

    def test_first_is_reported_by_hand(self):
        self.start()
        row = self.ship_kits(self.picking, 2, False)
        self.books.fulfil_by_hand(self.order.id, {1: 2}, packages=[{"tracking": "BYHAND0001"}])
        row.action_mark_reported()
        self.ship_kits(self.picking.backorder_ids, 1, "SECOND0001")
        self.check(2, 1)

    def test_first_waits_for_its_number(self):
        self.start()
        self.ship_kits(self.picking, 2, False)
        self.ship_kits(self.picking.backorder_ids, 1, "SECOND0001")
        self.check(1)
        self.picking.carrier_tracking_ref = "FIRST00001"
        self.check(1, 2)
        self.assertEqual(
            [numbers for _lines, numbers, _status in self.fulfillments(self.order)],
            [["SECOND0001"], ["FIRST00001"]],
        )

    def adopt_one_of_two(self, report_rest, fault=""):
        self.start()
        self.books.fulfil_by_hand(self.order.id, {1: 1}, packages=[{"tracking": "FIRST00001"}])
        row = self.ship_kits(self.picking, 2, "FIRST00001")
        wizard = Form.from_action(self.env, row.action_adopt())
        wizard.report_rest = report_rest
        wizard.save().action_adopt()
        if fault:
            self.simulator.faults.add("add", fault, times=1)
        self.run_jobs()

    def test_rest_of_an_adopted_one_comes_later(self):
        self.adopt_one_of_two(report_rest=True, fault="drop_before")
        self.ship_kits(self.picking.backorder_ids, 1, "SECOND0001")
        self.check(1, 1, 1)

    def test_rest_of_an_adopted_one_is_left_to_people(self):
        self.adopt_one_of_two(report_rest=False)
        self.ship_kits(self.picking.backorder_ids, 1, "SECOND0001")
        self.check(1, 1)

    def test_two_invoices_of_an_order(self):
        self.books.role.grant(permissions.INVOICE)
        self.order = self.books.add_order([("GIFT-BOX", 2)])
        invoices = [
            self.books.add_invoice([("GIFT-BOX", 1)], created_from=self.order.id)
            for _number in range(2)
        ]
        self.backend.import_type = "invoice"
        for invoice in invoices:
            invoice.lines[0].order_line = 1
        self.backend._plan_import()
        self.run_jobs()
        for invoice in invoices:
            self.ship_and_run(self.row(invoice.id).picking_ids)
        self.check(1, 1)
