"""People of the warehouse and of its neighbours, who have no right of NetSuite's: what they see and
do with deliveries stays possible, and so does whatever they did before the addon came."""

from lxml import etree
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import NetSuiteCase

# All that let somebody read deliveries, and are there without further addons.
READERS = {
    "packer": "stock.group_stock_user",
    "seller": "sales_team.group_sale_salesman",
    "sales manager": "sales_team.group_sale_manager",
    "bookkeeper": "account.group_account_invoice",
    "auditor": "account.group_account_readonly",
}
VIEWS = ("list", "kanban", "calendar", "form", "search", "activity")


def specification(arch, fields):
    """What the web client reads for a view: its fields, with those of the views inside."""
    found = {}
    for node in arch.iter("field"):
        if any(above.tag == "field" for above in node.iterancestors()):
            continue
        name = node.get("name")
        found[name] = {}
        if fields[name].get("type") in ("one2many", "many2many"):
            inner = {one.get("name"): {} for one in node.iter("field") if one is not node}
            found[name] = {"fields": inner or {"display_name": {}}}
        elif fields[name].get("type") == "many2one":
            found[name] = {"fields": {"display_name": {}}}
    return found


@tagged("post_install", "-at_install")
class TestWarehouseAccess(NetSuiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            name: new_test_user(cls.env, name.replace(" ", "_"), groups=f"base.group_user,{groups}")
            for name, groups in READERS.items()
        }
        cls.packer = cls.people["packer"]

    def setUp(self):
        super().setUp()
        self.order = self.books.add_order(
            [("MUG-BLU", 2), ("MUG-RED", 4)],
            custom={"custbody_delivery_instructions": "Ring twice"},
        )
        (self.document,) = self.import_documents()
        self.picking = self.document.picking_ids

    def as_user(self, record, user=None):
        """A record as somebody meets it: nothing is in memory that others may read."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(user or self.packer)

    # -- looking ---------------------------------------------------------------------------------

    def look(self, record, user, kinds=VIEWS):
        """Load views as the web client does, and what they show of a record; use every filter."""
        record = self.as_user(record, user)
        views = record.get_views([(False, kind) for kind in kinds])["views"]
        fields = record.fields_get()
        for kind, view in views.items():
            arch = etree.fromstring(view["arch"])
            if kind == "search":
                for one in arch.iter("filter"):
                    self.use(record, one)
            else:
                self.as_user(record, user).web_read(specification(arch, fields))
        if "form" in kinds:
            Form(self.as_user(record, user))

    def use(self, record, one):
        known = {
            "uid": record.env.uid,
            "allowed_company_ids": record.env.companies.ids,
            "current_date": "today",
        }
        if domain := one.get("domain"):
            record.search(safe_eval(domain, known), limit=1)

    def plain_delivery(self):
        """A delivery that NetSuite has nothing to do with."""
        line = {"product_id": self.picking.move_ids[0].product_id.id}
        return self.env["stock.picking"].create(
            {
                "picking_type_id": self.picking.picking_type_id.id,
                "move_ids": [Command.create(line)],
            }
        )

    def test_deliveries_open_for_whoever_could_open_them(self):
        self.ship(self.picking)
        for picking in (self.plain_delivery(), self.picking):
            for name in ("packer", "seller", "sales manager"):
                with self.subTest(name, imported=picking == self.picking):
                    self.look(picking, self.people[name])

    def test_our_fields_can_be_read(self):
        """By those too whom Odoo itself refuses parts of the form (carriers, packages)."""
        self.ship(self.picking)
        for name, user in self.people.items():
            picking = self.as_user(self.picking, user)
            for record in (picking, picking.move_ids, picking.location_id):
                ours = [
                    one
                    for one, field in record._fields.items()
                    if "connector_netsuite" in field._modules
                    and record._has_field_access(field, "read")
                ]
                with self.subTest(name, model=record._name):
                    self.assertTrue(record.read(ours))

    def test_packer_follows_the_buttons(self):
        self.ship(self.picking)
        picking = self.as_user(self.picking)
        action = picking.action_view_netsuite_document()
        self.look(
            self.env[action["res_model"]].browse(action["res_id"]),
            self.packer,
            ("list", "kanban", "form", "search", "pivot", "graph"),
        )
        action = self.as_user(self.picking).action_view_netsuite_fulfillments()
        self.look(
            self.env[action["res_model"]].browse(action["res_id"]),
            self.packer,
            ("list", "kanban", "form", "search", "pivot", "graph"),
        )
        document = self.as_user(self.document)
        self.assertTrue(document.action_view_pickings())
        self.assertIn("netsuite.com", document.action_open_in_netsuite()["url"])
        fulfillment = self.picking.netsuite_fulfillment_ids
        self.assertIn("netsuite.com", self.as_user(fulfillment).action_open_in_netsuite()["url"])
        self.assertIn("netsuite.com", self.as_user(self.picking).action_open_in_netsuite()["url"])

    # -- working ---------------------------------------------------------------------------------

    def press(self, action):
        """Press the button of the question that Odoo asks."""
        wizard = self.env[action["res_model"]].with_user(self.packer)
        return wizard.with_context(**action["context"]).create({})

    def told(self):
        """Run the jobs; the tracking numbers that NetSuite then has."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.run_jobs()
        found = self.books.fulfillments_of(self.order.id)
        return sorted(package.tracking for one in found for package in one.packages)

    def test_ships_a_part_and_nothing_more(self):
        picking = self.as_user(self.picking)
        picking.move_ids[0].write({"quantity": 1, "picked": True})
        picking.carrier_tracking_ref = "ONLYPART01"
        wizard = self.press(self.as_user(picking).button_validate())
        self.as_user(wizard).process_cancel_backorder()
        self.assertEqual((picking.state, len(picking.backorder_ids)), ("done", 0))
        self.assertEqual(self.told(), ["ONLYPART01"])

    def test_splits_before_shipping(self):
        picking = self.as_user(self.picking)
        picking.move_ids.picked = False
        picking.move_ids[0].quantity = 1
        picking.move_ids[1].quantity = 0
        self.as_user(picking).action_split_transfer()
        parts = self.as_user(self.document.picking_ids)
        self.assertEqual(len(parts), 2)
        for number, part in enumerate(parts):
            self.ship(self.as_user(part), numbers=f"SPLIT0000{number}")
        self.assertEqual(self.told(), ["SPLIT00000", "SPLIT00001"])

    def test_packs_by_carrier(self):
        self.picking.carrier_id = self.env.ref("delivery.free_delivery_carrier")
        picking = self.as_user(self.picking)
        picking.move_ids[0].write({"quantity": 2, "picked": True})
        action = picking.action_put_in_pack()
        if isinstance(action, dict):
            wizard = self.press(action)
            self.as_user(wizard).action_put_in_pack()
        self.assertTrue(picking.move_line_ids.result_package_id)
        self.as_user(picking).move_ids.picked = True
        self.as_user(picking).carrier_tracking_ref = "PACKED0001"
        self.as_user(picking).with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.told()[0], "PACKED0001")

    def test_reserves_prints_and_writes(self):
        picking = self.as_user(self.picking)
        picking.do_unreserve()
        self.as_user(picking).action_assign()
        self.as_user(picking).do_print_picking()
        self.as_user(picking).message_post(body="Where is it?")
        self.as_user(picking).action_toggle_is_locked()
        self.as_user(picking).write(
            {"delivery_instructions": "Knock", "priority": "1", "note": "<p>Fragile</p>"}
        )
        # Drawing barcodes takes a program that is not everywhere.
        self.patch(self.registry["ir.actions.report"], "barcode", lambda *_args, **_more: b"")
        reports = self.env["ir.actions.report"].with_user(self.packer)
        for name in (
            "action_report_picking",
            "action_report_delivery",
            "action_report_picking_packages",
            "return_label_report",
        ):
            self.as_user(picking)
            content, _kind = reports._render_qweb_html(f"stock.{name}", picking.ids)
            self.assertTrue(content, name)

    def test_adds_goods_and_ships_more(self):
        product = self.env["product.product"].create({"name": "Extra", "type": "consu"})
        picking = self.as_user(self.picking)
        with Form(picking) as form, form.move_ids.new() as line:
            line.product_id = product
            line.product_uom_qty = 1
        picking = self.as_user(picking)
        picking.move_ids.filtered("netsuite_line")[0].quantity = 7
        self.ship(self.as_user(picking), numbers="EXTRA00001")
        self.told()

    def test_scraps(self):
        picking = self.as_user(self.picking)
        action = picking.button_scrap()
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.packer)
            .with_context(**action["context"])
            .create({"product_id": picking.move_ids[0].product_id.id, "scrap_qty": 1})
        )
        self.as_user(scrap).do_scrap()
        self.ship(self.as_user(picking))
        self.assertEqual(self.told(), ["TRACK00001"])

    def test_cancels(self):
        self.order = self.books.add_order([("MUG-BLU", 2), ("ADVICE", 1)])
        document = self.import_documents() - self.document
        picking = self.as_user(document.picking_ids)
        picking.move_ids[0].write({"quantity": 1, "picked": True})
        picking.carrier_tracking_ref = "CANCEL0001"
        self.as_user(self.press(self.as_user(picking).button_validate())).process()
        self.as_user(picking.backorder_ids).action_cancel()
        self.assertEqual(self.told(), ["CANCEL0001"])
        self.as_user(self.picking).move_ids[0]._action_cancel()
        self.as_user(self.picking).action_cancel()
        self.assertEqual(self.picking.state, "cancel")

    def test_takes_back_and_exchanges(self):
        self.ship(self.as_user(self.picking))
        self.told()
        for button in ("action_create_returns_all", "action_create_exchanges"):
            wizard = self.env["stock.return.picking"].with_user(self.packer)
            wizard = wizard.with_context(
                active_id=self.picking.id, active_model="stock.picking"
            ).create({})
            wizard.product_return_moves.quantity = 1
            action = getattr(self.as_user(wizard), button)()
            back = self.as_user(self.env["stock.picking"].browse(action["res_id"]))
            back = back if back.return_id else self.as_user(self.picking.return_ids[-1])
            back.move_ids.picked = True
            back.with_context(skip_backorder=True).button_validate()
            self.assertEqual(back.state, "done")

    def test_corrects_the_number_afterwards(self):
        self.ship(self.as_user(self.picking), numbers="WRONG00001")
        self.assertEqual(self.told(), ["WRONG00001"])
        self.as_user(self.picking).carrier_tracking_ref = "RIGHT00001"
        self.assertEqual(self.told(), ["RIGHT00001"])


@tagged("post_install", "-at_install")
class TestBranchAccess(NetSuiteCase):
    """A company that ships for a subsidiary; the account belongs to another one."""

    def setUp(self):
        super().setUp()
        self.company = self.env["res.company"].create({"name": "Branch"})
        self.env["netsuite.subsidiary"].create(
            {
                "backend_id": self.backend.id,
                "internal_id": "2",
                "name": "Branch",
                "company_id": self.company.id,
            }
        )
        self.order = self.books.add_order([("MUG-BLU", 2)], subsidiary="2")
        (self.document,) = self.import_documents()
        self.picking = self.document.picking_ids
        self.assertEqual(self.picking.company_id, self.company)

    def branch_user(self, groups):
        return new_test_user(
            self.env,
            f"branch_{groups.rpartition('.')[2]}",
            groups=f"base.group_user,{groups}",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def forget(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def test_packer_of_the_branch(self):
        packer = self.branch_user("stock.group_stock_user")
        self.forget()
        picking = self.picking.with_user(packer)
        self.assertEqual(picking.company_id, self.company)
        Form(picking)
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.carrier_tracking_ref = "BRANCH0001"
        action = picking.button_validate()
        wizard = self.env[action["res_model"]].with_user(packer)
        self.forget()
        wizard.with_context(**action["context"]).create({}).process()
        self.forget()
        Form(self.document.with_user(packer))
        Form(self.picking.netsuite_fulfillment_ids.with_user(packer))
        self.forget()
        self.ship(picking.backorder_ids, numbers="BRANCH0002")
        self.forget()
        self.run_jobs()
        found = self.books.fulfillments_of(self.order.id)
        self.assertEqual(
            sorted(package.tracking for one in found for package in one.packages),
            ["BRANCH0001", "BRANCH0002"],
        )

    def test_netsuite_user_of_the_branch(self):
        """Sees the documents of the branch, and can have them built, read and reported again."""
        watcher = self.branch_user("connector_netsuite.group_user")
        document = self.document.with_user(watcher)
        self.document._hold("odoo", "Look at it")
        for name in ("action_retry", "action_read_again", "action_open_in_netsuite"):
            self.forget()
            with self.subTest(name):
                self.assertTrue(getattr(document, name)())
        self.forget()
        self.run_jobs()
        self.assertEqual(document.state, "imported", document.message)
        self.ship(self.picking, numbers=None)
        self.forget()
        row = self.picking.netsuite_fulfillment_ids.with_user(watcher)
        self.assertTrue(row.action_retry())
        self.forget()
        self.run_jobs()
        self.assertEqual(row.state, "done", row.message)
        self.forget()
        Form(document)
        Form(row)
        self.forget()
        self.assertFalse(self.env["netsuite.backend"].with_user(watcher).search([]))
        self.assertFalse(self.env["netsuite.problem"].with_user(watcher).search([]))
        for reason, _label in self.document._fields["hold_reason"].selection:
            self.document._hold(reason, "Look at it")
            self.forget()
            problem = self.env["netsuite.problem"].with_user(watcher).search([])
            for name in ("action_fix", "action_open", "action_retry"):
                self.forget()
                with self.subTest(name, reason=reason):
                    self.assertTrue(problem.remedy)
                    self.assertTrue(getattr(problem, name)())
