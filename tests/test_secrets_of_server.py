"""Keys that the server holds and the database does not."""

import os
import re
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import config

from ..models.netsuite_backend_credentials import MASK
from ..simulator import demo
from .common import NetSuiteCase


@tagged("post_install", "-at_install")
class TestSecretsOfServer(NetSuiteCase):
    def setUp(self):
        super().setUp()
        database = re.sub(r"\W", "_", self.env.cr.dbname).upper()
        self.token_id = f"NETSUITE_{database}__TOKEN_ID"
        self.token_secret = f"NETSUITE_{database}__TOKEN_SECRET"
        self.both = {self.token_id: demo.TOKEN_ID, self.token_secret: demo.TOKEN_SECRET}
        self.references = {"token_id": self.token_id, "token_secret": self.token_secret}
        self.references = {name: f"env:{value}" for name, value in self.references.items()}
        self.backend.write(self.references)
        self.backend.state = "draft"

    def environment(self, variables):
        patcher = patch.dict(os.environ, variables)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_from_the_environment(self):
        self.environment(self.both | {self.token_secret: f" {demo.TOKEN_SECRET}\n"})
        self.assertEqual(self.backend.action_test_connection()["params"]["type"], "success")
        self.assertEqual(self.backend.token_secret, MASK)
        self.env.flush_all()
        self.env.cr.execute("SELECT value FROM netsuite_secret WHERE name LIKE 'token%'")
        self.assertEqual(
            {value for (value,) in self.env.cr.fetchall()}, set(self.references.values())
        )

    def test_from_the_configuration_file(self):
        found = {name.lower(): value for name, value in self.both.items()}
        with patch.dict(config._file_options, found):
            self.assertEqual(self.backend.action_test_connection()["params"]["type"], "success")

    def test_server_without_them(self):
        """Nothing is sent, and the sentence names what is missing."""
        self.environment({self.token_id: demo.TOKEN_ID})
        answer = self.backend.action_test_connection()["params"]
        self.assertEqual(answer["type"], "danger")
        self.assertIn(f"no {self.token_secret},", answer["message"])
        self.assertEqual(self.simulator.journal.operations(), [])

    def test_other_variables_are_out_of_reach(self):
        """What signs is never sent as a name; and what another database has, stays there."""
        other = self.token_secret.replace("__TOKEN", "X__TOKEN")
        for name in (
            "PGPASSWORD",
            self.token_id,
            other,
            f"{self.token_secret} B",
            self.token_secret.lower(),
            "",
        ):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.backend.token_secret = f"env:{name}"
        self.backend.token_secret = f"env:{self.token_secret}_SB1"

    def test_another_database(self):
        """A copy under another name does not find the keys of the original."""
        self.environment(self.both)
        self.env.cr.execute("UPDATE netsuite_secret SET value = replace(value, '__', 'X__')")
        self.environment({self.token_secret.replace("__", "X__"): demo.TOKEN_SECRET})
        answer = self.backend.action_test_connection()["params"]
        self.assertEqual(answer["type"], "danger")
        self.assertEqual(self.simulator.journal.operations(), [])

    def test_entered_by_administrators_of_odoo(self):
        manager = new_test_user(
            self.env, "keys", groups="base.group_user,connector_netsuite.group_manager"
        )
        backend = self.backend.with_user(manager)
        with self.assertRaises(AccessError):
            backend.token_secret = f"env:{self.token_secret}"
        backend.token_secret = demo.TOKEN_SECRET
        manager.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        backend.token_secret = f"env:{self.token_secret}"

    def test_only_what_the_login_needs(self):
        self.environment(self.both)
        key = self.token_id.replace("TOKEN_ID", "OAUTH2_PRIVATE_KEY")
        self.backend.oauth2_private_key = f"env:{key}"
        self.assertEqual(self.backend.action_test_connection()["params"]["type"], "success")

    def test_same_login_by_another_spelling(self):
        """NetSuite locks the user, however the backend names the token."""
        self.environment(self.both)
        other = self.make_backend(state="confirmed")
        self.assertEqual(self.backend._with_same_login(), other)
        self.backend.state = "confirmed"
        self.assertEqual(other._with_same_login(), self.backend)
