"""OAuth 2.0 client credentials as a person and as several processes meet them."""

import base64
import re
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from odoo import fields
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..models.netsuite_backend_credentials import MASK
from ..models.netsuite_backend_fetch import IMPORT_ACTIVITY
from ..models.netsuite_backend_oauth2 import CERTIFICATE_ACTIVITY
from ..netsuite.oauth2 import make_key_pair
from ..simulator import demo
from .common import NetSuiteCase

REST = {
    "api": "rest",
    "token_id": demo.REST_TOKEN_ID,
    "token_secret": demo.REST_TOKEN_SECRET,
}


class OAuth2Case(NetSuiteCase):
    """A backend whose certificate the simulator knows."""

    def setUp(self):
        super().setUp()
        self.pair = make_key_pair()
        self.certificate = self.simulator.rest.grants.register(self.pair.certificate)
        self.new = self.make_oauth2()

    def make_oauth2(self, **more):
        vals = {
            "api": "rest",
            "authentication": "oauth2",
            "consumer_key": demo.OAUTH2_CLIENT_ID,
            "consumer_secret": False,
            "token_id": False,
            "token_secret": False,
            "oauth2_certificate_id": self.certificate.id,
            "oauth2_private_key": self.pair.private_key,
            "oauth2_certificate": self.pair.certificate,
        }
        return self.make_backend(**{**vals, **more})

    def told(self, backend):
        """What the connection test says."""
        params = backend.action_test_connection()["params"]
        return params["type"], params["message"]

    def refused(self, backend):
        kind, message = self.told(backend)
        self.assertEqual(kind, "danger", message)
        return message

    def tokens_asked_for(self):
        return self.simulator.journal.operations().count("token")


@tagged("post_install", "-at_install")
class TestLogin(OAuth2Case):
    def test_success_without_knowing_the_certificate(self):
        backend = self.make_oauth2(oauth2_certificate=False)
        self.assertEqual(self.told(backend)[0], "success")
        self.assertEqual(backend.state, "confirmed")
        self.assertFalse(backend.oauth2_certificate_expiry)

    def test_soap_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "SOAP services take no OAuth 2.0"):
            self.make_oauth2(api="soap")
        with self.assertRaises(ValidationError):
            self.new.api = "soap"
        with self.assertRaises(ValidationError):
            self.backend.authentication = "oauth2"

    def test_the_form_keeps_them_together(self):
        form = Form(self.env["netsuite.backend"])
        form.authentication = "oauth2"
        self.assertEqual(form.api, "rest")
        form.api = "soap"
        self.assertEqual(form.authentication, "tba")

    def test_expired_certificate(self):
        start = datetime.now(UTC) - timedelta(days=400)
        old = make_key_pair(days=365, start=start)
        made = self.simulator.rest.grants.register(old.certificate)
        keys = {"oauth2_private_key": old.private_key, "oauth2_certificate_id": made.id}
        message = self.refused(self.make_oauth2(oauth2_certificate=old.certificate, **keys))
        self.assertRegex(message, "certificate for NetSuite expired on .*: make a new one")
        self.assertFalse(self.tokens_asked_for(), "known without asking")
        # Where Odoo does not know the certificate, NetSuite says no.
        message = self.refused(self.make_oauth2(oauth2_certificate=False, **keys))
        self.assertIn("neither revoked nor expired", message)

    def test_foreign_certificate(self):
        other = make_key_pair()
        message = self.refused(self.make_oauth2(oauth2_certificate=other.certificate))
        self.assertIn("does not belong to the private key", message)
        message = self.refused(
            self.make_oauth2(oauth2_certificate=False, oauth2_private_key=other.private_key)
        )
        self.assertIn("made with this private key", message)

    def test_wrong_key(self):
        short = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        for key, said in (
            (short.decode(), "RSA keys of 3072 or 4096 bits; this one has 2048"),
            ("no key", "begins with BEGIN PRIVATE KEY"),
            (False, "The private key is missing"),
        ):
            backend = self.make_oauth2(oauth2_private_key=key, oauth2_certificate=False)
            self.assertIn(said, self.refused(backend))
        self.assertIn(
            "certificate ID is missing", self.refused(self.make_oauth2(oauth2_certificate_id=False))
        )
        with self.assertRaisesRegex(ValidationError, "BEGIN CERTIFICATE"):
            self.new.oauth2_certificate = "no certificate"

    def test_typing_another_key_forgets_the_certificate(self):
        other = make_key_pair()
        made = self.simulator.rest.grants.register(other.certificate)
        self.assertTrue(self.new.oauth2_certificate_expiry)
        self.new.oauth2_private_key = MASK
        self.assertTrue(self.new.oauth2_certificate_expiry)
        self.new.write({"oauth2_private_key": other.private_key, "oauth2_certificate_id": made.id})
        self.assertFalse(self.new.oauth2_certificate_expiry)
        self.assertEqual(self.told(self.new)[0], "success")

    def test_revoked_certificate(self):
        self.new.import_cursor = fields.Datetime.now()
        self.simulator.rest.grants.revoke_certificates()
        self.assertIn("have worked before: a revoked token or certificate", self.refused(self.new))

    def test_import_and_report(self):
        self.assertEqual(self.told(self.new)[0], "success")
        order = self.books.add_order([("MUG-BLU", 2)])
        self.import_documents(self.new)
        row = self.row(order.id, self.new)
        self.assertEqual(row.state, "imported", row.message)
        self.ship(row.picking_ids)
        self.run_jobs()
        self.assertEqual(row.fulfillment_ids.state, "done", row.fulfillment_ids.message)
        self.assertEqual(self.tokens_asked_for(), 1)


@tagged("post_install", "-at_install")
class TestImport(OAuth2Case):
    """What is wrong with the login is said by an ordinary import, too."""

    def said(self, backend):
        """The sentence of an import job: its result where a person must act, its error where the
        login is tried once more."""
        backend.state = "confirmed"
        try:
            return str(backend._job_find())
        except RetryableJobError as error:
            return str(error)

    def test_certificates(self):
        old = make_key_pair(days=365, start=datetime.now(UTC) - timedelta(days=400))
        other = make_key_pair()
        for vals, words in (
            (
                {"oauth2_private_key": old.private_key, "oauth2_certificate": old.certificate},
                "expired on",
            ),
            ({"oauth2_certificate": other.certificate}, "does not belong to the private key"),
            ({"oauth2_private_key": "no key"}, "begins with BEGIN PRIVATE KEY"),
        ):
            backend = self.make_oauth2(**{"oauth2_certificate": False, **vals})
            self.assertIn(words, self.said(backend))
            self.assertIn(words, backend.last_error)
            self.assertTrue(backend.activity_search([IMPORT_ACTIVITY]))
        foreign = {"oauth2_private_key": other.private_key, "oauth2_certificate": False}
        said = self.said(self.make_oauth2(**foreign))
        self.assertEqual(said.count("OAuth 2.0 Client Credentials (M2M) Setup"), 1, "said once")
        self.assertIn("made with this private key, neither revoked nor expired", said)

    def test_clock(self):
        """Whatever the services and the login."""
        self.books.clock.offset = timedelta(minutes=6)
        for backend in (self.new, self.make_backend(**REST), self.make_backend()):
            said = self.said(backend)
            self.assertIn("6 minutes behind NetSuite's", said)
            self.assertTrue(said.endswith("(NTP), then test the connection."), said)
            self.assertNotIn("keys", said, "they are right")


@tagged("post_install", "-at_install")
class TestToken(OAuth2Case):
    """One access token serves all processes, and nobody sees it."""

    def setUp(self):
        super().setUp()
        # What others commit is seen here, too.
        self.enterContext(self.enter_registry_test_mode())

    def test_shared(self):
        self.told(self.new)
        self.told(self.new)
        self.assertEqual(self.tokens_asked_for(), 1)
        stored = self.memory()
        self.assertEqual(len([value for value in stored if value.count(".") == 2]), 1)
        self.assertNotIn(stored[0], str(self.new.read()))
        administrator = new_test_user(
            self.env, "boss", groups="base.group_system,connector_netsuite.group_manager"
        )
        with self.assertRaises(AccessError):
            self.env["netsuite.memory"].with_user(administrator).search([])

    def memory(self):
        self.env.cr.execute(
            "SELECT value FROM netsuite_memory WHERE backend = %s ORDER BY length(value) DESC",
            (self.new.id,),
        )
        return [value for (value,) in self.env.cr.fetchall()]

    def test_withdrawn_token_is_renewed(self):
        self.told(self.new)
        self.simulator.rest.grants.revoke_bearers()
        self.assertEqual(self.told(self.new)[0], "success")
        self.assertEqual(self.tokens_asked_for(), 2)

    def test_near_its_end_it_is_renewed(self):
        self.told(self.new)
        self.env.cr.execute(
            "UPDATE netsuite_memory SET until = now() AT TIME ZONE 'UTC' WHERE backend = %s",
            (self.new.id,),
        )
        self.told(self.new)
        self.assertEqual(self.tokens_asked_for(), 2)
        self.env["netsuite.memory"]._gc_memory()
        self.assertTrue(self.memory())

    def test_other_keys_forget_it(self):
        self.told(self.new)
        store = self.env["netsuite.memory"]._store(self.new)
        other = make_key_pair()
        made = self.simulator.rest.grants.register(other.certificate)
        self.new.write(
            {
                "oauth2_private_key": other.private_key,
                "oauth2_certificate": other.certificate,
                "oauth2_certificate_id": made.id,
            }
        )
        self.assertFalse(self.memory())
        store.put("netsuite-token:late", "late", 100)
        self.assertIsNone(self.env["netsuite.memory"]._store(self.new).get("netsuite-token:late"))
        self.assertEqual(self.told(self.new)[0], "success")
        self.new.unlink()
        self.assertFalse(self.memory())

    def test_store(self):
        store = self.env["netsuite.memory"]._store(self.new)
        self.assertIsNone(store.get("a"))
        store.put("a", "1", 60)
        store.put("a", "2", 60)
        self.assertEqual(store.get("a"), "2")
        self.assertIsNone(self.env["netsuite.memory"]._store(self.backend).get("a"))
        store.put("a", "", 0)
        self.assertIsNone(store.get("a"))


@tagged("post_install", "-at_install")
class TestKeyPair(OAuth2Case):
    """The button that makes the key and the certificate to upload."""

    def test_a_new_key_takes_over_when_netsuite_has_its_certificate(self):
        before = self.new._secrets()["oauth2_private_key"]
        action = self.new.action_key_pair()
        self.assertEqual(action["res_id"], self.new.id)
        pem = base64.b64decode(self.new.oauth2_new_certificate_file).decode()
        self.assertRegex(pem, "^-----BEGIN CERTIFICATE-----")
        self.assertEqual(self.new.oauth2_new_certificate_name, "odoo-netsuite-1234567_SB1.pem")
        self.assertEqual(self.new._secrets()["oauth2_private_key"], before)
        self.assertEqual(self.told(self.new)[0], "success", "the old one goes on")
        self.new.action_key_pair()
        self.assertEqual(self.new.oauth2_new_certificate, pem, "made once")
        with self.assertRaisesRegex(UserError, "Enter the Certificate ID"):
            self.new.action_use_key_pair()
        made = self.simulator.rest.grants.register(pem)
        self.new.oauth2_new_certificate_id = f" {made.id} "
        self.new.action_use_key_pair()
        self.assertEqual(self.new.oauth2_certificate_id, made.id)
        self.assertNotEqual(self.new._secrets()["oauth2_private_key"], before)
        self.assertNotIn("oauth2_new_private_key", self.new._secrets())
        self.assertFalse(self.new.oauth2_new_certificate)
        self.assertEqual(self.told(self.new)[0], "success")
        days = (self.new.oauth2_certificate_expiry - fields.Datetime.now()).days
        self.assertIn(days, range(700, 731))

    def test_forgetting_it(self):
        self.new.action_key_pair()
        self.new.action_drop_key_pair()
        self.assertNotIn("oauth2_new_private_key", self.new._secrets())
        self.assertEqual(self.told(self.new)[0], "success")

    def test_the_private_key_is_never_shown(self):
        self.new.action_key_pair()
        self.assertEqual(self.new.oauth2_private_key, MASK)
        self.new.oauth2_private_key = MASK
        self.assertEqual(self.new._secrets()["oauth2_private_key"], self.pair.private_key.strip())
        shown = str(self.new.sudo().read()) + str(self.new.message_ids.mapped("body"))
        self.assertFalse(re.findall("BEGIN [A-Z ]*PRIVATE", shown))
        copy = self.new.copy()
        self.assertFalse(copy.oauth2_private_key or copy.oauth2_certificate_id)

    def test_only_managers(self):
        user = new_test_user(self.env, "watcher", groups="connector_netsuite.group_user")
        with self.assertRaises(AccessError):
            self.new.with_user(user).action_key_pair()
        for name in ("oauth2_private_key", "oauth2_certificate_id", "oauth2_new_certificate_file"):
            self.assertNotIn(name, self.new.with_user(user).fields_get())
        self.assertTrue(self.new.with_user(user)._client().server_time())

    def test_reminder(self):
        self.env["netsuite.backend"]._cron_certificates()
        self.assertFalse(self.new.activity_ids)
        soon = make_key_pair(days=20)
        self.new.write(
            {"oauth2_certificate": soon.certificate, "oauth2_private_key": soon.private_key}
        )
        for _day in range(2):
            self.env["netsuite.backend"]._cron_certificates()
        activity = self.new.activity_search([CERTIFICATE_ACTIVITY])
        self.assertEqual(len(activity), 1)
        self.assertIn("expires on", activity.note)
        self.assertIn("M2M", activity.note)
        self.new.action_key_pair()
        self.new.oauth2_new_certificate_id = "new"
        self.new.action_use_key_pair()
        self.assertFalse(self.new.activity_search([CERTIFICATE_ACTIVITY]))

    def test_reminder_of_a_certificate_entered_by_hand(self):
        soon, good = make_key_pair(days=20), make_key_pair()
        for pair, reminders in ((soon, 1), (soon, 1), (good, 0)):
            self.new.write(
                {"oauth2_certificate": pair.certificate, "oauth2_private_key": pair.private_key}
            )
            self.env["netsuite.backend"]._cron_certificates()
            self.assertEqual(len(self.new.activity_search([CERTIFICATE_ACTIVITY])), reminders)
