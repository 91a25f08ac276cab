"""What people do in NetSuite's screens: for tests, for a chaos run, and for the control interface.

Each method takes the lock, changes the books as a person would and stamps ``lastModifiedDate``.
Orders are named by internal id, items by SKU or internal id, lines by their key.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal

from . import fulfilling, invoicing, tracing
from .account import (
    Address,
    Deletion,
    Invoice,
    InvoiceLine,
    OrderLine,
    Package,
    SalesOrder,
    ShipGroup,
    Transaction,
)
from .clock import Clock, as_date
from .ordering import on_fulfillments, order_status
from .refusal import Refusal
from .settings import Settings


def locked(method):
    """Run a method of the books under their lock."""

    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        with self.lock:
            return method(self, *args, **kwargs)

    return wrapper


class Editing:
    """Edits of :class:`~.books.Books`, which has the records, the clock and the lock."""

    lock: threading.RLock
    clock: Clock
    settings: Settings
    orders: dict[str, SalesOrder]
    now: Callable[[], datetime]

    def today(self) -> date:
        """Today in the user's time zone [8]."""
        return as_date(self.clock.now(), self.settings.time_zone)

    @locked
    def status(self, order_id) -> str:
        """The status letter of an order [4.6]."""
        return order_status(self, self.orders[order_id])

    # -- orders ------------------------------------------------------------------------------

    @locked
    def add_order(self, lines, *, entity=None, address=None, tran_id=None, ship_groups=(), **more):
        """Enter a sales order.

        :param lines: (item, quantity) pairs or mappings of :class:`~.account.OrderLine` fields
        :param address: an :class:`~.account.Address` or a mapping; by default the customer's first
        :param more: other fields of :class:`~.account.SalesOrder`
        :return: the order
        """
        now, more = self.now(), _dates(more)
        customer = self.customers[entity or next(iter(self.customers))]
        order = SalesOrder(
            id=self.next_id(),
            tran_id=tran_id or self.next_number("SO"),
            entity=customer.id,
            tran_date=more.pop("tran_date", None) or self.today(),
            created=more.pop("created", now),
            modified=more.pop("modified", now),
            address=_address(address) if address else customer.addresses[0],
            email=more.pop("email", customer.email),
            location=more.pop("location", next(iter(self.locations), "")),
            subsidiary=more.pop("subsidiary", next(iter(self.subsidiaries), "")),
            ship_groups=[
                one
                if isinstance(one, ShipGroup)
                else ShipGroup(one["id"], _address(one["address"]), one.get("ship_method", ""))
                for one in ship_groups
            ],
            **more,
        )
        for number, line in enumerate(lines, 1):
            order.lines.append(self._line(order, line, number))
        return self.keep(order)

    @locked
    def add_line(self, order_id, item, quantity, **more):
        """Add a line at the end; its key is higher than any key used before."""
        order = self.orders[order_id]
        last = max((one.line for one in order.lines), default=0)
        line = self._line(order, {"item": item, "quantity": quantity, **more}, last + 1)
        order.lines.append(line)
        self._stamp(order)
        return line

    @locked
    def edit_line(self, order_id, line, **changes):
        """Change fields of a line: ``edit_line("1001", 3, quantity=2)``.

        :raises Refusal: less than is on fulfilments already
        """
        order = self.orders[order_id]
        found = order.line(line)
        fulfilled = on_fulfillments(self, order, found)
        if fulfilled and Decimal(str(changes.get("quantity", fulfilled))) < fulfilled:
            raise _linked(f"line {line}")
        self._set(found, changes)
        self._stamp(order)

    @locked
    def remove_line(self, order_id, line):
        """Take a line out; the other keys stay, so a gap remains."""
        order = self.orders[order_id]
        found = order.line(line)
        if on_fulfillments(self, order, found):
            raise _linked(f"line {line}")
        order.lines.remove(found)
        self._stamp(order)

    @locked
    def close_line(self, order_id, line):
        self.edit_line(order_id, line, closed=True)

    @locked
    def close_order(self, order_id):
        self.edit_order(order_id, closed=True)

    @locked
    def cancel(self, order_id):
        """Cancel an order; one with fulfilments can only be closed."""
        self._check_unlinked(order_id)
        self.edit_order(order_id, cancelled=True)

    @locked
    def approve(self, order_id):
        self.edit_order(order_id, approved=True)

    @locked
    def unapprove(self, order_id):
        """Send an order back to Pending Approval."""
        self._check_unlinked(order_id)
        self.edit_order(order_id, approved=False)

    @locked
    def edit_order(self, order_id, **changes):
        """Change body fields: memo, ship_method, ship_date, address, custom (merged) …"""
        order = self.orders[order_id]
        self._set(order, changes)
        self._stamp(order)

    @locked
    def touch(self, record_type, internal_id, when=None):
        """Set ``lastModifiedDate`` alone (``when`` in UTC, by default now)."""
        self.tables()[record_type][internal_id].modified = when or self.now()

    @locked
    def lock_record(self, record_type, internal_id, locked=True):
        """Let a workflow lock a record, or release it."""
        self.tables()[record_type][internal_id].locked = locked

    @locked
    def delete(self, record_type, internal_id):
        """Delete a transaction; it stays in the list of deleted records [4.5].

        Quantities of a deleted fulfilment are open again on its order.
        """
        record = self.tables()[record_type][internal_id]
        self._check_unlinked(internal_id)
        self.drop(record)
        if record.created_from:
            self._stamp(self.orders[record.created_from])
        self.deletions.append(
            Deletion(record_type, record.id, record.external_id, record.tran_id, self.now())
        )

    # -- fulfilments and invoices ------------------------------------------------------------

    @locked
    def fulfil_by_hand(self, order_id, quantities=None, ship_status=None, packages=None, **more):
        """Fulfil an order in NetSuite's screen.

        :param quantities: quantity by line key; lines not named are left out; None: all lines
        :param packages: :class:`~.account.Package` or mappings of its fields
        :param more: other fields of :class:`~.fulfilling.Request`
        """
        request = fulfilling.Request(
            ship_status=ship_status,
            packages=None if packages is None else [_package(one) for one in packages],
            package_kind=self._package_kind(order_id, more.get("ship_method")),
            **more,
        )
        request.lines = self._line_requests(order_id, quantities, more.get("ship_group"))
        return fulfilling.create(self, order_id, request)

    @locked
    def ship(self, fulfillment_id, ship_status="shipped", packages=None):
        """Advance a fulfilment, with packages if given."""
        kind = self.fulfillments[fulfillment_id].package_kind
        request = fulfilling.Request(
            ship_status=ship_status,
            package_kind=kind,
            packages=None if packages is None else [_package(one) for one in packages],
        )
        return fulfilling.update(self, fulfillment_id, request)

    @locked
    def invoice(self, order_id):
        """Bill what is shipped of an order."""
        return invoicing.invoice_order(self, self.orders[order_id])

    @locked
    def add_invoice(self, lines, *, entity=None, address=None, **more):
        """Enter a stand-alone invoice: ``lines`` are (item, quantity) pairs [5.5]."""
        now, more = self.now(), _dates(more)
        customer = self.customers[entity or next(iter(self.customers))]
        made = [
            InvoiceLine(
                line=number,
                item=self.item_by_name(item).id,
                quantity=Decimal(str(quantity)),
                description=self.item_by_name(item).description,
                unit=self.item_by_name(item).stock_unit,
                rate=self.item_by_name(item).price,
                location=more.get("location", next(iter(self.locations), "")),
            )
            for number, (item, quantity) in enumerate(lines, 1)
        ]
        return self.keep(
            Invoice(
                id=self.next_id(),
                tran_id=more.pop("tran_id", None) or self.next_number("INV"),
                entity=customer.id,
                tran_date=more.pop("tran_date", None) or self.today(),
                created=more.pop("created", now),
                modified=more.pop("modified", now),
                address=_address(address) if address else customer.addresses[0],
                email=more.pop("email", customer.email),
                location=more.pop("location", next(iter(self.locations), "")),
                subsidiary=more.pop("subsidiary", next(iter(self.subsidiaries), "")),
                lines=made,
                **more,
            )
        )

    @locked
    def edit_invoice(self, invoice_id, **changes):
        """Change fields of an invoice: state, memo …"""
        invoice = self.invoices[invoice_id]
        self._set(invoice, changes)
        self._stamp(invoice)

    # -- helpers -----------------------------------------------------------------------------

    def _check_unlinked(self, order_id):
        if self.fulfillments_of(order_id) or self.invoices_of(order_id):
            raise _linked(f"transaction {order_id}")

    def _stamp(self, record: Transaction):
        record.modified = self.now()

    def _line(self, order, line, number):
        if not isinstance(line, dict):
            line = {"item": line[0], "quantity": line[1]}
        item = self.item_by_name(line["item"])
        known = {
            "line": number,
            "unique_key": self.next_unique_key(),
            "description": item.description,
            "unit": item.stock_unit,
            "rate": item.price,
            "location": order.location,
        } | line
        known["item"] = item.id
        known = _dates(known)
        for name in ("quantity", "rate", "backordered"):
            if known.get(name) is not None:
                known[name] = Decimal(str(known[name]))
        return OrderLine(**known)

    def _set(self, record, changes):
        names = {one.name for one in fields(record)}
        for name, value in _dates(changes).items():
            if name not in names:
                raise KeyError(f"{type(record).__name__} has no field {name!r}")
            if name == "address":
                value = _address(value)
            elif name == "item":
                value = self.item_by_name(value).id
            elif name == "custom":
                value = record.custom | value
            elif name in ("quantity", "rate", "backordered", "shipping_cost") and value is not None:
                value = Decimal(str(value))
            setattr(record, name, value)

    def _package_kind(self, order_id, ship_method=None):
        order = self.orders.get(order_id)
        method = ship_method or (order.ship_method if order else "")
        return self.ship_methods[method].carrier if method else ""

    def _line_requests(self, order_id, quantities, ship_group):
        """Tick the lines named (None: all), with lots and serials in stock, untick the others."""
        wanted = {int(key): Decimal(str(value)) for key, value in (quantities or {}).items()}
        _order, _group, proposed = fulfilling.propose(self, order_id, ship_group)
        requests = []
        for one in proposed:
            if one.order_line is None:
                continue
            quantity = wanted.pop(one.order_line, one.quantity if quantities is None else None)
            ticked = None if quantities is None else quantity is not None
            numbers = self.pick_numbers(one.item, quantity or 0)
            requests.append(
                fulfilling.LineRequest(one.order_line, ticked, quantity, assignments=numbers)
            )
        return requests + [
            fulfilling.LineRequest(key, True, value) for key, value in wanted.items()
        ]

    def pick_numbers(self, item_id, quantity):
        """Lots or serials in stock for a quantity; None for an item without, or too few."""
        return tracing.pick(self, self.items[item_id], Decimal(quantity))


def _linked(what):
    """What other records depend on cannot be taken away [3.6]."""
    return Refusal(
        "CANT_UPDATE_LINKED_TRANS_LINES",
        f"You cannot change {what}: other records are linked to it.",
    )


def _dates(fields):
    """Dates may be given as ISO text."""
    return {
        name: date.fromisoformat(value)
        if name.endswith("_date") and isinstance(value, str)
        else value
        for name, value in fields.items()
    }


def _address(value):
    return value if isinstance(value, Address) else Address(**value)


def _package(value):
    if isinstance(value, Package):
        return value
    weight = Decimal(str(value.get("weight", 1)))
    return Package(weight, value.get("tracking", ""), value.get("description", ""))
