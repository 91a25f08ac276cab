"""REST over HTTP: from the bytes of a request to the bytes of an answer."""

from urllib.parse import parse_qsl

from .. import permissions
from ..refusal import Refusal, Rejection
from ..wire import Answer
from . import metadata, problems, signing, suiteql
from .oauth2 import Grants
from .operations import Operations
from .problems import Problem
from .routing import route

PREFIX = "/services/rest/"
LARGEST_REQUEST = 104_000_000  # bytes [3.3]
# HTTP status of codes that a fault rule may ask for; others are 400 [3.2, 3.5, 3.6].
_STATUSES = {
    "CONCURRENCY_LIMIT_EXCEEDED": 429,
    "WS_REQUEST_BLOCKED": 429,
    "INVALID_LOGIN": 401,
    "INVALID_LOGIN_CREDENTIALS": 401,
    "SESSION_TIMED_OUT": 401,
    "INSUFFICIENT_PERMISSION": 403,
    "NONEXISTENT_ID": 404,
    "RCRD_DSNT_EXIST": 404,
    "UNEXPECTED_ERROR": 500,
    "ACCT_TEMP_UNAVAILABLE": 503,
}
_SAVED = "Please enter value(s) for: Department"
_SAVED_USER_EVENT = (
    "The transaction was successfully saved, but an error occurred while running user events: "
    'TypeError: Cannot read property "id" from null'
)


class Face:
    """One request after the other; threads may share it."""

    channel = "rest"

    def __init__(self, books, login):
        self.books, self.login = books, login
        self.grants = Grants(books, login)
        self.operations = Operations(books)

    def name(self, call):
        """The operation, before anything is judged."""
        return route(call).name

    # -- the ordinary way --------------------------------------------------------------------

    def work(self, call):
        """Carry out a request and answer it.

        :param call: the :class:`~..wire.Call`
        """
        where = route(call)
        if where.kind == "token":
            return self._token(call)
        try:
            self._admit(call)
            return self._execute(where, call)
        except Refusal as refusal:
            codes = self.books.settings.unverified.rest_business_codes
            return problems.answer(problems.of_refusal(refusal, codes))
        except Problem as problem:
            return problems.answer(problem)

    def _token(self, call):
        if call.method != "POST":
            return problems.answer(Problem(405, "USER_ERROR", "The token endpoint takes POST."))
        return self.grants.answer(call)

    def _admit(self, call):
        """Log in, in the order in which NetSuite refuses; the answer never says why [2.2]."""
        if len(call.body) > LARGEST_REQUEST:
            raise Problem(413, "USER_ERROR", "The request is too large.")
        features, role = self.books.settings.features, permissions.REST_WEB_SERVICES
        if not features.rest_web_services:
            raise Problem(403, "INSUFFICIENT_PERMISSION", "REST Web Services feature is disabled.")
        if not self._logged_in(call):
            raise Problem(401, "INVALID_LOGIN", problems.INVALID_LOGIN)
        if not self.books.role.may(role):
            raise Problem(403, "INSUFFICIENT_PERMISSION", _lacks(role))

    def _logged_in(self, call):
        scheme, _, bearer = call.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer":
            return self.books.settings.features.oauth2 and self.grants.admit(bearer.strip())
        try:
            self.login.check(*signing.read(call))
        except (signing.Malformed, Rejection):
            return False
        return True

    def _execute(self, where, call):
        query = _query(call)
        if where.kind == "suiteql":
            return suiteql.answer(self.books, call, query)
        with self.books.lock:
            if where.kind == "metadata":
                accept = call.headers.get("Accept", "")
                return metadata.answer(self.books, where.record_type, accept)
            if where.kind == "record":
                return self.operations(where, call, query)
        raise problems.not_simulated(call.path)

    # -- trouble -----------------------------------------------------------------------------

    def blocked(self, _call):
        """The answer when too many requests are in flight [3.2]."""
        return problems.blocked(self.books.settings.unverified.malformed_429)

    def ordered_fault(self, call, rule):
        """The error that a rule asks for."""
        code = rule.code or "UNEXPECTED_ERROR"
        if route(call).kind == "token":
            return Answer(400, "application/json", b'{"error": "invalid_grant"}', outcome=code)
        status = _STATUSES.get(code, 400)
        if status == 429:
            return self.blocked(call)
        texts = {401: problems.INVALID_LOGIN, 500: problems.UNEXPECTED}
        detail = rule.message or texts.get(status, f"Refused on demand: {code}.")
        return problems.answer(Problem(status, "INVALID_LOGIN" if status == 401 else code, detail))

    def ordered_status(self, call, rule):
        """The refusal that a rule asks for; the request is not looked at."""
        code = rule.code or "USER_ERROR"
        detail = problems.ACCESS + (rule.message or f"Refused on demand: {code}.")
        return problems.answer(Problem(400, code, detail))

    def saved_but_failed(self, _call, rule, answer):
        """Turn the answer of a write that succeeded into one that says it failed [0.1]."""
        if not (answer.value or {}).get("saved"):
            return answer
        event = rule.kind == "user_event_error"
        detail = problems.ACCESS + (rule.message or (_SAVED_USER_EVENT if event else _SAVED))
        failed = problems.answer(Problem(400, rule.code or "USER_ERROR", detail))
        failed.outcome = rule.kind
        return failed


def _query(call):
    """The query string's parameters; none may come twice."""
    pairs = parse_qsl(call.query, keep_blank_values=True)
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Problem(400, "INVALID_PARAMETER", "A query parameter is given twice.")
    return found


def _lacks(permission):
    return (
        f"Permission Violation: You need the '{permissions.full_name(permission)}' permission to "
        "access this page. Please contact your account administrator."
    )
