import socket

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import NetSuiteCase

SECRETS = ("consumer_key", "consumer_secret", "token_id", "token_secret")


@tagged("post_install", "-at_install")
class TestConnection(NetSuiteCase):
    """What the person at the backend's form sees, and what nobody ever sees."""

    def setUp(self):
        super().setUp()
        self.new = self.make_backend(name="New")

    def refused(self, backend):
        """The sentence that a failed connection test shows."""
        answer = backend.action_test_connection()
        self.assertEqual(answer["params"]["type"], "danger", answer)
        self.assertEqual(backend.state, "draft")
        return answer["params"]["message"]

    def test_success(self):
        answer = self.new.action_test_connection()
        self.assertEqual(answer["params"]["type"], "success")
        self.assertEqual(self.new.state, "confirmed")

    def test_defaults_are_enough(self):
        self.assertEqual(self.new.api, "soap")
        self.assertEqual(self.new.warehouse_id.company_id, self.env.company)
        self.assertEqual(
            set(self.new.import_status_ids.mapped("name")),
            {"Pending Fulfillment", "Partially Fulfilled", "Pending Billing/Partially Fulfilled"},
        )

    def test_wrong_secret(self):
        for name in SECRETS:
            self.simulator.login.reset()
            backend = self.make_backend(**{name: "0" * 64})
            message = self.refused(backend)
            self.assertIn("Login Audit Trail", message, name)

    def test_shorter_time_out(self):
        """The administrator of a server with a low limit for requests may choose a shorter one."""
        parameters = self.env["ir.config_parameter"]
        for chosen, seconds in ((False, 100), ("7.5", 7.5), ("500", 100), ("-1", 1), ("soon", 100)):
            parameters.set_param("connector_netsuite.read_timeout", chosen)
            self.assertEqual(self.new._read_timeout(), seconds, chosen)

    def test_missing_secret(self):
        self.assertIn("oken", self.refused(self.make_backend(token_secret=False)))

    def test_wrong_account(self):
        message = self.refused(self.make_backend(account_id="7654321"))
        self.assertIn("account ID", message)
        with self.assertRaises(ValidationError):
            self.make_backend(account_id="what? ever")

    def test_account_ids_as_people_copy_them(self):
        for typed in ("1234567_sb1", "1234567-sb1", " 1234567_SB1 "):
            backend = self.make_backend(account_id=typed)
            self.assertEqual(backend.account_id, "1234567_SB1")
            self.assertTrue(backend.is_sandbox)

    def test_unreachable(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        message = self.refused(self.make_backend(service_url=f"http://127.0.0.1:{port}"))
        self.assertIn("firewall", message)

    def test_no_answer(self):
        self.simulator.faults.add(kind="drop_before")
        self.assertIn("Try again in a moment", self.refused(self.new))

    def test_missing_permission_and_feature(self):
        self.books.role.revoke("SOAP Web Services")
        self.assertIn("Manage Roles", self.refused(self.new))
        self.simulator.reset(features={"soap_web_services": False})
        self.assertIn("Enable Features", self.refused(self.new))

    def test_import_tests_a_draft_first(self):
        bad = self.make_backend(token_id="0" * 64)
        self.assertEqual(bad.action_import()["params"]["type"], "danger")
        self.assertFalse(self.env["queue.job"].search([("state", "=", "pending")]))
        self.assertEqual(self.new.action_import()["params"]["type"], "success")
        self.assertEqual(self.new.state, "confirmed")
        self.assertTrue(self.env["queue.job"].search([("state", "=", "pending")]))

    def test_drafts_are_not_imported(self):
        self.backend.state = "draft"
        self.env["netsuite.backend"]._cron_import()
        self.assertFalse(self.env["queue.job"].search([("state", "=", "pending")]))

    # -- secrets -------------------------------------------------------------------------------

    def test_no_status_at_all_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "at least one"):
            self.new.import_status_ids = False

    def test_secrets_never_come_back(self):
        self.new.service_url = False  # with one, only a system administrator makes a copy
        groups = "base.group_allow_export,connector_netsuite.group_manager"
        manager = new_test_user(self.env, "manager", groups=groups)
        backend = self.new.with_user(manager)
        stored = set(self.new._secrets().values())
        self.assertEqual(len(stored), 4)
        self.env.invalidate_all()
        for shown in (
            backend.read(list(SECRETS)),
            backend.sudo().read(list(SECRETS)),
            backend.export_data(list(SECRETS))["datas"],
            backend.message_ids.mapped("body"),
            backend.copy().sudo().read(list(SECRETS)),
        ):
            self.assertFalse([value for value in stored if value in str(shown)])
        self.assertFalse(backend.copy().consumer_secret)
        with self.assertRaises(ValueError):
            self.env["netsuite.backend"].with_user(manager).search([("token_secret", "like", "9")])
        with self.assertRaises(AccessError):
            self.env["netsuite.secret"].with_user(manager).search([])

    def test_dots_keep_a_secret_and_typing_changes_it(self):
        before = self.new._secrets()
        self.new.write({name: self.new[name] for name in SECRETS})
        self.assertEqual(self.new._secrets(), before)
        self.new.token_secret = " new \n"
        self.assertEqual(self.new._secrets()["token_secret"], "new")
        self.new.token_secret = False
        self.assertNotIn("token_secret", self.new._secrets())

    def test_users_do_not_see_the_fields(self):
        user = new_test_user(
            self.env, "user", groups="base.group_user,connector_netsuite.group_user"
        )
        self.assertFalse(set(SECRETS) & set(self.new.with_user(user).fields_get()))
        with self.assertRaises(AccessError):
            self.new.with_user(user).action_test_connection()
        stock = new_test_user(self.env, "stock", groups="stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.new.with_user(stock).read(["name"])
