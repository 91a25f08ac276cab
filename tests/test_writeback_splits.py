from odoo import Command
from odoo.tests import tagged

from .writeback_case import WritebackCase


@tagged("post_install", "-at_install")
class TestWritebackSplits(WritebackCase):
    """However the warehouse divides a delivery, each part is reported under its NetSuite lines."""

    def setUp(self):
        super().setUp()
        self.order, self.picking = self.import_order(("MUG-BLU", 4), ("KETTLE-15", 2))
        self.mugs, self.kettles = (
            self.picking.move_ids.filtered(lambda move, key=key: move.netsuite_line == key)
            for key in ("1", "2")
        )

    def check(self, parts):
        """Ship the parts; NetSuite has a fulfilment of each.

        :param parts: quantities by line, by delivery
        """
        self.assertEqual(
            self.picking.netsuite_transaction_id.picking_ids,
            self.env["stock.picking"].union(*parts),
        )
        for number, (picking, quantities) in enumerate(parts.items()):
            self.ship_and_run(picking, numbers=f"PART00000{number}")
            self.assertEqual(
                self.fulfillments(self.order)[-1],
                (
                    {int(key): one for key, one in quantities.items()},
                    [f"PART00000{number}"],
                    "shipped",
                ),
            )
        self.assertEqual(len(self.fulfillments(self.order)), len(parts))
        self.assertEqual(self.books.status(self.order.id), "F")

    def test_split_transfer(self):
        self.picking.action_assign()
        self.kettles.quantity = 1
        self.mugs.quantity = 0
        self.picking.action_split_transfer()
        rest = self.picking.backorder_ids
        self.check({self.picking: {"2": 1.0}, rest: {"1": 4.0, "2": 1.0}})

    def test_split_by_another_addon(self):
        """Which copies the delivery without its moves, and then moves some of them there."""
        part = self.picking.copy(
            {"name": "/", "move_ids": [], "move_line_ids": [], "backorder_id": self.picking.id}
        )
        half = self.env["stock.move"].create(self.mugs._split(1.0))
        half._action_confirm(merge=False)
        (half | self.kettles).picking_id = part
        (half | self.kettles).move_line_ids.picking_id = part
        self.check({part: {"1": 1.0, "2": 2.0}, self.picking: {"1": 3.0}})

    def test_wave(self):
        """As `stock_picking_batch` takes some operations out for a wave, whether it is installed
        or not."""
        self.picking.note = "Ring twice"
        self.picking.action_assign()
        line = self.kettles.move_line_ids
        part = self.take_out(line, self.kettles)
        self.assertEqual(part.note, self.picking.note)
        self.check({part: {"2": 2.0}, self.picking: {"1": 4.0}})

    def take_out(self, lines, moves):
        if "stock.picking.batch" in self.env:
            lines._add_to_wave()
            return moves.picking_id
        vals = self.picking.copy_data(
            {
                "move_ids": [],
                "move_line_ids": [],
                "scheduled_date": self.picking.scheduled_date,
            }
        )[0]
        vals["move_line_ids"] += [Command.link(line.id) for line in lines]
        vals["move_ids"] += [Command.link(move.id) for move in moves]
        return self.env["stock.picking"].create(vals)

    def test_wave_of_a_part_of_a_line(self):
        self.picking.action_assign()
        line = self.mugs.move_line_ids
        line.quantity = 3
        other = line.copy({"quantity": 1})
        if "stock.picking.batch" in self.env:
            other._add_to_wave()
            part = other.picking_id
        else:
            vals = self.picking.copy_data({"move_ids": [], "move_line_ids": []})[0]
            (half,) = self.mugs._split(1.0)
            half["move_line_ids"] = [Command.set(other.ids)]
            vals["move_line_ids"] += [Command.link(other.id)]
            vals["move_ids"] += [Command.create(half)]
            part = self.env["stock.picking"].create(vals)
        self.assertNotEqual(part, self.picking)
        self.check({part: {"1": 1.0}, self.picking: {"1": 3.0, "2": 2.0}})

    def test_packages_and_merged_moves(self):
        self.picking.action_assign()
        half = self.env["stock.move"].create(self.mugs._split(1.0))
        half._action_confirm()  # is merged into the line it was split from, and into no other
        self.assertEqual(sorted(self.picking.move_ids.mapped("netsuite_line")), ["1", "2"])
        for move in self.picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
            move.move_line_ids.action_put_in_pack(package_name=f"BOX{move.id}")
        self.check({self.picking: {"1": 4.0, "2": 2.0}})

    def test_copies_lose_the_document(self):
        for copy in (self.picking.copy(), self.picking.copy({"origin": "again"})):
            self.assertFalse(copy.netsuite_transaction_id)
            self.assertFalse(any(copy.move_ids.mapped("netsuite_line")))
