from datetime import UTC, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..simulator.account import Address
from .common import NetSuiteCase

MUGS = [("MUG-BLU", 2), ("KETTLE-15", 1)]
TABLES = (
    "netsuite.transaction",
    "stock.picking",
    "product.product",
    "res.partner",
    "netsuite.item",
)


@tagged("post_install", "-at_install")
class TestPreview(NetSuiteCase):
    """What would come of an import, before anything is written."""

    def setUp(self):
        super().setUp()
        # What opens a transaction of its own works in the test's.
        self.enterContext(self.enter_registry_test_mode())

    def wizard(self, **vals):
        return self.env["netsuite.import"].create({"backend_id": self.backend.id, **vals})

    def preview(self, **vals):
        """The lines of a preview, by number."""
        wizard = self.wizard(**vals)
        self.env.flush_all()
        wizard.action_preview()
        self.assertEqual(wizard.state, "preview")
        return {line.number: line for line in wizard.line_ids}

    def counts(self):
        return {model: self.env[model].search_count([]) for model in TABLES}

    def test_nothing_is_written(self):
        self.books.add_order(MUGS)
        before = self.counts()
        sequence = self.backend.warehouse_id.out_type_id.sequence_id
        number = sequence.number_next_actual
        lines = self.preview()
        self.assertEqual([line.kind for line in lines.values()], ["new"])
        self.assertEqual(self.counts(), before)
        self.assertEqual(sequence.number_next_actual, number)
        self.assertFalse(self.backend.import_cursor)
        self.assertFalse(self.env["queue.job"].search([("state", "=", "pending")]))

    def test_says_what_the_import_does(self):
        good = self.books.add_order(MUGS)
        lost = self.books.add_order(MUGS, address=Address(country=""))
        lines = self.preview()
        self.assertEqual(lines[good.tran_id].kind, "new")
        self.assertIn("2 \u00d7 [MUG-BLU]", lines[good.tran_id].goods)
        self.assertEqual(lines[lost.tran_id].kind, "held")
        self.import_documents()
        self.assertEqual(self.row(good.id).state, "imported")
        self.assertEqual(self.row(lost.id).message, lines[lost.tran_id].why)

    def test_changes_are_shown(self):
        order = self.books.add_order(MUGS)
        self.import_documents()
        picking = self.row(order.id).picking_ids
        self.books.edit_line(order.id, 1, quantity=7)
        line = self.preview(choice="numbers", numbers=order.tran_id)[order.tran_id]
        self.assertEqual(line.kind, "changed")
        self.assertIn("2 \u2192 7", line.why)
        self.assertEqual(picking.move_ids[0].product_uom_qty, 2)

    def test_by_number_whatever_the_status(self):
        pending = self.books.add_order(MUGS, approved=False)
        lines = self.preview(choice="numbers", numbers=f"{pending.tran_id}, SO-UNKNOWN")
        self.assertEqual(lines[pending.tran_id].kind, "cancelled")
        labels = dict(lines[pending.tran_id]._fields["kind"].selection)
        self.assertEqual(labels["cancelled"], "Not to Ship", "nobody has cancelled it")
        self.assertIn("Pending Approval", lines[pending.tran_id].why)
        self.assertIn("no such document", lines["SO-UNKNOWN"].why)

    def test_by_number_what_the_schedule_leaves_alone(self):
        """A status that is not chosen, a filter, the day of the beginning: all are named."""
        late, plain = self.books.add_order(MUGS), self.books.add_order(MUGS)
        part = self.books.add_order([("MUG-BLU", 2)])
        self.books.fulfil_by_hand(part.id, {1: 1})
        self.books.touch("salesOrder", late.id, datetime(2020, 1, 5, 12, tzinfo=UTC))
        other = self.env["netsuite.location"].create(
            {"backend_id": self.backend.id, "internal_id": "99", "name": "Moon"}
        )
        pending = self.env.ref("connector_netsuite.status_sales_order_pending_fulfillment")
        self.backend.write({"import_status_ids": pending.ids, "import_since": datetime(2024, 1, 1)})
        numbers = f"{late.tran_id} {part.tran_id} {plain.tran_id}"
        lines = self.preview(choice="numbers", numbers=numbers)
        self.assertEqual({line.kind for line in lines.values()}, {"new"})
        self.assertIn("would leave it alone", lines[late.tran_id].why)
        self.assertIn("2020-01-05", lines[late.tran_id].why)
        self.assertIn("Partially Fulfilled is not among", lines[part.tran_id].why)
        self.assertFalse(lines[plain.tran_id].why)
        self.backend.location_ids = other
        lines = self.preview(choice="numbers", numbers=numbers)
        self.assertIn("Only Locations", lines[plain.tran_id].why)
        self.backend.location_ids = False
        self.import_documents()
        self.backend.location_ids = other
        lines = self.preview(choice="numbers", numbers=plain.tran_id)
        self.assertFalse(lines[plain.tran_id].why, "what has a delivery is followed all the same")

    def test_import_by_number_takes_over_what_has_not_changed(self):
        order = self.books.add_order(MUGS)
        self.books.add_order(MUGS)
        wizard = self.wizard(choice="numbers", numbers=order.tran_id)
        wizard.action_import()
        wizard.started = self.env.cr.now()  # everything happens in one transaction here
        self.run_jobs()
        rows = self.env["netsuite.transaction"].search([("backend_id", "=", self.backend.id)])
        self.assertEqual(rows.mapped("tran_id"), [order.tran_id])
        wizard.invalidate_recordset()
        self.assertEqual((wizard.progress, wizard.imported_count), (100, 1))
        self.assertEqual(
            self.env["netsuite.transaction"].search(wizard.action_view_documents()["domain"]), rows
        )

    def test_import_by_date(self):
        order = self.books.add_order(MUGS)
        day = order.tran_date
        self.assertIn(order.tran_id, self.preview(choice="dates", date_from=day, date_to=day))
        wizard = self.wizard(choice="dates", date_from=day)
        wizard.action_import()
        self.run_jobs()
        self.assertEqual(self.row(order.id).state, "imported")

    def test_a_forgotten_search_is_begun_again(self):
        order = self.books.add_order(MUGS)
        self.backend._job_find_chosen(numbers=[order.tran_id], cursor="0|2|50|forgotten")
        self.run_jobs()
        self.assertEqual(self.row(order.id).state, "imported")

    def test_needs_a_number_or_a_day(self):
        for vals in ({"choice": "numbers", "numbers": " "}, {"choice": "dates"}):
            with self.assertRaises(UserError):
                self.wizard(**vals).action_preview()

    def test_refusal_is_told_in_words(self):
        self.simulator.faults.add(operation="search", kind="fault", code="WS_REQUEST_BLOCKED")
        with self.assertRaisesRegex(UserError, "tries again"):
            self.wizard().action_preview()

    def test_users_may_import_and_others_may_not(self):
        order = self.books.add_order(MUGS)
        user = new_test_user(
            self.env, "netsuite-user", groups="connector_netsuite.group_user,base.group_user"
        )
        wizard = self.wizard(choice="numbers", numbers=order.tran_id).with_user(user)
        wizard = wizard.create({"backend_id": self.backend.id, "choice": "due"})
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.kind, "new")
        wizard.action_import()
        self.run_jobs()
        self.assertEqual(self.row(order.id).state, "imported")
        other = new_test_user(self.env, "stock-user", groups="stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.env["netsuite.import"].with_user(other).create({"backend_id": self.backend.id})
