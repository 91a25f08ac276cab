from dataclasses import replace

from odoo import Command
from odoo.tests import tagged

from ..netsuite.records import (
    INVOICE,
    ITEM_FULFILLMENT,
    Address,
    Item,
    Line,
    Member,
    Ref,
    ShipGroup,
)
from .build_case import ADDRESS, BuildCase

PARTLY = "_salesOrderPartiallyFulfilled"
CHANGE = "connector_netsuite.activity_type_change"


@tagged("post_install", "-at_install")
class TestBuildChanges(BuildCase):
    """Life after the import."""

    def begin(self, picking):
        picking.move_ids[0].picked = True

    def activities(self, row):
        return row.all_picking_ids.activity_search([CHANGE])

    def notes(self, picking):
        return "\n".join(picking.message_ids.mapped("body"))

    def test_twice_changes_nothing(self):
        order = self.order(self.line(1, quantity=3), self.line(2, "2", 2))
        row = self.build(order)
        picking, messages = row.picking_ids, len(row.picking_ids.message_ids)
        row = self.build(order)
        self.assertEqual(row.picking_ids, picking)
        self.assertEqual(len(picking.message_ids), messages)
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 3, ("2", "NUT"): 2})

    def test_untouched_delivery_follows(self):
        row = self.build(self.order(self.line(1, quantity=3), self.line(2, "2", 2)))
        self.know(Item("7", "WASHER", "InvtPart"))
        row = self.build(
            self.order(self.line(1, quantity=5), self.line(3, "7", 4), ship_complete=True)
        )
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 5, ("3", "WASHER"): 4})
        picking = row.picking_ids
        self.assertEqual(len(picking), 1)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.move_type, "one")
        notes = self.notes(picking)
        self.assertIn("Bolt M8: 3 \u2192 5", notes)
        self.assertIn("Nut M8: 2 \u2192 0", notes)
        self.assertIn("WASHER: 0 \u2192 4", notes)
        self.assertFalse(self.activities(row))

    def test_address_and_instructions_follow(self):
        row = self.build(self.order(self.line(1)))
        moved = Address(addressee="Acme Pty Ltd", addr1="9 New Road", city="Perth", country="AU")
        row = self.build(
            self.order(
                self.line(1),
                address=moved,
                custom_fields={"custbody_delivery_instructions": "Ring twice"},
            )
        )
        self.assertEqual(row.picking_ids.partner_id.city, "Perth")
        self.assertEqual(row.picking_ids.delivery_instructions, "Ring twice")
        self.assertIn("9 New Road", self.notes(row.picking_ids))

    def test_what_people_changed_in_odoo_stays(self):
        row = self.build(self.order(self.line(1)))
        row.picking_ids.delivery_instructions = "Asked by phone: leave with neighbour"
        row = self.build(self.order(self.line(1, quantity=2)))
        self.assertEqual(
            row.picking_ids.delivery_instructions, "Asked by phone: leave with neighbour"
        )

    def test_quantity_of_a_person_stays_until_netsuite_changes_it(self):
        lines = [self.line(1, quantity=10), self.line(2, "2", 5)]
        row = self.build(self.order(*lines))
        bolts = row.picking_ids.move_ids.filtered(lambda move: move.netsuite_line == "1")
        bolts.product_uom_qty = 7
        row = self.build(self.order(lines[0], self.line(2, "2", 6), memo="Other line, memo"))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 7, ("2", "NUT"): 6})
        row = self.build(self.order(self.line(1, quantity=12), lines[1]))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 12, ("2", "NUT"): 5})
        self.assertIn("7 \u2192 12", self.notes(row.picking_ids), "told what was overwritten")

    def test_quantity_of_a_person_survives_shipments(self):
        order = self.order(self.line(1, quantity=10))
        row = self.build(order)
        first = row.picking_ids
        first.move_ids.product_uom_qty = 7
        self.ship(first, {"1": 4})
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 3})
        self.assertEqual(self.quantities(self.build(order)), {("1", "BOLT"): 3})
        own = self.fulfillment(
            quantities={1: 4}, external_id=first.netsuite_fulfillment_ids.external_id
        )
        partly = self.order(self.line(1, quantity=10), status=PARTLY)
        row = self.build(partly, fulfillments=[own])
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 3})
        elsewhere = self.fulfillment(quantities={1: 2}, internal_id="9002")
        row = self.build(partly, fulfillments=[own, elsewhere])
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 4}, "two left elsewhere")

    def test_corrected_shipment_leaves_the_rest_to_ship(self):
        """Fewer left than the delivery said when it was done: the others are to be shipped."""
        order = self.order(self.line(1, quantity=6))
        row = self.build(order)
        first = row.picking_ids
        self.ship(first, {"1": 4})
        self.assertEqual(self.quantities(self.build(order)), {("1", "BOLT"): 2})
        first.move_ids.quantity = 1
        self.assertEqual(self.quantities(self.build(order)), {("1", "BOLT"): 5})
        own = self.fulfillment(
            quantities={1: 1}, external_id=first.netsuite_fulfillment_ids.external_id
        )
        partly = self.order(self.line(1, quantity=6), status=PARTLY)
        row = self.build(partly, fulfillments=[own])
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 5})

    def test_fulfillment_corrected_in_netsuite(self):
        """Of what NetSuite counts less than was shipped here, nothing is shipped again."""
        order = self.order(self.line(1, quantity=6))
        row = self.build(order)
        first = row.picking_ids
        self.ship(first, {"1": 4})
        name = first.netsuite_fulfillment_ids.external_id
        partly = self.order(self.line(1, quantity=6), status=PARTLY)
        for told in (4, 1, 4):
            own = self.fulfillment(quantities={1: told}, external_id=name)
            row = self.build(partly, fulfillments=[own])
            self.assertEqual(self.quantities(row), {("1", "BOLT"): 2})

    def test_build_again_takes_netsuites_quantities(self):
        row = self.build(self.order(self.line(1, quantity=10)))
        row.picking_ids.move_ids.product_uom_qty = 7
        row.action_retry()
        self.backend._job_build(row.ids)
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 10})

    def test_change_that_came_while_begun_is_not_forgotten(self):
        row = self.build(self.order(self.line(1, quantity=3)))
        self.begin(row.picking_ids)
        changed = self.order(self.line(1, quantity=5))
        self.build(changed)
        row.picking_ids.move_ids.picked = False
        self.assertEqual(self.quantities(self.build(changed)), {("1", "BOLT"): 5})
        self.assertFalse(self.activities(row))

    def map_gate(self):
        """The line field custcol_gate goes to a text field of the move."""
        self.env["netsuite.field.mapping"].create(
            {
                "backend_id": self.backend.id,
                "level": "line",
                "netsuite_field": "custcol_gate",
                "target_id": self.env["ir.model.fields"]._get("stock.move", "origin").id,
            }
        )
        return "origin"

    def lined(self, description, gate):
        line = self.line(1, description=description, custom_fields={"custcol_gate": gate})
        return self.order(line)

    def test_line_values_follow(self):
        gate = self.map_gate()
        for steps in ("ship_only", "pick_ship", "pick_pack_ship"):
            with self.subTest(steps=steps):
                self.warehouse.delivery_steps = steps
                row = self.build(self.lined("red", "A"))
                row = self.build(self.lined("blue", "B"))
                (move,) = row._open_pickings().move_ids
                self.assertEqual((move.description_picking, move[gate]), ("blue", "B"))
                notes = self.notes(move.picking_id)
                self.assertIn("red \u2192 blue", notes)
                self.assertIn("A \u2192 B", notes)
                messages = len(move.picking_id.message_ids)
                self.build(self.lined("blue", "B"))
                self.assertEqual(len(move.picking_id.message_ids), messages)
                self.begin(move.picking_id)
                row = self.build(self.lined("green", "C"))
                self.assertEqual((move.description_picking, move[gate]), ("blue", "B"))
                (activity,) = self.activities(row)
                self.assertIn("blue \u2192 green", activity.note)
                self.assertIn("B \u2192 C", activity.note)
                row = self.build(self.lined("blue", "B"))
                self.assertFalse(self.activities(row))
                row._open_pickings().move_ids.picked = False
                row._open_pickings().action_cancel()
                row.action_retry()

    def test_line_values_of_a_person_stay(self):
        gate = self.map_gate()
        row = self.build(self.lined("red", "A"))
        row.picking_ids.move_ids[gate] = "Z"
        row = self.build(self.lined("blue", "A"))
        move = row.picking_ids.move_ids
        self.assertEqual((move.description_picking, move[gate]), ("blue", "Z"))

    def test_line_values_follow_on_a_backorder(self):
        gate = self.map_gate()
        line = self.line(1, quantity=5, description="red", custom_fields={"custcol_gate": "A"})
        row = self.build(self.order(line))
        first = row.picking_ids
        self.ship(first, {"1": 2})
        rest = row.picking_ids - first
        self.assertEqual(rest.move_ids[gate], "A")
        row = self.build(self.order(replace(line, custom_fields={"custcol_gate": "B"})))
        self.assertEqual(rest.move_ids[gate], "B")
        self.assertEqual(first.move_ids[gate], "A", "what has left stays as it was")

    def test_held_after_its_delivery_was_made(self):
        """Who ships must know that the delivery does not follow any more."""
        row = self.build(self.order(self.line(1), self.line(2, "2")))
        unknown = Line("3", item=Ref("404", "Secret"), quantity=1)
        row = self.build(self.order(self.line(1), self.line(2, "2", closed=True), unknown))
        self.assertEqual((row.state, row.hold_reason), ("held", "item"))
        self.assertEqual(len(self.quantities(row)), 2)
        (activity,) = self.activities(row)
        self.assertIn("Lists &gt; Items", activity.note)
        row = self.build(self.order(self.line(1), self.line(2, "2", closed=True)))
        self.assertEqual((row.state, list(self.quantities(row))), ("imported", [("1", "BOLT")]))
        self.assertFalse(self.activities(row))

    def test_begun_delivery_becomes_an_activity(self):
        row = self.build(self.order(self.line(1, quantity=3)))
        self.begin(row.picking_ids)
        changed = self.order(
            self.line(1, quantity=5), custom_fields={"custbody_delivery_instructions": "Ring"}
        )
        for _time in range(2):
            row = self.build(changed)
            self.assertEqual(self.quantities(row), {("1", "BOLT"): 3})
            activity = self.activities(row)
            self.assertEqual(len(activity), 1)
            self.assertIn("3 \u2192 5", activity.note)
            self.assertIn("Ring", activity.note)
            self.assertFalse(row.picking_ids.delivery_instructions)
        row = self.build(self.order(self.line(1, quantity=3)))
        self.assertFalse(self.activities(row), "no difference, no activity")

    def test_begun(self):
        row = self.build(self.order(self.line(1)))
        picking = row.picking_ids
        self.assertEqual(picking.state, "assigned")
        self.assertFalse(picking._netsuite_begun(), "reservation alone is not begun")
        picking.printed = True
        self.assertTrue(picking._netsuite_begun())
        picking.printed = False
        picking.move_ids.quantity = 1
        picking.action_put_in_pack(package_name="BOX-1")
        self.assertTrue(picking._netsuite_begun())

    def test_begun_in_a_started_batch(self):
        if "batch_id" not in self.env["stock.picking"]:
            self.skipTest("Batch transfers are not installed")
        row = self.build(self.order(self.line(1, quantity=3)))
        picking = row.picking_ids
        batch = self.env["stock.picking.batch"].create({"picking_ids": [Command.link(picking.id)]})
        self.assertEqual(batch.state, "draft")
        row = self.build(self.order(self.line(1, quantity=4)))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 4}, "planned is not begun")
        batch.action_confirm()
        self.assertEqual(batch.state, "in_progress")
        row = self.build(self.order(self.line(1, quantity=5)))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 4})
        self.assertIn("4 \u2192 5", self.activities(row).note)
        picking.batch_id = False
        row = self.build(self.order(self.line(1, quantity=5)))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 5})
        self.assertFalse(self.activities(row))

    def test_cancelled_closed_sent_back(self):
        for status in ("Cancelled", "Closed", "PendingApproval"):
            row = self.build(self.order(self.line(1), number=status))
            row = self.build(self.order(self.line(1), number=status, status=f"_salesOrder{status}"))
            self.assertEqual(row.picking_ids.state, "cancel")
            self.assertEqual(row.state, "cancelled")
            self.assertIn(f"SO{status}", self.notes(row.picking_ids))
        row = self.build(self.order(self.line(1), number="PendingApproval"))
        self.assertEqual(row.state, "imported", "approved again, shipped again")
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 1})

    def test_cancelled_after_picking_has_begun(self):
        row = self.build(self.order(self.line(1)))
        self.begin(row.picking_ids)
        row = self.build(self.order(self.line(1), status="_salesOrderCancelled"))
        self.assertNotEqual(row.picking_ids.state, "cancel")
        self.assertEqual(len(self.activities(row)), 1)
        self.assertIn("Cancelled", self.activities(row).note)

    def test_deleted(self):
        row = self.build(self.order(self.line(1)))
        row._store_unreadable(None)
        self.backend._job_build(row.ids)
        self.assertEqual((row.state, row.picking_ids.state), ("cancelled", "cancel"))

    def test_cancelled_by_a_person_stays_cancelled(self):
        order = self.order(self.line(1))
        row = self.build(order)
        row.picking_ids.action_cancel()
        row = self.build(order)
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(row.live_picking_ids)
        row.action_retry()
        self.backend._job_build(row.ids)
        self.assertEqual(row.state, "imported")
        self.assertEqual(len(row.live_picking_ids), 1)

    def test_fulfilled_elsewhere(self):
        order = self.order(self.line(1, quantity=10))
        row = self.build(order)
        elsewhere = self.fulfillment(quantities={1: 4})
        row = self.build(
            self.order(self.line(1, quantity=10), status=PARTLY), fulfillments=[elsewhere]
        )
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 6})
        row = self.build(
            self.order(self.line(1, quantity=10), status="_salesOrderPendingBilling"),
            fulfillments=[self.fulfillment(quantities={1: 10})],
        )
        self.assertEqual(row.picking_ids.state, "cancel")
        self.assertEqual(row.state, "ignored")

    def test_our_own_fulfillment_changes_nothing(self):
        row = self.build(self.order(self.line(1, quantity=10)))
        picking = row.picking_ids
        self.ship(picking, {"1": 4})
        backorder = row.picking_ids - picking
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 6})
        # not reported yet: NetSuite still shows all ten open
        row = self.build(self.order(self.line(1, quantity=10), memo="touched"))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 6})
        report = picking.netsuite_fulfillment_ids
        own = self.fulfillment(quantities={1: 4}, external_id=report.external_id.upper())
        row = self.build(self.order(self.line(1, quantity=10), status=PARTLY), fulfillments=[own])
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 6})
        self.assertEqual(row.picking_ids, picking + backorder)

    def test_ordered_more_after_all_was_shipped(self):
        row = self.build(self.order(self.line(1, quantity=2)))
        first = row.picking_ids
        self.ship(first)
        own = self.fulfillment(
            quantities={1: 2}, external_id=first.netsuite_fulfillment_ids.external_id
        )
        row = self.build(self.order(self.line(1, quantity=5), status=PARTLY), fulfillments=[own])
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 3})
        self.assertEqual(len(row.picking_ids), 2)

    def test_part_of_a_kit_is_not_shipped_twice(self):
        self.know(Item("5", "SET", "Kit", members=(Member(Ref("1"), 1), Member(Ref("2"), 1))))
        row = self.build(self.order(self.line(1, "5", 2)))
        picking = row.picking_ids
        bolts = picking.move_ids.filtered(lambda move: move.product_id.default_code == "BOLT")
        nuts = picking.move_ids - bolts
        bolts.quantity, nuts.quantity = 2, 1
        picking.move_ids.picked = True
        picking.carrier_tracking_ref = "TRACK00001"
        picking.with_context(skip_backorder=True).button_validate()
        own = self.fulfillment(
            quantities={1: 1}, external_id=picking.netsuite_fulfillment_ids.external_id
        )
        row = self.build(self.order(self.line(1, "5", 2), status=PARTLY), fulfillments=[own])
        self.assertEqual(self.quantities(row), {("1", "NUT"): 1})

    def test_imported_fulfillment_shipped_elsewhere(self):
        def record(status):
            return self.order(
                self.line(1, quantity=2),
                number="3001",
                type=ITEM_FULFILLMENT,
                status=status,
                created_from=Ref("1001"),
            )

        row = self.build(record("_itemFulfillmentPicked"))
        row = self.build(record("_itemFulfillmentShipped"))
        self.assertEqual(row.picking_ids.state, "cancel")
        self.assertIn("shipped in NetSuite", row.message)

    def test_line_moves_to_another_warehouse(self):
        other = self.env["stock.warehouse"].create({"name": "East", "code": "EAST"})
        self.env["netsuite.location"].create(
            {
                "backend_id": self.backend.id,
                "internal_id": "8",
                "name": "East",
                "warehouse_id": other.id,
            }
        )
        row = self.build(self.order(self.line(1, quantity=2), self.line(2, "2", 1)))
        row = self.build(
            self.order(self.line(1, quantity=2, location=Ref("8", "East")), self.line(2, "2", 1))
        )
        by_warehouse = {
            picking.picking_type_id.warehouse_id: picking.move_ids.filtered(
                lambda move: move.state != "cancel"
            ).netsuite_line
            for picking in row._open_pickings()
        }
        self.assertEqual(by_warehouse, {other: "1", self.warehouse: "2"})

    def test_changes_in_two_steps(self):
        self.warehouse.delivery_steps = "pick_ship"
        row = self.build(self.order(self.line(1, quantity=2)))
        row = self.build(self.order(self.line(1, quantity=5), self.line(2, "2", 1)))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 5, ("2", "NUT"): 1})
        pick = row._open_pickings()
        self.assertEqual(len(pick), 1)
        for move in pick.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        pick.button_validate()
        out = row._open_pickings()
        self.assertEqual(out.picking_type_code, "outgoing")
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 5, ("2", "NUT"): 1})
        self.assertTrue(out._netsuite_begun(), "an earlier step is done")
        row = self.build(self.order(self.line(1, quantity=4), self.line(2, "2", 1)))
        self.assertEqual(self.quantities(row)["1", "BOLT"], 5)
        self.assertIn("5 \u2192 4", self.activities(row).note)

    # -- invoices of an order --------------------------------------------------------------------

    def invoice(self, quantity, number="2001", status="_invoiceOpen", **more):
        return self.order(
            self.line(1, quantity=quantity, order_line="1"),
            number=number,
            type=INVOICE,
            status=status,
            created_from=Ref("1001"),
            **more,
        )

    def test_invoice_ships_no_more_than_it_bills(self):
        order = self.order(self.line(1, quantity=10), status=PARTLY)
        row = self.build(self.invoice(6), fulfillments=[], order=order)
        picking = row.picking_ids
        self.ship(picking)
        own = self.fulfillment(
            quantities={1: 6}, external_id=picking.netsuite_fulfillment_ids.external_id
        )
        for fulfillments in ([], [own]):
            row = self.build(
                self.invoice(6, status="_invoicePaidInFull"), fulfillments, order=order
            )
            self.assertEqual(row.picking_ids, picking)
            self.assertEqual(self.quantities(row), {})

    def test_two_invoices_share_what_is_open(self):
        order = self.order(self.line(1, quantity=10), status=PARTLY)
        done = [self.fulfillment(quantities={1: 5})]
        first = self.build(self.invoice(5), done, order=order)
        second = self.build(self.invoice(5, number="2002"), done, order=order)
        self.assertEqual(self.quantities(first), {("1", "BOLT"): 5})
        self.assertEqual(second.state, "ignored", second.message)
        self.build(self.invoice(5), done, order=order)
        self.assertEqual(self.quantities(first), {("1", "BOLT"): 5})

    def test_invoices_built_together_share_too(self):
        order = self.order(self.line(1, quantity=10), status=PARTLY)
        done = [self.fulfillment(quantities={1: 4})]
        rows = self.stage(self.invoice(5), done, order) + self.stage(
            self.invoice(5, number="2002"), done, order
        )
        self.backend._job_build(rows.ids)
        shipped = [sum(self.quantities(row).values()) for row in rows]
        self.assertEqual(sorted(shipped), [1, 5])

    def test_invoice_takes_what_another_gives_up(self):
        order = self.order(self.line(1, quantity=10), status=PARTLY)
        done = [self.fulfillment(quantities={1: 5})]
        first = self.build(self.invoice(5), done, order=order)
        second = self.build(self.invoice(5, number="2002"), done, order=order)
        self.assertEqual(second.state, "ignored")
        self.build(self.invoice(2), done, order=order)
        self.assertTrue(second.to_build)
        self.backend._job_build(second.ids)
        self.assertEqual(self.quantities(second), {("1", "BOLT"): 3})
        first.picking_ids.action_cancel()
        self.assertTrue(second.to_build, "a person made room")
        self.backend._job_build(second.ids)
        self.assertEqual(self.quantities(second), {("1", "BOLT"): 5})

    def test_invoice_follows_its_order(self):
        row = self.build(
            self.invoice(6), fulfillments=[], order=self.order(self.line(1, quantity=10))
        )
        row = self.build(
            self.invoice(6),
            fulfillments=[self.fulfillment(quantities={1: 8})],
            order=self.order(self.line(1, quantity=10), status=PARTLY),
        )
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 2})
        closed = self.order(self.line(1, quantity=10), status="_salesOrderClosed")
        row = self.build(self.invoice(6), fulfillments=[], order=closed)
        self.assertEqual(row.picking_ids.state, "cancel")

    def test_invoice_of_an_order_with_several_addresses(self):
        second = Address(addressee="Branch", addr1="1 High Road", city="Leeds", country="GB")
        order = self.order(
            self.line(1, ship_group="1"),
            self.line(2, "2", ship_group="2"),
            multi_ship_to=True,
            ship_groups=(ShipGroup("1", ADDRESS), ShipGroup("2", second)),
        )
        invoice = self.order(
            self.line(1, order_line="1", ship_group="1"),
            self.line(2, "2", order_line="2", ship_group="2"),
            number="2001",
            type=INVOICE,
            status="_invoiceOpen",
            created_from=Ref("1001"),
        )
        row = self.build(invoice, fulfillments=[], order=order)
        self.assertEqual(sorted(row.picking_ids.mapped("partner_id.city")), ["Leeds", "Sydney"])

    # -- goods that must not go out twice --------------------------------------------------------

    def test_begun_goods_that_move_elsewhere(self):
        self.env["netsuite.location"].create(
            {
                "backend_id": self.backend.id,
                "internal_id": "8",
                "name": "East",
                "warehouse_id": self.env["stock.warehouse"]
                .create({"name": "East", "code": "EAST"})
                .id,
            }
        )
        row = self.build(self.order(self.line(1, quantity=5)))
        self.begin(row.picking_ids)
        row = self.build(self.order(self.line(1, quantity=5, location=Ref("8", "East"))))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 5})
        self.assertEqual(len(row.picking_ids), 1)
        self.assertEqual(len(self.activities(row)), 1)

    def test_product_changed_after_shipping(self):
        row = self.build(self.order(self.line(1, quantity=5)))
        first = row.picking_ids
        self.ship(first, numbers=False)
        first.move_ids.product_id.active = False
        row = self.build(self.order(self.line(1, quantity=5), memo="edited"))
        self.assertEqual(row.picking_ids, first)

    def test_archived_product_of_an_open_delivery(self):
        row = self.build(self.order(self.line(1, quantity=5)))
        product = row.picking_ids.move_ids.product_id
        product.active = False
        row = self.build(self.order(self.line(1, quantity=6)))
        open_moves = row.picking_ids.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(open_moves.product_id, product)
        self.assertEqual(sum(open_moves.mapped("product_uom_qty")), 6)

    def test_fractions(self):
        row = self.build(self.order(self.line(1, quantity=1.333)))
        messages = len(row.picking_ids.message_ids)
        row = self.build(self.order(self.line(1, quantity=1.333)))
        self.assertEqual(len(row.picking_ids.message_ids), messages)
        left = self.order(self.line(1, quantity=1.333), number="1002", status=PARTLY)
        row = self.build(left, fulfillments=[self.fulfillment("1002", {1: 1.33})])
        self.assertEqual(row.state, "ignored")

    def test_what_a_person_gave_up_is_not_made_again(self):
        row = self.build(self.order(self.line(1, quantity=5)))
        first = row.picking_ids
        self.ship(first, {"1": 3})
        (row.picking_ids - first).action_cancel()
        row = self.build(self.order(self.line(1, quantity=5), memo="edited"))
        self.assertEqual(self.quantities(row), {})
        row = self.build(self.order(self.line(1, quantity=9)))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 4}, "four more were ordered")
        row.action_retry()
        self.backend._job_build(row.ids)
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 6}, "all that NetSuite has open")

    def test_rest_without_backorder_is_made_again_when_asked_for(self):
        row = self.build(self.order(self.line(1, quantity=5)))
        first = row.picking_ids
        first.move_ids.write({"quantity": 3, "picked": True})
        first.carrier_tracking_ref = "TRACK00001"
        first.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=first.ids
        ).button_validate()
        self.assertEqual((first.state, row.picking_ids), ("done", first))
        row = self.build(self.order(self.line(1, quantity=5), memo="edited"))
        self.assertEqual(self.quantities(row), {})
        row.action_retry()
        self.backend._job_build(row.ids)
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 2})

    def test_first_step_cancelled_by_a_person(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.order(self.line(1, quantity=5))
        row = self.build(order)
        row.all_picking_ids.action_cancel()
        row = self.build(order)
        self.assertEqual(row.state, "cancelled")
        self.assertFalse(row.live_picking_ids)

    def test_person_enters_the_change(self):
        row = self.build(self.order(self.line(1)))
        self.begin(row.picking_ids)
        changed = self.order(self.line(1), custom_fields={"custbody_delivery_instructions": "Ring"})
        row = self.build(changed)
        self.assertTrue(self.activities(row))
        row.picking_ids.delivery_instructions = "Ring"
        row = self.build(changed)
        self.assertFalse(self.activities(row))

    def test_cancelled_order_with_other_goods_on_its_delivery(self):
        row = self.build(self.order(self.line(1)))
        gift = self.env["product.product"].create({"name": "Gift", "type": "consu"})
        row.picking_ids.write(
            {"move_ids": [Command.create({"product_id": gift.id, "product_uom_qty": 1})]}
        )
        row = self.build(self.order(self.line(1), status="_salesOrderCancelled"))
        self.assertEqual(len(self.activities(row)), 1)
        self.assertIn("other goods", self.activities(row).note)

    def test_a_chosen_status_is_shipped(self):
        self.backend.import_status_ids += self.env.ref(
            "connector_netsuite.status_sales_order_pending_approval"
        )
        row = self.build(self.order(self.line(1), status="_salesOrderPendingApproval"))
        self.assertEqual(row.state, "imported", row.message)

    def test_copies_and_returns_belong_to_nobody(self):
        row = self.build(self.order(self.line(1)))
        copy = row.picking_ids.copy()
        self.assertFalse(copy.netsuite_transaction_id)
        self.assertFalse(copy.move_ids.netsuite_line)
        self.ship(row.picking_ids)
        wizard = self.env["stock.return.picking"].create({"picking_id": row.picking_ids.id})
        wizard.product_return_moves.quantity = 1
        action = wizard.action_create_returns()
        back = self.env["stock.picking"].browse(action["res_id"])
        self.assertFalse(back.netsuite_transaction_id)
        self.assertFalse(back.move_ids.netsuite_line)

    # -- what people did here, and what NetSuite's people did to it ------------------------------

    def test_warehouse_of_a_person_stays(self):
        east = self.env["stock.warehouse"].create({"name": "East", "code": "EAST"})
        row = self.build(self.order(self.line(1, quantity=2)))
        picking = row.picking_ids
        picking.picking_type_id = east.out_type_id
        row = self.build(self.order(self.line(1, quantity=2), memo="About something else"))
        self.assertEqual(row._open_pickings(), picking)
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 2})
        row = self.build(self.order(self.line(1, quantity=3)))
        self.assertEqual(row._open_pickings(), picking)
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 3})

    def test_batch_that_odoo_started_by_itself(self):
        if "batch_id" not in self.env["stock.picking"]:
            self.skipTest("Batch transfers are not installed")
        self.backend.warehouse_id = self.env["stock.warehouse"].create(
            {"name": "New", "code": "NEW"}
        )
        row = self.build(self.order(self.line(1, quantity=2)))
        self.assertEqual(row.picking_ids.batch_id.state, "in_progress")
        row = self.build(self.order(self.line(1, quantity=3)))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 3})
        self.begin(row.picking_ids)
        row = self.build(self.order(self.line(1, quantity=4)))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 3})

    def test_own_fulfillment_enlarged_in_netsuite(self):
        row = self.build(self.order(self.line(1, quantity=10)))
        first = row.picking_ids
        self.ship(first, {"1": 4})
        partly = self.order(self.line(1, quantity=10), status=PARTLY)
        external_id = first.netsuite_fulfillment_ids.external_id
        for told, left in ((4, 6), (5, 5), (4, 6)):
            own = self.fulfillment(quantities={1: told}, external_id=external_id)
            row = self.build(partly, fulfillments=[own])
            self.assertEqual(self.quantities(row), {("1", "BOLT"): left})

    def test_given_up_and_ordered_again(self):
        row = self.build(self.order(self.line(1, quantity=10)))
        first = row.picking_ids
        self.ship(first, {"1": 4})
        (row.picking_ids - first).action_cancel()
        own = self.fulfillment(
            quantities={1: 4}, external_id=first.netsuite_fulfillment_ids.external_id
        )
        row = self.build(self.order(self.line(1, quantity=10), status=PARTLY), fulfillments=[own])
        self.assertEqual(self.quantities(row), {}, "given up")
        cut = self.order(self.line(1, quantity=4), status="_salesOrderPendingBilling")
        self.build(cut, fulfillments=[own])
        row = self.build(self.order(self.line(1, quantity=7), status=PARTLY), fulfillments=[own])
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 3}, "ordered anew")

    def in_groups(self, *cities):
        """An order whose second line goes to the last of these cities, the first to the first."""
        last = str(len(cities))
        return self.order(
            self.line(1, ship_group="1"),
            self.line(2, "2", 3, ship_group=last),
            multi_ship_to=True,
            ship_groups=tuple(
                ShipGroup(str(number), replace(ADDRESS, city=city))
                for number, city in enumerate(cities, 1)
            ),
        )

    def cities(self, row):
        return sorted(row._open_pickings().partner_id.mapped("city"))

    def test_ship_groups_that_come_and_go(self):
        row = self.build(self.order(self.line(1), self.line(2, "2", 3)))
        for order, cities in (
            (self.in_groups("Perth", "Darwin"), ["Darwin", "Perth"]),
            (self.in_groups("Perth"), ["Perth"]),
            (self.order(self.line(1), self.line(2, "2", 3)), ["Sydney"]),
        ):
            row = self.build(order)
            self.assertEqual(row.state, "imported", row.message)
            self.assertEqual(self.cities(row), cities)
            self.assertEqual(self.quantities(row), {("1", "BOLT"): 1, ("2", "NUT"): 3})

    def test_ship_group_that_is_gone_when_begun(self):
        row = self.build(self.in_groups("Perth", "Darwin"))
        darwin = row.picking_ids.filtered(lambda picking: picking.partner_id.city == "Darwin")
        self.begin(darwin)
        row = self.build(self.in_groups("Perth"))
        self.assertEqual(self.cities(row), ["Darwin", "Perth"])
        self.assertEqual(self.activities(row).res_id, darwin.id)
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 1, ("2", "NUT"): 3})

    def test_invoices_that_were_read_at_different_times(self):
        order = self.order(self.line(1, quantity=10))
        first = self.build(self.invoice(4), fulfillments=[], order=order)
        second = self.build(self.invoice(6, number="2002"), fulfillments=[], order=order)
        self.ship(first.picking_ids, {"1": 3})
        own = self.fulfillment(quantities={1: 3}, external_id=first.fulfillment_ids.external_id)
        partly = replace(order, status=PARTLY)
        self.build(self.invoice(6, number="2002", memo="Edited"), [own], order=partly)
        self.assertEqual(self.quantities(second), {("1", "BOLT"): 6})
        self.build(self.invoice(4), [own], order=partly)
        self.assertEqual(self.quantities(first), {("1", "BOLT"): 1})

    def test_half_a_kit_is_on_one_invoice_only_once(self):
        self.know(Item("5", "SET", "Kit", members=(Member(Ref("1"), 1), Member(Ref("2"), 1))))
        order = self.order(self.line(1, "5", 4))
        kits = replace(self.invoice(2), lines=(self.line(1, "5", 2, order_line="1"),))
        first = self.build(kits, fulfillments=[], order=order)
        picking = first.picking_ids
        for move in picking.move_ids:
            move.quantity = 2 if move.product_id.default_code == "BOLT" else 0
            move.picked = bool(move.quantity)
        picking.with_context(skip_backorder=True).button_validate()
        second = self.build(replace(kits, internal_id="2002"), fulfillments=[], order=order)
        self.assertEqual(self.quantities(second), {("1", "BOLT"): 2, ("1", "NUT"): 2})
