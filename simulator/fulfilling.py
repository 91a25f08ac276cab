"""Fulfilling an order: what can be fulfilled, and what NetSuite refuses [7].

The request is transport-neutral (:class:`Request`): both faces of the simulator fill it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from . import packing, tracing
from .account import (
    ITEM_FULFILLMENT,
    SHIP_STATUSES,
    ZERO,
    Address,
    FulfillmentLine,
    ItemFulfillment,
    Package,
    SalesOrder,
)
from .invoicing import invoice_order
from .ordering import SHIPPABLE, committed, is_goods, order_status, remaining
from .refusal import Refusal, check_unlocked, missing, read_only


@dataclass
class LineRequest:
    """What a caller says about one line; None: not said."""

    order_line: int | None
    receive: bool | None = None
    quantity: Decimal | None = None
    location: str | None = None
    serial_numbers: str | None = None
    assignments: list | None = None
    custom: dict = field(default_factory=dict)


@dataclass
class Request:
    """What a caller wants of a fulfilment; None: not said, leave it."""

    external_id: str | None = None
    ship_status: str | None = None
    tran_date: date | None = None
    memo: str | None = None
    ship_method: str | None = None
    shipping_cost: Decimal | None = None
    handling_cost: Decimal | None = None
    generate_label: bool | None = None
    ship_group: int | None = None
    address: Address | None = None
    package_kind: str = ""
    packages: list[Package] | None = None
    lines: list[LineRequest] | None = None
    replace_lines: bool = False
    custom: dict = field(default_factory=dict)


@dataclass
class ProposedLine:
    """A line that could be fulfilled; members of a kit have no ``order_line`` in SOAP [5.4]."""

    item: str
    quantity: Decimal
    remaining: Decimal
    ticked: bool = True
    order_line: int | None = None
    kit_line: int | None = None
    location: str = ""
    unit: str = ""
    description: str = ""
    drop_ship: bool = False
    created_po: str = ""
    serial_numbers: str = ""
    ship_group: int | None = None
    custom: dict = field(default_factory=dict)


# -- what can be fulfilled ------------------------------------------------------------------


def propose(books, order_id, ship_group=None) -> tuple[SalesOrder, int | None, list[ProposedLine]]:
    """What NetSuite would fulfil now: the order, the ship group, and all open lines, ticked.

    :raises Refusal: INVALID_INITIALIZE_REF when nothing can be fulfilled (any more) [3.6]
    """
    order = books.orders.get(order_id)
    if not order or not books.role.sees(order):
        raise _not_initializable(order_id)
    status = order_status(books, order)
    if status == "G":
        raise Refusal(
            "INVALID_INITIALIZE_REF",
            f"You have an invalid sales order {order_id} or the order is already billed.",
        )
    if status not in SHIPPABLE:
        raise _not_initializable(order_id)
    lines = [one for one in order.lines if _open(books, order, one)]
    group = _ship_group(books, order, lines, ship_group)
    lines = [one for one in lines if group is None or one.ship_group == group]
    if not lines:
        raise _not_initializable(order_id)
    return order, group, [one for line in lines for one in _proposed(books, order, line)]


def _not_initializable(order_id):
    return Refusal(
        "INVALID_INITIALIZE_REF",
        f"You have an invalid sales order {order_id} or the order is already closed.",
    )


def _open(books, order, line):
    """Closed lines, store pickup and what is no goods are never proposed [5.4]."""
    if line.closed or line.store_pickup or not is_goods(books, line):
        return False
    return remaining(books, order, line) > 0


def _ship_group(books, order, lines, wanted):
    """With multiple shipping routes one fulfilment serves one ship group [5.3]."""
    routes = order.multi_ship_to and books.settings.features.multiple_shipping_routes
    if wanted is None:
        groups = [one.ship_group for one in lines if one.ship_group is not None]
        return min(groups, default=None) if routes else None
    if not routes or wanted not in {one.ship_group for one in order.lines}:
        raise Refusal("INVALID_SHIP_GRP", f"Invalid shipping group {wanted}.")
    return wanted


def _proposed(books, order, line):
    """The line, and a kit's members after it."""
    left = remaining(books, order, line)
    quantity = left
    if books.settings.features.fulfillment_based_on_commitment:  # [7.1]
        quantity = committed(books, order, line)
    ticked = quantity > 0 and (not line.drop_ship or books.settings.unverified.drop_ship_ticked)
    yield ProposedLine(
        item=line.item,
        quantity=quantity,
        remaining=left,
        ticked=ticked,
        order_line=line.line,
        location=line.location or order.location,
        unit=line.unit,
        description=line.description,
        drop_ship=line.drop_ship,
        created_po=line.created_po,
        serial_numbers=line.serial_numbers,
        ship_group=line.ship_group,
        custom=dict(line.custom),
    )
    for member, each in books.items[line.item].members.items():
        if books.items[member].fulfillable:
            yield ProposedLine(
                item=member,
                quantity=quantity * each,
                remaining=left * each,
                ticked=ticked,
                kit_line=line.line,
                location=line.location or order.location,
                unit=books.items[member].stock_unit,
                description=books.items[member].description,
                ship_group=line.ship_group,
            )


# -- creating -------------------------------------------------------------------------------


def create(books, order_id, request: Request) -> ItemFulfillment:
    """Fulfil an order. Lines that the request does not mention stay as proposed: ticked [7.1]."""
    _check_external_id(books, request.external_id)
    order, group, proposed = propose(books, order_id, request.ship_group)
    lines = _ticked(books, order, proposed, request)
    if request.ship_method:
        _check_ship_method(books, request.ship_method)
    now = books.now()
    fulfillment = ItemFulfillment(
        id=books.next_id(),
        tran_id=books.next_number("IF"),
        entity=order.entity,
        tran_date=request.tran_date or books.today(),
        created=now,
        modified=now,
        external_id=request.external_id or "",
        memo=order.memo if request.memo is None else request.memo,
        location=order.location,
        subsidiary=order.subsidiary,
        ship_method=request.ship_method or _default_ship_method(order, group),
        shipping_cost=request.shipping_cost,
        handling_cost=request.handling_cost,
        address=request.address or _address(order, group),
        created_from=order.id,
        custom=_inherited(books, order) | request.custom,
        ship_group=group,
        ship_status=_first_status(books, request.ship_status),
        generate_label=bool(request.generate_label),
        lines=lines,
    )
    _check_period(books, fulfillment.tran_date)
    if books.settings.unverified.ship_complete_enforced and order.ship_complete:
        _check_complete(books, order, lines)
    fulfillment.package_kind = (
        books.ship_methods[fulfillment.ship_method].carrier if (fulfillment.ship_method) else ""
    )
    fulfillment.packages = packing.packages(books, fulfillment, request, fresh=True)
    _note_stage(books, fulfillment)
    books.keep(fulfillment)
    _touch_order(books, order)
    if not books.settings.features.advanced_shipping:
        invoice_order(books, order, fulfillment)  # [5.5]
    return fulfillment


def _check_external_id(books, external_id):
    if external_id and books.by_external_id(external_id):
        raise Refusal("DUP_RCRD", "This record already exists")  # [7.2]


def _check_ship_method(books, ship_method):
    if ship_method not in books.ship_methods:
        raise Refusal("INVALID_KEY_OR_REF", f"Invalid shipmethod reference key {ship_method}.")


def _check_period(books, day):
    limit = books.settings.closed_through
    if limit and day <= limit:
        raise Refusal(
            "TRAN_PERIOD_CLOSED",
            "You cannot process this transaction. The accounting period is closed.",
        )


def _check_complete(books, order, lines):
    sent = {one.order_line: one.quantity for one in lines}
    for line in order.lines:
        if _open(books, order, line) and sent.get(line.line, ZERO) < remaining(books, order, line):
            raise Refusal("USER_ERROR", "This order must be shipped complete.")


def _address(order, group):
    found = next((one.address for one in order.ship_groups if one.id == group), None)
    return found or order.address


def _default_ship_method(order, group):
    found = next((one.ship_method for one in order.ship_groups if one.id == group), "")
    return found or order.ship_method


def _inherited(books, order):
    """Custom body fields that the order and the fulfilment share are carried over."""
    fields = books.custom_fields
    return {
        name: value
        for name, value in order.custom.items()
        if name in fields and ITEM_FULFILLMENT in fields[name].applies_to
    }


def _first_status(books, wanted):
    """Without Pick, Pack and Ship every fulfilment is shipped, and no status is accepted [7.4]."""
    if not books.settings.features.pick_pack_and_ship:
        if wanted is not None:
            raise read_only("shipstatus")
        return "shipped"
    return wanted or "shipped"


def _note_stage(books, fulfillment):
    """Enter today as the date of the stages reached."""
    reached = SHIP_STATUSES.index(fulfillment.ship_status) + 1
    for stage in SHIP_STATUSES[:reached]:
        fulfillment.stage_dates.setdefault(stage, books.today())


def _touch_order(books, order):
    if books.settings.unverified.linked_records_touch_order:
        order.modified = books.now()


# -- lines ----------------------------------------------------------------------------------


def _ticked(books, order, proposed, request, but=None) -> list[FulfillmentLine]:
    """The lines to fulfil: proposals changed by the request [7.1]."""
    wanted = _by_key(proposed, request.lines or [])
    replaced = request.replace_lines and request.lines is not None
    replaced = replaced and books.settings.unverified.replace_all_removes_lines
    lines: list[FulfillmentLine] = []
    kits: dict[int, Decimal] = {}  # the part of each kit that is fulfilled
    for proposal in proposed:
        if proposal.order_line is None:
            lines += _kit_member(proposal, kits)
            continue
        line = wanted.get(proposal.order_line)
        receive = proposal.ticked and not (replaced and line is None)
        if line and line.receive is not None:
            receive = line.receive
        if not receive:
            continue
        made = _line(books, order, proposal, line or LineRequest(proposal.order_line), but)
        kits[proposal.order_line] = made.quantity / proposal.remaining
        lines.append(made)
    if not lines:
        raise Refusal(
            "VALID_LINE_ITEM_REQD",
            "You must have at least one valid line item for this transaction.",
        )
    return lines


def _by_key(proposed, requested):
    keys = {one.order_line for one in proposed if one.order_line is not None}
    wanted = {}
    for line in requested:
        if line.order_line is None:  # [5.4]
            raise Refusal("USER_ERROR", "Adding new line to sublist item is not allowed.")
        if line.order_line not in keys or line.order_line in wanted:
            raise Refusal(
                "USER_ERROR",
                "Unable to find a matching line for sublist item with key: [orderLine] "
                f"and value: [{line.order_line}].",
            )
        wanted[line.order_line] = line
    return wanted


def _kit_member(proposal, kits):
    """A member follows its kit in proportion [5.4]."""
    share = kits.get(proposal.kit_line)
    if share:
        yield FulfillmentLine(
            item=proposal.item,
            quantity=proposal.remaining * share,
            kit_line=proposal.kit_line,
            location=proposal.location,
            unit=proposal.unit,
            ship_group=proposal.ship_group,
        )


def _line(books, order, proposal, line, but):
    quantity = proposal.quantity if line.quantity is None else line.quantity
    if quantity <= 0:
        raise Refusal("POSITIVE_QTY_REQD", "You must enter a positive quantity for this item.")
    over = quantity > proposal.remaining
    if over and not books.settings.features.allow_overage:
        raise Refusal(
            "OVER_FULFILL_DISALLWD",
            "You can not fulfill more than the quantity ordered, because the preference "
            "'Allow Overage on Item Fulfillments' is not set.",
        )
    location = proposal.location if line.location is None else line.location
    if location and location not in books.locations:
        raise Refusal("INVALID_KEY_OR_REF", f"Invalid location reference key {location}.")
    item = books.items[proposal.item]
    if not location and item.type.endswith(("InventoryItem", "AssemblyItem")):
        raise Refusal("USER_ERROR", "Please enter value(s) for: Location")
    source = order.line(proposal.order_line)
    made = FulfillmentLine(
        item=proposal.item,
        quantity=quantity,
        order_line=proposal.order_line,
        location=location,
        unit=proposal.unit,
        ship_group=proposal.ship_group,
        custom=proposal.custom | line.custom,
    )
    tracing.trace(books, source, item, made, line, but)
    return made


# -- changing -------------------------------------------------------------------------------


def update(books, internal_id, request: Request) -> ItemFulfillment:
    """Change a fulfilment: only what the request says [7.4]."""
    fulfillment = books.fulfillments.get(internal_id)
    if not fulfillment or not books.role.sees(fulfillment):
        raise missing(ITEM_FULFILLMENT, internal_id)
    check_unlocked(fulfillment)
    order = books.orders[fulfillment.created_from]
    status = _next_status(books, fulfillment, request.ship_status)
    _check_period(books, request.tran_date or fulfillment.tran_date)
    _check_carrier(books, fulfillment, request.ship_method)
    if request.external_id and request.external_id.lower() != fulfillment.external_id.lower():
        _check_external_id(books, request.external_id)
    if request.packages is not None:
        packages = packing.packages(books, fulfillment, request)
        if (
            fulfillment.ship_status == "shipped"
            and not books.settings.unverified.shipped_packages_editable
        ):
            raise _shipped_already()
        fulfillment.packages = packages
    if request.lines is not None:
        fulfillment.lines = _changed_lines(books, order, fulfillment, request)
    for name in ("external_id", "tran_date", "memo", "shipping_cost", "handling_cost", "address"):
        value = getattr(request, name)
        if value is not None:
            setattr(fulfillment, name, value)
    fulfillment.ship_method = request.ship_method or fulfillment.ship_method
    fulfillment.custom |= request.custom
    fulfillment.ship_status = status
    _note_stage(books, fulfillment)
    fulfillment.modified = books.now()
    _touch_order(books, order)
    return fulfillment


def _next_status(books, fulfillment, wanted):
    """A ship status never goes backwards [7.4]."""
    if wanted is None:
        return fulfillment.ship_status
    if not books.settings.features.pick_pack_and_ship:
        raise read_only("shipstatus")
    if SHIP_STATUSES.index(wanted) < SHIP_STATUSES.index(fulfillment.ship_status):
        raise Refusal(
            "CANT_MODIFY_FULFILL_STATUS",
            f"You cannot change the status of this fulfillment from {fulfillment.ship_status} "
            f"to {wanted}.",
        )
    return wanted


def _check_carrier(books, fulfillment, ship_method):
    if not ship_method or ship_method == fulfillment.ship_method:
        return
    _check_ship_method(books, ship_method)
    if books.ship_methods[ship_method].carrier != fulfillment.package_kind:
        raise Refusal(
            "CANT_SWITCH_SHIP_METHOD",
            "You cannot switch the shipping method of this fulfillment to another carrier.",
        )


def _shipped_already():
    return Refusal(
        "CANT_MODIFY_FULFILL_STATUS", "This fulfillment is already shipped and cannot be changed."
    )


def _changed_lines(books, order, fulfillment, request):
    """Lines of a fulfilment that is not shipped yet; what is unticked goes back to the order."""
    if fulfillment.ship_status == "shipped":
        raise _shipped_already()
    proposed = []
    for line in fulfillment.lines:
        source = order.line(line.order_line) if line.order_line is not None else None
        proposed.append(
            ProposedLine(
                item=line.item,
                quantity=line.quantity,
                remaining=(
                    remaining(books, order, source, but=fulfillment) if source else line.quantity
                ),
                order_line=line.order_line,
                kit_line=line.kit_line,
                location=line.location,
                unit=line.unit,
                serial_numbers=line.serial_numbers,
                ship_group=line.ship_group,
                custom=line.custom,
            )
        )
    _restate_members(books, proposed)
    kept = {one.order_line: one for one in fulfillment.lines}
    for line in request.lines:
        old = kept.get(line.order_line)
        if old and line.assignments is None and line.quantity in (None, old.quantity):
            line.assignments = old.assignments or None
    return _ticked(books, order, proposed, request, but=fulfillment)


def _restate_members(books, proposed):
    """Members' remaining quantity follows their kit's, so that shares come out right."""
    kits = {one.order_line: one for one in proposed if one.order_line is not None}
    for one in proposed:
        if one.order_line is None:
            kit = kits[one.kit_line]
            one.remaining = kit.remaining * books.items[kit.item].members[one.item]
