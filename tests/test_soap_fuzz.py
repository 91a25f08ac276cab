"""Damaged answers over SOAP: whatever arrives, a call gives its record or a named error."""

import contextlib
from datetime import UTC, datetime
from unittest.mock import patch

from lxml import etree
from odoo.tests import BaseCase, tagged

from ..netsuite import http
from ..netsuite.account import Account
from ..netsuite.errors import NetSuiteError
from ..netsuite.records import SALES_ORDER, Fulfillment, Query
from ..netsuite.soap import SoapClient, xml
from ..netsuite.soap import client as client_module
from .fuzz import FuzzCase, Session, check_storable, damaged, odd_text
from .soap_case import SAMPLES
from .soap_stub import (
    CREDENTIALS,
    OK,
    VERSION,
    envelope,
    list_answer,
    row,
    search_answer,
    write_answer,
)
from .test_soap_decode import FULFILLMENT, ITEMS, ORDER, package_list

CALLS = (
    ("server_time",),
    ("find", Query(SALES_ORDER)),
    ("read", SALES_ORDER, ["1505"]),
    ("items", ["1"]),
    ("fulfillments", ["1"]),
    ("proposal", "1"),
    ("inventory_numbers", "1", ["A"]),
    ("units", ["1"]),
    ("choices", "location"),
    ("deleted", SALES_ORDER, datetime(2026, 1, 1, tzinfo=UTC)),
    ("create_fulfillment", Fulfillment("5")),
)


def corpus():
    """Good answers to all the calls, and NetSuite's samples where they are."""
    packages = package_list("Ups")
    yield list_answer((OK, ORDER), (OK, FULFILLMENT.format(packages=packages)))
    yield search_answer(
        row("1", status="open", number="SO1", modified="2026-01-05T08:15:00Z"), rows=True
    )
    yield search_answer(ITEMS.replace("record", "c:record"))
    yield search_answer(FULFILLMENT.format(packages=packages).replace("record", "c:record"))
    yield write_answer("add")
    record = FULFILLMENT.format(packages=packages)
    yield envelope(
        f"<initializeResponse><readResponse>{OK}{record}</readResponse></initializeResponse>"
    )
    for path in sorted(SAMPLES.glob("*/*.xml")):
        if path.parent.name != "zeep-built":
            yield path.read_bytes()


def invented(names, chance, depth=0):
    """XML of these names that nobody has seen before."""
    name = chance.choice(names)
    if depth > 5 or chance.random() < 0.3:
        text = chance.choice(("", "1", "true", "x", "2026-01-05T08:15:00Z", odd_text(chance)))
        text = etree.CDATA(text) if text.isprintable() and "]]>" not in text else ""
        element = etree.Element(name)
        element.text = text
        return element
    element = etree.Element(name, internalId=chance.choice(("", "1", "x")))
    for _child in range(chance.randrange(6)):
        element.append(invented(names, chance, depth + 1))
    return element


@tagged("post_install", "-at_install")
class TestDamage(FuzzCase):
    def setUp(self):
        super().setUp()
        self.client = SoapClient(Account("1234567_SB1"), CREDENTIALS, version=VERSION)
        self.addCleanup(self.client.close)
        logger = patch.object(client_module, "_logger")  # a damaged item is worth a warning
        logger.start()
        self.addCleanup(logger.stop)

    def call(self, body, name, *arguments):
        self.client.service.session = Session([(200, {}, body)])
        check_storable(getattr(self.client, name)(*arguments))

    def test_record_or_named_error(self):
        bodies = list(corpus())
        names = [
            etree.QName(one).text for body in bodies[:6] for one in etree.fromstring(body).iter()
        ]

        def make(chance):
            if chance.random() < 0.15:
                part = etree.tostring(invented(names, chance)).decode()
                body = envelope(part.replace("&", "&amp;") if chance.random() < 0.1 else part)
            else:
                body = damaged(chance.choice(bodies), chance)
            call = chance.choice(CALLS)
            return (lambda: self.call(body, *call)), (call, body)

        self.fuzz(make)

    def test_undamaged(self):
        """The corpus is good: each of our own answers pleases a call."""
        for body in list(corpus())[:6]:
            pleased = 0
            for call in CALLS:
                with contextlib.suppress(NetSuiteError):
                    self.call(body, *call)
                    pleased += 1
            self.assertTrue(pleased)


@tagged("post_install", "-at_install")
class TestStreaming(BaseCase):
    def test_records_are_let_go(self):
        """Memory holds one record at a time: those before it are emptied and taken away."""
        body = list_answer(*[(OK, ORDER)] * 50)
        kept = []
        root = xml.read_document(
            (body[start : start + 1000] for start in range(0, len(body), 1000)),
            {"readResponse": lambda response: kept.append(len(response))},
        )
        self.assertEqual(kept, [2] * 50)
        self.assertLess(len(list(root.iter())), 10)

    def test_small_pieces(self):
        body = list_answer((OK, ORDER))
        found = []
        root = xml.read_document(
            (body[place : place + 1] for place in range(len(body))),
            {"record": lambda record: found.append(record.get("internalId"))},
        )
        self.assertEqual(found, ["1505"])
        self.assertEqual(etree.QName(root).localname, "Envelope")

    def test_limits(self):
        self.assertGreaterEqual(http.MAX_ANSWER, 100 * 1024**2)
        self.assertLess(xml.MAX_PART, http.MAX_ANSWER)
