from odoo.tests import BaseCase, tagged

from ..netsuite.records import Fulfillment, FulfillmentLine, Line, Package, Proposal, Ref
from ..netsuite.writeback import (
    Mismatch,
    Shipped,
    advance,
    as_open,
    by_hand,
    find_own,
    fulfillment_lines,
    heavy_enough,
    is_overage,
    memo_with,
    merged,
    mismatches,
    numbers_on,
    numbers_text,
    on_lines,
    parcels,
    same_packages,
    snapped,
    spare,
    split_numbers,
    whole_kits,
)


def open_line(key, quantity, location=None):
    return Line(key, item=Ref("1"), quantity_remaining=quantity, location=location)


def proposal(*lines):
    return Proposal("7", lines)


@tagged("post_install", "-at_install")
class TestWritebackDecisions(BaseCase):
    """What the write-back decides without a database."""

    def test_numbers_in_one_text(self):
        for text, numbers in {
            "": (),
            "1Z1": ("1Z1",),
            "9400 1000 0000": ("940010000000",),
            " A1 ; B2 , C3\nD4 ": ("A1", "B2", "C3", "D4"),
            "1Z999AA10 1Z999AA11": ("1Z999AA10", "1Z999AA11"),
            "1Z999AA10 123": ("1Z999AA10123",),
            "A1,A1;a1": ("A1", "a1"),
            ",;\n": (),
            "12345678 87654321": ("12345678", "87654321"),
            "1234567 87654321": ("123456787654321",),
            "A" * 9: ("A" * 9,),
        }.items():
            with self.subTest(text):
                self.assertEqual(split_numbers(text), numbers)

    def test_numbers_pair_with_packages_in_order(self):
        for numbers, weights, expected in (
            (("A", "B"), (1.5, 2.5), (1.5, 2.5)),
            (("A", "B", "C"), (4.5, 1.5), (2.0, 2.0, 2.0)),
            (("A", "B"), (1.0, 2.0, 4.0), (1.0, 6.0)),
            (("A",), (), (0.7,)),
            (("A", "B"), (0.0,), (0.7, 0.7)),
            (("A", "B"), (0.0, 5.0), (0.7, 5.0)),
            ((), (0.0, 5.0), (0.7, 5.0)),
            ((), (1.0, 2.0), (1.0, 2.0)),
            ((), (), (0.7,)),
        ):
            with self.subTest(numbers=numbers, weights=weights):
                found = parcels(numbers, weights, 0.7)
                self.assertEqual(tuple(one.weight for one in found), expected)
                self.assertEqual(
                    tuple(one.tracking_number for one in found),
                    numbers or ("",) * len(expected),
                )

    def test_a_parcel_named_twice_is_one(self):
        found = merged([Package("A", 1.0), Package("", 1.0), Package("A", 2.0), Package("", 3.0)])
        self.assertEqual(found, (Package("A", 3.0), Package("", 1.0), Package("", 3.0)))

    def test_open_lines_that_were_not_shipped_are_unticked(self):
        lines = fulfillment_lines(
            proposal(open_line("1", 3.0, Ref("5")), open_line("4", 2.0), open_line("", 9.0)),
            {"1": Shipped(2.0)},
        )
        self.assertEqual(
            lines,
            (
                FulfillmentLine("1", True, quantity=2.0, location=Ref("5")),
                FulfillmentLine("4", False, quantity=0.0),
            ),
        )

    def test_services_come_with_the_last_goods(self):
        lines = proposal(open_line("1", 3.0), open_line("2", 1.0), open_line("3", 4.0))
        for quantity, ticked in ((2.0, {"1"}), (3.0, {"1", "2"})):
            found = fulfillment_lines(
                lines, {"1": Shipped(quantity)}, completing={"2"}, not_ours={"3"}
            )
            self.assertEqual({one.order_line for one in found if one.receive}, ticked)

    def test_more_than_open(self):
        wrong = mismatches(proposal(open_line("1", 3.0)), {"1": 3.0000001, "2": 1.0})
        self.assertEqual([(one.order_line, one.open) for one in wrong], [("2", 0.0)])

    def test_kits_are_whole(self):
        self.assertEqual(whole_kits([2.9999999, 3.5]), 3)
        self.assertEqual(whole_kits([2.5, 3.0]), 2)
        self.assertEqual(whole_kits([]), 0)

    def test_lots_as_text(self):
        self.assertEqual(numbers_text({"SN1": 1.0, "LOT2": 2.5}), "SN1,LOT2(2.5)")
        self.assertEqual(numbers_text({"LOT": 1234567.0}), "LOT(1234567)")

    def test_memo_keeps_what_others_wrote(self):
        memo = memo_with("Gift", ["A", "B"])
        self.assertEqual(memo, "Gift | Tracking: A, B")
        self.assertEqual(memo_with(memo, ["C"]), "Gift | Tracking: C")
        self.assertEqual(memo_with(memo, []), "Gift")
        self.assertEqual(memo_with("", ["A"]), "Tracking: A")
        for before, after in ((memo, "Gift | Call"), ("Tracking: A, B", "Call")):
            self.assertEqual(memo_with(f"{before} | Call", ["C"]), f"{after} | Tracking: C")
        theirs = "Tracking: mail it to bob@example.com"
        self.assertEqual(memo_with(theirs, ["A"]), f"{theirs} | Tracking: A")
        self.assertEqual(memo_with(f"{theirs} | Tracking: A, B", ["C"]), f"{theirs} | Tracking: C")

    def test_status_never_goes_back(self):
        self.assertEqual(advance("picked", "shipped"), "shipped")
        self.assertEqual(advance("shipped", "packed"), "")
        self.assertEqual(advance("", "picked"), "picked")

    def test_own_and_others(self):
        line = (FulfillmentLine("1", True, quantity=2.0),)
        ours = Fulfillment("7", "11", "ODOO-1-PICK-2", lines=line)
        other = Fulfillment("7", "12", lines=line)
        elsewhere = Fulfillment("7", "13", lines=(FulfillmentLine("2", True, quantity=1.0),))
        found = (other, ours, elsewhere)
        self.assertEqual(find_own(found, "odoo-1-pick-2"), ours)
        self.assertEqual(find_own(found, "odoo-1-pick-2", "12"), other)
        self.assertIsNone(find_own(found, "nobody"))
        self.assertEqual(by_hand(found, {"odoo-1-pick-2"}, {"1"}), (other,))
        self.assertEqual(on_lines(found, {"odoo-1-pick-2", "12"}), {"1": 4.0})

    def test_weights_that_a_person_corrected_stay(self):
        self.assertTrue(same_packages([Package("A", 1.0)], [Package("A", 2.0)]))
        self.assertFalse(same_packages([Package("A", 1.0)], [Package("B", 1.0)]))
        self.assertFalse(same_packages(None, [Package("", 1.0)]))
        self.assertTrue(
            same_packages(
                [Package("A", 1.0), Package("B", 1.0)], [Package("B", 1.0), Package("A", 1.0)]
            )
        )
        self.assertTrue(same_packages(None, []))
        self.assertEqual(numbers_on([Package("A,B", 1.0), Package("", 1.0)]), {"A", "B"})
        self.assertEqual(numbers_on(None), set())

    def test_rounding_is_no_difference(self):
        for quantity, found in ((2.9, 3.0), (3.1, 3.0), (3.2, 3.2), (2.8, 2.8)):
            self.assertEqual(snapped(quantity, 3.0, 0.1500001), found)
        self.assertEqual(snapped(2.5, 3.0, 0.5), 3.0)
        lines = proposal(open_line("1", 3.0), open_line("2", 3.0), open_line("", 7.0))
        shipped = {"1": 2.95, "2": 2.95, "3": 1.0}
        found = as_open(lines, shipped, {"1": 0.1, "3": 0.5})
        self.assertEqual(found, {"1": 3.0, "2": 2.95, "3": 1.0})

    def overage(self, still_open, ordered, *done, tolerance=None):
        fulfilled = [
            Fulfillment("7", lines=(FulfillmentLine("1", quantity=quantity),)) for quantity in done
        ]
        others = Fulfillment(
            "7",
            lines=(
                FulfillmentLine("1", receive=False, quantity=50.0),
                FulfillmentLine("", quantity=50.0),
                FulfillmentLine("1"),
            ),
        )
        wrong = [Mismatch("1", 9.0, still_open)]
        tolerances = {} if tolerance is None else {"1": tolerance}
        return is_overage(wrong, {"1": ordered}, [*fulfilled, others], tolerances)

    def test_more_than_ordered(self):
        """All that NetSuite has of the order must be known, or it may be this very shipment."""
        self.assertTrue(self.overage(5.0, 5.0))
        self.assertTrue(self.overage(1.0, 8.0, 3.0, 4.0))
        self.assertFalse(self.overage(1.0, 8.0, 3.0))
        self.assertFalse(self.overage(1.0, 8.0, 3.0, 4.5))
        self.assertFalse(self.overage(0.0, 5.0, 5.0), "not open at all")
        self.assertTrue(self.overage(0.5, 5.0, 4.5))
        self.assertTrue(self.overage(1.0000009, 5.0, 4.0))
        self.assertFalse(self.overage(1.000002, 5.0, 4.0))
        self.assertTrue(self.overage(1.25, 5.0, 4.0, tolerance=0.25))
        self.assertFalse(self.overage(1.26, 5.0, 4.0, tolerance=0.25))
        wrong = [Mismatch("1", 9.0, 5.0), Mismatch("2", 9.0, 1.0)]
        self.assertFalse(is_overage(wrong, {"1": 5.0}, [], {}), "each of the lines")
        self.assertFalse(is_overage(wrong[1:], {}, [], {}), "nothing known of the order")
        self.assertFalse(is_overage([Mismatch("2", 9.0, 2.0)], {"2": 1.0}, [], {}))

    def test_nothing_shipped_is_no_line(self):
        lines = proposal(open_line("1", 3.0), open_line("2", None))
        for quantity in (0.0, -1.0):
            found = fulfillment_lines(lines, {"1": Shipped(quantity)})
            self.assertEqual(found[0], FulfillmentLine("1", receive=False, quantity=0.0))
        found = fulfillment_lines(lines, {"1": Shipped(3.0), "2": Shipped(0.5)}, completing={"2"})
        self.assertEqual([one.quantity for one in found], [3.0, 0.5])
        found = fulfillment_lines(lines, {"1": Shipped(3.0)}, completing={"2"})
        self.assertEqual([one.receive for one in found], [True, False], "nothing open of it")
        found = fulfillment_lines(lines, {"2": Shipped(0.5)})
        self.assertEqual([one.receive for one in found], [False, True])
        goods = proposal(open_line("1", 3.0), open_line("2", None), open_line("3", 1.0))
        found = fulfillment_lines(goods, {"1": Shipped(3.0), "2": Shipped(0.5)}, completing={"3"})
        self.assertEqual([one.receive for one in found], [True, True, True])
        found = fulfillment_lines(goods, {"1": Shipped(3.0)}, completing={"3"})
        self.assertEqual([one.receive for one in found], [True, False, False])

    def test_the_least_weight_of_a_carrier(self):
        light = (Package("A", 0.01), Package("B", 2.0))
        self.assertEqual([one.weight for one in heavy_enough(light, "ups")], [0.1, 2.0])
        self.assertEqual([one.weight for one in heavy_enough(light, "")], [0.01, 2.0])
        (package,) = parcels(["A"], [1.00006], 0.7)
        self.assertEqual(package.weight, 1.0001)

    def test_quantities_as_people_write_them(self):
        texts = {1200.0: "1200", 0.5: "0.5", 2.25: "2.25", 1e-6: "0.000001", 30.0: "30"}
        for quantity, text in texts.items():
            self.assertEqual(numbers_text({"L": quantity}), f"L({text})")

    def test_fulfilments_that_are_found(self):
        ours = Fulfillment("7", "11", "odoo-1")
        unnamed = Fulfillment("7", "12")
        self.assertEqual(find_own([unnamed, ours], "odoo-1"), ours)
        self.assertEqual(find_own([ours], "odoo-1", "99"), ours)
        self.assertEqual(find_own([unnamed, ours], "odoo-1", "99"), ours)
        self.assertIsNone(find_own([unnamed], ""))
        self.assertIsNone(find_own([unnamed], "odoo-1", ""))

    def test_lines_of_others_and_of_ours(self):
        lines = (
            FulfillmentLine("1", quantity=2.0),
            FulfillmentLine("2", receive=False, quantity=2.0),
            FulfillmentLine("", quantity=2.0),
            FulfillmentLine("3"),
        )
        one = Fulfillment("7", "11", lines=lines)
        self.assertEqual(by_hand([one], set(), {"1", "9"}), (one,))
        self.assertEqual(by_hand([one], set(), {"2"}), ())
        self.assertEqual(on_lines([one], {"11"}), {"1": 2.0, "3": 0.0})
        self.assertEqual(spare(one, {"1": 0.5}), {"1": 1.5, "3": 0.0})

    def test_status_that_is_there_already(self):
        self.assertEqual(advance("packed", "packed"), "")
