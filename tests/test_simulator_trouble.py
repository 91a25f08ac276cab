"""The simulator's trouble on demand, its limits, its control interface and its command."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import requests
from odoo.tests import tagged
from zeep.exceptions import Fault, TransportError, XMLParseError, XMLSyntaxError

from ..simulator import Simulator, demo
from ..simulator.faults import FAULTS, KINDS
from .test_simulator_soap import Caller, SimulatorCase, fault_code

# What zeep makes of an HTML page, depending on the status.
REFUSED = (Fault, TransportError, XMLSyntaxError)
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@tagged("post_install", "-at_install")
class TestFaults(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.order = self.books.add_order([("MUG-BLU", 2)])
        self.record = self.caller.fulfillment(self.order.id, {1: 1}, externalId="t-1")

    def add(self):
        return self.caller.write("add", self.record)

    def test_every_fault_code(self):
        for code in FAULTS:
            self.simulator.faults.add("add", "fault", code=code, times=1)
            with self.assertRaises(Fault) as caught:
                self.add()
            if code != "USER_ERROR":
                self.assertEqual(fault_code(caught.exception), code)
        self.simulator.faults.add("add", "fault", code="SESSION_TIMED_OUT", typed=False, times=1)
        self.assertFault("", self.add)
        self.assertFalse(self.books.fulfillments)

    def test_status_and_its_order(self):
        faults = self.simulator.faults
        faults.add("add", "status", code="RCRD_HAS_BEEN_CHANGED", times=1)
        faults.add("add", "status", code="USER_ERROR", message="No.", after=1, times=1)
        self.assertCode("RCRD_HAS_BEEN_CHANGED", self.add())
        self.assertCode("", self.add())
        self.assertCode("USER_ERROR", self.add())
        self.assertFalse(faults.rules)

    def test_saved_and_yet_failed(self):
        for kind, code in (
            ("after_submit_failed", "USER_ERROR"),
            ("user_event_error", "DROP_SHIP_ERROR"),
        ):
            order = self.books.add_order([("MUG-BLU", 1)])
            self.simulator.faults.add("add", kind, times=1)
            answer = self.caller.write("add", self.caller.fulfillment(order.id))
            self.assertCode(code, answer)
            self.assertIn(answer.baseRef.internalId, self.books.fulfillments)
        self.caller.transport.checks = False
        self.simulator.faults.add("add", "after_submit_failed_docs", times=1)
        with self.assertRaises(XMLParseError):
            self.add()
        self.assertRegex(self.caller.transport.received, b"aftersubmitFailed>true<.*USER_ERROR")
        self.assertEqual(len(self.books.fulfillments), 3)

    def test_connections_that_break(self):
        for kind, saved in (
            ("drop_before", 0),
            ("hang", 0),
            ("drop_after", 1),
            ("hang_after", 1),
            ("truncated", 1),
        ):
            with self.subTest(kind):
                self.simulator.reset()
                self.setUp()
                self.caller.transport.checks = False
                self.simulator.faults.add("add", kind, seconds=0.2, times=1)
                with self.assertRaises(BROKEN):
                    self.add()
                self.assertEqual(len(self.books.fulfillments), saved)
                self.assertEqual(self.simulator.journal.in_flight, 0)

    def test_other_answers(self):
        self.caller.transport.checks = False
        for status in (429, 500, 502, 503, 504):
            self.simulator.faults.add("add", "http", status=status, times=1)
            with self.assertRaises(REFUSED):
                self.add()
        self.simulator.faults.add("add", "malformed", times=1)
        with self.assertRaises(REFUSED):
            self.add()
        self.assertEqual(len(self.books.fulfillments), 1)
        self.simulator.faults.add("*", "huge", size=300_000, times=1)
        self.caller("getServerTime")
        self.simulator.faults.add("*", "slow", seconds=0.1, times=1)
        self.caller("getServerTime")
        self.assertGreater(self.simulator.journal.entries[-1].duration, 0.1)

    def test_answers_of_faults_after_the_work(self):
        self.simulator.faults.add("add", "fault_after", code="UNEXPECTED_ERROR", times=1)
        self.assertFault("UNEXPECTED_ERROR", self.add)
        self.assertEqual(len(self.books.fulfillments), 1)
        self.caller.transport.checks = False
        self.simulator.faults.add("add", "http_after", status=502, times=1)
        with self.assertRaises(REFUSED):
            self.caller.write("add", self.caller.fulfillment(self.order.id))
        self.assertEqual(len(self.books.fulfillments), 2)

    def test_rules_by_content_and_unknown_kinds(self):
        self.simulator.faults.add("*", "fault", contains=f'"{self.order.id}"')
        self.caller("getServerTime")
        self.assertFault("UNEXPECTED_ERROR", self.add)
        with self.assertRaises(ValueError):
            self.simulator.faults.add("*", "earthquake")
        self.assertIn("redirect", KINDS)


@tagged("post_install", "-at_install")
class TestGovernance(SimulatorCase):
    def test_concurrency_limit_and_journal(self):
        self.books.settings.latency = 0.3
        self.books.settings.concurrency_limit = 2
        outcomes = []

        def call():
            try:
                Caller(self.simulator)("getServerTime")
                outcomes.append("ok")
            except Fault as fault:
                outcomes.append(fault_code(fault))

        threads = [threading.Thread(target=call) for _number in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        self.assertIn("WS_REQUEST_BLOCKED", outcomes)
        self.assertGreaterEqual(outcomes.count("ok"), 2)
        self.assertGreater(self.simulator.journal.max_in_flight, 2)
        self.assertEqual(self.simulator.journal.in_flight, 0)

    def test_one_caller_is_never_seen_twice(self):
        for _number in range(50):
            self.caller("getServerTime")
        self.assertEqual(self.simulator.journal.max_in_flight, 1)
        self.assertEqual(self.simulator.journal.operations(), ["getServerTime"] * 50)


@tagged("post_install", "-at_install")
class TestControl(SimulatorCase):
    orders = 5

    def control(self, method, name, expected=200, **body):
        url = f"{self.simulator.url}/_control/{name}"
        answer = requests.request(method, url, json=body or None, timeout=30)
        self.assertEqual(answer.status_code, expected, answer.text)
        return answer.json()

    def test_edits_show_in_the_state(self):
        made = self.control(
            "POST", "edit", edit="add_order", lines=[["MUG-BLU", 3], ["GIFT-BOX", 1]], memo="m"
        )
        fulfilled = self.control(
            "POST",
            "edit",
            edit="fulfil_by_hand",
            order_id=made["id"],
            quantities={"1": 2},
            packages=[{"tracking": "1Z1", "weight": 2}],
        )
        self.control("POST", "edit", edit="close_line", order_id=made["id"], line=2)
        state = self.control("GET", "state")
        order = next(one for one in state["orders"] if one["id"] == made["id"])
        self.assertEqual(order["status"], "D")
        self.assertEqual([one["open"] for one in order["lines"]], [1, 0])
        [found] = [one for one in state["fulfillments"] if one["id"] == fulfilled["id"]]
        self.assertEqual(found["created_from"], made["id"])
        self.assertEqual(found["tracking_numbers"], ["1Z1"])
        refused = self.control("POST", "edit", 409, edit="fulfil_by_hand", order_id="9")
        self.assertEqual(refused["code"], "INVALID_INITIALIZE_REF")
        self.control("POST", "edit", 400, edit="explode")

    def test_settings_faults_and_reset(self):
        self.control(
            "POST",
            "settings",
            latency=0.01,
            features={"allow_overage": True},
            unverified={"repeated_upsert_updates": True},
            role={"permissions": {"Invoice": "edit"}},
            clock={"offset": 3600},
        )
        self.assertTrue(self.books.settings.features.allow_overage)
        self.control("POST", "settings", 400, colour="blue")
        self.control("POST", "faults", operation="get", kind="fault", code="SESSION_TIMED_OUT")
        self.assertEqual(len(self.control("GET", "faults")["faults"]), 1)
        self.control("DELETE", "faults")
        self.caller("getServerTime")
        journal = self.control("GET", "journal")
        self.assertEqual((journal["requests"], journal["max_in_flight"]), (1, 1))
        self.control("POST", "reset", orders=3, seed=2, lines=4)
        self.assertEqual([len(one.lines) for one in self.books.orders.values()], [4, 4, 4])
        self.assertFalse(self.books.settings.features.allow_overage)
        self.control("GET", "nothing", 404)

    def test_command(self):
        root = Path(__file__).resolve().parent.parent
        command = [sys.executable, "-m", "simulator", "--port", "0", "--orders", "2"]
        with subprocess.Popen(
            command,
            cwd=root,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUTF8": "1"},
        ) as process:
            try:
                url = process.stdout.readline().split()[-1]
                health = requests.get(f"{url}/_control/health", timeout=30).json()
                self.assertEqual(health["account"], demo.ACCOUNT_ID)
                self.assertIn(
                    demo.TOKEN_SECRET, "".join(process.stdout.readline() for _ in "123456")
                )
            finally:
                process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(10), 0)

    def test_loopback_only(self):
        with self.assertRaises(ValueError):
            Simulator(0).start(host="0.0.0.0")  # noqa: S104 (it must refuse)

    def test_stopping_ends_open_connections(self):
        simulator = Simulator(0).start()
        session = requests.Session()
        url = f"{simulator.url}/_control/state"
        self.assertEqual(json.loads(session.get(url, timeout=30).content)["orders"], [])
        simulator.stop()
        with self.assertRaises(BROKEN):
            session.get(url, timeout=30)
