"""The addon comes into a database that is in use, changes while it works, and goes again."""

import json
import os
import subprocess
import sys

import psycopg2
from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

from . import lifecycle_process, process_options
from .lifecycle_process import DELIVERIES

# A database without the addon, with what it depends on: `make test` names one.
TEMPLATE = os.environ.get("CONNECTOR_NETSUITE_TEMPLATE")


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

    def execute(self, statement):
        _name, info = connection_info_for("postgres")
        connection = psycopg2.connect(**info)
        try:
            connection.autocommit = True
            with connection.cursor() as cr:
                cr.execute(statement)
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
