import json
import threading
from contextlib import contextmanager

from odoo.tests import tagged
from odoo.tools import SQL

from .common import NetSuiteCase

MUGS = [("MUG-BLU", 2), ("KETTLE-15", 1)]
MANY = 5000  # rows of what was shipped long ago
FEW = 100


@contextmanager
def statements():
    """What is sent to the database meanwhile, with its values."""
    sent = []

    def note(cr, _query, _params, _start, _delay):
        sent.append(cr._obj.query.decode())

    thread = threading.current_thread()
    hooks = getattr(thread, "query_hooks", ())
    thread.query_hooks = [*hooks, note]
    try:
        yield sent
    finally:
        thread.query_hooks = hooks


@tagged("post_install", "-at_install")
class TestQueries(NetSuiteCase):
    """What is asked of Odoo's own database grows neither with all that was ever shipped nor, where
    one question serves, with the documents of a job."""

    # -- what was shipped long ago ------------------------------------------------------------

    def ship_many(self, row):
        """Copies of a document and its delivery, all of them shipped."""
        done = dict.fromkeys(("to_read", "to_build", "to_tell"), SQL("false"))
        first = self.copy_row(row, internal_id=SQL("'old' || number"), **done)
        self.copy_row(
            row.picking_ids,
            name=SQL("'OLD/' || number"),
            state=SQL("'done'"),
            netsuite_transaction_id=SQL("%s + number - 1", first),
        )
        self.env.cr.execute("ANALYZE netsuite_transaction, stock_picking")

    def copy_row(self, record, **changed):
        """Copies of a row in the database; returns the id of the first one."""
        self.env.flush_all()
        names = [
            name
            for name, field in record._fields.items()
            if field.column_type and field.store and name != "id"
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(names)s) SELECT %(values)s"
                " FROM %(table)s, generate_series(1, %(many)s) AS number"
                " WHERE id = %(id)s RETURNING id",
                table=SQL.identifier(record._table),
                names=SQL(", ").join(map(SQL.identifier, names)),
                values=SQL(", ").join(changed.get(name) or SQL.identifier(name) for name in names),
                many=MANY,
                id=record.id,
            )
        )
        return min(row_id for (row_id,) in self.env.cr.fetchall())

    def rows_looked_at(self, query, tables):
        """How many rows of these tables the database looks at to answer."""
        self.env.cr.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
        (answer,) = self.env.cr.fetchone()
        (plan,) = json.loads(answer) if isinstance(answer, str) else answer
        nodes, looked_at = [plan["Plan"]], 0
        while nodes:
            node = nodes.pop()
            nodes += node.get("Plans", ())
            if node.get("Relation Name") in tables:
                found = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
                looked_at += found * node["Actual Loops"]
        return looked_at

    def test_scheduled_run_looks_only_at_what_waits(self):
        self.books.add_order(MUGS)
        self.ship_many(self.import_documents())
        self.backend.status_field = "custbody_odoo_status"
        self.env.flush_all()
        with statements() as sent:
            self.backend._plan_import()
            self.backend._plan_reconciliation()
            self.assertEqual(self.backend._open_types(), {self.backend.import_type})
            self.assertEqual(self.backend.open_delivery_count, 1)
        tables = ("netsuite_transaction", "stock_picking")
        asked = [query for query in sent if query.lstrip().startswith("SELECT")]
        for name in ("to_read", "to_build", "to_tell", "hold_reason", "stock_picking"):
            self.assertTrue(any(name in query for query in asked), name)
        for query in filter(lambda one: any(map(one.__contains__, tables)), asked):
            with self.subTest(query=query):
                self.assertLess(self.rows_looked_at(query, tables), FEW)

    def test_changed_item_looks_only_at_what_is_open(self):
        self.books.add_order(MUGS)
        rows = self.import_documents()
        self.ship_many(rows)
        item = self.env["netsuite.item"].search([("backend_id", "=", self.backend.id)], limit=1)
        with statements() as sent:
            item._rebuild_documents()
        (query,) = [one for one in sent if "unshipped" in one]
        self.assertTrue(rows.to_build)
        tables = ("netsuite_transaction", "stock_picking")
        self.assertLess(self.rows_looked_at(query, tables), FEW)

    # -- the documents of a job ---------------------------------------------------------------

    def stage(self, number):
        orders = [self.books.add_order(MUGS) for _order in range(number)]
        self.backend._job_find()
        rows = self.env["netsuite.transaction"].union(*(self.row(one.id) for one in orders))
        self.assertEqual(len(rows), number)
        return rows

    def statements_of(self, job, rows):
        """What a job for these documents sends."""
        self.env.flush_all()
        self.env.invalidate_all()
        with statements() as sent:
            job(rows.ids)
            self.env.flush_all()
        return sent

    def ship_from_another_company(self):
        """Map the subsidiary of all documents to a company that is not the backend's."""
        company = self.env["res.company"].create({"name": "Branch"})
        self.env.user.company_ids += company
        subsidiary = self.env["netsuite.subsidiary"].search([("backend_id", "=", self.backend.id)])
        subsidiary.ensure_one().company_id = company
        return company

    def test_reading_more_documents_asks_no_more(self):
        self.import_documents()
        counts = []
        for number in (5, 25):
            rows = self.stage(number)
            counts.append(len(self.statements_of(self.backend._job_read, rows)))
            self.assertFalse(any(rows.mapped("to_read")))
        self.assertLessEqual(counts[1], counts[0])

    def test_one_look_for_subsidiaries_and_warehouses_of_a_batch(self):
        self.stage(1)
        self.run_jobs()
        company = self.ship_from_another_company()
        counts = []
        for number in (5, 25):
            rows = self.stage(number)
            self.backend._job_read(rows.ids)
            sent = self.statements_of(self.backend._job_build, rows)
            counts.append(
                [
                    sum(f'FROM "{table}"' in query for query in sent)
                    for table in ("netsuite_subsidiary", "stock_warehouse")
                ]
            )
            self.assertEqual(set(rows.mapped("state")), {"imported"}, rows.mapped("message"))
            self.assertEqual(rows.picking_ids.company_id, company)
        self.assertEqual(*counts)
