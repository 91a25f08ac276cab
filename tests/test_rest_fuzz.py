"""Damaged answers over REST: whatever arrives, a call gives its record or a named error.

The corpus is what the simulator answers to the same calls, over HTTP.
"""

import contextlib
import json
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..netsuite.account import Account
from ..netsuite.errors import NetSuiteError
from ..netsuite.oauth2 import ClientCredentials, make_key_pair
from ..netsuite.records import (
    INVOICE,
    ITEM_FULFILLMENT,
    SALES_ORDER,
    Fulfillment,
    FulfillmentLine,
    Package,
    Query,
)
from ..netsuite.rest import RestClient
from ..netsuite.rest import client as client_module
from ..netsuite.store import ProcessStore
from ..simulator import Simulator, demo
from ..simulator import permissions as roles
from .fuzz import FuzzCase, Session, altered, check_storable, damaged, invented, places

CUSTOM_FIELDS = {
    "body": ("custbody_delivery_instructions", "custbody_authority_to_leave"),
    "line": ("custcol_engraving",),
}
# Error bodies as NetSuite's help has them, the last ones without a comma and without JSON [3.2].
REFUSALS = (
    (400, b'{"type":"x","title":"Bad Request","status":400,"o:errorDetails":[{"detail":"Invalid '
          b'search query. Unknown identifier \'zz\'.","o:errorCode":"INVALID_PARAMETER"}]}'),
    (429, b'{"title":"Too Many Requests","status":429,"o:errorDetails":[{"detail":"Concurrent '
          b'request limit exceeded."\n"o:errorCode":"CONCURRENCY_LIMIT_EXCEEDED"}]}'),
    (404, b'{"o:errorCode":"NONEXISTENT_ID","detail":"The record does not exist."}'),
    (401, b"<html>Login</html>"),
    (503, b""),
    (302, b""),
)  # fmt: skip
HEADERS = (
    {},
    {"Location": "http://["},
    {"Location": "https://x/itemFulfillment/9"},
    {"Location": "/" * 5000 + "9"},
    {"Date": "Thu, 01 Jan 0001 00:00:00 +2359"},
    {"Date": "Fri, 31 Dec 9999 23:59:59 -2359"},
    {"Date": "Mon, 99 Foo 99999999 99:99:99 +99999999999"},
    {"Retry-After": "-1", "Content-Type": "\x00"},
)
WRITTEN = (204, {"Location": "https://x/services/rest/record/v1/itemFulfillment/9"}, b"")


class Recorder:
    """Keeps the answers that pass through a client's session."""

    def __init__(self, session):
        self._session = session
        self.answers = []

    def __getattr__(self, name):
        return getattr(self._session, name)

    @contextlib.contextmanager
    def request(self, *args, **values):
        with self._session.request(*args, **values) as answer:
            body = b"".join(answer.chunks())
            self.answers.append((answer.status, dict(answer.headers), body))
            answer.chunks = lambda: iter((body,))
            yield answer


@tagged("post_install", "-at_install")
class TestDamage(FuzzCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with Simulator(orders=25, seed=7) as simulator:
            cls.corpus = list(cls.record(simulator))
        cls.names = sorted(
            {
                key
                for _call, answers in cls.corpus
                for _status, _headers, body in answers
                if body.startswith(b"{")
                for _holder, key in places(json.loads(body))
                if isinstance(key, str)
            }
        )

    @classmethod
    def record(cls, simulator):
        """Calls with the answers that they got: with all known of the account, and with nothing."""
        books = simulator.books
        books.roles["oauth2"].grant(roles.INVOICE, roles.UNITS, roles.LOCATIONS)
        order = books.add_order(
            [
                {"item": "MUG-BLU", "quantity": 3, "custom": {"custcol_engraving": "Ada"}},
                ("KETTLE-15", 2),
                ("GIFT-BOX", 1),
            ],
            custom={"custbody_delivery_instructions": "Ring", "custbody_authority_to_leave": True},
        )
        done = books.fulfil_by_hand(order.id, {1: 1}, ship_status="packed")
        ids = sorted(books.orders)[:4]
        pair = make_key_pair()
        grant = simulator.rest.grants.register(pair.certificate)
        cls.credentials = ClientCredentials(
            demo.OAUTH2_CLIENT_ID, grant.id, pair.private_key, pair.certificate
        )
        since = datetime.now(UTC) - timedelta(days=30)
        fulfilment = Fulfillment(
            order.id,
            lines=(FulfillmentLine("1", quantity=1.0),),
            packages=(Package("1Z1", 1.5),),
            external_id="odoo-1",
        )
        calls = (
            ("server_time",),
            ("find", Query(SALES_ORDER, modified_from=since)),
            ("read", SALES_ORDER, [order.id, *ids, "999999"]),
            ("read", INVOICE, sorted(books.invoices)[:3]),
            ("read", ITEM_FULFILLMENT, [done.id, "999999"]),
            ("items", sorted(books.items)[:9]),
            ("fulfillments", [order.id]),
            ("fulfillments", [order.id, *ids]),
            ("proposal", order.id),
            ("inventory_numbers", "161", ["A"]),
            ("units", ["1", "2"]),
            ("choices", "location"),
            ("labels", ["custbody_delivery_instructions"]),
            ("connection_limit",),
            ("check_reading", SALES_ORDER),
            ("deleted", SALES_ORDER, since),
            ("existing_fields", "body", ["custbody_delivery_instructions"]),
            ("create_fulfillment", fulfilment),
            ("update_invoice", "7", "1Z1"),
        )
        for call in calls:
            client = cls.new_client(simulator.url)
            with client:
                client.service.session = client.service._login._session = recorder = Recorder(
                    client.service.session
                )
                with contextlib.suppress(NetSuiteError):
                    cls.perform(client, call)
            yield call, recorder.answers
        yield ("create_fulfillment", fulfilment), [recorder.answers[0], WRITTEN]

    @classmethod
    def new_client(cls, url=""):
        return RestClient(
            Account(demo.ACCOUNT_ID, url),
            cls.credentials,
            store=ProcessStore(),
            custom_fields=CUSTOM_FIELDS,
        )

    @staticmethod
    def perform(client, call):
        name, *arguments = call
        if name == "update_invoice":
            return client.update_invoice(arguments[0], tracking_numbers=arguments[1])
        if name == "fulfillments":
            return client.fulfillments(arguments[0], whole=len(arguments[0]) == 1)
        return getattr(client, name)(*arguments)

    def setUp(self):
        super().setUp()
        logger = patch.object(client_module, "_logger")  # a damaged item is worth a warning
        logger.start()
        self.addCleanup(logger.stop)

    def call(self, call, answers):
        client = self.new_client()
        client.service.session = client.service._login._session = Session(answers)
        with client:
            check_storable(self.perform(client, call))

    def damaged_answer(self, answer, chance):
        status, headers, body = answer
        kind = chance.randrange(8)
        if kind == 0:
            status, body = chance.choice(REFUSALS)
            return status, chance.choice(HEADERS), damaged(body, chance)
        if kind == 1:
            return chance.choice((200, 201, 204, 202, 301, 999)), chance.choice(HEADERS), body
        if kind == 2:
            return status, headers, json.dumps(invented(self.names, chance)).encode()
        if kind < 6:
            with contextlib.suppress(ValueError, RecursionError):  # no body, or damaged before
                return status, headers, json.dumps(altered(json.loads(body), chance)).encode()
        return status, headers, damaged(body, chance)

    def test_record_or_named_error(self):
        def make(chance):
            call, answers = chance.choice(self.corpus)
            answers = list(answers)
            # The token comes first: most cases get beyond it.
            for _damage in range(chance.choice((1, 1, 1, 3))):
                place = chance.randrange(len(answers))
                place = place or chance.randrange(len(answers))
                answers[place] = self.damaged_answer(answers[place], chance)
            return (lambda: self.call(call, answers)), (call, answers)

        self.fuzz(make)

    def test_undamaged(self):
        """The corpus is good: nearly all the calls are pleased by their answers."""
        pleased = 0
        for call, answers in self.corpus:
            with contextlib.suppress(NetSuiteError):
                self.call(call, answers)
                pleased += 1
        self.assertGreaterEqual(pleased, len(self.corpus) - 3)
