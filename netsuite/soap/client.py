"""The client over SOAP. Facts: netsuite-protocol.md 4, 5, 7."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from ..account import Account
from ..client import Client, Found, usable
from ..credentials import TokenCredentials
from ..errors import (
    MalformedAnswer,
    NetSuiteError,
    PermissionMissing,
    RecordMissing,
    Refused,
    SearchExpired,
)
from ..observer import Observer
from ..records import (
    Fulfillment,
    Header,
    Item,
    Page,
    Proposal,
    Query,
    Ref,
    Transaction,
    Unit,
    Written,
)
from . import decode, encode, search
from .dates import user_zone
from .faults import check, written
from .search import Cursor
from .service import SearchPage, Service
from .xml import Element, amount, children, fields, local_name, parse_moment, ref_of, text

_logger = logging.getLogger(__name__)

# Above this many, one search for all numbers of an item is cheaper than one for each.
_SINGLE_NUMBERS = 10
# What SOAP calls the custom fields of documents and of their lines.
_CUSTOM_KINDS = {
    "custbody": "transactionBodyCustomField",
    "custcol": "transactionColumnCustomField",
}


class SoapClient(Client):
    """NetSuite over SOAP with token-based authentication.

    :param version: of the endpoint, such as "2025_2" [1.3]
    :param timeout: seconds to connect and to wait for an answer
    :param timezone: name of the NetSuite user's time zone, where it is known; needed only for
        documents of users in UTC+14 or UTC-11 [8]
    :param page_size: hits of a page, 5 to 1000; after SearchTooLarge try again with less
    """

    read_size = 200

    def __init__(
        self,
        account: Account,
        credentials: TokenCredentials,
        *,
        version: str = "2025_2",
        timeout: tuple[float, float] = (10, 100),
        timezone: str | None = None,
        page_size: int = 1000,
    ) -> None:
        self.page_size = page_size
        self._zone = user_zone(timezone)
        #: The operations as such, for what this class does not do.
        self.service = Service(account, credentials, version, timeout)
        self._make = self.service.make

    def close(self) -> None:
        self.service.close()

    def observe(self, observer: Observer | None, before: Callable[[], None] | None = None) -> None:
        self.service.session.observer = observer
        self.service.session.before = before

    # -- reading -----------------------------------------------------------------------------

    def server_time(self) -> datetime:
        written = self.service.server_time()
        with _decoding("getServerTime"):
            return parse_moment(written)

    def find(self, query: Query, cursor: str = "") -> Page:
        """A page takes one request, and each document number a page of its own.

        Where a query takes several searches, ``total`` is the number of values asked for.
        """
        place = Cursor.parse(cursor) if cursor else Cursor(page_size=self.page_size)
        searches = search.parts(query)
        if place.part >= len(searches):
            raise SearchExpired("The search cannot be continued: it asks for less now.")
        headers: dict[str, Header] = {}

        def visit(row: Element) -> None:
            header, day = decode.header(row, query.type, self._zone)
            before = day and query.date_from and day < query.date_from
            after = day and query.date_to and day > query.date_to
            if not before and not after:
                headers[header.internal_id] = header

        record = search.transactions(self._make, searches[place.part])
        page = self._page(record, place, visit, columns=True)
        return Page(
            tuple(headers.values()),
            page.total if len(searches) == 1 else _asked_for(query),
            _next_cursor(place, page, len(searches)),
        )

    def read(self, type: str, internal_ids: Sequence[str]) -> Found:
        answers: list[Transaction | NetSuiteError] = []

        def visit(response: Element) -> None:
            answers.append(self._read_one(response))

        references = [encode.transaction_ref(self._make, type, one) for one in internal_ids]
        self.service.get_list(references, visit)
        return _sort(internal_ids, answers)

    def _read_one(self, response: Element) -> Transaction | NetSuiteError:
        try:
            check(response, "getList")
            return decode.transaction(_record(response), self._zone)
        except NetSuiteError as error:
            return error
        except ValueError as error:
            return MalformedAnswer(f"NetSuite's record cannot be read: {error}.", "", "getList")

    def items(self, internal_ids: Sequence[str]) -> dict[str, Item]:
        found: dict[str, Item] = {}

        def visit(record: Element) -> None:
            try:
                item = decode.item(record)
            except ValueError as error:
                # One bad item spoils no other; its documents are held because it is missing.
                _logger.warning("NetSuite item %s: %s", record.get("internalId"), error)
                return
            found[item.internal_id] = item

        for some in search.portions(internal_ids):
            self._all_pages(search.items(self._make, some), visit)
        return found

    def fulfillments(
        self, order_ids: Sequence[str], *, whole: bool = True
    ) -> tuple[Fulfillment, ...]:
        found: dict[str, Fulfillment] = {}

        def visit(record: Element) -> None:
            fulfillment = decode.fulfillment(record)
            found[fulfillment.internal_id] = fulfillment

        for some in search.portions(order_ids):
            self._all_pages(search.fulfillments(self._make, some), visit)
        return tuple(found.values())

    def proposal(self, order_id: str, ship_group: str = "") -> Proposal:
        record = self.service.initialize(encode.fulfillment_source(order_id, ship_group))
        with _decoding("initialize"):
            proposal = decode.proposal(record, order_id)
        return usable(proposal, ship_group, "initialize")

    def inventory_numbers(self, item_id: str, numbers: Sequence[str]) -> dict[str, Ref]:
        found: dict[str, Ref] = {}

        def visit(record: Element) -> None:
            number = decode.inventory_number(record)
            found[number.name.lower()] = number

        single = len(numbers) <= _SINGLE_NUMBERS
        for number in numbers if single else [None]:
            self._all_pages(search.inventory_numbers(self._make, item_id, number), visit)
        return {number: found[number.lower()] for number in numbers if number.lower() in found}

    def units(self, type_ids: Sequence[str]) -> dict[str, Unit]:
        found: dict[str, Unit] = {}

        def visit(response: Element) -> None:
            check(response, "getList")
            with _decoding("getList"):
                found.update(decode.units(_record(response)))

        self.service.get_list([encode.units_type_ref(self._make, one) for one in type_ids], visit)
        return found

    def choices(self, field: str) -> tuple[Ref, ...]:
        description = {"recordType": "salesOrder", "field": field}
        found: list[Ref] = []
        for result in _pages(lambda page: self.service.get_select_value(description, page)):
            references = children(fields(result).get("baseRefList"), "baseRef")
            found += [one for one in map(ref_of, references) if one]
        return tuple(found)

    def labels(self, names: Sequence[str]) -> dict[str, str]:
        """A field's reference is named as NetSuite's screens name the field (UNVERIFIED)."""
        wanted = {name.lower(): name for name in names}
        found: dict[str, str] = {}
        for prefix, kind in _CUSTOM_KINDS.items():
            if not any(name.startswith(prefix) for name in wanted):
                continue
            try:
                result = self.service.get_customization_ids(kind)
            except (PermissionMissing, Refused):
                continue
            references = children(fields(result).get("customizationRefList"), "customizationRef")
            for one in references:
                script_id, label = (one.get("scriptId") or "").lower(), text(fields(one), "name")
                if script_id in wanted and label and label.lower() != script_id:
                    found[wanted[script_id]] = label
        return found

    def deleted(self, type: str, since: datetime) -> dict[str, datetime]:
        criteria = search.deletions(self._make, type, since)
        found: dict[str, datetime] = {}
        for result in _pages(lambda page: self.service.get_deleted(criteria, page)):
            with _decoding("getDeleted"):
                for one in children(fields(result).get("deletedRecordList"), "deletedRecord"):
                    internal_id, moment = decode.deleted(one)
                    if internal_id:
                        found[internal_id] = moment or since
        return found

    # -- writing -----------------------------------------------------------------------------

    def create_fulfillment(self, fulfillment: Fulfillment) -> Written:
        return self.service.add(encode.new_fulfillment(self._make, fulfillment))

    def update_fulfillment(self, fulfillment: Fulfillment) -> Written:
        return self.service.update(encode.changed_fulfillment(self._make, fulfillment))

    def update_invoice(
        self,
        internal_id: str,
        *,
        tracking_numbers: str | None = None,
        memo: str | None = None,
        custom_fields: Mapping[str, object] | None = None,
    ) -> Written:
        return self.service.update(
            encode.changed_invoice(
                self._make, internal_id, tracking_numbers, memo, custom_fields or {}
            )
        )

    def write_text(
        self, type: str, field: str, texts: Mapping[str, str]
    ) -> Iterator[tuple[str, NetSuiteError | None]]:
        """One request for all of them."""
        records = [
            encode.changed_text(self._make, type, internal_id, field, value)
            for internal_id, value in texts.items()
        ]
        responses = self.service.update_list(records)
        for internal_id, response in zip(texts, responses, strict=True):
            try:
                written(response, internal_id, "updateList")
            except NetSuiteError as error:
                yield internal_id, error
            else:
                yield internal_id, None

    # -- pages ---------------------------------------------------------------------------------

    def _page(
        self, record: Any, place: Cursor, visit: Callable[[Element], None], *, columns: bool
    ) -> SearchPage:
        def guarded(element: Element) -> None:
            with _decoding("search"):
                visit(element)

        if place.page == 1:
            return self.service.search(record, place.page_size, guarded, columns=columns)
        return self.service.search_more(
            place.search_id, place.page, place.page_size, guarded, columns=columns
        )

    def _all_pages(self, record: Any, visit: Callable[[Element], None]) -> None:
        """Every hit of a search for whole records.

        :raises SearchExpired: hits changed meanwhile, so that some may be missing [4.4]
        """
        place = Cursor(page_size=self.page_size)
        total = None
        while True:
            page = self._page(record, place, visit, columns=False)
            if total not in (None, page.total):
                raise SearchExpired("Records changed while they were read.", "", "search")
            if place.page >= page.pages:
                return
            total = page.total
            place = Cursor(0, place.page + 1, place.page_size, page.search_id)


@contextmanager
def _decoding(operation: str) -> Iterator[None]:
    """Values that are not what their types promise make the answer a malformed one."""
    try:
        yield
    except ValueError as error:
        raise MalformedAnswer(
            f"NetSuite's answer cannot be read: {error}.", operation=operation
        ) from error


def _pages(read: Callable[[int], Element]) -> Iterator[Element]:
    """The results of a list that comes in pages, from the first to the last."""
    page = pages = 1
    while page <= pages:
        result = read(page)
        with _decoding(local_name(result.tag)):
            pages = int(amount(fields(result), "totalPages") or 0)
        yield result
        page += 1


def _asked_for(query: Query) -> int:
    return len(query.tran_ids or query.internal_ids or query.created_from)


def _next_cursor(place: Cursor, page: SearchPage, searches: int) -> str:
    if place.page < page.pages:
        return str(Cursor(place.part, place.page + 1, place.page_size, page.search_id))
    if place.part + 1 < searches:
        return str(Cursor(place.part + 1, page_size=place.page_size))
    return ""


def _record(response: Element) -> Element:
    found = children(response, "record")
    if not found:
        raise MalformedAnswer("NetSuite's answer has no record.", operation="getList")
    return found[0]


def _sort(internal_ids: Sequence[str], answers: list[Transaction | NetSuiteError]) -> Found:
    """Answers by internal id. Refusals name none: they stand where their id was asked for."""
    records = {one.internal_id: one for one in answers if isinstance(one, Transaction)}
    errors: dict[str, NetSuiteError] = {}
    if len(answers) == len(internal_ids):
        for internal_id, answer in zip(internal_ids, answers, strict=True):
            if isinstance(answer, NetSuiteError):
                errors[internal_id] = answer
    for internal_id in internal_ids:
        if internal_id not in records and internal_id not in errors:
            errors[internal_id] = RecordMissing(
                f"NetSuite gave nothing for the record {internal_id}.", operation="getList"
            )
    return Found(records, {key: error for key, error in errors.items() if key not in records})
