"""Everything that can go wrong becomes the error that says what to do next."""

import gzip
import itertools
from unittest.mock import Mock, patch

from odoo.tests import tagged

from ..netsuite import errors, http
from ..netsuite.records import SALES_ORDER, Fulfillment, FulfillmentLine, Query
from ..netsuite.soap import xml
from .soap_case import SoapCase
from .soap_stub import (
    CUT,
    DROP,
    OK,
    envelope,
    failed,
    fault,
    list_answer,
    search_answer,
    write_answer,
)

FULFILLMENT = Fulfillment("5", external_id="odoo-1", lines=(FulfillmentLine("1"),))
CODES = {
    errors.ConcurrencyLimit: "WS_REQUEST_BLOCKED WS_CONCUR_SESSION_DISALLWD CONCUR_SEARCH_DISALLWD",
    errors.Maintenance: "ACCT_TEMP_UNAVAILABLE",
    errors.Unavailable: "SESSION_TIMED_OUT INVALID_SESSION UPS_ONLINE_SHIP_UNAVAILBL",
    errors.ServerError: "UNEXPECTED_ERROR EXCEEDED_MAX_TIME",
    errors.LoginError: "INVALID_LOGIN_CREDENTIALS INVALID_LOGIN_ATTEMPT INVALID_ACCT USER_DISABLED",
    errors.FeatureMissing: "WS_FEATURE_REQD UNSUPPORTED_WS_VERSION INVALID_WS_VERSION",
    errors.PermissionMissing: "INSUFFICIENT_PERMISSION WS_PERMISSION_REQD PERMISSION_VIOLATION",
    errors.RecordMissing: "RCRD_DSNT_EXIST TRANS_DSNT_EXIST RCRD_PREVSLY_DELETED",
    errors.DuplicateRecord: "DUP_RCRD CANT_CREATE_NON_UNIQUE_RCRD",
    errors.NotFulfillable: "INVALID_INITIALIZE_REF ORD_UNAVAILBL_TO_FULFILL CANT_FULFILL_ITEM",
    errors.OverFulfillment: "OVER_FULFILL_DISALLWD",
    errors.PeriodClosed: "TRAN_PERIOD_CLOSED CLOSED_TRAN_PRD TRANS_EDIT_DISALLWD",
    errors.RecordChanged: "RCRD_HAS_BEEN_CHANGED MUST_RESUBMIT_RCRD",
    errors.SearchExpired: "INVALID_JOB_ID",
    errors.SearchTooLarge: "SEARCH_TIMED_OUT ABORT_SEARCH_EXCEEDED_MAX_TIME SSS_SEARCH_TIMEOUT",
    errors.Refused: "USER_ERROR PACKAGE_WEIGHT_REQD INVALID_TRACKING_NUM BRAND_NEW",
}


class ErrorCase(SoapCase):
    def refused(self, answer, call=None):
        """The error that a search, or ``call``, raises on this answer."""
        self.stub.answer(answer)
        with self.assertRaises(errors.NetSuiteError) as caught:
            (call or (lambda: self.client.items(["1"])))()
        self.assertTrue(str(caught.exception))
        return caught.exception

    def add_refused(self, answer):
        return self.refused(answer, lambda: self.client.create_fulfillment(FULFILLMENT))


@tagged("post_install", "-at_install")
class TestCodes(ErrorCase):
    def test_statuses_and_faults(self):
        for kind, codes in CODES.items():
            for code in codes.split():
                with self.subTest(code):
                    error = self.refused(search_answer(status=failed(code, "So it is.")))
                    self.assertIs(type(error), kind)
                    self.assertEqual((error.code, str(error)), (code, "So it is."))
                    self.assertEqual(error.operation, "search")
                    if kind is errors.Refused:
                        continue  # a fault's own kind says more than an unknown code
                    error = self.refused((500, fault(code, "So it is.")))
                    self.assertIs(type(error), kind)
                    self.assertEqual((error.code, str(error)), (code, "So it is."))

    def test_kind_of_fault(self):
        """The kind of a fault tells what USER_ERROR does not."""
        for name, kind in (
            ("insufficientPermissionFault", errors.PermissionMissing),
            ("invalidCredentialsFault", errors.LoginError),
            ("invalidSessionFault", errors.Unavailable),
            ("exceededConcurrentRequestLimitFault", errors.ConcurrencyLimit),
            ("exceededRequestLimitFault", errors.ConcurrencyLimit),
            ("invalidVersionFault", errors.FeatureMissing),
            ("unexpectedErrorFault", errors.ServerError),
            ("exceededRecordCountFault", errors.Refused),
        ):
            with self.subTest(name):
                error = self.refused((500, fault("USER_ERROR", "Hm.", name)))
                self.assertIs(type(error), kind)

    def test_namespace_of_another_version(self):
        answer = fault("WS_REQUEST_BLOCKED").replace(b"faults_2023_2", b"faults_2099_1")
        self.assertIs(type(self.refused((500, answer))), errors.ConcurrencyLimit)

    def test_untyped_faults(self):
        for sentence, kind in (
            ("Ambiguous authentication", errors.LoginError),
            (
                "SuiteTalk concurrent request limit exceeded. Request blocked.",
                errors.ConcurrencyLimit,
            ),
            ("Only one request may be made against a session at a time", errors.ConcurrencyLimit),
            (
                "The account you are trying to access is currently unavailable while we undergo "
                "our regularly scheduled maintenance.",
                errors.Maintenance,
            ),
            ("NLDatabaseOfflineException", errors.Maintenance),
            ("Session invalidation is in progress with different thread", errors.Unavailable),
            ("java.lang.NullPointerException", errors.ServerError),
            ("An unexpected error occurred.", errors.ServerError),
            ("The Connection Pool is not intialized.", errors.ServerError),
            ("org.xml.sax.SAXException: foo not found in bar", errors.Refused),
            ("Something new", errors.ServerError),
        ):
            with self.subTest(sentence):
                answer = envelope(
                    "<soapenv:Fault><faultcode>soapenv:Server.userException</faultcode>"
                    f"<faultstring>{sentence}</faultstring></soapenv:Fault>"
                )
                error = self.refused((500, answer))
                self.assertIs(type(error), kind)
                self.assertEqual(str(error), sentence)
        self.assertIs(type(self.refused(envelope("<soapenv:Fault/>"))), errors.ServerError)

    def test_several_details(self):
        status = (
            '<c:status isSuccess="false"><c:statusDetail type="WARN"><c:code>WARNING</c:code>'
            "<c:message>Beware.</c:message></c:statusDetail><c:statusDetail>"
            "<c:code>DUP_RCRD</c:code><c:message>First.</c:message></c:statusDetail>"
            "<c:statusDetail><c:code>USER_ERROR</c:code><c:message>Second.</c:message>"
            "</c:statusDetail></c:status>"
        )
        error = self.refused(search_answer(status=status))
        self.assertIs(type(error), errors.DuplicateRecord)
        self.assertEqual(str(error), "First. Second.")

    def test_failure_without_reason(self):
        error = self.refused(search_answer(status='<c:status isSuccess="false"/>'))
        self.assertIs(type(error), errors.ServerError)


@tagged("post_install", "-at_install")
class TestWrites(ErrorCase):
    SAVED = "<c:afterSubmitFailed>true</c:afterSubmitFailed>"

    def add(self, answer):
        self.stub.answer(answer)
        return self.client.create_fulfillment(FULFILLMENT)

    def test_written(self):
        ref = '<baseRef internalId="77" externalId="odoo-1" xsi:type="c:RecordRef"/>'
        written = self.add(write_answer("add", ref=ref))
        self.assertEqual(
            (written.internal_id, written.external_id, written.warning), ("77", "odoo-1", "")
        )

    def test_warnings_are_no_errors(self):
        status = (
            '<c:status isSuccess="true"><c:statusDetail type="WARN"><c:code>WARNING</c:code>'
            "<c:message>No zip code.</c:message></c:statusDetail></c:status>"
        )
        written = self.add(write_answer("add", status))
        self.assertEqual((written.internal_id, written.warning), ("77", "No zip code."))

    def test_saved_although_failed(self):
        for more in (self.SAVED, self.SAVED.replace("afterSubmit", "aftersubmit")):
            for code in ("USER_ERROR", "UNEXPECTED_ERROR", "DUP_RCRD"):
                written = self.add(write_answer("add", failed(code, "A script failed.", more)))
                self.assertEqual(written.internal_id, "77")
                self.assertEqual(written.warning, "A script failed.")

    def test_saved_by_its_sentence(self):
        for sentence in (
            "The transaction was successfully saved, but an error occurred in user events.",
            "The transaction was entered successfully, but the mail could not be sent.",
        ):
            written = self.add(write_answer("add", failed("DROP_SHIP_ERROR", sentence)))
            self.assertEqual((written.internal_id, written.warning), ("77", sentence))

    def test_saved_but_where(self):
        for status in (failed("USER_ERROR", "A script failed.", self.SAVED), OK):
            error = self.add_refused(write_answer("add", status, ref=""))
            self.assertTrue(error.outcome_unknown and error.repeatable)
        self.stub.answer(write_answer("update", ref=""))
        written = self.client.update_fulfillment(Fulfillment("5", "78"))
        self.assertEqual(written.internal_id, "78")  # known before

    def test_not_saved(self):
        """A reference does not mean that the record exists: a refused update has one too."""
        error = self.add_refused(write_answer("add", failed("RCRD_DSNT_EXIST")))
        self.assertIs(type(error), errors.RecordMissing)
        more = "<c:afterSubmitFailed>false</c:afterSubmitFailed>"
        error = self.add_refused(write_answer("add", failed("DUP_RCRD", "There.", more)))
        self.assertIs(type(error), errors.DuplicateRecord)
        self.assertFalse(error.outcome_unknown)


@tagged("post_install", "-at_install")
class TestHttp(ErrorCase):
    def test_statuses(self):
        page = b"<html><body>Sorry<br></body></html>"
        for status, kind in (
            (301, errors.ServerError),
            (302, errors.ServerError),
            (400, errors.Refused),
            (401, errors.LoginError),
            (403, errors.PermissionMissing),
            (404, errors.ConfigurationError),
            (408, errors.ServerError),
            (413, errors.Refused),
            (429, errors.ConcurrencyLimit),
            (500, errors.ServerError),
            (502, errors.ServerError),
            (503, errors.ServerError),
            (504, errors.ServerError),
            (200, errors.MalformedAnswer),
            (204, errors.MalformedAnswer),
        ):
            for body in (page, b"", envelope("<other/>")):
                if status == 204 and body:
                    continue
                with self.subTest(status=status, body=body):
                    error = self.refused((status, body))
                    self.assertIs(type(error), kind)
                    self.assertEqual(error.operation, "search")

    def test_redirections_are_refused(self):
        error = self.refused((302, b"", {"Location": f"{self.stub.url}/elsewhere"}))
        self.assertEqual(len(self.stub.asked), 1)
        self.assertIn("127.0.0.1", str(error))

    def test_page_for_people(self):
        page = b"<html><p>unavailable during our regularly scheduled maintenance</p><br></html>"
        for status in (200, 302, 503):
            self.assertIs(type(self.refused((status, page))), errors.Maintenance)

    def test_fault_with_any_status(self):
        for status in (200, 400, 401, 500, 503):
            error = self.refused((status, fault("WS_REQUEST_BLOCKED")))
            self.assertIs(type(error), errors.ConcurrencyLimit)

    def test_connection_lost(self):
        for answer in (DROP, CUT):
            error = self.add_refused(answer)
            self.assertIsInstance(error, errors.ConnectionLost)
            self.assertTrue(error.outcome_unknown)

    def test_no_answer_in_time(self):
        clock = Mock(**{"monotonic.side_effect": itertools.count(0, 11)})
        with patch.object(http, "time", clock):
            error = self.refused(search_answer())
        self.assertIsInstance(error, errors.ConnectionLost)

    def test_unreachable(self):
        self.stub.answer(search_answer())
        url, self.stub.url = self.stub.url, "http://127.0.0.1:9"
        self.addCleanup(setattr, self.stub, "url", url)
        client = self.new_client()
        with self.assertRaises(errors.ConnectionFailed) as caught:
            client.create_fulfillment(FULFILLMENT)
        self.assertFalse(caught.exception.outcome_unknown)
        self.assertIn("127.0.0.1:9", str(caught.exception))

    def test_lost_after_unreachable(self):
        """What failed before says nothing about what fails now."""
        self.stub.answer(DROP)
        try:
            raise http.NewConnectionError(None, "earlier")
        except http.NewConnectionError:
            with self.assertRaises(errors.ConnectionLost):
                self.client.create_fulfillment(FULFILLMENT)

    def test_environment_does_not_matter(self):
        """No proxy, no .netrc: keys go to the account's host only."""
        with patch.dict("os.environ", {"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}):
            self.stub.answer(search_answer(total=0, pages=0))
            self.assertEqual(self.client.items(["1"]), {})


@tagged("post_install", "-at_install")
class TestMalformed(ErrorCase):
    def malformed(self, answer, call=None):
        error = self.refused(answer, call)
        self.assertIs(type(error), errors.MalformedAnswer, str(error))
        return error

    def test_bodies(self):
        good = search_answer('<c:record internalId="1" xsi:type="a:KitItem"/>')
        for body in (
            b"",
            b"null",
            b"\x00\xff",
            good[:-10],
            good[: len(good) // 2],
            good + b"<more/>",
            good.decode().encode("utf-16"),
            good.replace(b"</soapenv:Body>", b""),
            good.replace(b"envelope/", b"envelop/"),
            good.replace(b"searchResponse", b"addResponse"),
            good.replace(b'isSuccess="true"', b""),
            good.replace(b"<c:totalRecords>1<", b"<c:totalRecords>many<"),
            good.replace(b"<c:totalPages>1<", b"<c:totalPages>NaN<"),
            envelope(""),
            envelope("<searchResponse/>"),
            gzip.compress(good),
        ):
            with self.subTest(body=body[:300]):
                self.malformed(body)
        self.malformed((200, b"no gzip", {"Content-Encoding": "gzip"}))

    def test_document_types_and_entities(self):
        good = search_answer("<c:record/>").decode()
        start = good.index("<soapenv")
        for doctype in (
            "<!DOCTYPE x>",
            '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]>',
        ):
            for inner in ("", "&a;", "&b;"):
                body = good[:start] + doctype + good[start:].replace("<c:record/>", inner)
                with self.subTest(body=body):
                    self.malformed(body.encode())

    def test_depth(self):
        deep = "<c:a>" * 100_000
        error = self.malformed(search_answer(deep + deep.replace("<", "</")))
        self.assertIn("depth", str(error))

    def test_size(self):
        with patch.object(http, "MAX_ANSWER", 100_000):
            error = self.malformed(search_answer("<c:record/>" * 20_000))
            self.assertIn("larger", str(error))
        with patch.object(xml, "MAX_PART", 100_000):
            error = self.malformed(search_answer("<c:other/>" * 20_000))
            self.assertIn("larger", str(error))

    def test_compressed_size(self):
        """What counts is the size after decompression."""
        body = gzip.compress(search_answer(" " * 20_000_000))
        with patch.object(http, "MAX_ANSWER", 1_000_000):
            self.malformed((200, body, {"Content-Encoding": "gzip"}))

    def test_bad_values_spoil_one_document(self):
        def order(internal_id, inner):
            return OK, (
                f'<record internalId="{internal_id}" xsi:type="s:SalesOrder">{inner}</record>'
            )

        line = "<s:itemList><s:item><s:quantity>{}</s:quantity></s:item></s:itemList>"
        custom = (
            '<s:customFieldList><c:customField xsi:type="c:DoubleCustomFieldRef" '
            'scriptId="custbody_a"><c:value>{}</c:value></c:customField></s:customFieldList>'
        )
        self.stub.answer(
            list_answer(
                order("1", "<s:tranDate>yesterday</s:tranDate>"),
                order("2", line.format("two")),
                order("3", line.format("INF")),
                order("4", line.format("2.0")),
                (OK, '<record internalId="5" xsi:type="s:CashSale"/>'),
                (OK, ""),
                (failed("RCRD_DSNT_EXIST", "Gone."), ""),
                order("8", "<s:shipDate>0001-01-01T00:00:00+14:00</s:shipDate>"),
                order("9", "<s:shipDate>9999-12-31T23:00:00Z</s:shipDate>"),
                order("10", custom.format("1e999")),
                order("11", custom.format("NaN")),
            )
        )
        found = self.client.read(SALES_ORDER, [str(number) for number in range(1, 12)])
        self.assertEqual(list(found.records), ["4"])
        kinds = {key: type(error) for key, error in found.errors.items()}
        self.assertEqual(kinds.pop("7"), errors.RecordMissing)
        self.assertEqual(set(kinds), {*"1235689", "10", "11"})
        self.assertEqual(set(kinds.values()), {errors.MalformedAnswer})

    def test_bad_hits(self):
        self.malformed(
            search_answer("<c:searchRow/>", rows=True),
            lambda: self.client.find(Query(SALES_ORDER)),
        )
        self.malformed(
            search_answer('<c:record xsi:type="s:ItemFulfillment"/>'),
            lambda: self.client.fulfillments(["1"]),
        )

    def test_bad_cursor(self):
        self.stub.answer(search_answer(rows=True))
        for cursor in ("x", "0|2", "a|b|c|d", "7|1|1000|"):
            with self.subTest(cursor), self.assertRaises(errors.SearchExpired):
                self.client.find(Query(SALES_ORDER), cursor)
