"""The SOAP operations as such: sign, send, check, and give back what came.

Nothing is repeated: a passport is for one request only, and whether a request may be sent again is
the caller's decision. Facts: netsuite-protocol.md 2.1, 3.4, 4, 7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .. import codes
from ..account import Account, checked_version
from ..credentials import TokenCredentials
from ..errors import LoginError, MalformedAnswer, NetSuiteError
from ..http import Answer, Session, status_error
from ..reach import with_clock
from ..records import Written
from .definition import definition
from .faults import check, fault_error, refusal, written
from .xml import Element, amount, children, fields, local_name, read_document, text

_FAULT = "{http://schemas.xmlsoap.org/soap/envelope/}Fault"
_BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
_WRITING = {"warningAsError": False, "ignoreReadOnlyFields": True}  # preferences [10]
_HEAD = 4096  # bytes of an answer that is no XML, searched for NetSuite's sentences

Visitor = Callable[[Element], None]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Where a search stands; its hits went to the visitor."""

    total: int
    pages: int
    page: int  # from 1
    search_id: str


class Service:
    """NetSuite's SOAP endpoint for one account."""

    def __init__(
        self,
        account: Account,
        credentials: TokenCredentials,
        version: str,
        timeout: tuple[float, float],
    ) -> None:
        self._account = account
        self._credentials = credentials
        self._url = account.soap_url(version)
        self._definition = definition(checked_version(version))
        self.session = Session(timeout)
        #: Makes objects of the service's types.
        self.make = self._definition.make

    def close(self) -> None:
        self.session.close()

    # -- operations --------------------------------------------------------------------------

    def server_time(self) -> str:
        """NetSuite's clock, as it writes it."""
        return text(fields(self._result("getServerTime", {})), "serverTime")

    def get_list(self, references: Sequence[Any], visit: Visitor) -> None:
        """Read records; ``visit`` gets each ``readResponse`` with its own status."""
        if not references:
            return
        visited = 0

        def count(element: Element) -> None:
            nonlocal visited
            visited += 1
            visit(element)

        result = self._call("getList", {"baseRef": list(references)}, each={"readResponse": count})
        if not visited:
            check(result, "getList")

    def search(
        self, record: Any, page_size: int, visit: Visitor, *, columns: bool = False
    ) -> SearchPage:
        """The first page of a search; ``visit`` gets each record or row.

        :param columns: the search names columns; otherwise it gives whole records
        """
        return self._search_page(
            "search", {"searchRecord": record}, page_size, visit, columns=columns
        )

    def search_more(
        self, search_id: str, page: int, page_size: int, visit: Visitor, *, columns: bool = False
    ) -> SearchPage:
        """A further page, with the settings of the first [4.4].

        :raises SearchExpired: NetSuite has forgotten the search
        """
        body = {"searchId": search_id, "pageIndex": page}
        return self._search_page("searchMoreWithId", body, page_size, visit, columns=columns)

    def initialize(self, record: Any) -> Element:
        """The record that NetSuite proposes."""
        result = self._result("initialize", {"initializeRecord": record})
        return _only(result, "record", "initialize")

    def get_select_value(self, field: Mapping[str, Any], page: int) -> Element:
        """A page of the choices of a field: the ``getSelectValueResult``."""
        return self._result("getSelectValue", {"fieldDescription": field, "pageIndex": page})

    def get_customization_ids(self, kind: str) -> Element:
        """The custom fields of a kind: the ``getCustomizationIdResult``."""
        wanted = self.make("core:CustomizationType", getCustomizationType=kind)
        body = {"customizationType": wanted, "includeInactives": False}
        return self._result("getCustomizationId", body)

    def get_deleted(self, criteria: Any, page: int) -> Element:
        """A page of what was deleted: the ``getDeletedResult``."""
        return self._result("getDeleted", {"getDeletedFilter": criteria, "pageIndex": page})

    def add(self, record: Any) -> Written:
        """Make a record."""
        return self._write("add", record)

    def update(self, record: Any) -> Written:
        """Change the sent fields of the record with this internal id."""
        return self._write("update", record)

    def update_list(self, records: Sequence[Any]) -> list[Element]:
        """Change the sent fields of records: a ``writeResponse`` each, in their order [3.3]."""
        result = self._call(
            "updateList", {"record": list(records)}, headers={"preferences": _WRITING}
        )
        responses = children(result, "writeResponse")
        if not responses:
            check(result, "updateList")
        if len(responses) != len(records):
            raise MalformedAnswer(
                "NetSuite's answer does not say what became of each record.",
                operation="updateList",
            )
        return responses

    def upsert(self, record: Any) -> Written:
        """Make the record with this external id, or change it; records that are made from others
        are only made [7.2]."""
        return self._write("upsert", record)

    def _write(self, operation: str, record: Any) -> Written:
        result = self._call(
            operation,
            {"record": record},
            headers={"preferences": _WRITING},
        )
        return written(result, record.internalId or "", operation)

    def _search_page(
        self,
        operation: str,
        body: Mapping[str, Any],
        page_size: int,
        visit: Visitor,
        *,
        columns: bool,
    ) -> SearchPage:
        preferences = {
            "bodyFieldsOnly": False,
            "returnSearchColumns": columns,
            "pageSize": page_size,
        }
        hit = "searchRow" if columns else "record"
        result = self._call(
            operation, body, headers={"searchPreferences": preferences}, each={hit: visit}
        )
        check(result, operation)
        found = fields(result)
        try:
            return SearchPage(
                int(amount(found, "totalRecords") or 0),
                int(amount(found, "totalPages") or 0),
                int(amount(found, "pageIndex") or 1),
                text(found, "searchId"),
            )
        except ValueError as error:
            raise MalformedAnswer(f"NetSuite's search result: {error}.", "", operation) from error

    # -- one call ------------------------------------------------------------------------------

    def _result(self, operation: str, body: Mapping[str, Any]) -> Element:
        result = self._call(operation, body)
        check(result, operation)
        return result

    def _call(
        self,
        operation: str,
        body: Mapping[str, Any],
        *,
        headers: Mapping[str, Any] | None = None,
        each: Mapping[str, Visitor] | None = None,
    ) -> Element:
        """Send one request and return its result, whose status is still to be checked."""
        signed = {"tokenPassport": self._passport(), **(headers or {})}
        request = self._definition.envelope(operation, signed, body)
        with self.session.request(
            "POST",
            self._url,
            operation,
            data=request,
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{operation}"'},
        ) as answer:
            try:
                result = _result_of(_read(answer, each or {}, operation), answer, operation)
            except LoginError as error:
                raise with_clock(error, answer.headers) from error
            answer.refused(refusal(result, operation))
        return result

    def _passport(self) -> dict[str, Any]:
        passport = self._credentials.passport(self._account.account_id)
        return {
            "account": passport.account,
            "consumerKey": passport.consumer_key,
            "token": passport.token,
            "nonce": passport.nonce,
            "timestamp": passport.timestamp,
            "signature": {"_value_1": passport.signature, "algorithm": passport.algorithm},
        }


def _read(answer: Answer, each: Mapping[str, Visitor], operation: str) -> Element:
    head = b""

    def chunks() -> Any:
        nonlocal head
        for chunk in answer.chunks():
            head += chunk[: max(0, _HEAD - len(head))]
            yield chunk

    try:
        return read_document(chunks(), each)
    except MalformedAnswer as error:
        error.operation = operation
        raise _not_soap(answer, head.decode("utf-8", "replace"), error) from error


def _not_soap(answer: Answer, head: str, error: MalformedAnswer) -> NetSuiteError:
    """The error behind an answer that is no SOAP: a page for people, most likely."""
    if "Envelope" in head and answer.status == 200:
        return error
    known: NetSuiteError = error
    if answer.status != 200:
        known = status_error(answer.status, answer.headers, error.operation)
    kind = codes.error_class("", head)
    return kind(known.message, known.code, error.operation) if kind else known


def _result_of(envelope: Element, answer: Answer, operation: str) -> Element:
    body = envelope.find(_BODY)
    content = body[0] if body is not None and len(body) else None
    if content is not None and content.tag == _FAULT:
        raise fault_error(content, operation)
    if answer.status != 200:
        raise status_error(answer.status, answer.headers, operation)
    if content is None or local_name(content.tag) != f"{operation}Response" or not len(content):
        raise MalformedAnswer("NetSuite's answer is not one to this request.", "", operation)
    return content[0]


def _only(parent: Element, name: str, operation: str) -> Element:
    found = children(parent, name)
    if not found:
        raise MalformedAnswer(f"NetSuite's answer has no {name}.", operation=operation)
    return found[0]
