"""NetSuite's own sample answers: each gives a record or a named error."""

from datetime import UTC, date, datetime

from odoo.tests import tagged

from ..netsuite import errors
from ..netsuite.records import SALES_ORDER, Fulfillment, Header, Query, Ref
from .soap_case import SAMPLES, SoapCase, needs_netsuite_files

FULFILLMENT = Fulfillment("5", external_id="odoo-1")


@needs_netsuite_files
@tagged("post_install", "-at_install")
class TestSamples(SoapCase):
    # Sample, call, and what comes: a check, or an error with its code.
    def call(self, path, name, *arguments, rename=None):
        """Give the sample as the answer; ``rename`` fits it to another operation of ours."""
        body = (SAMPLES / path).read_bytes()
        for old, new in (rename or {}).items():
            body = body.replace(old, new)
        self.stub.answer((500 if "fault" in path else 200, body))
        return getattr(self.client, name)(*arguments)

    def check_error(self, kind, code, *call, **options):
        with self.assertRaises(errors.NetSuiteError) as caught:
            self.call(*call, **options)
        self.assertIs(type(caught.exception), kind)
        self.assertEqual(caught.exception.code, code)
        self.assertTrue(str(caught.exception))

    def test_writes(self):
        for name, internal_id, external_id, warning in (
            ("success", "76", "Strawberry10424664", ""),
            ("warning", "50", "", "Without a zip/postal code"),
            ("aftersubmit-failed-as-in-docs", "68", "EID_PO_68", "Please enter value(s) for: Comp"),
            ("aftersubmit-failed-as-in-xsd", "68", "EID_PO_68", "Please enter value(s) for: Comp"),
        ):
            with self.subTest(name):
                written = self.call(
                    f"docs-soap/add-response-{name}.xml", "create_fulfillment", FULFILLMENT
                )
                self.assertEqual(
                    (written.internal_id, written.external_id), (internal_id, external_id)
                )
                self.assertTrue(written.warning.startswith(warning))
        self.check_error(
            errors.RecordMissing,
            "RCRD_DSNT_EXIST",
            "docs-soap/update-response-rcrd-dsnt-exist.xml",
            "update_fulfillment",
            Fulfillment("5", "222"),
        )

    def test_upsert(self):
        self.stub.answer((SAMPLES / "docs-soap/upsert-response-success.xml").read_bytes())
        record = self.client.service.make("sales:ItemFulfillment", externalId="odoo-1")
        written = self.client.service.upsert(record)
        self.assertEqual((written.internal_id, written.external_id), ("973", "THISISMYEXTID"))

    def test_faults(self):
        for name, kind, code in (
            ("ambiguous-authentication-untyped", errors.LoginError, ""),
            ("concurrency-session", errors.ConcurrencyLimit, "WS_CONCUR_SESSION_DISALLWD"),
            ("concurrency-tba", errors.ConcurrencyLimit, "WS_REQUEST_BLOCKED"),
            ("insufficient-permission", errors.PermissionMissing, "INSUFFICIENT_PERMISSION"),
            ("invalid-credentials", errors.LoginError, "INVALID_LOGIN_CREDENTIALS"),
            ("session-timeout", errors.Unavailable, "SESSION_TIMED_OUT"),
            ("unexpected-error", errors.ServerError, "UNEXPECTED_ERROR"),
        ):
            with self.subTest(name):
                self.check_error(kind, code, f"docs-soap/fault-{name}.xml", "items", ["1"])

    def test_order(self):
        """The sample has its elements out of order, and is the answer to "get"."""
        found = self.call(
            "docs-soap/get-salesOrder-response.xml",
            "read",
            SALES_ORDER,
            ["1505"],
            rename={
                b"<getResponse": b"<getListResponse",
                b"</getResponse>": b"</readResponseList></getListResponse>",
                b"<readResponse>": b"<readResponseList><readResponse>",
            },
        )
        order = found.records["1505"]
        self.assertEqual(found.errors, {})
        self.assertEqual(order.tran_id, "SORD10069")
        self.assertEqual(order.status, "_salesOrderPendingFulfillment")
        self.assertEqual(order.entity, Ref("87", "Abe Simpson"))
        self.assertEqual(order.tran_date, date(2006, 8, 22))
        self.assertEqual(order.last_modified, datetime(2006, 8, 22, 22, 49, tzinfo=UTC))
        self.assertIsNone(order.address)
        (line,) = order.lines
        self.assertEqual(
            (line.key, line.item, line.quantity), ("1", Ref("15", "Tongue Depressor"), 1)
        )

    def test_searches(self):
        page = self.call(
            "constructed/search-advanced-rows-response.xml", "find", Query(SALES_ORDER)
        )
        self.assertEqual(
            page.headers,
            (
                Header(
                    "1001",
                    "SO1001",
                    "_salesOrderPendingFulfillment",
                    datetime(2026, 1, 5, 16, 15, tzinfo=UTC),
                ),
                Header("1002", "SO1002", "", datetime(2026, 1, 5, 16, 16, tzinfo=UTC)),
            ),
        )
        self.assertEqual(page.total, 3)
        self.assertTrue(page.cursor)
        empty = "docs-soap/search-response-empty.xml"
        self.assertEqual(self.call(empty, "find", Query(SALES_ORDER)).headers, ())
        self.assertEqual(self.call(empty, "items", ["1"]), {})
        self.assertEqual(self.call(empty, "fulfillments", ["1"]), ())
        self.assertEqual(self.call(empty, "inventory_numbers", "5", ["A"]), {})

    def test_proposal(self):
        proposal = self.call(
            "constructed/initialize-itemFulfillment-response.xml", "proposal", "1001"
        )
        self.assertEqual(proposal.order_id, "1001")
        self.assertEqual((proposal.package_kind, proposal.ship_status), ("generic", "shipped"))
        self.assertEqual(
            [(line.key, line.item.name, line.quantity_remaining) for line in proposal.lines],
            [("1", "WIDGET", 5.0), ("4", "GADGET", 2.0)],
        )

    def test_answers_to_other_questions(self):
        address = "docs-soap/search-response-address.xml"
        self.assertEqual(self.call(address, "items", ["1"]), {})
        self.check_error(errors.MalformedAnswer, "", address, "fulfillments", ["1"])
        for path in ("getDataCenterUrls-response", "get-salesOrder-response"):
            self.check_error(errors.MalformedAnswer, "", f"docs-soap/{path}.xml", "server_time")

    def test_no_sample_breaks_any_call(self):
        """Whatever answer comes to whatever question: a record or a named error."""
        calls = (
            ("server_time",),
            ("find", Query(SALES_ORDER)),
            ("read", SALES_ORDER, ["1505"]),
            ("items", ["1"]),
            ("fulfillments", ["1"]),
            ("proposal", "1"),
            ("inventory_numbers", "1", ["A"]),
            ("units", ["1"]),
            ("choices", "location"),
            ("deleted", SALES_ORDER, datetime(2026, 1, 1, tzinfo=UTC)),
            ("create_fulfillment", FULFILLMENT),
            ("update_fulfillment", FULFILLMENT),
            ("update_invoice", "1"),
        )
        paths = [*SAMPLES.glob("docs-soap/*.xml"), *SAMPLES.glob("constructed/*.xml")]
        self.assertEqual(len(paths), 19)
        for path in paths:
            for name, *arguments in calls:
                try:
                    self.call(str(path.relative_to(SAMPLES)), name, *arguments)
                except errors.NetSuiteError as error:
                    self.assertTrue(str(error))
