"""What happened, counted and written down."""

import threading
import time
from collections import Counter


class Ledger:
    """:param path: the file that takes one line for each thing that happened"""

    def __init__(self, path):
        self.path = path
        self.counts = Counter()
        self.given_up = set()  # ids of the deliveries that people cancelled in Odoo
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._file = path.open("w", encoding="utf-8")

    def note(self, what, detail=""):
        with self._lock:
            self.counts[what] += 1
            seconds = time.monotonic() - self._began
            self._file.write(f"{seconds:8.2f}  {what}  {detail}\n")
            self._file.flush()

    def add(self, counts):
        with self._lock:
            self.counts.update(counts)
