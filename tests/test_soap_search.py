"""Pages, cursors and lists: nothing is lost between requests."""

from dataclasses import replace
from datetime import UTC, date, datetime

from odoo.tests import tagged

from ..netsuite import errors
from ..netsuite.records import SALES_ORDER, Query, Ref
from .soap_case import SoapCase
from .soap_stub import OK, envelope, failed, list_answer, row, search_answer


def item(internal_id, more=""):
    return f'<c:record internalId="{internal_id}" xsi:type="a:InventoryItem">{more}</c:record>'


@tagged("post_install", "-at_install")
class TestFind(SoapCase):
    def find_all(self, query, client=None):
        """Ids of all hits, and the pages' totals."""
        client = client or self.client
        page = client.find(query)
        ids, totals = [header.internal_id for header in page.headers], [page.total]
        while page.cursor:
            page = client.find(query, page.cursor)
            ids += [header.internal_id for header in page.headers]
            totals.append(page.total)
        return ids, totals

    def test_pages(self):
        self.stub.answer(
            search_answer(row("1") + row("2"), rows=True, total=3, pages=2),
            search_answer(row("3"), rows=True, total=3, pages=2, page=2, more=True),
        )
        self.assertEqual(self.find_all(Query(SALES_ORDER)), (["1", "2", "3"], [3, 3]))
        second = self.stub.asked[1]
        self.assertEqual(second.values("searchId"), ["WEBSERVICES_9"])
        self.assertEqual(second.values("pageIndex"), ["2"])

    def test_cursor_keeps_the_page_size(self):
        """NetSuite wants the first page's settings again, whatever the next client's are."""
        self.stub.answer(search_answer(row("1"), rows=True, total=2, pages=2))
        cursor = self.new_client(page_size=50).find(Query(SALES_ORDER)).cursor
        self.stub.answer(search_answer(row("2"), rows=True, total=2, pages=2, page=2, more=True))
        self.client.find(Query(SALES_ORDER), cursor)
        self.assertEqual(self.stub.asked[0].values("pageSize"), ["50"])

    def test_page_may_be_empty(self):
        """A page shrinks when documents change meanwhile; the pages after it still count."""
        self.stub.answer(
            search_answer(row("1"), rows=True, total=3, pages=3),
            search_answer("", rows=True, total=2, pages=3, page=2, more=True),
            search_answer(row("3"), rows=True, total=2, pages=3, page=3, more=True),
        )
        self.assertEqual(self.find_all(Query(SALES_ORDER)), (["1", "3"], [3, 2, 2]))

    def test_expired(self):
        self.stub.answer(search_answer(more=True, status=failed("INVALID_JOB_ID")))
        with self.assertRaises(errors.SearchExpired):
            self.client.find(Query(SALES_ORDER), "0|2|1000|WEBSERVICES_9")

    def test_several_numbers(self):
        """A text filter knows no "or": each number is a search, on a page of its own."""
        query = Query(SALES_ORDER, tran_ids=("SO1", "SO2", "SO1", "SO3"))
        self.stub.answer(
            search_answer(row("1"), rows=True),
            search_answer("", rows=True, total=0, pages=0),
            search_answer(row("3"), rows=True),
        )
        ids, totals = self.find_all(query)
        self.assertEqual(ids, ["1", "3"])
        self.assertEqual(len(set(totals)), 1)  # a change would mean that documents have shifted
        asked = [request.values("searchValue")[-2] for request in self.stub.asked]
        self.assertEqual(asked, ["SO1", "SO2", "SO3"])

    def test_many_ids(self):
        ids = tuple(str(number) for number in range(1500))
        for name in ("internal_ids", "created_from"):
            query = replace(Query(SALES_ORDER), **{name: ids})
            self.stub.answer(
                search_answer(row("1"), rows=True, total=1000, pages=2),
                search_answer(row("2"), rows=True, total=1000, pages=2, page=2, more=True),
                search_answer(row("3"), rows=True, total=500),
            )
            self.assertEqual(self.find_all(query), (["1", "2", "3"], [1500] * 3))

    def test_rows_of_a_saved_search(self):
        """A saved search of somebody else's may give a row for each line."""
        self.stub.answer(search_answer(row("1") + row("1") + row("2"), rows=True))
        self.assertEqual(self.find_all(Query(SALES_ORDER, saved_search="7"))[0], ["1", "2"])

    def test_days(self):
        """Asked for are days more, in whatever zone NetSuite compares them; given are the days."""
        query = Query(SALES_ORDER, date_from=date(2026, 1, 5), date_to=date(2026, 1, 6))
        rows = "".join(
            row(str(day), day=f"2026-01-{day:02}T22:00:00.000-08:00") for day in range(3, 8)
        )
        self.stub.answer(search_answer(rows + row("99"), rows=True))
        # 22:00 Pacific is midnight in Chicago: the day after
        self.assertEqual(self.find_all(query)[0], ["4", "5", "99"])
        request = self.stub.asked[0].body.decode()
        self.assertIn(">2026-01-04T10:00:00Z<", request)
        self.assertIn(">2026-01-07T12:00:00Z<", request)
        self.assertIn("tranDate", request.partition("columns")[2])

    def test_header(self):
        hit = row(
            "1", status="partiallyFulfilled", number="SO1", modified="2026-01-05T08:15:00-08:00"
        )
        self.stub.answer(search_answer(hit, rows=True))
        (header,) = self.client.find(Query(SALES_ORDER)).headers
        self.assertEqual(header.status, "_salesOrderPartiallyFulfilled")
        self.assertEqual(header.last_modified, datetime(2026, 1, 5, 16, 15, tzinfo=UTC))


@tagged("post_install", "-at_install")
class TestLists(SoapCase):
    def test_whole_records_over_pages(self):
        self.stub.answer(
            search_answer(item("1"), total=2, pages=2),
            search_answer(item("2"), total=2, pages=2, page=2, more=True),
        )
        self.assertEqual(list(self.client.items(["1", "2", "3"])), ["1", "2"])

    def test_records_that_shift(self):
        """A fulfilment that slips from page to page must not be missed."""
        fulfilment = '<c:record internalId="{}" xsi:type="s:ItemFulfillment"/>'
        self.stub.answer(
            search_answer(fulfilment.format(1), total=3, pages=2),
            search_answer(fulfilment.format(3), total=2, pages=2, page=2, more=True),
        )
        with self.assertRaises(errors.SearchExpired):
            self.client.fulfillments(["1"])

    def test_repeated_records(self):
        """A search without columns may give a record once for each line [facts 4.1]."""
        fulfilment = '<c:record internalId="1" xsi:type="s:ItemFulfillment"/>'
        self.stub.answer(search_answer(fulfilment * 3, total=3))
        self.assertEqual(len(self.client.fulfillments(["1"])), 1)

    def test_one_bad_item(self):
        bad = item("1", "<a:weight>heavy</a:weight>")
        self.stub.answer(search_answer(bad + item("2"), total=2))
        with self.assertLogs("odoo.addons.connector_netsuite.netsuite", "WARNING"):
            self.assertEqual(list(self.client.items(["1", "2"])), ["2"])

    def test_refusals_stand_where_their_id_was_asked_for(self):
        order = '<record internalId="{}" xsi:type="s:SalesOrder"/>'
        gone = failed("RCRD_DSNT_EXIST", "That record does not exist.")
        hidden = failed("INSUFFICIENT_PERMISSION", "No.")
        self.stub.answer(list_answer((gone, ""), (OK, order.format(2)), (hidden, "")))
        found = self.client.read(SALES_ORDER, ["1", "2", "3"])
        self.assertEqual(list(found.records), ["2"])
        kinds = {key: type(error) for key, error in found.errors.items()}
        self.assertEqual(kinds, {"1": errors.RecordMissing, "3": errors.PermissionMissing})
        # Another order, and one that is missing without a word.
        self.stub.answer(list_answer((OK, order.format(3)), (OK, order.format(2))))
        found = self.client.read(SALES_ORDER, ["1", "2", "3"])
        self.assertEqual(set(found.records), {"2", "3"})
        self.assertIs(type(found.errors["1"]), errors.RecordMissing)

    def test_refused_as_a_whole(self):
        answer = envelope(
            "<getListResponse><readResponseList>"
            f"{failed('WS_REQUEST_BLOCKED')}</readResponseList></getListResponse>"
        )
        self.stub.answer(answer)
        with self.assertRaises(errors.ConcurrencyLimit):
            self.client.read(SALES_ORDER, ["1"])

    def test_nothing_asked(self):
        self.stub.answer(b"")
        found = self.client.read(SALES_ORDER, [])
        self.assertEqual((found.records, found.errors), ({}, {}))
        self.assertEqual(self.client.fulfillments([]), ())
        self.assertEqual(self.client.inventory_numbers("1", []), {})
        self.assertEqual(self.client.units([]), {})
        self.assertEqual(self.stub.asked, [])

    def test_inventory_numbers(self):
        number = (
            '<c:record internalId="{0}" xsi:type="a:InventoryNumber">'
            "<a:inventoryNumber>LOT{0}</a:inventoryNumber></c:record>"
        )
        self.stub.answer(search_answer(number.format(1)), search_answer(total=0, pages=0))
        self.assertEqual(
            self.client.inventory_numbers("5", ["lot1", "LOT2"]), {"lot1": Ref("1", "LOT1")}
        )
        self.assertEqual(len(self.stub.asked), 2)
        many = [f"LOT{position}" for position in range(20)]
        self.stub.answer(search_answer("".join(map(number.format, range(50)))))
        self.assertEqual(list(self.client.inventory_numbers("5", many)), many)
        self.assertEqual(len(self.stub.asked), 1)

    def test_lists_over_pages(self):
        def deleted(page, *ids):
            rows = "".join(
                "<c:deletedRecord><c:deletedDate>2026-01-05T08:00:00Z</c:deletedDate>"
                f'<c:record internalId="{one}" xsi:type="c:RecordRef"/></c:deletedRecord>'
                for one in ids
            )
            return envelope(
                f"<getDeletedResponse><c:getDeletedResult>{OK}<c:totalPages>2</c:totalPages>"
                f"<c:pageIndex>{page}</c:pageIndex><c:deletedRecordList>{rows}"
                "</c:deletedRecordList></c:getDeletedResult></getDeletedResponse>"
            )

        self.stub.answer(deleted(1, "1", "2"), deleted(2, "3"))
        moment = datetime(2026, 1, 5, 8, tzinfo=UTC)
        self.assertEqual(
            self.client.deleted(SALES_ORDER, moment), dict.fromkeys(("1", "2", "3"), moment)
        )
        self.stub.answer(
            envelope(
                f"<getSelectValueResponse><c:getSelectValueResult>{OK}<c:totalPages>1"
                '</c:totalPages><c:baseRefList><c:baseRef internalId="1" xsi:type="c:RecordRef">'
                "<c:name>Main</c:name></c:baseRef></c:baseRefList></c:getSelectValueResult>"
                "</getSelectValueResponse>"
            )
        )
        self.assertEqual(self.client.choices("location"), (Ref("1", "Main"),))
