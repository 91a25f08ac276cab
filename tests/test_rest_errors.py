"""Everything that can go wrong becomes the error that says what to do next, as over SOAP."""

import gzip
import json
import tracemalloc
from unittest.mock import patch

from odoo.tests import tagged

from ..netsuite import errors
from ..netsuite.records import INVOICE, SALES_ORDER, Fulfillment, FulfillmentLine, Query, Ref
from ..netsuite.rest import answers, documents
from .rest_stub import DROP, RestCase, refused, rows
from .soap_case import SAMPLES, needs_netsuite_files
from .test_soap_errors import CODES

FULFILLMENT = Fulfillment("5", external_id="odoo-1", lines=(FulfillmentLine("1"),))
HTML = b"<html><body>The account is currently unavailable: scheduled maintenance</body></html>"


class ErrorCase(RestCase):
    def refused(self, answer, call=None):
        """The error that a query, or ``call``, raises on this answer."""
        self.stub.answer(answer)
        with self.assertRaises(errors.NetSuiteError) as caught:
            (call or (lambda: self.client.service.suiteql("SELECT", (), 1)))()
        self.assertTrue(str(caught.exception))
        return caught.exception

    def add_refused(self, answer):
        return self.refused(answer, lambda: self.client.create_fulfillment(FULFILLMENT))


@tagged("post_install", "-at_install")
class TestBodies(ErrorCase):
    @needs_netsuite_files
    def test_samples(self):
        for name, error, code in (
            ("400-idempotency", errors.Refused, "IDEMPOTENCY_ERROR"),
            ("400-invalid-content", errors.Refused, "INVALID_CONTENT"),
            ("401-invalid-login", errors.LoginError, "INVALID_LOGIN"),
            ("404-nonexistent-id", errors.RecordMissing, "NONEXISTENT_ID"),
            ("429-concurrency", errors.ConcurrencyLimit, "CONCURRENCY_LIMIT_EXCEEDED"),
            ("500-unexpected", errors.ServerError, "UNEXPECTED_ERROR"),
        ):
            body = (SAMPLES / "docs-rest" / f"error-{name}.json").read_bytes()
            found = self.refused((int(name[:3]), body))
            self.assertIs(type(found), error)
            self.assertEqual(found.code, code)
            detail = json.loads(body)["o:errorDetails"][0]
            self.assertIn(detail["detail"], str(found))
            self.assertIn(detail.get("o:errorPath", ""), str(found))
            # The same without the commas, which NetSuite's documentation forgets too.
            broken = self.refused((int(name[:3]), body.replace(b",\n", b"\n")))
            self.assertIs(type(broken), error)
            self.assertEqual(broken.code, code)

    def test_codes(self):
        """Codes mean the same over both transports."""
        for error, codes in CODES.items():
            for code in codes.split():
                if code in ("UNEXPECTED_ERROR", "EXCEEDED_MAX_TIME"):
                    continue
                found = self.refused(refused("No.", code))
                self.assertIs(type(found), error, code)
                self.assertEqual(found.code, code)

    def test_status_decides(self):
        for status, body, error in (
            (401, b"", errors.LoginError),
            (403, b"", errors.PermissionMissing),
            (403, refused("No.", "INSUFFICIENT_PERMISSION")[1], errors.PermissionMissing),
            (403, refused("No.", "BRAND_NEW")[1], errors.PermissionMissing),
            (404, b"<html>", errors.ConfigurationError),
            (404, refused("Gone.", "BRAND_NEW")[1], errors.RecordMissing),
            (405, b"", answers.Unsupported),
            (406, refused("No.", "NOT_ACCEPTABLE")[1], answers.Unsupported),
            (408, b"", errors.ServerError),
            (429, refused("No.", "USER_ERROR")[1], errors.ConcurrencyLimit),
            (429, b"{", errors.ConcurrencyLimit),
            (500, refused("No.", "USER_ERROR")[1], errors.ServerError),
            (500, refused("No.", "RCRD_DSNT_EXIST")[1], errors.ServerError),
            (502, b"", errors.ServerError),
            (503, HTML, errors.Maintenance),
            (503, refused("Closed.", "ACCT_TEMP_UNAVAILABLE")[1], errors.Maintenance),
            (301, b"", errors.ServerError),
            (200, HTML, errors.MalformedAnswer),
            (200, b"[]", errors.MalformedAnswer),
            (200, b"", errors.MalformedAnswer),
            (200, b"{", errors.MalformedAnswer),
            (200, b'{"items": [1]}', errors.MalformedAnswer),
            (200, b'{"items": 1}', errors.MalformedAnswer),
            (200, b'{"items": [{"a": NaN}]}', errors.MalformedAnswer),
            (200, b"[" * 100_000, errors.MalformedAnswer),
            (200, b'{"a":' * 100_000, errors.MalformedAnswer),
            (200, b"\xff\xfe", errors.MalformedAnswer),
            (400, b'{"o:errorDetails": 3, "title": []}', errors.Refused),
            (400, b'{"o:errorDetails": [null, {"detail": 3}]}', errors.Refused),
            (400, b"[" * 100_000, errors.Refused),
        ):
            with self.subTest(status=status, body=body[:40] if isinstance(body, bytes) else body):
                self.assertIs(type(self.refused((status, body))), error)

    def test_sentences(self):
        """Codes that say nothing leave it to the sentence."""
        for sentence, error in (
            ("This record already exists.", errors.DuplicateRecord),
            ("Record has been changed.", errors.RecordChanged),
            (
                "You have an invalid sales order 5 or the order is already closed.",
                errors.NotFulfillable,
            ),
            ("Concurrent request limit exceeded.", errors.ConcurrencyLimit),
            ("Please enter value(s) for: Gift.", errors.Refused),
        ):
            for code in ("USER_ERROR", "INVALID_CONTENT"):
                self.assertIs(type(self.refused(refused(sentence, code))), error)

    def test_clock(self):
        late = {"Date": "Mon, 04 May 2020 10:00:00 GMT"}
        found = self.refused((*refused("Invalid login attempt.", "INVALID_LOGIN", 401), late))
        self.assertIn("ahead of", str(found))

    def test_too_large(self):
        with patch.object(answers, "MAX_BODY", 1000):
            found = self.refused((200, {"items": [{"a": "x" * 1000}]}))
        self.assertIsInstance(found, errors.MalformedAnswer)

    def test_too_many_values(self):
        """A small body of very many values needs much memory: it is not even taken apart."""
        body = b'{"items":[' + b"[]," * 12_000_000 + b"[]]}"
        tracemalloc.start()
        found = self.refused((200, body))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        self.assertIn("values", str(found))
        self.assertLess(most, 4 * len(body))

    def test_compressed_size(self):
        """Bombs, also in several layers, are not unpacked beyond the limit."""
        body = gzip.compress(b" " * 60_000_000)
        for layers in ("gzip", "gzip, gzip", "gzip, gzip, gzip, gzip, gzip, gzip, gzip"):
            tracemalloc.start()
            found = self.refused((200, body, {"Content-Encoding": layers}))
            _now, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            with self.subTest(layers):
                self.assertIsInstance(found, errors.MalformedAnswer)
                self.assertLess(most, 3 * answers.MAX_BODY)
            body = gzip.compress(body)

    def test_nothing_is_repeated(self):
        for answer in ((500, b""), (429, b""), (401, b""), DROP):
            self.refused(answer)
            self.assertEqual(len(self.stub.asked), 1)


@tagged("post_install", "-at_install")
class TestWrites(ErrorCase):
    def test_a_page_is_no_success(self):
        """Something between here and NetSuite may answer with a page of its own, and success."""
        change = Fulfillment("5", "6", ship_status="shipped")
        found = self.refused((200, HTML), lambda: self.client.update_fulfillment(change))
        self.assertIsInstance(found, errors.MalformedAnswer)
        self.assertTrue(found.outcome_unknown)
        for answer in ((204, b""), (200, b""), (200, {"id": "6"})):
            self.stub.answer(answer)
            self.assertEqual(self.client.update_fulfillment(change).internal_id, "6")

    def test_outcome(self):
        for answer, error, unknown in (
            (DROP, errors.ConnectionLost, True),
            ((502, b""), errors.ServerError, True),
            ((202, b"", {"Location": "https://x/services/rest/async/v1/job/9"}), None, True),
            ((204, b""), errors.OutcomeUnknown, True),
            ((204, b"", {"Location": "https://x/itemFulfillment"}), errors.OutcomeUnknown, True),
            ((429, b""), errors.ConcurrencyLimit, False),
            (refused("No.", "DUP_RCRD"), errors.DuplicateRecord, False),
        ):
            found = self.add_refused(answer)
            self.assertIs(type(found), error or errors.OutcomeUnknown)
            self.assertEqual(found.outcome_unknown, unknown)

    def test_saved_all_the_same(self):
        sentence = "The transaction was successfully saved, but an error occurred."
        place = {"Location": "https://x/services/rest/record/v1/itemFulfillment/77"}
        self.stub.answer((*refused(sentence, "USER_ERROR"), place))
        written = self.client.create_fulfillment(FULFILLMENT)
        self.assertEqual((written.internal_id, written.warning), ("77", sentence))
        self.stub.answer(refused(sentence, "USER_ERROR"))
        self.assertEqual(self.client.update_invoice("5", memo="x").internal_id, "5")
        found = self.add_refused(refused(sentence, "USER_ERROR"))
        self.assertTrue(found.outcome_unknown)

    def test_wrong_ids(self):
        for call in (
            lambda: self.client.create_fulfillment(Fulfillment("5/../6")),
            lambda: self.client.create_fulfillment(Fulfillment("5", external_id="WH/OUT/1")),
            lambda: self.client.update_invoice("", memo="x"),
            lambda: self.client.find(Query(SALES_ORDER, saved_search="77")),
            lambda: self.client.choices("memo; DROP"),
        ):
            self.assertIsInstance(self.refused(rows(), call), errors.ConfigurationError)
            self.assertFalse(self.stub.asked)


@tagged("post_install", "-at_install")
class TestRecords(ErrorCase):
    def test_values_of_the_wrong_kind(self):
        for row in (
            {"id": ["5"], "modified": "2026-05-04 10:00:00"},
            {"id": "5", "modified": "yesterday"},
            {"id": "5", "modified_utc": "9999-99-99"},
            {"id": "5", "status": {}},
        ):
            self.assertIsInstance(
                self.refused(rows(row), lambda: self.client.find(Query(SALES_ORDER))),
                errors.MalformedAnswer,
            )

    def test_one_bad_document_spoils_no_other(self):
        good = {"id": "5", "status": "B", "entity": "1", "trandate": "2026-05-04"}
        bad = {**good, "id": "6", "trandate": "4/5/26"}
        gone = refused("Record does not exist.", "NONEXISTENT_ID", 404)
        self.stub.answer(rows(good, bad), rows(), {}, gone)
        found = self.client.read(INVOICE, ["5", "6", "7"])
        # A stand-alone invoice is asked for its tracking numbers, a missing one whether it is gone.
        fields = [asked.query["fields"] for asked in self.stub.asked if asked.method == "GET"]
        self.assertEqual(fields, ["trackingNumbers,linkedTrackingNumbers", "tranId"])
        self.assertEqual(list(found.records), ["5"])
        self.assertIsInstance(found.errors["6"], errors.MalformedAnswer)
        self.assertIsInstance(found.errors["7"], errors.RecordMissing)


@tagged("post_install", "-at_install")
class TestHostile(ErrorCase):
    """What no server should send; the fuzzers have found it."""

    def test_pages_without_end(self):
        again = rows({"id": "5", "tranid": "SO5", "status": "B"}, more=True)
        found = self.refused(again, lambda: self.client.choices("location"))
        self.assertIn("do not go on", str(found))
        self.assertLess(len(self.stub.asked), 4)

    def test_no_place_to_go_on_from(self):
        for place in (None, [], {}, "five", 1.5, True):
            answer = rows({"id": place, "name": "x"}, more=True)
            with self.subTest(place):
                found = self.refused(answer, lambda: self.client.choices("location"))
                self.assertIsInstance(found, errors.MalformedAnswer)

    def test_numbers_beyond_all_bounds(self):
        for number in (b"9" * 400, b"1e999"):
            body = b'{"items": [{"id": "1", "unitname": "Box", "rate": %s}]}' % number
            found = self.refused((200, body), lambda: self.client.units(["1"]))
            self.assertIsInstance(found, errors.MalformedAnswer)

    def test_what_no_database_can_hold(self):
        """Such a text would take its neighbours with it when they are stored."""
        self.stub.answer(rows({"id": "1", "unitname": "B\0o\ud800x", "rate": "2"}))
        self.assertEqual(self.client.units(["1"])["1"].name, "Box")
        found = self.refused(refused("N\0o\udfff.", "A\0B"))
        self.assertEqual((str(found), found.code), ("No.", "AB"))
        record = {"id": "1", "custbody_a": "x\0", "custbody_b": {"items": [{"id": "\ud8005"}]}}
        decoded = documents.transaction(record)
        self.assertEqual(decoded.custom_fields, {"custbody_a": "x", "custbody_b": (Ref("5"),)})
        for odd in (float("inf"), {"items": 5}, {"items": [1.5, None]}):
            with self.subTest(odd), self.assertRaises(ValueError):
                documents.transaction({"id": "1", "custbody_a": odd})

    def test_a_sentence_of_nothing(self):
        for said in ("\ud800", "\0", " "):
            found = self.refused(refused(said, "SOME_CODE"))
            self.assertIn("SOME_CODE", str(found))
            self.assertTrue(str(self.refused(refused(said, ""))))
        for body in (b'{"detail": "\\ud800" x', b'{"detail": "\0" x', b'{"detail": "" x'):
            self.assertTrue(str(self.refused((500, body))))

    def test_ids_that_are_none(self):
        for odd in ("", "x", "9" * 5000, None):
            self.stub.answer(rows({"id": odd, "status": "B", "tranid": "SO1"}))
            with self.subTest(odd), self.assertRaises(errors.MalformedAnswer):
                self.client.read(SALES_ORDER, ["1"])

    def test_custom_fields_that_are_no_text(self):
        """One document is unreadable, the others are not."""
        client = self.new_client(custom_fields={"body": ("custbody_a",), "line": ()})
        good, bad = ({"id": one, "status": "B", "tranid": f"SO{one}"} for one in "12")

        def answer(asked):
            is_body = asked.method == "POST" and "custbody_a" in asked.body.decode()
            return rows(good, {**bad, "custbody_a": {}}) if is_body else rows()

        self.stub.answer(answer)
        found = client.read(SALES_ORDER, ["1", "2"])
        self.assertEqual(list(found.records), ["1"])
        self.assertIsInstance(found.errors["2"], errors.MalformedAnswer)

    def test_an_item_that_is_none(self):
        """It spoils no other."""
        for odd in ({"id": "2", "itemtype": {}}, {"id": [], "itemtype": "Kit"}):
            self.stub.answer(
                rows({"id": "1", "itemid": "MUG", "itemtype": "InvtPart"}, odd), rows()
            )
            with self.subTest(odd), self.assertLogs("odoo.addons.connector_netsuite", "WARNING"):
                self.assertEqual(list(self.client.items(["1", "2"])), ["1"])

    def test_labels_that_nobody_asked_for(self):
        self.stub.answer(rows({"scriptid": "CUSTBODY_OTHER", "name": "Other"}))
        self.assertEqual(self.client.labels(["custbody_mine"]), {})

    def test_odd_headers(self):
        found = self.refused((302, b"", {"Location": "http://["}))
        self.assertIn("another address", str(found))
        sent = {"Date": "Fri, 31 Dec 9999 23:59:59 -2359"}
        found = self.refused((*refused("No.", "INVALID_LOGIN", 401), sent))
        self.assertIs(type(found), errors.LoginError)
