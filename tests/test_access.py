"""Who may do what: reached as over RPC, by people with and without the groups."""

import json
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import NetSuiteCase

MODULE = "odoo.addons.connector_netsuite."
# Odoo's own methods, overridden: their access is what the tables of rights say.
CRUD = ("create", "write", "unlink", "default_get", "get_values", "set_values")
MARKUP = '<b>bold</b> <img src="x" onerror="alert(1)"> <a href="//example.com">here</a>'
TABLES = (
    "netsuite_backend",
    "netsuite_transaction",
    "netsuite_fulfillment",
    "netsuite_request",
    "netsuite_secret",
    "queue_job",
)


@tagged("post_install", "-at_install")
class TestAccess(NetSuiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(cls.env, "employee", groups="base.group_user")
        cls.packer = new_test_user(cls.env, "packer", groups="stock.group_stock_user")
        cls.customer = new_test_user(cls.env, "customer", groups="base.group_portal")
        cls.anybody = cls.env.ref("base.public_user")
        cls.watcher = new_test_user(
            cls.env, "watcher", groups="base.group_user,connector_netsuite.group_user"
        )
        cls.manager = new_test_user(
            cls.env, "manager", groups="base.group_user,connector_netsuite.group_manager"
        )

    def setUp(self):
        super().setUp()
        self.order = self.books.add_order(
            [("MUG-BLU", 2)], custom={"custbody_delivery_instructions": "Ring twice"}
        )
        self.document, *_others = self.import_documents()
        self.picking = self.document.picking_ids

    def state(self):
        """All that a method must not have changed, and the calls that it must not have made."""
        self.env.flush_all()
        rows = {}
        for table in TABLES:
            self.env.cr.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 (our constants)
            rows[table] = self.env.cr.fetchall()
        return rows, self.simulator.journal.operations()

    def public_methods(self):
        """Model and name of every method of ours that RPC reaches."""
        for model in self.env.registry.models.values():
            names = {
                name
                for base in model.__mro__
                if base.__module__.startswith(MODULE)
                for name, value in vars(base).items()
                if callable(value) and not name.startswith("_") and name not in CRUD
            }
            for name in sorted(names):
                yield model._name, name

    def some_record(self, model):
        known = {
            "netsuite.backend": self.backend,
            "netsuite.transaction": self.document,
            "netsuite.fulfillment": self.picking.netsuite_fulfillment_ids,
            "stock.picking": self.picking,
        }
        records = self.env[model]
        if model in known or records._abstract:
            return known.get(model, records)
        return records.search([], limit=1)

    def open_everything(self):
        """Have a record of each page that people open."""
        self.env["netsuite.import"].create({"backend_id": self.backend.id})
        explain = self.env["netsuite.explain"].create({"number": self.document.tran_id})
        action = json.dumps({"name": self.document.tran_id})
        self.env["netsuite.explain.line"].create({"explain_id": explain.id, "action": action})
        self.backend.action_doctor()
        self.backend._make_setup_tasks()
        self.env["netsuite.adopt.candidate"].create({"internal_id": "1", "name": "IF1"})

    def call(self, user, model, name):
        """What a method answers to a user, or None when access is refused."""
        try:
            with self.env.cr.savepoint():
                answer = getattr(self.some_record(model).with_user(user), name)()
                self.env.flush_all()
                return answer
        except AccessError:
            return None
        except Exception as error:
            self.assertNotIn("connector", type(error).__module__)
            return str(error)

    # -- methods ---------------------------------------------------------------------------------

    def test_no_method_serves_people_without_the_groups(self):
        """Nothing is changed, nobody is called, nothing is told."""
        self.ship(self.picking, numbers=None)
        self.open_everything()
        before = self.state()
        methods = list(self.public_methods())
        self.assertGreater(len(methods), 30)
        for model, name in methods:
            for user in (self.employee, self.packer, self.customer, self.anybody):
                with self.subTest(model=model, method=name, user=user.login):
                    self.env.invalidate_all()
                    answer = str(self.call(user, model, name))
                    self.assertEqual(self.state(), before)
                    if user != self.packer:
                        self.assertNotIn(self.document.tran_id, answer)
                        self.assertNotIn(self.document.customer, answer)

    def test_no_route(self):
        """The addon answers no request of its own, so none without a login."""
        for path in Path(__file__).parents[1].glob("*/*.py"):
            if path.parent.name in ("models", "wizards", "controllers", "report"):
                self.assertNotIn("route(", path.read_text(), path.name)

    def test_every_button_answers(self):
        """XML-RPC has no way to say nothing: a method that returns None looks like a failure."""
        self.ship(self.picking, numbers=None)
        self.open_everything()
        for model, name in self.public_methods():
            records = self.some_record(model)
            if not records or name.startswith("action_setup"):
                continue
            with self.subTest(model=model, method=name):
                try:
                    with self.env.cr.savepoint():
                        answer = getattr(records, name)()
                except Exception as error:
                    answer = error
                self.assertIsNotNone(answer)

    def test_manager_imports(self):
        """Of a manager who is no administrator of Odoo, too, every button and schedule works."""
        backend = self.backend.with_user(self.manager)
        self.assertEqual(backend.action_import()["params"]["type"], "success")
        backend._cron_import()
        backend._cron_reconcile()
        self.document.with_user(self.manager).fulfillment_ids._cron_writeback()
        self.run_jobs()
        self.assertEqual(self.document.state, "imported")

    def test_watcher_retries_and_no_more(self):
        row = self.document.with_user(self.watcher)
        self.assertTrue(row.action_retry())
        self.assertTrue(row.action_read_again())
        backend = self.backend.with_user(self.watcher)
        for name in ("action_test_connection", "action_import", "unlink", "copy"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(backend, name)()
        with self.assertRaises(AccessError):
            backend.name = "Mine"

    # -- what rows say is for the connector alone ------------------------------------------------

    def rows_of(self, user):
        self.ship(self.picking)
        self.run_jobs()
        return self.document.with_user(user), self.document.fulfillment_ids.with_user(user)

    def test_nobody_writes_what_rows_say(self):
        """It decides which account is written to, what of, and whether it is there already."""
        rows = self.rows_of(self.watcher)
        for user in (self.watcher, self.manager):
            for row in (one.with_user(user) for one in rows):
                fields = [
                    name
                    for name, field in row._fields.items()
                    if field.store and not name.startswith("activity_") and name != "id"
                ]
                self.assertGreater(len(fields), 15)
                for name in fields:
                    with self.subTest(name, row=row), self.assertRaises(AccessError):
                        row.write({name: row.sudo()[name]})

    def test_buttons_and_activities_are_for_users(self):
        document, report = self.rows_of(self.watcher)
        self.simulator.faults.add("update", "status", message="No.", times=1)
        self.picking.carrier_tracking_ref = "NEWNUMBER1"
        self.run_jobs()
        self.assertEqual(report.state, "failed")
        self.assertTrue(report.action_retry())
        self.run_jobs()
        self.assertEqual(report.state, "done")
        self.picking.carrier_tracking_ref = "NEWNUMBER2"
        self.assertTrue(report.action_mark_reported())
        self.assertTrue(report.by_hand)
        document.activity_schedule("mail.mail_activity_data_todo", summary="Call them")
        self.assertTrue(document.activity_ids)

    def test_nobody_takes_over_another_company(self):
        """Rules look at rows as they were: nothing of one's own is given to a foreign backend."""
        company = self.env["res.company"].create({"name": "Other Company"})
        group = "base.group_user,stock.group_stock_user,connector_netsuite.group_manager"
        stranger = new_test_user(
            self.env,
            "stranger",
            groups=group,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        own = self.make_backend(company_id=company.id)
        location = self.env["netsuite.location"].create(
            {"backend_id": own.id, "internal_id": "1", "name": "Theirs"}
        )
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        picking = self.env["stock.picking"].create({"picking_type_id": warehouse.out_type_id.id})
        mapping = own.field_mapping_ids[0]
        value = self.env["netsuite.field.value"].create({"mapping_id": mapping.id})
        foreign = self.backend.field_mapping_ids[0]
        self.env.flush_all()
        for record, vals in (
            (location, {"backend_id": self.backend.id}),
            (mapping, {"backend_id": self.backend.id}),
            (value, {"mapping_id": foreign.id}),
            (picking, {"netsuite_transaction_id": self.document.id}),
        ):
            with self.subTest(record=record), self.assertRaises(AccessError):
                record.with_user(stranger).write(vals)
        with self.assertRaises(AccessError):
            self.env["stock.picking"].with_user(stranger).create(
                {
                    "picking_type_id": warehouse.out_type_id.id,
                    "netsuite_transaction_id": self.document.id,
                }
            )

    def test_watcher_has_new_goods_built(self):
        """The job of somebody who may make neither products nor contacts makes them anyway."""
        self.books.add_order([("MUG-RED", 1)], address={"addressee": "New", "addr1": "1 Main St"})
        self.backend.missing_product = "hold"
        document = self.import_documents() - self.document
        self.assertEqual(document.state, "held", document.message)
        self.backend.missing_product = "create"
        self.env.flush_all()
        self.env.invalidate_all()
        document.with_user(self.watcher).action_retry()
        self.run_jobs()
        self.assertEqual(document.state, "imported", document.message)

    # -- the service URL -------------------------------------------------------------------------

    def test_service_url_is_for_system_administrators(self):
        backend = self.backend.with_user(self.manager)
        self.assertFalse(self.manager.has_group("base.group_system"))
        with self.assertRaises(AccessError):
            backend.service_url = "https://elsewhere.example"
        with self.assertRaises(AccessError):
            backend.copy()
        fresh = {"name": "Other", "account_id": "7654321"}
        backends = self.env["netsuite.backend"].with_user(self.manager)
        with self.assertRaises(AccessError):
            backends.create({**fresh, "service_url": "https://elsewhere.example"})
        with self.assertRaises(AccessError):
            backends.with_context(default_service_url="https://elsewhere.example").create(fresh)
        self.assertTrue(backends.create({**fresh, "service_url": False}))
        backend.write({"name": "Renamed", "service_url": self.backend.service_url})
        self.manager.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        backend.service_url = "https://elsewhere.example"

    # -- the warehouse ---------------------------------------------------------------------------

    def test_packer_sees_ships_and_prints(self):
        picking = self.picking.with_user(self.packer)
        form = picking.get_view(view_type="form")
        self.assertIn("delivery_instructions", form["arch"])
        spec = {name: {} for name in form["models"]["stock.picking"]}
        self.assertEqual(picking.web_read(spec)[0]["delivery_instructions"], "Ring twice")
        self.ship(picking, numbers="PACKER0001")
        picking.carrier_tracking_ref = "PACKER0002"
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.packer)
            ._render_qweb_html("stock.action_report_delivery", picking.ids)
        )
        self.assertIn(picking.name.encode(), content)
        self.run_jobs()
        self.assertEqual(self.picking.netsuite_fulfillment_ids.state, "done")
        (fulfillment,) = self.books.fulfillments_of(self.order.id)
        self.assertEqual(fulfillment.packages[0].tracking, "PACKER0002")

    def packers(self, picking):
        """A delivery as the packer meets it: nothing of it is in memory that others may read."""
        self.env.flush_all()
        self.env.invalidate_all()
        return picking.with_user(self.packer)

    def press(self, action):
        """Press the button of the question that Odoo asks."""
        wizard = self.env[action["res_model"]].with_user(self.packer)
        return wizard.with_context(**action["context"]).create({}).process()

    def test_packer_ships_in_parts(self):
        picking = self.packers(self.picking)
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.carrier_tracking_ref = "PART000001"
        self.press(picking.button_validate())
        self.assertEqual(picking.state, "done")
        rest = picking.backorder_ids
        self.assertEqual(rest.delivery_instructions, "Ring twice")
        self.ship(rest, numbers="PART000002")
        self.run_jobs()
        told = [one.packages[0].tracking for one in self.books.fulfillments_of(self.order.id)]
        self.assertEqual(sorted(told), ["PART000001", "PART000002"])

    def test_packer_works_in_steps(self):
        self.picking.picking_type_id.warehouse_id.delivery_steps = "pick_pack_ship"
        self.books.add_order([("MUG-BLU", 2)], custom={"custbody_delivery_instructions": "Knock"})
        document = self.import_documents() - self.document
        for _step in range(3):
            step = self.packers(document.all_picking_ids)
            step = step.filtered(lambda one: one.state == "assigned")
            self.assertEqual(len(step), 1)
            self.assertEqual(step.delivery_instructions, "Knock")
            self.ship(step, numbers="STEP000001" if step.is_netsuite_delivery else None)
        self.run_jobs()
        self.assertEqual(document.picking_ids.netsuite_fulfillment_ids.state, "done")

    def test_packer_splits_packs_copies_returns_and_cancels(self):
        picking = self.packers(self.picking)
        picking.action_put_in_pack()
        copy = picking.copy()
        self.assertFalse(copy.netsuite_transaction_id)
        copy.action_cancel()
        self.ship(picking)
        wizard = self.env["stock.return.picking"].with_user(self.packer)
        wizard = wizard.with_context(active_id=picking.id, active_model="stock.picking").create({})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self.assertEqual(back.return_id, self.picking)
        back.with_user(self.packer).action_cancel()

    # -- companies -------------------------------------------------------------------------------

    def test_nothing_of_another_company_is_seen(self):
        self.ship(self.picking)
        self.run_jobs()
        company = self.env["res.company"].create({"name": "Other Company"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user,connector_netsuite.group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        seen = 0
        for name, model in self.env.items():
            if not name.startswith("netsuite.") or model._abstract or model._transient:
                continue
            if not model.with_user(self.manager).has_access("read"):
                continue
            with self.subTest(name):
                foreign = model.with_user(stranger).search([])
                if "backend_id" in model._fields or name == "netsuite.backend":
                    seen += model.search_count([])
                    self.assertFalse(foreign)
        self.assertGreater(seen, 5)
        wizards = self.env["netsuite.import"].with_user(stranger)
        for method in ("action_preview", "action_import"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(wizards.create({"backend_id": self.backend.id}), method)()

    # -- what others wrote -----------------------------------------------------------------------

    def test_remote_text_is_no_markup(self):
        """Chatter, activities and notes show what NetSuite says letter by letter."""
        self.ship(self.picking)
        order = self.books.add_order(
            [("MUG-RED", 1)], memo=MARKUP, address={"addressee": MARKUP, "addr1": "1 Main St"}
        )
        self.simulator.faults.add("initialize", "status", message=MARKUP)
        self.simulator.faults.add(
            "search", "fault", code="WS_PERMISSION_REQD", message=MARKUP, times=1
        )
        self.backend._plan_import()
        self.run_jobs()
        self.simulator.faults.clear()
        self.import_documents()
        picking = self.row(order.id).picking_ids
        self.books.edit_order(order.id, memo=f"Changed {MARKUP}")
        self.import_documents()
        self.simulator.faults.add("*", "fault", code="INVALID_LOGIN_CREDENTIALS", message=MARKUP)
        self.backend.login_failures = 1
        self.backend._plan_import()
        texts = [
            picking.note,
            *(self.picking + picking).message_ids.mapped("body"),
            *self.backend.message_ids.mapped("body"),
            *self.env["mail.activity"].search([]).mapped("note"),
        ]
        shown = " ".join(str(text) for text in texts if text)
        self.assertGreaterEqual(shown.count("&lt;b&gt;bold"), 4)
        for tag in ("<b>bold", "<img", "<a "):
            self.assertNotIn(tag, shown)
