import copy
import pickle

from odoo.tests import BaseCase, tagged

from ..netsuite.account import Account, checked_version
from ..netsuite.credentials import TokenCredentials
from ..netsuite.errors import ConfigurationError
from ..netsuite.records import INVOICE


@tagged("post_install", "-at_install")
class TestAccount(BaseCase):
    def test_spellings(self):
        for text in ("1234567_SB1", "1234567_sb1", " 1234567-sb1 "):
            account = Account(text)
            self.assertEqual(account.account_id, "1234567_SB1")
            self.assertEqual(account.realm, "1234567_SB1")
            self.assertEqual(account.host, "1234567-sb1")
            self.assertTrue(account.is_sandbox)
        self.assertEqual(Account("tstdrv123").account_id, "TSTDRV123")
        self.assertEqual(Account("1234567-rp2").host, "1234567-rp2")
        self.assertFalse(Account("1234567").is_sandbox)

    def test_addresses(self):
        account = Account("1234567_SB1")
        host = "https://1234567-sb1.suitetalk.api.netsuite.com"
        self.assertEqual(account.suitetalk_url, host)
        self.assertEqual(account.soap_url("2025_2"), f"{host}/services/NetSuitePort_2025_2")
        self.assertEqual(account.rest_url, f"{host}/services/rest")
        self.assertEqual(
            account.record_url(INVOICE, "15"),
            "https://1234567-sb1.app.netsuite.com/app/accounting/transactions/custinvc.nl?id=15",
        )

    def test_bad_account_ids(self):
        for text in (
            "",
            "  ",
            None,
            "12",
            "https://1234567.app.netsuite.com",
            "1234567 SB1",
            "1234567__SB1",
            "évian",
            "1234567/../x",
            "1234567.evil.com",
        ):
            with self.subTest(text), self.assertRaises(ConfigurationError) as caught:
                Account(text)
            self.assertTrue(str(caught.exception).endswith("."))

    def test_service_url(self):
        for text, url in (
            ("http://127.0.0.1:8085/", "http://127.0.0.1:8085"),
            ("http://localhost:8085", "http://localhost:8085"),
            ("http://[::1]:8085", "http://[::1]:8085"),
            ("https://proxy.example.com", "https://proxy.example.com"),
        ):
            account = Account("1234567", text)
            self.assertEqual(account.suitetalk_url, url)
            self.assertEqual(account.soap_url("2025_2"), f"{url}/services/NetSuitePort_2025_2")

    def test_bad_service_urls(self):
        for text in (
            "http://example.com",
            "ftp://127.0.0.1",
            "https://a.com/path",
            "127.0.0.1",
            "https://a.com?x=1",
            "https://a.com#x",
            "https://user:word@a.com",
            "https://",
            "https://a.com:port",
            "http://127.0.0.1.evil.com",
            "http://0.0.0.0:1",
        ):
            with self.subTest(text), self.assertRaises(ConfigurationError):
                Account("1234567", text)

    def test_version(self):
        self.assertEqual(checked_version("2025.2"), "2025_2")
        for text in ("", "2025", "latest", "2025_3", "../2025_2"):
            with self.subTest(text), self.assertRaises(ConfigurationError):
                checked_version(text)


@tagged("post_install", "-at_install")
class TestCredentials(BaseCase):
    KEYS = (
        "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4",
        "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd",
        "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82",
        "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2",
    )

    def test_known_signature(self):
        """The inputs are those of NetSuite's own page on token passports."""
        passport = TokenCredentials(*self.KEYS).passport(
            "1234567", nonce="6obMKq0tmY8ylVOdEkA1", timestamp=1439829974
        )
        self.assertEqual(passport.signature, "FCghIZqXNetuZY8ILWOFH0ucdfzQOmAuL+q+kF21zPs=")
        self.assertEqual(passport.algorithm, "HMAC-SHA256")

    def test_every_passport_is_fresh(self):
        credentials = TokenCredentials(*self.KEYS)
        passports = [credentials.passport("1234567") for _number in range(50)]
        self.assertEqual(len({one.nonce for one in passports}), 50)
        self.assertEqual(len({one.signature for one in passports}), 50)
        for one in passports:
            self.assertTrue(6 <= len(one.nonce) <= 64 and one.nonce.isalnum())

    def test_secrets_are_not_shown(self):
        credentials = TokenCredentials(*self.KEYS)
        shown = f"{credentials!r} {credentials} {credentials.passport('1234567')!r}"
        for key in self.KEYS:
            self.assertNotIn(key, shown)
        for store in (pickle.dumps, copy.deepcopy):
            with self.assertRaises(TypeError):
                store(credentials)
        self.assertFalse(hasattr(credentials, "__dict__"))

    def test_incomplete(self):
        names = ("consumer key", "consumer secret", "token ID", "token secret")
        for position, name in enumerate(names):
            keys = list(self.KEYS)
            for value in ("", "  ", None):
                keys[position] = value
                with self.assertRaisesRegex(ConfigurationError, f"The {name} is missing."):
                    TokenCredentials(*keys)
            keys[position] = "two words"
            with self.assertRaisesRegex(ConfigurationError, f"The {name} has characters"):
                TokenCredentials(*keys)
