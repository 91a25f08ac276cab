from odoo.tests import tagged

from ..netsuite import http
from ..simulator import permissions
from .writeback_case import WritebackCase

BEFORE = (
    {"kind": "fault", "code": "WS_REQUEST_BLOCKED", "times": 3},
    {"kind": "fault", "code": "ACCT_TEMP_UNAVAILABLE"},
    {"kind": "fault", "code": "SESSION_TIMED_OUT"},
    {"kind": "fault", "code": "UNEXPECTED_ERROR", "times": 3},
    {"kind": "fault", "code": "INVALID_LOGIN_CREDENTIALS"},
    {"kind": "fault", "code": "INVALID_LOGIN_CREDENTIALS", "times": 2},
    {"kind": "fault", "code": "INSUFFICIENT_PERMISSION"},
    {"kind": "fault", "code": "USER_ERROR", "typed": False},
    {"kind": "status", "code": "USER_ERROR", "message": "A script says no.", "times": 3},
    {"kind": "status", "code": "RCRD_HAS_BEEN_CHANGED"},
    {"kind": "status", "code": "UNEXPECTED_ERROR"},
    {"kind": "http", "status": 429},
    {"kind": "http", "status": 401},
    {"kind": "http", "status": 503},
    {"kind": "redirect"},
    {"kind": "hang", "seconds": 0.1},
    {"kind": "drop_before"},
)
AFTER = (
    {"kind": "slow", "seconds": 0.1},
    {"kind": "drop_after"},
    {"kind": "drop_after", "times": 3},
    {"kind": "hang_after", "seconds": 0.1},
    {"kind": "fault_after", "code": "UNEXPECTED_ERROR"},
    {"kind": "fault_after", "code": "WS_REQUEST_BLOCKED"},
    {"kind": "http_after", "status": 502},
    {"kind": "truncated"},
    {"kind": "malformed"},
    {"kind": "huge", "size": 2_000_000},
)
SAVED = (
    {"kind": "after_submit_failed"},
    {"kind": "after_submit_failed_docs"},
    {"kind": "user_event_error"},
)
WRITES = ("add", "update")


class FaultsCase(WritebackCase):
    """Whatever goes wrong at whichever call: NetSuite has what was shipped, never more, and after
    the fault is gone never less."""

    validated = False  # faults are not what the schemas say

    def each_fault(self, operations, make):
        """A fault of every kind at each call.

        :param make: makes a document in NetSuite
        :returns: documents with their delivery and a tracking number, under the fault
        """
        faults = [
            {"operation": operation, "times": 1, **fault}
            for operation in operations
            for fault in (*BEFORE, *AFTER, *(SAVED if operation in WRITES else ()))
        ]
        documents = [make() for _fault in faults]
        self.import_document(documents[0].id)
        self.patch(http, "MAX_ANSWER", 1_000_000)
        for number, (document, fault) in enumerate(zip(documents, faults, strict=True), 10000):
            with self.subTest(**fault):
                picking = self.row(document.id).picking_ids
                self.simulator.faults.clear()
                rule = self.simulator.faults.add(**fault)
                yield document, picking, f"NUMBER{number}"
                self.assertTrue(rule.hits)

    def recover(self, picking, check, flagged=False):
        """Run the jobs until the trouble is over, as the queue and the scheduled action do.

        :param flagged: is there something left for a person to know?
        """
        row = picking.netsuite_fulfillment_ids
        for _round in range(8):
            self.settle()
            check(exact=False)
            if self.backend.state == "draft":
                self.assertTrue(self.backend.activity_ids)
                self.simulator.faults.clear()
                self.backend.action_test_connection()
            if row.state == "done":
                break
            self.run_cron()
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(len(picking.activity_ids), flagged, "solved")
        check(exact=True)
        self.assertEqual(self.simulator.journal.max_in_flight, 1)

    def order(self):
        return self.books.add_order([("MUG-BLU", 3), ("KETTLE-15", 1)])

    def checked(self, order, wanted, before=()):
        def check(exact):
            found = self.fulfillments(order)
            self.assertIn(found, [wanted] if exact else [list(before), wanted])

        return check


@tagged("post_install", "-at_install")
class TestWritebackFaults(FaultsCase):
    def test_sales_orders(self):
        for order, picking, number in self.each_fault(("search", "initialize", "add"), self.order):
            wanted = [({1: 2.0, 2: 1.0}, [number], "shipped")]
            self.ship(picking, {"1": 2.0, "2": 1.0}, numbers=number)
            self.recover(picking, self.checked(order, wanted))

    def test_corrections(self):
        for order, picking, number in self.each_fault(("search", "update"), self.order):
            rules, self.simulator.faults.rules = self.simulator.faults.rules, []
            self.ship_and_run(picking, numbers="BEFORE0001")
            self.simulator.faults.rules = rules
            before = self.fulfillments(order)
            picking.carrier_tracking_ref = number
            wanted = [({1: 3.0, 2: 1.0}, [number], "shipped")]
            self.recover(picking, self.checked(order, wanted, before))

    def test_imported_fulfilments(self):
        self.backend.import_type = "item_fulfillment"

        def make():
            return self.books.fulfil_by_hand(self.order().id, ship_status="picked")

        for imported, picking, number in self.each_fault(("search", "update"), make):
            self.ship(picking, numbers=number)
            order = self.books.orders[imported.created_from]
            wanted = [({1: 3.0, 2: 1.0}, [number], "shipped")]
            self.recover(picking, self.checked(order, wanted, self.fulfillments(order)))

    def test_invoices(self):
        self.check_invoices(("update",), lambda invoice: invoice.tracking_numbers)

    def test_memos_of_invoices(self):
        self.backend.invoice_field = "memo"
        self.check_invoices(
            ("getList", "update"), lambda invoice: invoice.memo.removeprefix("Tracking: ")
        )

    def check_invoices(self, operations, numbers_of):
        self.books.role.grant(permissions.INVOICE)
        self.backend.import_type = "invoice"

        def make():
            return self.books.add_invoice([("MUG-BLU", 2)])

        for invoice, picking, number in self.each_fault(operations, make):
            self.ship(picking, numbers=number)

            def check(exact, invoice=invoice, number=number):
                self.assertIn(numbers_of(invoice), [number] if exact else ["", number])

            self.recover(picking, check)


@tagged("post_install", "-at_install")
class TestWritebackFaultsOfKits(FaultsCase):
    """Kits, whose members leave in several parcels."""

    def kits(self):
        return self.books.add_order([("GIFT-BOX", 2), ("MUG-RED", 1)])

    def ship_members(self, picking, quantities, number):
        for move in picking.move_ids:
            quantity = quantities.get(move.product_id.default_code, 0.0)
            move.write({"quantity": quantity, "picked": bool(quantity)})
        picking.carrier_tracking_ref = number
        picking.with_context(skip_backorder=True).button_validate()

    def test_parts_of_kits(self):
        """One kit and parts of the other leave first; the rest of these completes it."""
        parts = {"MUG-BLU": 4, "TEA-GREEN": 1, "CARD-GIFT": 1, "MUG-RED": 1}
        for order, picking, number in self.each_fault(("add",), self.kits):
            first = ({1: 1.0, 2: 1.0}, [number], "shipped")
            self.ship_members(picking, parts, number)
            self.recover(picking, self.checked(order, [first]), flagged=True)
            self.simulator.faults.clear()
            self.ship_and_run(picking.backorder_ids, numbers=f"{number}REST")
            second = ({1: 1.0}, [f"{number}REST"], "shipped")
            self.assertEqual(self.fulfillments(order), [first, second])

    def test_kits_in_two_parcels(self):
        """No kit is whole before the second parcel, which takes the first one along."""
        for order, picking, number in self.each_fault(("add",), self.kits):
            rules, self.simulator.faults.rules = self.simulator.faults.rules, []
            self.ship_members(picking, {"MUG-BLU": 4}, f"{number}MUGS")
            self.run_jobs()
            self.assertEqual(self.fulfillments(order), [])
            self.simulator.faults.rules = rules
            self.ship(picking.backorder_ids, numbers=number)
            whole = ({1: 2.0, 2: 1.0}, [f"{number}MUGS", number], "shipped")
            self.recover(picking.backorder_ids, self.checked(order, [whole]))
            self.assertEqual(picking.netsuite_fulfillment_ids.state, "done")
