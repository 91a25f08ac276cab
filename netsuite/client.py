"""What the connector asks of NetSuite, whatever the transport.

A transport signs, sends, checks and decodes; it raises the errors of :mod:`.errors` and returns
the records of :mod:`.records`. It never sleeps, never repeats a call and keeps no state but its
session.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .errors import NetSuiteError, NotFulfillable, OtherShipGroup, PermissionMissing
from .observer import Observer
from .records import (
    Fulfillment,
    Item,
    Page,
    Proposal,
    Query,
    Ref,
    Transaction,
    Unit,
    Written,
)


@dataclass(frozen=True)
class Found:
    """Documents read by id: the ones that came, and for the others why they did not."""

    records: Mapping[str, Transaction] = field(default_factory=dict)
    errors: Mapping[str, NetSuiteError] = field(default_factory=dict)


class Client(ABC):
    """One connection to one NetSuite account. Use as a context manager, or :meth:`close` it.

    Every method may raise :class:`~.errors.NetSuiteError`; ``outcome_unknown`` matters for the
    methods that write. Not safe for use by several threads at once.
    """

    #: Most documents that :meth:`read` takes at once.
    read_size: int
    #: Most hits of a page of :meth:`find`.
    page_size: int
    #: Most documents that :meth:`write_text` takes at once. Saving one takes NetSuite a second or
    #: more, and the connection is nobody else's meanwhile; its own limit is 100 [3.3].
    write_size = 25

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Release the session."""

    def observe(  # noqa: B027 (a client need not)
        self, observer: Observer | None, before: Callable[[], None] | None = None
    ) -> None:
        """Have ``observer`` told of each call when it has ended, for a log.

        :param before: is called before each call is made; what it raises, the call raises
        """

    # -- reading ---------------------------------------------------------------------------

    @abstractmethod
    def server_time(self) -> datetime:
        """NetSuite's clock (UTC): the cheapest call that needs a valid login."""

    @abstractmethod
    def find(self, query: Query, cursor: str = "") -> Page:
        """The hits of ``query``; ``cursor`` of the page before asks for the next one.

        :raises SearchExpired: the cursor is too old; start again without it
        """

    @abstractmethod
    def read(self, type: str, internal_ids: Sequence[str]) -> Found:
        """Whole documents, at most :attr:`read_size` of them. One bad document spoils no other."""

    @abstractmethod
    def items(self, internal_ids: Sequence[str]) -> dict[str, Item]:
        """Item records by internal id; those that the role does not see are left out."""

    @abstractmethod
    def fulfillments(
        self, order_ids: Sequence[str], *, whole: bool = True
    ) -> tuple[Fulfillment, ...]:
        """All fulfilments of these orders, whoever made them, with lines and packages.

        :param whole: False when the quantities by line are enough: packages and the like may then
            be missing, where leaving them out is cheaper
        """

    @abstractmethod
    def proposal(self, order_id: str, ship_group: str = "") -> Proposal:
        """What NetSuite would fulfil of the sales order now.

        :param ship_group: of an order with several shipping addresses: which one; NetSuite takes
            the first unless told [5.3]
        :raises NotFulfillable: nothing can be fulfilled (any more)
        :raises OtherShipGroup: NetSuite proposes another ship group all the same
        """

    @abstractmethod
    def inventory_numbers(self, item_id: str, numbers: Sequence[str]) -> dict[str, Ref]:
        """Lots or serials of an item by their number (role permission "Items") [7.7]."""

    @abstractmethod
    def units(self, type_ids: Sequence[str]) -> dict[str, Unit]:
        """The units of these unit types, by the unit's internal id (role permission "Units").

        :raises PermissionMissing: the role may not read them
        """

    @abstractmethod
    def choices(self, field: str) -> tuple[Ref, ...]:
        """What a sales order may have in a body field, such as "location" or "shipMethod"."""

    @abstractmethod
    def deleted(self, type: str, since: datetime) -> dict[str, datetime]:
        """Transactions of a type deleted since a time: when (UTC), by internal id [4.5]."""

    def check_reading(self, type: str, internal_id: str = "0") -> None:
        """Ask for one document, there or not, to see whether the role may.

        :raises PermissionMissing: it may not
        """
        error = self.read(type, [internal_id]).errors.get(internal_id)
        if isinstance(error, PermissionMissing):
            raise error

    def labels(self, names: Sequence[str]) -> dict[str, str]:
        """What NetSuite's screens call custom fields, by script id as given; only what the
        transport tells and the role sees."""
        return {}

    def connection_limit(self) -> int | None:
        """Requests that this integration may make at once, where the transport tells it and the
        role may know [3.1]."""
        return None

    # -- writing ----------------------------------------------------------------------------

    @abstractmethod
    def create_fulfillment(self, fulfillment: Fulfillment) -> Written:
        """Fulfil an order. ``fulfillment.lines`` names *every* open line, ticked or not [7.1].

        :raises DuplicateRecord: the external id exists already
        """

    @abstractmethod
    def update_fulfillment(self, fulfillment: Fulfillment) -> Written:
        """Change a fulfilment by its internal id: ship status, packages (replaced as a whole),
        memo, ship method, cost and custom fields. Empty fields stay as they are; lines are not
        touched."""

    @abstractmethod
    def update_invoice(
        self,
        internal_id: str,
        *,
        tracking_numbers: str | None = None,
        memo: str | None = None,
        custom_fields: Mapping[str, object] | None = None,
    ) -> Written:
        """Change body fields of an invoice; its lines are never sent [7.8]."""

    @abstractmethod
    def write_text(
        self, type: str, field: str, texts: Mapping[str, str]
    ) -> Iterator[tuple[str, NetSuiteError | None]]:
        """Write a text into a custom body field of documents; nothing else of them changes [5.7].

        Yields each document's id once NetSuite has answered, with its refusal if it is one: a bad
        document spoils no other. The same text may be written any number of times.

        :param texts: at most :attr:`write_size` of them, by internal id; an empty one clears
        :raises NetSuiteError: the rest of them got no answer
        """


def usable(proposal: Proposal, ship_group: str, operation: str) -> Proposal:
    """The proposal, unless :meth:`Client.proposal` is to raise an error for it."""
    if not proposal.lines:
        raise NotFulfillable("The order has no line to fulfil.", operation=operation)
    groups = {proposal.ship_group, *(line.ship_group for line in proposal.lines)} - {""}
    if ship_group and groups - {ship_group}:
        raise OtherShipGroup(
            f"NetSuite was asked for ship group {ship_group} of the order, but proposes to fulfil "
            f"ship group {', '.join(sorted(groups))}.",
            operation=operation,
        )
    return proposal
