from odoo.tests import tagged

from ..simulator import demo
from .writeback_case import WritebackCase


class GroupsCase(WritebackCase):
    """An order whose lines go to two addresses, imported as two deliveries."""

    def setUp(self):
        super().setUp()
        self.order, self.pickings = self.import_groups()

    def import_groups(self, *lines):
        """An order of items, quantities and ship groups; and its deliveries by group."""
        lines = lines or (
            ("MUG-BLU", 2, 1),
            ("MUG-RED", 3, 2),
            ("KETTLE-15", 1, 1),
            ("ENGRAVE", 3, 2),
        )
        order = self.books.add_order(
            [
                {"item": item, "quantity": quantity, "ship_group": group}
                for item, quantity, group in lines
            ],
            multi_ship_to=True,
            ship_groups=[
                {
                    "id": group,
                    "ship_method": method,
                    "address": {
                        "addressee": f"Branch {group}",
                        "addr1": f"{group} Hill Street",
                        "city": "Leeds",
                        "country": "GB",
                    },
                }
                for group, method in ((1, "2001"), (2, "2003"))
            ],
        )
        pickings = self.import_document(order.id)
        self.assertEqual(len(pickings), 2)
        return order, {picking.netsuite_ship_group: picking for picking in pickings}

    def by_group(self, order=None):
        """Quantities by line, and tracking numbers, of the fulfilments of each ship group."""
        found = {}
        for one in self.books.fulfillments_of((order or self.order).id):
            lines = {line.order_line: float(line.quantity) for line in one.lines if line.order_line}
            numbers = [package.tracking for package in one.packages]
            found.setdefault(str(one.ship_group), []).append((lines, numbers))
        return found

    FIRST = ({1: 2.0, 3: 1.0}, ["GROUP10000"])
    SECOND = ({2: 3.0, 4: 3.0}, ["GROUP20000"])

    def ship_group(self, group, quantities=None, run=True):
        self.ship(self.pickings[group], quantities, numbers=f"GROUP{group}0000")
        if run:
            self.assertFalse(self.run_jobs())
        return self.pickings[group].netsuite_fulfillment_ids


class AnyServices:
    """What is the same over SOAP and REST."""

    def test_in_either_order(self):
        expected = {"1": self.FIRST, "2": self.SECOND}
        for first, second in (("1", "2"), ("2", "1")):
            with self.subTest(first=first):
                self.order, self.pickings = self.import_groups()
                row = self.ship_group(first)
                self.assertEqual(row.state, "done", row.message)
                self.assertEqual(self.by_group(), {first: [expected[first]]})
                self.assertEqual(self.books.status(self.order.id), "D")
                self.ship_group(second)
                self.assertEqual(self.by_group(), {group: [one] for group, one in expected.items()})
                self.assertEqual(self.books.status(self.order.id), "F")
                for one in self.books.fulfillments_of(self.order.id):
                    self.assertEqual(one.address.addressee, f"Branch {one.ship_group}")
                    self.assertEqual(one.package_kind, {1: "", 2: "ups"}[one.ship_group])

    def test_in_parallel(self):
        self.books.settings.latency = 0.02
        self.backend.connection_limit = 2
        for group in ("2", "1"):
            self.ship_group(group, run=False)
        self.refresh()
        self.in_parallel(self._due_jobs())
        self.settle()
        self.assertEqual(self.by_group(), {"1": [self.FIRST], "2": [self.SECOND]})

    def test_parts_and_corrections(self):
        self.ship_group("2", {"2": 1.0})
        rest = self.pickings["2"].backorder_ids
        self.ship_group("1")
        self.ship_and_run(rest, numbers="REST000000")
        second = [({2: 1.0}, ["GROUP20000"]), ({2: 2.0, 4: 3.0}, ["REST000000"])]
        self.assertEqual(self.by_group(), {"1": [self.FIRST], "2": second})
        rest.carrier_tracking_ref = "RIGHT00000"
        self.run_jobs()
        second[1] = ({2: 2.0, 4: 3.0}, ["RIGHT00000"])
        self.assertEqual(self.by_group(), {"1": [self.FIRST], "2": second})

    def test_fulfilled_by_hand(self):
        self.books.fulfil_by_hand(self.order.id, ship_group=2)
        row = self.ship_group("2")
        self.assertEqual((row.state, len(row.candidates)), ("failed", 1), row.message)
        self.ship_group("1")
        self.assertEqual(self.by_group()["1"], [self.FIRST])

    def test_group_that_is_gone(self):
        for line in self.order.lines:
            line.ship_group = 1
        row = self.ship_group("2")
        self.assertEqual((row.state, self.by_group()), ("failed", {}))
        self.assertIn("Invalid shipping group 2", row.message)


@tagged("post_install", "-at_install")
class TestGroupsSoap(AnyServices, GroupsCase):
    """Every message is checked against NetSuite's schemas."""

    allow_inherited_tests_method = True

    def test_one_look_one_write(self):
        self.ship_group("2")
        self.assertEqual(self.operations(), ["search", "initialize", "add"])

    def test_parts_of_kits_stay_with_their_group(self):
        order, self.pickings = self.import_groups(("GIFT-BOX", 1, 1), ("GIFT-BOX", 1, 2))
        for group in ("1", "2"):
            picking = self.pickings[group]
            for move in picking.move_ids:
                is_mug = move.product_id.default_code == "MUG-BLU"
                move.write({"quantity": 2.0 * is_mug, "picked": is_mug})
            picking.carrier_tracking_ref = f"MUGS{group}00000"
            picking.with_context(skip_backorder=True).button_validate()
        self.run_jobs()
        self.assertEqual(self.by_group(order), {})
        self.ship_and_run(self.pickings["2"].backorder_ids, numbers="REST200000")
        second = ({2: 1.0}, ["MUGS200000", "REST200000"])
        self.assertEqual(self.by_group(order), {"2": [second]})
        self.assertEqual(self.pickings["1"].netsuite_fulfillment_ids.state, "waiting")


@tagged("post_install", "-at_install")
class TestGroupsRest(AnyServices, GroupsCase):
    allow_inherited_tests_method = True
    validated = False  # there are no schemas of REST

    def make_backend(self, **more):
        token = {"token_id": demo.REST_TOKEN_ID, "token_secret": demo.REST_TOKEN_SECRET}
        return super().make_backend(api="rest", **token, **more)

    def test_transform_that_takes_no_group(self):
        """Only what NetSuite proposes by itself can be reported; nothing is fulfilled instead."""
        self.books.settings.unverified.transform_takes_ship_group = False
        row = self.ship_group("2")
        self.assertEqual((row.state, self.by_group()), ("failed", {}))
        self.assertIn("asked for ship group 2", row.message)
        self.assertIn("Over SOAP", row.message)
        self.ship_group("1")
        self.assertEqual(self.by_group(), {"1": [self.FIRST]})

    def test_no_preview(self):
        self.books.settings.unverified.create_form_available = False
        row = self.ship_group("1")
        self.assertEqual((row.state, self.by_group()), ("failed", {}))
        self.assertIn("do not show which ship group", row.message)
