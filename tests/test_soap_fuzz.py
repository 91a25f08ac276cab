"""Damaged answers: whatever arrives, a call gives its record or a named error.

``FUZZ_CASES=100000`` makes the long run.
"""

import contextlib
import os
import random
import time
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

CASES = int(os.environ.get("FUZZ_CASES", "1500"))
SECONDS = 1.0  # the most that one damaged answer may take
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
PIECES = (
    b"<", b">", b"&", b"&amp;", b"&x;", b"&#0;", b"\x00", b"\xff\xfe", b"]]>", b"<![CDATA[",
    b"<!--",
    b"<?x?>", b"NaN", b"-INF", b"1e999", b"9" * 400, b"-1", b"true", b"\xe2\x80\xae", b" ", b"",
    b"2026-02-30T25:61:61Z", b"0000-00-00T00:00:00Z", b'internalId=""', b'isSuccess="false"',
    b'xsi:type="c:Nothing"', b"<!DOCTYPE x>", b"status", b"record",
)  # fmt: skip


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


def damaged(body, chance):
    """The body with a few changes."""
    for _change in range(chance.choice((1, 1, 2, 5))):
        start = chance.randrange(len(body) + 1)
        stop = min(len(body), start + chance.choice((0, 1, 3, 20, 300)))
        kind = chance.randrange(4)
        if kind == 0:
            body = body[:start] + chance.choice(PIECES) + body[stop:]
        elif kind == 1:
            body = body[:start] + body[start:stop] * chance.choice((0, 2, 30)) + body[stop:]
        elif kind == 2 and start < len(body):
            body = body[:start] + bytes([chance.randrange(256)]) + body[start + 1 :]
        else:
            body = replaced_text(body, chance)
    return body


def replaced_text(body, chance):
    """The body with another value in one of its elements or attributes: well-formed still."""
    ends = [place for place in range(len(body)) if body[place : place + 2] == b"</"]
    if not ends:
        return body
    end = chance.choice(ends)
    start = body.rfind(b">", 0, end) + 1
    return body[:start] + chance.choice(PIECES) + body[end:]


@tagged("post_install", "-at_install")
class TestDamage(BaseCase):
    def setUp(self):
        super().setUp()
        self.client = SoapClient(Account("1234567_SB1"), CREDENTIALS, version=VERSION)
        self.addCleanup(self.client.close)
        self.client.service.session = self
        logger = patch.object(client_module, "_logger")  # a damaged item is worth a warning
        logger.start()
        self.addCleanup(logger.stop)

    def close(self):
        """As the session that the client believes to have."""

    @contextlib.contextmanager
    def request(self, *args, **values):
        body = self.body

        class Answer:
            status, headers = 200, {}

            def chunks(self):
                return iter((body[:100], body[100:]))

            def refused(self, error):
                """Nobody listens."""

        yield Answer()

    def test_record_or_named_error(self):
        chance = random.Random(42)  # noqa: S311
        bodies = list(corpus())
        for case in range(CASES):
            self.body = damaged(chance.choice(bodies), chance)
            name, *arguments = chance.choice(CALLS)
            began = time.monotonic()
            try:
                getattr(self.client, name)(*arguments)
            except NetSuiteError as error:
                self.assertTrue(str(error))
            except Exception as error:
                self.fail(f"case {case}: {name} raised {error!r} on {self.body!r}")
            self.assertLess(time.monotonic() - began, SECONDS, self.body)

    def test_undamaged(self):
        """The corpus is good: each of our own answers pleases a call."""
        for body in list(corpus())[:6]:
            self.body = body
            pleased = 0
            for name, *arguments in CALLS:
                with contextlib.suppress(NetSuiteError):
                    getattr(self.client, name)(*arguments)
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
