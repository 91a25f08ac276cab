from dataclasses import dataclass
from typing import Any

from odoo import models
from odoo.tools import OrderedSet

from ..netsuite.records import INVOICE, ITEM_FULFILLMENT, Line
from ..netsuite.shippable import contents, fulfilled_quantities, open_quantities, report_key
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
        goods = {}
        for row, record in records.items():
            try:
                if not record.multi_ship_to:
                    self._destination(row, record, "")
                if row not in live:
                    self._check_elsewhere(row, record)
                goods[row] = self._goods(backend, row, record, item_records, row in live)
            except Hold as hold:
                row._hold(hold.reason, str(hold))
            except Ignore as reason:
                row._settle("ignored", str(reason))
        self._match_products(items, goods)
        locations = self._locations(backend, records, goods)
        demands = {}
        for row, shippables in goods.items():
            try:
                demands[row] = [
                    self._demand(backend, row, records[row], one, items, locations)
                    for one in shippables
                ]
                for _warehouse, ship_group in {demand.group for demand in demands[row]}:
                    self._destination(row, records[row], ship_group)
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

    def _check_elsewhere(self, row, record):
        """Goods that another import ships already are not shipped twice."""
        if record.type == ITEM_FULFILLMENT and (own := self._own_fulfillment(record)):
            raise Ignore(
                self.env._(
                    "%(document)s was made by Odoo for delivery %(delivery)s.",
                    document=record.tran_id,
                    delivery=own.picking_id.name,
                )
            )
        other = self._elsewhere(row)
        if other:
            picking = other.live_picking_ids[:1]
            raise Hold(
                "duplicate",
                self.env._(
                    "The goods of %(document)s are on delivery %(delivery)s already, made from "
                    "%(other)s by %(backend)s. To ship from this document instead, cancel that "
                    "delivery and build this document again.",
                    document=record.tran_id,
                    delivery=picking.name,
                    other=other.tran_id,
                    backend=other.backend_id.name,
                ),
            )

    def _own_fulfillment(self, record):
        """The write-back that made this fulfilment in NetSuite, if one of ours did."""
        # sudo: it may be another company's
        return (
            self.env["netsuite.fulfillment"]
            .sudo()
            .search(
                [
                    "|",
                    ("internal_id", "=", record.internal_id),
                    ("external_id", "=ilike", record.external_id or "-"),
                ],
                limit=1,
            )
        )

    def _elsewhere(self, row):
        """A document of another import of the same account with deliveries of the same goods."""
        backends = row.backend_id.sudo()._same_account()  # sudo: it may be another company's
        same_document = [
            ("import_type", "=", row.import_type),
            ("internal_id", "=", row.internal_id),
            ("backend_id", "!=", row.backend_id.id),
        ]
        same_order = [
            ("order_id", "=", row.order_id or False),
            ("order_id", "!=", False),
            "|",
            ("backend_id", "!=", row.backend_id.id),
            ("import_type", "!=", row.import_type),
        ]
        others = backends.env["netsuite.transaction"].search(
            [
                ("backend_id", "in", backends.ids),
                ("all_picking_ids", "!=", False),
                "|",
                *["&", "&", *same_document],
                *["&", "&", *same_order],
            ]
        )
        return others.filtered("live_picking_ids")[:1]

    # -- goods -----------------------------------------------------------------------------------

    def _goods(self, backend, row, record, items, is_live):
        """The goods of a document (:class:`..netsuite.shippable.Shippable`).

        :raises Hold: a person must act
        :raises Ignore: there are none, and no delivery that would have to follow
        """
        order = row._order_record()
        fulfillments = row._fulfillment_records()
        done = None if fulfillments is None else fulfilled_quantities(fulfillments)
        found = contents(
            record,
            items,
            on_fulfillments=done,
            open_on_order=open_quantities(order, done) if order else None,
            committed_only=backend.quantity_to_ship == "committed",
        )
        if found.unknown:
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
        raise Ignore(self.env._("%s has no open line that can be shipped.", record.tran_id))

    def _match_products(self, items, goods):
        """Give each item that is shipped a product; hold the documents of those without."""
        shipped = OrderedSet(
            items[one.item.internal_id].id for found in goods.values() for one in found
        )
        self.env["netsuite.item"].browse(shipped)._match_products()
        for row, found in list(goods.items()):
            without = OrderedSet(
                one.item.name for one in found if not items[one.item.internal_id].product_id.active
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

    def _locations(self, backend, records, goods):
        refs = [one.line.location for found in goods.values() for one in found]
        refs += [records[row].location for row in goods]
        return self.env["netsuite.location"]._by_ref(backend, refs)

    def _demand(self, backend, row, record, shippable, items, locations):
        line = shippable.line
        product = items[shippable.item.internal_id].product_id
        factor = self.env["netsuite.unit"]._factor(backend, row, shippable, product)
        location = line.location or record.location
        warehouse = location and locations[location.id].warehouse_id
        if not warehouse or warehouse.company_id != row.company_id:
            warehouse = backend._default_warehouse(row.company_id)
        return Demand(
            key=report_key(record, line),
            product=product,
            quantity=shippable.quantity * factor,
            factor=factor,
            is_kit=shippable.member is not None,
            group=(warehouse, line.ship_group if record.multi_ship_to else ""),
            line=line,
        )
