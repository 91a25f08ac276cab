"""Keys that the server holds and the database does not."""

import os
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import config

from ..models.netsuite_backend_credentials import MASK
from ..simulator import demo
from .common import NetSuiteCase

ID, SECRET = "NETSUITE_TOKEN_ID", "NETSUITE_TOKEN_SECRET"


@tagged("post_install", "-at_install")
class TestSecretsOfServer(NetSuiteCase):
    def setUp(self):
        super().setUp()
        self.backend.write({"token_id": f"env:{ID}", "token_secret": f"env:{SECRET}"})
        self.backend.state = "draft"

    def environment(self, **variables):
        patcher = patch.dict(os.environ, variables)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_from_the_environment(self):
        self.environment(**{ID: demo.TOKEN_ID, SECRET: f" {demo.TOKEN_SECRET}\n"})
        self.assertEqual(self.backend.action_test_connection()["params"]["type"], "success")
        self.assertEqual(self.backend.token_secret, MASK)
        self.env.flush_all()
        self.env.cr.execute("SELECT value FROM netsuite_secret WHERE name LIKE 'token%'")
        self.assertEqual(
            {value for (value,) in self.env.cr.fetchall()}, {f"env:{ID}", f"env:{SECRET}"}
        )

    def test_from_the_configuration_file(self):
        found = {ID.lower(): demo.TOKEN_ID, SECRET.lower(): demo.TOKEN_SECRET}
        with patch.dict(config._file_options, found):
            self.assertEqual(self.backend.action_test_connection()["params"]["type"], "success")

    def test_server_without_them(self):
        """Nothing is sent, and the sentence names what is missing."""
        self.environment(**{ID: demo.TOKEN_ID})
        answer = self.backend.action_test_connection()["params"]
        self.assertEqual(answer["type"], "danger")
        self.assertIn(f"no {SECRET},", answer["message"])
        self.assertEqual(self.simulator.journal.operations(), [])

    def test_other_variables_are_out_of_reach(self):
        for name in ("PGPASSWORD", "netsuite_x", "NETSUITE_", "NETSUITE_A B", ""):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.backend.token_secret = f"env:{name}"

    def test_same_login_by_another_spelling(self):
        """NetSuite locks the user, however the backend names the token."""
        self.environment(**{ID: demo.TOKEN_ID, SECRET: demo.TOKEN_SECRET})
        other = self.make_backend(state="confirmed")
        self.assertEqual(self.backend._with_same_login(), other)
        self.backend.state = "confirmed"
        self.assertEqual(other._with_same_login(), self.backend)
