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


@tagged("post_install", "-at_install")
class TestBuildLines(BuildCase):
    """What becomes of the lines of a document."""

    def test_plain_order(self):
        row = self.build(
            self.order(
                self.line(1, quantity=3, description="Bolts, zinc"),
                self.line(4, "2", 5),
                other_ref_num="PO-9",
                ship_complete=True,
                memo="Fragile <b>glass</b>",
                custom_fields={
                    "custbody_delivery_instructions": "Ring the bell",
                    "custbody_authority_to_leave": True,
                    "custbody_signature_required": Ref("1", "Yes"),
                },
            )
        )
        self.assertEqual(row.state, "imported", row.message)
        picking = row.picking_ids
        self.assertEqual(len(picking), 1)
        self.assertEqual(picking.state, "assigned", "goods that Odoo does not count are ready")
        self.assertEqual(picking.origin, "SO1001")
        self.assertEqual(picking.move_type, "one")
        self.assertEqual(picking.customer_reference, "PO-9")
        self.assertIn("Fragile &lt;b&gt;glass", picking.note)
        self.assertEqual(picking.delivery_instructions, "Ring the bell")
        self.assertTrue(picking.authority_to_leave)
        self.assertTrue(picking.signature_required)
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 3, ("4", "NUT"): 5})
        partner = picking.partner_id
        self.assertEqual(partner.type, "delivery")
        self.assertEqual(partner.parent_id.name, "Acme Pty Ltd")
        self.assertEqual((partner.street, partner.street2), ("12 Wharf Street", "Unit 4"))
        self.assertEqual(partner.country_id.code, "AU")
        self.assertEqual(partner.state_id.code, "NSW")
        bolt = picking.move_ids[0].product_id
        self.assertEqual((bolt.type, bolt.is_storable), ("consu", False))
        self.assertAlmostEqual(bolt.weight, 0.91, 2)

    def test_alternate_fields(self):
        row = self.build(
            self.order(
                self.line(1),
                custom_fields={"custbody4": "Gate 5", "custbody_atl_check_box": "T"},
            )
        )
        self.assertEqual(row.picking_ids.delivery_instructions, "Gate 5")
        self.assertTrue(row.picking_ids.authority_to_leave)

    def test_same_item_twice_stays_two_moves(self):
        row = self.build(self.order(self.line(1, quantity=2), self.line(2, quantity=3)))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 2, ("2", "BOLT"): 3})
        self.assertEqual(len(row.picking_ids.move_ids), 2)

    def test_lines_that_are_not_shipped(self):
        row = self.build(
            self.order(
                self.line(1, quantity=2),
                self.line(2, closed=True),
                self.line(3, drop_ship=True),
                self.line(4, store_pickup=True),
                self.line(5, "3"),
                self.line(6, "4", -1),
                Line("7", description="Thank you"),
            )
        )
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 2})

    def test_item_group(self):
        self.know(Item("8", "PAIR", "Group"))
        row = self.build(
            self.order(self.line(1, "8", 2), self.line(2, "1", 2), self.line(3, "2", 2))
        )
        self.assertEqual(self.quantities(row), {("2", "BOLT"): 2, ("3", "NUT"): 2})

    def test_open_quantity_only(self):
        row = self.build(
            self.order(
                self.line(1, quantity=10, quantity_fulfilled=2.0, quantity_picked=5.0),
                self.line(2, "2", 4, quantity_fulfilled=4.0),
                status="_salesOrderPartiallyFulfilled",
            ),
            fulfillments=[
                self.fulfillment(quantities={1: 2, 2: 4}, ship_status="shipped"),
                self.fulfillment(internal_id="9002", quantities={1: 3}, ship_status="picked"),
            ],
        )
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 5})

    def test_committed_only(self):
        self.backend.quantity_to_ship = "committed"
        row = self.build(
            self.order(
                self.line(1, quantity=10, quantity_committed=4.0),
                self.line(2, "2", 4, quantity_committed=0.0),
            )
        )
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 4})

    def test_kit(self):
        self.know(Item("5", "SET", "Kit", members=(Member(Ref("1"), 4), Member(Ref("2"), 8))))
        row = self.build(self.order(self.line(1, "5", 3), self.line(2, "1", 1)))
        self.assertEqual(
            self.quantities(row), {("1", "BOLT"): 12, ("1", "NUT"): 24, ("2", "BOLT"): 1}
        )
        kit_moves = row.picking_ids.move_ids.filtered("netsuite_is_kit")
        self.assertEqual(sorted(kit_moves.mapped("netsuite_factor")), [4, 8])

    def test_units(self):
        each, box = Ref("1", "Each"), Ref("2", "Box")
        self.know(Item("6", "SCREW", "InvtPart", stock_unit=each, units_type=Ref("1", "Count")))
        order = self.order(self.line(1, "6", 3, unit=box))
        row = self.build(order)
        self.assertEqual((row.state, row.hold_reason), ("held", "unit"))
        self.assertIn("Box", row.message)
        units = self.env["netsuite.unit"].search([("backend_id", "=", self.backend.id)])
        units.filtered(lambda unit: unit.name == "Each").rate = 1
        units.filtered(lambda unit: unit.name == "Box").rate = 12
        self.assertTrue(row.to_build, "a rate builds the held document again by itself")
        row = self.build(order)
        self.assertEqual(self.quantities(row), {("1", "SCREW"): 36})
        self.assertEqual(row.picking_ids.move_ids.netsuite_factor, 12)

    def test_units_that_do_not_divide(self):
        each, dozen = Ref("1", "Each"), Ref("3", "Dozen")
        self.know(Item("6", "SCREW", "InvtPart", stock_unit=dozen, units_type=Ref("1", "Count")))
        self.env["netsuite.unit"].create(
            [
                {
                    "backend_id": self.backend.id,
                    "internal_id": unit.id,
                    "name": unit.name,
                    "rate": rate,
                }
                for unit, rate in ((each, 1), (dozen, 12))
            ]
        )
        order = self.order(self.line(1, "6", 7, unit=each))
        row = self.build(order)
        self.assertEqual(self.quantities(row), {("1", "SCREW"): 0.58})
        messages = len(row.picking_ids.message_ids)
        row = self.build(order)
        self.assertEqual(len(row.picking_ids.message_ids), messages, "nothing changed")

    def test_locations_become_warehouses(self):
        other = self.env["stock.warehouse"].create({"name": "East", "code": "EAST"})
        self.env["netsuite.location"].create(
            {
                "backend_id": self.backend.id,
                "internal_id": "8",
                "name": "East",
                "warehouse_id": other.id,
            }
        )
        row = self.build(
            self.order(
                self.line(1, location=Ref("8", "East")),
                self.line(2, "2", location=Ref("9", "West")),
            )
        )
        by_warehouse = {
            picking.picking_type_id.warehouse_id: picking.move_ids.netsuite_line
            for picking in row.picking_ids
        }
        self.assertEqual(by_warehouse, {other: "1", self.warehouse: "2"})
        unmapped = self.env["netsuite.location"].search([("warehouse_id", "=", False)])
        self.assertIn("West", unmapped.mapped("name"))

    def test_ship_groups(self):
        second = Address(addressee="Branch", addr1="1 High Road", city="Leeds", country="GB")
        order = self.order(
            self.line(1, ship_group="1"),
            self.line(2, "2", ship_group="2"),
            multi_ship_to=True,
            ship_groups=(ShipGroup("1", ADDRESS), ShipGroup("2", second)),
        )
        row = self.build(order)
        self.assertEqual(
            sorted(row.picking_ids.mapped("partner_id.city")), ["Leeds", "Sydney"], row.message
        )
        unreadable = self.order(
            self.line(1, ship_group="1"), number="1002", multi_ship_to=True, address=ADDRESS
        )
        row = self.build(unreadable)
        self.assertEqual((row.state, row.hold_reason), ("held", "ship_group"))
        self.assertFalse(row.picking_ids, "never sent to the header's address")

    def test_no_address(self):
        row = self.build(self.order(self.line(1), address=None))
        self.assertEqual((row.state, row.hold_reason), ("held", "address"))
        self.assertIn("SO1001 has no shipping address", row.message)

    def test_unknown_item(self):
        order = self.order(Line("1", item=Ref("404", "Secret"), quantity=1))
        good = self.order(self.line(1), number="1002")
        row = self.build(order)
        self.assertEqual((row.state, row.hold_reason), ("held", "item"))
        self.assertIn("Lists > Items", row.message)
        self.assertEqual(self.build(good).state, "imported")

    def test_missing_product(self):
        self.backend.missing_product = "hold"
        self.know(Item("50", "NEW-1", "InvtPart"))
        order = self.order(self.line(1, "50"))
        row = self.build(order)
        self.assertEqual((row.state, row.hold_reason), ("held", "product"))
        self.env["product.product"].create({"name": "New", "default_code": "NEW-1"})
        self.env["netsuite.item"]._match_waiting(self.backend)
        self.assertTrue(row.to_build, "the product builds the held document again by itself")
        self.assertEqual(self.build(order).state, "imported")

    def test_product_by_sku_field_then_barcode(self):
        field = self.env["ir.model.fields"]._get("product.product", "barcode")
        self.env["product.product"].create({"name": "By code", "barcode": "SKU-9"})
        by_barcode = self.env["product.product"].create({"name": "B", "barcode": "4006381333931"})
        self.know(Item("51", "X-51", "InvtPart", upc="4006381333931"))
        self.know(Item("52", "SKU-9", "InvtPart"))
        self.backend.product_field_id = field
        row = self.build(self.order(self.line(1, "51"), self.line(2, "52")))
        self.assertIn(by_barcode, row.picking_ids.move_ids.product_id)
        self.assertIn("By code", row.picking_ids.move_ids.product_id.mapped("name"))

    def test_partners_are_not_doubled(self):
        first = self.build(self.order(self.line(1)))
        second = self.build(self.order(self.line(1), number="1002"))
        self.assertEqual(first.picking_ids.partner_id, second.picking_ids.partner_id)
        elsewhere = Address(
            addressee="Acme Pty Ltd", addr1="1 Other St", city="Perth", country="AU"
        )
        third = self.build(self.order(self.line(1), number="1003", address=elsewhere))
        self.assertNotEqual(third.picking_ids.partner_id, first.picking_ids.partner_id)
        self.assertEqual(
            third.picking_ids.partner_id.parent_id, first.picking_ids.partner_id.parent_id
        )

    def test_typed_address(self):
        typed = Address(
            text="Jo Smith\nThe Barn\nOld Mill Lane\nYork YO1 7HH", override=True, country="GB"
        )
        row = self.build(self.order(self.line(1), address=typed))
        partner = row.picking_ids.partner_id
        self.assertIn("The Barn", partner.contact_address)
        self.assertIn("York YO1 7HH", partner.contact_address)

    # -- invoices and fulfilments -------------------------------------------------------------

    def test_invoice_of_an_order_ships_what_is_open(self):
        order = self.order(
            self.line(1, quantity=10),
            self.line(2, "2", 4),
            status="_salesOrderPendingBillingPartiallyFulfilled",
        )
        invoice = self.order(
            self.line(1, quantity=6, order_line="1"),
            self.line(2, "2", 4, order_line="2"),
            number="2001",
            type=INVOICE,
            status="_invoiceOpen",
            created_from=Ref("1001", "Sales Order #SO1001"),
        )
        shipped = [self.fulfillment(quantities={1: 7, 2: 4})]
        row = self.build(invoice, fulfillments=shipped, order=order)
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 3})

    def test_invoice_of_a_shipped_order_is_ignored(self):
        order = self.order(self.line(1, quantity=2), status="_salesOrderBilled")
        invoice = self.order(
            self.line(1, quantity=2, order_line="1"),
            number="2002",
            type=INVOICE,
            status="_invoiceOpen",
            created_from=Ref("1001"),
        )
        row = self.build(invoice, fulfillments=[self.fulfillment(quantities={1: 2})], order=order)
        self.assertEqual(row.state, "ignored")
        self.assertIn("SO1001", row.message)

    def test_stand_alone_invoice(self):
        invoice = self.order(
            self.line(1, quantity=2), number="2003", type=INVOICE, status="_invoicePaidInFull"
        )
        self.assertEqual(self.quantities(self.build(invoice)), {("1", "BOLT"): 2})
        shipped = self.order(
            self.line(1, quantity=2),
            number="2004",
            type=INVOICE,
            status="_invoiceOpen",
            tracking_numbers=("1Z999",),
        )
        row = self.build(shipped)
        self.assertEqual(row.state, "ignored")
        self.assertIn("1Z999", row.message)

    def test_item_fulfillment(self):
        self.know(Item("5", "SET", "Kit", members=(Member(Ref("1"), 2),)))
        record = self.order(
            self.line(3, "5", 2),
            Line("", item=Ref("1"), quantity=4, kit_member_of="3"),
            self.line(4, "2", 1),
            self.line(5, "2", 7, receive=False),
            number="3001",
            type=ITEM_FULFILLMENT,
            status="_itemFulfillmentPicked",
            created_from=Ref("1001"),
        )
        row = self.build(record)
        self.assertEqual(self.quantities(row), {("3", "BOLT"): 4, ("4", "NUT"): 1})

    # -- several backends ------------------------------------------------------------------------

    def test_two_backends_do_not_ship_the_same_goods(self):
        first = self.build(self.order(self.line(1)))
        twin = self.env["netsuite.backend"].create(
            {
                "name": "Twin",
                "account_id": "7654321",
                "import_type": "item_fulfillment",
                "state": "confirmed",
            }
        )
        self.know(Item("1", "BOLT", "InvtPart"), backend=twin)
        record = self.order(
            self.line(1),
            number="3001",
            type=ITEM_FULFILLMENT,
            status="_itemFulfillmentPicked",
            created_from=Ref("1001"),
        )
        row = self.build(record, backend=twin)
        self.assertEqual((row.state, row.hold_reason), ("held", "duplicate"))
        self.assertIn(first.picking_ids.name, row.message)
        first.picking_ids.action_cancel()
        self.assertEqual(self.build(record, backend=twin).state, "imported")

    def fulfilling_backend(self):
        """A backend beside the first one that imports the same account's item fulfilments."""
        twin = self.env["netsuite.backend"].create(
            {
                "name": "Twin",
                "account_id": "7654321",
                "import_type": "item_fulfillment",
                "state": "confirmed",
            }
        )
        for item in (Item("1", "BOLT", "InvtPart"), Item("2", "NUT", "InvtPart")):
            self.know(item, backend=twin)
        return twin

    def picked(self, quantity, number="3001", status="Picked"):
        return self.order(
            self.line(1, quantity=quantity),
            number=number,
            type=ITEM_FULFILLMENT,
            status=f"_itemFulfillment{status}",
            created_from=Ref("1001"),
        )

    def partly(self, *fulfillments, quantity=5):
        """The order, after these fulfilments (number and quantity) were made."""
        order = self.order(self.line(1, quantity=quantity), status="_salesOrderPartiallyFulfilled")
        return self.build(
            order,
            fulfillments=[
                self.fulfillment(internal_id=number, quantities={1: one}, ship_status="picked")
                for number, one in fulfillments
            ],
        )

    def plan(self, *backends):
        """What the scheduled import does with what waits, without asking NetSuite."""
        for backend in backends:
            backend._wake_duplicates()
            backend._job_build(backend._transactions([("to_build", "=", True)]).ids)

    def open(self, *rows):
        return [sum(self.quantities(row).values()) for row in rows]

    def test_fulfillment_by_hand_leaves_its_order_first(self):
        """The order's delivery is there first: it gives the goods up, then the other takes them."""
        twin = self.fulfilling_backend()
        order = self.build(self.order(self.line(1, quantity=5)))
        row = self.build(self.picked(2), backend=twin)
        self.assertEqual((row.state, row.hold_reason), ("held", "duplicate"))
        self.assertTrue(order.to_read, "so that it soon knows of the fulfilment")
        self.plan(twin)
        self.assertEqual(row.state, "held")
        self.assertEqual(self.partly(("3001", 2)), order)
        self.plan(twin)
        self.assertEqual(self.open(order, row), [3, 2])

    def test_fulfillment_by_hand_of_a_begun_order(self):
        twin = self.fulfilling_backend()
        order = self.build(self.order(self.line(1, quantity=5)))
        order.picking_ids.move_ids.picked = True
        row = self.build(self.picked(2), backend=twin)
        self.partly(("3001", 2))
        self.plan(twin)
        self.assertEqual(self.open(order, row), [5, 0])
        self.assertEqual(row.state, "held")
        order.picking_ids.move_ids.picked = False
        self.partly(("3001", 2))
        self.plan(twin)
        self.assertEqual(self.open(order, row), [3, 2])

    def test_fulfillment_by_hand_is_imported_first(self):
        twin = self.fulfilling_backend()
        row = self.build(self.picked(2), backend=twin)
        order = self.partly(("3001", 2))
        self.assertEqual(self.open(order, row), [3, 2])
        second = self.build(self.picked(3, "3002"), backend=twin)
        self.assertEqual(second.state, "held")
        self.partly(("3001", 2), ("3002", 3))
        self.plan(twin)
        self.assertEqual(self.open(order, row, second), [0, 2, 3])

    def test_order_that_another_import_fulfils_as_a_whole(self):
        twin = self.fulfilling_backend()
        row = self.build(self.picked(5), backend=twin)
        order = self.partly(("3001", 5))
        self.assertEqual((order.state, order.hold_reason), ("held", "duplicate"))
        self.assertIn(row.picking_ids.name, order.message)
        self.plan(self.backend)
        self.assertEqual(order.state, "held")
        row.picking_ids.action_cancel()  # and the fulfilment is deleted in NetSuite
        self.partly()
        self.assertEqual(self.open(order), [5])

    def test_deleted_fulfillment_that_was_begun(self):
        twin = self.fulfilling_backend()
        row = self.build(self.picked(2), backend=twin)
        row.picking_ids.move_ids.picked = True
        order = self.partly(("3001", 2))
        self.partly()  # it was deleted in NetSuite, its goods are still on a trolley
        self.assertEqual(self.open(order, row), [3, 2])
        row.picking_ids.action_cancel()
        self.plan(self.backend)
        self.assertEqual(self.open(order, row), [5, 0])

    def test_deleted_fulfillment_that_was_shipped(self):
        twin = self.fulfilling_backend()
        row = self.build(self.picked(2), backend=twin)
        self.ship(row.picking_ids)
        order = self.partly(("3001", 2))
        self.assertFalse(row.to_read)
        self.partly()  # it was deleted in NetSuite
        self.assertEqual(self.open(order), [3], "its goods are not shipped again")
        self.assertTrue(row.to_read, "and when it is read, a person is told")

    def test_fulfillments_of_two_backends(self):
        twin, other = self.fulfilling_backend(), self.fulfilling_backend()
        rows = [
            self.build(self.picked(2), backend=twin),
            self.build(self.picked(3, "3002"), backend=other),
            self.build(self.picked(2), backend=other),
        ]
        self.assertEqual(self.open(*rows), [2, 3, 0])
        self.assertEqual(rows[2].state, "held", "the same document")

    def test_invoice_beside_a_fulfillment(self):
        twin = self.fulfilling_backend()
        row = self.build(self.picked(2), backend=twin)
        order = self.order(
            self.line(1, quantity=5), status="_salesOrderPendingBillingPartFulfilled"
        )
        invoice = self.order(
            self.line(1, quantity=5, order_line="1"),
            number="2001",
            type=INVOICE,
            status="_invoiceOpen",
            created_from=Ref("1001"),
        )
        done = [self.fulfillment(internal_id="3001", quantities={1: 2}, ship_status="picked")]
        billed = self.build(invoice, fulfillments=done, order=order)
        self.assertEqual(self.open(row, billed), [2, 3])

    def test_rest_of_an_order_after_the_import_type_changed(self):
        order = self.build(self.order(self.line(1, quantity=5)))
        first = order.picking_ids
        self.ship(first, {"1": 2}, numbers=False)  # not reported yet
        (order.picking_ids - first).action_cancel()
        self.backend.with_context(netsuite_change_import_type=True).import_type = "item_fulfillment"
        row = self.build(self.picked(3))
        self.assertEqual(self.open(row), [3], row.message)
        row = self.build(self.picked(1, "3002"))
        self.assertEqual(row.state, "held", "it may be the goods that were shipped")

    def test_another_account_is_another_world(self):
        self.build(self.order(self.line(1)))
        other = self.env["netsuite.backend"].create(
            {"name": "Other", "account_id": "1111111", "state": "confirmed"}
        )
        self.know(Item("1", "BOLT", "InvtPart"), backend=other)
        self.assertEqual(self.build(self.order(self.line(1)), backend=other).state, "imported")

    # -- several steps -----------------------------------------------------------------------------

    def _ship_in_steps(self, steps, first_code, count):
        self.warehouse.delivery_steps = steps
        row = self.build(
            self.order(
                self.line(1, quantity=2),
                self.line(2, quantity=3),
                custom_fields={"custbody_delivery_instructions": "Dock 3"},
            )
        )
        self.assertEqual(row.state, "imported", row.message)
        first = row.all_picking_ids
        self.assertEqual(len(first), 1)
        self.assertEqual(first.picking_type_code, first_code)
        for _step in range(count):
            step = row._open_pickings()
            self.assertEqual(len(step), 1)
            self.assertEqual(step.netsuite_transaction_id, row)
            self.assertEqual(step.delivery_instructions, "Dock 3")
            self.assertEqual(sorted(step.move_ids.mapped("netsuite_line")), ["1", "2"])
            for move in step.move_ids:
                move.quantity = move.product_uom_qty
                move.picked = True
            step.button_validate()
            self.assertEqual(step.state, "done")
        self.assertEqual(len(row.all_picking_ids), count)
        self.assertEqual(len(row.picking_ids), 1)
        self.assertEqual(row.picking_ids.picking_type_code, "outgoing")
        self.assertEqual(len(row.fulfillment_ids), 1, "reported once, from the outgoing step")

    def test_one_step(self):
        self._ship_in_steps("ship_only", "outgoing", 1)

    def test_two_steps(self):
        self._ship_in_steps("pick_ship", "internal", 2)

    def test_three_steps(self):
        self._ship_in_steps("pick_pack_ship", "internal", 3)
