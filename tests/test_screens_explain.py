from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..models.netsuite_explain import STOP
from ..netsuite import shippable
from ..simulator.account import Address
from .common import NetSuiteCase

MUGS = [("MUG-BLU", 2), ("KETTLE-15", 1)]


@tagged("post_install", "-at_install")
class TestExplain(NetSuiteCase):
    """The answer names what decided, and leads to the place to change it."""

    def setUp(self):
        super().setUp()
        # What opens a transaction of its own works in the test's.
        self.enterContext(self.enter_registry_test_mode())

    def explain(self, number):
        wizard = self.env["netsuite.explain"].create({"number": number})
        wizard.action_explain()
        return wizard.line_ids

    def said(self, number):
        return "\n".join(self.explain(number).mapped("text"))

    def test_not_in_netsuite(self):
        lines = self.explain("SO-NOWHERE")
        self.assertEqual(lines.verdict, STOP)
        self.assertIn("no document SO-NOWHERE to this role", lines.text)

    def test_status(self):
        order = self.books.add_order(MUGS, approved=False)
        lines = self.explain(order.tran_id)
        self.assertIn("Pending Approval is not among the chosen ones", lines[0].text)
        self.assertEqual(lines[0].action_open()["res_id"], self.backend.id)

    def test_filter(self):
        order = self.books.add_order(MUGS)
        other = self.env["netsuite.location"].create(
            {"backend_id": self.backend.id, "internal_id": "987654", "name": "Elsewhere"}
        )
        self.backend.location_ids = other
        self.assertIn("\u201cOnly Locations\u201d leaves it out", self.said(order.tran_id))

    def test_beginning(self):
        order = self.books.add_order(MUGS)
        self.backend.import_since = "2100-01-01"
        self.assertIn("before the import begins", self.said(order.tran_id))

    def test_a_line_that_a_setting_leaves_out(self):
        order = self.books.add_order(MUGS)
        self.books.edit_line(order.id, 1, backordered=2)
        self.backend.quantity_to_ship = "committed"
        self.env.flush_all()  # explaining has a transaction of its own
        line = self.explain(order.tran_id).filtered(
            lambda one: "MUG-BLU is not shipped: NetSuite has committed no stock" in one.text
        )
        self.assertEqual(line.label, "Change What Is Shipped")
        self.assertEqual(line.action_open()["res_id"], self.backend.id)

    def test_other_type(self):
        order = self.books.add_order(MUGS)
        self.backend.import_type = "item_fulfillment"
        self.assertIn("is among the Sales Orders", self.said(order.tran_id))

    def test_not_yet(self):
        order = self.books.add_order(MUGS)
        lines = self.explain(order.tran_id)
        self.assertIn("An import would ship: 2 \u00d7 [MUG-BLU]", lines[0].text)
        self.assertEqual(lines[0].action_open()["context"]["default_numbers"], order.tran_id)
        self.assertFalse(self.row(order.id), "explaining writes nothing")

    def test_by_netsuite_id(self):
        order = self.books.add_order(MUGS)
        self.assertIn("An import would ship", self.said(order.id))

    def test_grace_delay(self):
        self.backend.import_delay = 60
        order = self.books.add_order(MUGS)
        self.import_documents()
        self.assertIn("grace delay of 60 minutes", self.said(order.tran_id))

    def test_held(self):
        order = self.books.add_order(MUGS, address=Address(country=""))
        self.import_documents()
        lines = self.explain(order.tran_id)
        self.assertIn("no shipping address", lines[0].text)
        self.assertEqual(lines[0].action_open()["type"], "ir.actions.act_url")

    def test_imported_and_failed(self):
        order = self.books.add_order(MUGS)
        self.import_documents()
        picking = self.row(order.id).picking_ids
        self.books.close_order(order.id)
        self.ship(picking)
        self.run_jobs()
        lines = self.explain(order.tran_id)
        self.assertIn(f"Delivery {picking.name}: Done", "\n".join(lines.mapped("text")))
        self.assertIn(picking.netsuite_fulfillment_ids.message, lines.mapped("text"))

    def test_disconnected(self):
        self.backend.state = "draft"
        self.assertIn("is not connected", self.said("SO1"))

    def test_every_reason_has_words(self):
        reasons = [
            value
            for name, value in vars(shippable).items()
            if name.isupper()
            and isinstance(value, str)
            and name not in ("INVOICE", "SALES_ORDER")
            and name != "ITEM_FULFILLMENT"
        ]
        self.assertGreater(len(reasons), 5)
        for reason in reasons:
            self.assertIn("X is not shipped", self.backend._left_out_sentence("X", reason))

    def test_users_may_ask(self):
        order = self.books.add_order(MUGS)
        user = new_test_user(self.env, "asks", groups="connector_netsuite.group_user")
        wizard = self.env["netsuite.explain"].with_user(user).create({"number": order.tran_id})
        wizard.action_explain()
        self.assertTrue(wizard.line_ids[0].action_open())

    def test_who_may_only_look_is_told(self):
        order = self.books.add_order(MUGS, approved=False)
        user = new_test_user(self.env, "looks", groups="connector_netsuite.group_user")
        wizard = self.env["netsuite.explain"].with_user(user).create({"number": order.tran_id})
        wizard.action_explain()
        self.assertEqual(wizard.line_ids[0].label, "Show It (an Administrator Can Change It)")
        self.assertEqual(self.explain(order.tran_id)[0].label, "Change the Statuses")

    def test_account_that_is_being_set_up(self):
        order = self.books.add_order(MUGS)
        draft = self.make_backend(name="Tomorrow's", account_id="TOMORROW")
        self.assertNotIn(draft, self.explain(order.tran_id).backend_id)

    def test_account_of_another_company(self):
        branch = self.env["res.company"].create({"name": "Branch"})
        user = new_test_user(
            self.env,
            "branch",
            groups="connector_netsuite.group_user",
            company_id=branch.id,
            company_ids=branch.ids,
        )
        wizard = self.env["netsuite.explain"].with_user(user).create({"number": "SO1"})
        with self.assertRaisesRegex(UserError, "No NetSuite account"):
            wizard.action_explain()
        self.env["netsuite.subsidiary"].create(
            {"backend_id": self.backend.id, "internal_id": "77", "company_id": branch.id}
        )
        with self.assertRaisesRegex(UserError, "is an account of"):
            wizard.action_explain()
