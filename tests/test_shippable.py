"""What of a document is still to be shipped, line by line."""

from dataclasses import replace

from odoo.tests import BaseCase, tagged

from ..netsuite import shippable
from ..netsuite.records import (
    INVOICE,
    ITEM_FULFILLMENT,
    SALES_ORDER,
    Fulfillment,
    FulfillmentLine,
    Item,
    Line,
    Member,
    Ref,
    ShipGroup,
    Transaction,
)
from ..netsuite.shippable import contents, fulfilled_quantities, open_quantities, told_by_lines


def goods(key, quantity=5.0, **more):
    return Line(key, **{"item": Ref("1"), "item_type": "InvtPart", "quantity": quantity, **more})


def order(*lines, **more):
    return Transaction(SALES_ORDER, "7", **{"lines": lines, **more})


def item(internal_id="1", type="InvtPart", **more):
    return Item(internal_id, f"Item {internal_id}", type, **more)


ITEMS = {"1": item()}


def quantities(found):
    return [(one.line.key, one.quantity) for one in found.goods]


def reasons(found):
    return {one.line.key: one.reason for one in found.left_out}


@tagged("post_install", "-at_install")
class TestLines(BaseCase):
    def test_reasons_of_lines(self):
        document = order(
            goods("1"),
            goods("2", closed=True),
            goods("3", drop_ship=True),
            goods("4", store_pickup=True),
            goods("5", item=None),
            goods("6", item_type="Discount"),
            goods("7", quantity=0.0),
            goods("8", quantity_fulfilled=5.0),
            goods("9", quantity_fulfilled=2.0),
        )
        found = contents(document, ITEMS)
        self.assertEqual(quantities(found), [("1", 5.0), ("9", 3.0)])
        self.assertEqual(
            reasons(found),
            {
                "2": shippable.CLOSED,
                "3": shippable.DROP_SHIP,
                "4": shippable.STORE_PICKUP,
                "6": shippable.NOT_GOODS,
                "5": shippable.NOT_GOODS,
                "7": shippable.NOTHING_OPEN,
                "8": shippable.NOTHING_OPEN,
            },
        )
        self.assertEqual(found.unknown, ())

    def test_reasons_of_items(self):
        items = {
            "1": item(),
            "2": item("2", "Service", fulfillable=True),
            "3": item("3", "Service", fulfillable=False),
            "4": item("4", "Subtotal"),
            "5": item("5", fulfillable=False),
        }
        document = order(*(goods(key, item=Ref(key), item_type="") for key in "123456"))
        found = contents(document, items)
        self.assertEqual(quantities(found), [("1", 5.0)])
        self.assertEqual(
            reasons(found),
            {
                "2": shippable.NO_GOODS_BUT_FULFILLABLE,
                "3": shippable.NOT_FULFILLABLE,
                "4": shippable.NOT_GOODS,
                "5": shippable.NOT_FULFILLABLE,
            },
        )
        self.assertEqual(found.unknown, (Ref("6"),))

    def test_unread_items_of_lines_that_are_left_out_are_no_matter(self):
        found = contents(order(goods("1", closed=True), goods("2", item=None)), {})
        self.assertEqual(found.unknown, ())
        self.assertEqual(set(reasons(found)), {"1", "2"})

    def test_only_what_is_committed(self):
        document = order(
            goods("1", quantity_committed=2.0),
            goods("2", quantity_committed=0.0),
            goods("3", quantity_committed=9.0),
            goods("4"),
        )
        self.assertEqual([one for _key, one in quantities(contents(document, ITEMS))], [5.0] * 4)
        found = contents(document, ITEMS, committed_only=True)
        self.assertEqual(quantities(found), [("1", 2.0), ("3", 5.0), ("4", 5.0)])
        self.assertEqual(reasons(found), {"2": shippable.NOT_COMMITTED})

    def test_less_than_one(self):
        document = order(goods("1", 0.5), goods("2", quantity_committed=0.5))
        found = contents(document, ITEMS, committed_only=True)
        self.assertEqual(quantities(found), [("1", 0.5), ("2", 0.5)])
        invoice = Transaction(
            INVOICE,
            "8",
            created_from=Ref("7"),
            lines=(goods("1", 0.5, order_line="1"), goods("2", 3.0, order_line="1")),
        )
        found = contents(invoice, ITEMS, open_on_order={"1": 0.75})
        self.assertEqual(quantities(found), [("1", 0.5), ("2", 0.25)])

    def test_what_fulfilments_have_goes_before_what_lines_say(self):
        document = order(goods("1", quantity_fulfilled=5.0), goods("2"))
        found = contents(document, ITEMS, on_fulfillments={"1": 1.0, "2": 5.0})
        self.assertEqual(quantities(found), [("1", 4.0)])

    def test_lines_tell_the_largest_of_their_stages(self):
        document = order(
            goods("1", quantity_fulfilled=1.0, quantity_picked=3.0, quantity_packed=2.0), goods("2")
        )
        self.assertEqual(told_by_lines(document), {"1": 3.0, "2": 0.0})


@tagged("post_install", "-at_install")
class TestKits(BaseCase):
    def kit(self, internal_id, *members):
        return item(
            internal_id,
            "Kit",
            members=tuple(Member(Ref(one), quantity) for one, quantity in members),
        )

    def shipped(self, items, line=None):
        found = contents(order(line or goods("1", 2.0, item=Ref("9"))), items)
        return [
            (one.item.internal_id, one.quantity, one.member.quantity) for one in found.goods
        ], found

    def test_members(self):
        items = {"1": item(), "2": item("2"), "9": self.kit("9", ("1", 3.0), ("2", 1.0))}
        shipped, _found = self.shipped(items)
        self.assertEqual(shipped, [("1", 2.0, 3.0), ("2", 2.0, 1.0)])

    def test_kits_within_kits(self):
        items = {"1": item(), "8": self.kit("8", ("1", 3.0)), "9": self.kit("9", ("8", 2.0))}
        self.assertEqual(self.shipped(items)[0], [("1", 2.0, 6.0)])

    def test_what_is_no_goods_stays_out(self):
        items = {
            "1": item(),
            "2": item("2", "Service"),
            "3": item("3"),
            "9": self.kit("9", ("1", 1.0), ("2", 1.0), ("3", 0.0), ("4", 1.0)),
        }
        shipped, found = self.shipped(items)
        self.assertEqual(shipped, [("1", 2.0, 1.0)])
        self.assertEqual(found.unknown, (Ref("4"),))

    def test_a_circle_ends(self):
        items = {"9": self.kit("9", ("9", 1.0))}
        shipped, found = self.shipped(items)
        self.assertEqual((shipped, found.unknown), ([], (Ref("9"),)))
        deep = {str(level): self.kit(str(level), (str(level + 1), 2.0)) for level in range(9)}
        for depth, known in ((5, True), (6, False)):
            items = {**deep, str(depth + 1): item(str(depth + 1))}
            shipped, found = self.shipped(items, goods("1", 1.0, item=Ref("0")))
            with self.subTest(depth):
                self.assertEqual(bool(shipped), known)
                self.assertEqual(bool(found.unknown), not known)
                if known:
                    self.assertEqual(shipped, [("6", 1.0, 64.0)])


@tagged("post_install", "-at_install")
class TestDocuments(BaseCase):
    def test_invoice_of_an_order_ships_what_the_order_has_open(self):
        invoice = Transaction(
            INVOICE,
            "8",
            created_from=Ref("7"),
            lines=(
                goods("1", 3.0, order_line="11"),
                goods("2", 3.0, order_line="11"),
                goods("3", 3.0, order_line="12"),
                goods("4", 3.0),
            ),
        )
        still = {"11": 4.0}
        found = contents(invoice, ITEMS, open_on_order=still)
        self.assertEqual(quantities(found), [("1", 3.0), ("2", 1.0)])
        self.assertEqual(reasons(found), {"3": shippable.NOTHING_OPEN, "4": shippable.NOTHING_OPEN})
        alone = replace(invoice, created_from=None)
        self.assertEqual(len(contents(alone, ITEMS).goods), 4)
        keys = [shippable.report_key(invoice, line) for line in invoice.lines]
        self.assertEqual(keys, ["11", "11", "12", "4"])
        keys = [shippable.report_key(alone, line) for line in alone.lines]
        self.assertEqual(keys, ["1", "2", "3", "4"])

    def test_fulfilments_ship_what_is_ticked(self):
        document = Transaction(
            ITEM_FULFILLMENT,
            "9",
            lines=(goods("1"), goods("2", receive=False), goods("", kit_member_of="1")),
        )
        found = contents(document, ITEMS)
        self.assertEqual(quantities(found), [("1", 5.0)])
        self.assertEqual(set(reasons(found).values()), {shippable.NOTHING_OPEN})

    def test_on_fulfilments(self):
        lines = (
            FulfillmentLine("1", quantity=2.0),
            FulfillmentLine("2", receive=False, quantity=2.0),
            FulfillmentLine("", quantity=2.0),
            FulfillmentLine("3"),
        )
        found = fulfilled_quantities([Fulfillment("7", lines=lines), Fulfillment("7", lines=lines)])
        self.assertEqual(found, {"1": 4.0})

    def test_open_on_the_order(self):
        lines = (goods("1"), goods("2", closed=True), goods("3", quantity_committed=2.0))
        self.assertEqual(open_quantities(order(*lines), None), {"1": 5.0, "3": 5.0})
        self.assertEqual(open_quantities(order(*lines), {"1": 4.0}), {"1": 1.0, "3": 5.0})
        found = open_quantities(order(*lines), None, committed_only=True)
        self.assertEqual(found, {"1": 5.0, "3": 2.0})
        for status in shippable.BLOCKED:
            self.assertEqual(open_quantities(order(*lines, status=status), None), {})

    def test_ship_groups(self):
        several = (ShipGroup("1"), ShipGroup("2"))
        plain, scattered = order(), order(multi_ship_to=True, ship_groups=several)
        invoice = Transaction(INVOICE, "8")
        self.assertEqual(shippable.ship_groups(plain, None), ())
        self.assertEqual(shippable.ship_groups(invoice, plain), ())
        self.assertEqual(shippable.ship_groups(scattered, None), several)
        self.assertEqual(shippable.ship_groups(invoice, scattered), several)
        unnamed = order(multi_ship_to=True)
        self.assertEqual(shippable.ship_groups(unnamed, None), (ShipGroup(""),))

    def test_items_of_a_document(self):
        document = order(goods("1"), goods("2", item=Ref("5")), goods("3", item=None))
        self.assertEqual(shippable.item_ids(document), {"1", "5"})
