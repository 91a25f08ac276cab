import json
from dataclasses import dataclass, field

from odoo import models

from ..netsuite.records import Assignment, Ref
from ..netsuite.shippable import DROP_SHIP, NO_GOODS_BUT_FULFILLABLE, STORE_PICKUP, contents
from ..netsuite.writeback import (
    DIGITS,
    POUNDS_PER_KILOGRAM,
    Shipped,
    merged,
    numbers_text,
    parcels,
    snapped,
    split_numbers,
)
from .netsuite_fulfillment_job import Finding


@dataclass(frozen=True)
class Quantities:
    """What a shipment takes of each NetSuite line, in the line's unit."""

    by_line: dict[str, float]
    parts_left: bool = False  # parts of kits were shipped that make no whole kit
    tolerances: dict[str, float] = field(default_factory=dict)  # what rounding can have caused


class NetSuiteFulfillment(models.Model):
    """What was shipped, in NetSuite's terms: quantities by line, lots, locations, parcels."""

    _inherit = "netsuite.fulfillment"

    # -- quantities ----------------------------------------------------------------------------

    def _quantities(self, found):
        """What this shipment adds to what NetSuite knows.

        :param found: fulfilments of the order in NetSuite, without its own
        """
        moves = self._done_moves(self.picking_id)
        kits = moves.filtered("netsuite_is_kit")
        by_line, tolerances = {}, {}
        for move in moves - kits:
            key = move.netsuite_line
            by_line[key] = by_line.get(key, 0.0) + self._line_quantity(move, move.quantity)
            tolerances[key] = tolerances.get(key, 0.0) + self._tolerance(move)
        parts_left = False
        for key in dict.fromkeys(kits.mapped("netsuite_line")):
            by_line[key] = self._kits_to_report(key, found)
            parts_left |= self._has_parts_left(key)
        by_line = {key: quantity for key, quantity in by_line.items() if quantity > 0}
        return Quantities(by_line, parts_left, tolerances)

    def _done_moves(self, pickings):
        return pickings.move_ids.filtered(
            lambda move: move.netsuite_line and move.state == "done" and move.quantity > 0
        )

    def _line_quantity(self, move, quantity):
        """A quantity in the move's unit, in the unit of its NetSuite line: 0.58 dozen are 7 units,
        for the product's unit knows no finer steps."""
        quantity = move.product_uom._compute_quantity(quantity, move.product_id.uom_id, round=False)
        return self._in_line_unit(move, quantity)

    def _in_line_unit(self, move, quantity):
        quantity = quantity / move.netsuite_factor
        return snapped(quantity, float(round(quantity)), self._tolerance(move))

    def _tolerance(self, move):
        """By how much rounding in the product's unit can change a quantity of the line."""
        return 0.5001 * move.product_id.uom_id.rounding / move.netsuite_factor

    def _other_lines(self):
        """Keys of the order's lines that Odoo has no moves for: services that are fulfilled when
        the goods are complete, and goods that somebody else ships."""
        record = self.transaction_id._order_record() or self.transaction_id._record()
        ids = {line.item.id for line in record.lines if line.item}
        items = self.env["netsuite.item"]._known(self.backend_id, ids)
        left_out = contents(
            record, {internal_id: item._record() for internal_id, item in items.items()}
        ).left_out
        services = {one.line.key for one in left_out if one.reason == NO_GOODS_BUT_FULFILLABLE}
        completing = services if self.backend_id.complete_services else set()
        not_ours = {one.line.key for one in left_out if one.reason in (DROP_SHIP, STORE_PICKUP)}
        return completing, not_ours

    # -- lines ---------------------------------------------------------------------------------

    def _shipped_lines(self, client, proposal, by_line, plain_numbers):
        """The shipped lines with where they come from and which lots or serials they are.

        :param plain_numbers: the account takes lots and serials as text
        """
        locations = self._locations(proposal)
        tracked = self._tracked_items(proposal, by_line)
        shipped = {}
        for line in proposal.lines:
            if line.key not in by_line:
                continue
            is_tracked = line.item and line.item.id in tracked
            quantity = by_line[line.key]
            details = self._details(client, line, quantity, is_tracked, plain_numbers)
            shipped[line.key] = Shipped(quantity, locations.get(line.key), **details)
        return shipped

    def _tracked_items(self, proposal, by_line):
        """Internal ids of the shipped items that have lots or serials in NetSuite."""
        ids = {line.item.id for line in proposal.lines if line.key in by_line and line.item}
        known = self.env["netsuite.item"]._known(self.backend_id, ids)
        records = {internal_id: item._record() for internal_id, item in known.items()}
        return {key for key, record in records.items() if record.lot or record.serial}

    def _details(self, client, line, quantity, is_tracked, plain_numbers):
        """Lots or serials of a line, and the bins they were taken from where these are mapped."""
        parts = self._parts(line.key, quantity)
        lots = {lot for lot, _bin in parts if lot}
        if is_tracked and lots and plain_numbers:
            by_lot = {}
            for (lot, _bin), quantity in parts.items():
                by_lot[lot] = by_lot.get(lot, 0.0) + quantity
            return {"serial_numbers": numbers_text(by_lot)}
        numbers = self._inventory_numbers(client, line.item, lots) if is_tracked and lots else {}
        if not numbers and not all(bin_id for _lot, bin_id in parts):
            return {}
        by_detail = {}
        for (lot, bin_id), quantity in parts.items():
            detail = (numbers.get(lot), Ref(bin_id) if bin_id else None)
            by_detail[detail] = by_detail.get(detail, 0.0) + quantity
        return {
            "assignments": tuple(
                Assignment(number, round(quantity, DIGITS), bin_ref)
                for (number, bin_ref), quantity in by_detail.items()
            )
        }

    def _parts(self, key, total):
        """Quantity by lot and NetSuite bin that was shipped for a line, in the line's unit.

        :param total: what they must add up to; the largest takes what was rounded
        """
        quantities = {}
        for line in self._done_moves(self.picking_id).move_line_ids:
            if line.move_id.netsuite_line == key and not line.move_id.netsuite_is_kit:
                part = (line.lot_id.name or "", line.location_id.netsuite_bin or "")
                done = self._in_line_unit(line.move_id, line.quantity_product_uom)
                quantities[part] = round(quantities.get(part, 0.0) + done, DIGITS)
        if quantities:
            largest = max(quantities, key=quantities.get)
            rest = total - sum(quantities.values())
            quantities[largest] = round(quantities[largest] + rest, DIGITS)
        return quantities

    def _inventory_numbers(self, client, item, lots):
        found = client.inventory_numbers(item.id, sorted(lots))
        missing = sorted(lots - set(found))
        if missing:
            raise Finding(
                self.env._(
                    "NetSuite has no lot or serial number %(numbers)s of item %(item)s. Correct "
                    "the number in Odoo or NetSuite, then retry.",
                    numbers=", ".join(missing),
                    item=item.name or item.id,
                )
            )
        return found

    def _locations(self, proposal):
        """NetSuite locations of lines that were not shipped from where NetSuite proposes."""
        warehouse = self.picking_id.picking_type_id.warehouse_id
        mapped = self.env["netsuite.location"].search(
            [("backend_id", "=", self.backend_id.id), ("warehouse_id", "!=", False)], order="id"
        )
        own = mapped.filtered(lambda location: location.warehouse_id == warehouse)
        elsewhere = set((mapped - own).mapped("internal_id"))
        here = Ref(own[0].internal_id, own[0].name) if own else None
        document = self.transaction_id._record().location
        return {
            line.key: here or (None if line.location else document)
            for line in proposal.lines
            if not line.location or line.location.id in elsewhere
        }

    # -- parcels -------------------------------------------------------------------------------

    def _packages(self):
        """The parcels of these shipments together, weights in NetSuite's unit."""
        return merged(
            package
            for row in self.sorted(lambda row: row.picking_id.id)
            for package in row._own_packages()
        )

    def _own_packages(self):
        factor = POUNDS_PER_KILOGRAM if self.backend_id.weight_unit == "lb" else 1.0
        kilogram = self.env.ref("uom.product_uom_kgm")
        unit = self.env["product.template"]._get_weight_uom_id_from_ir_config_parameter()
        return parcels(
            split_numbers(self.tracking_numbers),
            [
                unit._compute_quantity(weight, kilogram, round=False) * factor
                for weight in self._weights()
            ],
            self.backend_id.default_package_weight,
            description=self.picking_id.name,
        )

    def _weights(self):
        """Weight of each of Odoo's packages, and of what is in none, in Odoo's unit."""
        picking = self.picking_id
        inner = picking.move_line_ids.result_package_id
        if not inner:
            return [picking.shipping_weight or picking.weight]
        contents_weight = inner._get_weight(picking.id)
        weights = {}
        for package in inner:
            outer = self._outermost(package)
            weights[outer] = weights.get(outer, 0.0) + contents_weight[package]
        bulk = [picking.weight_bulk] if picking.weight_bulk else []
        return [
            *(package.shipping_weight or weights[package] for package in sorted(weights, key=_id)),
            *bulk,
        ]

    def _outermost(self, package):
        outer = package.outermost_package_id
        while outer.parent_package_id:
            outer = outer.parent_package_id
        return outer

    # -- carrier -------------------------------------------------------------------------------

    def _ship_method(self, proposed):
        """NetSuite's shipping method for the carrier that Odoo shipped with, if it is another."""
        carrier = self.picking_id.carrier_id
        if not (carrier and self.backend_id.report_carrier):
            return None
        methods = self.env["netsuite.ship.method"].search(
            [("backend_id", "=", self.backend_id.id), ("carrier_id", "=", carrier.id)], order="id"
        )
        if not methods or (proposed and proposed.id in methods.mapped("internal_id")):
            return None
        return Ref(methods[0].internal_id, methods[0].name)

    def _shipping_cost(self):
        """Of these shipments together."""
        if not self.backend_id.report_shipping_cost:
            return None
        cost = sum(self.picking_id.mapped("carrier_price"))
        return round(cost, 2) if cost else None

    def _tracking_links(self):
        """The carriers' tracking pages of a shipment."""
        links = self.picking_id.carrier_tracking_url or ""
        if not links.startswith("["):
            return [links] if links else []
        return [link for _name, link in json.loads(links)]

    def _link_fields(self):
        """The tracking pages of these shipments together, one a line."""
        name = self.backend_id.tracking_link_field
        rows = self.sorted(lambda row: row.picking_id.id)
        links = dict.fromkeys(link for row in rows for link in row._tracking_links())
        return {name: "\n".join(links)} if name else {}


def _id(record):
    return record.id
