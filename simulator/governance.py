"""Concurrency and the journal of requests [3.1, 3.2]."""

import threading
from collections import deque
from dataclasses import asdict, dataclass


@dataclass
class Entry:
    """A request: ``duration`` in seconds, ``in_flight`` with itself, ``outcome`` ok or why not."""

    time: str
    channel: str
    operation: str
    outcome: str = ""
    detail: str = ""
    http_status: int = 0
    duration: float = 0.0
    in_flight: int = 0


class Journal:
    """The last requests, and how many were in flight at most."""

    KEPT = 20000

    def __init__(self):
        self._lock = threading.Lock()
        self._in_flight = 0
        self.clear()

    def clear(self):
        with self._lock:
            self.entries = deque(maxlen=self.KEPT)
            self.requests = 0
            self.max_in_flight = self._in_flight

    def begin(self, entry):
        """A request is here; returns how many are now in flight."""
        with self._lock:
            self.entries.append(entry)
            self.requests += 1
            self._in_flight += 1
            entry.in_flight = self._in_flight
            self.max_in_flight = max(self.max_in_flight, self._in_flight)
            return self._in_flight

    def end(self):
        """A request is over: called before its answer goes out, so that the next never overlaps."""
        with self._lock:
            self._in_flight -= 1

    @property
    def in_flight(self):
        return self._in_flight

    def as_dict(self):
        with self._lock:
            return {
                "requests": self.requests,
                "in_flight": self._in_flight,
                "max_in_flight": self.max_in_flight,
                "entries": [asdict(one) for one in self.entries],
            }

    def operations(self):
        """Names of the operations asked, in order: handy in tests."""
        with self._lock:
            return [one.operation for one in self.entries]
