"""The company's books, whatever the transport: plain records, quantities as Decimal, times in UTC.

Internal ids are strings; references between records are internal ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

ZERO = Decimal(0)

SALES_ORDER, INVOICE, ITEM_FULFILLMENT = "salesOrder", "invoice", "itemFulfillment"
# Ship status in the order in which it advances [7.4].
SHIP_STATUSES = ("picked", "packed", "shipped")

# Item types by SOAP record name, with their REST code and whether they can be on a fulfilment:
# always, never, or as the item's own flag says [5.4].
ITEM_TYPES = {
    "InventoryItem": ("InvtPart", True),
    "LotNumberedInventoryItem": ("InvtPart", True),
    "SerializedInventoryItem": ("InvtPart", True),
    "AssemblyItem": ("Assembly", True),
    "KitItem": ("Kit", None),
    "NonInventorySaleItem": ("NonInvtPart", None),
    "ServiceSaleItem": ("Service", None),
    "OtherChargeSaleItem": ("OthCharge", None),
    "GiftCertificateItem": ("GiftCert", None),
    "DownloadItem": ("DwnLdItem", None),
    "DiscountItem": ("Discount", False),
    "MarkupItem": ("Markup", False),
    "DescriptionItem": ("Description", False),
    "SubtotalItem": ("Subtotal", False),
    "PaymentItem": ("Payment", False),
    "ItemGroup": ("Group", False),
}


@dataclass
class Named:
    """A list entry: location, subsidiary, department, class, bin …"""

    id: str
    name: str


@dataclass
class ShipMethod(Named):
    """``carrier`` ups, usps or fedex means integrated: a package list of its own [7.3]."""

    carrier: str = ""


@dataclass
class Unit(Named):
    """A unit of measure; ``rate`` base units in one."""

    rate: Decimal = Decimal(1)


@dataclass
class UnitsType(Named):
    units: list[Unit] = field(default_factory=list)


@dataclass
class Address:
    """``country`` is an ISO 3166 code. With ``override`` only ``text`` may be filled [5.2]."""

    id: str = ""
    country: str = "US"
    attention: str = ""
    addressee: str = ""
    phone: str = ""
    addr1: str = ""
    addr2: str = ""
    addr3: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    text: str = ""
    override: bool = False


@dataclass
class Customer(Named):
    email: str = ""
    addresses: list[Address] = field(default_factory=list)


@dataclass
class Item(Named):
    """``name`` is the item name/number (SKU), ``members`` maps item id to quantity in a kit."""

    type: str = "InventoryItem"
    display_name: str = ""
    description: str = ""
    upc: str = ""
    fulfillable_flag: bool = True
    drop_ship: bool = False
    weight: Decimal = ZERO
    weight_unit: str = "lb"
    units_type: str = ""
    stock_unit: str = ""
    price: Decimal = ZERO
    members: dict[str, Decimal] = field(default_factory=dict)
    inactive: bool = False
    modified: datetime | None = None

    @property
    def fulfillable(self):
        always = ITEM_TYPES[self.type][1]
        return self.fulfillable_flag if always is None else always

    @property
    def lot(self):
        return self.type.startswith("LotNumbered")

    @property
    def serial(self):
        return self.type.startswith("Serialized")


@dataclass
class InventoryNumber(Named):
    """A lot or serial: ``name`` is its number, ``quantity`` on hand in base units."""

    item: str = ""
    quantity: Decimal = ZERO
    location: str = ""


@dataclass
class CustomField:
    """A custom field of this account; ``kind`` string, boolean, date, datetime (read
    only), double or select."""

    script_id: str
    kind: str = "string"
    id: str = ""
    label: str = ""
    list_id: str = ""
    applies_to: tuple[str, ...] = (SALES_ORDER, INVOICE, ITEM_FULFILLMENT)


@dataclass
class Transaction:
    """What the three document types share."""

    id: str
    tran_id: str
    entity: str
    tran_date: date
    created: datetime
    modified: datetime
    external_id: str = ""
    memo: str = ""
    location: str = ""
    subsidiary: str = ""
    department: str = ""
    class_: str = ""
    ship_method: str = ""
    shipping_cost: Decimal | None = None
    sales_rep: str = ""
    terms: str = ""
    fob: str = ""
    address: Address | None = None
    created_from: str = ""
    locked: bool = False  # by a workflow
    custom: dict[str, object] = field(default_factory=dict)

    type = ""


@dataclass
class OrderLine:
    """A sales order's line: ``line`` is the stable key with gaps [5.3]; quantity in ``unit``."""

    line: int
    unique_key: int
    item: str
    quantity: Decimal | None = Decimal(1)
    description: str = ""
    unit: str = ""
    rate: Decimal = ZERO
    location: str = ""
    closed: bool = False
    drop_ship: bool = False
    special_order: bool = False
    created_po: str = ""
    store_pickup: bool = False
    backordered: Decimal = ZERO  # not in stock
    ship_group: int | None = None
    ship_method: str = ""
    serial_numbers: str = ""
    expected_ship_date: date | None = None
    custom: dict[str, object] = field(default_factory=dict)


@dataclass
class ShipGroup:
    """One destination of an order with multiple shipping routes."""

    id: int
    address: Address
    ship_method: str = ""


@dataclass
class SalesOrder(Transaction):
    other_ref_num: str = ""
    email: str = ""
    ship_date: date | None = None
    ship_complete: bool = False
    multi_ship_to: bool = False
    approved: bool = True
    cancelled: bool = False
    closed: bool = False
    ship_groups: list[ShipGroup] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)

    type = SALES_ORDER

    def line(self, key):
        """The line with this key, or None."""
        return next((one for one in self.lines if one.line == int(key)), None)


@dataclass
class InvoiceLine:
    line: int
    item: str
    quantity: Decimal | None = Decimal(1)
    order_line: int | None = None
    description: str = ""
    unit: str = ""
    rate: Decimal = ZERO
    location: str = ""
    custom: dict[str, object] = field(default_factory=dict)


@dataclass
class Invoice(Transaction):
    """``state``: open, paidInFull, pendingApproval, rejected, voided."""

    state: str = "open"
    other_ref_num: str = ""
    email: str = ""
    ship_date: date | None = None
    due_date: date | None = None
    tracking_numbers: str = ""
    lines: list[InvoiceLine] = field(default_factory=list)

    type = INVOICE

    def line(self, key):
        """The line with this key, or None."""
        return next((one for one in self.lines if one.line == int(key)), None)


@dataclass
class Assignment:
    """A lot or serial on a fulfilment line [7.7]."""

    number: str
    quantity: Decimal
    bin: str = ""


@dataclass
class FulfillmentLine:
    """``order_line`` None: a kit's member, which SOAP shows without a key [5.4]."""

    item: str
    quantity: Decimal
    order_line: int | None = None
    kit_line: int | None = None
    location: str = ""
    unit: str = ""
    serial_numbers: str = ""
    ship_group: int | None = None
    assignments: list[Assignment] = field(default_factory=list)
    custom: dict[str, object] = field(default_factory=dict)


@dataclass
class Package:
    """``weight`` in pounds [7.3]."""

    weight: Decimal = Decimal(1)
    tracking: str = ""
    description: str = ""


@dataclass
class ItemFulfillment(Transaction):
    ship_status: str = "shipped"
    ship_group: int | None = None
    package_kind: str = ""  # "", ups, usps, fedex
    handling_cost: Decimal | None = None
    generate_label: bool = False
    packages: list[Package] = field(default_factory=list)
    lines: list[FulfillmentLine] = field(default_factory=list)
    stage_dates: dict[str, date] = field(default_factory=dict)

    type = ITEM_FULFILLMENT


@dataclass
class Deletion:
    type: str
    id: str
    external_id: str
    tran_id: str
    when: datetime


@dataclass
class SavedSearch:
    """A saved transaction search: allowed values by field name, and columns."""

    id: str
    filters: dict[str, list[str]]
    columns: list[str] = field(default_factory=lambda: ["internalId", "tranId", "lastModifiedDate"])
