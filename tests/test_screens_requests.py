from datetime import UTC, datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..netsuite.errors import NetSuiteError
from ..netsuite.observer import Call, Tape
from ..simulator import demo
from .common import NetSuiteCase

SECRETS = (demo.CONSUMER_KEY, demo.CONSUMER_SECRET, demo.TOKEN_ID, demo.TOKEN_SECRET)


@tagged("post_install", "-at_install")
class TestRequests(NetSuiteCase):
    """What is kept of the calls, and what never is."""

    def setUp(self):
        super().setUp()
        # What opens a transaction of its own works in the test's.
        self.enterContext(self.enter_registry_test_mode())
        self.addCleanup(self.env.cr.postcommit.clear)
        self.addCleanup(self.env.cr.postrollback.clear)

    def end(self):
        """What the end of a transaction does."""
        self.env.flush_all()
        self.env.cr.postrollback.clear()
        self.env.cr.postcommit.run()
        self.env.invalidate_all()
        return self.env["netsuite.request"].search([("backend_id", "=", self.backend.id)])

    def call(self):
        with self.backend._connect("ask the time") as client:
            client.server_time()

    def fail(self):
        self.simulator.faults.add("getServerTime", "fault", code="UNEXPECTED_ERROR", times=1)
        with self.assertRaises(NetSuiteError):
            self.call()

    def test_all(self):
        self.backend.request_log = "all"
        self.call()
        request = self.end()
        self.assertEqual((request.operation, request.purpose), ("getServerTime", "ask the time"))
        self.assertFalse(request.failed)
        self.assertIn("getServerTimeResult", request.answer)
        self.assertIn("tokenPassport", request.request)
        for secret in SECRETS:
            self.assertNotIn(secret, request.request)
        self.assertNotIn("signature", request.request)

    def test_errors(self):
        self.backend.request_log = "errors"
        self.call()
        self.fail()
        request = self.end()
        self.assertEqual(request.mapped("outcome"), ["UNEXPECTED_ERROR"])
        self.assertTrue(request.failed and request.message)

    def test_off_still_counts(self):
        self.backend.request_log = "off"
        self.call()
        self.fail()
        self.assertFalse(self.end())
        self.assertEqual(self.backend.calls_today, 2)
        usage = self.env["netsuite.usage"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual((usage.calls, usage.failures), (2, 1))

    def test_a_status_that_is_no_success_is_a_failure(self):
        self.simulator.faults.add("search", "status", code="SSS_SEARCH_TIMEOUT", times=1)
        with self.assertRaises(NetSuiteError), self.backend._connect("look") as client:
            client.find(self.backend._query_numbers(["SO1"]))
        self.assertEqual(self.end().outcome, "SSS_SEARCH_TIMEOUT")

    def test_found_from_the_document(self):
        self.backend.request_log = "all"
        order = self.books.add_order([("MUG-BLU", 1)])
        self.import_documents()
        self.end()
        row = self.row(order.id)
        action = row.action_view_requests()
        found = self.env["netsuite.request"].search(action["domain"])
        self.assertIn("getList", found.mapped("operation"))
        row.internal_id = "99999999"
        row.order_id = False
        action = row.action_view_requests()
        self.assertFalse(self.env["netsuite.request"].search(action["domain"]))

    def test_kept_for_some_days(self):
        self.backend.write({"request_log": "all", "request_log_days": 7})
        self.call()
        old = self.end()
        old.sudo().started = fields.Datetime.now() - timedelta(days=8)
        self.call()
        new = self.end() - old
        self.env.flush_all()
        self.env["netsuite.request"]._gc_requests()
        self.assertEqual(self.end(), new)

    def test_only_managers_read_it(self):
        self.backend.request_log = "all"
        self.call()
        request = self.end()
        user = new_test_user(self.env, "curious", groups="connector_netsuite.group_user")
        with self.assertRaises(AccessError):
            request.with_user(user).read(["request"])

    def test_ids_of_every_kind_of_request(self):
        call = Call(
            "suiteql",
            datetime.now(UTC),
            0.1,
            "",
            "",
            'POST https://x/services/rest/record/v1/salesOrder/12/!transform {"q": "SELECT 9'
            ' FROM t WHERE t.id IN (34, 56)"} <ref internalId="78"/>',
            "",
        )
        vals = self.env["netsuite.request"]._prepare_request(self.backend, "look", call)
        self.assertEqual(vals["documents"], " 12 34 56 78 ")

    def test_tokens_of_oauth2_are_left_out(self):
        tape = Tape("token", "POST https://x", b"grant_type=y&client_assertion=eyJ.secret.z&a=b")
        tape.received(b'{"access_token": "eyJ.secret.z", "expires_in": "3600"}')
        call = tape.call()
        self.assertIn("client_assertion=***&a=b", call.request)
        self.assertNotIn("secret", call.request + call.answer)
        self.assertIn("3600", call.answer)
