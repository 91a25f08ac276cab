"""Carrying out a request under a fault rule (see :mod:`.faults`)."""

import time

from .wire import Answer, Drop


def perform(face, call, rule):
    """Let a face do its work, or fail as the rule says.

    :raises Drop: the connection must be closed
    """
    if rule is None:
        return face.work(call)
    if rule.kind in _BEFORE:
        return _BEFORE[rule.kind](face, call, rule)
    return _AFTER[rule.kind](face, call, rule, face.work(call))


def _drop(_face, call, rule):
    if rule.kind.startswith("hang"):
        call.wait(rule.seconds)
    raise Drop(rule.kind)


def _http(_face, _call, rule, _answer=None):
    body = f"<html><body><h1>{rule.status}</h1>{rule.message}</body></html>".encode()
    return Answer(rule.status, "text/html", body, outcome=f"HTTP {rule.status}")


def _redirect(_face, _call, rule):
    return Answer(302, "text/html", b"", {"Location": rule.location}, outcome="redirect")


def _slow(_face, _call, rule, answer):
    """NetSuite goes on although the caller has gone [3.3]."""
    time.sleep(rule.seconds)
    return answer


def _truncated(_face, _call, _rule, answer):
    answer.cut, answer.outcome = True, "truncated"
    return answer


def _malformed(_face, _call, _rule, answer):
    answer.body = answer.body[: len(answer.body) // 2] + b"<<< & not XML \x00"
    answer.outcome = "malformed"
    return answer


def _huge(_face, _call, rule, answer):
    """Pad after the answer's last element: well formed, only too large."""
    answer.body += b" " * max(0, rule.size - len(answer.body))
    answer.outcome = "huge"
    return answer


_BEFORE = {
    "fault": lambda face, call, rule: face.ordered_fault(call, rule),
    "status": lambda face, call, rule: face.ordered_status(call, rule),
    "http": _http,
    "redirect": _redirect,
    "hang": _drop,
    "drop_before": _drop,
}
_AFTER = {
    "slow": _slow,
    "drop_after": lambda face, call, rule, _answer: _drop(face, call, rule),
    "hang_after": lambda face, call, rule, _answer: _drop(face, call, rule),
    "fault_after": lambda face, call, rule, _answer: face.ordered_fault(call, rule),
    "http_after": _http,
    "after_submit_failed": lambda face, call, rule, answer: face.saved_but_failed(
        call, rule, answer
    ),
    "after_submit_failed_docs": lambda face, call, rule, answer: face.saved_but_failed(
        call, rule, answer
    ),
    "user_event_error": lambda face, call, rule, answer: face.saved_but_failed(call, rule, answer),
    "truncated": _truncated,
    "malformed": _malformed,
    "huge": _huge,
}
