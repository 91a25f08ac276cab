"""The simulator's REST face, driven by requests that are signed here by hand."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, urlencode

import jwt
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from odoo.tests import BaseCase, tagged
from requests_oauthlib import OAuth1

from ..simulator import Simulator, demo
from ..simulator.account import Package
from ..simulator.permissions import EDIT, VIEW

RECORDS = "/services/rest/record/v1"
SUITEQL = "/services/rest/query/v1/suiteql"
TOKEN = "/services/rest/auth/oauth2/v1/token"
ORDER = f"{RECORDS}/salesOrder"
FULFILLMENT = f"{RECORDS}/itemFulfillment"
STRICT = {"X-NetSuite-PropertyNameValidation": "Error"}
CREATE_FORM = {"Accept": "application/vnd.oracle.resource+json; type=create-form"}


def encode(text):
    return quote(str(text), safe="~")


class Caller:
    """Sends signed requests; a dictionary as body becomes JSON."""

    def __init__(self, simulator):
        self.simulator = simulator

    def __call__(self, method, path, query=None, body=None, headers=None, **signing):
        headers = dict(headers or {})
        headers.setdefault("Authorization", self.authorization(method, path, query, **signing))
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        return self.send(method, path, query, body, headers)

    def send(self, method, path, query=None, body=None, headers=None):
        url = self.simulator.url + path + (f"?{urlencode(query)}" if query else "")
        data = json.dumps(body) if isinstance(body, dict | list) else body
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method, url, data=data, headers=headers, timeout=30, allow_redirects=False
            )

    def authorization(self, method, path, query=None, **changes):
        """An OAuth 1.0a header as NetSuite documents it."""
        secret = changes.pop("secret", demo.REST_TOKEN_SECRET)
        realm = changes.pop("realm", demo.ACCOUNT_ID)
        fields = {
            "oauth_consumer_key": demo.CONSUMER_KEY,
            "oauth_token": demo.REST_TOKEN_ID,
            "oauth_nonce": secrets.token_hex(10),
            "oauth_timestamp": int(self.simulator.books.clock.now().timestamp()),
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_version": "1.0",
        } | {f"oauth_{name}": value for name, value in changes.items()}
        pairs = sorted((encode(k), encode(v)) for k, v in (fields | (query or {})).items())
        text = "&".join(f"{name}={value}" for name, value in pairs)
        base = "&".join((method, encode(self.simulator.url + path), encode(text)))
        key = f"{demo.CONSUMER_SECRET}&{secret}".encode()
        digest = hmac.new(key, base.encode(), hashlib.sha256).digest()
        fields["oauth_signature"] = base64.b64encode(digest).decode()
        parts = [f'{name}="{encode(value)}"' for name, value in fields.items()]
        return f'OAuth realm="{realm}", {", ".join(parts)}'

    def query(self, text, *params, headers=None, **page):
        body = {"q": text, "params": list(params)}
        headers = {"Prefer": "transient"} | (headers or {})
        return self("POST", SUITEQL, page, body, headers)

    def rows(self, text, *params, **page):
        """The rows of a good query without their links."""
        answer = self.query(text, *params, **page)
        assert answer.status_code == 200, answer.text
        found = answer.json()["items"]
        assert all(one.pop("links") == [] for one in found)
        return found

    def transform(self, order, body=None, query=None, headers=None):
        path = f"{ORDER}/{order.id}/!transform/itemFulfillment"
        return self("POST", path, query, body or {}, STRICT | (headers or {}))


def detail(answer):
    return answer.json()["o:errorDetails"][0]


class RestCase(BaseCase):
    """A simulator for the class, started again for each test."""

    orders = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = Simulator(orders=cls.orders).start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.books = cls.simulator.books

    def setUp(self):
        super().setUp()
        self.simulator.reset()
        self.unverified = self.books.settings.unverified
        self.role = self.books.roles["rest"]
        self.call = Caller(self.simulator)

    def assertProblem(self, status, code, answer):
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertEqual(answer.json()["status"], status)
        self.assertEqual(detail(answer)["o:errorCode"], code, answer.text)
        return detail(answer)


@tagged("post_install", "-at_install")
class TestLogin(RestCase):
    def refused(self, audit, **signing):
        answer = self.call("GET", ORDER, **signing)
        problem = self.assertProblem(401, "INVALID_LOGIN", answer)
        self.assertIn("Login Audit Trail", problem["detail"])
        self.assertEqual(self.simulator.login.audit[-1]["detail"], audit)
        self.simulator.login.unlock()

    def test_wrong_signatures(self):
        now = int(time.time())
        self.refused("account_unknown", realm="1234567-sb1")
        self.refused("consumer_key_unknown", consumer_key="0" * 64)
        self.refused("token_rejected", token="0" * 64)
        self.refused("InvalidSignature", secret="wrong")
        self.refused("UnknownAlgorithm", signature_method="HMAC-SHA1")
        self.refused("InvalidTimestamp", timestamp=now - 360)
        self.refused("InvalidTimestamp", timestamp=now + 360)
        self.simulator.login.revoke(demo.REST_TOKEN_ID)
        self.refused("token_rejected")

    def test_the_query_string_is_signed(self):
        header = {"Authorization": self.call.authorization("GET", ORDER)}
        answer = self.call.send("GET", ORDER, {"limit": 5}, headers=header)
        self.assertProblem(401, "INVALID_LOGIN", answer)
        odd = {"q": 'tranId IS "SO 1+1 ü&"', "limit": 5}
        self.assertEqual(self.call("GET", ORDER, odd).status_code, 200)

    def test_a_header_is_good_once(self):
        header = {"Authorization": self.call.authorization("GET", ORDER)}
        self.assertEqual(self.call.send("GET", ORDER, headers=header).status_code, 200)
        self.assertProblem(401, "INVALID_LOGIN", self.call.send("GET", ORDER, headers=header))

    def test_a_library_signs_the_same(self):
        auth = OAuth1(
            demo.CONSUMER_KEY,
            demo.CONSUMER_SECRET,
            demo.REST_TOKEN_ID,
            demo.REST_TOKEN_SECRET,
            signature_method="HMAC-SHA256",
            realm=demo.ACCOUNT_ID,
        )
        order = self.books.add_order([("MUG-BLU", 1)])
        for path in (f"{ORDER}/eid:none?expandSubResources=true", f"{ORDER}/{order.id}"):
            answer = requests.get(self.simulator.url + path, auth=auth, timeout=30)
            self.assertIn(answer.status_code, (200, 404), answer.text)

    def test_five_failures_lock_the_user_for_thirty_minutes(self):
        usual = {"token": demo.TOKEN_ID, "secret": "wrong"}  # another token of the same user
        for _attempt in range(5):
            self.call("GET", ORDER, **usual)
        self.assertProblem(401, "INVALID_LOGIN", self.call("GET", ORDER))
        self.assertEqual(self.simulator.login.audit[-1]["detail"], "temporary_locked")
        self.books.clock.advance(minutes=31)
        self.assertEqual(self.call("GET", ORDER).status_code, 200)

    def test_the_usual_role_may_not_use_rest(self):
        answer = self.call("GET", ORDER, token=demo.TOKEN_ID, secret=demo.TOKEN_SECRET)
        problem = self.assertProblem(403, "INSUFFICIENT_PERMISSION", answer)
        self.assertIn("REST Web Services", problem["detail"])
        self.books.settings.features.rest_web_services = False
        self.assertProblem(403, "INSUFFICIENT_PERMISSION", self.call("GET", ORDER))


@tagged("post_install", "-at_install")
class TestOAuth2(RestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rsa_key = rsa.generate_private_key(65537, 3072)
        cls.ec_key = ec.generate_private_key(ec.SECP256R1())

    def certificate(self, key, days=365, start=None):
        start = start or datetime.now(timezone.utc) - timedelta(hours=1)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Odoo")])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=days))
            .sign(key, hashes.SHA256())
        )
        pem = made.public_bytes(serialization.Encoding.PEM).decode()
        return self.simulator.rest.grants.register(pem)

    def ask(self, key, kid, algorithm="ES256", **changes):
        now = int(self.books.clock.now().timestamp())
        claims = {
            "iss": demo.OAUTH2_CLIENT_ID,
            "scope": ["rest_webservices"],
            "aud": f"https://1234567-sb1.suitetalk.api.netsuite.com{TOKEN}",
            "iat": now,
            "exp": now + 3000,
        } | changes
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode(claims, key, algorithm, headers={"kid": kid}),
        }
        return requests.post(self.simulator.url + TOKEN, data=form, timeout=30)

    def get(self, bearer):
        return self.call.send("GET", ORDER, headers={"Authorization": f"Bearer {bearer}"})

    def test_a_token_for_each_kind_of_key(self):
        for key, algorithm in ((self.rsa_key, "PS256"), (self.ec_key, "ES256")):
            made = self.certificate(key)
            answer = self.ask(key, made.id, algorithm, aud=self.simulator.url + TOKEN)
            self.assertEqual(answer.status_code, 200, answer.text)
            self.assertEqual(answer.json()["expires_in"], 3600)
            self.assertEqual(self.get(answer.json()["access_token"]).status_code, 200)
            self.assertEqual(self.simulator.journal.operations()[-2:], ["token", "GET salesOrder"])

    def test_bad_assertions(self):
        made, now = self.certificate(self.rsa_key), int(time.time())
        for more in (
            {"algorithm": "RS256"},
            {"iss": "0" * 64},
            {"scope": "restlets"},
            {"aud": "https://example.com/token"},
            {"iat": now, "exp": now + 3600},
            {"iat": now - 4000, "exp": now - 1000},
            {"kid": "unknown"},
            {"key": rsa.generate_private_key(65537, 3072)},
        ):
            given = {"key": self.rsa_key, "kid": made.id, "algorithm": "PS256"} | more
            answer = self.ask(**given)
            self.assertEqual(answer.status_code, 400, more)
            self.assertEqual(answer.json(), {"error": "invalid_grant"})

    def test_tokens_expire_and_can_be_revoked(self):
        made = self.certificate(self.ec_key)
        bearer = self.ask(self.ec_key, made.id).json()["access_token"]
        self.books.clock.advance(minutes=61)
        self.assertProblem(401, "INVALID_LOGIN", self.get(bearer))
        bearer = self.ask(self.ec_key, made.id).json()["access_token"]
        self.simulator.rest.grants.revoke_bearers()
        self.assertProblem(401, "INVALID_LOGIN", self.get(bearer))
        self.simulator.rest.grants.revoke_certificates()
        self.assertEqual(self.ask(self.ec_key, made.id).json(), {"error": "invalid_grant"})

    def test_certificates_are_cut_to_two_years_and_weak_keys_refused(self):
        made = self.certificate(self.ec_key, days=3650)
        self.assertEqual(made.expires - made.starts, timedelta(days=730))
        self.books.clock.advance(days=731)
        self.assertEqual(self.ask(self.ec_key, made.id).json(), {"error": "invalid_grant"})
        with self.assertRaises(ValueError):
            self.certificate(rsa.generate_private_key(65537, 2048))

    def test_feature_and_permission(self):
        made = self.certificate(self.ec_key)
        bearer = self.ask(self.ec_key, made.id).json()["access_token"]
        self.books.settings.features.oauth2 = False
        self.assertProblem(401, "INVALID_LOGIN", self.get(bearer))
        self.assertEqual(self.ask(self.ec_key, made.id).status_code, 400)
        self.books.settings.features.oauth2 = True
        self.books.roles["oauth2"].revoke("REST Web Services")
        self.assertProblem(403, "INSUFFICIENT_PERMISSION", self.get(bearer))


@tagged("post_install", "-at_install")
class TestSuiteQL(RestCase):
    orders = 40

    def refused(self, words, text, *params, code="INVALID_PARAMETER", status=400, **more):
        problem = self.assertProblem(status, code, self.call.query(text, *params, **more))
        self.assertIn(words, problem["detail"])

    def test_orders_as_text(self):
        order = self.books.add_order(
            [("MUG-BLU", 4), {"item": "TEA-GREEN", "quantity": 2, "unit": "2"}],
            memo="",
            tran_date="2026-01-31",
            custom={"custbody_signature_required": True, "custbody_delivery_window": "2"},
        )
        self.books.fulfil_by_hand(order.id, {1: 1}, "shipped", [Package(tracking="1Z1")])
        (found,) = self.call.rows(
            "SELECT t.ID, t.status, t.trandate, t.memo, t.shippingaddress, BUILTIN.DF(t.status) AS "
            "state, BUILTIN.DF(t.entity) AS customer, t.custbody_signature_required AS signature, "
            "BUILTIN.DF(t.custbody_delivery_window) AS delivery "
            "FROM transaction t WHERE t.type = 'SalesOrd' AND t.id > ? AND t.id <= ?",
            str(int(order.id) - 1),
            int(order.id),
        )
        self.assertEqual(found.pop("shippingaddress"), str(5_000_000 + int(order.id)))
        expected = {
            "id": order.id,
            "status": "D",
            "trandate": "1/31/2026",
            "state": "Sales Order : Partially Fulfilled",
            "customer": self.books.customers[order.entity].name,
            "signature": "T",
            "delivery": "Afternoon",
        }
        self.assertEqual(found, expected)  # the empty memo is left out
        lines = self.call.rows(
            "SELECT tl.id, tl.quantity, tl.quantityshiprecv AS sent, u.unitname, u.conversionrate, "
            "ABS(NVL(tl.quantity, 0)) - NVL(tl.quantityshiprecv, 0) AS waiting "
            "FROM transactionline tl LEFT JOIN unitstypeuom u ON u.internalid = tl.units "
            "WHERE tl.transaction = ? AND tl.mainline = 'F' AND tl.itemtype = 'InvtPart' "
            "ORDER BY tl.linesequencenumber",
            order.id,
        )
        mugs = {"id": "1", "quantity": "-4", "sent": "1", "waiting": "3"}
        tea = {"id": "2", "quantity": "-12", "sent": "0", "waiting": "12"}
        tea |= {"unitname": "Box of 6", "conversionrate": "6"}
        self.assertEqual(lines, [mugs, tea])
        self.assertEqual(
            self.call.rows(
                "SELECT DISTINCT p.previousdoc, n.trackingnumber "
                "FROM PreviousTransactionLineLink AS p "
                "JOIN TrackingNumberMap m ON m.transaction = p.nextdoc "
                "JOIN trackingnumber n ON n.id = m.trackingnumber WHERE p.previousdoc = ?",
                order.id,
            ),
            [{"previousdoc": order.id, "trackingnumber": "1Z1"}],
        )

    def test_dates(self):
        order = self.books.add_order([("MUG-BLU", 1)])
        self.books.touch("salesOrder", order.id, datetime(2026, 7, 21, 5, 30, tzinfo=timezone.utc))
        text = (
            "SELECT TO_CHAR(lastmodifieddate, 'MODEL') AS local, lastmodifieddate AS bare, "
            "TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate), 'MODEL') AS utc FROM transaction "
            "WHERE lastmodifieddate BETWEEN TO_DATE(?, 'MODEL') AND TO_DATE(?, 'MODEL')"
        ).replace("MODEL", "YYYY-MM-DD HH24:MI:SS")
        window = ("2026-07-20 22:00:00", "2026-07-20 23:00:00")
        found = {
            "local": "2026-07-20 22:30:00",
            "bare": "7/20/2026",
            "utc": "2026-07-21 05:30:00",
        }
        self.assertEqual(self.call.rows(text, *window), [found])
        self.unverified.dates_in_utc = True
        self.assertEqual(self.call.rows(text, *window), [])
        self.refused("date format", "SELECT id FROM transaction WHERE trandate > '2026-07-21'")

    def test_what_breaks_in_live_accounts(self):
        words = "Unknown identifier '{}'. Available identifiers are: {{t=transaction}}"
        for name in ("createdfrom", "trackingnumbers"):
            self.refused(words.format(name), f"SELECT {name} FROM transaction t")  # noqa: S608 (our words)
        unexpected = {"code": "UNEXPECTED_ERROR", "status": 500}
        self.refused("Error ID", "SELECT t.shipstatus FROM transaction t", **unexpected)
        heavy = (
            "SELECT tl.id FROM transactionline tl JOIN transaction t ON t.id = tl.transaction "
            "JOIN transactionshippingaddress a ON a.nkey = t.shippingaddress"
        )
        self.refused("Error ID", heavy, **unexpected)
        self.unverified.heavy_queries_fail = False
        self.assertTrue(self.call.rows(heavy))

    def test_what_is_no_query(self):
        for words, text in (
            ("Record 'nowhere' was not found", "SELECT id FROM nowhere"),
            ("Only SELECT", "DELETE FROM transaction"),
            ("Only one statement", "SELECT id FROM item; SELECT id FROM item"),
            ("syntax error", "SELECT id id id FROM item"),
            ("Unknown identifier 'mug'", 'SELECT id FROM item WHERE itemid = "MUG"'),
            ("prohibited", "SELECT name FROM sqlite_master"),
        ):
            self.refused(words, text)
        self.refused("Incorrect number", "SELECT id FROM item WHERE id = ?")
        text = "SELECT id FROM item"
        missing = {"code": "INVALID_HEADER", "headers": {"Prefer": "return=minimal"}}
        self.refused("Prefer", text, **missing)
        self.refused("limit", text, limit=1001)
        self.refused("divisible", text, limit=10, offset=5)

    def test_pages(self):
        text = "SELECT id FROM transaction ORDER BY id"
        first = self.call.query(text, limit=20).json()
        self.assertEqual((first["count"], first["hasMore"], first["offset"]), (20, True, 0))
        self.assertGreater(first["totalResults"], 40)
        self.assertEqual({one["rel"] for one in first["links"]}, {"self", "next", "last"})
        second = self.call.rows(text, limit=20, offset=20)
        self.assertEqual(len({one["id"] for one in first["items"] + second}), 40)

    def test_permissions_look_like_typos(self):
        self.role.revoke("Locations", "Invoice")
        self.refused("Record 'location' was not found", "SELECT id FROM location")
        self.assertFalse(self.call.rows("SELECT id FROM transaction WHERE type = 'CustInvc'"))
        self.books.settings.hidden_columns = ["transaction.shipmethod"]
        self.refused("Unknown identifier 'shipmethod'", "SELECT shipmethod FROM transaction")
        self.role.revoke("SuiteAnalytics Workbook")
        missing = {"code": "INSUFFICIENT_PERMISSION", "status": 403}
        self.refused("SuiteAnalytics Workbook", "SELECT id FROM item", **missing)

    def test_every_table_can_be_read(self):
        order = next(iter(self.books.orders))
        self.books.delete("salesOrder", order)
        for table in ("deletedrecord", "transactionstatus", "customfield", "itemmember"):
            self.assertTrue(self.call.rows(f"SELECT * FROM {table}"))  # noqa: S608 (our tables)
        self.unverified.null_columns_left_out = False
        (row,) = self.call.rows("SELECT * FROM item WHERE id = 101")
        self.assertIsNone(row["unitstype"])


@tagged("post_install", "-at_install")
class TestRecords(RestCase):
    def test_an_order(self):
        order = self.books.add_order(
            [("MUG-BLU", 4), {"item": "TEA-GREEN", "quantity": 2, "unit": "2"}],
            external_id="Shop-1",
            custom={"custbody_delivery_instructions": "Ring", "custbody_delivery_window": "1"},
        )
        short = self.call("GET", f"{RECORDS}/salesorder/eid:shop-1")
        self.assertEqual(short.headers["Content-Type"].rpartition("=")[2], "singular")
        self.assertEqual(list(short.json()["item"]), ["links"])
        self.assertEqual(short.json()["status"], {"id": "B", "refName": "Pending Fulfillment"})
        self.assertEqual(short.json()["custbody_delivery_instructions"], "Ring")
        self.assertEqual(short.json()["custbody_delivery_window"]["refName"], "Morning")
        query = {"expandSubResources": "true", "simpleEnumFormat": "true"}
        full = self.call("GET", f"{ORDER}/{order.id}", query).json()
        self.assertEqual(full["status"], "B")
        self.assertEqual(full["shippingAddress"]["country"], order.address.country)
        mugs, tea = full["item"]["items"]
        self.assertEqual((mugs["line"], mugs["quantity"], mugs["itemType"]), (1, 4, "InvtPart"))
        self.assertEqual(tea["units"], "2")
        self.assertEqual(tea["item"]["refName"], "TEA-GREEN")
        self.assertTrue(mugs["links"][0]["href"].endswith(f"/salesOrder/{order.id}/item/1"))
        row = self.call("GET", f"{ORDER}/{order.id}/item/1").json()
        self.assertEqual(row["item"]["id"], "101")
        fields = self.call("GET", f"{ORDER}/{order.id}", {"fields": "tranId"}).json()
        self.assertEqual(fields.keys(), {"links", "tranId"})

    def test_reading_needs_the_edit_level(self):
        order = self.books.add_order([("MUG-BLU", 1)], subsidiary="2")
        path = f"{ORDER}/{order.id}"
        self.role.grant("Sales Order", level=VIEW)
        self.assertProblem(403, "INSUFFICIENT_PERMISSION", self.call("GET", path))
        self.role.grant("Sales Order", level=EDIT)
        self.assertEqual(self.call("GET", path).status_code, 200)
        self.role.subsidiaries = {"1"}
        self.assertProblem(404, "NONEXISTENT_ID", self.call("GET", path))

    def test_collections(self):
        self.books.settings.time_zone = "America/New_York"
        old = self.books.add_order([("MUG-BLU", 1)], tran_id="SO-A")
        new = self.books.add_order([("MUG-BLU", 1)], tran_id="SO-B")
        self.books.touch("salesOrder", old.id, datetime(2026, 3, 15, 3, tzinfo=timezone.utc))
        self.books.touch("salesOrder", new.id, datetime(2026, 3, 15, 5, tzinfo=timezone.utc))

        def ids(q):
            return [one["id"] for one in self.call("GET", ORDER, {"q": q}).json()["items"]]

        self.assertEqual(ids('lastModifiedDate ON_OR_AFTER "3/15/2026"'), [new.id])
        self.assertEqual(ids(f'tranId IS "so-a" AND id ANY_OF [{old.id}, {new.id}]'), [old.id])
        page = self.call("GET", ORDER, {"limit": 1, "offset": 1}).json()
        self.assertEqual((page["totalResults"], page["hasMore"]), (2, False))
        answer = self.call("GET", FULFILLMENT, {"q": "createdFrom IS 1"})
        self.assertProblem(400, "INVALID_PARAMETER", answer)

    def test_lists(self):
        kit = self.call("GET", f"{RECORDS}/kitItem/141", {"expandSubResources": "true"}).json()
        self.assertEqual(len(kit["member"]["items"]), 3)
        self.assertProblem(404, "NONEXISTENT_ID", self.call("GET", f"{RECORDS}/inventoryItem/141"))
        for path in ("location/1", "customer/201", "shipItem/2001", "unitsType/1"):
            self.assertEqual(self.call("GET", f"{RECORDS}/{path}").status_code, 200)
        self.assertProblem(501, "USER_ERROR", self.call("GET", f"{RECORDS}/employee/1"))
        self.assertProblem(501, "USER_ERROR", self.call("DELETE", f"{ORDER}/1"))
        schema = {"Accept": "application/schema+json"}
        catalogue = self.call("GET", f"{RECORDS}/metadata-catalog/invoice", headers=schema).json()
        self.assertIn("trackingNumbers", catalogue["properties"])


@tagged("post_install", "-at_install")
class TestWriting(RestCase):
    def order(self, *lines, **more):
        more.setdefault("ship_method", "2001")
        return self.books.add_order(lines or [("MUG-BLU", 4), ("KETTLE-15", 2)], **more)

    def made(self, answer):
        """The fulfilment that an answer names: its address is on the account's own host."""
        self.assertEqual(answer.status_code, 204, answer.text)
        host = "https://1234567-sb1.suitetalk.api.netsuite.com"
        self.assertTrue(answer.headers["Location"].startswith(host + FULFILLMENT))
        return self.books.fulfillments[answer.headers["Location"].rpartition("/")[2]]

    def test_lines_that_are_not_mentioned_are_fulfilled_too(self):
        lines = {"items": [{"orderLine": 1, "quantity": 1}]}
        made = self.made(self.call.transform(self.order(), {"item": lines}))
        self.assertEqual([(one.order_line, one.quantity) for one in made.lines], [(1, 1), (2, 2)])
        lines = {"items": [{"orderLine": 1, "itemreceive": True}]}
        made = self.made(self.call.transform(self.order(), {"item": lines}, {"replace": "item"}))
        self.assertEqual([one.order_line for one in made.lines], [1])

    def test_preview(self):
        order = self.order(("MUG-BLU", 4), ("GIFT-BOX", 1))
        query = {"expandSubResources": "true"}
        answer = self.call.transform(order, {}, query, CREATE_FORM)
        self.assertIn("create-form", answer.headers["Content-Type"])
        form = answer.json()
        self.assertFalse(self.books.fulfillments)
        mugs, kit, member, *_others = form["item"]["items"]
        self.assertEqual((mugs["orderLine"], mugs["quantityRemaining"]), (1, 4))
        self.assertNotEqual(mugs["line"], mugs["orderLine"])
        self.assertEqual(member["kitMemberOf"], kit["line"])
        self.assertNotIn("orderLine", member)
        self.unverified.create_form_available = False
        answer = self.call.transform(order, {}, query, CREATE_FORM)
        self.assertProblem(406, "INVALID_HEADER", answer)
        self.assertEqual(self.simulator.journal.operations(), ["preview", "preview"])

    def test_packages_are_appended_unless_replaced(self):
        def packages(*numbers):
            rows = [{"packageWeight": 1.5, "packageTrackingNumber": one} for one in numbers]
            return {"package": {"items": rows}}

        made = self.made(self.call.transform(self.order(), packages("A1")))
        self.assertEqual([one.tracking for one in made.packages], ["", "A1"])  # its own row first
        body = packages("A1") | {"shipStatus": {"id": "B"}}
        made = self.made(self.call.transform(self.order(), body, {"replace": "package"}))
        self.assertEqual([one.tracking for one in made.packages], ["A1"])
        path = f"{FULFILLMENT}/{made.id}"
        body = packages("A2") | {"shipStatus": {"id": "C"}}
        self.assertEqual(self.call("PATCH", path, body=body).status_code, 204)
        self.assertEqual([one.tracking for one in made.packages], ["A1", "A2"])
        self.assertEqual(made.ship_status, "shipped")
        self.assertProblem(400, "USER_ERROR", self.call("PATCH", path, body=packages("A2")))
        self.call("PATCH", path, {"replace": "package"}, packages("A3"))
        shown = self.call("GET", path, {"expandSubResources": "true"}).json()
        numbers = [one["packageTrackingNumber"] for one in shown["package"]["items"]]
        self.assertEqual(numbers, ["A3"])
        order = self.order(ship_method="2003")
        self.assertProblem(400, "USER_ERROR", self.call.transform(order, packages("A4")))

    def test_refusals_keep_only_their_sentence(self):
        order = self.order(external_id="odoo-1")
        over = {"item": {"items": [{"orderLine": 1, "quantity": 5}]}}
        problem = self.assertProblem(400, "USER_ERROR", self.call.transform(order, over))
        self.assertIn("more than the quantity ordered", problem["detail"])
        self.unverified.rest_business_codes = True
        duplicate = {"externalId": "ODOO-1"}
        self.assertProblem(400, "DUP_RCRD", self.call.transform(order, duplicate))
        self.books.close_order(order.id)
        self.assertProblem(400, "INVALID_INITIALIZE_REF", self.call.transform(order))
        self.assertFalse(self.books.fulfillments)

    def test_ship_groups(self):
        order = self.order(
            {"item": "MUG-BLU", "quantity": 1, "ship_group": 1},
            {"item": "MUG-RED", "quantity": 1, "ship_group": 2},
            multi_ship_to=True,
            ship_groups=[{"id": key, "address": {"addr1": "Road"}} for key in (1, 2)],
        )
        found = self.call("GET", ORDER, {"q": "isMultiShipTo IS true"}).json()["items"]
        self.assertEqual([one["id"] for one in found], [order.id])
        answer = self.call("GET", ORDER, {"q": "isMultiShipTo IS yes"})
        self.assertProblem(400, "INVALID_PARAMETER", answer)
        second = {"createdFromShipGroup": 2}
        for taken, group in ((True, 2), (False, 1)):
            self.unverified.transform_takes_ship_group = taken
            form = self.call.transform(order, second, {"expandSubResources": "true"}, CREATE_FORM)
            form = form.json()
            keys = [one["orderLine"] for one in form["item"]["items"]]
            self.assertEqual((form["createdFromShipGroup"], keys), (group, [group]))
        self.unverified.transform_takes_ship_group = True
        third = self.call.transform(order, {"createdFromShipGroup": 3})
        self.assertProblem(400, "INVALID_CONTENT", third)
        self.assertEqual(self.made(self.call.transform(order, second)).ship_group, 2)

    def test_bad_bodies(self):
        order = self.order()
        for path, body in (
            ("externalId", {"externalId": "WH/OUT/00012"}),
            ("shipStatus", {"shipStatus": {"id": "SHIPPED"}}),
            ("trackingNumber", {"trackingNumber": "1Z"}),
            ("item.items[0].quantity", {"item": {"items": [{"orderLine": 1, "quantity": "1"}]}}),
            ("item.items[0].itemRecieve", {"item": {"items": [{"itemRecieve": True}]}}),
            ("item", {"item": [{"orderLine": 1}]}),
        ):
            problem = self.assertProblem(400, "INVALID_CONTENT", self.call.transform(order, body))
            self.assertEqual(problem["o:errorPath"], path)
        path = f"{ORDER}/{order.id}/!transform/itemFulfillment"
        self.assertProblem(400, "INVALID_CONTENT", self.call("POST", path, body="{"))
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.assertProblem(415, "INVALID_HEADER", self.call("POST", path, body="a=b", headers=form))
        later = {"Prefer": "respond-async"}
        self.assertProblem(501, "USER_ERROR", self.call("POST", path, body={}, headers=later))
        typo = {"shipStatsus": {"id": "A"}}  # only a warning, unless validation is asked for
        self.assertEqual(self.call("POST", path, body=typo).status_code, 204)

    def test_lots(self):
        order = self.order(("HONEY-LOT", 3))
        self.assertProblem(400, "USER_ERROR", self.call.transform(order))
        lots = {"items": [{"issueInventoryNumber": {"id": "301"}, "quantity": 3}]}
        line = {"orderLine": 1, "inventoryDetail": {"quantity": 3, "inventoryAssignment": lots}}
        made = self.made(self.call.transform(order, {"item": {"items": [line]}}))
        self.assertEqual(made.lines[0].assignments[0].number, "301")
        text = "SELECT inventorynumber, quantity FROM inventoryassignment WHERE transaction = ?"
        self.assertEqual(
            self.call.rows(text, made.id), [{"inventorynumber": "301", "quantity": "-3"}]
        )

    def test_orders_and_invoices(self):
        invoice = self.books.add_invoice([("MUG-BLU", 1)], external_id="inv-1")
        body = {"trackingNumbers": "1Z9", "custbody_tracking_link": "https://x.example/1Z9"}
        answer = self.call("PATCH", f"{RECORDS}/invoice/eid:inv-1", body=body, headers=STRICT)
        self.assertEqual(answer.status_code, 204, answer.text)
        self.assertEqual(invoice.tracking_numbers, "1Z9")
        order = self.order()
        body = {"memo": None, "custbody_authority_to_leave": True, "custbody_delivery_window": "1"}
        answer = self.call("PATCH", f"{ORDER}/{order.id}", body=body, headers=STRICT)
        self.assertEqual(answer.status_code, 204, answer.text)
        self.assertTrue(order.custom["custbody_authority_to_leave"])
        answer = self.call("PATCH", f"{ORDER}/{order.id}", body={"item": {"items": []}})
        self.assertProblem(400, "INVALID_CONTENT", answer)


@tagged("post_install", "-at_install")
class TestTrouble(RestCase):
    def test_too_many_at_once(self):
        self.books.settings.concurrency_limit = 0
        answer = self.call("GET", ORDER)
        self.assertProblem(429, "CONCURRENCY_LIMIT_EXCEEDED", answer)
        expected = {"title": "Bad Request", "o:errorCode": "USER_ERROR"}
        self.assertEqual(expected, {name: answer.json()[name] for name in expected})
        self.unverified.malformed_429 = True
        answer = self.call("GET", ORDER)
        self.assertEqual(answer.status_code, 429)
        with self.assertRaises(ValueError):
            answer.json()

    def test_the_work_is_done_and_the_answer_lost(self):
        for kind, number in (("drop_after", 1), ("truncated", 2), ("after_submit_failed", 3)):
            order = self.books.add_order([("MUG-BLU", 1)], ship_method="2001")
            self.simulator.faults.add("transform", kind, times=1)
            if kind == "drop_after":
                with self.assertRaises(requests.ConnectionError):
                    self.call.transform(order)
            else:
                answer = self.call.transform(order)
            self.assertEqual(len(self.books.fulfillments), number)
        problem = self.assertProblem(400, "USER_ERROR", answer)
        self.assertIn("Department", problem["detail"])

    def test_ordered_errors(self):
        faults = self.simulator.faults
        faults.add("GET salesOrder", "fault", code="CONCURRENCY_LIMIT_EXCEEDED", times=1)
        faults.add("GET salesOrder", "fault", times=1)
        faults.add("GET salesOrder", "status", code="USER_ERROR", message="No.", times=1)
        self.assertProblem(429, "CONCURRENCY_LIMIT_EXCEEDED", self.call("GET", ORDER))
        self.assertProblem(500, "UNEXPECTED_ERROR", self.call("GET", ORDER))
        self.assertProblem(400, "USER_ERROR", self.call("GET", ORDER))
        faults.add("suiteql", "malformed", times=1)
        with self.assertRaises(ValueError):
            self.call.query("SELECT id FROM item").json()
        faults.add("suiteql", "http", status=503, times=1)
        self.assertIn("text/html", self.call.query("SELECT 1").headers["Content-Type"])
        faults.add("suiteql", "redirect", times=1)
        self.assertEqual(self.call.query("SELECT 1").status_code, 302)

    def test_control(self):
        control = f"{self.simulator.url}/_control"
        role = {"name": "rest", "permissions": {"REST Web Services": "none"}}
        answer = requests.post(f"{control}/settings", json={"role": role}, timeout=30)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertProblem(403, "INSUFFICIENT_PERMISSION", self.call("GET", ORDER))
        requests.delete(f"{control}/tokens", json={"id": demo.REST_TOKEN_ID}, timeout=30)
        self.assertProblem(401, "INVALID_LOGIN", self.call("GET", ORDER))
        answer = requests.post(f"{control}/certificates", json={"certificate": "x"}, timeout=30)
        self.assertEqual(answer.status_code, 400)
