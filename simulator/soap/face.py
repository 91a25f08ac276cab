"""SOAP over HTTP: from the bytes of a request to the bytes of an answer."""

import uuid

from lxml import etree

from .. import permissions
from ..faults import FAULTS
from ..refusal import Refusal, Rejection
from ..wire import Answer
from . import envelope
from .operations import WRITES, Operations, failure
from .searching import Searches
from .shapes import VERSIONS, namespace

XML = "text/xml; charset=utf-8"
PREFIX = "/services/NetSuitePort_"
LARGEST_REQUEST = 100_000_000  # bytes [3.3]


class Face:
    """One request after the other; threads may share it."""

    channel = "soap"

    def __init__(self, books, login):
        self.books = books
        self.login = login
        self.searches = Searches(books)
        self.operations = Operations(books, self.searches)

    def name(self, call):
        """The operation, before anything is judged."""
        return envelope.peek(call.body)

    def version(self, path):
        version = path.removeprefix(PREFIX)
        return version if version in VERSIONS else VERSIONS[-1]

    # -- the ordinary way --------------------------------------------------------------------

    def work(self, call):
        """Carry out a request and answer it.

        :param call: the :class:`~..wire.Call`
        """
        version = self.version(call.path)
        try:
            request = self._admit(call)
            value, outcome = self._execute(request)
        except Rejection as rejection:
            return self.fault(version, rejection)
        answer = self._answer(request.operation, value, version)
        answer.outcome, answer.value = outcome, value
        # A client that keeps it sends it along with its next passport: ambiguous [2.1].
        answer.headers["Set-Cookie"] = f"JSESSIONID={uuid.uuid4().hex}; path=/"
        return answer

    def _admit(self, call):
        """Parse and log in, in the order in which NetSuite refuses."""
        if len(call.body) > LARGEST_REQUEST:
            raise Rejection("USER_ERROR", "The request is too large.", "exceededRequestSizeFault")
        request = envelope.read(call.body, call.path, call.headers.get("SOAPAction"))
        if request.operation in envelope.PUBLIC:
            return request
        if request.ambiguous or call.headers.get("Cookie"):  # [2.1]
            raise Rejection("USER_ERROR", "Ambiguous authentication")
        if not self.books.settings.features.soap_web_services:
            raise _rejected("WS_FEATURE_REQD")
        if not request.passport:
            raise Rejection("WS_LOG_IN_REQD", "You must log in first.", "invalidSessionFault")
        self.login.check(request.passport)
        if not self.books.role.may(permissions.SOAP_WEB_SERVICES, permissions.FULL):
            raise _rejected("WS_PERMISSION_REQD")  # any other level cannot log in [9]
        return request

    def _execute(self, request):
        with self.books.lock:
            try:
                return self.operations(request), "ok"
            except Refusal as refusal:
                fault = self.books.settings.unverified.permission_as_fault
                if fault and refusal.code == "INSUFFICIENT_PERMISSION":
                    kind = "insufficientPermissionFault"
                    raise Rejection(refusal.code, refusal.message, kind) from None
                value = failure(request.operation, refusal, request.body, self.books.now())
                return value, refusal.code

    def _answer(self, operation, value, version):
        request_id = f"WEBSERVICES_{self.books.account_id}_{uuid.uuid4().hex}"
        return Answer(200, XML, envelope.answer(operation, value, version, request_id))

    # -- trouble -----------------------------------------------------------------------------

    def fault(self, version, rejection):
        """A fault; its HTTP status is UNVERIFIED [3.2]."""
        status = self.books.settings.unverified.fault_http_status
        body = envelope.fault(rejection, version)
        return Answer(status, XML, body, outcome=rejection.code or "FAULT")

    def blocked(self, call):
        """The answer when too many requests are in flight [3.2]."""
        return self.fault(self.version(call.path), _rejected("WS_REQUEST_BLOCKED"))

    def ordered_fault(self, call, rule):
        """The fault that a rule asks for."""
        rejection = _rejected(rule.code or "UNEXPECTED_ERROR", rule.message)
        if not rule.typed:
            rejection.kind = ""
        return self.fault(self.version(call.path), rejection)

    def ordered_status(self, call, rule):
        """The refusal that a rule asks for; the request is not looked at."""
        operation, version = self.name(call), self.version(call.path)
        code = rule.code or "USER_ERROR"
        refusal = Refusal(code, rule.message or f"Refused on demand: {code}.")
        try:
            request = envelope.read(call.body, call.path, call.headers.get("SOAPAction"))
            value = failure(operation, refusal, request.body, self.books.now())
        except Rejection as rejection:
            return self.fault(version, rejection)
        answer = self._answer(operation, value, version)
        answer.outcome = code
        return answer

    def saved_but_failed(self, call, rule, answer):
        """Turn the answer of a write that succeeded into one that says it failed [0.1, 3.4]."""
        operation, version = self.name(call), self.version(call.path)
        if operation not in WRITES or answer.outcome != "ok":
            return answer
        detail = {
            "type": "ERROR",
            "code": rule.code or "USER_ERROR",
            "message": rule.message or "Please enter value(s) for: Department",
            "afterSubmitFailed": True,
        }
        if rule.kind == "user_event_error":
            detail = {
                "type": "ERROR",
                "code": rule.code or "DROP_SHIP_ERROR",
                "message": rule.message
                or "The transaction was successfully saved, but an error occurred while running "
                'user events: TypeError: Cannot read property "id" from null',
            }
        status = {"isSuccess": False, "statusDetail": [detail]}
        value = {"writeResponse": answer.value["writeResponse"] | {"status": status}}
        failed = self._answer(operation, value, version)
        if rule.kind == "after_submit_failed_docs":
            failed.body = _as_in_the_docs(failed.body, version)
        failed.outcome = rule.kind
        return failed


def _rejected(code, message=""):
    kind, text = FAULTS.get(code, ("unexpectedErrorFault", f"Error: {code}."))
    return Rejection(code, message or text, kind)


def _as_in_the_docs(body, version):
    """The help pages' spelling and order: ``aftersubmitFailed`` before the code [3.4]."""
    root = etree.fromstring(body)
    core = f"{{{namespace('core', version)}}}"
    element = root.find(f".//{core}afterSubmitFailed")
    element.tag = f"{core}aftersubmitFailed"
    element.getparent().insert(0, element)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
