"""The connection doctor: each bad input, each missing permission, and the Odoo side."""

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import config

from ..models import netsuite_doctor_odoo as odoo_side
from ..netsuite import retirement
from ..netsuite.oauth2 import make_key_pair
from ..simulator import demo, permissions
from .common import NetSuiteCase
from .test_oauth2 import OAuth2Case

REST = {
    "api": "rest",
    "token_id": demo.REST_TOKEN_ID,
    "token_secret": demo.REST_TOKEN_SECRET,
}


class DoctorMixin:
    def setUp(self):
        super().setUp()
        self.patch(odoo_side, "PROBE_WAIT", 0)
        self.books.add_order([("MUG-BLU", 2)])

    def examine(self, backend):
        """What the page shows: (level, text and remedy) by title."""
        action = backend.action_doctor()
        lines = self.env["netsuite.doctor"].browse(action["res_id"]).line_ids
        self.shown = {
            line.title: (line.level, f"{line.text} {line.remedy or ''}") for line in lines
        }
        self.switches = lines.filtered("switch")
        self.assertEqual(len(self.shown), len(lines), "each title once")
        for line in lines:
            self.assertTrue(line.text)
            if line.level == "red":
                self.assertGreater(len(line.text + (line.remedy or "")), 60, line.title)
        return self.shown

    def assert_line(self, level, title, *words):
        found = self.shown.get(title)
        self.assertTrue(found, f"{title} is not among {list(self.shown)}")
        self.assertEqual(found[0], level, found[1])
        for word in words:
            self.assertIn(word, found[1])

    def assert_not(self, level, *but):
        found = {title: text for title, (one, text) in self.shown.items() if one == level}
        for title in but:
            found.pop(title)
        self.assertEqual(found, {})


ODOO = ("Job Runner", "Job Channels", "Time Limit")


@tagged("post_install", "-at_install")
class TestDoctor(DoctorMixin, NetSuiteCase):
    def test_soap_in_order(self):
        new = self.make_backend()
        self.examine(new)
        self.assertEqual(new.state, "confirmed")
        self.assert_not("red", "Job Runner")
        self.assert_line("green", "Account ID", "1234567_SB1", "sandbox")
        self.assert_line("green", "Address", "simulator")
        self.assert_line("green", "Clock")
        self.assert_line("green", "SOAP Web Services", "accepts the login")
        for title in (
            "Transactions > Find Transactions",
            "Transactions > Sales Order",
            "Transactions > Item Fulfillment",
            "Transactions > Fulfill Orders",
            "Lists > Items",
        ):
            self.assert_line("green", title, "Permitted")
        self.assert_line("amber", "Lists > Units", "Manage Roles", "does without")
        self.assert_line("green", "REST Web Services, SuiteAnalytics Workbook", "Not usable")
        self.assertFalse(set(self.simulator.journal.operations()) & {"add", "update", "upsert"})

    def test_rest_in_order(self):
        for kind in ("sales_order", "invoice", "item_fulfillment"):
            new = self.make_backend(**REST, import_type=kind, import_since="2020-01-01")
            self.examine(new)
            self.assert_not("red", "Job Runner")
            self.assert_line("green", "REST Web Services, SuiteAnalytics Workbook")
            self.assert_line("green", "Transactions > Item Fulfillment")
            self.assertNotIn("SOAP Web Services", self.shown, "no call that nobody needs")
            self.assertEqual(kind == "invoice", "Transactions > Invoice" in self.shown)
            asked = " ".join(self.simulator.journal.operations())
            self.assertNotIn("transform", asked)
            self.assertNotIn("PATCH", asked)

    def test_missing_permissions(self):
        for vals, role, of_find in ((REST, "rest", False), ({}, "soap", True)):
            new = self.make_backend(**vals)
            for permission, title in (
                (permissions.SALES_ORDER, "Transactions > Sales Order"),
                (permissions.ITEM_FULFILLMENT, "Transactions > Item Fulfillment"),
                (permissions.ITEMS, "Lists > Items"),
                (permissions.FIND_TRANSACTIONS, "Transactions > Find Transactions"),
            ):
                if permission == permissions.FIND_TRANSACTIONS and not of_find:
                    continue
                with self.subTest(permission, role=role):
                    self.simulator.reset()
                    self.books.add_order([("MUG-BLU", 2)])
                    self.books.roles[role].revoke(permission)
                    self.examine(new)
                    self.assert_line("red", title, "Manage Roles")

    def test_level_too_low(self):
        """View is enough over SOAP, not over REST: that is said, and SOAP offered."""
        role = self.books.roles["rest"]
        role.grant(permissions.SOAP_WEB_SERVICES)
        role.grant(permissions.SALES_ORDER, level=permissions.VIEW)
        new = self.make_backend(**REST)
        self.examine(new)
        self.assert_line("red", "Transactions > Sales Order", "level Edit or Full")
        self.assert_line("red", "SOAP Web Services", "Works with the same keys", "Switch")
        self.switches.action_switch()
        self.examine(new)
        self.assert_line("green", "Transactions > Sales Order")
        self.assert_line(
            "green", "REST Web Services, SuiteAnalytics Workbook", "Transactions > Sales Order"
        )

    def test_missing_permission_to_fulfil(self):
        for vals, role in ((REST, "rest"), ({}, "soap")):
            self.books.roles[role].revoke(permissions.FULFILL_ORDERS)
            self.examine(self.make_backend(**vals))
            self.assert_line("red", "Transactions > Fulfill Orders", "Manage Roles")
            self.assert_not("red", "Job Runner", "Transactions > Fulfill Orders")

    def test_no_order_to_try_with(self):
        self.simulator.reset()
        self.examine(self.make_backend())
        self.assert_line("amber", "Transactions > Fulfill Orders", "no open order")

    def test_no_workbook(self):
        """Each way to lack SuiteQL has its own sentence."""
        new = self.make_backend(**REST)
        title = "REST Web Services, SuiteAnalytics Workbook"
        self.books.roles["rest"].revoke(permissions.ANALYTICS)
        self.examine(new)
        self.assert_line("red", title, "Reports tab of the role", "Manage Roles")
        self.simulator.reset(features={"suiteanalytics_workbook": False})
        self.examine(new)
        self.assert_line("red", title, "Enable Features > Analytics")

    def test_no_rest(self):
        new = self.make_backend(**REST)
        title = "REST Web Services, SuiteAnalytics Workbook"
        self.books.roles["rest"].revoke(permissions.REST_WEB_SERVICES)
        self.examine(new)
        self.assert_line("red", title, "REST Web Services", "Manage Roles")
        self.simulator.reset(features={"rest_web_services": False})
        self.examine(new)
        self.assert_line("red", title, "Enable Features > SuiteCloud")

    # -- bad input -----------------------------------------------------------------------------

    def test_lower_case_sandbox(self):
        form = Form(self.env["netsuite.backend"])
        with self.assertLogs("odoo.tests.form.onchange", "WARNING") as logs:
            form.account_id = "1234567_sb1"
        self.assertIn("1234567_sb1 became 1234567_SB1", logs.output[0])
        self.assertEqual(form.account_id, "1234567_SB1")
        form.account_id = "7654321"
        self.assertEqual(form.account_id, "7654321")

    def test_sandbox_without_underscore(self):
        self.examine(self.make_backend(account_id="1234567SB1"))
        self.assert_line("amber", "Account ID", "without its underscore", "enter 1234567_SB1")

    def test_host_with_underscore(self):
        with self.assertRaisesRegex(ValidationError, "no underscore.*1234567-sb1"):
            self.make_backend(service_url="https://1234567_sb1.suitetalk.api.netsuite.com")

    def test_unknown_host(self):
        new = self.make_backend(service_url=False)
        with patch("socket.getaddrinfo", side_effect=OSError):
            self.examine(new)
        self.assert_line("red", "Address", "1234567-sb1.suitetalk.api.netsuite.com", "Company URLs")
        self.assertNotIn("SOAP Web Services", self.shown, "nobody to log in at")

    def test_clock(self):
        for minutes, level, words in (
            (-6, "red", "6 minutes ahead"),
            (6, "red", "6 minutes behind"),
            (2, "amber", "2 minutes behind"),
        ):
            self.books.clock.offset = timedelta(minutes=minutes)
            self.examine(self.make_backend())
            self.assert_line(level, "Clock", words, "NTP")
            self.assertEqual(level == "red", "SOAP Web Services" not in self.shown)
        self.assertFalse(self.simulator.login.audit, "no login is risked")

    def test_refused_login(self):
        self.simulator.login.revoke(demo.TOKEN_ID)
        self.backend.import_cursor = fields.Datetime.now()
        self.examine(self.backend)
        self.assert_line("red", "SOAP Web Services", "revoked token", "Access Tokens")
        self.assertEqual(self.backend.state, "draft")
        self.assertEqual(len(self.simulator.login.audit), 1, "only once")

    def test_unreachable(self):
        self.simulator.faults.add(kind="drop_before")
        self.examine(self.make_backend())
        self.assert_line("red", "Connection", "broke")
        self.assertNotIn("SOAP Web Services", self.shown)

    # -- the other services ----------------------------------------------------------------------

    def test_rest_works_too(self):
        self.books.roles["rest"].grant(permissions.SOAP_WEB_SERVICES)
        new = self.make_backend(**{**REST, "api": "soap"})
        self.examine(new)
        self.assert_line("amber", "REST Web Services, SuiteAnalytics Workbook", "Works too")
        self.assertEqual(new.api, "soap", "never silently")
        self.switches.action_switch()
        self.assertEqual(new.api, "rest")
        lines = self.switches.exists().doctor_id.line_ids or self.env["netsuite.doctor.line"]
        self.assertFalse(lines)

    def test_only_the_other_works(self):
        new = self.make_backend(**{**REST, "api": "soap"})
        self.examine(new)
        self.assert_line("red", "SOAP Web Services")
        self.assert_line("red", "REST Web Services, SuiteAnalytics Workbook", "Works", "Switch")
        new = self.make_backend(api="rest")
        self.examine(new)
        self.assertEqual(self.switches.switch, "soap")
        self.switches.action_switch()
        self.assertEqual((new.api, new.state), ("soap", "confirmed"))

    def test_saved_search_stays_with_soap(self):
        self.books.roles["rest"].grant(permissions.SOAP_WEB_SERVICES)
        new = self.make_backend(**{**REST, "api": "soap"}, saved_search="1")
        self.books.saved_searches.clear()
        self.examine(new)
        self.assertFalse(self.switches)
        self.assert_line("green", "REST Web Services, SuiteAnalytics Workbook", "saved search")

    def test_setup_chooses(self):
        for vals, chosen in (({}, "soap"), (REST, "rest"), ({**REST, "api": "soap"}, "rest")):
            new = self.make_backend(**vals, setup_step="check")
            action = new.action_setup_check()
            doctor = self.env["netsuite.doctor"].browse(action["res_id"])
            self.assertEqual((new.api, new.state), (chosen, "confirmed"))
            self.assertIn(chosen.upper(), doctor.note)
            self.assertEqual(doctor.red_count, 1)
            self.assertGreater(doctor.green_count, 5)
        new = self.make_backend(api="rest", setup_step="check")
        new.action_setup_check()
        self.assertEqual(new.api, "soap")

    def test_a_role_as_the_setup_asks_for(self):
        """Whoever follows the list has all that is needed, and REST."""
        new = self.make_backend(setup_step="account")
        new.action_setup_next()
        features, asked = (
            new.setup_task_ids.filtered(lambda task, code=code: task.code == code).detail
            for code in ("features", "role")
        )
        self.assertIn("Analytics: SuiteAnalytics Workbook", features)
        names = re.findall(r"(?:: |, )([A-Z][\w .]*?)(?=[,.])", asked.partition("Full. ")[2])
        self.assertIn("SuiteAnalytics Workbook", names)
        known = {one for one in vars(permissions).values() if isinstance(one, str)}
        self.assertLessEqual(set(names), known | {"Currency"})
        self.books.roles["soap"].levels = dict.fromkeys(names, permissions.FULL)
        new.action_setup_check()
        self.assertEqual((new.api, new.state), ("rest", "confirmed"))
        self.examine(new)
        self.assert_not("red", "Job Runner")
        self.assert_not("amber", "Job Channels", "Time Limit")
        with_oauth2 = self.make_backend(**{**REST, "authentication": "oauth2"})
        for text in (with_oauth2._setup_features(), with_oauth2._setup_permissions()):
            self.assertNotIn("SOAP", text)
            self.assertIn("OAuth 2.0", text)

    def test_setup_with_wrong_keys(self):
        new = self.make_backend(token_secret="0" * 64, setup_step="check")
        new.action_setup_check()
        self.assertEqual((new.api, new.state), ("soap", "draft"))
        self.assertLess(len(self.simulator.login.audit), 3, "five lock the user")

    # -- fields and limits -----------------------------------------------------------------------

    def test_custom_fields(self):
        new = self.make_backend(**REST)
        self.examine(new)
        self.assert_line("green", "Custom Fields")
        labels = dict(
            new.field_mapping_ids.mapped(lambda one: (one.netsuite_field, one.netsuite_label))
        )
        for name, label in labels.items():
            known = self.books.custom_fields.get(name)
            if known:
                self.assertEqual(label, known.label or name)
        new.field_mapping_ids[0].netsuite_field = "custbody_typing_error"
        new.field_mapping_ids[0].alternates = False
        self.examine(new)
        self.assert_line("amber", "Custom Fields", "custbody_typing_error", "Customization")

    def test_limit(self):
        new = self.make_backend(**REST)
        self.examine(new)
        self.assert_line("green", "Connections", "Integration Governance")
        with patch(
            "odoo.addons.connector_netsuite.netsuite.rest.client.RestClient.connection_limit",
            return_value=5,
        ):
            self.examine(new)
            self.assert_line("green", "Connections", "5 requests at once")
            new.connection_limit = 5
            self.examine(new)
            self.assert_line("amber", "Connections", "Leave some")

    # -- ends --------------------------------------------------------------------------------------

    @contextmanager
    def on(self, day):
        with patch.object(fields.Date, "today", lambda *_args: day):
            yield

    def ends(self, day, **vals):
        new = self.make_backend(**vals)
        with self.on(day):
            return {check.title: check for check in new._examine_ends()}

    def test_ends(self):
        soap, tokens = "End of SOAP", "End of Access Tokens"
        for day, levels in (
            (date(2026, 11, 24), ("green", "green")),
            (date(2027, 3, 1), ("green", "amber")),
            (date(2027, 9, 1), ("amber", "amber")),
            (date(2028, 3, 1), ("amber", "red")),
            (date(2028, 9, 1), ("red", "red")),
        ):
            found = self.ends(day)
            self.assertEqual((found[soap].level, found[tokens].level), levels, day)
            self.assertIn("2028.2", found[soap].text)
        self.assertEqual(set(self.ends(date(2028, 9, 1), **REST)), {tokens})

    def test_version(self):
        found = self.ends(date(2026, 11, 24), endpoint_version="2023_2")
        self.assertEqual(found["SOAP Endpoint 2023.2"].level, "amber")
        self.assertIn("2025.2", found["SOAP Endpoint 2023.2"].remedy)
        found = self.ends(date(2026, 1, 24), endpoint_version="2024_1")
        self.assertEqual(found["SOAP Endpoint 2024.1"].level, "amber")
        self.assertEqual(retirement.months_left("2028.2", date(2027, 8, 1)), 12)
        self.assertEqual(retirement.months_left("2028.2", date(2028, 8, 2)), -1)

    # -- Odoo --------------------------------------------------------------------------------------

    def odoo_line(self, method):
        check = getattr(self.backend, method)()
        return check.level, f"{check.text} {check.remedy}"

    def test_job_runner(self):
        level, text = self.odoo_line("_examine_job_runner")
        self.assertEqual(level, "red")
        self.assertIn("--load=base,rpc,web,queue_job", text)
        with patch.dict(config.options, {"server_wide_modules": ["base", "web", "queue_job"]}):
            for found, expected, words in (
                (("done", 0), "green", "at once"),
                (("pending", 3), "amber", "3 others"),
                (("pending", 0), "red", "ODOO_QUEUE_JOB_PORT"),
            ):
                with patch.object(type(self.backend), "_probe_job_runner", lambda _s, f=found: f):
                    level, text = self.odoo_line("_examine_job_runner")
                self.assertEqual(level, expected)
                self.assertIn(words, text)

    def test_probe(self):
        with self.enter_registry_test_mode():
            self.assertEqual(self.backend._probe_job_runner(), ("pending", 0))
            self.patch(odoo_side, "PROBE_WAIT", 5)
            state = type(self.backend)._job_state

            def run(backend, uuid):
                self.run_jobs()
                return state(backend, uuid)

            with patch.object(type(self.backend), "_job_state", run):
                self.assertEqual(self.backend._probe_job_runner()[0], "done")
        self.assertFalse(self.env["queue.job"].search([("method_name", "=", "_job_probe")]))

    def test_what_a_dead_runner_left_behind(self):
        """Jobs that it had begun are not running any more; its lock on the database tells."""
        with self.enter_registry_test_mode():
            self.patch(odoo_side, "PROBE_WAIT", 0.5)
            job = self.backend.with_delay()._job_probe()
            self.env["queue.job"].search([("uuid", "=", job.uuid)]).state = "started"
            self.env.flush_all()
            self.assertEqual(self.backend._probe_job_runner(), ("pending", 0))
            self.env.cr.execute(
                "SELECT pg_advisory_xact_lock(%s)", (odoo_side.PG_ADVISORY_LOCK_ID,)
            )
            self.assertEqual(self.backend._probe_job_runner(), ("pending", 1))

    def test_channels(self):
        for written, level in (
            ("root:1", "amber"),
            ("root:4", "amber"),
            ("root:4,root.netsuite:4", "amber"),
            ("root:4,root.netsuite:2", "green"),
        ):
            self.patch(odoo_side, "_channels", lambda written=written: written)
            self.assertEqual(self.odoo_line("_examine_channels")[0], level, written)

    def test_time_limit(self):
        for limit, level in (
            (60, "red"),
            (100, "red"),
            (120, "amber"),
            (900, "green"),
            (0, "green"),
        ):
            with patch.dict(config.options, {"limit_time_real": limit}):
                self.assertEqual(self.odoo_line("_examine_time_limit")[0], level, limit)

    def test_crons(self):
        cron = self.env.ref("connector_netsuite.ir_cron_import")
        self.env.ref("connector_netsuite.ir_cron_writeback").nextcall = fields.Datetime.now()
        self.env.ref("connector_netsuite.ir_cron_reconcile").nextcall = fields.Datetime.now()
        cron.nextcall = fields.Datetime.now()
        self.assertEqual([one.level for one in self.backend._examine_crons()], ["green"])
        cron.nextcall = fields.Datetime.now() - timedelta(hours=1)
        (late,) = self.backend._examine_crons()
        self.assertEqual((late.level, late.title), ("red", cron.name))
        self.assertIn("60 minutes", late.text)
        cron.active = False
        self.assertEqual([one.level for one in self.backend._examine_crons()], ["amber"])

    def test_mapping(self):
        self.env["netsuite.location"].create(
            {"backend_id": self.backend.id, "internal_id": "7", "name": "Perth"}
        )
        (check,) = self.backend._examine_mapping()
        self.assertIn("Perth", check.text)
        self.assertIn("Mapping > Locations", check.remedy)

    def test_who_may(self):
        user = new_test_user(self.env, "watcher", groups="connector_netsuite.group_user")
        with self.assertRaises(AccessError):
            self.backend.with_user(user).action_doctor()
        manager = new_test_user(self.env, "chief", groups="connector_netsuite.group_manager")
        self.examine(self.backend.with_user(manager))
        self.assert_not("red", "Job Runner")


@tagged("post_install", "-at_install")
class TestDoctorOAuth2(DoctorMixin, OAuth2Case):
    def test_in_order(self):
        self.examine(self.new)
        self.assert_not("red", "Job Runner")
        self.assert_line("green", "Certificate", "Good for another 72")
        self.assertNotIn("End of Access Tokens", self.shown)
        self.assertFalse(self.switches)

    def test_certificate(self):
        self.new.oauth2_certificate = False
        self.examine(self.new)
        self.assert_line("amber", "Certificate", "does not know when")
        for days, level, words in ((20, "amber", "expires on"), (-5, "red", "expired on")):
            pair = make_key_pair(days=100, start=datetime.now(UTC) - timedelta(days=100 - days))
            made = self.simulator.rest.grants.register(pair.certificate)
            self.new.write(
                {
                    "oauth2_certificate": pair.certificate,
                    "oauth2_private_key": pair.private_key,
                    "oauth2_certificate_id": made.id,
                }
            )
            self.examine(self.new)
            self.assert_line(level, "Certificate", words, "New Key", "M2M")
            title = "REST Web Services, SuiteAnalytics Workbook"
            self.assertEqual(self.shown[title][0], "red" if days < 0 else "green")
