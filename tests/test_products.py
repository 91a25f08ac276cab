from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.tests import tagged

from ..netsuite.records import Item, Member, Ref
from .build_case import BuildCase
from .common import NetSuiteCase

UPC = "4006381333931"


@tagged("post_install", "-at_install")
class TestProducts(BuildCase):
    """Items and the products they are."""

    def two_items(self):
        self.know(Item("51", "X-51", "InvtPart", upc=UPC))
        self.know(Item("52", "X-52", "InvtPart", upc=UPC))
        return self.build(self.order(self.line(1, "51"), self.line(2, "52")))

    def test_two_new_items_with_one_barcode(self):
        row = self.two_items()
        self.assertEqual(row.state, "imported", row.message)
        products = row.picking_ids.move_ids.product_id
        self.assertEqual(len(products), 2)
        self.assertEqual(products.mapped("barcode"), [UPC, False])

    def test_two_items_match_one_barcode(self):
        product = self.env["product.product"].create({"name": "B", "barcode": UPC})
        self.backend.missing_product = "hold"
        row = self.two_items()
        self.assertEqual(row.state, "imported", row.message)
        self.assertEqual(row.picking_ids.move_ids.product_id, product)
        self.assertEqual(self.quantities(row), {("1", False): 1, ("2", False): 1})

    def test_barcode_of_an_archived_product(self):
        self.env["product.product"].create({"name": "B", "barcode": UPC, "active": False})
        row = self.two_items()
        self.assertEqual(row.state, "imported", row.message)
        self.assertFalse(any(row.picking_ids.move_ids.product_id.mapped("barcode")))

    def test_service_is_no_goods(self):
        service = self.env["product.product"].create(
            {"name": "Work", "default_code": "BOLT", "type": "service"}
        )
        row = self.build(self.order(self.line(1)))
        self.assertEqual((row.state, row.hold_reason), ("held", "product"))
        self.assertIn("Work is a service", row.message)
        goods = self.env["product.product"].create({"name": "Bolt"})
        item = self.env["netsuite.item"].search([("product_id", "=", service.id)])
        item.product_id = goods
        self.assertTrue(row.to_build)

    def test_switched_to_create(self):
        self.backend.missing_product = "hold"
        row = self.build(self.order(self.line(1)))
        self.assertEqual(row.hold_reason, "product")
        self.backend.missing_product = "create"
        self.assertTrue(row.to_build)

    def test_switched_to_all_that_is_open(self):
        self.backend.quantity_to_ship = "committed"
        row = self.build(self.order(self.line(1, quantity=4, quantity_committed=0.0)))
        self.assertEqual(row.state, "ignored")
        self.backend.quantity_to_ship = "open"
        self.assertTrue(row.to_build)

    def test_kit_in_a_kit(self):
        self.know(Item("60", "INNER", "Kit", members=(Member(Ref("1"), 2),)))
        self.know(Item("61", "OUTER", "Kit", members=(Member(Ref("60"), 3), Member(Ref("2"), 1))))
        row = self.build(self.order(self.line(1, "61", 2)))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 12, ("1", "NUT"): 2}, row.message)
        factors = row.picking_ids.move_ids.mapped("netsuite_factor")
        self.assertEqual(sorted(factors), [1, 6])

    def test_kit_that_shares_a_member_with_a_kit_in_it(self):
        self.know(Item("60", "INNER", "Kit", members=(Member(Ref("1"), 1),)))
        self.know(Item("61", "OUTER", "Kit", members=(Member(Ref("60"), 1), Member(Ref("1"), 1))))
        row = self.build(self.order(self.line(1, "61", 2)))
        move = row.picking_ids.move_ids
        self.assertEqual((move.product_uom_qty, move.netsuite_factor), (4, 2))
        self.ship(row.picking_ids, {"1": 2})
        row = self.build(self.order(self.line(1, "61", 2), memo="Edited"))
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 2}, "one kit has left")

    def test_kit_in_itself(self):
        self.know(Item("60", "LOOP", "Kit", members=(Member(Ref("60"), 1), Member(Ref("1"), 1))))
        self.assertEqual(self.build(self.order(self.line(1, "60"))).state, "held")

    def test_weight_follows(self):
        product = self.build(self.order(self.line(1))).picking_ids.move_ids.product_id
        self.know(Item("1", "BOLT", "InvtPart", weight=3.0, weight_unit="kg"))
        self.assertEqual(product.weight, 3)
        product.weight = 5
        self.know(Item("1", "BOLT", "InvtPart", weight=4.0, weight_unit="kg"))
        self.assertEqual(product.weight, 5, "a person's")

    def test_changed_kit_rebuilds_open_documents(self):
        self.know(Item("5", "SET", "Kit", members=(Member(Ref("1"), 1),)))
        row = self.build(self.order(self.line(1, "5", 2)))
        other = self.build(self.order(self.line(1), number="1002"))
        self.know(Item("5", "SET", "Kit", members=(Member(Ref("1"), 1),), weight=3.0))
        self.assertFalse(row.to_build)
        self.know(Item("5", "SET", "Kit", members=(Member(Ref("1"), 3),)))
        self.assertTrue(row.to_build)
        self.assertFalse(other.to_build)
        self.backend._job_build(row.ids)
        self.assertEqual(self.quantities(row), {("1", "BOLT"): 6})


@tagged("post_install", "-at_install")
class TestItemsReadAnew(NetSuiteCase):
    """Items change in NetSuite, too."""

    def setUp(self):
        super().setUp()
        self.order = self.books.add_order([("GIFT-BOX", 2)])
        self.import_documents()
        kit = self.books.item_by_name("GIFT-BOX")
        kit.members[next(iter(kit.members))] = Decimal(7)

    def quantities_of(self, row):
        return row._open_pickings().move_ids.mapped("product_uom_qty")

    def test_after_a_day(self):
        second = self.books.add_order([("GIFT-BOX", 1)])
        self.import_documents()
        self.assertNotIn(7, self.quantities_of(self.row(second.id)), "read today")
        items = self.env["netsuite.item"].search([("backend_id", "=", self.backend.id)])
        items.read_date = fields.Datetime.now() - timedelta(days=2)
        third = self.books.add_order([("GIFT-BOX", 1)])
        self.import_documents()
        self.assertIn(7, self.quantities_of(self.row(third.id)))
        self.assertIn(14, self.quantities_of(self.row(self.order.id)), "open deliveries follow")

    def test_read_again(self):
        row = self.row(self.order.id)
        row.action_read_again()
        self.run_jobs()
        self.assertIn(14, self.quantities_of(row))


@tagged("post_install", "-at_install")
class TestProductsMatchedOnReading(NetSuiteCase):
    """Jobs that build beside each other find the products matched already: one would otherwise
    undo the work of the other."""

    def setUp(self):
        super().setUp()
        self.backend.missing_product = "hold"
        self.order = self.books.add_order([("MUG-BLU", 2)])

    def create_product(self):
        return self.env["product.product"].create({"name": "Mug", "default_code": "MUG-BLU"})

    def find(self):
        """Rows that a search has just found, not read yet."""
        self.backend._job_find()
        return self.env["netsuite.transaction"].search(
            [("backend_id", "=", self.backend.id), ("to_read", "=", True)]
        )

    def test_before_building(self):
        product = self.create_product()
        row = self.find()
        self.backend._job_read(row.ids)
        self.assertEqual(row.state, "staged")
        item = self.env["netsuite.item"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(item.product_id, product)

    def test_wakes_what_waited_for_the_product(self):
        held = self.import_documents()
        self.assertEqual(held.hold_reason, "product", held.message)
        self.create_product()
        self.books.add_order([("MUG-BLU", 1)])
        self.backend._job_read((self.find() - held).ids)
        self.assertTrue(held.to_build)
        self.run_jobs()
        self.assertEqual(held.state, "imported")
