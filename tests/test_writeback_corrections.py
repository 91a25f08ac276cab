from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..simulator import permissions
from .writeback_case import WritebackCase


@tagged("post_install", "-at_install")
class TestWritebackCorrections(WritebackCase):
    """People correct what a delivery shipped, after it is done."""

    def correct(self, picking, quantity, line="1"):
        move = picking.move_ids.filtered(lambda move: move.netsuite_line == line)
        move.quantity = quantity
        self.assertEqual(move.quantity, quantity)

    def notes(self, picking):
        return picking.activity_ids.mapped("note")

    def test_corrected_after_it_was_reported(self):
        """NetSuite keeps what it was told; a person is told once, however much is corrected."""
        order, picking = self.import_order(("MUG-BLU", 3), ("KETTLE-15", 2))
        row = self.ship_and_run(picking)
        warehouse = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        self.correct(picking.with_user(warehouse), 2)
        self.correct(picking.with_user(warehouse), 1, line="2")
        self.run_jobs()
        (note,) = self.notes(picking)
        self.assertIn(row.internal_id, note)
        self.assertIn("correct the one that is wrong", note)
        self.assertEqual(self.fulfillments(order)[0][0], {1: 3.0, 2: 2.0})

    def test_corrected_in_the_details(self):
        _order, picking = self.import_order(("MUG-BLU", 3))
        self.ship_and_run(picking)
        picking.move_line_ids.quantity = 3
        self.assertFalse(self.notes(picking))
        picking.move_line_ids.quantity = 2
        self.assertEqual(len(self.notes(picking)), 1)

    def test_corrected_before_it_is_reported(self):
        """Then NetSuite is told what left in the end."""
        order, picking = self.import_order(("MUG-BLU", 3))
        self.ship(picking)
        self.correct(picking, 2)
        self.run_jobs()
        self.assertEqual(self.fulfillments(order)[0][0], {1: 2.0})
        self.assertFalse(self.notes(picking))

    def test_what_has_not_left_after_all(self):
        """Or more than was thought: what is to be shipped follows with the next import."""
        _order, picking = self.import_order(("MUG-BLU", 3))
        document = picking.netsuite_transaction_id
        self.ship(picking, numbers=None)
        for left, wanted in ((1, 2), (2, 1), (3, 0)):
            self.correct(picking, left)
            self.backend._plan_import()
            self.run_jobs()
            open_moves = document._open_pickings().move_ids
            self.assertEqual(sum(open_moves.mapped("product_uom_qty")), wanted)

    def test_corrected_while_it_is_being_reported(self):
        """The job began with the old quantity, and NetSuite has it when the new one is entered."""
        order, picking = self.import_order(("MUG-BLU", 3))
        self.ship(picking)
        self.refresh()
        row_class = self.env.registry["netsuite.fulfillment"]
        original = row_class._make_fulfillment
        moves = picking.move_ids.ids

        def overtaken(row, *args, **kwargs):
            original(row, *args, **kwargs)
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["stock.move"].browse(moves).quantity = 2

        with patch.object(row_class, "_make_fulfillment", overtaken), mute_logger("odoo.sql_db"):
            self.run_jobs()
        self.settle()
        row = picking.netsuite_fulfillment_ids
        self.assertEqual((row.state, picking.move_ids.quantity), ("done", 2.0))
        self.assertEqual(self.fulfillments(order)[0][0], {1: 3.0})
        self.assertEqual(len(self.notes(picking)), 1)

    def test_imported_fulfilment(self):
        """NetSuite had its quantities before anything was shipped."""
        self.backend.import_type = "item_fulfillment"
        order = self.books.add_order([("MUG-BLU", 3)])
        picking = self.import_document(self.books.fulfil_by_hand(order.id, ship_status="picked").id)
        self.ship(picking)
        self.correct(picking, 2)
        self.run_jobs()
        self.assertIn(picking.netsuite_transaction_id.tran_id, self.notes(picking)[0])

    def test_invoice_without_an_order(self):
        """NetSuite keeps no quantities of its shipments."""
        self.books.role.grant(permissions.INVOICE)
        self.backend.import_type = "invoice"
        picking = self.import_document(self.books.add_invoice([("MUG-BLU", 3)]).id)
        self.ship_and_run(picking)
        self.correct(picking, 2)
        self.assertFalse(self.notes(picking))
