from datetime import UTC, datetime, timedelta

from odoo import fields
from odoo.addons.queue_job.job import Job
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger, split_every

from ..models import netsuite_backend_read
from ..netsuite.soap import SoapClient
from ..simulator import demo
from ..simulator.account import Address
from .common import NetSuiteCase

MUGS = [("MUG-BLU", 2), ("KETTLE-15", 1)]


@tagged("post_install", "-at_install")
class TestImport(NetSuiteCase):
    """Finding and reading, over HTTP, with the role that NetSuite's set-up guide makes."""

    def requests(self):
        return [entry.operation for entry in self.simulator.journal.entries]

    def open_quantities(self, row):
        return {
            move.netsuite_line: move.product_uom_qty
            for move in row._open_pickings().move_ids
            if move.state not in ("done", "cancel")
        }

    def test_scheduled_import(self):
        order = self.books.add_order(
            MUGS, custom={"custbody_delivery_instructions": "Ring the bell"}, memo="Fragile"
        )
        pending = self.books.add_order(MUGS, approved=False)
        self.env["netsuite.backend"]._cron_import()
        self.run_jobs()
        row = self.row(order.id)
        self.assertEqual(row.state, "imported", row.message)
        self.assertEqual(row.status.code, "_salesOrderPendingFulfillment")
        self.assertEqual(row.picking_ids.origin, order.tran_id)
        self.assertEqual(row.picking_ids.delivery_instructions, "Ring the bell")
        self.assertEqual(self.open_quantities(row), {"1": 2, "2": 1})
        self.assertFalse(self.row(pending.id), "not in a chosen status")
        self.assertTrue(self.backend.import_cursor)

    def test_scheduled_work_speaks_the_language_of_who_is_responsible(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.backend._responsible_user().lang = "de_DE"
        order = self.books.add_order(MUGS, address=Address(country=""))
        scheduled = self.env["netsuite.backend"].with_context(lang=None)
        scheduled._cron_import()
        self.run_jobs()
        self.assertIn("keine Lieferadresse", self.row(order.id).message)
        self.row(order.id).message = False
        scheduled._cron_reconcile()
        self.row(order.id).to_build = True
        self.run_jobs()
        self.assertIn("keine Lieferadresse", self.row(order.id).message)

    def test_again_changes_nothing_and_costs_two_requests(self):
        for _order in range(3):
            order = self.books.add_order(MUGS)
            self.books.touch("salesOrder", order.id, datetime.now(UTC) - timedelta(hours=1))
        rows = self.import_documents()
        pickings = rows.picking_ids
        self.import_documents()
        self.simulator.journal.clear()
        self.import_documents()
        self.assertEqual(rows.picking_ids, pickings)
        self.assertEqual(self.requests(), ["search", "search"])

    def waiting(self):
        """What waiting jobs are to read and to build: pairs of method and documents' ids."""
        jobs = self.env["queue.job"].search([("state", "=", "pending")], order="id")
        return [(job.method_name, job.args[0]) for job in jobs if job.args]

    def add_settled_order(self):
        """An order that the next windows find again, too old to change once more unnoticed."""
        order = self.books.add_order(MUGS)
        self.books.touch("salesOrder", order.id, datetime.now(UTC) - timedelta(minutes=5))
        return order

    def run_next(self):
        job = self.env["queue.job"].search([("state", "=", "pending")], order="id", limit=1)
        Job.load(self.env, job.uuid).perform()
        job.state = "done"

    def plan_long_import(self):
        """Plan to read seven documents, two with a job; returns their rows by age."""
        self.patch(netsuite_backend_read, "READ_SIZES", {"soap": {"sales_order": 2}})
        self.patch(netsuite_backend_read, "BUILD_SIZE", 2)
        orders = [self.add_settled_order() for _order in range(7)]
        self.backend._job_find()
        self.env["queue.job"].search([]).state = "failed"
        self.backend._plan_import()
        return self.env["netsuite.transaction"].union(*(self.row(order.id) for order in orders))

    def test_long_import_is_planned_once(self):
        rows = self.plan_long_import().sorted("id")
        planned = self.waiting()
        self.assertEqual([ids for _method, ids in planned], [*map(list, split_every(2, rows.ids))])
        self.backend._plan_import()
        self.assertEqual(self.waiting(), planned)
        for _chunk in range(4):
            self.env["queue.job"].search([("method_name", "=", "_job_find")]).state = "done"
            self.run_next()
            before = self.waiting()
            self.add_settled_order()  # moves the edges of the chunks
            self.backend._job_find()
            more = self.waiting()[len(before) :]
            self.assertEqual([len(ids) for _method, ids in more], [1], "the new one")
            self.backend._plan_import()
            self.assertEqual(self.waiting(), [*before, *more])
        planned = self.waiting()
        self.assertIn(("_job_build", rows[:2].ids), planned)
        self.env["netsuite.builder"]._build(rows[0])
        self.backend._plan_import()
        self.assertEqual(self.waiting(), planned)
        self.run_jobs()
        self.assertEqual(set(rows.mapped("state")), {"imported"})

    def test_documents_of_a_dead_job_are_planned_again(self):
        rows = self.plan_long_import()
        for state in ("failed", "cancelled", "started"):
            dead = self.env["queue.job"].search(
                [("state", "=", "pending"), ("method_name", "=", "_job_read")], limit=1
            )
            ids = dead.args[0]
            dead.state = state
            self.backend._plan_import()
            self.assertEqual(self.waiting().count(("_job_read", ids)), 1, state)
        self.run_jobs()
        self.assertEqual(set(rows.mapped("state")), {"imported"})

    def test_edits_follow_even_within_the_same_second(self):
        order = self.books.add_order(MUGS)
        self.import_documents()
        self.books.edit_line(order.id, 1, quantity=5)
        self.books.add_line(order.id, "TRAY-OAK", 1)
        self.books.close_line(order.id, 2)
        self.import_documents()
        self.assertEqual(self.open_quantities(self.row(order.id)), {"1": 5, "3": 1})
        self.books.close_order(order.id)
        self.import_documents()
        self.assertEqual(self.row(order.id).picking_ids.state, "cancel")
        self.assertEqual(self.row(order.id).state, "cancelled")

    def test_status_that_changed_without_a_new_date(self):
        order = self.books.add_order(MUGS)
        late = self.books.add_order(MUGS, approved=False)
        self.import_documents()
        long_ago = datetime.now(UTC) - timedelta(days=30)
        self.books.cancel(order.id)
        self.books.approve(late.id)
        for one in (order, late):
            self.books.touch("salesOrder", one.id, long_ago)
        self.import_documents()
        self.assertEqual(self.row(order.id).state, "imported", "no window shows it")
        self.env["netsuite.backend"]._cron_reconcile()
        self.run_jobs()
        self.assertEqual(self.row(order.id).state, "cancelled")
        self.assertEqual(self.row(late.id).state, "imported")

    def test_deleted_order(self):
        order = self.books.add_order(MUGS)
        kept = self.books.add_order(MUGS)
        self.import_documents()
        self.books.delete("salesOrder", order.id)
        self.backend._plan_reconciliation()
        self.run_jobs()
        self.assertEqual(self.row(order.id).state, "cancelled")
        self.assertEqual(self.row(order.id).picking_ids.state, "cancel")
        self.assertEqual(self.row(kept.id).state, "imported")

    def test_pages_that_shift_and_expire_lose_nothing(self):
        self.patch(SoapClient, "__init__", _with_pages_of(5, SoapClient.__init__))
        orders = [self.books.add_order(MUGS) for _number in range(23)]
        find, calls = SoapClient.find, []

        def shifting(client, query, cursor=""):
            calls.append(cursor)
            if len(calls) == 2:
                # an order of the first page leaves the search: the others move up
                self.books.cancel(orders[0].id)
            if len(calls) == 4:
                self.simulator.soap.searches.clear()
            return find(client, query, cursor)

        self.patch(SoapClient, "find", shifting)
        self.import_documents()
        for order in orders[1:]:
            self.assertEqual(self.row(order.id).state, "imported", order.tran_id)
        self.assertEqual(self.row(orders[0].id).state, "cancelled")

    def test_equal_times_at_the_edge_of_a_window(self):
        first = self.books.add_order(MUGS)
        self.import_documents()
        edge = self.backend.import_cursor.replace(tzinfo=UTC)
        second = self.books.add_order(MUGS)
        self.books.touch("salesOrder", second.id, edge)
        self.import_documents()
        self.assertTrue(self.row(first.id) and self.row(second.id))

    def test_time_zones(self):
        for zone in ("Australia/Sydney", "Asia/Kolkata", "America/New_York", "Pacific/Auckland"):
            self.books.settings.time_zone = zone
            self.backend.import_cursor = False
            order = self.books.add_order(MUGS, ship_date=fields.Date.today() + timedelta(days=3))
            self.import_documents()
            row = self.row(order.id)
            self.assertEqual(
                row.picking_ids.scheduled_date.date(), order.ship_date, f"ship date in {zone}"
            )
            self.books.edit_line(order.id, 1, quantity=9)
            self.import_documents()
            self.assertEqual(self.open_quantities(row)["1"], 9)

    def test_the_hour_that_comes_twice_loses_nothing(self):
        # In Pacific time, which NetSuite writes, 1:30 is twice on this night; in London, where the
        # user lives here, summer time has ended a week before.
        self.books.settings.time_zone = "Europe/London"
        orders = []
        for minutes in range(0, 150, 15):
            with freeze_time(datetime(2026, 11, 1, 7, 55) + timedelta(minutes=minutes), tick=True):
                orders.append(self.books.add_order(MUGS))
                self.import_documents()
        for order in orders:
            self.assertEqual(self.row(order.id).state, "imported", order.created)

    def test_filters(self):
        east = self.books.add_order(MUGS, location="1")
        west = self.books.add_order(MUGS, location="2")
        self.backend.location_ids = self.env["netsuite.location"].create(
            {"backend_id": self.backend.id, "internal_id": "2", "name": "West"}
        )
        self.import_documents()
        self.assertFalse(self.row(east.id))
        self.assertEqual(self.row(west.id).state, "imported")
        self.backend.location_ids = False
        self.assertFalse(self.backend.import_cursor, "what was left out is looked at again")
        self.import_documents()
        self.assertEqual(self.row(east.id).state, "imported")

    def test_more_statuses_later(self):
        order = self.books.add_order(MUGS, approved=False)
        self.import_documents()
        self.assertFalse(self.row(order.id))
        pending = self.env.ref("connector_netsuite.status_sales_order_pending_approval")
        self.backend.import_status_ids += pending
        self.import_documents()
        self.assertTrue(self.row(order.id))

    def test_grace_delay(self):
        self.backend.import_delay = 30
        order = self.books.add_order(MUGS)
        self.import_documents()
        row = self.row(order.id)
        self.assertEqual(row.state, "staged")
        row.not_before = fields.Datetime.now() - timedelta(seconds=1)
        self.import_documents()
        self.assertEqual(row.state, "imported")

    def test_import_since(self):
        old = self.books.add_order(MUGS)
        self.books.touch("salesOrder", old.id, datetime.now(UTC) - timedelta(days=10))
        new = self.books.add_order(MUGS)
        self.backend.import_since = fields.Datetime.now() - timedelta(days=1)
        self.import_documents()
        self.assertFalse(self.row(old.id))
        self.assertTrue(self.row(new.id))

    def test_one_bad_order_does_not_stop_its_neighbours(self):
        good = self.books.add_order(MUGS)
        nowhere = self.books.add_order(MUGS, address=Address(country=""))
        self.books.orders[nowhere.id].address = None
        services = self.books.add_order([("ENGRAVE", 1)])
        also_good = self.books.add_order(MUGS)
        self.import_documents()
        self.assertEqual(self.row(good.id).state, "imported")
        self.assertEqual(self.row(also_good.id).state, "imported")
        self.assertEqual(self.row(nowhere.id).hold_reason, "address")
        self.assertEqual(self.row(services.id).state, "ignored")

    def test_batch_with_several_ship_dates(self):
        today = fields.Date.today()
        days = [today + timedelta(days=number) for number in (3, 1, 3, 1)]
        orders = [self.books.add_order(MUGS, ship_date=day) for day in days]
        self.import_documents()
        pickings = [self.row(order.id).picking_ids for order in orders]
        self.assertEqual([picking.scheduled_date.date() for picking in pickings], days)
        for picking in pickings:
            self.assertEqual(set(picking.move_ids.mapped("date")), {picking.scheduled_date})

    def test_batch_with_a_bad_order_is_built_in_halves(self):
        orders = [self.books.add_order(MUGS) for _order in range(8)]
        bad = orders[5].id
        build = type(self.env["netsuite.builder"])._build_rows
        sizes = []

        def _build_rows(builder, backend, rows):
            sizes.append(len(rows))
            if bad in rows.mapped("internal_id"):
                raise ValueError("This one cannot be built.")
            return build(builder, backend, rows)

        self.patch(type(self.env["netsuite.builder"]), "_build_rows", _build_rows)
        with mute_logger("odoo.addons.connector_netsuite.models.netsuite_builder"):
            self.import_documents()
        self.assertEqual(sizes, [8, 4, 4, 2, 1, 1, 2])
        states = {one.id: self.row(one.id).state for one in orders}
        self.assertEqual([key for key, state in states.items() if state != "imported"], [bad])
        self.assertEqual(self.row(bad).hold_reason, "odoo")

    def test_kit_and_services(self):
        order = self.books.add_order([("GIFT-BOX", 2), ("ENGRAVE", 1), ("DISC-10", 1)])
        self.import_documents()
        row = self.row(order.id)
        self.assertEqual(row.state, "imported", row.message)
        kit = self.books.items["141"]
        moves = row.picking_ids.move_ids
        self.assertEqual(len(moves), len(kit.members))
        self.assertEqual(set(moves.mapped("netsuite_line")), {"1"})
        self.assertEqual(
            sorted(moves.mapped("product_uom_qty")),
            sorted(float(2 * quantity) for quantity in kit.members.values()),
        )

    # -- invoices and item fulfilments ----------------------------------------------------------

    def test_item_fulfillments(self):
        order = self.books.add_order(MUGS)
        picked = self.books.fulfil_by_hand(order.id, {1: 2}, ship_status="picked")
        shipped = self.books.fulfil_by_hand(order.id, {2: 1}, ship_status="shipped")
        self.backend.import_type = "item_fulfillment"
        self.assertEqual(set(self.backend.import_status_ids.mapped("name")), {"Picked", "Packed"})
        self.import_documents()
        row = self.row(picked.id)
        self.assertEqual(row.state, "imported", row.message)
        self.assertEqual(self.open_quantities(row), {"1": 2})
        self.assertEqual(row.order_id, order.id)
        self.assertFalse(self.row(shipped.id))

    def test_fulfillments_over_rest_are_read_in_small_jobs(self):
        """Each takes a call, and the connection is free between jobs."""
        sizes = {**netsuite_backend_read.READ_SIZES["rest"], "item_fulfillment": 2}
        self.patch(netsuite_backend_read, "READ_SIZES", {"rest": sizes})
        order = self.books.add_order([("MUG-BLU", 3)])
        for _part in range(3):
            self.books.fulfil_by_hand(order.id, {1: 1}, ship_status="picked")
        self.backend.write(
            {
                "api": "rest",
                "token_id": demo.REST_TOKEN_ID,
                "token_secret": demo.REST_TOKEN_SECRET,
                "import_type": "item_fulfillment",
            }
        )
        rows = self.import_documents()
        self.assertEqual(rows.mapped("state"), ["imported"] * 3)
        jobs = self.env["queue.job"].search([("method_name", "=", "_job_read")], order="id")
        self.assertEqual([len(job.args[0]) for job in jobs], [2, 1])

    def test_invoices_need_a_permission_and_say_so(self):
        self.backend.import_type = "invoice"
        invoice = self.books.add_invoice(MUGS)
        for _time in range(2):
            self.import_documents()
            self.assertIn("ermission", self.backend.last_error)
            activity = self.backend.activity_ids
            self.assertEqual(len(activity), 1, "told once")
            self.assertIn("Manage Roles", activity.note)
        self.books.role.grant("Invoice")
        self.import_documents()
        self.assertFalse(self.backend.last_error)
        self.assertFalse(self.backend.activity_ids)
        self.assertEqual(self.row(invoice.id).state, "imported")

    def test_invoice_of_an_order(self):
        self.books.role.grant("Invoice")
        self.backend.import_type = "invoice"
        order = self.books.add_order(MUGS)
        self.books.fulfil_by_hand(order.id, {1: 2, 2: 1}, ship_status="shipped")
        shipped = self.books.invoice(order.id)
        self.import_documents()
        row = self.row(shipped.id)
        self.assertEqual(row.state, "ignored", row.message)
        self.assertIn(order.tran_id, row.message)

    # -- what is asked before it is changed --------------------------------------------------------

    def test_goods_that_left_with_another_backend(self):
        twin = self.make_backend(name="Twin", state="confirmed")
        order = self.books.add_order(MUGS)
        self.import_documents()
        self.import_documents(twin)
        held = self.row(order.id, twin)
        self.assertEqual((held.state, held.hold_reason), ("held", "duplicate"))
        self.ship(self.row(order.id).picking_ids)
        self.run_jobs()
        self.import_documents(twin)
        self.assertEqual(held.state, "ignored", held.message)
        self.assertFalse(held.all_picking_ids, "what was stored before they left is not built")

    def test_changing_the_import_type_asks_first(self):
        self.books.add_order(MUGS)
        rows = self.import_documents()
        with self.assertRaisesRegex(UserError, "still open"):
            self.backend.import_type = "invoice"
        wizard = self.env["netsuite.change.import.type"].create(
            {"backend_id": self.backend.id, "import_type": "invoice"}
        )
        self.assertEqual(wizard.delivery_ids, rows.picking_ids)
        self.backend.import_since = "2020-01-01 00:00:00"
        wizard.action_change()
        self.assertEqual(self.backend.import_type, "invoice")
        self.assertEqual(self.backend.import_since, self.backend._start_of_today())
        self.assertEqual(set(self.backend.import_status_ids.mapped("import_type")), {"invoice"})

    def test_invoices_begin_with_the_users_today(self):
        self.env.user.tz = "Australia/Sydney"
        backend = self.backend.with_context(tz="Australia/Sydney")
        with freeze_time("2026-03-10 20:30:00"), Form(backend) as form:  # the 11th there
            form.import_type = "invoice"
            self.assertEqual(str(form.import_since), "2026-03-10 13:00:00")

    def test_invoices_do_not_begin_where_orders_did(self):
        self.backend.import_since = "2020-01-01 00:00:00"
        with Form(self.backend) as form:
            form.import_type = "invoice"
            self.assertEqual(form.import_since, self.backend._start_of_today())
            form.import_type = "sales_order"
            self.assertEqual(str(form.import_since), "2020-01-01 00:00:00")

    def test_statuses_are_of_the_type(self):
        with self.assertRaisesRegex(ValidationError, "not a status"):
            self.backend.import_status_ids += self.env.ref("connector_netsuite.status_invoice_open")


def _with_pages_of(size, init):
    def wrapper(self, *args, **kwargs):
        init(self, *args, **{**kwargs, "page_size": size})

    return wrapper
