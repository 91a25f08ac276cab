"""Keys are written once and stay where they are: whatever happens, nobody is told them."""

import logging
from pathlib import Path

from odoo.exceptions import ValidationError
from odoo.modules import neutralize
from odoo.tests import tagged
from odoo.tools import SQL

from ..simulator import demo
from ..simulator.server import Simulator
from .common import NetSuiteCase

KEYS = {
    "soap": (demo.CONSUMER_KEY, demo.CONSUMER_SECRET, demo.TOKEN_ID, demo.TOKEN_SECRET),
    "rest": (
        *(demo.CONSUMER_KEY, demo.CONSUMER_SECRET),
        *(demo.REST_TOKEN_ID, demo.REST_TOKEN_SECRET),
    ),
}
# What is there to keep secrets.
SAFES = ("netsuite_secret", "netsuite_memory")


class Ear(logging.Handler):
    """Hears everything that is logged, whatever its level."""

    def __init__(self):
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter())
        self.texts = []

    def emit(self, record):
        self.texts.append(self.format(record))


@tagged("post_install", "-at_install")
class TestSecrets(NetSuiteCase):
    def listen(self):
        """Hear the log of Odoo and of all libraries, in every detail."""
        ear, root = Ear(), logging.getLogger()
        loggers = [root, *map(logging.getLogger, ("odoo", "zeep", "urllib3"))]
        for logger in loggers:
            self.addCleanup(logger.setLevel, logger.level)
            logger.setLevel(logging.DEBUG)
        root.addHandler(ear)
        self.addCleanup(root.removeHandler, ear)
        # Every statement with its values would tell what it stores.
        sql = logging.getLogger("odoo.sql_db")
        self.addCleanup(sql.setLevel, sql.level)
        sql.setLevel(logging.INFO)
        return ear

    def in_database(self, text):
        """Tables and columns, other than the safes, in which a text stands."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT c.table_name, c.column_name FROM information_schema.columns c
              JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE c.table_schema = current_schema AND t.table_type = 'BASE TABLE'
               AND c.data_type IN ('text', 'character varying', 'json', 'jsonb')
            """
        )
        return [
            (table, column)
            for table, column in self.env.cr.fetchall()
            if table not in SAFES and self._stands_in(table, column, text)
        ]

    def _stands_in(self, table, column, text):
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM %s WHERE strpos(%s::text, %s) > 0 LIMIT 1",
                SQL.identifier(table),
                SQL.identifier(column),
                text,
            )
        )
        return bool(self.env.cr.fetchone())

    def work(self, api):
        """Everything that calls NetSuite, with all kinds of trouble; all calls are logged."""
        self.simulator.reset()
        login = {
            "soap": {},
            "rest": {"token_id": demo.REST_TOKEN_ID, "token_secret": demo.REST_TOKEN_SECRET},
        }[api]
        backend = self.make_backend(api=api, request_log="all", state="confirmed", **login)
        self.books.add_order([("MUG-BLU", 2)])
        backend.action_test_connection()
        for picking in self.import_documents(backend).picking_ids:
            self.ship(picking)
        self.run_jobs()
        for trouble in (
            {"kind": "fault", "code": "INVALID_LOGIN_CREDENTIALS"},
            {"kind": "http", "status": 401},
            {"kind": "malformed"},
            {"kind": "drop_after"},
            {"kind": "redirect"},
        ):
            self.simulator.faults.add(times=1, **trouble)
            backend.action_test_connection()
        backend.copy()
        backend.token_secret = "0" * 64
        backend.action_test_connection()
        return backend

    def test_nothing_tells_them(self):
        for api, keys in KEYS.items():
            with self.subTest(api):
                ear = self.listen()
                backend = self.work(api)
                log = "\n".join(ear.texts)
                self.assertIn("urllib3", str(logging.root.manager.loggerDict))
                for key in keys:
                    self.assertNotIn(key, log)
                    self.assertEqual(self.in_database(key), [])
                self.assertFalse([one for one in keys if one in repr(backend._client().__dict__)])

    def test_neutralised_copy_talks_to_nobody(self):
        """Odoo's own neutralisation, run for real."""
        self.books.add_order([("MUG-BLU", 2)])
        (document,) = self.import_documents()
        self.ship(document.picking_ids)
        self.backend._plan_import()
        self.env.flush_all()
        neutralize.neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.simulator.journal.clear()
        self.assertFalse(self.backend._secrets())
        for table in SAFES:
            self.env.cr.execute(SQL("SELECT count(*) FROM %s", SQL.identifier(table)))
            self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertEqual((self.backend.state, self.backend.active), ("draft", False))
        jobs = self.env["queue.job"].search([("model_name", "like", "netsuite.%")])
        self.assertEqual(
            set(jobs.mapped("state")), {"cancelled"} | {"done"} & set(jobs.mapped("state"))
        )
        for cron in ("import", "reconcile", "writeback"):
            self.assertFalse(self.env.ref(f"connector_netsuite.ir_cron_{cron}").active)
        self.env["netsuite.backend"]._cron_import()
        self.env["netsuite.backend"]._cron_reconcile()
        self.env["netsuite.fulfillment"]._cron_writeback()
        document.action_read_again()
        document.fulfillment_ids.action_retry()
        self.run_jobs()
        self.backend.active = True
        self.assertEqual(self.backend.action_test_connection()["params"]["type"], "danger")
        self.assertEqual(self.simulator.journal.operations(), [])

    def test_neutralisation_knows_every_model_with_jobs(self):
        functions = self.env["queue.job.function"].search(
            [("model_id.model", "like", "netsuite.%")]
        )
        statement = (Path(__file__).parents[1] / "data" / "neutralize.sql").read_text()
        for model in functions.model_id:
            self.assertIn(f"'{model.model}'", statement)

    def test_redirections_lead_nowhere(self):
        """Neither keys nor signatures reach another server."""
        with Simulator(orders=0) as elsewhere:
            self.simulator.faults.add(kind="redirect", location=elsewhere.url)
            for api in KEYS:
                backend = self.make_backend(api=api)
                self.assertEqual(backend.action_test_connection()["params"]["type"], "danger")
            self.assertEqual(elsewhere.journal.requests, 0)

    def test_plain_http_only_to_this_machine(self):
        for url in ("http://netsuite.example", "http://10.0.0.1:8080", "ftp://127.0.0.1"):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.make_backend(service_url=url)
        for url in ("https://proxy.example", "http://localhost:8085", "http://[::1]:8085"):
            self.assertTrue(self.make_backend(service_url=url))
