"""Whole documents: orders and invoices in bulk, fulfilments one by one. One bad document spoils no
other. Facts: netsuite-protocol.md 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ..client import Found
from ..errors import (
    ConfigurationError,
    MalformedAnswer,
    NetSuiteError,
    PermissionMissing,
    Refused,
)
from ..records import (
    INVOICE,
    ITEM_FULFILLMENT,
    SALES_ORDER,
    Address,
    CustomValue,
    Transaction,
)
from . import documents, queries
from . import rows as decode
from .clock import Clock
from .dates import Dates
from .learnt import Learnt
from .measures import Measures
from .routes import Routes
from .select import Runner
from .service import Service
from .statuses import RECORDS
from .values import Fields, key, line_of, text

#: What may be wrong with a single document.
_OWN = (Refused, PermissionMissing, ConfigurationError)


class Reader:
    """Reads documents of one account.

    :param custom: names of the custom fields to read, of "body" and "line"
    """

    def __init__(
        self,
        service: Service,
        runner: Runner,
        learnt: Learnt,
        clock: Clock,
        routes: Routes,
        custom: Mapping[str, Sequence[str]],
    ) -> None:
        self._service = service
        self._runner = runner
        self._learnt = learnt
        self._clock = clock
        self._routes = routes
        self._custom = custom
        self._dates = Dates(learnt)

    def read(self, type: str, internal_ids: Sequence[str]) -> Found:
        """The documents that are there, and for the others why they are not."""
        records: dict[str, Transaction] = {}
        errors: dict[str, NetSuiteError] = {}
        for internal_id, document in self._documents(type, internal_ids):
            if isinstance(document, Transaction):
                records[internal_id] = document
            else:
                errors[internal_id] = document
        return Found(records, errors)

    def measures(self, type: str) -> Measures:
        """What the quantities of documents of a type count."""
        return Measures(self._learnt, lambda one: self._service.record(RECORDS[type], one))

    def _documents(
        self, type: str, internal_ids: Sequence[str]
    ) -> Iterator[tuple[str, Transaction | NetSuiteError]]:
        if type == ITEM_FULFILLMENT:
            for internal_id in internal_ids:
                yield internal_id, self._fulfillment(internal_id)
            return
        bodies = self._bodies(type, internal_ids)
        lines = self._lines(type, list(bodies)) if bodies else {}
        addresses = self._addresses(one for some in bodies.values() for one in some)
        try:
            scattered = self._routes.among(bodies) if type == SALES_ORDER else set()
        except PermissionMissing as error:
            # Better no order than one to a wrong address.
            yield from dict.fromkeys(internal_ids, error).items()
            return
        measures = self.measures(type)
        for internal_id, (row, *_more) in bodies.items():
            document = self._document(
                type, row, lines.get(internal_id, []), addresses, measures, scattered
            )
            yield internal_id, document
        yield from self._absent(type, [one for one in internal_ids if one not in bodies]).items()

    def _bodies(self, type: str, internal_ids: Sequence[str]) -> dict[str, list[Fields]]:
        """Rows of bodies by id."""
        names = self._custom.get("body", ())

        def found() -> dict[str, list[Fields]]:
            days = self._dates.days(names)
            return self._by(queries.headers(type, internal_ids, names, days), "id")

        def record(row: Fields) -> Fields:
            return self._service.record(RECORDS[type], text(row, "id"))

        bodies = found()
        new = self._dates.learn([row for some in bodies.values() for row in some], names, record)
        return found() if new else bodies

    def _lines(self, type: str, internal_ids: Sequence[str]) -> dict[str, list[Fields]]:
        """Rows of lines by the id of their document."""
        names = self._custom.get("line", ())

        def found() -> dict[str, list[Fields]]:
            days = self._dates.days(names)
            return self._by(queries.lines(type, internal_ids, names, days), "transaction")

        def record(row: Fields) -> Fields:
            whole = self._service.record(RECORDS[type], text(row, "transaction"))
            return line_of(whole, key(row, "id"))

        lines = found()
        new = self._dates.learn([row for some in lines.values() for row in some], names, record)
        return found() if new else lines

    def _document(
        self,
        type: str,
        row: Fields,
        lines: Sequence[Fields],
        addresses: Mapping[str, Address | None],
        measures: Measures,
        scattered: set[str],
    ) -> Transaction | NetSuiteError:
        try:
            measures.prepare(lines)
            modified = self._clock.modified(type, row)
            address = addresses.get(text(row, "shippingaddress"))
            record = decode.transaction(type, row, modified, address, lines, measures, self._custom)
            return self._completed(record, record.internal_id in scattered)
        except ValueError as error:
            return unreadable(error)
        except _OWN as error:
            return error

    def _completed(self, record: Transaction, scattered: bool) -> Transaction:
        """The document with what only its record tells."""
        name = RECORDS[record.type]
        custom = {
            *record.custom_fields,
            *(name for one in record.lines for name in one.custom_fields),
        }
        if scattered or self._dates.times(custom):
            whole = self._service.record(name, record.internal_id)
            record = documents.with_ship_groups(self._with_times(record, whole), whole)
        if record.type == INVOICE and not record.created_from:
            # Have its goods left already? No query tells the numbers of an invoice [6.3].
            fields = ("trackingNumbers", "linkedTrackingNumbers")
            body = self._service.record(name, record.internal_id, fields)
            return replace(record, tracking_numbers=documents.tracking_numbers(body))
        return record

    def _with_times(self, record: Transaction, whole: Fields) -> Transaction:
        """The document with the times of its custom fields."""

        def timed(values: Mapping[str, CustomValue], found: Fields) -> dict[str, CustomValue]:
            told = documents.custom_fields(found)
            times = {
                one: told[one.lower()] for one in self._dates.times(values) if one.lower() in told
            }
            return {**values, **times}

        lines = (
            replace(one, custom_fields=timed(one.custom_fields, line_of(whole, one.key)))
            for one in record.lines
        )
        values = timed(record.custom_fields, whole)
        return replace(record, custom_fields=values, lines=tuple(lines))

    def _fulfillment(self, internal_id: str) -> Transaction | NetSuiteError:
        try:
            record = self._service.record(RECORDS[ITEM_FULFILLMENT], internal_id)
            return documents.transaction(record)
        except ValueError as error:
            return unreadable(error)
        except _OWN as error:
            return error

    def _absent(self, type: str, internal_ids: Sequence[str]) -> dict[str, NetSuiteError]:
        """Why no query shows these: what the role may not see is hidden in silence, and a document
        that only seems to be gone must not be given up [6.3]."""
        errors: dict[str, NetSuiteError] = {}
        for internal_id in internal_ids:
            try:
                self._service.record(RECORDS[type], internal_id, ["tranId"])
            except PermissionMissing as error:
                return dict.fromkeys(internal_ids, error) | errors
            except _OWN as error:
                errors[internal_id] = error
                continue
            errors[internal_id] = PermissionMissing(
                f"The record {internal_id} exists, but queries do not show it to this role: is the "
                "role restricted to subsidiaries or the like?",
                operation="suiteql",
            )
        return errors

    def _addresses(self, bodies: Iterable[Fields]) -> dict[str, Address | None]:
        with decoding():
            keys = [text(row, "shippingaddress") for row in bodies]
            keys = [one for one in dict.fromkeys(keys) if one]
            found = self._by(queries.addresses(keys), "nkey") if keys else {}
            return {nkey: decode.address(row) for nkey, (row, *_more) in found.items()}

    def _by(self, select: queries.Select, name: str) -> dict[str, list[Fields]]:
        """The rows of a query by one of their values."""
        found: dict[str, list[Fields]] = {}
        with decoding():
            for row in self._runner.rows(select):
                found.setdefault(text(row, name), []).append(row)
        return found


@contextmanager
def decoding() -> Iterator[None]:
    """Values that are not what their names promise make the answer a malformed one."""
    try:
        yield
    except ValueError as error:
        raise unreadable(error) from error


def unreadable(error: ValueError) -> MalformedAnswer:
    """The error of a value that is not what its name promises."""
    return MalformedAnswer(f"NetSuite's answer cannot be read: {error}.")
