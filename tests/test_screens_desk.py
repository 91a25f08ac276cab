from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..netsuite.records import Item
from .build_case import BuildCase


@tagged("post_install", "-at_install")
class TestDesk(BuildCase):
    """Held documents and failed write-backs in one list, and the mail about them."""

    def setUp(self):
        super().setUp()
        self.held = self.build(self.order(self.line(1), address=None))
        self.assertEqual(self.held.state, "held")
        self.shipped = self.build(self.order(self.line(1), number="1002"))
        self.ship(self.shipped.picking_ids)
        self.report = self.shipped.fulfillment_ids
        self.report.write({"state": "failed", "message": "The period is closed."})
        self.env.flush_all()

    def ship(self, picking, quantities=None, numbers="TRACK00001"):
        return super().ship(picking.with_context(skip_sms=True), quantities, numbers)

    def problems(self):
        return self.env["netsuite.problem"].search([("backend_id", "=", self.backend.id)])

    def test_both_kinds_are_listed(self):
        found = {problem.kind: problem for problem in self.problems()}
        self.assertEqual(found["import"].transaction_id, self.held)
        self.assertEqual(found["import"].reason, "address")
        self.assertEqual(found["report"].picking_id, self.shipped.picking_ids)
        self.assertEqual(found["report"].message, "The period is closed.")

    def test_retry_many(self):
        self.problems().action_retry()
        self.assertTrue(self.held.to_build)
        self.assertEqual(self.report.state, "pending")
        self.assertEqual(len(self.problems()), 1, "what is reported again is off the list")

    def test_retry_all(self):
        self.env["netsuite.problem"].action_retry_all()
        self.assertTrue(self.held.to_build)
        self.assertEqual(self.report.state, "pending")

    def test_retry_all_that_the_list_shows(self):
        desk = self.env["netsuite.problem"].with_context(active_domain=[["kind", "=", "report"]])
        desk.action_retry_all()
        self.assertEqual(self.report.state, "pending")
        self.assertFalse(self.held.to_build, "a filter hides it")

    def test_activities_are_for_people(self):
        """The scheduled import works as Odoo's own user, who reads no activities."""
        picking = self.shipped.picking_ids
        robot = self.env.ref("base.user_root")
        self.assertEqual(picking.user_id, robot)
        responsible = self.backend._responsible_user()
        self.assertNotEqual(responsible, robot)
        self.report._raise_activity("The period is closed.")
        self.report._flag("Look at it.")
        begun = self.build(self.order(self.line(1), number="1005"))
        begun.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        self.build(self.order(self.line(1, quantity=3), number="1005"))
        activities = (picking + begun.picking_ids).activity_ids
        self.assertEqual(len(activities), 3)
        self.assertEqual(activities.user_id, responsible)
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        picking.user_id = packer
        self.assertEqual(self.report._responsible_user(), packer)

    def test_each_reason_leads_somewhere(self):
        for reason in dict(self.held._fields["hold_reason"].selection):
            self.held.hold_reason = reason
            label, action = self.held._remedy()
            self.assertTrue(label and action["type"], reason)

    def test_missing_product_leads_to_the_items(self):
        self.backend.missing_product = "hold"
        self.know(Item("9", "NO-PRODUCT", "InvtPart"))
        row = self.build(self.order(self.line(1, "9"), number="1003"))
        self.assertEqual(row.hold_reason, "product")
        action = row._remedy()[1]
        items = self.env["netsuite.item"].search(action["domain"])
        self.assertIn("NO-PRODUCT", items.mapped("name"))

    def test_digest(self):
        self.backend._cron_digest()
        mails = self.env["mail.mail"].search([("model", "=", "netsuite.backend")])
        self.assertFalse(mails, "off by default")
        self.backend.digest = True
        self.backend._cron_digest()
        mail = self.env["mail.mail"].search([("model", "=", "netsuite.backend")])
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.backend._responsible_user().partner_id)
        self.assertIn("The period is closed.", mail.body_html)
        self.assertIn("SO1001", mail.body_html)

    def test_each_reads_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env.ref("base.module_connector_netsuite")._update_translations(["de_DE"])
        reader = new_test_user(
            self.env, "leser", groups="connector_netsuite.group_user", lang="de_DE"
        )
        self.backend.write({"digest": True, "digest_user_ids": [(6, 0, reader.ids)]})
        self.backend._cron_digest()
        mail = self.env["mail.mail"].search([("model", "=", "netsuite.backend")])
        self.assertIn("zu prüfen", mail.subject)
        german = {"lang": "de_DE"}
        [held] = (self.problems().filtered(lambda one: one.kind == "import")).with_context(german)
        labels = dict(held._fields["reason"]._description_selection(held.env))
        documents = self.held.with_context(german)
        reasons = dict(documents._fields["hold_reason"]._description_selection(documents.env))
        self.assertEqual(labels["address"], reasons["address"])
        picking = self.shipped.picking_ids.with_context(german)
        states = dict(picking._fields["netsuite_report_state"]._description_selection(picking.env))
        self.assertEqual(states["done"], "Gemeldet")

    def test_no_mail_when_all_is_well(self):
        self.backend.digest = True
        self.report.state = "done"
        self.held.state = "ignored"
        self.env.flush_all()
        self.backend._cron_digest()
        self.assertFalse(self.env["mail.mail"].search([("model", "=", "netsuite.backend")]))

    def test_remote_text_is_no_markup(self):
        self.report.message = "<b>bad</b>"
        self.backend.digest = True
        self.env.flush_all()
        self.backend._cron_digest()
        mail = self.env["mail.mail"].search([("model", "=", "netsuite.backend")])
        self.assertIn("&lt;b&gt;bad", mail.body_html)

    def test_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            "elsewhere",
            groups="connector_netsuite.group_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.env["netsuite.problem"].with_user(user).search([]))

    def test_warehouse_people_have_no_desk_but_all_of_the_delivery(self):
        user = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.env["netsuite.problem"].with_user(user).search([])
        picking = self.shipped.picking_ids.with_user(user)
        self.assertEqual(picking.netsuite_number, "SO1002")
        self.assertEqual(picking.netsuite_report_state, "failed")
        self.assertIn("app.netsuite.com", picking.action_open_in_netsuite()["url"])
        self.assertEqual(picking.action_view_netsuite_document()["res_id"], self.shipped.id)
        self.assertEqual(picking.action_view_netsuite_fulfillments()["res_id"], self.report.id)
        form = self.env["stock.picking"].with_user(user).get_view(view_type="form")
        self.assertIn("netsuite_number", form["arch"])
        spec = {
            "backend_id": {"fields": {"display_name": {}}},
            "message": {},
            "picking_ids": {"fields": {"name": {}}},
        }
        self.assertTrue(self.shipped.with_user(user).web_read(spec)[0]["backend_id"])

    def test_one_reminder_while_documents_are_held(self):
        kind = ["connector_netsuite.activity_type_held"]
        self.build(self.order(self.line(1), number="1004", address=None))
        activity = self.backend.activity_search(kind)
        self.assertEqual(activity.user_id, self.backend._responsible_user())
        self.build(self.order(self.line(1)))
        self.assertEqual(self.backend.activity_search(kind), activity)
        self.build(self.order(self.line(1), number="1004"))
        self.assertFalse(self.backend.activity_search(kind))

    def test_the_delivery_tells_its_story(self):
        picking = self.shipped.picking_ids
        self.assertIn("Imported from NetSuite: SO1002", picking.message_ids[-1].body)
