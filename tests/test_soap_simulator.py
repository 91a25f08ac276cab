"""The client against the simulator, which keeps NetSuite's rules: over real HTTP."""

import os
import subprocess
import sys
from datetime import timedelta
from unittest.mock import patch

import requests
from odoo.tests import BaseCase, tagged

from ..netsuite import errors
from ..netsuite.account import Account
from ..netsuite.credentials import TokenCredentials
from ..netsuite.records import (
    INVOICE,
    ITEM_FULFILLMENT,
    SALES_ORDER,
    Assignment,
    Fulfillment,
    FulfillmentLine,
    Package,
    Query,
    Ref,
)
from ..netsuite.shippable import item_ids
from ..netsuite.soap import SoapClient
from ..simulator import Simulator, demo
from ..simulator.permissions import INVOICE as INVOICE_PERMISSION
from ..simulator.permissions import LOCATIONS, UNITS
from . import schemas

CREDENTIALS = TokenCredentials(
    demo.CONSUMER_KEY, demo.CONSUMER_SECRET, demo.TOKEN_ID, demo.TOKEN_SECRET
)


class SimulatorClientCase(BaseCase):
    """A simulator with the books of one account, and a client with its credentials."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = Simulator(orders=0).start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.books = cls.simulator.books

    def setUp(self):
        super().setUp()
        self.simulator.reset(orders=0)
        self.client = self.new_client()
        if schemas.available():
            self.start_checking()

    def start_checking(self):
        """Every request of the test is checked by NetSuite's schemas before it is sent."""
        send = requests.Session.send

        def checked(session, request, **values):
            schemas.validate_envelope(request.body)
            return send(session, request, **values)

        patcher = patch.object(requests.Session, "send", checked)
        patcher.start()
        self.addCleanup(patcher.stop)

    def new_client(self, credentials=CREDENTIALS, **values):
        account = Account(demo.ACCOUNT_ID, self.simulator.url)
        client = SoapClient(account, credentials, timeout=(10, 10), **values)
        self.addCleanup(client.close)
        return client

    def order(self, *lines, **more):
        return self.books.add_order(list(lines), **more).id

    def fulfillment(self, order_id, quantities, assignments=(), **values):
        """A fulfilment of these quantities by line; all other lines are unticked."""
        proposal = self.client.proposal(order_id)
        lines = [
            FulfillmentLine(
                line.key,
                line.key in quantities,
                quantity=float(quantities.get(line.key, 0)),
                location=line.location,
                assignments=tuple(assignments),
            )
            for line in proposal.lines
            if line.key
        ]
        return Fulfillment(
            order_id,
            external_id=f"odoo-{order_id}",
            lines=tuple(lines),
            packages=(Package("1Z1", 1.5, "box"),),
            package_kind=proposal.package_kind,
            **values,
        )


@tagged("post_install", "-at_install")
class TestReading(SimulatorClientCase):
    def test_server_time(self):
        self.assertLess(
            abs(self.client.server_time() - self.books.clock.now()), timedelta(minutes=1)
        )

    def test_every_version(self):
        for version in ("2023_2", "2025_1", "2025_2"):
            self.assertTrue(self.new_client(version=version).server_time())

    def test_a_generated_account(self):
        """Every document of every kind that an account has is found and read."""
        self.simulator.reset(orders=60, seed=7)
        self.books.role.grant(INVOICE_PERMISSION)
        for type, table in (
            (SALES_ORDER, self.books.orders),
            (ITEM_FULFILLMENT, self.books.fulfillments),
            (INVOICE, self.books.invoices),
        ):
            self.assertTrue(table)
            page = self.new_client(page_size=7).find(Query(type))
            ids = {header.internal_id: header for header in page.headers}
            while page.cursor:
                page = self.client.find(Query(type), page.cursor)
                ids |= {header.internal_id: header for header in page.headers}
            self.assertEqual(set(ids), set(table))
            found = self.client.read(type, list(ids))
            self.assertEqual((set(found.records), found.errors), (set(table), {}))
            for internal_id, record in found.records.items():
                known = table[internal_id]
                self.assertEqual(record.tran_id, known.tran_id)
                self.assertEqual(record.tran_date, known.tran_date)
                self.assertEqual(record.last_modified, ids[internal_id].last_modified)
                if type != INVOICE:
                    self.assertEqual(record.status, ids[internal_id].status)
                self.assertTrue(ids[internal_id].status)
                if record.address:
                    self.assertEqual(record.address.country, known.address.country)
                for line in record.lines:
                    self.assertTrue(line.item.id and line.item.name)
            wanted = set().union(*map(item_ids, found.records.values()))
            items = self.client.items(sorted(wanted))
            self.assertEqual(set(items), wanted)

    def test_time_zones(self):
        """The date on the document, whatever the user's zone, known or not."""
        order_id = self.order(("MUG-BLU", 1))
        today = self.books.orders[order_id].tran_date
        for zone in (
            "America/Los_Angeles",
            "Asia/Singapore",
            "Pacific/Auckland",
            "Pacific/Honolulu",
        ):
            self.books.settings.time_zone = zone
            for timezone in (None, zone):
                client = self.new_client(timezone=timezone)
                self.assertEqual(
                    client.read(SALES_ORDER, [order_id]).records[order_id].tran_date, today
                )
                for days, hits in ((0, 1), (1, 0), (-1, 0)):
                    day = today + timedelta(days=days)
                    page = client.find(Query(SALES_ORDER, date_from=day, date_to=day))
                    self.assertEqual(len(page.headers), hits, (zone, days))

    def test_filters(self):
        first = self.order(("MUG-BLU", 1))
        second = self.order(("MUG-BLU", 1))
        self.books.fulfil_by_hand(second, {1: 1})
        numbers = tuple(self.books.orders[one].tran_id for one in (first, second))
        location = self.books.orders[first].location
        pending = ("_salesOrderPendingFulfillment",)
        now = self.books.clock.now()
        for query, ids in (
            (Query(SALES_ORDER), {first, second}),
            (Query(SALES_ORDER, statuses=pending), {first}),
            (Query(SALES_ORDER, statuses=pending, other_statuses=True), {second}),
            (Query(SALES_ORDER, internal_ids=(second, "99999")), {second}),
            (Query(SALES_ORDER, tran_ids=(*numbers, "SO-NONE")), {first, second}),
            (Query(SALES_ORDER, locations=(location,)), {first, second}),
            (Query(SALES_ORDER, locations=("99",)), set()),
            (Query(SALES_ORDER, modified_from=now - timedelta(hours=1),
                   modified_to=now + timedelta(hours=1)), {first, second}),
            (Query(SALES_ORDER, modified_to=now - timedelta(hours=1)), set()),
            (Query(ITEM_FULFILLMENT, created_from=(first,)), set()),
            (Query(ITEM_FULFILLMENT, created_from=(second,)), set(self.books.fulfillments)),
        ):  # fmt: skip
            with self.subTest(query):
                found, cursor = set(), ""
                while True:
                    page = self.client.find(query, cursor)
                    found |= {header.internal_id for header in page.headers}
                    cursor = page.cursor
                    if not cursor:
                        break
                self.assertEqual(found, ids)

    def test_expired_search(self):
        for _number in range(12):
            self.order(("MUG-BLU", 1))
        cursor = self.new_client(page_size=5).find(Query(SALES_ORDER)).cursor
        self.simulator.soap.searches.clear()
        with self.assertRaises(errors.SearchExpired):
            self.client.find(Query(SALES_ORDER), cursor)

    def test_records_missing_and_hidden(self):
        order_id = self.order(("MUG-BLU", 1))
        found = self.client.read(SALES_ORDER, ["99999", order_id])
        self.assertEqual(list(found.records), [order_id])
        self.assertIs(type(found.errors["99999"]), errors.RecordMissing)
        invoice = self.books.add_invoice([("MUG-BLU", 1)]).id
        for as_fault in (False, True):
            self.books.settings.unverified.permission_as_fault = as_fault
            try:
                error = self.client.read(INVOICE, [invoice]).errors[invoice]
            except errors.NetSuiteError as caught:
                error = caught
            self.assertIs(type(error), errors.PermissionMissing)

    def test_lists(self):
        for call in (
            lambda: self.client.choices("location"),
            lambda: self.client.units([next(iter(self.books.units_types))]),
        ):
            with self.assertRaises(errors.PermissionMissing):
                call()
        self.books.role.grant(LOCATIONS, UNITS)
        self.assertEqual(
            set(self.client.choices("location")),
            {Ref(one.id, one.name) for one in self.books.locations.values()},
        )
        units = self.client.units(list(self.books.units_types))
        known = [one for kind in self.books.units_types.values() for one in kind.units]
        self.assertEqual(
            {(one.id, one.name, one.rate) for one in units.values()},
            {(one.id, one.name, float(one.rate)) for one in known},
        )

    def test_deleted(self):
        order_id, other = self.order(("MUG-BLU", 1)), self.order(("MUG-BLU", 1))
        since = self.books.clock.now() - timedelta(minutes=1)
        self.books.delete("salesOrder", order_id)
        self.assertEqual(set(self.client.deleted(SALES_ORDER, since)), {order_id})
        self.assertEqual(self.client.deleted(INVOICE, since), {})
        self.assertIn(order_id, self.client.read(SALES_ORDER, [order_id, other]).errors)

    def test_items(self):
        """All kinds of items, as the account knows them."""
        for item in self.client.items(list(self.books.items)).values():
            known = self.books.items[item.internal_id]
            with self.subTest(known.name):
                self.assertEqual(item.name, known.name)
                self.assertIn(item.upc, (known.upc, ""))  # texts have none
                self.assertEqual(item.weight, float(known.weight))
                self.assertEqual(item.lot, known.type.startswith("Lot"))
                self.assertEqual(item.serial, known.type.startswith("Serialized"))
                if known.type == "KitItem":
                    members = {one.item.id: one.quantity for one in item.members}
                    self.assertEqual(members, known.members)


@tagged("post_install", "-at_install")
class TestWriting(SimulatorClientCase):
    def test_partial_fulfillment(self):
        order_id = self.order(("MUG-BLU", 4), ("MUG-RED", 1), ("GIFT-BOX", 2))
        fulfillment = self.fulfillment(order_id, {"1": 3, "3": 1}, ship_status="packed")
        written = self.client.create_fulfillment(fulfillment)
        self.assertEqual((written.external_id, written.warning), (f"odoo-{order_id}", ""))
        (found,) = self.client.fulfillments([order_id])
        self.assertEqual(found.internal_id, written.internal_id)
        self.assertEqual(
            (found.order_id, found.external_id, found.ship_status, found.packages),
            (order_id, f"odoo-{order_id}", "packed", (Package("1Z1", 1.5, "box"),)),
        )
        ticked = [(line.order_line, line.quantity) for line in found.lines if line.order_line]
        self.assertEqual(ticked, [("1", 3.0), ("3", 1.0)])
        left = {
            line.key: line.quantity_remaining
            for line in self.client.proposal(order_id).lines
            if line.key
        }
        self.assertEqual(left, {"1": 1.0, "2": 1.0, "3": 1.0})

    def test_twice(self):
        order_id = self.order(("MUG-BLU", 4))
        fulfillment = self.fulfillment(order_id, {"1": 1})
        self.client.create_fulfillment(fulfillment)
        with self.assertRaises(errors.DuplicateRecord):
            self.client.create_fulfillment(fulfillment)
        self.assertEqual(len(self.client.fulfillments([order_id])), 1)

    def test_refusals(self):
        order_id = self.order(("MUG-BLU", 4))
        good = self.fulfillment(order_id, {"1": 1})
        for changes, kind in (
            ({"lines": (FulfillmentLine("1", quantity=5.0),)}, errors.OverFulfillment),
            ({"packages": (Package("1", 0.0),)}, errors.Refused),
            ({"lines": (FulfillmentLine("7", quantity=1.0),)}, errors.Refused),
            ({"custom_fields": {"custbody_nonsense": "x"}}, errors.NetSuiteError),
        ):
            values = {name: getattr(good, name) for name in ("order_id", "external_id", "lines")}
            with self.subTest(changes), self.assertRaises(kind) as caught:
                self.client.create_fulfillment(Fulfillment(**values | changes))
            self.assertFalse(caught.exception.outcome_unknown)
        self.books.close_order(order_id)
        with self.assertRaises(errors.NotFulfillable):
            self.client.proposal(order_id)
        self.assertEqual(self.client.fulfillments([order_id]), ())

    def test_closed_period(self):
        order_id = self.order(("MUG-BLU", 4))
        good = self.fulfillment(order_id, {"1": 1})
        self.books.settings.closed_through = self.books.today() + timedelta(days=1)
        with self.assertRaises(errors.PeriodClosed):
            self.client.create_fulfillment(good)

    def test_update(self):
        for method, kind in (("2001", "generic"), ("2003", "ups")):
            order_id = self.order(("MUG-BLU", 4), ship_method=method)
            written = self.client.create_fulfillment(
                self.fulfillment(order_id, {"1": 1}, ship_status="picked", memo="first")
            )
            packages = (Package("A", 1.0, "one"), Package("B", 2.0, "two"))
            self.client.update_fulfillment(
                Fulfillment(
                    order_id,
                    written.internal_id,
                    ship_status="shipped",
                    packages=packages,
                    package_kind=kind,
                )
            )
            (found,) = self.client.fulfillments([order_id])
            self.assertEqual((found.package_kind, found.packages), (kind, packages))
            self.assertEqual((found.ship_status, found.memo), ("shipped", "first"))
            self.assertEqual([(one.order_line, one.quantity) for one in found.lines], [("1", 1.0)])

    def test_lots(self):
        order_id = self.order(("HONEY-LOT", 2))
        number = next(
            one
            for one in self.books.inventory_numbers.values()
            if self.books.items[one.item].name == "HONEY-LOT"
        )
        found = self.client.inventory_numbers(number.item, [number.name, "NONE"])
        self.assertEqual(found, {number.name: Ref(number.id, number.name)})
        assignments = [Assignment(found[number.name], 2.0)]
        self.client.create_fulfillment(self.fulfillment(order_id, {"1": 2}, assignments))
        (fulfillment,) = self.client.fulfillments([order_id])
        (assignment,) = fulfillment.lines[0].assignments
        self.assertEqual((assignment.number.id, assignment.quantity), (number.id, 2.0))

    def test_invoice(self):
        self.books.role.grant(INVOICE_PERMISSION)
        invoice = self.books.add_invoice([("MUG-BLU", 1)])
        self.client.update_invoice(invoice.id, tracking_numbers="1Z1 1Z2", memo="sent")
        (found,) = self.client.read(INVOICE, [invoice.id]).records.values()
        self.assertEqual((found.tracking_numbers, found.memo), (("1Z1", "1Z2"), "sent"))
        self.assertEqual(len(found.lines), 1)

    def test_upsert(self):
        order_id = self.order(("MUG-BLU", 4))
        service = self.client.service

        def record(memo):
            return service.make(
                "sales:ItemFulfillment",
                externalId="odoo-9",
                memo=memo,
                createdFrom={"internalId": order_id, "type": "salesOrder"},
            )

        first = service.upsert(record("first"))
        self.books.settings.unverified.repeated_upsert_updates = False
        with self.assertRaises(errors.DuplicateRecord):
            service.upsert(record("again"))
        self.books.settings.unverified.repeated_upsert_updates = True
        self.assertEqual(service.upsert(record("again")).internal_id, first.internal_id)


@tagged("post_install", "-at_install")
class TestTrouble(SimulatorClientCase):
    def test_login(self):
        wrong = TokenCredentials(demo.CONSUMER_KEY, demo.CONSUMER_SECRET, demo.TOKEN_ID, "wrong")
        with self.assertRaises(errors.LoginError):
            self.new_client(wrong).server_time()
        account = Account("7654321", self.simulator.url)
        with self.assertRaises(errors.LoginError), SoapClient(account, CREDENTIALS) as client:
            client.server_time()

    def test_faults(self):
        order_id = self.order(("MUG-BLU", 4))
        fulfillment = self.fulfillment(order_id, {"1": 1})
        for kind, more, error in (
            ("fault", {"code": "WS_REQUEST_BLOCKED"}, errors.ConcurrencyLimit),
            ("fault", {"code": "WS_CONCUR_SESSION_DISALLWD"}, errors.ConcurrencyLimit),
            ("fault", {"code": "ACCT_TEMP_UNAVAILABLE"}, errors.Maintenance),
            ("fault", {"code": "SESSION_TIMED_OUT"}, errors.Unavailable),
            ("fault", {"code": "UNEXPECTED_ERROR"}, errors.ServerError),
            ("fault", {"code": "WS_FEATURE_REQD"}, errors.FeatureMissing),
            ("fault", {"code": "WS_PERMISSION_REQD"}, errors.PermissionMissing),
            ("fault", {"code": "USER_ERROR", "typed": False}, errors.LoginError),
            ("status", {"code": "TRAN_PERIOD_CLOSED"}, errors.PeriodClosed),
            ("http", {"status": 503}, errors.ServerError),
            ("http", {"status": 429}, errors.ConcurrencyLimit),
            ("redirect", {}, errors.ServerError),
            ("drop_before", {}, errors.ConnectionLost),
            ("drop_after", {}, errors.ConnectionLost),
            ("fault_after", {"code": "UNEXPECTED_ERROR"}, errors.ServerError),
            ("http_after", {"status": 504}, errors.ServerError),
            ("truncated", {}, errors.ConnectionLost),
            ("malformed", {}, errors.MalformedAnswer),
            ("huge", {}, errors.MalformedAnswer),
        ):
            for status in (500, 200):
                self.books.settings.unverified.fault_http_status = status
                self.simulator.faults.clear()
                self.simulator.faults.add("add", kind, times=1, **more)
                with self.subTest(kind=kind, **more):
                    with self.assertRaises(errors.NetSuiteError) as caught:
                        self.client.create_fulfillment(fulfillment)
                    self.assertIs(type(caught.exception), error)
                    saved = self.client.fulfillments([order_id])
                    if saved:
                        self.assertTrue(caught.exception.outcome_unknown)
                        self.books.delete("itemFulfillment", saved[0].internal_id)

    def test_saved_although_failed(self):
        for kind in ("after_submit_failed", "after_submit_failed_docs", "user_event_error"):
            order_id = self.order(("MUG-BLU", 4))
            fulfillment = self.fulfillment(order_id, {"1": 1})
            self.simulator.faults.add("add", kind, times=1)
            written = self.client.create_fulfillment(fulfillment)
            self.assertTrue(written.warning)
            (found,) = self.client.fulfillments([order_id])
            self.assertEqual(found.internal_id, written.internal_id)

    def test_no_secret_leaves(self):
        """Neither the requests nor what the client says of itself hold the secrets."""
        sent = []
        send = requests.Session.send

        def recording(session, request, **values):
            sent.append(repr(request.headers).encode() + request.body)
            return send(session, request, **values)

        with patch.object(requests.Session, "send", recording):
            self.client.server_time()
        self.assertTrue(sent)
        for secret in (demo.CONSUMER_SECRET, demo.TOKEN_SECRET):
            self.assertFalse([one for one in sent if secret.encode() in one])
            self.assertNotIn(secret, repr(vars(self.client)))


@tagged("post_install", "-at_install")
class TestIndependence(BaseCase):
    def test_library_needs_no_odoo(self):
        """The protocol library imports nothing of Odoo nor of the simulator."""
        root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        script = (
            "import sys, netsuite.soap, netsuite.rest;"
            "import netsuite.shippable, netsuite.writeback, netsuite.payload;"
            "print([name for name in sys.modules if name.split('.')[0] in ('odoo', 'simulator')])"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
        )
        self.assertEqual(done.stdout.strip(), "[]")
