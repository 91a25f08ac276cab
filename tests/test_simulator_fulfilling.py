"""The simulator's writing side: what NetSuite refuses, and what follows from a fulfilment."""

from datetime import date

from odoo.tests import tagged

from ..simulator.permissions import INVOICE
from .test_simulator_soap import SimulatorCase


class FulfillingCase(SimulatorCase):
    def order(self, *lines, **fields):
        return self.books.add_order(list(lines), **fields)

    def add(self, order, lines=None, ignore=True, **fields):
        record = self.caller.fulfillment(order.id, lines, **fields)
        return self.caller.write("add", record, ignoreReadOnlyFields=ignore)

    def added(self, *args, **fields):
        """The fulfilment in the books, after an add that worked."""
        answer = self.add(*args, **fields)
        self.assertCode("", answer)
        return self.books.fulfillments[answer.baseRef.internalId]

    def update(self, fulfillment, lines=None, **fields):
        record = self.caller.fulfillment(None, lines, internalId=fulfillment.id, **fields)
        return self.caller.write("update", record)

    def packages(self, *numbers, weight=1.5):
        rows = [{"packageWeight": weight, "packageTrackingNumber": one} for one in numbers]
        return {"package": rows, "replaceAll": True}


@tagged("post_install", "-at_install")
class TestProposals(FulfillingCase):
    def test_only_open_goods_are_proposed(self):
        order = self.order(
            ("MUG-BLU", 4),
            {"item": "MUG-RED", "quantity": 1, "closed": True},
            {"item": "KETTLE-15", "quantity": 1, "store_pickup": True},
            ("ENGRAVE", 1),
            ("ADVICE", 1),
            {"item": "DISC-10", "quantity": None},
            {"item": "LAMP-STD", "quantity": 1, "drop_ship": True},
            ("GIFT-BOX", 2),
        )
        self.books.fulfil_by_hand(order.id, {1: 1}, "picked")
        rows = self.caller.initialize(order.id).record.itemList.item
        self.assertEqual(
            [(one.orderLine, one.item.name, one.quantity, one.itemReceive) for one in rows],
            [
                (1, "MUG-BLU", 3, True),
                (4, "ENGRAVE", 1, True),
                (7, "LAMP-STD", 1, False),
                (8, "GIFT-BOX", 2, True),
                (None, "MUG-BLU", 4, True),
                (None, "TEA-GREEN", 2, True),
                (None, "CARD-GIFT", 2, True),
            ],
        )

    def test_orders_that_cannot_be_fulfilled(self):
        for fields in ({"approved": False}, {"closed": True}, {"cancelled": True}):
            order = self.order(("MUG-BLU", 1), **fields)
            self.assertCode("INVALID_INITIALIZE_REF", self.caller.initialize(order.id))
        self.assertCode("INVALID_INITIALIZE_REF", self.caller.initialize("99999"))
        answer = self.caller.initialize("1", type="invoice")
        self.assertCode("INVALID_REF_CANT_INITIALIZE", answer)

    def test_quantities_follow_commitment(self):
        order = self.order({"item": "MUG-BLU", "quantity": 5, "backordered": 3}, ("MUG-RED", 1))
        self.books.settings.features.fulfillment_based_on_commitment = True
        first, _second = self.caller.initialize(order.id).record.itemList.item
        self.assertEqual((first.quantity, first.quantityRemaining), (2, 5))

    def test_package_list_of_the_carrier(self):
        for method, name in (("2001", "packageList"), ("2003", "packageUpsList")):
            order = self.order(("MUG-BLU", 1), ship_method=method)
            self.assertIsNotNone(self.caller.initialize(order.id).record[name])


@tagged("post_install", "-at_install")
class TestAdding(FulfillingCase):
    def test_lines_that_are_not_mentioned_are_fulfilled_too(self):
        order = self.order(("MUG-BLU", 2), ("MUG-RED", 3), ("KETTLE-15", 1))
        made = self.added(order, {1: 1, 3: None}, shipStatus="_shipped", externalId="a-1")
        self.assertEqual([(one.order_line, one.quantity) for one in made.lines], [(1, 1), (2, 3)])
        self.assertEqual(self.books.status(order.id), "D")
        self.added(order)
        self.assertEqual(self.books.status(order.id), "F")

    def test_pending_billing_only_when_all_is_shipped(self):
        order = self.order(("MUG-BLU", 2), ("ENGRAVE", 1))
        made = self.added(order, {1: 2, 2: None}, shipStatus="_picked")
        self.assertEqual(self.books.status(order.id), "B")
        self.assertCode("", self.update(made, shipStatus="_shipped"))
        self.assertEqual(self.books.status(order.id), "D")
        self.added(order, {2: 1})
        self.assertEqual(self.books.status(order.id), "F")

    def test_refusals(self):
        order = self.order(("MUG-BLU", 2), ("MUG-RED", 1))
        self.added(order, {1: 1, 2: None}, externalId="Used-1")
        for expected, lines, fields in (
            ("OVER_FULFILL_DISALLWD", {1: 2, 2: None}, {}),
            ("VALID_LINE_ITEM_REQD", {1: None, 2: None}, {}),
            ("POSITIVE_QTY_REQD", {1: 0, 2: None}, {}),
            ("USER_ERROR", {7: 1}, {}),
            ("USER_ERROR", {None: 1}, {}),
            ("DUP_RCRD", {1: 1}, {"externalId": "USED-1"}),
            ("DUP_TRACKING_NUM", None, {"packageList": self.packages("A1", "B2 A1")}),
            ("PACKAGE_WEIGHT_REQD", None, {"packageList": self.packages("A1", weight=0)}),
            ("INVALID_KEY_OR_REF", None, {"shipMethod": self.caller.ref("1")}),
            (
                "USER_ERROR",
                None,
                {"packageUpsList": {"packageUps": [{"packageWeightUps": 1}]}},
            ),
        ):
            with self.subTest(f"{expected} {lines} {list(fields)}"):
                self.assertCode(expected, self.add(order, lines, **fields))
        self.assertEqual(len(self.books.fulfillments), 1)
        self.books.settings.features.allow_overage = True
        self.added(order, {1: 5, 2: None})

    def test_external_ids_are_unique_over_all_transactions(self):
        order = self.order(("MUG-BLU", 1), external_id="shop-9")
        self.assertCode("DUP_RCRD", self.add(order, externalId="SHOP-9"))

    def test_read_only_fields(self):
        order = self.order(("MUG-BLU", 1))
        self.assertCode("INSUFFICIENT_PERMISSION", self.add(order, tranId="X1", ignore=False))
        self.assertNotEqual(self.added(order, tranId="X1").tran_id, "X1")

    def test_wrong_ship_status_and_no_createdfrom(self):
        order = self.order(("MUG-BLU", 1))
        self.caller.transport.checks = False
        self.assertFault("", self.add, order, shipStatus="_nonsense")
        answer = self.caller.write("add", self.caller.fulfillment(shipStatus="_shipped"))
        self.assertCode("CREATEDFROM_REQD", answer)

    def test_without_pick_pack_and_ship(self):
        self.books.settings.features.pick_pack_and_ship = False
        order = self.order(("MUG-BLU", 1))
        self.assertIsNone(self.caller.initialize(order.id).record.shipStatus)
        self.assertCode("INSUFFICIENT_PERMISSION", self.add(order, shipStatus="_shipped"))
        self.assertEqual(self.added(order).ship_status, "shipped")

    def test_kits_follow_the_kit_line(self):
        order = self.order(("GIFT-BOX", 3))
        made = self.added(order, {1: 2})
        self.assertEqual(
            [(one.order_line, one.kit_line, one.quantity) for one in made.lines],
            [(1, None, 2), (None, 1, 4), (None, 1, 2), (None, 1, 2)],
        )
        rows = self.caller.get("itemFulfillment", made.id).record.itemList.item
        self.assertEqual([one.orderLine for one in rows], [1, None, None, None])

    def test_closed_periods(self):
        self.books.settings.closed_through = date(2026, 1, 31)
        order = self.order(("MUG-BLU", 1))
        answer = self.add(order, tranDate="2026-01-20T12:00:00-08:00")
        self.assertCode("TRAN_PERIOD_CLOSED", answer)

    def test_a_date_is_the_users_day(self):
        self.books.settings.time_zone = "Australia/Sydney"
        order = self.order(("MUG-BLU", 1))
        made = self.added(order, tranDate="2026-07-20T15:00:00-07:00")
        self.assertEqual(made.tran_date, date(2026, 7, 21))

    def test_one_fulfilment_a_ship_group(self):
        groups = [
            {"id": key, "address": {"id": f"90{key}", "addr1": f"{key} Hill Street"}}
            for key in (1, 2)
        ]
        order = self.order(
            {"item": "MUG-BLU", "quantity": 1, "ship_group": 1},
            {"item": "MUG-RED", "quantity": 1, "ship_group": 2},
            multi_ship_to=True,
            ship_groups=groups,
        )
        record = self.caller.get("salesOrder", order.id).record
        self.assertEqual([one.shipGroup for one in record.itemList.item], [1, 2])
        self.assertEqual(len(record.shipGroupList.shipGroup), 2)
        self.assertEqual(self.proposed(order), (1, [1]))
        self.assertEqual(self.proposed(order, "2"), (2, [2]))
        for key in ("3", "x"):
            answer = self.caller.initialize(order.id, aux=("shippingGroup", key))
            self.assertCode("INVALID_SHIP_GRP", answer)
        answer = self.caller.initialize(order.id, aux=("arAccount", "1"))
        self.assertCode("INVALID_INITIALIZE_ARG", answer)
        self.assertCode("INVALID_SHIP_GRP", self.add(order, createdFromShipGroup=3))
        self.assertCode("USER_ERROR", self.add(order, {2: 1}, createdFromShipGroup=1))
        made = self.added(order, createdFromShipGroup=2)
        self.assertEqual(made.address.addr1, "2 Hill Street")
        self.assertCode("INVALID_INITIALIZE_REF", self.add(order, createdFromShipGroup=2))
        self.assertEqual(self.added(order).ship_group, 1)
        plain = self.order(("MUG-BLU", 1))
        self.assertCode("INVALID_SHIP_GRP", self.add(plain, createdFromShipGroup=1))

    def proposed(self, order, group=""):
        """The ship group that is proposed, and the keys of its lines."""
        aux = ("shippingGroup", group) if group else ()
        record = self.caller.initialize(order.id, aux=aux).record
        return record.createdFromShipGroup, [one.orderLine for one in record.itemList.item]

    def test_clearing(self):
        invoice = self.books.add_invoice([("MUG-BLU", 1)], memo="Gift")
        self.books.role.grant(INVOICE)
        for clearable in (False, True):
            self.books.settings.unverified.invoice_tracking_clearable = clearable
            invoice.tracking_numbers = "1Z"
            record = self.caller.new(
                "sales",
                "Invoice",
                internalId=invoice.id,
                nullFieldList={"name": ["memo", "trackingNumbers", "custbody_tracking_link"]},
            )
            answer = self.caller.write("update", record)
            self.assertCode("" if clearable else "INVALID_FIELD_NAME_FOR_NULL", answer)
            self.assertEqual(bool(invoice.tracking_numbers), not clearable)
        self.assertFalse(invoice.memo)

    def test_without_advanced_shipping_the_invoice_comes_along(self):
        self.books.settings.features.advanced_shipping = False
        order = self.order(("MUG-BLU", 1))
        self.added(order)
        self.assertEqual(self.books.status(order.id), "G")


@tagged("post_install", "-at_install")
class TestLots(FulfillingCase):
    def lots(self, *pairs):
        rows = [
            {"issueInventoryNumber": self.caller.ref(number), "quantity": quantity}
            for number, quantity in pairs
        ]
        detail = {"inventoryAssignmentList": {"inventoryAssignment": rows, "replaceAll": True}}
        row = {"orderLine": 1, "itemReceive": True, "quantity": 3, "inventoryDetail": detail}
        return {"item": [row], "replaceAll": False}

    def test_numbers_are_checked(self):
        order = self.order(("HONEY-LOT", 3))
        self.assertCode("USER_ERROR", self.add(order))
        for expected, pairs in (
            ("NUM_ITEMS_NOT_EQUAL_TO_QTY", [("301", 2)]),
            ("NUM_ITEMS_GRTR_THAN_QTY", [("301", 4)]),
            ("INVALID_INVENTORY_NUM", [("400", 3)]),
            ("DUPLICATE_INVENTORY_NUM", [("301", 1), ("301", 2)]),
            ("", [("301", 1), ("302", 2)]),
        ):
            with self.subTest(expected):
                self.assertCode(expected, self.add(order, itemList=self.lots(*pairs)))
        plain = self.order(("MUG-BLU", 3))
        answer = self.add(plain, itemList=self.lots(("301", 3)))
        self.assertCode("INVENTORY_NUM_DISALLWD", answer)

    def test_numbers_can_be_looked_up(self):
        wanted = {"operator": "is", "searchValue": "LOT-2406-A"}
        basic = self.caller.new("common", "InventoryNumberSearchBasic", inventoryNumber=wanted)
        [found] = self.caller.search(basic).recordList.record
        self.assertEqual((found.internalId, found.item.internalId), ("301", "131"))

    def test_without_advanced_numbering_serials_are_a_text(self):
        self.books.settings.features.advanced_numbered_inventory = False
        order = self.order(("SCALE-SER", 2))
        for expected, text in (("NUM_ITEMS_NOT_EQUAL_TO_QTY", "A"), ("", "A B")):
            row = {"orderLine": 1, "itemReceive": True, "quantity": 2, "serialNumbers": text}
            answer = self.add(order, itemList={"item": [row], "replaceAll": False})
            self.assertCode(expected, answer)


@tagged("post_install", "-at_install")
class TestChanging(FulfillingCase):
    def test_packages_are_replaced_as_a_whole(self):
        order = self.order(("MUG-BLU", 1))
        made = self.added(order, packageList=self.packages("OLD"))
        self.assertCode("", self.update(made, packageList=self.packages("1Z1", "1Z2 1Z3")))
        self.assertEqual([one.tracking for one in made.packages], ["1Z1", "1Z2 1Z3"])
        record = self.caller.get("salesOrder", order.id).record
        self.assertEqual(record.linkedTrackingNumbers, "1Z1 1Z2 1Z3")

    def test_a_status_never_goes_back(self):
        made = self.added(self.order(("MUG-BLU", 1)), shipStatus="_packed")
        answer = self.update(made, shipStatus="_picked")
        self.assertCode("CANT_MODIFY_FULFILL_STATUS", answer)
        self.assertCode("", self.update(made, shipStatus="_shipped"))
        self.books.settings.unverified.shipped_packages_editable = False
        answer = self.update(made, packageList=self.packages("1Z1"))
        self.assertCode("CANT_MODIFY_FULFILL_STATUS", answer)

    def test_lines_of_a_picked_fulfilment(self):
        order = self.order(("MUG-BLU", 4), ("GIFT-BOX", 2))
        made = self.added(order, shipStatus="_picked")
        self.assertCode("OVER_FULFILL_DISALLWD", self.update(made, {1: 5}))
        self.assertCode("", self.update(made, {1: 1, 2: 1}))
        self.assertEqual([one.quantity for one in made.lines], [1, 1, 2, 1, 1])

    def test_upsert_adds_only(self):
        order = self.order(("MUG-BLU", 2))
        record = self.caller.fulfillment(order.id, {1: 1}, externalId="u-1")
        self.assertCode("", self.caller.write("upsert", record))
        self.assertCode("DUP_RCRD", self.caller.write("upsert", record))
        nameless = self.caller.fulfillment(order.id, {1: 1})
        self.assertCode("EXTERNALID_REQD", self.caller.write("upsert", nameless))
        self.books.settings.unverified.repeated_upsert_updates = True
        record = self.caller.fulfillment(order.id, externalId="u-1", memo="again")
        self.assertCode("", self.caller.write("upsert", record))
        self.assertEqual([one.memo for one in self.books.fulfillments.values()], ["again"])

    def test_missing_fulfilment(self):
        record = self.caller.fulfillment(internalId="9", memo="x")
        answer = self.caller.write("update", record)
        self.assertCode("RCRD_DSNT_EXIST", answer)
        self.assertEqual(answer.baseRef.internalId, "9")

    def test_custom_fields_and_clearing(self):
        made = self.added(self.order(("MUG-BLU", 1)), memo="x")
        for expected, script_id in (
            ("", "custbody_tracking_link"),
            ("INVALID_CSTM_FIELD_REF", "x"),
        ):
            field = self.caller.new(
                "core", "StringCustomFieldRef", scriptId=script_id, value="https://t.example"
            )
            answer = self.update(made, customFieldList={"customField": [field]})
            self.assertCode(expected, answer)
        answer = self.update(made, nullFieldList={"name": ["custbody_tracking_link", "memo"]})
        self.assertCode("", answer)
        self.assertEqual((made.memo, made.custom["custbody_tracking_link"]), ("", None))

    def test_invoices_take_tracking_numbers(self):
        invoice = self.books.add_invoice([("MUG-BLU", 1)])
        record = self.caller.new(
            "sales", "Invoice", internalId=invoice.id, trackingNumbers="1Z1", memo="sent"
        )
        self.assertCode("INSUFFICIENT_PERMISSION", self.caller.write("update", record))
        self.books.role.grant(INVOICE)
        self.assertCode("", self.caller.write("update", record))
        self.assertEqual((invoice.tracking_numbers, invoice.memo), ("1Z1", "sent"))
        self.books.settings.unverified.invoice_tracking_writable = False
        self.assertCode("INSUFFICIENT_PERMISSION", self.caller.write("update", record))

    def test_a_deleted_fulfilment_opens_the_order_again(self):
        order = self.order(("MUG-BLU", 1))
        made = self.added(order)
        self.assertEqual(self.books.status(order.id), "F")
        self.books.delete("itemFulfillment", made.id)
        self.assertEqual(self.books.status(order.id), "B")
        self.assertCode("RCRD_DSNT_EXIST", self.caller.get("itemFulfillment", made.id))
