"""Keys are written once and stay where they are: whatever happens, nobody is told them."""

import logging
import traceback
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

import psycopg2
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules import neutralize
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..models.netsuite_backend_credentials import MASK
from ..netsuite.account import Account
from ..netsuite.oauth2 import ClientCredentials, make_key_pair
from ..netsuite.rest.login import login_for
from ..netsuite.store import ProcessStore
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
SECRETS = ("consumer_key", "consumer_secret", "token_id", "token_secret", "oauth2_private_key")
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

    # -- reading ---------------------------------------------------------------------------------

    def answers(self, backend):
        """What there is to ask about secrets, each as a function: reading, searching, grouping."""
        env = backend.env
        for name in SECRETS:
            yield lambda name=name: backend.read([name])
            yield lambda name=name: backend.web_read({name: {}})
            yield lambda name=name: backend.export_data([name])
            yield lambda name=name: env["netsuite.backend"].search_read([], [name])
            yield lambda name=name: env["netsuite.backend"].search([(name, "like", "a")])
            yield lambda name=name: env["netsuite.backend"].search([], order=name)
            yield lambda name=name: env["netsuite.backend"].formatted_read_group(
                [], [name], ["__count"]
            )
            yield lambda name=name: backend.filtered_domain([(name, "like", "0")])
            yield lambda name=name: backend.mapped(name)
            yield lambda name=name: env["netsuite.secret"].search([("name", "=", name)]).value
            yield lambda name=name: env["netsuite.transaction"].search(
                [(f"backend_id.{name}", "like", "a")]
            )
        yield lambda: env["netsuite.backend"].name_search(KEYS["soap"][0])
        yield lambda: backend.copy().read()
        yield lambda: backend.read()
        yield lambda: env["netsuite.secret"].search_read([])
        yield lambda: env["netsuite.secret"].browse(self.secret_ids).read(["value"])
        yield lambda: env["netsuite.memory"].search_read([])
        yield lambda: env["netsuite.memory"].formatted_read_group([], ["value"], ["__count"])

    def test_no_question_is_answered_with_them(self):
        """Not even to administrators; to others not even whether they are there."""
        pair = make_key_pair()
        keys = (*KEYS["soap"], pair.private_key)
        self.backend.oauth2_private_key = pair.private_key
        self.secret_ids = self.env["netsuite.secret"].sudo().search([]).ids
        self.env.flush_all()
        admin = self.env.ref("base.user_admin")
        groups = ("base.group_user", "stock.group_stock_manager", "connector_netsuite.group_user")
        people = [
            new_test_user(self.env, f"curious{number}", groups=f"base.group_user,{group}")
            for number, group in enumerate((*groups, "connector_netsuite.group_manager"))
        ]
        for user in (*people, admin):
            asked = 0
            for question in self.answers(self.backend.with_user(user)):
                self.env.invalidate_all()
                try:
                    with self.env.cr.savepoint():
                        said = str(question())
                except (AccessError, UserError, ValueError, NotImplementedError) as error:
                    said = str(error)
                asked += 1
                for key in keys:
                    self.assertNotIn(key, said)
            self.assertGreater(asked, 50)
        for name in SECRETS:
            value = self.backend.with_user(admin)[name]
            self.assertEqual(value, MASK)
            for user in people[:3]:
                with self.subTest(name, user=user.login), self.assertRaises(AccessError):
                    self.backend.with_user(user).read([name])

    def test_searching_does_not_guess_them(self):
        """A domain that matches a beginning would tell them letter by letter."""
        backends = self.env["netsuite.backend"].with_user(self.env.ref("base.user_admin"))
        for name, key in zip(SECRETS, KEYS["soap"], strict=False):
            for operator, value in (("=like", f"{key[0]}%"), ("=", key), ("like", key[:3])):
                with self.subTest(name, operator=operator):
                    try:
                        right = backends.search([(name, operator, value)])
                        wrong = backends.search([(name, operator, "\u0001nothing")])
                    except (UserError, ValueError, NotImplementedError):
                        continue
                    self.assertEqual(right, wrong)

    def failure(self, backend):
        """A traceback out of the middle of a call, with the values of all variables."""
        with (
            backend._client() as client,
            patch("requests.adapters.HTTPAdapter.send", side_effect=ZeroDivisionError),
        ):
            try:
                client.server_time()
            except ZeroDivisionError as error:
                told = traceback.TracebackException.from_exception(error, capture_locals=True)
                return "".join(told.format())

    def test_tracebacks_tell_no_secret(self):
        """Names of keys stand in what is sent, the secrets that sign it do not."""
        for api, (_key, secret, _token, token_secret) in KEYS.items():
            shown = self.failure(self.make_backend(api=api, token_secret=token_secret))
            self.assertIn("server_time", shown)
            self.assertNotIn(secret, shown)
            self.assertNotIn(token_secret, shown)

    def test_log_of_the_database_tells_nothing(self):
        """A statement that fails is logged with its values; not where they are secrets."""
        ear, secret = self.listen(), "NEVERINTHELOG"
        with self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
            self.env["netsuite.secret"].sudo()._keep(0, "token_secret", secret)
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.assertNotIn(secret, "\n".join(ear.texts))

    def test_chatter_tells_nothing(self):
        backend = self.env["netsuite.backend"].with_context(tracking_disable=False)
        backend = backend.create({"name": "Told", "account_id": "1234567"})
        self.env.flush_all()
        for name, key in zip(SECRETS, KEYS["soap"], strict=False):
            backend[name] = key
        self.env.cr.precommit.run()
        said = str(
            backend.message_ids.mapped("body") + backend.message_ids.tracking_value_ids.read()
        )
        for key in KEYS["soap"]:
            self.assertNotIn(key, said)

    # -- sending ---------------------------------------------------------------------------------

    def test_certificates_are_verified(self):
        client = self.backend._client()
        with client:
            session = client.service.session._session
            self.assertIs(session.verify, True)
            self.assertFalse(session.trust_env, "no other authorities by environment")

    def test_an_account_stays_in_its_own_domain(self):
        """Over both services, and for the token."""
        for name in ("1234567_SB1", "TSTDRV1", "ABC_RP2"):
            account = Account(name)
            host = f"{name.lower().replace('_', '-')}.suitetalk.api.netsuite.com"
            token = login_for(self.oauth2_credentials(), account, None, ProcessStore())._url
            for url in (account.soap_url("2025_2"), account.rest_url, token):
                self.assertEqual((urlsplit(url).scheme, urlsplit(url).netloc), ("https", host))
        for name in (
            "evil.com/",
            "1.evil",
            "x@evil.com",
            "evil.com#",
            "evil\\",
            "a:80",
            "\u0661234",
        ):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.make_backend(account_id=name)

    def oauth2_credentials(self):
        return ClientCredentials("client", "certificate", make_key_pair().private_key)

    def test_redirections_lead_nowhere(self):
        """Neither keys nor signatures reach another server."""
        with Simulator(orders=0) as elsewhere:
            self.simulator.faults.add(kind="redirect", location=elsewhere.url)
            for api in KEYS:
                backend = self.make_backend(api=api)
                self.assertEqual(backend.action_test_connection()["params"]["type"], "danger")
            self.assertEqual(elsewhere.journal.requests, 0)

    def test_plain_http_only_to_this_machine(self):
        for url in (
            "http://netsuite.example",
            "http://10.0.0.1:8080",
            "ftp://127.0.0.1",
            "http://127.0.0.1@evil.example",
            "http://127.0.0.1:80@evil.example",
            "http://127.0.0.1#@evil.example",
            "http://127.0.0.1\\@evil.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://2130706433.evil.example",
            "http://2130706433",  # 127.0.0.1 to some, a name to others
            "http://0x7f000001",
            "http://127.1",
            "http://0177.0.0.1",
            "http://[::ffff:10.0.0.1]",
            "http://[::2]",
            "http://0.0.0.0",
            "http://169.254.169.254",
            "http://localtest.me",  # a name that leads here today leads elsewhere tomorrow
            "http://127.0.0.1/services",
            "https://user:word@proxy.example",
            "https://proxy.example?x=",
            "https://",
            "javascript:alert(1)",
        ):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.make_backend(service_url=url)
        for url in ("https://proxy.example", "http://localhost:8085", "http://[::1]:8085"):
            self.assertTrue(self.make_backend(service_url=url))
