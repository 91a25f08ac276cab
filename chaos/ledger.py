"""What happened, counted and written down."""

import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime


class Ledger:
    """:param path: the file that takes one line for each thing that happened"""

    def __init__(self, path):
        self.path = path
        self.counts = Counter()
        self.given_up = set()  # ids of the deliveries that people cancelled in Odoo
        self.corrected = set()  # ids of done deliveries whose quantities people changed
        self.tests = []  # from when to when (UTC) people tested a connection
        self.ordered = defaultdict(float)  # the most that NetSuite ever had, by order and line
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._file = path.open("w", encoding="utf-8")

    def note(self, what, detail=""):
        with self._lock:
            self.counts[what] += 1
            seconds = time.monotonic() - self._began
            self._file.write(f"{seconds:8.2f}  {what}  {detail}\n")
            self._file.flush()

    def saw(self, orders):
        """NetSuite's orders as somebody saw them."""
        for order in orders:
            for line in order["lines"]:
                self.saw_line(order["id"], line["line"], line["quantity"] or 0.0)

    def saw_line(self, order_id, line, quantity):
        with self._lock:
            key = (order_id, str(line))
            self.ordered[key] = max(self.ordered[key], quantity)

    @contextmanager
    def testing(self):
        began = datetime.now(UTC)
        try:
            yield
        finally:
            self.tests.append((began, datetime.now(UTC)))

    def add(self, counts):
        with self._lock:
            self.counts.update(counts)
