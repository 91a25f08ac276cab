"""The client over REST. Facts: netsuite-protocol.md 6, 7.9."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from ..account import Account
from ..client import Client, Found, usable
from ..credentials import TokenCredentials
from ..errors import (
    ConfigurationError,
    FeatureMissing,
    NetSuiteError,
    NotFulfillable,
    OtherShipGroup,
    PermissionMissing,
    RecordChanged,
    RecordMissing,
    Refused,
    SearchExpired,
    ServerError,
)
from ..oauth2 import ClientCredentials
from ..observer import Observer
from ..records import (
    INVOICE,
    ITEM_FULFILLMENT,
    PACKAGE_KINDS,
    SALES_ORDER,
    Fulfillment,
    Header,
    Item,
    Member,
    Page,
    Proposal,
    Query,
    Ref,
    Unit,
    Written,
)
from ..shippable import fulfilled_quantities
from ..store import PROCESS_STORE, Store
from . import bodies, documents, proposals, queries
from . import rows as decode
from .answers import Unsupported
from .clock import Clock
from .learnt import Learnt
from .reading import Reader, decoding
from .routes import Routes
from .select import PAGE, Runner
from .service import Service
from .statuses import RECORDS, search_code
from .values import Fields, key, parse_moment, text

_logger = logging.getLogger(__name__)
# Refusals that leave others their chance. So does a script that breaks, which looks like NetSuite's
# own failure.
_OF_THE_DOCUMENT = (Refused, PermissionMissing, RecordChanged, ServerError)
# Facts: the kind of package list by ship method, and whether there are previews.
_KINDS, _PREVIEWS = "packages", "previews"


class RestClient(Client):
    """NetSuite over REST, with token-based authentication or OAuth 2.0 client credentials.

    :param custom_fields: script ids of the custom fields to read, of "body" and "line"; those that
        the account does not have are left out
    :param store: where access tokens and what was learnt of the account are kept; this process's
        memory unless given
    :param timeout: seconds to connect and to wait for an answer
    :param timezone: name of the NetSuite user's time zone, where it is known; needed only where
        NetSuite does not tell times in UTC [6.3]
    :param page_size: hits of a page, at most 1000
    """

    read_size = 1000
    write_size = 10  # one request each

    def __init__(
        self,
        account: Account,
        credentials: TokenCredentials | ClientCredentials,
        *,
        custom_fields: Mapping[str, Iterable[str]] | None = None,
        store: Store | None = None,
        timeout: tuple[float, float] = (10, 100),
        timezone: str | None = None,
        page_size: int = PAGE,
    ) -> None:
        self.page_size = page_size
        store = store or PROCESS_STORE
        place = f"{account.realm}:{account.suitetalk_url}:{credentials.fingerprint}"
        #: The services as such, for what this class does not do.
        self.service = Service(account, credentials, store, timeout)
        self._custom = {level: tuple(names) for level, names in (custom_fields or {}).items()}
        self._learnt = Learnt(store, f"netsuite-facts:{place}")
        self._runner = Runner(self.service, self._learnt)
        self._clock = Clock(self.service, self._learnt, timezone)
        self._routes = Routes(self.service, self._learnt)
        self._reader = Reader(
            self.service, self._runner, self._learnt, self._clock, self._routes, self._custom
        )
        # Lines of the order that was looked up last, until its fulfilment is proposed.
        self._looked_up: dict[str, list[Fields]] = {}

    def close(self) -> None:
        self.service.close()

    def observe(self, observer: Observer | None, before: Callable[[], None] | None = None) -> None:
        self.service.session.observer = observer
        self.service.session.before = before

    # -- reading: documents ------------------------------------------------------------------------

    def server_time(self) -> datetime:
        """Also forgets what the role or the account lacked: this is what tests a connection."""
        self._learnt.forget("missing")
        self._routes.forget()
        query, params = queries.nothing().sql(())
        try:
            return self.service.suiteql(query, params, 1)[1].server_time()
        except (Refused, PermissionMissing):
            self._runner.page(queries.nothing(), 1)  # names the permission
            raise

    @decoding()
    def existing_fields(self, level: str, names: Iterable[str]) -> tuple[str, ...]:
        """Those of these custom fields ("body" or "line") that the account has and the role sees.

        One request when all are there; what is missing is remembered.
        """
        query = queries.headers if level == "body" else queries.lines
        select = query(SALES_ORDER, (), names)
        with decoding():
            self._runner.page(select, 1)
        missing = {part.key.rpartition(".")[2] for part in select.parts if self._runner.lacks(part)}
        return tuple(
            name for name in names if queries.is_custom(name) and name.lower() not in missing
        )

    @decoding()
    def find(self, query: Query, cursor: str = "") -> Page:
        """One request a page. Pages continue after the last id, so none shifts: ``total`` stays
        the first page's."""
        if query.saved_search:
            raise ConfigurationError("Saved searches can only be used over SOAP.")
        select = queries.hits(query)
        total, place = _parse_cursor(cursor)
        page = self._runner.page(select.after([place]) if place else select, self._limit())
        total = total or page.total
        with decoding():
            headers = tuple(header for row in page.rows for header in self._headers(query, row))
            more = page.has_more and page.rows
            last = text(page.rows[-1], "id") if page.rows else ""
        return Page(headers, total, f"{total}|{last}" if more else "")

    def _limit(self) -> int:
        return max(1, min(self.page_size, PAGE))

    def _headers(self, query: Query, row: Fields) -> Iterator[Header]:
        modified = self._clock.modified(query.type, row)
        start, stop = query.modified_from, query.modified_to
        if modified and start and modified < start.replace(microsecond=0):
            return
        if modified and stop and modified > stop:
            return
        status = search_code(query.type, text(row, "status"))
        yield Header(text(row, "id"), text(row, "tranid"), status, modified)

    @decoding()
    def read(self, type: str, internal_ids: Sequence[str]) -> Found:
        """Four requests, and one for each further 1,000 lines; one more for each stand-alone
        invoice, each document with a time in a custom field, each order with several addresses, and
        each document that no query shows. Fulfilments take one request each: SuiteQL does not show
        them whole [6.4]."""
        return self._reader.read(type, internal_ids)

    # -- reading: fulfilments ----------------------------------------------------------------------

    @decoding()
    def fulfillments(
        self, order_ids: Sequence[str], *, whole: bool = True
    ) -> tuple[Fulfillment, ...]:
        """One request, and one more for each fulfilment; without ``whole`` one for all."""
        if not whole:
            return self._fulfilled(order_ids)
        self._looked_up.clear()
        rows: dict[str, list[Fields]] = {}
        for row in self._rows(queries.order_lines(order_ids)):
            rows.setdefault(text(row, "transaction"), []).append(row)
        wanted = [text(row, "fulfillment") for some in rows.values() for row in some]
        found = [self._fulfillment(one) for one in dict.fromkeys(wanted) if one]
        if len(order_ids) == 1:
            self._looked_up = rows
        return tuple(one for one in found if one)

    def _fulfillment(self, internal_id: str) -> Fulfillment | None:
        try:
            record = self.service.record(RECORDS[ITEM_FULFILLMENT], internal_id)
        except RecordMissing:
            return None  # somebody has just deleted it
        with decoding():
            found = documents.fulfillment(record)
        if found.packages:
            self._learn_kind(found.ship_method, found.package_kind)
        return found

    def _fulfilled(self, order_ids: Sequence[str]) -> tuple[Fulfillment, ...]:
        rows = list(self._rows(queries.fulfilled_lines(order_ids)))
        # Costs are booked under the order's units too, so the order tells what they count.
        measures = self._reader.measures(SALES_ORDER)
        with decoding():
            measures.prepare(rows)
            return decode.fulfillments(rows, measures)

    @decoding()
    def proposal(self, order_id: str, ship_group: str = "") -> Proposal:
        """No request right after :meth:`fulfillments` of an order of plain goods whose shipping
        method is known; else one, or what the lines say where the account has no preview."""
        rows = self._looked_up.pop(order_id, [])
        kind = self._kind(proposals.ship_method(rows))
        if kind and not ship_group and proposals.is_plain(rows) and not self._routes.used():
            return self._from_lines(order_id, rows, {}, kind)
        if self._learnt.get(_PREVIEWS, "missing"):
            return self._without_preview(order_id, ship_group)
        try:
            record = self.service.preview(order_id, bodies.proposed(ship_group))
        except Unsupported:
            self._learnt.put(_PREVIEWS, "missing", True)
            return self._without_preview(order_id, ship_group)
        with decoding():
            proposal = documents.proposal(record, order_id)
        self._learn_kind(proposal.ship_method, proposal.package_kind)
        return usable(proposal, ship_group, "preview")

    def _without_preview(self, order_id: str, ship_group: str) -> Proposal:
        """What the lines say, for releases that show no preview.

        :raises OtherShipGroup: only a preview tells whether a transform takes the ship group
        """
        if ship_group:
            raise OtherShipGroup(
                "NetSuite's REST services do not show which ship group of the order they would "
                "fulfil.",
                operation="preview",
            )
        done = fulfilled_quantities(self.fulfillments([order_id]))
        rows = self._looked_up.pop(order_id, [])
        if not proposals.is_open(rows):
            raise NotFulfillable("The order is not open for fulfilment.", operation="suiteql")
        kind = self._kind(proposals.ship_method(rows)) or PACKAGE_KINDS[0]
        return self._from_lines(order_id, rows, done, kind)

    def _from_lines(
        self, order_id: str, rows: Sequence[Fields], done: Mapping[str, float], kind: str
    ) -> Proposal:
        measures = self._reader.measures(SALES_ORDER)
        with decoding():
            measures.prepare(rows)
            proposal = proposals.from_lines(order_id, rows, measures, done, kind)
        return usable(proposal, "", "suiteql")

    def _kind(self, method: Ref | None) -> str:
        """The kind of package list that goes with a shipping method, or empty [7.3]."""
        return str(self._learnt.get(_KINDS, method.id if method else "") or "")

    def _learn_kind(self, method: Ref | None, kind: str) -> None:
        self._learnt.put(_KINDS, method.id if method else "", kind)

    # -- reading: lists ----------------------------------------------------------------------------

    @decoding()
    def items(self, internal_ids: Sequence[str]) -> dict[str, Item]:
        """One request for each 1,000 items, and one for the members of their kits."""
        rows = list(self._rows(queries.items(internal_ids))) if internal_ids else []
        kits = [str(row.get("id")) for row in rows if row.get("itemtype") == "Kit"]
        members: dict[str, list[Member]] = {}
        with decoding():
            for row in self._rows(queries.members(kits)) if kits else ():
                if member := decode.member(row):
                    members.setdefault(text(row, "parentitem"), []).append(member)
        found: dict[str, Item] = {}
        for row in rows:
            try:
                item = decode.item(row, members.get(text(row, "id"), ()))
            except ValueError as error:
                # One bad item spoils no other; its documents are held because it is missing.
                _logger.warning("NetSuite item %s: %s", row.get("id"), error)
                continue
            found[item.internal_id] = item
        return found

    def inventory_numbers(self, item_id: str, numbers: Sequence[str]) -> dict[str, Ref]:
        if not numbers:
            return {}
        with decoding():
            found = {
                text(row, "number").lower(): Ref(text(row, "id"), text(row, "number"))
                for row in self._rows(queries.inventory_numbers(item_id, numbers))
            }
        return {number: found[number.lower()] for number in numbers if number.lower() in found}

    def units(self, type_ids: Sequence[str]) -> dict[str, Unit]:
        with decoding():
            units = [decode.unit(row) for row in self._rows(queries.units(type_ids))]
        return {unit.id: unit for unit in units if unit}

    def choices(self, field: str) -> tuple[Ref, ...]:
        """The whole list or, where NetSuite does not show it, what sales orders have of it."""
        if field not in queries.TABLES:
            raise ConfigurationError(f"{field} is no field with a list that can be read.")
        try:
            rows = list(self._rows(queries.choices(field)))
        except PermissionMissing:
            rows = self._runner.page(queries.used_choices(field)).rows
        with decoding():
            found = [
                Ref(text(row, "id"), text(row, "fullname") or text(row, "name")) for row in rows
            ]
        return tuple(dict.fromkeys(found))

    def check_reading(self, type: str, internal_id: str = "0") -> None:
        """SuiteQL hides what the role may not see; the record API says so."""
        with suppress(RecordMissing):
            self.service.record(RECORDS[type], internal_id, ("tranId",))

    def labels(self, names: Sequence[str]) -> dict[str, str]:
        wanted = {name.upper(): name for name in names if queries.is_custom(name)}
        if not wanted:
            return {}
        try:
            with decoding():
                rows = list(self._rows(queries.labels(list(wanted))))
                named = {text(row, "scriptid").upper(): text(row, "name") for row in rows}
                return {wanted[one]: label for one, label in named.items() if one in wanted}
        except PermissionMissing:
            return {}

    def connection_limit(self) -> int | None:
        try:
            limits = self.service.limits()
        except (ConfigurationError, FeatureMissing, PermissionMissing, Refused):
            return None
        limit = limits.get("integrationConcurrencyLimit") or limits.get("accountConcurrencyLimit")
        return limit if isinstance(limit, int) else None

    def deleted(self, type: str, since: datetime) -> dict[str, datetime]:
        try:
            rows = list(self._rows(queries.deletions(type, since)))
        except PermissionMissing as error:
            raise FeatureMissing(
                "NetSuite's REST services do not tell this role what was deleted.", error.code
            ) from error
        with decoding():
            return {key(row, "id"): parse_moment(text(row, "deleted")) for row in rows}

    # -- writing -----------------------------------------------------------------------------------

    def create_fulfillment(self, fulfillment: Fulfillment) -> Written:
        self._looked_up.clear()
        body = bodies.new_fulfillment(fulfillment)
        written = self.service.transform(fulfillment.order_id, body, bodies.replaced(fulfillment))
        return replace(written, external_id=fulfillment.external_id)

    def update_fulfillment(self, fulfillment: Fulfillment) -> Written:
        return self.service.patch(
            RECORDS[ITEM_FULFILLMENT],
            fulfillment.internal_id,
            bodies.changed_fulfillment(fulfillment),
            bodies.replaced(fulfillment),
        )

    def update_invoice(
        self,
        internal_id: str,
        *,
        tracking_numbers: str | None = None,
        memo: str | None = None,
        custom_fields: Mapping[str, object] | None = None,
    ) -> Written:
        body = bodies.changed_invoice(tracking_numbers, memo, custom_fields or {})
        return self.service.patch(RECORDS[INVOICE], internal_id, body)

    def write_text(
        self, type: str, field: str, texts: Mapping[str, str]
    ) -> Iterator[tuple[str, NetSuiteError | None]]:
        """One request for each of them [7.9]."""
        for internal_id, value in texts.items():
            try:
                self.service.patch(RECORDS[type], internal_id, bodies.changed_text(field, value))
            except _OF_THE_DOCUMENT as error:
                yield internal_id, error
            else:
                yield internal_id, None

    # -- helpers -----------------------------------------------------------------------------------

    def _rows(self, select: queries.Select) -> Iterator[Fields]:
        with decoding():
            yield from self._runner.rows(select)


def _parse_cursor(cursor: str) -> tuple[int, int]:
    """The count of the first page, and the id to continue after."""
    if not cursor:
        return 0, 0
    try:
        total, place = cursor.split("|")
        return int(total), int(place)
    except ValueError as error:
        raise SearchExpired("The search cannot be continued from here.") from error
