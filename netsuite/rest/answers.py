"""Bodies of answers: JSON with limits, and what they say went wrong.

The HTTP status decides first; bodies of errors may be no JSON at all. Facts: netsuite-protocol.md
3.2, 3.6.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from .. import codes, errors
from ..errors import MalformedAnswer, NetSuiteError
from ..http import Answer, status_error
from ..reach import sent_at, with_clock
from ..texts import storable

#: Most bytes of a body: a page of 1,000 rows or an order of 5,000 lines has less.
MAX_BODY = 40 * 1024 * 1024
#: Most values in a body: each takes far more memory than the few bytes that it may be written in.
MAX_VALUES = 3_000_000

_CODE = re.compile(r'"o:errorCode"\s*:\s*"([^"]*)"')
_DETAIL = re.compile(r'"detail"\s*:\s*("(?:[^"\\]|\\.)*")')
# Codes that only say that something was wrong; the sentence tells what.
_GENERAL = frozenset(("", "USER_ERROR", "INVALID_CONTENT", "INVALID_REQUEST", "INVALID_PARAMETER"))
_BY_STATUS: dict[int, type[NetSuiteError]] = {
    401: errors.LoginError,
    403: errors.PermissionMissing,
    429: errors.ConcurrencyLimit,
}
#: What kind of error a code may make of a failure of the server: those in which nothing was done.
_NOT_DONE = (errors.Unavailable, errors.SearchTooLarge)
#: Statuses with which a server says that it does not know this kind of request.
_UNSUPPORTED = frozenset((405, 406, 415, 501))


class Unsupported(errors.Refused):
    """The account's release does not know this kind of request."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that has arrived as a whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    operation: str

    def json(self) -> dict[str, Any]:
        """The object in the body.

        :raises MalformedAnswer: there is none, or more than :data:`MAX_VALUES` values are in it
        """
        if sum(map(self.body.count, (b",", b"[", b"{"))) > MAX_VALUES:
            raise MalformedAnswer(
                f"NetSuite's answer has more than {MAX_VALUES} values.", "", self.operation
            )
        try:
            data = json.loads(self.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise MalformedAnswer("NetSuite's answer is no JSON.", "", self.operation) from error
        if not isinstance(data, dict):
            raise MalformedAnswer("NetSuite's answer is no JSON object.", "", self.operation)
        return data

    def server_time(self) -> datetime:
        """When NetSuite sent the answer (UTC).

        :raises MalformedAnswer: it does not say
        """
        sent = sent_at(self.headers)
        if sent is None:
            raise MalformedAnswer("NetSuite's answer tells no time.", "", self.operation)
        return sent

    def created(self) -> str:
        """The internal id of the record that was made, or empty: only "Location" tells [7.9]."""
        found = re.search(r"/(\d+)/?(?:\?.*)?$", self.headers.get("Location", ""))
        return found.group(1) if found else ""


def read(answer: Answer, operation: str) -> Reply:
    """Take in an answer.

    :raises MalformedAnswer: it is larger than :data:`MAX_BODY`
    """
    body = bytearray()
    for chunk in answer.chunks():
        body += chunk
        if len(body) > MAX_BODY:
            raise MalformedAnswer(
                f"NetSuite's answer is larger than {MAX_BODY // 1024**2} MB.", "", operation
            )
    return Reply(answer.status, answer.headers, bytes(body), operation)


def refusal(reply: Reply) -> NetSuiteError | None:
    """The error that an answer is, or None when it is a success."""
    if 200 <= reply.status < 300:
        return None
    code, sentence = _words(reply)
    if not code and not sentence:
        return with_clock(_wordless(reply), reply.headers)
    if code in _GENERAL:
        code = codes.untold_code(sentence) or code
    kind = _kind(reply.status, code, sentence)
    message = sentence or f"NetSuite refused with the code {code}."
    error = kind(message, code or f"HTTP {reply.status}", reply.operation)
    return with_clock(error, reply.headers)


def _kind(status: int, code: str, sentence: str) -> type[NetSuiteError]:
    if status == 429:
        return errors.ConcurrencyLimit
    known = codes.error_class("" if code in _GENERAL else code, sentence)
    if status >= 500:
        unsupported = status in _UNSUPPORTED and known is None
        if unsupported:
            return Unsupported
        return known if known and issubclass(known, _NOT_DONE) else errors.ServerError
    if known:
        return known
    if status == 404 and code:
        return errors.RecordMissing
    if status in _UNSUPPORTED:
        return Unsupported
    return _BY_STATUS.get(status, errors.Refused)


def _wordless(reply: Reply) -> NetSuiteError:
    """The error of an answer without NetSuite's words: a page for people, or nothing."""
    known = status_error(reply.status, reply.headers, reply.operation)
    if reply.status in _UNSUPPORTED:
        return Unsupported(known.message, known.code, reply.operation)
    kind = codes.error_class("", reply.body[:4096].decode("utf-8", "replace"))
    return kind(known.message, known.code, reply.operation) if kind else known


def _words(reply: Reply) -> tuple[str, str]:
    """The most telling code of an error body, and all its sentences."""
    try:
        found = reply.json()
    except MalformedAnswer:
        return _words_of_no_json(reply.body)
    details = found.get("o:errorDetails")
    details = [one for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    numbers = [_text(one.get("o:errorCode")) for one in details] + [_text(found.get("o:errorCode"))]
    sentences = [_sentence(one) for one in details] or [_text(found.get("detail"))]
    return _telling(numbers), " ".join(dict.fromkeys(one for one in sentences if one))


def _words_of_no_json(body: bytes) -> tuple[str, str]:
    """NetSuite's own samples of error bodies lack a comma here and there [3.2]."""
    written = body[: 64 * 1024].decode("utf-8", "replace")
    sentences = []
    for quoted in _DETAIL.findall(written):
        try:
            sentences.append(_text(json.loads(quoted, strict=False)))
        except ValueError:
            sentences.append(_text(quoted.strip('"')))
    said = dict.fromkeys(one for one in sentences if one)
    return _telling([_text(one) for one in _CODE.findall(written)]), " ".join(said)


def _telling(numbers: list[str]) -> str:
    """The first code that says something, else the first."""
    known = [one for one in numbers if one]
    return next((one for one in known if one not in _GENERAL), known[0] if known else "")


def _sentence(detail: Mapping[str, Any]) -> str:
    sentence, place = _text(detail.get("detail")), _text(detail.get("o:errorPath"))
    return f"{sentence} ({place})" if sentence and place else sentence or place


def _text(value: Any) -> str:
    return storable(value).strip() if isinstance(value, str) else ""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
