"""What went over the line in a call, for a log: no key, token or signature leaves this package."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from .errors import NetSuiteError

#: Bytes of a request or an answer that are kept.
KEPT = 64 * 1024

_SECRETS = (
    re.compile(
        rb"(<(?:[\w.-]+:)?tokenPassport\b[^>]*>).*?(?=</(?:[\w.-]+:)?tokenPassport>|\Z)", re.S
    ),
    re.compile(rb'("(?:access|id|refresh)_token"\s*:\s*")[^"]*'),
    re.compile(rb"\b((?:client_)?(?:assertion|secret)=)[^&\s]*"),
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request and what came of it. ``outcome`` is empty when all went well, else NetSuite's
    code or the kind of error; ``message`` is the sentence that goes with it."""

    operation: str
    started: datetime  # UTC
    seconds: float
    outcome: str
    message: str
    request: str
    answer: str


Observer = Callable[[Call], None]


class Tape:
    """Records a call while it is made."""

    def __init__(self, operation: str, line: str, body: bytes) -> None:
        self._operation = operation
        self._line = line
        self._body = body
        self._answer = bytearray()
        self._refusal: NetSuiteError | None = None
        self._started = datetime.now(UTC)
        self._clock = time.monotonic()

    def received(self, chunk: bytes) -> None:
        """A piece of the answer has come."""
        if len(self._answer) < KEPT:
            self._answer += chunk[: KEPT - len(self._answer)]

    def refused(self, error: NetSuiteError | None) -> None:
        """What the answer turned out to say, if it was no."""
        self._refusal = error

    def call(self) -> Call:
        """The call as it is now."""
        error = self._refusal
        return Call(
            self._operation,
            self._started,
            time.monotonic() - self._clock,
            (error.code or type(error).__name__) if error else "",
            str(error) if error else "",
            f"{self._line}\n\n{_readable(self._body[:KEPT])}",
            _readable(bytes(self._answer)),
        )


@contextmanager
def observed(
    observer: Observer | None, operation: str, line: str, body: bytes
) -> Iterator[Tape | None]:
    """Tell the observer of the call that the block makes, however it ends.

    :param line: method and address
    """
    if observer is None:
        yield None
        return
    tape = Tape(operation, line, body)
    try:
        yield tape
    except NetSuiteError as error:
        tape.refused(error)
        raise
    finally:
        observer(tape.call())


def _readable(data: bytes) -> str:
    for secret in _SECRETS:
        data = secret.sub(rb"\1***", data)
    return data.decode("utf-8", "replace")
