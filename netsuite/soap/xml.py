"""Reading answers: a parser that cannot be attacked, and single values out of elements.

Elements are found by their local name, whatever the version in their namespace and whatever their
order: NetSuite's own samples do not always keep the schema's [facts 3.4, 7.1].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from lxml import etree

from ..errors import MalformedAnswer
from ..records import Ref

Element: TypeAlias = etree._Element
Fields = Mapping[str, Element]

#: Most bytes of a single record, or of all that is around the records: 5,000 lines have less.
MAX_PART = 16 * 1024 * 1024
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_ENVELOPE = "{http://schemas.xmlsoap.org/soap/envelope/}Envelope"


# -- the whole document ----------------------------------------------------------------------


def read_document(
    chunks: Iterable[bytes], each: Mapping[str, Callable[[Element], None]]
) -> Element:
    """Parse an answer while it arrives and return its root.

    The elements named by ``each`` are given to its functions as soon as they are complete, then
    emptied, so that memory holds one of them at a time. No document types, no entities, no
    network; libxml2 itself limits the depth (256) and the length of a text (10 MB).

    :raises MalformedAnswer: not XML, not UTF-8, with a document type, or with too large a part
    """
    parser = etree.XMLPullParser(
        ("start", "end"),
        tag=[_ENVELOPE, *(f"{{*}}{name}" for name in each)],
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        part = 0
        for chunk in chunks:
            parser.feed(chunk)
            part = 0 if _handle(parser, each) else part + len(chunk)
            if part > MAX_PART:
                raise MalformedAnswer(
                    f"A part of NetSuite's answer is larger than {MAX_PART // 1024**2} MB."
                )
        root: Element = parser.close()
        _handle(parser, each)
    except etree.XMLSyntaxError as error:
        raise MalformedAnswer(f"NetSuite's answer is not well-formed XML: {error.msg}.") from error
    if root.tag != _ENVELOPE:
        raise MalformedAnswer(
            f"NetSuite's answer is no SOAP envelope but {local_name(root.tag)!r}."
        )
    return root


def _handle(parser: Any, each: Mapping[str, Callable[[Element], None]]) -> bool:
    """Give away what has become complete; was there anything?"""
    found = False
    for event, element in parser.read_events():
        if element.tag == _ENVELOPE:
            if event == "start" and element.getroottree().docinfo.internalDTD is not None:
                raise MalformedAnswer("NetSuite's answer declares a document type.")
        elif event == "end":
            visit = each.get(local_name(element.tag))
            if visit is None:  # libxml2 reports it only after the event
                raise MalformedAnswer(f"NetSuite's answer has an undeclared prefix: {element.tag}.")
            visit(element)
            _discard(element)
            found = True
    return found


def _discard(element: Element) -> None:
    element.clear()
    before, parent = element.getprevious(), element.getparent()
    if before is not None and parent is not None and before.tag == element.tag:
        parent.remove(before)


# -- elements --------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def local_name(tag: str) -> str:
    """The name without its namespace."""
    return tag.rpartition("}")[2]


def fields(element: Element | None) -> Fields:
    """The children of an element by local name; of several with one name, the last."""
    if element is None:
        return {}
    return {local_name(child.tag): child for child in element}


def children(element: Element | None, name: str) -> list[Element]:
    """The children with this local name."""
    if element is None:
        return []
    return [child for child in element if local_name(child.tag) == name]


def descendant(element: Element, name: str) -> Element | None:
    """The first element with this local name, at any depth."""
    return next((one for one in element.iter() if local_name(one.tag) == name), None)


def type_name(element: Element) -> str:
    """The ``xsi:type`` without its prefix, or empty."""
    return (element.get(_XSI_TYPE) or "").rpartition(":")[2]


# -- values of fields --------------------------------------------------------------------------
# A value that is not what its type promises raises ValueError.


def text(found: Fields, name: str) -> str:
    """The text of a field, or empty."""
    element = found.get(name)
    return (element.text or "").strip() if element is not None else ""


def flag(found: Fields, name: str, default: bool = False) -> bool:
    """A boolean; ``default`` when absent."""
    value = text(found, name)
    return value in ("true", "1") if value else default


def amount(found: Fields, name: str) -> float | None:
    """A finite number, or None when absent."""
    value = text(found, name)
    return finite(value) if value else None


def finite(value: str) -> float:
    """The number that a text is; neither a comparison nor a table can do with others."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no number that can be")
    return number


def moment(found: Fields, name: str) -> datetime | None:
    """A time in UTC, or None when absent. Without an offset it is Pacific time [facts 4.5]."""
    value = text(found, name)
    return parse_moment(value) if value else None


def parse_moment(value: str) -> datetime:
    """The time (UTC) that an ``xsd:dateTime`` says."""
    try:
        parsed = datetime.fromisoformat(value)
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=_pacific())
        return parsed.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{value} is no time") from error


@cache
def _pacific() -> ZoneInfo:
    return ZoneInfo("America/Los_Angeles")


def ref(found: Fields, name: str) -> Ref | None:
    """A reference, or None when absent or empty. The name need not be there [facts 4.1]."""
    element = found.get(name)
    return ref_of(element) if element is not None else None


def ref_of(element: Element) -> Ref | None:
    """The reference that an element is, or None when it has no id."""
    internal_id = element.get("internalId")
    if not internal_id:
        return None
    name = next((child.text for child in element if local_name(child.tag) == "name"), None)
    return Ref(internal_id, (name or "").strip())
