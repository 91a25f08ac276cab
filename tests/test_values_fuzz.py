"""Damage that comes in small pieces: what people enter, what was stored, single texts."""

import json
import string
from dataclasses import replace
from datetime import UTC, date, datetime

from odoo.tests import BaseCase, tagged

from ..netsuite.account import Account, checked_version
from ..netsuite.countries import iso_code
from ..netsuite.credentials import TokenCredentials
from ..netsuite.errors import StoredOtherwise
from ..netsuite.oauth2 import ClientCredentials, certificate_expiry, make_key_pair
from ..netsuite.payload import from_json, to_json
from ..netsuite.records import (
    Address,
    Assignment,
    Fulfillment,
    FulfillmentLine,
    Item,
    Line,
    Member,
    Package,
    Proposal,
    Ref,
    ShipGroup,
    Transaction,
)
from ..netsuite.rest.rows import address, plain_lines
from ..netsuite.rest.statuses import search_code
from ..netsuite.writeback import memo_with, split_numbers
from .fuzz import CASES, VALUES, FuzzCase, altered, damaged, invented, odd_text

REF = Ref("1", "One")
STORED = (
    Transaction(
        "sales_order",
        "1",
        entity=REF,
        address=Address(addr1="1 Main St", country="AU"),
        lines=(Line("1", item=REF, unit=REF, custom_fields={"custcol_a": (REF, REF)}),),
        ship_groups=(ShipGroup("1", Address(city="Perth"), REF),),
        custom_fields={"custbody_a": REF, "custbody_b": True},
    ),
    Fulfillment(
        "1",
        lines=(FulfillmentLine("1", item=REF, assignments=(Assignment(REF, 1.0),)),),
        packages=(Package("1Z", 1.0),),
    ),
    Item("1", "Kit", "Kit", members=(Member(REF, 2.0, REF),)),
    Proposal("1", lines=(Line("1", item=REF),)),
)


def text(chance):
    """A text of what people write and what nobody does."""
    usual = "".join(
        chance.choices(string.printable + "\u00e9\u3000\u200b\u202e", k=chance.randrange(40))
    )
    return chance.choice((usual, odd_text(chance), usual + odd_text(chance), usual * 200))


@tagged("post_install", "-at_install")
class TestDamage(FuzzCase):
    def test_stored_records(self):
        samples = [(type(one), json.loads(json.dumps(to_json(one)))) for one in STORED]
        names = sorted({name for cls, _data in samples for name in cls.__dataclass_fields__})

        def make(chance):
            cls, data = chance.choice(samples)
            kind = chance.randrange(4)
            data = invented(names, chance) if kind == 0 else altered(data, chance)
            return (lambda: from_json(cls, data)), (cls, data)

        self.fuzz(make)

    def test_keys_and_certificates(self):
        pairs = [make_key_pair(), make_key_pair(kind="RSA")]

        def make(chance):
            pair = chance.choice(pairs)
            key, certificate = pair.private_key.encode(), pair.certificate.encode()
            key = damaged(key, chance) if chance.random() < 0.6 else key
            certificate = damaged(certificate, chance) if chance.random() < 0.6 else certificate
            key, certificate = key.decode("latin-1"), certificate.decode("latin-1")
            name = chance.choice(("client", text(chance)))

            def use():
                certificate_expiry(certificate)
                ClientCredentials(name, "cert", key, certificate).assertion("https://x")

            return use, (key, certificate)

        self.fuzz(make, CASES // 10 + 1)

    def test_what_is_entered(self):
        def make(chance):
            one, other = text(chance), text(chance)
            call = chance.choice(
                (
                    lambda: Account(one, ""),
                    lambda: Account("1234567", one),
                    lambda: Account("1234567", f"https://{one}"),
                    lambda: Account("1234567", f"http://127.0.0.1{one}"),
                    lambda: checked_version(one),
                    lambda: TokenCredentials(one, other, "id", "secret").oauth1("1"),
                )
            )
            return call, (one, other)

        self.fuzz(make)

    def test_texts(self):
        """Numbers, memos, addresses: these always give something."""

        def make(chance):
            one = text(chance)

            def use():
                numbers = split_numbers(one)
                assert len(set(numbers)) == len(numbers)
                assert not any(set(number) & set(" ,;\r\n\t") for number in numbers)
                assert split_numbers(",".join(numbers)) == numbers
                assert memo_with(memo_with(one, ["A"]), ["B", "C"]) == memo_with(one, ["B", "C"])
                assert memo_with(memo_with(one, ["A"]), []) == memo_with(one, [])
                assert "\n\n" not in plain_lines(one)
                assert len(iso_code(one)) in (0, 2)
                search_code("sales_order", one)

            return use, one

        self.fuzz(make)

    def test_addresses(self):
        names = "addressee attention addrphone addr1 city state zip country addrtext override"

        def make(chance):
            row = {name: chance.choice((*VALUES, text(chance))) for name in names.split()}

            def use():
                try:
                    address(row)
                except ValueError:
                    """The reader of whole answers makes a named error of it."""

            return use, row

        self.fuzz(make)


@tagged("post_install", "-at_install")
class TestStored(BaseCase):
    def test_what_was_stored_is_read_or_named(self):
        for one in STORED:
            self.assertEqual(from_json(type(one), json.loads(json.dumps(to_json(one)))), one)
        for data in ({"unknown": 1}, {"lines": 5}, {"lines": [{"item": 5}]}, [], None):
            with self.subTest(data), self.assertRaisesRegex(StoredOtherwise, "Read Again"):
                from_json(Transaction, data)

    def test_times_and_days(self):
        """A text that looks like a time stays a text."""
        moment = datetime(2026, 1, 5, 8, 15, tzinfo=UTC)
        texts = {"custbody_a": moment, "custbody_b": "2026-01-05", "custbody_c": date(2026, 1, 5)}
        one = Transaction(
            "invoice",
            "1",
            tran_date=date(2026, 1, 5),
            ship_date=None,
            last_modified=moment,
            custom_fields=texts,
        )
        data = to_json(one)
        self.assertEqual(data["tran_date"], "2026-01-05")
        self.assertNotIn("ship_date", data, "what holds its default is left out")
        self.assertNotIn("custom_fields", to_json(replace(one, custom_fields={})))
        self.assertEqual(from_json(Transaction, json.loads(json.dumps(data))), one)
        written = {"internal_id": "1", "type": "invoice"}
        self.assertEqual(to_json(Transaction("invoice", "1")), written)
        stored = {
            **written,
            "tran_date": None,
            "custom_fields": {"custbody_a": {"time": data["last_modified"]}},
        }
        self.assertEqual(from_json(Transaction, stored).custom_fields, {"custbody_a": moment})

    def test_nests(self):
        data = {}
        for _level in range(100_000):
            data = {"item": data}
        with self.assertRaises(StoredOtherwise):
            from_json(Line, data)

    def test_long_blanks_take_no_time(self):
        """Patterns that look for the end of blanks would look for hours."""
        blanks = "x" + " " * 500_000 + "x"
        self.assertEqual(plain_lines(blanks), blanks)
        self.assertEqual(memo_with(blanks, ["A"]), f"{blanks} | Tracking: A")
