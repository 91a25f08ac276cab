"""What NetSuite says, as frozen dataclasses: the only currency between the client and Odoo.

No field carries a language-dependent text that anything compares: statuses are the codes of
NetSuite's own search filter (``_salesOrderPendingFulfillment``), countries ISO 3166 codes.
Facts: netsuite-protocol.md 4.6 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

SALES_ORDER = "sales_order"
INVOICE = "invoice"
ITEM_FULFILLMENT = "item_fulfillment"
TRANSACTION_TYPES = (SALES_ORDER, INVOICE, ITEM_FULFILLMENT)

# Ship status of a fulfilment, in the order in which it may advance [7.4].
SHIP_STATUSES = ("picked", "packed", "shipped")

# Where a package stands on a fulfilment: which list depends on the record's carrier [7.3].
PACKAGE_KINDS = ("generic", "ups", "usps", "fedex")


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to another NetSuite record: its internal id and the name NetSuite shows."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A shipping address. ``country`` is an ISO 3166 alpha-2 code or empty when unknown.

    With ``override`` the text was typed by hand and the single fields may be empty [5.2].
    """

    addressee: str = ""
    attention: str = ""
    phone: str = ""
    addr1: str = ""
    addr2: str = ""
    addr3: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    text: str = ""
    override: bool = False


# Value of a custom field: text, number, tick, a list entry, several list entries, or a time (UTC).
CustomValue = str | bool | int | float | Ref | tuple[Ref, ...] | date | datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sales order, an invoice or a fulfilment; quantities in the line's own unit.

    ``key`` is the stable line key: ``line`` of orders and invoices, ``orderLine`` of fulfilments
    [facts 5.3, 5.6]; empty where NetSuite gives none (members of a kit on a fulfilment).
    """

    key: str
    item: Ref | None = None
    item_type: str = ""  # REST code ("InvtPart", "Kit" …) where the transport knows it
    description: str = ""
    quantity: float = 0.0
    unit: Ref | None = None
    location: Ref | None = None
    # What is on fulfilments already, by stage; None where NetSuite does not tell [5.3].
    quantity_fulfilled: float | None = None
    quantity_picked: float | None = None
    quantity_packed: float | None = None
    quantity_committed: float | None = None
    quantity_backordered: float | None = None
    quantity_remaining: float | None = None  # fulfilments and proposals: still open on the order
    rate: float | None = None  # for one unit, in the document's currency; None where it is a share
    amount: float | None = None
    expected_ship_date: date | None = None
    closed: bool = False
    drop_ship: bool = False
    store_pickup: bool = False
    order_line: str = ""  # invoices: the line of the sales order
    kit_member_of: str = ""
    ship_group: str = ""
    serial_numbers: str = ""
    receive: bool = True  # fulfilments: the tick "itemReceive"
    custom_fields: Mapping[str, CustomValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShipGroup:
    """Where the lines of one group go, of an order with several shipping addresses [5.3].

    ``address`` is None where NetSuite does not tell it.
    """

    id: str
    address: Address | None = None
    ship_method: Ref | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A sales order, invoice or item fulfilment as one document; times in UTC."""

    type: str
    internal_id: str
    tran_id: str = ""
    external_id: str = ""
    status: str = ""  # code of the search filter, empty where the record does not tell [4.6]
    entity: Ref | None = None
    created_from: Ref | None = None
    tran_date: date | None = None
    ship_date: date | None = None
    last_modified: datetime | None = None
    other_ref_num: str = ""
    memo: str = ""
    email: str = ""
    location: Ref | None = None
    subsidiary: Ref | None = None
    department: Ref | None = None
    class_: Ref | None = None
    sales_rep: Ref | None = None
    terms: Ref | None = None
    currency: Ref | None = None
    fob: str = ""
    due_date: date | None = None
    total: float | None = None
    ship_method: Ref | None = None
    ship_complete: bool = False
    multi_ship_to: bool = False
    ship_groups: tuple[ShipGroup, ...] = ()
    tracking_numbers: tuple[str, ...] = ()
    address: Address | None = None
    lines: tuple[Line, ...] = ()
    custom_fields: Mapping[str, CustomValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Header:
    """One hit of a search: enough to know whether the document must be read (time in UTC)."""

    internal_id: str
    tran_id: str = ""
    status: str = ""
    last_modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """Which transactions to find. The window is closed on both sides, times in UTC.

    ``statuses`` are search codes; with ``other_statuses`` the hits are those in *any other* status.
    ``locations``, ``subsidiaries``, ``classes`` and ``departments`` are internal ids, too.
    """

    type: str
    statuses: tuple[str, ...] = ()
    other_statuses: bool = False
    modified_from: datetime | None = None
    modified_to: datetime | None = None
    internal_ids: tuple[str, ...] = ()
    tran_ids: tuple[str, ...] = ()
    created_from: tuple[str, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    locations: tuple[str, ...] = ()
    subsidiaries: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    saved_search: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of hits. ``cursor`` asks for the next page; empty on the last one.

    ``total`` is NetSuite's count at the time of *this* page: when it differs from the first page's,
    documents shifted while being read and the search must start again [4.4].
    """

    headers: tuple[Header, ...]
    total: int
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: how many of its type's base unit it is."""

    id: str
    name: str
    rate: float


@dataclass(frozen=True, slots=True)
class Member:
    """A component of a kit: ``quantity`` of ``item`` for one kit, in ``unit`` (the member's stock
    unit where it is None)."""

    item: Ref
    quantity: float
    unit: Ref | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An item record. ``type`` uses NetSuite's REST codes: InvtPart, Kit, Service … [5.3].

    ``fulfillable`` is False where NetSuite says that the item is never on a fulfilment [5.4].
    ``weight`` is in ``weight_unit`` ("lb", "oz", "kg", "g").
    """

    internal_id: str
    name: str  # item name/number: the SKU
    type: str
    display_name: str = ""
    upc: str = ""
    fulfillable: bool = True
    drop_ship: bool = False
    lot: bool = False
    serial: bool = False
    weight: float = 0.0
    weight_unit: str = ""
    stock_unit: Ref | None = None
    units_type: Ref | None = None
    members: tuple[Member, ...] = ()
    inactive: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """A parcel: its tracking number, weight (never zero) and description.

    The weight is in the unit of the NetSuite account: pounds, unless that says otherwise [7.3].
    """

    tracking_number: str
    weight: float
    description: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a part of a fulfilment line is: its lot or serial, its bin; quantity in the line's unit
    [7.7]. ``number`` is None for goods without lots and serials."""

    number: Ref | None
    quantity: float
    bin: Ref | None = None


@dataclass(frozen=True, slots=True)
class FulfillmentLine:
    """A line of a fulfilment, read or to write, in the line's unit; ``receive`` ticks it."""

    order_line: str
    receive: bool = True
    item: Ref | None = None
    quantity: float | None = None
    location: Ref | None = None
    assignments: tuple[Assignment, ...] = ()
    serial_numbers: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What NetSuite would fulfil of an order now: its open lines and its kind of package list.

    Of an order with several shipping addresses that is one ship group at a time [5.3].
    """

    order_id: str
    lines: tuple[Line, ...]
    package_kind: str = "generic"
    ship_group: str = ""
    ship_method: Ref | None = None
    ship_status: str = ""


@dataclass(frozen=True, slots=True)
class Fulfillment:
    """A fulfilment in NetSuite, or one to write there (then ``internal_id`` is empty).

    ``ship_status`` is "picked", "packed", "shipped", or empty to leave it to NetSuite.
    ``packages`` None means: do not touch them. ``ship_group`` is where the goods go, of an order
    with several shipping addresses.
    """

    order_id: str
    internal_id: str = ""
    external_id: str = ""
    tran_id: str = ""
    ship_status: str = ""
    lines: tuple[FulfillmentLine, ...] = ()
    packages: tuple[Package, ...] | None = None
    package_kind: str = "generic"
    memo: str = ""
    ship_group: str = ""
    ship_method: Ref | None = None
    shipping_cost: float | None = None
    last_modified: datetime | None = None
    custom_fields: Mapping[str, CustomValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """The answer to a write: where the record is now.

    ``warning`` is NetSuite's sentence when it saved the record but something after failed, such as
    a script of the account [3.4]; the record exists all the same.
    """

    internal_id: str
    external_id: str = ""
    warning: str = ""
