"""Damage of all kinds, and what must come of it: a record or a named error, soon.

What the fuzzers have in common. ``FUZZ_CASES`` says how many cases each of them runs, ``FUZZ_SEED``
which; case 17 of a seed is always the same one. ``make fuzz`` is the long run.
"""

import contextlib
import copy
import json
import os
import random
import time
import traceback
import tracemalloc

from odoo.tests import BaseCase

from ..netsuite.client import Found
from ..netsuite.errors import NetSuiteError
from ..netsuite.payload import from_json, to_json
from ..netsuite.records import Fulfillment, Item, Proposal, Transaction

CASES = int(os.environ.get("FUZZ_CASES", "1500"))
SEED = os.environ.get("FUZZ_SEED", "42")
SECONDS = 2.0  # the most that one case may take
ANSWERS = 60  # the most that one call may ask for: more is a call without an end
MEMORY = 64 * 1024**2  # the most bytes that are alive at any time during one case
WEIGHED = 10  # every how manieth case has its memory measured, which takes time
PIECES = (
    b"<", b">", b"&", b"&amp;", b"&x;", b"&#0;", b"\x00", b"\xff\xfe", b"]]>", b"<![CDATA[",
    b"<!--",
    b"<?x?>", b"NaN", b"-INF", b"1e999", b"9" * 400, b"-1", b"true", b"\xe2\x80\xae", b" ", b"",
    b"2026-02-30T25:61:61Z", b"0000-00-00T00:00:00Z", b'internalId=""', b'isSuccess="false"',
    b'xsi:type="c:Nothing"', b"<!DOCTYPE x>", b"status", b"record", b'"', b"\\u", b"\\ud800",
    b"{", b"}", b"[", b"]", b"null", b"[" * 5000, b'{"a":' * 5000, b"0001-01-01T00:00:00+14:00",
    b"9999-12-31T23:59:59-12:00", b"<br>" * 50, b" " * 20000, b",",
)  # fmt: skip
VALUES = (
    None, True, False, 0, -1, 1.5, -0.0, float("inf"), 10**400, 2**63, "", " ", "0", "T", "F",
    "NaN", "1e999", "9" * 5000, "x" * 20000, " " * 20000 + "x", "2026-02-30",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00", "2026-01-05 08:15:00", "\ud800", "\x00", "<br>", "a,b;c\nd",
    "1, 2", [], {}, [[]], [None], {"items": None}, {"items": 5}, {"items": [None]},
    {"items": [[1]]},
    {"id": None}, {"id": []}, {"id": 1.5, "refName": {}}, {"id": "5", "refName": "Five"},
    {"time": "yesterday"}, {"time": None}, {"links": []},
)  # fmt: skip


STORED = (Transaction, Fulfillment, Item, Proposal)


# -- bytes -----------------------------------------------------------------------------------


def damaged(body, chance):
    """The bytes with a few changes."""
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
    """XML with another value in one of its elements or attributes: well-formed still."""
    ends = [place for place in range(len(body)) if body[place : place + 2] == b"</"]
    if not ends:
        return body
    end = chance.choice(ends)
    start = body.rfind(b">", 0, end) + 1
    return body[:start] + chance.choice(PIECES) + body[end:]


def odd_text(chance):
    """A text as nobody writes it."""
    pieces = [chance.choice(PIECES).decode("latin-1") for _piece in range(chance.randrange(4))]
    return "".join(pieces)


# -- trees of JSON ------------------------------------------------------------------------------


def places(data):
    """Where something can be changed in a tree: its containers with their keys."""
    found, waiting = [], [data] if isinstance(data, dict | list) else []
    while waiting:
        one = waiting.pop()
        keys = range(len(one)) if isinstance(one, list) else list(one)
        for key in keys:
            found.append((one, key))
            if isinstance(one[key], dict | list):
                waiting.append(one[key])
    return found


def altered(data, chance):
    """A tree with other values in some of its places, or without them, or with more of them."""
    data = copy.deepcopy(data)
    for _change in range(chance.choice((1, 1, 2, 6))):
        known = places(data)
        if not known:
            return data
        holder, key = chance.choice(known)
        kind = chance.randrange(5)
        if kind == 0:
            del holder[key]
        elif kind == 1:
            other, other_key = chance.choice(known)
            with contextlib.suppress(LookupError):  # what was there is gone already
                holder[key] = copy.deepcopy(other[other_key])
        else:
            holder[key] = copy.deepcopy(chance.choice(VALUES))
    return data


def invented(names, chance, depth=0):
    """A tree of these names that nobody has seen before."""
    kind = chance.randrange(3 if depth < 4 else 1)
    if kind == 0:
        return copy.deepcopy(chance.choice(VALUES))
    size = chance.randrange(5)
    if kind == 1:
        return [invented(names, chance, depth + 1) for _item in range(size)]
    return {chance.choice(names): invented(names, chance, depth + 1) for _item in range(size)}


# -- the test -----------------------------------------------------------------------------------


class Session:
    """In place of the connection of a client: gives these answers, the last one again and again."""

    observer = None

    def __init__(self, answers):
        self.answers = list(answers)
        self.asked = 0

    def close(self):
        """As the session that the client believes to have."""

    @contextlib.contextmanager
    def request(self, *args, **values):
        if self.asked >= ANSWERS:
            raise AssertionError("the call goes on asking for ever")
        status, headers, body = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        yield Answer(status, headers, body)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self._body = status, headers, body

    def chunks(self):
        return iter((self._body[:100], self._body[100:]))

    def refused(self, error):
        """Nobody listens."""


class FuzzCase(BaseCase):
    """Runs cases; each makes its damage and returns a call with what it works on."""

    def fuzz(self, make, cases=CASES):
        """Call ``make(chance)`` for (function, evidence) and the function, ``cases`` times.

        Tells the first case of each kind of failure.
        """
        found = {}
        for number in range(cases):
            function, evidence = make(random.Random(f"{SEED}/{number}"))  # noqa: S311 (no secret)
            kind, story = failure(function, weigh=number % WEIGHED == 0)
            if kind and kind not in found:
                found[kind] = f"seed {SEED}, case {number}: {kind}: {story} {str(evidence)[:1500]}"
        self.assertFalse(found, "\n\n".join(found.values()))


def check_storable(answer):
    """Can the records of an answer be stored and read again?"""
    if isinstance(answer, Found):
        check_storable(answer.records)
    elif isinstance(answer, dict):
        check_storable(tuple(answer.values()))
    elif isinstance(answer, tuple):
        for one in answer:
            check_storable(one)
    elif isinstance(answer, STORED):
        written = json.dumps(to_json(answer), allow_nan=False)
        written.encode()
        assert "\\u0000" not in written, "a character that PostgreSQL refuses"
        assert from_json(type(answer), json.loads(written)) == answer, "reads otherwise"


def failure(function, weigh):
    """What was neither a record nor a named error, nor in time, nor with little memory.

    :param weigh: look at the memory too
    """
    if weigh:
        tracemalloc.start()
    began = time.process_time()
    try:
        function()
    except NetSuiteError as error:
        if not str(error):
            return f"{type(error).__name__} without a word", ""
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {place.name}, line {place.lineno}", str(error)[:500]
    finally:
        seconds, size = time.process_time() - began, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    if seconds > SECONDS:
        return "too slow", f"{seconds:.1f} seconds"
    return ("too much memory", f"{size >> 20} MB") if size > MEMORY else ("", "")
