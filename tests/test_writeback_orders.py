from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..simulator import permissions
from .writeback_case import WritebackCase


@tagged("post_install", "-at_install")
class TestWritebackOrders(WritebackCase):
    """Shipments of sales orders: one fulfilment each, with exactly what was shipped."""

    def fulfillment(self, order):
        (found,) = self.books.fulfillments_of(order.id)
        return found

    def move(self, picking, sku):
        return picking.move_ids.filtered(lambda move: move.product_id.default_code == sku)

    # -- lines ---------------------------------------------------------------------------------

    def test_shipped_whole(self):
        order, picking = self.import_order()
        row = self.ship_and_run(picking, numbers="9400 1000 0000")
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(
            self.fulfillments(order), [({1: 2.0, 2: 1.0}, ["940010000000"], "shipped")]
        )
        self.assertEqual(self.operations(), ["search", "initialize", "add"])
        self.assertEqual(self.books.status(order.id), "F")
        self.assertEqual(row.tracking_numbers, "940010000000")
        self.assertEqual(row.internal_id, self.fulfillment(order).id)
        self.assertFalse(self.fulfillment(order).generate_label)
        self.assertEqual(self.simulator.journal.max_in_flight, 1)
        self.assertIn(row.internal_id, picking.message_ids[0].body)

    def test_backorder_is_a_fulfilment_of_its_own(self):
        order, picking = self.import_order(("MUG-BLU", 5), ("KETTLE-15", 1), ("TRAY-OAK", 1))
        self.ship_and_run(picking, {"1": 2.0, "2": 1.0}, numbers="FIRST00001")
        backorder = picking.backorder_ids
        self.assertFalse(backorder.carrier_tracking_ref)
        self.ship_and_run(backorder, numbers="SECOND0001")
        self.assertEqual(
            self.fulfillments(order),
            [
                ({1: 2.0, 2: 1.0}, ["FIRST00001"], "shipped"),
                ({1: 3.0, 3: 1.0}, ["SECOND0001"], "shipped"),
            ],
        )

    def test_rest_of_a_begun_delivery_follows(self):
        """The order was closed while somebody was picking: the rest is not shipped any more."""
        order, picking = self.import_order(("MUG-BLU", 4))
        picking.move_ids.picked = True
        self.books.close_order(order.id)
        self.import_document(order.id)
        self.assertIn("Closed", picking.activity_ids.note)
        self.ship(picking, {"1": 1})
        rest = picking.backorder_ids
        self.assertEqual(rest.state, "assigned")
        self.run_jobs()
        self.assertEqual(picking.netsuite_fulfillment_ids.state, "failed")
        self.backend._plan_import()
        self.run_jobs()
        self.assertEqual(rest.state, "cancel")

    def test_services_complete_the_order(self):
        order, picking = self.import_order(
            ("MUG-BLU", 2), ("ENGRAVE", 2), {"item": "LAMP-STD", "quantity": 1, "drop_ship": True}
        )
        self.ship_and_run(picking, {"1": 1.0})
        self.ship_and_run(picking.backorder_ids)
        self.assertEqual(
            [lines for lines, *_more in self.fulfillments(order)], [{1: 1.0}, {1: 1.0, 2: 2.0}]
        )

    def test_two_lines_of_one_item_and_gaps(self):
        order = self.books.add_order([("MUG-BLU", 2), ("TRAY-OAK", 1), ("MUG-BLU", 3)])
        self.books.remove_line(order.id, 2)
        picking = self.import_document(order.id)
        self.ship_and_run(picking, {"1": 2.0, "3": 1.0})
        self.assertEqual(self.fulfillments(order)[0][0], {1: 2.0, 3: 1.0})

    def test_units(self):
        self.books.role.grant(permissions.UNITS)
        order, picking = self.import_order({"item": "TEA-GREEN", "quantity": 2, "unit": "2"})
        self.assertEqual(picking.move_ids.product_uom_qty, 12)
        self.ship_and_run(picking, {"1": 6.0})
        self.assertEqual(self.fulfillments(order)[0][0], {1: 1.0})

    def test_units_that_odoo_rounds(self):
        """Whole units of NetSuite stay whole, whatever the product's unit makes of them."""
        self.books.role.grant(permissions.UNITS)
        for stock_unit, quantities in (("2", (120, 600)), ("3", (120, 7, 5))):
            self.books.items["104"].stock_unit = stock_unit
            for quantity in quantities:
                with self.subTest(stock_unit=stock_unit, quantity=quantity):
                    order, picking = self.import_order(
                        {"item": "TEA-GREEN", "quantity": quantity, "unit": "1"}, ("ENGRAVE", 1)
                    )
                    row = self.ship_and_run(picking)
                    self.assertEqual(row.state, "done", row.message)
                    self.assertEqual(self.fulfillments(order)[0][0], {1: float(quantity), 2: 1.0})

    def test_services_that_are_left_to_others(self):
        self.backend.complete_services = False
        order, picking = self.import_order(("MUG-BLU", 2), ("ENGRAVE", 2))
        self.ship_and_run(picking)
        self.assertEqual(self.fulfillments(order)[0][0], {1: 2.0})

    def test_duplicates_and_returns_report_nothing(self):
        order, picking = self.import_order()
        self.ship_and_run(picking)
        self.ship(picking.copy())
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        known = self.env["stock.picking"].search([])
        wizard.action_create_exchanges()
        made = self.env["stock.picking"].search([]) - known
        returned = made.filtered("return_id")
        self.ship(returned, {line: 1.0 for line in ("1", "2", False)})
        exchanged = made - returned
        self.assertTrue(exchanged)
        self.assertFalse(exchanged.netsuite_transaction_id)
        for move in exchanged.move_ids:
            self.assertFalse(move.netsuite_line)
        self.ship(exchanged)
        self.run_jobs()
        self.assertEqual(len(self.fulfillments(order)), 1)
        self.assertFalse(returned.netsuite_fulfillment_ids)
        note = picking.activity_ids.note
        self.assertIn(returned.name, note)
        self.assertIn(picking.netsuite_fulfillment_ids.internal_id, note)

    def test_goods_that_were_added_in_the_warehouse(self):
        order, picking = self.import_order(("MUG-BLU", 1))
        extra = self.env["product.product"].create({"name": "Sample", "type": "consu"})
        picking.move_ids = [Command.create({"product_id": extra.id, "product_uom_qty": 1})]
        picking.action_confirm()
        self.ship(picking, {"1": 1.0, False: 1.0})
        self.run_jobs()
        self.assertEqual(self.fulfillments(order)[0][0], {1: 1.0})

    def test_several_steps_report_once(self):
        self.backend.warehouse_id = self.env["stock.warehouse"].create(
            {"name": "Two steps", "code": "TWO", "delivery_steps": "pick_ship"}
        )
        order = self.books.add_order([("MUG-BLU", 2)])
        self.backend._plan_import()
        self.run_jobs()
        pick = self.row(order.id).all_picking_ids
        if pick.picking_type_code == "outgoing":
            pick = pick.move_ids.move_orig_ids.picking_id or pick
        self.ship(pick, numbers=None)
        out = self.row(order.id).picking_ids
        self.ship_and_run(out, numbers="ONLYONE001")
        self.assertEqual(self.fulfillments(order), [({1: 2.0}, ["ONLYONE001"], "shipped")])
        self.assertEqual(len(self.row(order.id).fulfillment_ids), 1)

    # -- kits ----------------------------------------------------------------------------------

    def test_kits(self):
        order, picking = self.import_order(("GIFT-BOX", 3))
        self.assertEqual(len(picking.move_ids), 3)
        self.ship(picking)
        self.run_jobs()
        self.assertEqual(self.fulfillments(order)[0][0], {1: 3.0})

    def test_parts_of_a_kit_stay_open(self):
        order, picking = self.import_order(("GIFT-BOX", 2))
        self.ship_kit_parts(picking, {"MUG-BLU": 4, "TEA-GREEN": 1, "CARD-GIFT": 2})
        row = picking.netsuite_fulfillment_ids
        self.assertEqual(self.fulfillments(order)[0][0], {1: 1.0})
        self.assertEqual(row.state, "done")
        self.assertIn("parts of a kit", picking.activity_ids.note)
        self.ship_and_run(picking.backorder_ids, numbers="REST000001")
        self.assertEqual(
            [lines for lines, *_more in self.fulfillments(order)], [{1: 1.0}, {1: 1.0}]
        )

    def test_parcels_of_parts_travel_with_the_whole(self):
        order, picking = self.import_order(("GIFT-BOX", 1))
        self.ship_kit_parts(picking, {"MUG-BLU": 2}, numbers="MUGS000001")
        row = picking.netsuite_fulfillment_ids
        self.assertEqual((row.state, self.fulfillments(order)), ("waiting", []))
        self.ship_and_run(picking.backorder_ids, numbers="REST000001")
        self.assertEqual(
            self.fulfillments(order), [({1: 1.0}, ["MUGS000001", "REST000001"], "shipped")]
        )
        self.assertEqual(row.state, "done")
        picking.carrier_tracking_ref = "NEWMUGS001"
        self.run_jobs()
        self.assertEqual(
            self.fulfillments(order), [({1: 1.0}, ["NEWMUGS001", "REST000001"], "shipped")]
        )

    def test_parcels_of_parts_travel_with_no_other_goods(self):
        order, picking = self.import_order(("GIFT-BOX", 1), ("MUG-RED", 1))
        self.ship_kit_parts(picking, {"MUG-BLU": 2}, numbers="MUGS000001")
        second = picking.backorder_ids
        self.ship_kit_parts(second, {"MUG-RED": 1}, numbers="RED0000001")
        self.assertEqual(self.fulfillments(order), [({2: 1.0}, ["RED0000001"], "shipped")])
        self.ship_and_run(second.backorder_ids, numbers="REST000001")
        self.assertEqual(
            self.fulfillments(order)[1], ({1: 1.0}, ["MUGS000001", "REST000001"], "shipped")
        )

    def test_parts_of_a_kit_shipped_before_the_first_report(self):
        order, picking = self.import_order(("GIFT-BOX", 1))
        self.ship_kit_parts(picking, {"MUG-BLU": 2}, numbers="MUGS000001", run=False)
        self.ship_and_run(picking.backorder_ids, numbers="REST000001")
        self.assertEqual(
            self.fulfillments(order), [({1: 1.0}, ["MUGS000001", "REST000001"], "shipped")]
        )
        self.assertEqual(set(self.row(order.id).fulfillment_ids.mapped("state")), {"done"})

    def ship_kit_parts(self, picking, quantities, numbers="PARTS00001", run=True):
        for move in picking.move_ids:
            quantity = quantities.get(move.product_id.default_code, 0.0)
            move.write({"quantity": quantity, "picked": bool(quantity)})
        picking.carrier_tracking_ref = numbers
        picking.with_context(skip_backorder=True).button_validate()
        if run:
            self.run_jobs()

    # -- lots and serials ----------------------------------------------------------------------

    def ship_lots(self, picking, sku, lots, numbers="LOTS000001"):
        """Ship these quantities by lot name."""
        move = self.move(picking, sku)
        move.product_id.write({"is_storable": True, "tracking": "lot"})
        move.move_line_ids.unlink()
        for name, quantity in lots.items():
            lot = self.env["stock.lot"].create({"name": name, "product_id": move.product_id.id})
            self.env["stock.quant"]._update_available_quantity(
                move.product_id, move.location_id, quantity, lot_id=lot
            )
            move.move_line_ids = [
                Command.create(
                    {
                        **move._prepare_move_line_vals(),
                        "lot_id": lot.id,
                        "quantity": quantity,
                        "picked": True,
                    }
                )
            ]
        picking.carrier_tracking_ref = numbers
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.run_jobs()
        return picking.netsuite_fulfillment_ids

    def test_lots(self):
        order, picking = self.import_order(("HONEY-LOT", 5))
        row = self.ship_lots(picking, "HONEY-LOT", {"LOT-2406-A": 3, "LOT-2409-B": 2})
        self.assertEqual(row.state, "done", row.message)
        (line,) = self.fulfillment(order).lines
        self.assertEqual(
            {one.number: float(one.quantity) for one in line.assignments}, {"301": 3, "302": 2}
        )

    def ship_lots_beside_a_person(self, lots):
        """Somebody has fulfilled a part by hand, which is adopted; returns the rest's row."""
        order, picking = self.import_order(("HONEY-LOT", 5))
        self.books.fulfil_by_hand(order.id, {1: 2})
        row = self.ship_lots(picking, "HONEY-LOT", lots)
        row._adopt(row.candidates[0]["id"])
        self.run_jobs()
        self.assertEqual(row.state, "done", row.message)
        return order, picking.netsuite_fulfillment_ids - row

    def test_rest_of_one_lot(self):
        order, rest = self.ship_lots_beside_a_person({"LOT-2406-A": 5})
        self.assertEqual(rest.state, "done", rest.message)
        (line,) = self.books.fulfillments_of(order.id)[1].lines
        self.assertEqual(
            [(one.number, float(one.quantity)) for one in line.assignments], [("301", 3)]
        )

    def test_rest_of_several_lots_is_for_a_person(self):
        """Nobody can tell which of them are on the adopted fulfilment."""
        order, rest = self.ship_lots_beside_a_person({"LOT-2406-A": 3, "LOT-2409-B": 2})
        self.assertEqual((rest.state, len(self.fulfillments(order))), ("failed", 1))
        self.assertIn("several lots", rest.message)

    def test_serials_as_text(self):
        self.books.settings.features.advanced_numbered_inventory = False
        order, picking = self.import_order(("SCALE-SER", 2))
        row = self.ship_lots(picking, "SCALE-SER", {"SN100200": 1, "SN100201": 1})
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(self.fulfillment(order).lines[0].serial_numbers, "SN100200,SN100201")
        self.env.invalidate_all()
        self.assertTrue(self.backend.plain_numbers, "learnt")
        self.backend.plain_numbers = True
        self.books.settings.features.advanced_numbered_inventory = True
        order, picking = self.import_order(("SCALE-SER", 1))
        row = self.ship_lots(picking, "SCALE-SER", {"SN100202": 1})
        self.assertEqual(row.state, "done", row.message)
        self.env.invalidate_all()
        self.assertFalse(self.backend.plain_numbers, "learnt again")

    def test_bins_that_are_mapped(self):
        order, picking = self.import_order(("HONEY-LOT", 5), ("MUG-BLU", 2))
        shelf = picking.location_id.create(
            {"name": "Shelf", "location_id": picking.location_id.id, "netsuite_bin": "2"}
        )
        for move in picking.move_ids:
            move.location_id = shelf
        self.move(picking, "MUG-BLU").write({"quantity": 2, "picked": True})
        row = self.ship_lots(picking, "HONEY-LOT", {"LOT-2406-A": 3, "LOT-2409-B": 2})
        self.assertEqual(row.state, "done", row.message)
        details = [
            [(one.number, one.bin) for one in line.assignments]
            for line in self.fulfillment(order).lines
        ]
        self.assertEqual(details, [[("301", "2"), ("302", "2")], [("", "2")]])

    def test_unknown_lot(self):
        order, picking = self.import_order(("HONEY-LOT", 1))
        row = self.ship_lots(picking, "HONEY-LOT", {"NOBODY-KNOWS": 1})
        self.assertEqual(row.state, "failed")
        self.assertIn("NOBODY-KNOWS", row.message)
        self.assertFalse(self.fulfillments(order))

    # -- status --------------------------------------------------------------------------------

    def test_without_pick_pack_and_ship(self):
        self.books.settings.features.pick_pack_and_ship = False
        for _time in range(2):
            order, picking = self.import_order()
            row = self.ship_and_run(picking)
            self.assertEqual(row.state, "done", row.message)
            self.assertEqual(self.fulfillments(order)[0][2], "shipped")
        self.assertEqual(self.operations(), ["search", "initialize", "add"], "learnt once")
        self.env.invalidate_all()
        self.assertTrue(self.backend.no_ship_status)

    def test_chosen_status(self):
        self.backend.fulfillment_status = "packed"
        order, picking = self.import_order()
        self.ship_and_run(picking)
        self.assertEqual(self.fulfillments(order)[0][2], "packed")

    # -- places --------------------------------------------------------------------------------

    def test_location_of_the_warehouse_that_ships(self):
        self.import_order(("MUG-BLU", 1))
        west = self.env["stock.warehouse"].create({"name": "West", "code": "WST"})
        locations = self.env["netsuite.location"].search([("backend_id", "=", self.backend.id)])
        locations.warehouse_id = self.backend.warehouse_id
        locations.create(
            {
                "backend_id": self.backend.id,
                "internal_id": "2",
                "name": "West Warehouse",
                "warehouse_id": west.id,
            }
        )
        order, picking = self.import_order(("MUG-BLU", 1))
        self.ship_and_run(picking)
        self.assertEqual(self.fulfillment(order).lines[0].location, "1")
        order, picking = self.import_order(("MUG-BLU", 1))
        picking.picking_type_id = west.out_type_id
        self.ship_and_run(picking)
        self.assertEqual(self.fulfillment(order).lines[0].location, "2")

    # -- parcels -------------------------------------------------------------------------------

    def test_parcels_and_weights(self):
        order, picking = self.import_order(("MUG-BLU", 2), ("KETTLE-15", 1))
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
            package = move.move_line_ids.action_put_in_pack(package_name=f"BOX{move.id}")
            package.shipping_weight = 2.0
        picking.carrier_tracking_ref = "ONE0000001,TWO0000001"
        picking.with_context(skip_backorder=True).button_validate()
        self.run_jobs()
        packages = self.fulfillment(order).packages
        self.assertEqual([one.tracking for one in packages], ["ONE0000001", "TWO0000001"])
        self.assertEqual([one.description for one in packages], [picking.name] * 2)
        for package in packages:
            self.assertAlmostEqual(float(package.weight), 4.4092, 3)

    def test_empty_package_keeps_its_place(self):
        order, picking = self.import_order(("KETTLE-15", 1), ("CARD-GIFT", 1))
        for move, weight in zip(picking.move_ids.sorted("id", reverse=True), (0, 5), strict=True):
            move.product_id.weight = weight
            move.write({"quantity": 1, "picked": True})
            move.move_line_ids.action_put_in_pack(package_name=f"BOX{weight}")
        picking.carrier_tracking_ref = "LIGHT00001,HEAVY00001"
        picking.with_context(skip_backorder=True).button_validate()
        self.run_jobs()
        found = {one.tracking: float(one.weight) for one in self.fulfillment(order).packages}
        self.assertEqual(found["LIGHT00001"], 1.0, "packed first, without weight: the default")
        self.assertAlmostEqual(found["HEAVY00001"], 11.0231, 3)

    def test_light_parcels_of_ups(self):
        """0.1 of the account's unit, whichever that is."""
        for unit in ("lb", "kg"):
            self.backend.weight_unit = unit
            order, picking = self.import_order(("CARD-GIFT", 1), ship_method="2003")
            picking.move_ids.product_id.weight = 0.02
            self.refresh()
            row = self.ship_and_run(picking, numbers=f"UPS{unit}000001,UPS{unit}000002")
            self.assertEqual(row.state, "done", row.message)
            weights = [float(one.weight) for one in self.fulfillment(order).packages]
            self.assertEqual(weights, [0.1] * 2)

    def test_never_without_weight(self):
        self.backend.default_package_weight = 0.75
        self.books.items["151"].weight = Decimal(0)
        order, picking = self.import_order(("CARD-GIFT", 1))
        self.assertFalse(picking.weight)
        self.ship_and_run(picking)
        self.assertEqual([float(one.weight) for one in self.fulfillment(order).packages], [0.75])

    def test_package_lists_of_carriers(self):
        for method, kind in (("2003", "ups"), ("2004", "usps"), ("2005", "fedex")):
            order, picking = self.import_order(("MUG-BLU", 1), ship_method=method)
            self.ship_and_run(picking, numbers=f"NUMBER{method}")
            found = self.fulfillment(order)
            self.assertEqual(found.package_kind, kind)
            self.assertEqual([one.tracking for one in found.packages], [f"NUMBER{method}"])
            picking.carrier_tracking_ref = "CORRECTED1"
            self.run_jobs()
            self.assertEqual([one.tracking for one in found.packages], ["CORRECTED1"])

    def test_carrier_cost_and_link(self):
        product = self.env["product.product"].create({"name": "Shipping", "type": "service"})
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Courier",
                "product_id": product.id,
                "tracking_url": "https://t.example/<shipmenttrackingnumber>",
            }
        )
        self.env["netsuite.ship.method"].create(
            {
                "backend_id": self.backend.id,
                "internal_id": "2006",
                "name": "DHL",
                "carrier_id": carrier.id,
            }
        )
        self.backend.write(
            {"report_shipping_cost": True, "tracking_link_field": "custbody_tracking_link"}
        )
        order, picking = self.import_order(("MUG-BLU", 1), ship_method="2001")
        picking.write({"carrier_id": carrier.id, "carrier_price": 12.5})
        row = self.ship_and_run(picking, numbers="LINKED0001")
        self.assertEqual(row.state, "done", row.message)
        found = self.fulfillment(order)
        self.assertEqual(found.ship_method, "2006")
        self.assertEqual(float(found.shipping_cost), 12.5)
        self.assertEqual(found.custom["custbody_tracking_link"], "https://t.example/LINKED0001")

    def map_carrier(self, method):
        product = self.env["product.product"].create({"name": "Shipping", "type": "service"})
        carrier = self.env["delivery.carrier"].create({"name": "Mapped", "product_id": product.id})
        methods = self.env["netsuite.ship.method"]
        return methods.create(
            {
                "backend_id": self.backend.id,
                "internal_id": method,
                "name": f"Method {method}",
                "carrier_id": carrier.id,
            }
        )

    def ship_with(self, method, proposed, number):
        order, picking = self.import_order(("MUG-BLU", 1), ship_method=proposed)
        picking.carrier_id = method.carrier_id
        row = self.ship_and_run(picking, numbers=number)
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(self.fulfillments(order)[0][1], [number])
        return row, self.fulfillment(order).ship_method

    def test_carrier_with_another_package_list(self):
        """The parcels go to the list of the chosen method, once that is known without a detour."""
        method = self.map_carrier("2003")
        for refused in (True, False):
            with self.subTest(refused=refused):
                self.books.settings.unverified.wrong_package_list_refused = refused
                method.package_kind = False
                _row, used = self.ship_with(method, "2001", "FIRST00001")
                self.assertEqual(used, "2003")
                self.env.invalidate_all()
                self.assertEqual(method.package_kind, "ups")
                _row, used = self.ship_with(method, "2001", "SECOND0001")
                self.assertEqual(self.operations(), ["search", "initialize", "add", "search"])

    def test_method_that_netsuite_does_not_know(self):
        method = self.map_carrier("9999")
        row, used = self.ship_with(method, "2001", "FIRST00001")
        self.assertIn("Without the shipping method Method 9999", row.message)
        self.assertEqual(used, "2001")

    def test_other_refusals_keep_the_carrier(self):
        method = self.map_carrier("2006")
        order, picking = self.import_order(("MUG-BLU", 1), ship_method="2001")
        picking.carrier_id = method.carrier_id
        self.simulator.faults.add(
            "add", "status", code="USER_ERROR", message="A script says no.", times=1
        )
        row = self.ship_and_run(picking)
        self.assertEqual((row.state, self.fulfillments(order)), ("failed", []))
        self.run_cron()
        self.assertEqual(self.fulfillment(order).ship_method, "2006")

    # -- when ----------------------------------------------------------------------------------

    def test_waits_for_the_number(self):
        order, picking = self.import_order()
        row = self.ship_and_run(picking, numbers=None)
        self.assertEqual((row.state, self.operations()), ("waiting", []))
        picking.carrier_tracking_ref = "LATE000001"
        self.run_jobs()
        self.assertEqual(row.state, "done")
        self.assertEqual(self.fulfillments(order)[0][1], ["LATE000001"])

    def test_without_waiting(self):
        self.backend.report_when = "shipped"
        order, picking = self.import_order()
        row = self.ship_and_run(picking, numbers=None)
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(self.fulfillments(order)[0][1], [""])
        picking.carrier_tracking_ref = "LATE000001"
        self.run_jobs()
        self.assertEqual(self.fulfillments(order)[0][1], ["LATE000001"])

    def test_another_moment_is_chosen(self):
        order, picking = self.import_order()
        row = self.ship_and_run(picking, numbers=None)
        self.assertIn("tracking number", row.message)
        self.backend.report_when = "shipped"
        self.run_jobs()
        self.assertEqual((row.state, len(self.fulfillments(order))), ("done", 1))

    def test_by_hand(self):
        self.backend.report_when = "manual"
        order, picking = self.import_order()
        row = self.ship_and_run(picking)
        self.assertEqual((row.state, self.fulfillments(order)), ("waiting", []))
        row.action_retry()
        self.run_jobs()
        self.assertEqual((row.state, len(self.fulfillments(order))), ("done", 1))

    def test_reported_now_although_it_waits(self):
        order, picking = self.import_order()
        row = self.ship_and_run(picking, numbers=None)
        row.action_retry()
        self.run_jobs()
        self.assertEqual((row.state, len(self.fulfillments(order))), ("done", 1))

    # -- afterwards ----------------------------------------------------------------------------

    def test_corrected_number_replaces(self):
        order, picking = self.import_order()
        row = self.ship_and_run(picking, numbers="WRONG00001")
        self.simulator.journal.clear()
        picking.carrier_tracking_ref = "RIGHT00001;SECOND0001"
        self.run_jobs()
        self.assertEqual(
            self.fulfillments(order), [({1: 2.0, 2: 1.0}, ["RIGHT00001", "SECOND0001"], "shipped")]
        )
        self.assertEqual(self.operations(), ["search", "update"])
        self.assertEqual(row.reported_numbers, "RIGHT00001,SECOND0001")

    def test_cancelled_label(self):
        order, picking = self.import_order()
        row = self.ship_and_run(picking)
        picking.carrier_tracking_ref = False
        self.run_jobs()
        self.assertEqual(self.fulfillments(order)[0][1], [""])
        self.assertEqual((row.state, row.reported_numbers), ("done", False))

    def test_number_taken_back_before_the_report(self):
        order, picking = self.import_order()
        self.ship(picking)
        picking.carrier_tracking_ref = False
        self.run_jobs()
        row = picking.netsuite_fulfillment_ids
        self.assertEqual((row.state, self.fulfillments(order)), ("waiting", []))

    def test_status_that_people_advanced_stays(self):
        self.backend.fulfillment_status = "picked"
        order, picking = self.import_order()
        self.ship_and_run(picking)
        self.books.ship(self.fulfillment(order).id, "shipped")
        picking.carrier_tracking_ref = "RIGHT00001"
        self.run_jobs()
        self.assertEqual(self.fulfillments(order)[0][1:], (["RIGHT00001"], "shipped"))

    # -- an invoice made from an order ---------------------------------------------------------

    def test_invoice_of_an_order(self):
        self.books.role.grant(permissions.INVOICE)
        order = self.books.add_order([("MUG-BLU", 2), ("KETTLE-15", 1)])
        invoice = self.books.add_invoice([("MUG-BLU", 2)], created_from=order.id)
        invoice.lines[0].order_line = 1
        self.backend.import_type = "invoice"
        picking = self.import_document(invoice.id)
        row = self.ship_and_run(picking)
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(self.fulfillments(order), [({1: 2.0}, ["TRACK00001"], "shipped")])
