from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import Any

from odoo import models
from odoo.tools import OrderedSet

from ..netsuite.records import INVOICE, ITEM_FULFILLMENT, Line
from ..netsuite.shippable import contents, report_key, ship_groups
from .netsuite_builder import Hold, Ignore


@dataclass(frozen=True)
class Demand:
    """Goods to ship for a NetSuite line: ``quantity`` in the product's own unit.

    ``factor`` is the quantity for one unit of the line (see ``stock.move.netsuite_factor``);
    deliveries are made by ``group``: the warehouse, and the ship group of the order.
    """

    key: str
    product: Any
    quantity: float
    factor: float
    is_kit: bool
    group: tuple[Any, str]
    line: Line


class NetSuiteBuilder(models.AbstractModel):
    """From the lines of documents to what is to be shipped."""

    _inherit = "netsuite.builder"

    def _demands(self, backend, records, live):
        """What is to be shipped of each document; the others are held or settled.

        :param records: documents by row
        :param live: rows that have deliveries already
        """
        items = self._items(backend, records.values())
        item_records = {internal_id: item._record() for internal_id, item in items.items()}
        fresh = {row: record for row, record in records.items() if row not in live}
        rows = self.env["netsuite.transaction"].union(*records)
        own = self._own_fulfillments(fresh)
        elsewhere = self._elsewhere(self.env["netsuite.transaction"].union(*fresh))
        imported = self._imported_fulfillments(rows)
        goods, planned = {}, defaultdict(float)
        for row, record in records.items():
            self._look_for_lost(row, imported)
            try:
                if row in fresh:
                    self._check_elsewhere(row, record, own.get(row), elsewhere[row])
                goods[row] = self._goods(
                    backend, row, record, item_records, row in live, planned, imported
                )
            except Hold as hold:
                row._hold(hold.reason, str(hold))
            except Ignore as reason:
                row._settle("ignored", str(reason))
        self._match_products(items, goods, live)
        warehouses = self._warehouses(backend, records, goods)
        demands = {}
        for row, shippables in goods.items():
            try:
                lines = self._demand_lines(
                    backend, row, records[row], shippables, items, warehouses
                )
                # What is less than the product's unit can show is not shipped.
                demands[row] = [demand for demand in lines if demand.quantity > 0]
                for _warehouse, ship_group in {demand.group for demand in demands[row]}:
                    self._destination(row, records[row], ship_group)
                if row in fresh and not demands[row]:
                    del demands[row]
                    row._settle("ignored", self._nothing_open(records[row]))
                else:
                    self._check_mapped(backend, row, records[row], demands[row])
            except Hold as hold:
                demands.pop(row, None)
                row._hold(hold.reason, str(hold))
        return demands

    def _items(self, backend, records):
        ids = {line.item.id for record in records for line in record.lines if line.item}
        items = self.env["netsuite.item"]._known(backend, ids)
        members = {member.item.id for item in items.values() for member in item._record().members}
        return items | self.env["netsuite.item"]._known(backend, members - set(items))

    # -- the same goods elsewhere ----------------------------------------------------------------

    def _check_elsewhere(self, row, record, own, other):
        """Goods that another import ships already are not shipped twice.

        :param own: the write-back that made this document, or None
        :param other: the document that ships its goods, if there is one
        """
        if own:
            raise Ignore(
                self.env._(
                    "%(document)s was made by Odoo for delivery %(delivery)s.",
                    document=record.tran_id,
                    delivery=own.picking_id.name,
                )
            )
        if other:
            if record.type == ITEM_FULFILLMENT and other._was_read_before(row):
                # Once it knows of this fulfilment, its delivery gives up these goods.
                other.to_read = True
            raise self._hold_duplicate(record, other)

    def _hold_duplicate(self, record, other):
        return Hold(
            "duplicate",
            self.env._(
                "The goods of %(document)s are on delivery %(delivery)s already, made from "
                "%(other)s by %(backend)s. To ship from this document instead, cancel that "
                "delivery and build this document again.",
                document=record.tran_id,
                delivery=other.live_picking_ids[:1].name,
                other=other.tran_id,
                backend=other.backend_id.name,
            ),
        )

    def _own_fulfillments(self, records):
        """The write-backs that made these fulfilments in NetSuite, by row, where ours did."""
        records = {row: one for row, one in records.items() if one.type == ITEM_FULFILLMENT}
        if not records:
            return {}
        internal_ids = [one.internal_id for one in records.values()]
        external_ids = [one.external_id.lower() for one in records.values() if one.external_id]
        # sudo: they may be another company's
        backends = next(iter(records)).backend_id.sudo()._same_account()
        reports = backends.env["netsuite.fulfillment"].search(
            [
                ("backend_id", "in", backends.ids),
                ("transaction_id.import_type", "!=", ITEM_FULFILLMENT),
                "|",
                ("internal_id", "in", internal_ids),
                ("external_id", "in", external_ids),
            ]
        )
        by_id = {report.internal_id: report for report in reports if report.internal_id}
        by_external_id = {report.external_id: report for report in reports}
        found = {
            row: by_id.get(one.internal_id) or by_external_id.get(one.external_id.lower())
            for row, one in records.items()
        }
        return {row: report for row, report in found.items() if report}

    def _elsewhere(self, rows):
        """The document of another import of the same account with deliveries of the same goods, by
        row; empty where there is none.

        What is on a fulfilment in NetSuite is not open on its order any more: the deliveries of
        both can stand side by side, as long as the order's leave these goods out.
        """
        others = self._related(rows).filtered(lambda other: other._still_ships())
        by_order, by_document = others.grouped("order_id"), others.grouped("internal_id")
        imported = self._imported_fulfillments(rows | others)
        found = {}
        for row in rows:
            candidates = others.browse()
            if row.order_id:
                candidates = by_order.get(row.order_id, candidates)
            candidates += by_document.get(row.internal_id, others.browse()).filtered(
                lambda other, row=row: other.import_type == row.import_type
            )
            found[row] = candidates.filtered(
                lambda other, row=row: self._ships_same_goods(other, row, imported)
            )[:1]
        return found

    def _ships_same_goods(self, other, row, imported):
        """Do the deliveries of another document ship what this one is to ship?"""
        if other.import_type == row.import_type:
            same_document = other.internal_id == row.internal_id
            return other.backend_id != row.backend_id and (
                same_document or row.import_type != ITEM_FULFILLMENT
            )
        if other.import_type == ITEM_FULFILLMENT:
            return not self._is_anything_left(row, imported)
        if row.import_type == ITEM_FULFILLMENT:
            return self._keeps_goods_of(other, row._record(), imported)
        return True

    def _related(self, rows):
        """Documents of the same account that are these, or belong to the same orders."""
        backend = rows.backend_id.sudo()  # sudo: the other backends may be another company's
        if not backend:
            return rows.browse()
        backends = backend._same_account()
        transactions = backends.env["netsuite.transaction"]
        orders = list(filter(None, rows.mapped("order_id")))
        related = transactions.search(
            [
                ("backend_id", "in", backends.ids),
                ("order_id", "in", orders),
                ("id", "not in", rows.ids),
            ]
        )
        if others := backends - backend:
            related |= transactions.search(
                [
                    ("backend_id", "in", others.ids),
                    ("import_type", "in", list(set(rows.mapped("import_type")))),
                    ("internal_id", "in", rows.mapped("internal_id")),
                ]
            )
        return related

    # -- goods -----------------------------------------------------------------------------------

    def _goods(self, backend, row, record, items, is_live, planned, imported):
        """The goods of a document (:class:`..netsuite.shippable.Shippable`).

        :param planned: what invoices before it in this batch take of their orders, by order and
            line; grows
        :param imported: see :meth:`_imported_fulfillments`
        :raises Hold: a person must act
        :raises Ignore: there are none, and no delivery that would have to follow
        """
        order = row._order_record()
        done = self._on_fulfillments(row, order or record, imported)
        committed_only = backend.quantity_to_ship == "committed"
        budget = None
        if order:
            budget = self._open_for_invoice(row, order, done, committed_only)
            budget = {
                key: quantity - planned[row.order_id, key] for key, quantity in budget.items()
            }
        found = contents(
            record,
            items,
            on_fulfillments=done,
            open_on_order=budget,
            committed_only=committed_only,
        )
        if found.unknown:
            if not ship_groups(record, order):
                self._destination(row, record, "")  # the first thing to correct
            raise Hold(
                "item",
                self.env._(
                    "NetSuite does not show the item %(items)s of %(document)s to this role. Give "
                    "the role the permission Lists > Items (and access to the item's "
                    "subsidiary), then read the document again.",
                    items=", ".join(OrderedSet(ref.name or ref.id for ref in found.unknown)),
                    document=record.tran_id,
                ),
            )
        if not is_live:
            self._check_something_to_ship(record, order, found)
            if order:
                by_line = {one.line.key: one for one in found.goods}  # members of a kit once
                for one in by_line.values():
                    planned[row.order_id, report_key(record, one.line)] += one.quantity
        return found.goods

    def _check_something_to_ship(self, record, order, found):
        if record.type == INVOICE and order is None and record.tracking_numbers:
            raise Ignore(
                self.env._(
                    "%(document)s has tracking numbers already: %(numbers)s.",
                    document=record.tran_id,
                    numbers=", ".join(record.tracking_numbers),
                )
            )
        if found.goods:
            return
        if order is not None:
            raise Ignore(
                self.env._(
                    "Nothing of %(document)s is open on its order %(order)s.",
                    document=record.tran_id,
                    order=order.tran_id,
                )
            )
        raise Ignore(self._nothing_open(record))

    def _nothing_open(self, record):
        return self.env._(
            "%s has no open line that can be shipped. Explain it to see why, line by line.",
            record.tran_id,
        )

    def _match_products(self, items, goods, live):
        """Give each item that is shipped a product; hold the documents of those without.

        A delivery that exists keeps its products, also those that were archived since.
        """
        usable = {
            row: (lambda item: item.product_id)
            if row in live
            else lambda item: item.product_id.active
            for row in goods
        }
        missing = OrderedSet(
            items[one.item.internal_id].id
            for row, found in goods.items()
            for one in found
            if not usable[row](items[one.item.internal_id])
        )
        self.env["netsuite.item"].browse(missing)._match_products()
        for row, found in list(goods.items()):
            without = OrderedSet(
                one.item.name for one in found if not usable[row](items[one.item.internal_id])
            )
            if without:
                del goods[row]
                row._hold(
                    "product",
                    self.env._(
                        "No product matches the NetSuite item %(items)s of %(document)s. Create "
                        "the product or choose one under NetSuite > Mapping > Items; the document "
                        "is then built by itself.",
                        items=", ".join(without),
                        document=row.tran_id,
                    ),
                )

    def _warehouses(self, backend, records, goods):
        """The warehouse that ships for each location, by internal id; for another location, and for
        none, the company's default one."""
        refs = [one.line.location for found in goods.values() for one in found]
        refs += [records[row].location for row in goods]
        company = self.env.company
        warehouses = defaultdict(partial(backend._default_warehouse, company))
        for internal_id, location in self.env["netsuite.location"]._by_ref(backend, refs).items():
            if location.warehouse_id.company_id == company:
                warehouses[internal_id] = location.warehouse_id
        return warehouses

    def _demand_lines(self, backend, row, record, shippables, items, warehouses):
        """The demands of a document.

        :raises Hold: conversion rates are missing: all of them are named at once
        """
        lines, missing = [], OrderedSet()
        for one in shippables:
            try:
                lines.append(self._demand(backend, row, record, one, items, warehouses))
            except Hold as hold:
                if hold.reason != "unit":
                    raise
                missing.add(str(hold))
        if missing:
            raise Hold("unit", "\n".join(missing))
        return lines

    def _demand(self, backend, row, record, shippable, items, warehouses):
        line = shippable.line
        product = items[shippable.item.internal_id].product_id
        factor = self.env["netsuite.unit"]._factor(backend, row, shippable, product)
        location = line.location or record.location
        warehouse = warehouses[location.id if location else ""]
        return Demand(
            key=report_key(record, line),
            product=product,
            quantity=product.uom_id.round(shippable.quantity * factor),
            factor=factor,
            is_kit=shippable.member is not None,
            group=(warehouse, line.ship_group if ship_groups(record, row._order_record()) else ""),
            line=line,
        )
