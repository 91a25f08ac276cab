"""Where the library keeps what calls may share: access tokens, and what was learnt of an account.

The one here lives as long as the process. A program of several processes passes its own, which may
hold secrets and must be kept like them.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Store(Protocol):
    """Texts by key, each for a limited time. Losing one costs a request, nothing else."""

    def get(self, key: str) -> str | None:
        """The text, or None when there is none (any more)."""

    def put(self, key: str, value: str, seconds: float) -> None:
        """Keep a text for so many seconds; none for 0."""


class ProcessStore:
    """Keeps texts in the memory of this process, for all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, tuple[float, str]] = {}

    def get(self, key: str) -> str | None:
        with self._lock:
            until, value = self._entries.get(key, (0.0, ""))
            return value if until > time.monotonic() else None

    def put(self, key: str, value: str, seconds: float) -> None:
        with self._lock:
            if seconds > 0:
                self._entries[key] = (time.monotonic() + seconds, value)
            else:
                self._entries.pop(key, None)

    def __repr__(self) -> str:
        return "<ProcessStore>"


#: Shared by all clients of this process that are given no other.
PROCESS_STORE = ProcessStore()
