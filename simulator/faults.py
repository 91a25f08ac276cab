"""Trouble on demand: rules that make the simulator fail.

A rule names an operation ("add", "search" … or "*"), a kind of :data:`KINDS`, and how often. Kinds
of stage "before" act instead of the operation, those of "after" when it has been carried out.
"""

import random
import threading
from dataclasses import asdict, dataclass

# kind: (stage, what it does)
KINDS = {
    "fault": (
        "before",
        "SOAP fault `code` (with `typed` detail or without), in REST HTTP 4xx or 5xx by `code`; "
        "nothing is done",
    ),
    "status": (
        "before",
        "a status with isSuccess=false and `code`, in REST HTTP 400; nothing is done",
    ),
    "http": ("before", "HTTP `status`, such as 429 or 503; nothing is done"),
    "redirect": ("before", "HTTP 302 to `location`"),
    "hang": ("before", "no answer for `seconds`, then the connection is closed; nothing is done"),
    "drop_before": ("before", "the connection is closed; nothing is done"),
    "slow": ("after", "the answer takes `seconds` longer"),
    "drop_after": ("after", "the work is done, then the connection is closed without an answer"),
    "hang_after": ("after", "the work is done, then as hang"),
    "fault_after": ("after", "the work is done, the answer is as of fault"),
    "http_after": ("after", "the work is done, the answer is HTTP `status`"),
    "after_submit_failed": (
        "after",
        "saved, yet isSuccess=false with afterSubmitFailed, in REST HTTP 400",
    ),
    "after_submit_failed_docs": ("after", "the same as the help pages spell and order it"),
    "user_event_error": ("after", "saved, yet isSuccess=false: DROP_SHIP_ERROR of a user event"),
    "truncated": ("after", "half of the answer's body, then the connection is closed"),
    "malformed": ("after", "an answer that is no XML and no JSON"),
    "huge": ("after", "an answer padded to `size` bytes"),
}

# Fault type and sentence of each code [3.2, 3.4, 3.5].
FAULTS = {
    "WS_REQUEST_BLOCKED": (
        "exceededConcurrentRequestLimitFault",
        "SuiteTalk concurrent request limit exceeded. Request blocked.",
    ),
    "WS_CONCUR_SESSION_DISALLWD": (
        "exceededRequestLimitFault",
        "Only one request may be made against a session at a time",
    ),
    "INVALID_LOGIN_CREDENTIALS": (
        "invalidCredentialsFault",
        "You have entered an invalid e-mail address or account number. Please try again.",
    ),
    "INVALID_ACCT": ("invalidAccountFault", "Invalid account."),
    "LOGIN_DISABLED": ("invalidCredentialsFault", "Login access has been disabled for this role."),
    "INVALID_ROLE": ("invalidCredentialsFault", "Your role does not give you permission."),
    "ROLE_REQUIRED": ("invalidCredentialsFault", "A role is required."),
    "ACCT_TEMP_UNAVAILABLE": (
        "invalidAccountFault",
        "The account you are trying to access is currently unavailable while we undergo our "
        "regularly scheduled maintenance.",
    ),
    "SESSION_TIMED_OUT": (
        "invalidSessionFault",
        "Your connection has timed out. Please log in again.",
    ),
    "UNEXPECTED_ERROR": (
        "unexpectedErrorFault",
        "An unexpected error occurred. Error ID: fevsjhv41tji2juy3le73",
    ),
    "INSUFFICIENT_PERMISSION": (
        "insufficientPermissionFault",
        "You do not have permission to perform this operation.",
    ),
    "WS_PERMISSION_REQD": (
        "insufficientPermissionFault",
        "You do not have permission to access web services feature.",
    ),
    "WS_FEATURE_REQD": (
        "insufficientPermissionFault",
        "Web services feature is disabled. You need to enable it to use web services.",
    ),
    "UNSUPPORTED_WS_VERSION": ("invalidVersionFault", "This endpoint version is not supported."),
    "INVALID_WS_VERSION": ("invalidVersionFault", "Invalid endpoint version."),
    "MAX_RCRDS_EXCEEDED": (
        "exceededRecordCountFault",
        "The maximum number of records is exceeded.",
    ),
    "USER_ERROR": ("", "Ambiguous authentication"),
}


@dataclass
class Rule:
    """One kind of trouble: its parameters, and how often it still strikes."""

    kind: str
    operation: str = "*"
    times: int = 0  # 0: until it is taken away
    after: int = 0  # matching requests that pass before
    probability: float = 1.0
    contains: str = ""  # only requests with this text in the body
    code: str = ""
    message: str = ""
    typed: bool = True
    status: int = 503
    seconds: float = 5.0
    size: int = 50_000_000
    location: str = "http://127.0.0.1:9/"
    id: int = 0
    hits: int = 0

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}; known: {', '.join(KINDS)}")


class Faults:
    """The rules in force; the first that fits strikes."""

    def __init__(self, seed=None):
        self._lock = threading.Lock()
        self._chance = random.Random(seed)  # noqa: S311 (no secret)
        self._last = 0
        self.rules = []

    def add(self, operation="*", kind="fault", **more):
        """Add a rule: ``faults.add("add", "drop_after", times=1)``. Returns it."""
        rule = Rule(operation=operation, kind=kind, **more)
        with self._lock:
            self._last += 1
            rule.id = self._last
            self.rules.append(rule)
        return rule

    def remove(self, rule_id):
        with self._lock:
            self.rules = [one for one in self.rules if one.id != rule_id]

    def clear(self):
        with self._lock:
            self.rules = []

    def pick(self, operation, body=b""):
        """The rule that strikes this request, or None; used-up rules leave."""
        with self._lock:
            for rule in self.rules:
                if self._strikes(rule, operation, body):
                    rule.hits += 1
                    if rule.times and rule.hits >= rule.times:
                        self.rules.remove(rule)
                    return rule
        return None

    def _strikes(self, rule, operation, body):
        if rule.operation not in ("*", operation) or rule.contains.encode() not in body:
            return False
        if rule.after > 0:
            rule.after -= 1
            return False
        return rule.probability >= 1 or self._chance.random() < rule.probability

    def as_dicts(self):
        with self._lock:
            return [asdict(one) for one in self.rules]
