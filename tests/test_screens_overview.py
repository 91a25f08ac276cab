import json
import time
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..netsuite.errors import PermissionMissing
from .build_case import BuildCase

# The numbers of a card, and what a click on each opens.
NUMBERS = {
    "imported_today_count": "action_view_imported_today",
    "held_count": "action_view_held",
    "staged_count": "action_view_staged",
    "waiting_count": "action_view_waiting",
    "pending_count": "action_view_pending",
    "failed_count": "action_view_failed",
    "unmapped_location_count": "action_view_unmapped_locations",
    "unmapped_ship_method_count": "action_view_unmapped_ship_methods",
}


@tagged("post_install", "-at_install")
class TestOverview(BuildCase):
    """Every number on the card opens exactly what it counts."""

    def opened(self, method):
        action = getattr(self.backend, method)()
        return self.env[action["res_model"]].search(action["domain"])

    def test_numbers_and_what_they_open(self):
        self.build(self.order(self.line(1)))
        self.build(self.order(self.line(1), number="1002", address=None))
        self.env["netsuite.transaction"].create(
            {
                "backend_id": self.backend.id,
                "company_id": self.backend.company_id.id,
                "import_type": "sales_order",
                "internal_id": "5",
                "tran_id": "SO5",
            }
        )
        old = self.build(self.order(self.line(1), number="1003"))
        old.imported_date = fields.Datetime.now() - timedelta(days=3)
        for number, state in ((1, "waiting"), (2, "waiting"), (3, "pending"), (4, "failed")):
            self.env["netsuite.fulfillment"].create(
                {
                    "picking_id": old.picking_ids.id,
                    "transaction_id": old.id,
                    "external_id": f"test-{number}",
                    "state": state,
                }
            )
        expected = {
            "imported_today_count": 1,
            "held_count": 1,
            "staged_count": 1,
            "waiting_count": 2,
            "pending_count": 1,
            "failed_count": 1,
            "unmapped_location_count": 2,
            "unmapped_ship_method_count": 1,
        }
        for model, names in (("location", "AB"), ("ship.method", "C")):
            self.env[f"netsuite.{model}"].create(
                [
                    {"backend_id": self.backend.id, "internal_id": name, "name": name}
                    for name in names
                ]
            )
        for name, method in NUMBERS.items():
            self.assertEqual(self.backend[name], expected[name], name)
            self.assertEqual(len(self.opened(method)), expected[name], name)
        values = json.loads(self.backend.import_graph)[0]["values"]
        self.assertEqual(len(values), 30)
        self.assertEqual([values[-1]["y"], values[-4]["y"]], [1, 1])

    @freeze_time("2026-03-01 21:00:00")
    def test_calls_of_today_wherever_people_are(self):
        self.env["netsuite.usage"]._count(self.backend, 4, 0, 1.0)
        with freeze_time("2026-02-27 21:00:00"):
            self.env["netsuite.usage"]._count(self.backend, 3, 0, 1.0)
        abroad = self.backend.with_context(tz="Pacific/Auckland")
        self.assertEqual(abroad.calls_today, 4)
        self.assertEqual(sum(self.opened("action_view_calls").mapped("calls")), 4)

    def test_imported_date_is_the_first(self):
        row = self.build(self.order(self.line(1)))
        row.imported_date = first = fields.Datetime.now() - timedelta(days=1)
        self.build(self.order(self.line(1, quantity=4)))
        self.assertEqual(row.imported_date, first)

    def test_next_import(self):
        cron = self.env.ref("connector_netsuite.ir_cron_import")
        cron.nextcall = fields.Datetime.now() - timedelta(minutes=3)
        waited = self.backend.next_import
        self.assertGreater(waited, cron.nextcall, "what is due comes now, not in the past")
        cron.nextcall = fields.Datetime.now() + timedelta(minutes=3)
        self.backend.invalidate_recordset(["next_import"])
        self.assertEqual(self.backend.next_import, cron.nextcall)
        self.backend.paused_until = later = cron.nextcall + timedelta(hours=1)
        self.backend.invalidate_recordset(["next_import"])
        self.assertEqual(self.backend.next_import, later)
        self.backend.state = "draft"
        self.backend.invalidate_recordset(["next_import"])
        self.assertFalse(self.backend.next_import)

    def test_settings_switch_the_schedule(self):
        cron = self.env.ref("connector_netsuite.ir_cron_import")
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.netsuite_import_scheduled, cron.active)
        settings.netsuite_import_scheduled = False
        settings.set_values()
        self.assertFalse(cron.active)

    def test_a_refused_import_is_red(self):
        self.assertFalse(self.backend.import_refused)
        self.backend._import_refused(PermissionMissing("You need the permission Find Transactions"))
        self.backend.invalidate_recordset(["import_refused"])
        self.assertTrue(self.backend.import_refused)

    def test_users_see_the_overview(self):
        user = new_test_user(self.env, "watcher", groups="connector_netsuite.group_user")
        names = [
            *NUMBERS,
            "import_refused",
            "next_import",
            "calls_today",
            "import_graph",
        ]
        self.assertTrue(self.backend.with_user(user).read(names))
        self.assertEqual(
            self.backend.with_user(user).action_open()["res_model"], "netsuite.backend"
        )

    def test_many_documents_open_quickly(self):
        self.env.cr.execute(
            """
            INSERT INTO netsuite_transaction
                   (backend_id, company_id, import_type, internal_id, tran_id, state,
                    imported_date, create_date, write_date)
            SELECT %s, %s, 'sales_order', 'x' || n, 'SO' || n,
                   CASE WHEN n %% 500 = 0 THEN 'held' ELSE 'imported' END,
                   now() AT TIME ZONE 'UTC' - (n %% 200) * interval '1 day', now(), now()
              FROM generate_series(1, 50000) AS n
            """,
            (self.backend.id, self.backend.company_id.id),
        )
        self.env.cr.execute("ANALYZE netsuite_transaction")
        self.env.invalidate_all()
        spec = {"tran_id": {}, "state": {}, "picking_ids": {"fields": {"display_name": {}}}}
        screens = {
            "overview": lambda: self.backend.read([*NUMBERS, "import_graph"]),
            "documents": lambda: self.env["netsuite.transaction"].web_search_read(
                [], spec, limit=80
            ),
            "grouped": lambda: self.env["netsuite.transaction"].formatted_read_group(
                [], ["state"], ["__count"]
            ),
            "desk": lambda: self.env["netsuite.problem"].web_search_read(
                [], {"number": {}, "message": {}}, limit=80
            ),
        }
        for name, opening in screens.items():
            begun = time.monotonic()
            opening()
            self.assertLess(time.monotonic() - begun, 1, name)


@tagged("post_install", "-at_install")
class TestSetup(BuildCase):
    """The guided set-up keeps its place and its ticks."""

    def test_steps(self):
        self.backend.write({"setup_step": "account", "state": "draft"})
        self.backend.action_setup_next()
        self.assertEqual(self.backend.setup_step, "netsuite")
        tasks = self.backend.setup_task_ids
        self.assertTrue(all(task.title and task.path and task.detail for task in tasks))
        tasks[0].done = True
        self.backend.action_setup_back()
        self.backend.action_setup_next()
        self.assertEqual(self.backend.setup_task_ids, tasks)
        self.assertTrue(tasks[0].done)
        self.assertEqual(self.backend.action_open()["res_id"], self.backend.id)
        self.backend.action_setup_next()
        with self.assertRaisesRegex(UserError, "Still missing: Consumer Key"):
            self.backend.action_setup_next()
        for name in ("consumer_key", "consumer_secret", "token_id", "token_secret"):
            self.backend[name] = "secret"
        for step in ("import", "mapping", "check"):
            self.backend.action_setup_next()
            self.assertEqual(self.backend.setup_step, step)
        with self.assertRaisesRegex(UserError, "Test the connection first"):
            self.backend.action_setup_next()
        self.backend.state = "confirmed"
        self.backend.action_setup_next()
        self.backend.action_setup_next()
        self.assertFalse(self.backend.setup_step)

    def test_nothing_is_imported_before_it_is_finished(self):
        scheduled = self.backend.search(self.backend._scheduled())
        self.assertIn(self.backend, scheduled)
        self.backend.setup_step = "first"
        self.assertNotIn(self.backend, self.backend.search(self.backend._scheduled()))
        self.assertFalse(self.backend.next_import)
        self.env["netsuite.import"].create({"backend_id": self.backend.id}).action_import()
        self.assertIn(self.backend, self.backend.search(self.backend._scheduled()))

    def test_form(self):
        form = Form(
            self.env["netsuite.backend"].with_context(default_setup_step="account"),
            view="connector_netsuite.view_backend_setup_form",
        )
        form.account_id = "7654321-sb2"
        backend = form.save()
        self.assertEqual((backend.account_id, backend.setup_step), ("7654321_SB2", "account"))
        self.assertTrue(backend.is_sandbox)
