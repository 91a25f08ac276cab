"""What goes over the wire, without the sockets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


class Drop(Exception):
    """Close the connection without an answer."""


@dataclass
class Call:
    """A request; ``wait`` sleeps up to a number of seconds, less when the caller has gone."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    wait: Callable[[float], None]


@dataclass
class Answer:
    """An answer; ``outcome`` is for the journal, ``value`` what a face may want again."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    outcome: str = ""
    value: dict | None = None
    cut: bool = False  # send half of the body, then close
