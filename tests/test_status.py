"""Documents in NetSuite show what became of them in Odoo."""

from datetime import UTC, datetime, timedelta

from odoo import fields
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ..models.netsuite_status import STATUS_ACTIVITY
from ..simulator import demo
from ..simulator import permissions as roles
from .common import NetSuiteCase

FIELD = "custbody_odoo_status"
MUGS = [("MUG-BLU", 2)]


class StatusCase(NetSuiteCase):
    write_operation = "updateList"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.write({"status_field": FIELD, "missing_product": "hold", **cls.services()})
        cls.env["product.product"].create(
            {"name": "Mug", "default_code": "MUG-BLU", "is_storable": True}
        )

    @classmethod
    def services(cls):
        return {}

    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())

    def run_jobs(self, limit=50):
        try:
            return super().run_jobs(limit)
        finally:
            self.env.invalidate_all()  # answers are kept in transactions of their own

    def postponed(self, call):
        """The job runs again later. (Odoo's assertRaises would undo what the test relies on.)"""
        try:
            call()
        except RetryableJobError:
            self.env.invalidate_all()
        else:
            self.fail("The job was not postponed.")

    def shown(self, order):
        return self.books.orders[order.id].custom.get(FIELD)

    def writes(self):
        return [
            one
            for one in self.simulator.journal.entries
            if one.operation == self.write_operation and one.outcome != "WS_REQUEST_BLOCKED"
        ]

    def activities(self):
        return self.backend.activity_search([STATUS_ACTIVITY])


class AnyServices:
    """What holds over SOAP and over REST."""

    def test_imported_and_held(self):
        good, bad = self.books.add_order(MUGS), self.books.add_order([("KETTLE-15", 1)])
        rows = self.import_documents()
        self.assertEqual(self.shown(good), "Imported")
        held = self.row(bad.id)
        self.assertEqual(held.state, "held")
        self.assertEqual(self.shown(bad), f"Held: {held.message}"[:300])
        self.assertEqual(self.row(good.id).told_status, "Imported")
        self.assertTrue(self.row(good.id).told_date)
        self.assertFalse(rows.filtered("to_tell"))
        self.env["product.product"].create({"name": "Kettle", "default_code": "KETTLE-15"})
        self.import_documents()
        self.assertEqual(self.shown(bad), "Imported")

    def test_our_own_change_is_no_edit(self):
        """NetSuite's time of the last change moves: the next import reads, and that is all."""
        order = self.books.add_order(MUGS)
        self.books.touch("salesOrder", order.id, datetime.now(UTC) - timedelta(hours=1))
        rows = self.import_documents()
        picking = rows.picking_ids
        messages, written = picking.message_ids, self.writes()
        self.assertEqual(len(written), 1)
        built = []
        build = type(self.env["netsuite.builder"])._build

        def spy(builder, documents):
            built.append(documents)
            return build(builder, documents)

        self.patch(self.registry["netsuite.builder"], "_build", spy)
        self.import_documents()
        self.assertLess(datetime.now() - rows.last_modified, timedelta(minutes=1), "it was read")
        self.assertFalse(built, "nothing that Odoo did not write itself has changed")
        self.assertEqual(picking.message_ids, messages)
        self.assertEqual(self.writes(), written)
        self.books.edit_line(order.id, 1, quantity=5)
        self.import_documents()
        self.assertEqual(picking.move_ids.product_uom_qty, 5, "a person's change is an edit")
        self.assertEqual(self.writes(), written, "it is still imported")

    def test_many_in_batches(self):
        orders = [self.books.add_order(MUGS) for _number in range(60)]
        self.import_documents()
        self.assertEqual({self.shown(order) for order in orders}, {"Imported"})
        self.assertEqual(len(self.writes()), self.requests_for_sixty)

    def test_one_bad_document_stops_no_other(self):
        orders = [self.books.add_order(MUGS) for _number in range(3)]
        self.books.lock_record("salesOrder", orders[0].id)
        self.import_documents()
        self.assertEqual([self.shown(one) for one in orders], [None, "Imported", "Imported"])
        row = self.row(orders[0].id)
        self.assertIn("locked", row.telling_refused)
        self.assertFalse(self.activities())
        writes = self.writes()
        self.import_documents()
        self.assertEqual(self.writes(), writes, "not before tomorrow")
        self.books.lock_record("salesOrder", orders[0].id, locked=False)
        with freeze_time(fields.Datetime.now() + timedelta(days=1, minutes=1)):
            self.import_documents()
        self.assertEqual(self.shown(orders[0]), "Imported")
        self.assertFalse(row.telling_refused)

    def test_a_missing_field_is_said_once(self):
        self.backend.status_field = "custbody_nonsense"
        orders = [self.books.add_order(MUGS) for _number in range(30)]
        self.import_documents()
        self.assertEqual(len(self.activities()), 1)
        self.assertIn("Transaction Body Fields", str(self.activities().note))
        self.assertLess(
            len(self.writes()), 26, "no batch after the one that was refused as a whole"
        )
        self.import_documents()
        self.assertEqual(len(self.activities()), 1)
        self.assertEqual(
            {row.state for row in map(self.row, [one.id for one in orders])}, {"imported"}
        )
        self.backend.status_field = FIELD
        self.run_jobs()
        self.assertFalse(self.activities())
        self.assertEqual({self.shown(order) for order in orders}, {"Imported"})

    def test_a_missing_permission_is_said_once(self):
        self.backend.status_field = False
        order = self.books.add_order(MUGS)
        self.import_documents()
        self.books.roles[self.role].grant(roles.SALES_ORDER, level=roles.VIEW)
        self.backend.status_field = FIELD
        for _import in range(2):
            self.backend._job_tell()
            self.env.invalidate_all()
        self.assertEqual(len(self.activities()), 1)
        self.assertIn("Sales Order", str(self.activities().note))
        self.assertIn("Manage Roles", str(self.activities().note))
        self.assertTrue(self.row(order.id).to_tell)

    def test_limits_pause_and_nothing_is_lost(self):
        order = self.books.add_order(MUGS)
        code = {"fault": {"code": "WS_REQUEST_BLOCKED"}, "http": {"status": 429}}[self.blocked]
        self.simulator.faults.add(self.write_operation, self.blocked, times=1, **code)
        self.postponed(self.import_documents)
        self.assertTrue(self.backend.paused_until)
        self.assertFalse(self.shown(order))
        self.assertTrue(self.row(order.id).to_tell)
        self.backend._forget_trouble()
        self.env.flush_all()
        self.run_jobs()
        self.assertEqual(self.shown(order), "Imported")

    def test_refused_logins_stop_it(self):
        self.books.add_order(MUGS)
        self.backend.status_field = False
        self.import_documents()
        self.backend.write({"status_field": FIELD, "token_secret": "wrong"})
        (job,) = self.env["queue.job"].search([("state", "=", "pending")])
        self.assertEqual(job.priority, 30)
        for _attempt in range(2):
            self.backend.paused_until = False
            self.env.flush_all()
            self.postponed(self.backend._job_tell)
        self.assertEqual(self.backend.state, "draft")
        self.assertIn("not connected", self.backend._job_tell())

    def test_shipments_go_first(self):
        order, other = self.books.add_order(MUGS), self.books.add_order(MUGS)
        self.backend.status_field = False
        self.import_documents()
        self.ship(self.row(order.id).picking_ids)
        self.backend.status_field = FIELD
        report, tell = self.env["queue.job"].search([("state", "=", "pending")], order="id")
        self.assertEqual((report.method_name, tell.method_name), ("_job_report", "_job_tell"))
        self.backend._job_tell()
        self.assertFalse(self.writes())
        self.run_jobs()
        self.assertEqual(self.books.status(order.id), "F")
        self.assertFalse(self.shown(order), "all was shipped before the field was chosen")
        self.assertEqual(self.shown(other), "Imported")

    def test_a_job_that_is_lost(self):
        """Which documents are due stands in their rows."""
        order = self.books.add_order(MUGS)
        self.backend._plan_import()
        tell = self.registry["netsuite.backend"]._job_tell

        def _job_tell(backend):
            return "lost"

        self.patch(self.registry["netsuite.backend"], "_job_tell", _job_tell)
        self.run_jobs()
        self.assertFalse(self.shown(order))
        self.patch(self.registry["netsuite.backend"], "_job_tell", tell)
        self.import_documents()
        self.assertEqual(self.shown(order), "Imported")

    def test_an_answer_that_is_lost(self):
        order = self.books.add_order(MUGS)
        self.simulator.faults.add(self.write_operation, "drop_after", times=1)
        self.postponed(self.import_documents)
        self.assertTrue(self.row(order.id).to_tell)
        self.run_jobs()
        self.assertEqual(self.row(order.id).told_status, "Imported")

    def test_off_by_default_and_switched_on_later(self):
        self.backend.status_field = False
        order, held = self.books.add_order(MUGS), self.books.add_order([("KETTLE-15", 1)])
        self.import_documents()
        self.assertFalse(self.writes())
        self.backend.status_field = FIELD
        self.run_jobs()
        self.assertEqual(self.shown(order), "Imported")
        self.assertTrue(self.shown(held).startswith("Held: "))

    def test_doctor(self):
        def line(title):
            with self.backend._connect("test", testing=True) as client:
                (check,) = self.backend._examine_status_field(client)
            self.assertEqual(check.title, title)
            return check

        self.assertEqual(line("Status Field").level, "green")
        self.books.roles[self.role].grant(roles.SALES_ORDER, level=roles.VIEW)
        refused = line("Transactions > Sales Order (Edit)")
        self.assertEqual(refused.level, "red")
        self.assertIn("Manage Roles", refused.remedy)


@tagged("post_install", "-at_install")
class TestStatusOverSoap(AnyServices, StatusCase):
    allow_inherited_tests_method = True
    role = "soap"
    blocked = "fault"
    requests_for_sixty = 3

    def test_the_language_is_the_companys(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env.ref("base.module_connector_netsuite")._update_translations(["de_DE"])
        self.backend.company_id.partner_id.lang = "de_DE"
        order = self.books.add_order(MUGS)
        self.import_documents()
        self.assertEqual(self.shown(order), "Importiert")

    def test_setting(self):
        with self.assertRaises(ValidationError):
            self.backend.status_field = "memo"

    def test_other_documents(self):
        self.books.roles["soap"].grant(roles.INVOICE)
        invoice = self.books.add_invoice(MUGS)
        self.backend.import_type = "invoice"
        self.import_documents()
        self.assertEqual(invoice.custom[FIELD], "Imported")

    def test_a_long_reason_is_cut(self):
        self.books.add_order(MUGS)
        row = self.import_documents()
        row._hold("odoo", "Reason. " * 100)
        self.assertTrue(row.to_tell)
        self.assertEqual(len(row._status_text()), 300)


@tagged("post_install", "-at_install")
class TestStatusOverRest(AnyServices, StatusCase):
    allow_inherited_tests_method = True
    role = "rest"
    blocked = "http"
    requests_for_sixty = 60
    write_operation = "PATCH salesOrder"

    @classmethod
    def services(cls):
        return {
            "api": "rest",
            "token_id": demo.REST_TOKEN_ID,
            "token_secret": demo.REST_TOKEN_SECRET,
        }

    def test_doctor_misses_the_field(self):
        self.backend.status_field = "custbody_nonsense"
        with self.backend._connect("test", testing=True) as client:
            (check,) = self.backend._examine_status_field(client)
        self.assertEqual(check.level, "red")
        self.assertIn("custbody_nonsense", check.text)
