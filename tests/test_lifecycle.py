"""The addon comes into a database that is in use, changes while it works, and goes again."""

import http.server
import json
import os
import subprocess
import sys
import threading

import psycopg2
from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

from . import lifecycle_process, process_options
from .lifecycle_process import DELIVERIES

# A database without the addon, with what it depends on: `make test` names one.
TEMPLATE = os.environ.get("CONNECTOR_NETSUITE_TEMPLATE")


class Caught(http.server.BaseHTTPRequestHandler):
    """Whoever calls here should not have."""

    calls = []

    def do_POST(self):
        self.calls.append(self.path)

    do_GET = do_HEAD = do_POST


@tagged("post_install", "-at_install")
class TestLifecycle(BaseCase):
    def setUp(self):
        super().setUp()
        if not TEMPLATE:
            self.skipTest("no database without the addon is named")
        self.database = f"{get_db_name()}_life"
        self.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
        self.execute(f'CREATE DATABASE "{self.database}" TEMPLATE "{TEMPLATE}"')
        self.addCleanup(self.execute, f'DROP DATABASE "{self.database}" WITH (FORCE)')

    def execute(self, statement, database="postgres"):
        """Execute a statement; the first value that it finds, if any."""
        _name, info = connection_info_for(database)
        connection = psycopg2.connect(**info)
        try:
            connection.autocommit = True
            with connection.cursor() as cr:
                cr.execute(statement)
                return cr.fetchone()[0] if cr.description else None
        finally:
            connection.close()

    def take(self, *steps):
        """Take these steps in a process of its own; what the database holds after each."""
        options = [*process_options.options(), "--load=base,web,rpc,queue_job"]
        arguments = {"options": options, "database": self.database, "steps": steps}
        done = subprocess.run(
            [sys.executable, lifecycle_process.__file__, json.dumps(arguments)],
            capture_output=True,
            text=True,
            timeout=600,
            env=process_options.environment(),
        )
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        self.assertNotIn(" ERROR ", done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def test_comes_works_and_goes(self):
        before, installed, working = self.take("deliveries", "install", "work")
        self.assertEqual(before["deliveries"], DELIVERIES)
        self.assertEqual(installed["deliveries"], DELIVERIES)
        self.assertEqual(installed["jobs"], 0, "old deliveries are nobody's business")
        self.assertGreater(working["waiting jobs"], 1)
        upgraded, gone = self.take("upgrade", "uninstall")
        for name in ("deliveries", "done", "moves", "jobs", "waiting jobs"):
            self.assertEqual(upgraded[name], working[name], name)
        for name in ("jobs", "models", "tables", "data", "actions", "fields", "groups"):
            self.assertEqual(gone[name], 0, name)
        for name in ("deliveries", "done", "moves"):
            self.assertEqual(gone[name], before[name], name)

    def copy(self, name):
        """A copy of the database, as a person makes one for tests."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.database}"')
        self.addCleanup(self.execute, f'DROP DATABASE "{name}" WITH (FORCE)')

    def odoo(self, *arguments):
        """Odoo's own command."""
        program = "import sys; from odoo.cli import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments, *process_options.options()],
            capture_output=True,
            text=True,
            timeout=600,
            env=process_options.environment(),
        )
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])

    def test_copies(self):
        """A neutralised copy calls nobody; databases of one server know nothing of each other."""
        _before, _installed, _worked, working = self.take(
            "deliveries", "install", "work", "connect"
        )
        self.assertGreater(working["open jobs"], 1)
        self.assertGreater(working["active actions"], 1)
        self.copy(f"{self.database}_copy")
        self.copy(f"{self.database}_other")
        original = self.database
        self.database = f"{original}_copy"
        self.odoo("neutralize", "-d", self.database)
        for table in ("netsuite_secret", "netsuite_memory"):
            self.assertEqual(self.execute(f"SELECT count(*) FROM {table}", self.database), 0)  # noqa: S608 (our tables)
        with http.server.HTTPServer(("127.0.0.1", 0), Caught) as listener:
            thread = threading.Thread(target=listener.serve_forever)
            thread.start()
            try:
                url = f"http://127.0.0.1:{listener.server_port}"
                self.execute(f"UPDATE netsuite_backend SET service_url = '{url}'", self.database)  # noqa: S608 (our own)
                (called,) = self.take("call")
            finally:
                listener.shutdown()
                thread.join()
        self.assertEqual(Caught.calls, [])
        self.assertEqual(called["active actions"], 0)
        self.database = f"{original}_other"
        self.take("connect")
        self.database = f"{original},{original}_other"
        (apart,) = self.take("apart")
        self.assertEqual(apart["ids"][0], apart["ids"][1])
        self.assertEqual(apart["tokens"], [original, None, original, f"{original}_other"])
        self.assertEqual(apart["places"], 2)
        self.assertGreater(apart["jobs"][0], apart["jobs"][1])
        self.assertEqual(len(set(apart["keys"])), 2)
        self.assertEqual(apart["logins"], 2)
