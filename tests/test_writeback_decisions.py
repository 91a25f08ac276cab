from odoo.tests import BaseCase, tagged

from ..netsuite.records import Fulfillment, FulfillmentLine, Line, Package, Proposal, Ref
from ..netsuite.writeback import (
    Shipped,
    advance,
    by_hand,
    find_own,
    fulfillment_lines,
    memo_with,
    merged,
    mismatches,
    numbers_text,
    on_lines,
    parcels,
    same_packages,
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
