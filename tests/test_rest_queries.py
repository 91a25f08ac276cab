"""What is asked in SuiteQL, and how queries do without columns that are not there."""

import re
from datetime import UTC, date, datetime
from unittest.mock import Mock, patch

from odoo.tests import BaseCase, tagged

from ..netsuite import errors
from ..netsuite.records import INVOICE, SALES_ORDER, Address, Header, Query, Ref, ShipGroup
from ..netsuite.rest.learnt import Learnt
from ..netsuite.rest.routes import Routes
from ..netsuite.rest.select import among
from ..netsuite.store import ProcessStore
from .rest_stub import RestCase, refused, rows, unknown
from .soap_case import SAMPLES, needs_netsuite_files

FIRST, LAST = datetime(2026, 5, 4, 10, tzinfo=UTC), datetime(2026, 5, 4, 11, tzinfo=UTC)
BODY = {"id": "5", "status": "B", "trandate": "2026-05-04"}
LINE = {"transaction": "5", "id": "1", "item": "1", "itemtype": "InvtPart", "quantity": "-1"}
HIT = {"id": "5", "tranid": "SO1", "status": "B", "modified_utc": "2026-05-04 10:30:00"}
GENERIC = refused("Search error occurred: Invalid or unsupported search")


@tagged("post_install", "-at_install")
class TestSearch(RestCase):
    def sent(self, query, **values):
        self.stub.answer(rows())
        self.new_client(**values).find(query)
        (asked,) = self.stub.asked
        self.assertEqual(asked.headers["Prefer"], "transient")
        return asked

    def test_window(self):
        asked = self.sent(Query(SALES_ORDER, modified_from=FIRST, modified_to=LAST))
        self.assertEqual(asked.query, {"limit": "1000"})
        self.assertEqual(
            asked.json["params"],
            [  # first for an index, in whatever zone; then exactly
                "2026-05-03 22:00:00",
                "2026-05-05 01:00:00",
                "2026-05-04 10:00:00",
                "2026-05-04 11:00:00",
            ],
        )
        self.assertEqual(asked.sql.count("?"), 4)
        self.assertIn("TO_DATE(?, 'YYYY-MM-DD HH24:MI:SS')", asked.sql)

    def test_filters(self):
        query = Query(
            SALES_ORDER,
            statuses=("_salesOrderPendingFulfillment", "_salesOrderPartiallyFulfilled"),
            internal_ids=("5", "6", "5"),
            tran_ids=("SO1' OR '1'='1",),
            created_from=("9",),
            date_from=date(2026, 5, 1),
            date_to=date(2026, 5, 31),
            locations=("1",),
            subsidiaries=("2",),
        )
        asked = self.sent(query)
        self.assertIn("t.type = 'SalesOrd'", asked.sql)
        self.assertIn("t.status IN (?, ?, ?, ?)", asked.sql)
        self.assertIn("t.id IN (5, 6)", asked.sql)
        self.assertIn("m.location IN (1)", asked.sql)
        self.assertIn("m.subsidiary IN (2)", asked.sql)
        self.assertNotIn("SO1", asked.sql)
        self.assertEqual(
            asked.json["params"],
            [
                *("B", "D", "SalesOrd:B", "SalesOrd:D", "2026-05-01", "2026-05-31"),
                *("SO1' OR '1'='1", "so1' or '1'='1"),
            ],
        )
        left = self.sent(Query(INVOICE, statuses=("_invoiceOpen",), other_statuses=True))
        self.assertIn("t.status NOT IN (?, ?)", left.sql)
        self.assertEqual(left.json["params"], ["A", "CustInvc:A"])
        self.assertIn("1 = 0", self.sent(Query(INVOICE, statuses=("_salesOrderBilled",))).sql)
        self.assertIn("1 = 0", self.sent(Query(INVOICE, internal_ids=("x",))).sql)

    def test_ids_in_short_lists(self):
        found = among("t.id", [str(number) for number in range(1, 1001)]).sql
        self.assertEqual(found.count(" OR "), 4)
        self.assertEqual(found.count(","), 995)

    def test_hits(self):
        earlier = {**HIT, "id": "6", "modified_utc": "2026-05-04 09:59:59"}
        self.stub.answer(rows(HIT, {**HIT, "id": "7", "status": "SalesOrd:D"}, earlier))
        page = self.client.find(Query(SALES_ORDER, modified_from=FIRST, modified_to=LAST))
        moment = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
        self.assertEqual(
            page.headers,
            (
                Header("5", "SO1", "_salesOrderPendingFulfillment", moment),
                Header("7", "SO1", "_salesOrderPartiallyFulfilled", moment),
            ),
        )
        self.assertEqual((page.total, page.cursor), (3, ""))

    def test_pages(self):
        """Pages continue after the last id; the count stays the first page's."""
        client = self.new_client(page_size=1)
        self.stub.answer(rows(HIT, more=True, total=2), rows({**HIT, "id": "9"}, total=1))
        page = client.find(Query(SALES_ORDER))
        self.assertEqual((page.total, bool(page.cursor)), (2, True))
        page = client.find(Query(SALES_ORDER), page.cursor)
        self.assertEqual((page.headers[0].internal_id, page.total, page.cursor), ("9", 2, ""))
        first, second = self.stub.asked
        self.assertEqual(first.query, {"limit": "1"})
        self.assertNotIn("t.id >", first.sql)
        self.assertIn("((t.id > 5)) ORDER BY t.id", second.sql)
        for cursor in ("1", "a|b", "1|2|3"):
            with self.assertRaises(errors.SearchExpired):
                client.find(Query(SALES_ORDER), cursor)

    def test_lines_over_several_pages(self):
        """A page of lines continues behind the last line, also within a document."""
        page = [{**LINE, "id": str(number)} for number in (1, 2)]
        self.stub.answer(rows(BODY), rows(*page, more=True), rows({**LINE, "id": "3"}))
        (found,) = self.client.read(SALES_ORDER, ["5"]).records.values()
        self.assertEqual([one.key for one in found.lines], ["1", "2", "3"])
        self.assertIn(
            "((tl.transaction > 5) OR (tl.transaction = 5 AND tl.id > 2))", self.stub.asked[2].sql
        )

    @needs_netsuite_files
    def test_samples(self):
        for name, values in (
            ("suiteql-response", ["143", "144", "145"]),
            ("suiteql-types-response", ["CustInvc", "ItemShip", "SalesOrd"]),
        ):
            self.stub.answer((200, (SAMPLES / "docs-rest" / f"{name}.json").read_bytes()))
            found, _reply = self.client.service.suiteql("SELECT", (), 3)
            self.assertEqual([row.get("count") or row["type"] for row in found.rows], values)
            self.assertEqual(found.has_more, name == "suiteql-response")

    def test_server_time(self):
        self.stub.answer((200, rows(), {"Date": "Mon, 04 May 2026 10:00:00 GMT"}))
        self.assertEqual(self.client.server_time(), FIRST)


@tagged("post_install", "-at_install")
class TestMissingColumns(RestCase):
    def answer_without(self, *missing, sentence=None):
        """A NetSuite that has no column of these names, and says so or not."""

        def answer(asked):
            found = [name for name in missing if name in asked.sql]
            if found:
                return sentence or unknown(found[0].rpartition(".")[2])
            return rows({**HIT, "modified": "2026-05-04 10:30:00"})

        self.stub.answer(answer)

    def test_named(self):
        self.answer_without("t.tranid", "SYS_EXTRACT_UTC", sentence=None)
        self.stub.answers = [
            lambda asked: unknown("tranid") if "t.tranid" in asked.sql else rows(HIT)
        ]
        for _time in range(2):
            self.client.find(Query(SALES_ORDER))
        self.assertEqual(len(self.stub.asked), 3)
        self.new_client().find(Query(SALES_ORDER))  # remembered beyond the client
        self.assertEqual(len(self.stub.asked), 4)
        self.client.server_time()
        self.client.find(Query(SALES_ORDER))  # a test of the connection looks again
        self.assertEqual(len(self.stub.asked), 7)

    def test_not_named(self):
        names = [f"custbody_{number}" for number in range(12)]
        self.answer_without("t.custbody_3", "t.custbody_11", sentence=GENERIC)
        self.assertEqual(
            self.client.existing_fields("body", [*names, "memo", "custbody_x; DROP TABLE"]),
            tuple(name for name in names if name not in ("custbody_3", "custbody_11")),
        )
        asked = len(self.stub.asked)
        self.client.existing_fields("body", names)
        self.assertEqual(len(self.stub.asked), asked + 1)

    def test_permission(self):
        for answer in (GENERIC, refused("Permission Violation", "INSUFFICIENT_PERMISSION", 403)):
            self.stub.answer(answer)
            for call in (
                lambda: self.client.find(Query(INVOICE)),
                lambda: self.client.read(INVOICE, ["5"]),
            ):
                with self.assertRaises(errors.PermissionMissing) as caught:
                    call()
                self.assertIn("Transactions > Invoice", str(caught.exception))
                self.assertIn("SuiteAnalytics Workbook", str(caught.exception))
            with self.assertRaises(errors.PermissionMissing) as caught:
                self.client.server_time()
            self.assertIn("SuiteAnalytics Workbook", str(caught.exception))

    def test_other_trouble_comes_through(self):
        for status, error in ((429, errors.ConcurrencyLimit), (500, errors.ServerError)):
            self.stub.answer((status, b""))
            with self.assertRaises(error):
                self.client.find(Query(SALES_ORDER))
            self.assertEqual(len(self.stub.asked), 1)


@tagged("post_install", "-at_install")
class TestClock(RestCase):
    """Accounts that do not tell times in UTC."""

    def modified(self, written, utc, timezone=None, other=""):
        def answer(asked):
            if asked.method == "GET":
                return utc
            if "SYS_EXTRACT_UTC" in asked.sql:
                return GENERIC
            found = [{"id": "5", "status": "B", "modified": one} for one in (written, other) if one]
            return rows(*found)

        self.stub.answer(answer)
        client = self.new_client(store=None, timezone=timezone)
        client._learnt.forget("clock")
        page = client.find(Query(SALES_ORDER))
        client._learnt.forget("clock")
        return [header.last_modified for header in page.headers]

    def test_measured(self):
        summer = {"lastModifiedDate": "2026-05-04T10:30:00Z"}
        moment = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
        for written, timezone in (
            ("2026-05-04 03:30:00", None),
            ("2026-05-04 16:00:07", "Asia/Kolkata"),
            ("2026-05-04 10:30:00", "America/Chicago"),  # not in the user's zone after all
        ):
            (found,) = self.modified(written, summer, timezone)
            self.assertLess(abs((found - moment).total_seconds()), 10)
        found = self.modified(
            "2026-05-04 03:30:00", summer, "America/Los_Angeles", "2026-01-04 02:30:00"
        )
        self.assertEqual(found, [moment, datetime(2026, 1, 4, 10, 30, tzinfo=UTC)])

    def test_not_measurable(self):
        locked = refused("No.", "INSUFFICIENT_PERMISSION", 403)
        self.assertEqual(self.modified("2026-05-04 03:30:00", locked), [None])
        moment = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
        found = self.modified("2026-05-04 03:30:00", locked, "America/Los_Angeles")
        self.assertEqual(found, [moment])

    def test_wrong_zone(self):
        with self.assertRaises(errors.ConfigurationError):
            self.new_client(timezone="Mars/Olympus")


@tagged("post_install", "-at_install")
class TestLearnt(BaseCase):
    def test_facts_end(self):
        """What is learnt later does not prolong what was learnt first."""
        store = Mock(**{"get.return_value": None})
        learnt = Learnt(store, "x")
        with patch("time.time") as now:
            for now.return_value, seconds in ((0, 86400), (80000, 6400), (90000, 0)):
                learnt.put("missing", f"column {seconds}", True)
                self.assertEqual(store.put.call_args.args[2], seconds)
                facts = store.put.call_args.args[1]
        again = Learnt(Mock(**{"get.return_value": facts}), "x")
        self.assertTrue(again.get("missing", "column 86400"))


REFUSED = refused("Unknown field name 'isMultiShipTo' in the search query.")


@tagged("post_install", "-at_install")
class TestRoutes(RestCase):
    """Orders whose lines go to several addresses."""

    def read(self, *found):
        def answer(asked):
            if asked.method == "GET" and "q" in asked.query:
                return {"items": [{"id": one} for one in found]}
            if asked.method == "GET":
                line = {"line": 1, "shipGroup": 2}
                return {
                    "isMultiShipTo": True,
                    "item": {"items": [line]},
                    "shipGroup": {"items": [{"id": 2, "destinationAddress": "A<br>B"}]},
                }
            if "transactionline tl" in asked.sql:
                return rows({**LINE, "transaction": "5"}, {**LINE, "transaction": "6"})
            return rows(*({**BODY, "id": one} for one in ("5", "6")))

        self.stub.answer(answer)
        self.store = ProcessStore()
        client = self.new_client()
        records = client.read(SALES_ORDER, ["5", "6"]).records
        asked = len(self.stub.asked)
        client.read(SALES_ORDER, ["5", "6"])
        return records, asked, len(self.stub.asked) - asked

    def test_several_addresses(self):
        records, _first, _again = self.read("6", "99")
        self.assertFalse(records["5"].multi_ship_to)
        self.assertTrue(records["6"].multi_ship_to)
        self.assertEqual([one.ship_group for one in records["6"].lines], ["2"])
        place = Address(text="A\nB", override=True)
        self.assertEqual(records["6"].ship_groups, (ShipGroup("2", place),))

    def test_none_in_the_account(self):
        records, first, again = self.read()
        self.assertFalse(any(one.multi_ship_to for one in records.values()))
        self.assertEqual((first, again), (3, 3), "asked each time: there may be a first one now")

    def among(self, search, record, *order_ids):
        """What is said of these orders; ``search`` gives the hits of a condition."""

        def answer(asked):
            if "q" not in asked.query:
                return record
            found = search(*map(int, re.findall(r"EQUAL (\d+)", asked.query["q"])))
            return {"items": [{"id": str(one)} for one in found[:1000]]}

        self.stub.answer(
            answer if search else lambda asked: REFUSED if "q" in asked.query else record
        )
        routes = Routes(self.client.service, Learnt(ProcessStore(), "x"))
        found = routes.among(order_ids), routes.among(order_ids)
        self.assertEqual(*found)
        return found[0], len(self.stub.asked)

    def test_more_than_a_page_of_them_in_between(self):
        every = range(1, 5001)
        found, _asked = self.among(
            lambda low, high: [one for one in every if low <= one <= high], {}, "2", "4999", "9000"
        )
        self.assertEqual(found, {"2", "4999"})

    def test_not_searchable(self):
        """The records tell; and where theirs have no such field, the account has none of them."""
        found, asked = self.among(None, {"isMultiShipTo": True}, "5", "6")
        self.assertEqual((found, asked), ({"5", "6"}, 5))
        found, asked = self.among(None, {"id": "5"}, "5", "6")
        self.assertEqual((found, asked), (set(), 2))

    def test_nobody_can_tell(self):
        """A role that may not load orders gets none, rather than one to a wrong address."""
        forbidden = refused("No.", "INSUFFICIENT_PERMISSION", 403)
        self.stub.answer(lambda asked: forbidden if asked.method == "GET" else rows(BODY))
        found = self.client.read(SALES_ORDER, ["5"])
        self.assertEqual(found.records, {})
        self.assertIs(type(found.errors["5"]), errors.PermissionMissing)


@tagged("post_install", "-at_install")
class TestLists(RestCase):
    def test_numbers(self):
        self.stub.answer(rows({"id": "143", "number": "lot-A"}))
        found = self.client.inventory_numbers("7", ["LOT-a", "none"])
        self.assertEqual(found, {"LOT-a": Ref("143", "lot-A")})
        self.assertEqual(self.stub.asked[0].json["params"], ["LOT-A", "NONE"])
        serials = [f"S{number}" for number in range(1001)]
        self.client.inventory_numbers("7", serials)
        asked = self.stub.asked.pop()
        self.assertEqual(asked.json["params"], serials)
        self.assertLessEqual(max(one.count("?") for one in asked.sql.split("IN (")), 200)
        self.assertEqual(self.client.inventory_numbers("7", []), {})
        self.assertEqual(len(self.stub.asked), 1)

    def test_choices(self):
        self.stub.answer(rows({"id": "1", "name": "East", "fullname": "US : East"}))
        self.assertEqual(self.client.choices("location"), (Ref("1", "US : East"),))
        self.stub.answer(GENERIC, GENERIC, rows({"place": "-9", "id": "3", "name": "UPS"}))
        self.assertEqual(self.client.choices("shipMethod"), (Ref("3", "UPS"),))
        self.stub.answer(GENERIC)
        with self.assertRaises(errors.PermissionMissing):
            self.client.choices("class")

    def test_deleted(self):
        self.stub.answer(rows({"id": "5", "deleted": "2026-05-04 10:00:00"}))
        self.assertEqual(self.client.deleted(SALES_ORDER, FIRST), {"5": FIRST})
        self.stub.answer(GENERIC)
        with self.assertRaises(errors.FeatureMissing):
            self.client.deleted(SALES_ORDER, FIRST)
