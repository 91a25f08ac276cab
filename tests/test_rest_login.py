"""Signatures and access tokens, checked by computations of their own."""

import base64
import copy
import hashlib
import hmac
import pickle
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, unquote

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from odoo.tests import BaseCase, tagged

from ..netsuite import errors
from ..netsuite.oauth2 import ClientCredentials, certificate_expiry, make_key_pair
from ..netsuite.records import SALES_ORDER, Fulfillment, Package, Query
from ..netsuite.store import ProcessStore
from .rest_stub import RestCase, rows

TOKEN = {"access_token": "header.payload.signature", "expires_in": "3600", "token_type": "Bearer"}
TOKEN_PATH = "/services/rest/auth/oauth2/v1/token"


def base_string(method, url, query, oauth):
    """RFC 5849, 3.4.1."""

    def escape(text):
        return quote(text, safe="~")

    pairs = sorted((escape(key), escape(value)) for key, value in (query | oauth).items())
    joined = "&".join(f"{key}={value}" for key, value in pairs)
    return "&".join((method, escape(url), escape(joined)))


@tagged("post_install", "-at_install")
class TestSignatures(RestCase):
    def test_every_request_is_signed(self):
        self.stub.answer(rows())
        self.client.find(Query(SALES_ORDER, tran_ids=("SO 1's & 2",)))
        self.client.server_time()
        self.stub.answers = [(204, b"", {"Location": "https://x/itemFulfillment/9"})]
        self.client.create_fulfillment(Fulfillment("5", external_id="odoo-1", packages=()))
        self.client.update_fulfillment(Fulfillment("5", "9", packages=(Package("1Z", 1.0),)))
        self.client.update_invoice("7", memo="x")
        nonces = set()
        for asked in self.stub.asked:
            with self.subTest(asked.path):
                self.assertNotIn("Cookie", asked.headers)
                self.assertEqual(asked.headers["Content-Type"], "application/json")
                sent = dict(re.findall(r'(\w+)="([^"]*)"', asked.headers["Authorization"]))
                self.assertEqual(sent.pop("realm"), "1234567_SB1")
                signature = unquote(sent.pop("oauth_signature"))
                sent = {key: unquote(value) for key, value in sent.items()}
                self.assertEqual(sent["oauth_signature_method"], "HMAC-SHA256")
                self.assertEqual((sent["oauth_consumer_key"], sent["oauth_token"]), ("ckey", "tid"))
                now = datetime.now(UTC).timestamp()
                self.assertLess(abs(int(sent["oauth_timestamp"]) - now), 10)
                base = base_string(asked.method, self.stub.url + asked.path, asked.query, sent)
                digest = hmac.new(b"csecret&tsecret", base.encode(), hashlib.sha256).digest()
                self.assertEqual(signature, base64.b64encode(digest).decode())
                nonces.add(sent["oauth_nonce"])
        self.assertEqual(len(nonces), len(self.stub.asked))

    def test_no_secret_is_shown(self):
        self.stub.answer(rows())
        calls = []
        self.client.observe(calls.append)
        self.client.server_time()
        self.assertEqual([call.operation for call in calls], ["suiteql"])
        for secret in ("csecret", "tsecret"):
            self.assertNotIn(secret, repr((calls, vars(self.client), vars(self.client.service))))


@tagged("post_install", "-at_install")
class TestTokens(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pairs = {kind: make_key_pair("Test", kind) for kind in ("EC", "RSA")}

    def credentials(self, kind="EC"):
        pair = self.pairs[kind]
        return ClientCredentials("client", "cert-1", pair.private_key, pair.certificate)

    def test_assertion(self):
        for kind, algorithm in (("EC", "ES256"), ("RSA", "PS256")):
            self.stub.answer(TOKEN, rows())
            self.new_client(self.credentials(kind), store=ProcessStore()).server_time()
            asked, query = self.stub.asked
            self.assertEqual((asked.method, asked.path), ("POST", TOKEN_PATH))
            self.assertEqual(asked.headers["Content-Type"], "application/x-www-form-urlencoded")
            form = {key: value for key, (value,) in parse_qs(asked.body.decode()).items()}
            assertion = form.pop("client_assertion")
            self.assertEqual(
                form,
                {
                    "grant_type": "client_credentials",
                    "client_assertion_type": (
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                    ),
                },
            )
            head = jwt.get_unverified_header(assertion)
            self.assertEqual(head, {"alg": algorithm, "kid": "cert-1", "typ": "JWT"})
            certificate = x509.load_pem_x509_certificate(self.pairs[kind].certificate.encode())
            claims = jwt.decode(
                assertion,
                certificate.public_key(),
                algorithms=[algorithm],
                audience=self.stub.url + TOKEN_PATH,
            )
            self.assertEqual((claims["iss"], claims["scope"]), ("client", ["rest_webservices"]))
            self.assertLess(claims["exp"] - claims["iat"], 3600)
            self.assertEqual(query.headers["Authorization"], f"Bearer {TOKEN['access_token']}")

    def test_token_is_shared_until_it_is_near_its_end(self):
        self.stub.answer(TOKEN, rows())
        for _client in range(3):
            self.new_client(self.credentials()).server_time()
        self.assertEqual([one.path == TOKEN_PATH for one in self.stub.asked].count(True), 1)
        self.stub.answer({**TOKEN, "expires_in": 300}, rows(), TOKEN, rows())
        self.store = ProcessStore()
        for _client in range(2):
            self.new_client(self.credentials()).server_time()
        self.assertEqual(len(self.stub.asked), 4)

    def test_tokens_that_nobody_can_use(self):
        """Neither a header nor a database takes them; a life beyond an hour is not believed."""
        for token in ("", " ", "a b", "a\nb", "x" * 8001, "\u00e9", None, 5, ["x"]):
            self.stub.answer({"access_token": token, "expires_in": 3600})
            with self.subTest(token), self.assertRaises(errors.MalformedAnswer):
                self.new_client(self.credentials()).server_time()
        for seconds in (b"1e999", b"9" * 400, b'"NaN"', b'"soon"', b"1e300", b"[]"):
            self.stub.answer((200, b'{"access_token": "abc", "expires_in": %s}' % seconds), rows())
            store = ProcessStore()
            put, kept = store.put, {}
            store.put = lambda key, value, life, put=put, kept=kept: (
                kept.setdefault(value, life),
                put(key, value, life),
            )
            with self.subTest(seconds[:9]):
                self.new_client(self.credentials(), store=store).server_time()
                self.assertEqual(kept["abc"], 3300.0)

    def test_withdrawn_token_is_renewed_once(self):
        client = self.new_client(self.credentials())
        self.stub.answer(TOKEN, rows())
        client.server_time()
        self.stub.answer((401, b""), {**TOKEN, "access_token": "new"}, rows())
        client.server_time()
        self.assertEqual(self.stub.asked[-1].headers["Authorization"], "Bearer new")
        self.stub.answer((401, b""), TOKEN, (401, b""))
        with self.assertRaises(errors.LoginError):
            client.server_time()
        self.assertEqual(len(self.stub.asked), 3)
        self.stub.answer(TOKEN, (401, b""))
        with self.assertRaises(errors.LoginError):
            client.server_time()
        self.assertEqual(len(self.stub.asked), 2)  # a new token is not doubted

    def test_refused_token(self):
        client = self.new_client(self.credentials())
        late = (datetime.now(UTC) - timedelta(minutes=6)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        for answer, words in (
            ((400, {"error": "invalid_grant"}), "invalid_grant"),
            ((401, {"error": "invalid_client", "error_description": "No such key"}), "No such key"),
            ((400, {"error": "invalid_grant"}, {"Date": late}), "6 minutes ahead"),
        ):
            self.stub.answer(answer)
            with self.assertRaises(errors.LoginError) as caught:
                client.server_time()
            self.assertIn(words, str(caught.exception))
        for answer, error in (
            ((503, b"<html>"), errors.ServerError),
            ((429, b""), errors.ConcurrencyLimit),
            ((200, {"token": 1}), errors.MalformedAnswer),
            ((200, {"access_token": "a\r\nb"}), errors.MalformedAnswer),
        ):
            self.stub.answer(answer)
            with self.assertRaises(error):
                client.server_time()

    def test_no_secret_is_shown(self):
        calls = []
        client = self.new_client(self.credentials())
        client.observe(calls.append)
        self.stub.answer(TOKEN, rows())
        client.server_time()
        self.assertEqual([call.operation for call in calls], ["token", "suiteql"])
        shown = repr((calls, vars(client), vars(client.service), self.store))
        self.assertNotIn("signature", shown)
        self.assertNotIn("PRIVATE", shown)
        self.assertNotIn("eyJ", shown)


@tagged("post_install", "-at_install")
class TestKeys(BaseCase):
    def test_pairs(self):
        start = datetime(2026, 5, 4, tzinfo=UTC)
        for kind, wanted in (("EC", ec.EllipticCurvePrivateKey), ("RSA", rsa.RSAPrivateKey)):
            pair = make_key_pair("Wurst & Söhne", kind, start=start)
            key = serialization.load_pem_private_key(pair.private_key.encode(), None)
            self.assertIsInstance(key, wanted)
            self.assertEqual(certificate_expiry(pair.certificate), pair.expires)
            self.assertEqual(pair.expires, start + timedelta(days=729))
            certificate = x509.load_pem_x509_certificate(pair.certificate.encode())
            certificate.verify_directly_issued_by(certificate)
            self.assertNotIn("PRIVATE", repr(pair))
        with self.assertRaises(errors.ConfigurationError):
            make_key_pair(days=731)
        with self.assertRaises(errors.ConfigurationError):
            make_key_pair(kind="DSA")

    def test_wrong_keys(self):
        good, other = make_key_pair(), make_key_pair()
        small = rsa.generate_private_key(65537, 2048)
        odd = ec.generate_private_key(ec.SECP256K1())
        strange = dsa.generate_private_key(2048)

        def pem(key, encryption=None):
            return key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                encryption or serialization.NoEncryption(),
            ).decode()

        locked = serialization.BestAvailableEncryption(b"password")
        for key, certificate, words in (
            ("", "", "missing"),
            ("nonsense", "", "cannot be read"),
            (good.certificate, "", "cannot be read"),
            (pem(odd, locked), "", "no password"),
            (pem(small), "", "2048"),
            (pem(odd), "", "secp256k1"),
            (pem(strange), "", "RSA and EC"),
            (good.private_key, other.certificate, "does not belong"),
            (good.private_key, "nonsense", "BEGIN CERTIFICATE"),
        ):
            with self.assertRaises(errors.ConfigurationError) as caught:
                ClientCredentials("client", "cert", key, certificate)
            self.assertIn(words, str(caught.exception))

    def test_certificate_with_a_broken_key_inside(self):
        """Such a key is looked at only when it is used."""
        certificate = x509.load_pem_x509_certificate(make_key_pair().certificate.encode())
        written = certificate.public_bytes(serialization.Encoding.DER)
        point = certificate.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        broken = written.replace(point, point[:-1] + bytes([point[-1] ^ 1]))
        pem = "\n".join(
            (
                "-----BEGIN CERTIFICATE-----",
                base64.encodebytes(broken).decode().strip(),
                "-----END CERTIFICATE-----",
            )
        )
        with self.assertRaisesRegex(errors.ConfigurationError, "certificate cannot be read"):
            certificate_expiry(pem)

    def test_validity(self):
        start = datetime(2026, 5, 4, tzinfo=UTC)
        pair = make_key_pair(days=10, start=start)
        credentials = ClientCredentials("client", "cert", pair.private_key, pair.certificate)
        credentials.assertion("aud", (start + timedelta(days=9)).timestamp())
        for days, words in ((10, "expired on 2026-05-14"), (-1, "clock")):
            with self.assertRaises(errors.ConfigurationError) as caught:
                credentials.assertion("aud", (start + timedelta(days=days)).timestamp())
            self.assertIn(words, str(caught.exception))

    def test_credentials_stay_where_they_are(self):
        credentials = ClientCredentials("client", "cert", make_key_pair().private_key)
        self.assertEqual(repr(credentials), "<ClientCredentials>")
        for leave in (pickle.dumps, copy.copy, copy.deepcopy):
            with self.assertRaises(TypeError):
                leave(credentials)
        self.assertNotIn("client", credentials.fingerprint)

    def test_store(self):
        store = ProcessStore()
        store.put("a", "1", 60)
        self.assertEqual((store.get("a"), store.get("b")), ("1", None))
        store.put("a", "2", 0)
        self.assertIsNone(store.get("a"))
