"""The checks of a chaos run on invented books: what would be a loss or a doubling is told."""

import sys
import xmlrpc.client
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..dev import rpc

ROOT = Path(__file__).parent.parent


class Books:
    """An order of five mugs, as both sides may have it in their books."""

    def __init__(self):
        self.given_up = set()
        self.tables = {name: [] for name in ("pickings", "quantities", "reports", "changes")}
        self.tables["documents"] = []
        self.state = {"orders": [], "fulfillments": [], "invoices": []}
        self.ordered = {("1001", "1"): 5.0, ("1001", "2"): 5.0}

    def document(self, kind="sales_order", internal_id="1001", state="imported", **more):
        row = {"id": len(self.tables["documents"]) + 1, "kind": kind, "internal_id": internal_id}
        row |= {"tran_id": f"DOC{internal_id}", "order_id": "1001", "state": state}
        self.tables["documents"].append(row | {"hold_reason": None, "message": "Why"} | more)

    def delivery(self, quantity, state="assigned", left=None, begun=False, flagged=False, **more):
        """:param more: of the delivery, or of its one move"""
        number = len(self.tables["pickings"]) + 1
        picking = {"id": number, "name": f"OUT/{number}", "state": state, "row": 1}
        picking |= {"numbers": "1ZA", "begun": begun, "flagged": flagged}
        move = {"picking_id": number, "line": "1", "product": 7, "state": state, "is_kit": False}
        move |= {"factor": 1.0, "code": "MUG-BLU", "wanted": quantity, "done": quantity}
        move["left_then"] = quantity if left is None else left
        for name, value in more.items():
            (picking if name in picking else move)[name] = value
        self.tables["pickings"].append(picking)
        self.tables["quantities"].append(move)

    def part(self, picking, product, quantity):
        """Another member of a kit on a delivery."""
        move = next(one for one in self.tables["quantities"] if one["picking_id"] == picking)
        more = {"product": product, "done": quantity, "left_then": quantity}
        self.tables["quantities"].append(move | more)

    def told(self, picking, text):
        note = f"<ul><li>[MUG-BLU] Enamel mug, blue: {text}</li></ul>"
        self.tables["changes"].append({"picking_id": picking, "note": note})

    def report(self, picking, state="done", internal_id=None, corrected=False, **more):
        report = {"id": picking, "picking_id": picking, "row": 1, "external_id": f"odoo-{picking}"}
        report |= {"internal_id": internal_id, "state": state, "message": "Why"}
        report |= {"parts_of_kits": False, "remainder": None, "corrected": corrected}
        self.tables["reports"].append(report | more)

    def order(self, quantity, is_open, status="B", item=("101", "MUG-BLU")):
        line = {"line": 1, "item": item[0], "sku": item[1], "unit": "", "quantity": quantity}
        line |= {"open": is_open, "drop_ship": False, "store_pickup": False}
        order = {"id": "1001", "tran_id": "SO1001", "status": status, "lines": [line]}
        self.state["orders"].append(order | {"multi_ship_to": False})

    def fulfillment(self, internal_id, external_id, quantity, numbers=("1ZA",)):
        record = {"id": internal_id, "tran_id": f"IF{internal_id}", "external_id": external_id}
        record |= {"created_from": "1001", "ship_status": "shipped"}
        record |= {"tracking_numbers": list(numbers)}
        lines = [{"order_line": 1, "quantity": quantity}]
        self.state["fulfillments"].append(record | {"lines": lines})


@tagged("post_install", "-at_install")
class TestChaosChecks(BaseCase):
    def setUp(self):
        super().setUp()
        self.books = Books()
        with patch.object(sys, "path", [str(ROOT), *sys.path]):
            for name in ("documents", "shipments", "odoo_books", "netsuite_books", "plan"):
                setattr(self, name, import_module(f"chaos.{name}"))

    def broken(self):
        odoo = self.odoo_books.OdooBooks(self.books.tables, self.books.given_up)
        netsuite = self.netsuite_books.NetSuiteBooks(self.books.state, self.books.ordered)
        return [*self.documents.broken(odoo, netsuite), *self.shipments.broken(odoo, netsuite)]

    def assertBroken(self, words):
        self.assertRegex("\n".join(self.broken()), words)

    def assertHolds(self):
        self.assertEqual(self.broken(), [])

    # -- documents -----------------------------------------------------------------------------

    def test_one_set_of_deliveries(self):
        self.books.document()
        self.books.order(5, 5)
        self.books.delivery(5)
        self.assertHolds()
        self.books.delivery(5)
        self.assertBroken("10 open instead of 5")

    def test_begun_excuses_what_a_person_is_told(self):
        self.books.document()
        self.books.order(5, 5)
        self.books.delivery(3, begun=True, flagged=True)
        self.books.told(1, "3 \u2192 5")
        self.assertHolds()
        self.books.delivery(5)
        self.books.delivery(5)
        self.assertBroken("13 open instead of 5")

    def test_elsewhere_excuses_its_own_quantity(self):
        self.books.document()
        self.books.document("invoice", "2001")
        self.books.state["invoices"] = [{"id": "2001", "tran_id": "INV1", "created_from": "1001"}]
        self.books.order(5, 5)
        self.books.delivery(2)
        self.books.delivery(3, row=2, begun=True, flagged=True)
        self.assertHolds()
        self.books.tables["quantities"][0]["wanted"] = 1.0
        self.assertBroken("1 open instead of 5")

    def test_cancelled_by_a_person(self):
        self.books.document(state="cancelled")
        self.books.order(5, 5)
        self.books.delivery(5, "cancel")
        self.assertBroken("line 1 has no goods")
        self.books.given_up = {1}
        self.assertHolds()

    def test_held(self):
        self.books.document(state="held", hold_reason="ship_group")
        self.books.order(5, 5)
        self.assertBroken("line 1 has no goods")
        self.books.state["orders"][0]["multi_ship_to"] = True
        self.assertHolds()

    # -- shipments -----------------------------------------------------------------------------

    def test_failed_though_saved(self):
        """NetSuite has it, so less is open: which is no reason to have failed."""
        self.books.document()
        self.books.order(5, 0, "D")
        self.books.delivery(5, "done", flagged=True)
        self.books.report(1, "failed")
        self.assertHolds()
        self.books.fulfillment("9", "odoo-1", 5)
        self.assertBroken("is failed and NetSuite has it")

    def test_left_twice(self):
        """The second cannot be reported, for nothing is open any more."""
        self.books.document()
        self.books.order(5, 0, "D")
        self.books.fulfillment("9", "odoo-1", 5)
        self.books.delivery(5, "done")
        self.books.report(1, internal_id="9")
        self.assertHolds()
        self.books.delivery(5, "done", flagged=True)
        self.books.report(2, "failed")
        self.assertBroken("10 of line 1 of order 1001 left, not 5")

    def test_corrected(self):
        self.books.document()
        self.books.order(5, 0, "F")
        self.books.fulfillment("9", "odoo-1", 5)
        self.books.delivery(4, "done", left=5, flagged=True)
        self.books.report(1, internal_id="9", corrected=True)
        self.assertHolds()
        self.books.state["fulfillments"][0]["lines"][0]["quantity"] = 1
        self.assertBroken("line 1 is 1 in NetSuite instead of 4")

    def test_imported_with_a_part_that_waits(self):
        self.books.document("item_fulfillment", "9")
        self.books.order(5, 0, "F")
        self.books.fulfillment("9", "", 5)
        self.books.delivery(2, "done")
        self.books.delivery(3, "done", numbers="")
        self.books.report(1, internal_id="9")
        self.books.report(2, "waiting")
        self.assertFalse([one for one in self.broken() if "numbers" in one])
        self.books.state["fulfillments"][0]["tracking_numbers"] = ["WRONG"]
        self.assertBroken("numbers .'WRONG'. instead of .'1ZA'.")

    def test_kits(self):
        """Two mugs, a box of tea and a card make one gift box; here, each is counted in kits."""
        self.books.document()
        self.books.order(5, 3, "D", ("141", "GIFT-BOX"))
        self.books.delivery(2, "done", is_kit=True)
        self.books.part(1, 8, 2)
        self.books.report(1, internal_id="9")
        self.books.fulfillment("9", "odoo-1", 2)
        self.assertFalse([one for one in self.broken() if "kits" in one])
        self.books.state["fulfillments"][0]["lines"][0]["quantity"] = 3
        self.assertBroken("3 kits of line 1 in NetSuite, not 2")

    # -- what happens in any run ---------------------------------------------------------------

    def test_nobody_is_spared(self):
        for seed in range(50):
            plan = self.plan.Plan(seed, 45)
            blows = list(zip(plan.decisions("blows"), plan.blows(), strict=False))
            self.assertGreaterEqual(len(blows), 2, seed)
            struck = {whom for _decision, whom in blows[:2]}
            self.assertIn("PostgreSQL", struck)
            self.assertTrue(struck & {"odoo-a", "odoo-b"})

    # -- what Odoo answers ---------------------------------------------------------------------

    def test_broke(self):
        """A mistake in the code is told apart from a refusal and from a cut connection."""
        traceback = "Traceback (most recent call last):\n  File 'x.py', line 1\n    x()\n"
        cases = (
            (1, f"{traceback}TypeError: 'bool' object is not iterable\n", rpc.Broke),
            (1, f"{traceback}psycopg2.errors.AdminShutdown: ended\nby somebody\n", rpc.Stop),
            (1, f"{traceback}ValueError: InterfaceError('cut') while evaluating\nx", rpc.Stop),
            (1, f"{traceback}psycopg2.DataError: x\n\n{traceback}KeyError: 1\n", rpc.Broke),
            (1, f"{traceback}psycopg2.InterfaceError: x\n\n{traceback}KeyError: 1\n", rpc.Stop),
            (2, "Nothing is picked.", rpc.Stop),
            (4, "You are not allowed.", rpc.NotAllowed),
        )
        for code, text, kind in cases:
            error = rpc._error(xmlrpc.client.Fault(code, text), "stock.picking.x")
            self.assertIs(type(error), kind, text)
