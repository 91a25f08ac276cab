"""One contract for both transports: the same cases, and the same records expected of them.

:class:`AnyAccount` holds what is true of every account; the others need books of their own. The
former also runs against a real account (a sandbox!), reading only, when these are set::

    NETSUITE_LIVE_ACCOUNT            1234567_SB1
    NETSUITE_LIVE_CONSUMER_KEY, NETSUITE_LIVE_CONSUMER_SECRET,
    NETSUITE_LIVE_TOKEN_ID, NETSUITE_LIVE_TOKEN_SECRET
                                     for SOAP and for REST with tokens
    NETSUITE_LIVE_CERTIFICATE_ID, NETSUITE_LIVE_PRIVATE_KEY_FILE
                                     beside the consumer key: for REST with OAuth 2.0
    NETSUITE_LIVE_DAYS               how far back documents are looked for; 7 unless set

and then ``make test ARGS='tests/test_contract.py -k Live'``. What the role may not read is skipped.
"""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..netsuite import errors
from ..netsuite.account import Account
from ..netsuite.credentials import TokenCredentials
from ..netsuite.oauth2 import ClientCredentials, make_key_pair
from ..netsuite.payload import from_json, to_json
from ..netsuite.records import (
    INVOICE,
    ITEM_FULFILLMENT,
    SALES_ORDER,
    TRANSACTION_TYPES,
    Assignment,
    Fulfillment,
    FulfillmentLine,
    Package,
    Query,
    Ref,
    Transaction,
)
from ..netsuite.rest import RestClient
from ..netsuite.shippable import NEVER_SHIPPED, contents, fulfilled_quantities, item_ids
from ..netsuite.soap import SoapClient
from ..netsuite.store import ProcessStore
from ..netsuite.writeback import Shipped, fulfillment_lines
from ..simulator import Simulator, demo
from ..simulator import permissions as roles
from ..simulator.account import CustomField

SOAP_CREDENTIALS = TokenCredentials(
    demo.CONSUMER_KEY, demo.CONSUMER_SECRET, demo.TOKEN_ID, demo.TOKEN_SECRET
)
REST_CREDENTIALS = TokenCredentials(
    demo.CONSUMER_KEY, demo.CONSUMER_SECRET, demo.REST_TOKEN_ID, demo.REST_TOKEN_SECRET
)
CUSTOM_FIELDS = {
    "body": (
        "custbody_delivery_instructions",
        "custbody4",
        "custbody_authority_to_leave",
        "custbody_atl_check_box",
        "custbody_signature_required",
        "custbody_gift_until",
        "custbody_gift_until_name",
        "custbody_pick_up",
        "custbody_does_not_exist",
    ),
    "line": ("custcol_engraving", "custcol_made_on", "custcol_does_not_exist"),
}
LIVE = "NETSUITE_LIVE_"


# -- what is compared ----------------------------------------------------------------------------


def as_used(record):
    """What the connector uses of a document, by any transport.

    Left out: the type of a line's item (read from the item), the status of an invoice (SOAP's
    search tells it, its record does not), numbers that only stand-alone invoices are asked for,
    what is said of lines that nobody ships, and places that only REST's fulfilments name.
    """
    alone = record.type == INVOICE and not record.created_from
    return replace(
        record,
        status="" if record.type == INVOICE else record.status,
        tracking_numbers=record.tracking_numbers if alone else (),
        location=None if record.type == ITEM_FULFILLMENT else record.location,
        subsidiary=None if record.type == ITEM_FULFILLMENT else record.subsidiary,
        department=None if record.type == ITEM_FULFILLMENT else record.department,
        class_=None if record.type == ITEM_FULFILLMENT else record.class_,
        lines=tuple(_line_as_used(record, line) for line in record.lines),
        custom_fields=_of(record.custom_fields, CUSTOM_FIELDS["body"]),
    )


def _line_as_used(record, line):
    closed = line.closed or record.status in ("_salesOrderClosed", "_salesOrderCancelled")
    line = replace(
        line,
        item_type="",
        closed=closed,
        kit_member_of="",
        custom_fields=_of(line.custom_fields, CUSTOM_FIELDS["line"]),
    )
    if record.type == INVOICE or not line.quantity:
        line = replace(line, quantity_fulfilled=None, quantity_remaining=None)
    if not line.quantity:
        line = replace(
            line,
            quantity_picked=None,
            quantity_packed=None,
            quantity_committed=None,
            quantity_backordered=None,
        )
    return line


def _of(values, names):
    return {name: value for name, value in values.items() if name in names}


def everything(client, query):
    """All hits of a query, whatever the number of pages."""
    page = client.find(query)
    headers = list(page.headers)
    while page.cursor:
        page = client.find(query, page.cursor)
        headers += page.headers
    return headers


def read_all(client, type, ids):
    """Whole documents by id."""
    records = {}
    for start in range(0, len(ids), client.read_size):
        records |= client.read(type, ids[start : start + client.read_size]).records
    return records


# -- any account -----------------------------------------------------------------------------------


class AnyAccount:
    """What is true whatever the account holds. Needs ``client``, and documents to look at."""

    #: Which documents are looked at.
    days = 3650

    def lacking(self, why):
        """The account has not what a test needs: a mistake, unless the account is a real one."""
        self.fail(why)

    def hits(self, type):
        """Some documents of a type."""
        since = datetime.now(UTC) - timedelta(days=self.days)
        try:
            headers = everything(self.client, Query(type, modified_from=since))
        except errors.PermissionMissing as error:
            self.lacking(str(error))
        if not headers:
            self.lacking("The account has no such documents.")
        return headers

    def test_server_time(self):
        self.assertLess(abs(self.client.server_time() - datetime.now(UTC)), timedelta(minutes=5))

    def test_hits_are_told_once(self):
        for type in TRANSACTION_TYPES:
            with self.subTest(type):
                headers = self.hits(type)
                ids = [header.internal_id for header in headers]
                self.assertEqual(len(ids), len(set(ids)))
                for header in headers:
                    self.assertTrue(header.internal_id.isdigit())
                    self.assertTrue(header.tran_id)
                    self.assertRegex(header.status, "^_[a-zA-Z]+$")
                    self.assertLess(header.last_modified, datetime.now(UTC) + timedelta(minutes=5))

    def test_small_pages(self):
        headers = self.hits(SALES_ORDER)
        since = datetime.now(UTC) - timedelta(days=self.days)
        self.client.page_size = max(5, len(headers) // 3)
        again = everything(self.client, Query(SALES_ORDER, modified_from=since))
        self.assertEqual({one.internal_id for one in again}, {one.internal_id for one in headers})

    def test_window_is_closed_on_both_sides(self):
        header = self.hits(SALES_ORDER)[-1]
        for start, stop, found in ((0, 0, True), (-60, -1, False), (1, 60, False)):
            moments = [header.last_modified + timedelta(seconds=one) for one in (start, stop)]
            query = Query(SALES_ORDER, modified_from=moments[0], modified_to=moments[1])
            ids = [one.internal_id for one in everything(self.client, query)]
            self.assertEqual(header.internal_id in ids, found, (start, stop))

    def test_filters(self):
        header = self.hits(SALES_ORDER)[-1]
        other = "_salesOrderBilled" if header.status != "_salesOrderBilled" else "_salesOrderClosed"
        this = Query(SALES_ORDER, internal_ids=(header.internal_id,))
        for query, found in (
            (this, True),
            (Query(SALES_ORDER, tran_ids=(header.tran_id,)), True),
            (Query(SALES_ORDER, tran_ids=(header.tran_id.lower(),)), True),
            (replace(this, statuses=(header.status,)), True),
            (replace(this, statuses=(other,)), False),
            (replace(this, statuses=(header.status,), other_statuses=True), False),
            (replace(this, statuses=(other,), other_statuses=True), True),
            (replace(this, tran_ids=("NO-SUCH-NUMBER' OR '1'='1",)), False),
        ):
            with self.subTest(query):
                headers = everything(self.client, query)
                self.assertEqual(header in headers, found)

    def test_whole_documents(self):
        for type in TRANSACTION_TYPES:
            with self.subTest(type):
                headers = {one.internal_id: one for one in self.hits(type)[-50:]}
                records = read_all(self.client, type, list(headers))
                self.assertEqual(set(records), set(headers))
                for internal_id, record in records.items():
                    header = headers[internal_id]
                    self.assertEqual(record.tran_id, header.tran_id)
                    self.assertEqual(record.last_modified, header.last_modified)
                    self.assertIn(record.status, (header.status, ""))
                    self.assertTrue(record.entity and record.tran_date)
                    keys = [line.key for line in record.lines if line.key]
                    self.assertEqual(len(keys), len(set(keys)))
                    query = Query(
                        type,
                        internal_ids=(internal_id,),
                        date_from=record.tran_date,
                        date_to=record.tran_date,
                    )
                    if internal_id in list(headers)[:3]:
                        self.assertEqual(len(everything(self.client, query)), 1)
                wanted = set().union(*map(item_ids, records.values()))
                items = self.client.items(sorted(wanted))
                self.assertEqual(set(items), wanted)
                for item in items.values():
                    self.assertTrue(item.name and item.type)
                    self.assertEqual(bool(item.members), item.type == "Kit")

    def test_document_that_is_not_there(self):
        found = self.client.read(SALES_ORDER, ["999999999"])
        self.assertEqual(found.records, {})
        self.assertIs(type(found.errors["999999999"]), errors.RecordMissing)
        self.assertEqual(
            everything(self.client, Query(SALES_ORDER, internal_ids=("999999999",))), []
        )
        self.assertEqual(self.client.items(["999999999"]), {})

    def test_fulfillments_of_orders(self):
        for header in self.hits(ITEM_FULFILLMENT)[-3:]:
            record = self.client.read(ITEM_FULFILLMENT, [header.internal_id]).records.get(
                header.internal_id
            )
            if record is None or record.created_from is None:
                continue
            order_id = record.created_from.id
            whole = self.client.fulfillments([order_id])
            self.assertIn(header.internal_id, [one.internal_id for one in whole])
            some = self.client.fulfillments([order_id], whole=False)
            self.assertEqual(fulfilled_quantities(whole), fulfilled_quantities(some))


# -- the simulated account -------------------------------------------------------------------------


class SimulatedCase(BaseCase):
    """A simulator whose role may read everything, and a client."""

    allow_inherited_tests_method = True
    role = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = Simulator(orders=0).start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.books = cls.simulator.books

    def setUp(self):
        super().setUp()
        self.simulator.reset(orders=0)
        self.settings, self.unverified = self.books.settings, self.books.settings.unverified
        self.store = ProcessStore()
        self.client = self.new_client()
        self.books.roles[self.role].grant(roles.INVOICE, roles.UNITS, roles.LOCATIONS)

    @property
    def account(self):
        return Account(demo.ACCOUNT_ID, self.simulator.url)

    def keep(self, client):
        self.addCleanup(client.close)
        return client


class Soap(SimulatedCase):
    role = "soap"

    def new_client(self, credentials=SOAP_CREDENTIALS, **values):
        return self.keep(SoapClient(self.account, credentials, timeout=(10, 10), **values))


class Rest(SimulatedCase):
    role = "rest"

    def new_client(self, credentials=None, **values):
        values = {"store": self.store, "custom_fields": CUSTOM_FIELDS, **values}
        credentials = credentials or self.credentials()
        return self.keep(RestClient(self.account, credentials, timeout=(10, 10), **values))

    def credentials(self):
        return REST_CREDENTIALS


class RestOAuth2(Rest):
    role = "oauth2"

    def credentials(self):
        pair = make_key_pair()
        made = self.simulator.rest.grants.register(pair.certificate)
        return ClientCredentials(demo.OAUTH2_CLIENT_ID, made.id, pair.private_key, pair.certificate)


class GeneratedAccount(AnyAccount):
    """What is true of any account, of a generated one."""

    def setUp(self):
        super().setUp()
        self.simulator.reset(orders=60, seed=7)
        self.client = self.new_client()
        self.books.roles[self.role].grant(roles.INVOICE, roles.UNITS, roles.LOCATIONS)


class OwnBooks:
    """Cases with documents made for them."""

    def order(self, *lines, **more):
        return self.books.add_order(list(lines), **more).id

    def read(self, type, internal_id):
        found = self.client.read(type, [internal_id])
        self.assertEqual(found.errors, {})
        return found.records[internal_id]

    def fulfillment(self, order_id, quantities, assignments=(), **values):
        """A fulfilment of these quantities by line, as the write-back makes it."""
        proposal = self.client.proposal(order_id)
        shipped = {
            key: Shipped(float(quantity), assignments=tuple(assignments))
            for key, quantity in quantities.items()
        }
        values = {
            "external_id": f"odoo-{order_id}",
            "packages": (Package("1Z1", 1.5, "box"),),
        } | values
        return Fulfillment(
            order_id,
            lines=fulfillment_lines(proposal, shipped),
            package_kind=proposal.package_kind,
            **values,
        )

    def refused(self, kind, call, *args, **values):
        with self.assertRaises(errors.NetSuiteError) as caught:
            call(*args, **values)
        self.assertIs(type(caught.exception), kind, caught.exception)
        self.assertTrue(str(caught.exception))
        return caught.exception

    # -- reading ---------------------------------------------------------------------------

    def test_expected_order(self):
        """A whole order, field by field."""
        order_id = self.order(
            {"item": "MUG-BLU", "quantity": 3, "custom": {"custcol_engraving": "Ada"}},
            ("TEA-GREEN", 2),
            ("DISC-10", 1),
            memo="Ring twice",
            other_ref_num="PO 7",
            ship_method="2001",
            ship_complete=True,
            custom={
                "custbody_delivery_instructions": "Behind the <gate> & left",
                "custbody_authority_to_leave": True,
            },
        )
        known = self.books.orders[order_id]
        record = self.read(SALES_ORDER, order_id)
        self.assertEqual(record.status, "_salesOrderPendingFulfillment")
        self.assertEqual((record.tran_id, record.tran_date), (known.tran_id, known.tran_date))
        self.assertEqual(record.last_modified, known.modified)
        self.assertEqual((record.memo, record.other_ref_num), ("Ring twice", "PO 7"))
        self.assertEqual((record.email, record.ship_complete), (known.email, True))
        self.assertEqual(record.entity.id, known.entity)
        self.assertEqual(
            [one.id for one in (record.location, record.subsidiary, record.ship_method)],
            [known.location, known.subsidiary, "2001"],
        )
        self.assertEqual(record.address.city, known.address.city)
        self.assertEqual(record.address.country, known.address.country)
        self.assertEqual(record.custom_fields["custbody_authority_to_leave"], True)
        self.assertEqual(
            record.custom_fields["custbody_delivery_instructions"], "Behind the <gate> & left"
        )
        goods = [line for line in record.lines if line.item.name != "DISC-10"]
        self.assertEqual([(line.key, line.quantity) for line in goods], [("1", 3.0), ("2", 2.0)])
        self.assertEqual(goods[0].custom_fields, {"custcol_engraving": "Ada"})
        self.assertEqual(goods[1].unit.name, "Each")

    def test_other_standard_fields(self):
        """What the mapping of fields can take beside what the connector needs itself."""
        order_id = self.order(
            {"item": "MUG-BLU", "quantity": 3, "rate": 12.5, "expected_ship_date": "2026-03-29"},
            {"item": "KETTLE-15", "quantity": 4, "backordered": 1},
            sales_rep="52",
            terms="2",
            fob="Origin",
        )
        record = self.read(SALES_ORDER, order_id)
        self.assertEqual(record.sales_rep, Ref("52", "Ben Okafor"))
        self.assertEqual(record.terms, Ref("2", "Net 30"))
        self.assertEqual((record.fob, record.currency), ("Origin", Ref("1", "USD")))
        mugs, kettles = record.lines
        self.assertEqual((mugs.rate, mugs.amount), (12.5, 37.5))
        self.assertEqual(mugs.expected_ship_date, date(2026, 3, 29))
        self.assertEqual((kettles.quantity_backordered, kettles.expected_ship_date), (1.0, None))
        self.assertEqual(record.total, 37.5 + kettles.amount)
        self.books.fulfil_by_hand(order_id, {1: 3}, ship_status="shipped")
        invoice = self.read(INVOICE, self.books.invoice(order_id).id)
        self.assertEqual((invoice.sales_rep, invoice.terms), (record.sales_rep, record.terms))
        self.assertEqual((invoice.lines[0].rate, invoice.lines[0].amount), (12.5, 37.5))

    def test_custom_dates(self):
        """A day is a day, whatever the zone and the format of the user; a time is a time."""
        for number, (name, kind) in enumerate(
            (
                ("custbody_gift_until", "date"),
                ("custbody_gift_until_name", "string"),
                ("custbody_pick_up", "datetime"),
                ("custcol_made_on", "date"),
            ),
            9001,
        ):
            self.books.custom_fields[name] = CustomField(name, kind, id=str(number), label=name)
        until, noon = date(2026, 2, 3), datetime(2026, 7, 3, 12, 20, tzinfo=UTC)
        order_id = self.order(
            {"item": "MUG-BLU", "quantity": 1, "custom": {"custcol_made_on": until}},
            ("MUG-RED", 1),
            custom={
                "custbody_gift_until": until,
                "custbody_gift_until_name": "3/2/2026",
                "custbody_pick_up": noon,
            },
        )
        for zone in ("America/Los_Angeles", "Australia/Sydney", "Europe/Berlin"):
            for shown in ("M/D/YYYY", "D-Mon-YYYY"):
                self.settings.time_zone, self.settings.date_format = zone, shown
                self.store = ProcessStore()
                self.client = self.new_client()
                for _time in range(2):
                    with self.subTest(zone, shown=shown):
                        record = self.read(SALES_ORDER, order_id)
                        self.assertEqual(
                            record.custom_fields,
                            {
                                "custbody_gift_until": until,
                                "custbody_gift_until_name": "3/2/2026",
                                "custbody_pick_up": noon,
                            },
                        )
                        lines = [line.custom_fields for line in record.lines]
                        self.assertEqual(lines, [{"custcol_made_on": until}, {}])
                        self.assertEqual(from_json(Transaction, to_json(record)), record)

    def test_units(self):
        """Quantities are in the unit of the line, whatever SuiteQL counts in [5.3]."""
        dozen = self.dozen()
        for base_units in (True, False):
            for may_see in (True, False):
                self.unverified.base_units = base_units
                if not may_see:
                    self.books.roles[self.role].revoke(roles.UNITS)
                self.store = ProcessStore()
                self.client = self.new_client()
                order_id = self.order({"item": "TEA-GREEN", "quantity": 5, "unit": dozen.id})
                with self.subTest(base_units=base_units, may_see=may_see):
                    (line,) = self.read(SALES_ORDER, order_id).lines
                    self.assertEqual((line.quantity, line.unit.id), (5.0, dozen.id))
                    self.books.fulfil_by_hand(order_id, {1: 2})
                    for whole in (True, False):
                        found = self.client.fulfillments([order_id], whole=whole)
                        self.assertEqual(fulfilled_quantities(found), {"1": 2.0})
                    (left,) = self.client.proposal(order_id).lines
                    self.assertEqual(left.quantity_remaining, 3.0)
            self.books.roles[self.role].grant(roles.UNITS)

    def dozen(self):
        """A unit that is not the stock unit of its goods."""
        return next(
            unit
            for kind in self.books.units_types.values()
            for unit in kind.units
            if unit.rate not in (0, 1)
        )

    def test_kits_and_what_is_not_shipped(self):
        order_id = self.order(
            ("GIFT-BOX", 2),
            {"item": "LAMP-STD", "quantity": 1, "drop_ship": True},
            ("ENGRAVE", 1),
            ("LICENCE", 1),
            ("MUG-RED", 1),
        )
        self.books.close_line(order_id, 5)
        record = self.read(SALES_ORDER, order_id)
        items = self.client.items(sorted(item_ids(record)))
        items |= self.client.items(
            [member.item.id for item in items.values() for member in item.members]
        )
        found = contents(record, items)
        self.assertEqual({one.line.key for one in found.goods}, {"1"})
        self.assertEqual(
            {(one.line.key, one.reason) for one in found.left_out},
            {("2", "drop_ship"), ("3", "no_goods"), ("4", "not_fulfillable"), ("5", "closed")},
        )
        kit = self.books.items[record.lines[0].item.id]
        self.assertEqual(
            {one.item.internal_id: one.member.quantity for one in found.goods}, kit.members
        )

    def test_invoices(self):
        order_id = self.order(("MUG-BLU", 3), ("MUG-RED", 1))
        self.books.fulfil_by_hand(order_id, {1: 2})
        made = self.books.invoice(order_id)
        record = self.read(INVOICE, getattr(made, "id", made))
        self.assertEqual(record.created_from.id, order_id)
        self.assertEqual({line.order_line for line in record.lines} - {"1", "2"}, set())
        alone = self.books.add_invoice([("MUG-BLU", 2)]).id
        record = self.read(INVOICE, alone)
        self.assertIsNone(record.created_from)
        self.assertEqual((record.lines[0].order_line, record.tracking_numbers), ("", ()))

    def test_several_addresses(self):
        address = {"addressee": "Second", "addr1": "2 Road", "city": "Leeds", "country": "GB"}
        order_id = self.order(
            {"item": "MUG-BLU", "quantity": 1, "ship_group": 1},
            {"item": "MUG-RED", "quantity": 1, "ship_group": 2},
            multi_ship_to=True,
            ship_groups=(
                {"id": 1, "address": {**address, "addressee": "First"}},
                {"id": 2, "address": address},
            ),
        )
        record = self.read(SALES_ORDER, order_id)
        self.assertTrue(record.multi_ship_to)
        self.assertEqual([line.ship_group for line in record.lines], ["1", "2"])
        self.assertIn("Second", record.ship_groups[1].address.text)

    def test_the_first_order_with_several_addresses(self):
        """It is recognised whatever was known before, and whether or not its field can be searched:
        else all its lines would go to the address of its body."""
        for searchable in (True, False):
            with self.subTest(searchable=searchable):
                self.unverified.routes_searchable = searchable
                self.store = ProcessStore()
                self.client = self.new_client()
                self.assertFalse(self.read(SALES_ORDER, self.order(("MUG-BLU", 1))).multi_ship_to)
                record = self.read(SALES_ORDER, self.groups_order())
                self.assertTrue(record.multi_ship_to)
                self.assertEqual([line.ship_group for line in record.lines], ["1", "2", "2"])

    def test_goods_that_are_taken_back(self):
        """A line of an exchange with a negative quantity is no goods to ship."""
        dozen = self.dozen()
        for base_units in (True, False):
            self.unverified.base_units = base_units
            self.store = ProcessStore()
            self.client = self.new_client()
            order = self.books.orders[
                self.order(
                    {"item": "TEA-GREEN", "quantity": 2, "unit": dozen.id},
                    ("MUG-BLU", 2),
                    {"item": "TEA-GREEN", "quantity": 3, "unit": dozen.id},
                )
            ]
            for line in order.lines[:2]:
                line.quantity = -line.quantity
            with self.subTest(base_units=base_units):
                record = self.read(SALES_ORDER, order.id)
                self.assertEqual([line.quantity for line in record.lines], [-2.0, -2.0, 3.0])
                found = contents(record, self.client.items(sorted(item_ids(record))))
                self.assertEqual([one.line.key for one in found.goods], ["3"])

    def groups_order(self):
        """An order of two ship groups."""
        return self.order(
            {"item": "MUG-BLU", "quantity": 2, "ship_group": 1},
            {"item": "MUG-RED", "quantity": 1, "ship_group": 2},
            {"item": "GIFT-BOX", "quantity": 1, "ship_group": 2},
            multi_ship_to=True,
            ship_groups=[
                {"id": group, "address": {"addr1": "Road", "city": "Leeds", "country": "GB"}}
                for group in (1, 2)
            ],
        )

    def test_ship_groups(self):
        """One group is fulfilled at a time, and the others are left alone."""
        order_id = self.groups_order()
        self.assertEqual(self.client.fulfillments([order_id]), ())
        proposal = self.client.proposal(order_id, "2")
        self.assertEqual(proposal.ship_group, "2")
        self.assertEqual([line.key for line in proposal.lines if line.key], ["2", "3"])
        self.assertEqual({line.ship_group for line in proposal.lines}, {"2"})
        lines = fulfillment_lines(proposal, {"2": Shipped(1.0), "3": Shipped(1.0)})
        one = Fulfillment(order_id, ship_group="2", lines=lines)
        self.client.create_fulfillment(one)
        (found,) = self.client.fulfillments([order_id])
        self.assertEqual(found.ship_group, "2")
        self.assertEqual(fulfilled_quantities([found]), {"2": 1.0, "3": 1.0})
        for group in ("2", "3"):
            self.refused(errors.NotFulfillable, self.client.proposal, order_id, group)
            wrong = replace(one, ship_group=group)
            self.refused(errors.NotFulfillable, self.client.create_fulfillment, wrong)
        (left,) = self.client.proposal(order_id, "1").lines
        self.assertEqual((left.key, left.quantity_remaining), ("1", 2.0))

    def test_time_zones(self):
        """Times are UTC, whatever the zone of the user or of the rows."""
        order_id = self.order(("MUG-BLU", 1))
        known = self.books.orders[order_id]
        for zone in ("America/Los_Angeles", "Asia/Singapore", "Pacific/Auckland"):
            for in_utc in (False, True):
                self.settings.time_zone = zone
                self.unverified.dates_in_utc = in_utc
                with self.subTest(zone, in_utc=in_utc):
                    query = Query(
                        SALES_ORDER, modified_from=known.modified, modified_to=known.modified
                    )
                    (header,) = everything(self.client, query)
                    self.assertEqual(header.last_modified, known.modified)
                    record = self.read(SALES_ORDER, order_id)
                    self.assertEqual(
                        (record.last_modified, record.tran_date), (known.modified, known.tran_date)
                    )

    def test_lists(self):
        role = self.books.roles[self.role]
        role.grant(roles.SHIPPING_ITEMS, roles.SUBSIDIARIES, roles.CLASSES, roles.DEPARTMENTS)
        for name, table in (
            ("location", self.books.locations),
            ("shipMethod", self.books.ship_methods),
            ("subsidiary", self.books.subsidiaries),
            ("class", self.books.classes),
            ("department", self.books.departments),
        ):
            with self.subTest(name):
                self.assertEqual(
                    set(self.client.choices(name)),
                    {Ref(one.id, one.name) for one in table.values()},
                )
        units = self.client.units(list(self.books.units_types))
        self.assertEqual(
            {(one.id, one.name, one.rate) for one in units.values()},
            {
                (one.id, one.name, float(one.rate))
                for kind in self.books.units_types.values()
                for one in kind.units
            },
        )

    def test_labels(self):
        wanted = ["custbody_delivery_instructions", "custcol_engraving", "custbody_not_there"]
        role = self.books.roles[self.role]
        role.grant(roles.CUSTOM_BODY_FIELDS)
        self.assertEqual(
            self.client.labels(wanted),
            {
                "custbody_delivery_instructions": "Delivery Instructions",
                "custcol_engraving": "Engraving Text",
            },
        )
        self.assertEqual(self.client.labels(["memo"]), {})
        role.revoke(roles.CUSTOM_BODY_FIELDS)
        self.assertEqual(self.new_client().labels(wanted), {})

    def test_deleted(self):
        order_id, other = self.order(("MUG-BLU", 1)), self.order(("MUG-BLU", 1))
        since = self.books.clock.now() - timedelta(minutes=1)
        self.books.delete("salesOrder", order_id)
        self.assertEqual(set(self.client.deleted(SALES_ORDER, since)), {order_id})
        found = self.client.read(SALES_ORDER, [order_id, other])
        self.assertEqual(list(found.records), [other])
        self.assertIs(type(found.errors[order_id]), errors.RecordMissing)

    def test_missing_permission(self):
        self.books.roles[self.role].revoke(roles.INVOICE)
        invoice = self.books.add_invoice([("MUG-BLU", 1)]).id
        with self.assertRaises(errors.PermissionMissing):
            found = self.client.read(INVOICE, [invoice])
            raise found.errors[invoice]

    # -- writing ---------------------------------------------------------------------------

    def test_partial_fulfillment(self):
        order_id = self.order(("MUG-BLU", 4), ("MUG-RED", 1), ("GIFT-BOX", 2))
        self.assertEqual(self.client.fulfillments([order_id]), ())
        wanted = self.fulfillment(
            order_id,
            {"1": 3, "3": 1},
            ship_status="packed",
            memo="WH/OUT/1",
            custom_fields={"custbody_tracking_link": "https://t.example/1?a=b&c=d"},
        )
        written = self.client.create_fulfillment(wanted)
        self.assertEqual((written.external_id, written.warning), (f"odoo-{order_id}", ""))
        (found,) = self.client.fulfillments([order_id])
        self.assertEqual(
            (found.internal_id, found.order_id, found.external_id, found.ship_status, found.memo),
            (written.internal_id, order_id, f"odoo-{order_id}", "packed", "WH/OUT/1"),
        )
        self.assertEqual(found.packages, (Package("1Z1", 1.5, "box"),))
        self.assertEqual(
            found.custom_fields["custbody_tracking_link"], "https://t.example/1?a=b&c=d"
        )
        self.assertEqual(fulfilled_quantities([found]), {"1": 3.0, "3": 1.0})
        proposal = self.client.proposal(order_id)
        left = {line.key: line.quantity_remaining for line in proposal.lines if line.key}
        self.assertEqual(left, {"1": 1.0, "2": 1.0, "3": 1.0})

    #: Kinds of parcels by shipping method.
    kinds = (("2001", "generic"), ("2003", "ups"))

    def test_update(self):
        for method, kind in self.kinds:
            order_id = self.order(("MUG-BLU", 4), ship_method=method)
            first = self.fulfillment(order_id, {"1": 1}, ship_status="picked", memo="first")
            written = self.client.create_fulfillment(first)
            packages = (Package("A", 1.0, "one"), Package("B", 2.0, "two"))
            change = Fulfillment(
                order_id,
                written.internal_id,
                ship_status="shipped",
                packages=packages,
                package_kind=kind,
            )
            for _time in range(2):  # a repeated change adds no parcels
                self.client.update_fulfillment(change)
                (found,) = self.client.fulfillments([order_id])
                self.assertEqual((found.package_kind, found.packages), (kind, packages))
            self.assertEqual((found.ship_status, found.memo), ("shipped", "first"))
            self.assertEqual(fulfilled_quantities([found]), {"1": 1.0})
            self.client.update_fulfillment(replace(change, ship_status="", packages=()))
            (found,) = self.client.fulfillments([order_id])
            self.assertEqual(found.packages, ())

    def test_one_package_at_least(self):
        """Accounts that want one say so by a code, whatever the transport."""
        self.unverified.package_required = True
        order_id = self.order(("MUG-BLU", 4))
        written = self.client.create_fulfillment(self.fulfillment(order_id, {"1": 1}))
        change = Fulfillment(order_id, written.internal_id, packages=())
        error = self.refused(errors.Refused, self.client.update_fulfillment, change)
        self.assertEqual(error.code, "AT_LEAST_ONE_PACKAGE_REQD")

    def test_lots(self):
        order_id = self.order(("HONEY-LOT", 2))
        number = next(
            one
            for one in self.books.inventory_numbers.values()
            if self.books.items[one.item].name == "HONEY-LOT"
        )
        found = self.client.inventory_numbers(number.item, [number.name.lower(), "NONE"])
        self.assertEqual(found, {number.name.lower(): Ref(number.id, number.name)})
        assignments = [Assignment(Ref(number.id, number.name), 2.0)]
        self.client.create_fulfillment(self.fulfillment(order_id, {"1": 2}, assignments))
        (fulfillment,) = self.client.fulfillments([order_id])
        (assignment,) = fulfillment.lines[0].assignments
        self.assertEqual((assignment.number.id, assignment.quantity), (number.id, 2.0))

    def test_invoice_update(self):
        invoice = self.books.add_invoice([("MUG-BLU", 1)]).id
        self.client.update_invoice(
            invoice,
            tracking_numbers="1Z1 1Z2",
            memo="sent",
            custom_fields={"custbody_delivery_instructions": "by hand"},
        )
        record = self.read(INVOICE, invoice)
        self.assertEqual((record.tracking_numbers, record.memo), (("1Z1", "1Z2"), "sent"))
        self.assertEqual(record.custom_fields["custbody_delivery_instructions"], "by hand")
        self.assertEqual(len(record.lines), 1)
        self.client.update_invoice(
            invoice, memo="", custom_fields={"custbody_delivery_instructions": ""}
        )
        record = self.read(INVOICE, invoice)
        self.assertEqual((record.tracking_numbers, record.memo), (("1Z1", "1Z2"), ""))
        self.assertNotIn("custbody_delivery_instructions", record.custom_fields)

    def told(self, type, field, texts):
        return {key: error for key, error in self.client.write_text(type, field, texts)}

    def test_text_in_a_field_of_many(self):
        """Each document for itself: what is locked, gone or in a closed period stops no other."""
        orders = [self.order(("MUG-BLU", 1)) for _number in range(3)]
        self.books.lock_record("salesOrder", orders[1])
        texts = dict.fromkeys([*orders, "999999"], "Held: no \u20ac & <no> unit")
        answers = self.told(SALES_ORDER, "custbody_odoo_status", texts)
        self.assertEqual(list(answers), [*orders, "999999"])
        self.assertIsNone(answers[orders[0]])
        self.assertIsNone(answers[orders[2]])
        self.assertIn("locked", str(answers[orders[1]]))
        self.assertIsInstance(answers[orders[1]], errors.Refused)
        self.assertIsInstance(answers["999999"], errors.RecordMissing)
        shown = [self.books.orders[one].custom.get("custbody_odoo_status") for one in orders]
        self.assertEqual(
            shown, ["Held: no \u20ac & <no> unit", None, "Held: no \u20ac & <no> unit"]
        )
        self.told(SALES_ORDER, "custbody_odoo_status", {orders[0]: ""})
        self.assertFalse(self.books.orders[orders[0]].custom["custbody_odoo_status"])
        order = self.read(SALES_ORDER, orders[2])
        self.assertEqual([line.quantity for line in order.lines], [1.0])

    def test_text_in_a_field_of_other_documents(self):
        invoice = self.books.add_invoice([("MUG-BLU", 2)]).id
        made = self.books.fulfil_by_hand(self.order(("MUG-BLU", 1)), ship_status="picked").id
        for type, key, record in (
            (INVOICE, invoice, self.books.invoices[invoice]),
            (ITEM_FULFILLMENT, made, self.books.fulfillments[made]),
        ):
            self.assertEqual(
                self.told(type, "custbody_odoo_status", {key: "Imported"}), {key: None}
            )
            self.assertEqual(record.custom["custbody_odoo_status"], "Imported")
        self.settings.closed_through = self.books.today() + timedelta(days=1)
        refused = self.told(ITEM_FULFILLMENT, "custbody_odoo_status", {made: "Held"})
        self.assertIsInstance(refused[made], errors.PeriodClosed)

    def test_text_in_a_field_that_is_none(self):
        order_id = self.order(("MUG-BLU", 1))
        for field in ("custbody_nonsense", "custbody_signature_required"):
            with self.subTest(field):
                refused = self.told(SALES_ORDER, field, {order_id: "x"})[order_id]
                self.assertIsInstance(refused, errors.Refused)
                self.assertFalse(refused.outcome_unknown)
        self.assertIsInstance(
            self.told(SALES_ORDER, "custbody_nonsense", {order_id: "x"})[order_id],
            errors.FieldMissing,
        )
        self.books.roles[self.role].grant(roles.SALES_ORDER, level=roles.VIEW)
        refused = self.told(SALES_ORDER, "custbody_odoo_status", {order_id: "x"})[order_id]
        self.assertIsInstance(refused, errors.PermissionMissing)
        self.unverified.permission_as_fault = True
        try:
            refused = self.told(SALES_ORDER, "custbody_odoo_status", {order_id: "x"})[order_id]
        except errors.PermissionMissing as error:
            refused = error
        self.assertIsInstance(refused, errors.PermissionMissing)

    def test_text_that_got_no_answer(self):
        orders = [self.order(("MUG-BLU", 1)) for _number in range(3)]
        texts = dict.fromkeys(orders, "Imported")
        for kind, more, error in (
            ("http", {"status": 429}, errors.ConcurrencyLimit),
            ("drop_after", {}, errors.ConnectionLost),
        ):
            with self.subTest(kind):
                self.simulator.faults.clear()
                self.simulator.faults.add("*", kind, times=1, **more)
                with self.assertRaises(error):
                    self.told(SALES_ORDER, "custbody_odoo_status", texts)
                answers = self.told(SALES_ORDER, "custbody_odoo_status", texts)
                self.assertEqual(answers, dict.fromkeys(orders))

    # -- refusals and trouble ------------------------------------------------------------------

    def test_twice(self):
        order_id = self.order(("MUG-BLU", 4))
        fulfillment = self.fulfillment(order_id, {"1": 1})
        self.client.create_fulfillment(fulfillment)
        error = self.refused(errors.DuplicateRecord, self.client.create_fulfillment, fulfillment)
        self.assertFalse(error.outcome_unknown)
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
            with self.subTest(changes), self.assertRaises(kind) as caught:
                self.client.create_fulfillment(replace(good, **changes))
            self.assertFalse(caught.exception.outcome_unknown)
        self.books.close_order(order_id)
        self.refused(errors.NotFulfillable, self.client.proposal, order_id)
        self.assertEqual(self.client.fulfillments([order_id]), ())
        pending = self.order(("MUG-BLU", 1))
        self.books.unapprove(pending)
        self.refused(errors.NotFulfillable, self.client.proposal, pending)

    def test_closed_period(self):
        order_id = self.order(("MUG-BLU", 4))
        good = self.fulfillment(order_id, {"1": 1})
        self.settings.closed_through = self.books.today() + timedelta(days=1)
        self.refused(errors.PeriodClosed, self.client.create_fulfillment, good)

    def test_trouble(self):
        """Whatever happens to a write: when it was saved all the same, the error says so."""
        order_id = self.order(("MUG-BLU", 40))
        fulfillment = self.fulfillment(order_id, {"1": 1})
        for kind, more, error in (
            ("fault", {"code": "WS_REQUEST_BLOCKED"}, errors.ConcurrencyLimit),
            ("fault", {"code": "ACCT_TEMP_UNAVAILABLE"}, errors.Maintenance),
            ("fault", {"code": "UNEXPECTED_ERROR"}, errors.ServerError),
            ("http", {"status": 503}, errors.ServerError),
            ("http", {"status": 429}, errors.ConcurrencyLimit),
            ("redirect", {}, errors.ServerError),
            ("drop_before", {}, errors.ConnectionLost),
            ("drop_after", {}, errors.ConnectionLost),
            ("fault_after", {"code": "UNEXPECTED_ERROR"}, errors.ServerError),
            ("http_after", {"status": 504}, errors.ServerError),
        ):
            with self.subTest(kind, **more):
                self.simulator.faults.clear()
                self.simulator.faults.add("*", kind, times=1, **more)
                found = self.refused(error, self.client.create_fulfillment, fulfillment)
                saved = self.client.fulfillments([order_id])
                if saved:
                    self.assertTrue(found.outcome_unknown)
                    self.books.delete("itemFulfillment", saved[0].internal_id)

    def test_unreadable_answers(self):
        self.order(("MUG-BLU", 1))
        for kind, kinds in (
            ("truncated", (errors.ConnectionLost, errors.MalformedAnswer)),
            ("malformed", (errors.MalformedAnswer,)),
            ("huge", (errors.MalformedAnswer,)),
        ):
            with self.subTest(kind):
                self.simulator.faults.clear()
                self.simulator.faults.add("*", kind, times=1)
                with self.assertRaises(kinds):
                    self.client.find(Query(SALES_ORDER))

    def test_saved_although_failed(self):
        for kind in ("after_submit_failed", "user_event_error"):
            order_id = self.order(("MUG-BLU", 4))
            fulfillment = self.fulfillment(order_id, {"1": 1})
            self.simulator.faults.clear()
            self.simulator.faults.add("*", kind, times=1)
            with self.subTest(kind):
                try:
                    written = self.client.create_fulfillment(fulfillment).internal_id
                except errors.NetSuiteError:
                    written = None  # REST need not tell; whoever is refused looks again
                (found,) = self.client.fulfillments([order_id])
                self.assertIn(written, (found.internal_id, None))

    def test_login(self):
        account = Account("7654321", self.simulator.url)
        with self.assertRaises(errors.LoginError):
            type(self.client)(account, self.wrong_credentials()).server_time()

    def wrong_credentials(self):
        return TokenCredentials(demo.CONSUMER_KEY, demo.CONSUMER_SECRET, demo.TOKEN_ID, "wrong")

    def test_no_secret_leaves(self):
        calls = []
        self.client.observe(calls.append)
        self.client.server_time()
        self.assertTrue(calls)
        for secret in (demo.CONSUMER_SECRET, demo.TOKEN_SECRET, demo.REST_TOKEN_SECRET):
            self.assertNotIn(secret, repr((calls, vars(self.client))))


@tagged("post_install", "-at_install")
class TestSoapAccount(GeneratedAccount, Soap):
    pass


@tagged("post_install", "-at_install")
class TestRestAccount(GeneratedAccount, Rest):
    pass


@tagged("post_install", "-at_install")
class TestSoapBooks(OwnBooks, Soap):
    pass


@tagged("post_install", "-at_install")
class TestRestBooks(OwnBooks, Rest):
    pass


@tagged("post_install", "-at_install")
class TestRestOAuth2Books(OwnBooks, RestOAuth2):
    pass


@tagged("post_install", "-at_install")
class TestRestOtherBooks(OwnBooks, Rest):
    """The same where nobody could verify what NetSuite does, with the other behaviour."""

    # Without previews nobody tells which kind of parcels a method takes.
    kinds = (("2001", "generic"),)

    def setUp(self):
        super().setUp()
        self.settings.date_format = "D.M.YYYY"
        self.unverified.rest_business_codes = True
        self.unverified.malformed_429 = True
        self.unverified.create_form_available = False
        self.unverified.null_columns_left_out = False

    def test_ship_groups(self):
        """Without previews nobody tells whether a transform takes the group."""
        order_id = self.groups_order()
        self.refused(errors.OtherShipGroup, self.client.proposal, order_id, "2")


# -- both transports at once -----------------------------------------------------------------------


@tagged("post_install", "-at_install")
class TestSameRecords(Rest):
    """A document read over SOAP and over REST is the same in everything that the connector uses."""

    def test_documents(self):
        self.simulator.reset(orders=200, seed=11)
        for role in ("soap", "rest"):
            self.books.roles[role].grant(roles.INVOICE, roles.UNITS, roles.LOCATIONS)
        soap = self.keep(SoapClient(self.account, SOAP_CREDENTIALS, timeout=(10, 30)))
        rest = self.new_client()
        wanted = set()
        for type in TRANSACTION_TYPES:
            query = Query(type)
            headers = everything(soap, query)
            self.assertEqual(
                sorted(headers, key=lambda one: int(one.internal_id)), everything(rest, query)
            )
            ids = [header.internal_id for header in headers]
            over_soap, over_rest = read_all(soap, type, ids), read_all(rest, type, ids)
            self.assertEqual(set(over_soap), set(ids))
            self.assertEqual(set(over_rest), set(ids))
            for internal_id in ids:
                with self.subTest(type, internal_id=internal_id):
                    self.assertEqual(
                        as_used(over_soap[internal_id]), as_used(over_rest[internal_id])
                    )
            wanted |= set().union(*map(item_ids, over_soap.values()))
        orders = [one.internal_id for one in everything(soap, Query(SALES_ORDER))]
        found = [
            {one.internal_id: replace(one, lines=one.lines) for one in client.fulfillments(orders)}
            for client in (soap, rest)
        ]
        self.assertEqual(*found)
        over_soap, over_rest = soap.items(sorted(wanted)), rest.items(sorted(wanted))
        self.assertEqual(set(over_soap), set(over_rest))
        for internal_id, item in over_soap.items():
            if item.type not in NEVER_SHIPPED:
                self.assertEqual(item, over_rest[internal_id])


@tagged("post_install", "-at_install")
class TestRequests(Rest):
    """How few requests are enough over REST."""

    def setUp(self):
        super().setUp()
        self.calls = []
        # What the first documents teach of an account is asked once.
        order_id = self.books.add_order([("MUG-BLU", 1)]).id
        everything(self.client, Query(SALES_ORDER))
        self.client.items(sorted(item_ids(self.read_order(order_id))))
        for _time in range(2):
            self.client.fulfillments([order_id])
            self.client.proposal(order_id)
        self.books.delete("salesOrder", order_id)
        self.client.observe(self.calls.append)

    def read_order(self, order_id):
        return self.client.read(SALES_ORDER, [order_id]).records[order_id]

    def count(self):
        count = [call.operation for call in self.calls]
        self.calls.clear()
        return count

    def test_import_of_a_thousand_orders(self):
        for _number in range(1000):
            self.books.add_order([("MUG-BLU", 1), ("MUG-RED", 2), ("TEA-GREEN", 3)])
        headers = everything(self.client, Query(SALES_ORDER))
        found = self.client.read(SALES_ORDER, [header.internal_id for header in headers])
        self.assertEqual((len(found.records), found.errors), (1000, {}))
        self.client.items(sorted(set().union(*map(item_ids, found.records.values()))))
        self.assertLessEqual(len(self.count()), 8)

    def test_shipment(self):
        """Two requests a shipment, once the kind of parcels of a shipping method is known."""
        for requests in (3, 2, 2):
            order_id = self.books.add_order([("MUG-BLU", 2)], ship_method="2001").id
            self.assertEqual(self.client.fulfillments([order_id]), ())
            proposal = self.client.proposal(order_id)
            self.client.create_fulfillment(
                Fulfillment(
                    order_id,
                    external_id=f"odoo-{order_id}",
                    lines=fulfillment_lines(proposal, {"1": Shipped(2.0)}),
                    packages=(Package("1Z1", 1.0),),
                    package_kind=proposal.package_kind,
                )
            )
            self.assertEqual(len(self.count()), requests)
            self.assertEqual(self.books.status(order_id), "F")

    def test_a_look_up_is_used_once(self):
        """What was seen before a write, or long ago, decides nothing."""
        order_id = self.books.add_order([("MUG-BLU", 2)]).id
        self.client.proposal(order_id)
        self.client.fulfillments([order_id])
        self.client.proposal(order_id)
        self.count()
        self.client.proposal(order_id)
        self.assertEqual(len(self.count()), 1)


# -- a real account --------------------------------------------------------------------------------


def live(name):
    return os.environ.get(LIVE + name, "")


class Live(AnyAccount):
    allow_inherited_tests_method = True
    days = int(live("DAYS") or 7)

    def lacking(self, why):
        self.skipTest(why)

    def setUp(self):
        super().setUp()
        if not all(map(live, self.needed)):
            self.skipTest(f"Set {', '.join(LIVE + name for name in self.needed)}.")
        self.client = self.new_client(Account(live("ACCOUNT")))
        self.addCleanup(self.client.close)

    def tokens(self):
        return TokenCredentials(*map(live, TOKENS))


TOKENS = ("CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN_ID", "TOKEN_SECRET")


@tagged("netsuite_live", "-standard", "post_install", "-at_install")
class TestLiveSoap(Live, BaseCase):
    needed = ("ACCOUNT", *TOKENS)

    def new_client(self, account):
        return SoapClient(account, self.tokens())


@tagged("netsuite_live", "-standard", "post_install", "-at_install")
class TestLiveRest(Live, BaseCase):
    needed = ("ACCOUNT", *TOKENS)

    def new_client(self, account):
        return RestClient(account, self.tokens())


@tagged("netsuite_live", "-standard", "post_install", "-at_install")
class TestLiveRestOAuth2(Live, BaseCase):
    needed = ("ACCOUNT", "CONSUMER_KEY", "CERTIFICATE_ID", "PRIVATE_KEY_FILE")

    def new_client(self, account):
        key = Path(live("PRIVATE_KEY_FILE")).read_text()
        return RestClient(
            account, ClientCredentials(live("CONSUMER_KEY"), live("CERTIFICATE_ID"), key)
        )


@tagged("netsuite_live", "-standard", "post_install", "-at_install")
class TestLiveSameRecords(BaseCase):
    """The account's latest documents, over both transports."""

    def test_documents(self):
        if not all(map(live, TestLiveSoap.needed)):
            self.skipTest(f"Set {', '.join(LIVE + name for name in TestLiveSoap.needed)}.")
        account, tokens = Account(live("ACCOUNT")), TokenCredentials(*map(live, TOKENS))
        since = datetime.now(UTC) - timedelta(days=Live.days)
        with SoapClient(account, tokens) as soap, RestClient(account, tokens) as rest:
            for type in TRANSACTION_TYPES:
                headers = everything(rest, Query(type, modified_from=since))[-20:]
                ids = [header.internal_id for header in headers]
                over_soap, over_rest = read_all(soap, type, ids), read_all(rest, type, ids)
                for internal_id in ids:
                    with self.subTest(type, internal_id=internal_id):
                        self.assertEqual(
                            as_used(over_soap[internal_id]), as_used(over_rest[internal_id])
                        )
