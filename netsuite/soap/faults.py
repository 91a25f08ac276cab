"""What an answer says went wrong: faults, and statuses that are no success.

Facts: netsuite-protocol.md 0.1, 3.2, 3.4.
"""

from __future__ import annotations

from dataclasses import dataclass

from .. import codes, errors
from ..errors import MalformedAnswer, NetSuiteError, OutcomeUnknown
from ..records import Written
from .xml import Element, children, descendant, fields, flag, local_name, text

# The kind of a fault tells what its code and sentence do not: faults with USER_ERROR, and
# codes that are new.
_BY_FAULT: dict[str, type[NetSuiteError]] = {
    "insufficientPermissionFault": errors.PermissionMissing,
    "invalidAccountFault": errors.LoginError,
    "invalidCredentialsFault": errors.LoginError,
    "invalidSessionFault": errors.Unavailable,
    "invalidVersionFault": errors.FeatureMissing,
    "exceededConcurrentRequestLimitFault": errors.ConcurrencyLimit,
    "exceededRequestLimitFault": errors.ConcurrencyLimit,
    "exceededUsageLimitFault": errors.Unavailable,
    "unexpectedErrorFault": errors.ServerError,
}


def fault_error(fault: Element, operation: str) -> NetSuiteError:
    """The error that a SOAP fault is.

    An untyped fault says nothing but a sentence; when that is not known either, nobody can tell
    what NetSuite has done.
    """
    found = fields(fault)
    detail = found.get("detail")
    code, message = "", text(found, "faultstring")
    by_fault: type[NetSuiteError] | None = None
    for typed in detail if detail is not None else ():
        inner = fields(typed)
        if "code" in inner:
            code = text(inner, "code")
            message = text(inner, "message") or message
        by_fault = _BY_FAULT.get(local_name(typed.tag), by_fault)
    kind = codes.error_class(code, message) or by_fault
    if kind is None:
        kind = errors.Refused if code or "SAXException" in message else errors.ServerError
    return kind(message or "NetSuite answered with a fault.", code, operation)


@dataclass(frozen=True, slots=True)
class Detail:
    """One remark of a status."""

    kind: str  # ERROR, WARN or INFO
    code: str
    message: str
    after_submit: bool  # the record was saved before this happened


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a request, or one record of it, went well, with NetSuite's remarks."""

    success: bool
    details: tuple[Detail, ...]

    def error(self, operation: str) -> NetSuiteError:
        """The error that this status is; all its sentences, and the first code."""
        relevant = [one for one in self.details if one.kind == "ERROR"] or list(self.details)
        if not relevant:
            return errors.ServerError("NetSuite failed without a reason.", operation=operation)
        sentences = dict.fromkeys(one.message for one in relevant if one.message)
        return codes.error_for(relevant[0].code, " ".join(sentences), operation)

    @property
    def saved(self) -> bool:
        """Did NetSuite save the record, whatever it says otherwise?"""
        return self.success or any(
            one.after_submit or codes.says_saved(one.message) for one in self.details
        )

    @property
    def remarks(self) -> str:
        """The sentences of errors and warnings, for people to read."""
        return " ".join(
            dict.fromkeys(one.message for one in self.details if one.kind != "INFO" and one.message)
        )


def read_status(parent: Element, operation: str) -> Status:
    """The status within a result.

    :raises MalformedAnswer: there is none
    """
    element = next(iter(children(parent, "status")), None)
    if element is None or element.get("isSuccess") is None:
        raise MalformedAnswer(
            "NetSuite's answer does not say whether it is a success.", operation=operation
        )
    return Status(
        element.get("isSuccess") in ("true", "1"),
        tuple(_detail(one) for one in children(element, "statusDetail")),
    )


def check(parent: Element, operation: str) -> None:
    """Raise the error that the result says, if any; warnings are none."""
    status = read_status(parent, operation)
    if not status.success:
        raise status.error(operation)


def refusal(result: Element, operation: str) -> NetSuiteError | None:
    """The error that a result says of itself as a whole, or None."""
    if not children(result, "status"):
        return None
    status = read_status(result, operation)
    return None if status.saved else status.error(operation)


def written(response: Element, internal_id: str, operation: str) -> Written:
    """Where a write has put the record.

    :param response: the ``writeResponse``
    :param internal_id: of the record, when it was known before
    :raises NetSuiteError: it was not saved, or nobody can tell where
    """
    status = read_status(response, operation)
    if not status.saved:
        raise status.error(operation)
    place = descendant(response, "baseRef")
    internal_id = (place.get("internalId") if place is not None else "") or internal_id
    if not internal_id:
        raise OutcomeUnknown(
            f"NetSuite saved the record but does not say where. {status.remarks}".strip(),
            operation=operation,
        )
    external_id = (place.get("externalId") if place is not None else "") or ""
    return Written(internal_id, external_id, status.remarks)


def _detail(element: Element) -> Detail:
    # The samples write "aftersubmitFailed", the schema "afterSubmitFailed" [3.4].
    found = {local_name(child.tag).lower(): child for child in element}
    return Detail(
        element.get("type", "ERROR"),
        text(found, "code"),
        text(found, "message"),
        flag(found, "aftersubmitfailed"),
    )
