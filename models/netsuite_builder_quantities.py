from collections import defaultdict

from odoo import models
from odoo.tools import float_round

from ..netsuite.records import ITEM_FULFILLMENT
from ..netsuite.shippable import fulfilled_quantities, open_quantities, told_by_lines

DIGITS = 6  # quantities are compared after rounding: both sides compute with binary fractions


class NetSuiteBuilder(models.AbstractModel):
    """How much of what NetSuite wants is still to be shipped from here.

    All in the unit of NetSuite's line, by line; the members of a kit each count in kits.
    """

    _inherit = "netsuite.builder"

    def _still_wanted(self, row, record, demands):
        """What is left of the demands, by (line, product, group): the demand and its quantity in
        the product's unit. What was shipped and NetSuite does not count is not shipped twice, and
        what a person has cancelled in Odoo is not made again."""
        settled = self._settled_here(row)
        wanted = {}
        for demand in demands:
            key = (demand.key, demand.product if demand.is_kit else None)
            taken = min(settled[key] * demand.factor, demand.quantity)
            if not demand.is_kit:
                settled[key] -= taken / demand.factor
            full_key = (demand.key, demand.product, demand.group)
            _demand, before = wanted.get(full_key, (demand, 0.0))
            wanted[full_key] = (demand, before + demand.quantity - taken)
        return wanted

    def _asked(self, row, demands):
        """What NetSuite asks of Odoo in all, by the stored form of line, product and group: what is
        open there, and what our own fulfilments report as shipped. Shipping does not change it;
        people in NetSuite do, also by entering more on a fulfilment of ours than has left here."""
        counted, done = self._counted(row), self._done_by_line(row)
        asked = defaultdict(float)
        for demand in demands:
            shipped = min(counted.get(demand.key, 0.0), done[demand.key]) * demand.factor
            asked[as_stored((demand.key, demand.product, demand.group))] += float_round(
                demand.quantity + shipped, precision_digits=DIGITS
            )
        return dict(asked)

    def _planned_in_all(self, row):
        """What the deliveries are and were to ship and what a person gave up of them, by the stored
        form of line, product and group. Shipping does not change it, nor does a correction of what
        was shipped; people who enter another quantity do."""
        open_pickings = row._open_pickings()
        planned = defaultdict(float)
        for move in row.all_picking_ids.move_ids.filtered("netsuite_line"):
            picking = move.picking_id
            if picking.return_id or not picking.netsuite_taken_over:
                continue
            key = as_stored((move.netsuite_line, move.product_id, picking._netsuite_group()))
            if move.state == "done" and picking in row.picking_ids:
                planned[key] += move._in_product_unit(move.netsuite_left)
            elif move.state == "cancel" or (move.state != "done" and picking in open_pickings):
                planned[key] += move._netsuite_demand()
        return {key: float_round(one, precision_digits=DIGITS) for key, one in planned.items()}

    def _counted(self, row):
        """What NetSuite has subtracted already of what was shipped here, by line."""
        return self._counted_in_netsuite(row) if row.import_type == "sales_order" else {}

    def _settled_here(self, row):
        """What needs no delivery any more and NetSuite still asks for, by (line, member of a kit):
        what was shipped, and what a person gave up."""
        settled = self._shipped_here(row)
        for key, quantity in self._moved(row, "cancel").items():
            settled[key] += quantity
        return settled

    def _forget_given_up(self, row, demands):
        """What a person gave up and NetSuite has taken off the document, too, is settled: what it
        orders of that line later is to be shipped."""
        left = self._shipped_here(row)
        for demand in demands:
            key = (demand.key, demand.product if demand.is_kit else None)
            left[key] -= demand.quantity / demand.factor
        for move in row.all_picking_ids.move_ids:
            key = (move.netsuite_line, move.product_id if move.netsuite_is_kit else None)
            asks = float_round(-left[key], precision_digits=DIGITS) > 0
            if move.state == "cancel" and move.netsuite_line and not asks:
                move.netsuite_line = False

    def _shipped_here(self, row):
        """What was shipped and NetSuite still asks for, by (line, member of a kit).

        An imported fulfilment or an invoice asks for its whole quantity, whatever was shipped of
        it; of an order NetSuite subtracts its fulfilments, ours too once it has them. A kit is
        counted there when all its members have left, with whichever delivery.
        """
        counted = self._counted(row)
        settled = self._moved(row, "done")
        for key in settled:
            left = settled[key] - counted.get(key[0], 0.0)
            settled[key] = max(0.0, float_round(left, precision_digits=DIGITS))
        return settled

    def _moved(self, row, state):
        """What the document's deliveries have shipped (state done), or what a person has cancelled
        of them (cancel): our own cancellations leave no line on the move."""
        quantities, factors = defaultdict(float), defaultdict(set)
        pickings = row.all_picking_ids.filtered(
            lambda picking: not picking.return_id and picking.netsuite_taken_over
        )
        if state == "done":
            pickings = pickings.filtered(lambda picking: picking.state == "done")
            pickings &= row.picking_ids
        for move in pickings.move_ids:
            if move.state != state or not move.netsuite_line:
                continue
            key = (move.netsuite_line, move.product_id if move.netsuite_is_kit else None)
            product_quantity = (
                move._netsuite_quantity() if state == "done" else move._netsuite_demand()
            )
            if move.netsuite_is_kit:
                quantities[key] += product_quantity
                factors[key].add(move.netsuite_factor)
            else:
                quantities[key] += product_quantity / move.netsuite_factor
        for key, each in factors.items():
            quantities[key] /= sum(each)
        return quantities

    def _counted_in_netsuite(self, row, read=None):
        """Quantities by line of the fulfilments that report our deliveries.

        :param read: the document of the same order that was read with them; this one by default
        """
        reports = row.fulfillment_ids
        ids = set(filter(None, reports.mapped("internal_id")))
        external_ids = {external_id.lower() for external_id in reports.mapped("external_id")}
        return fulfilled_quantities(
            one
            for one in (read or row)._fulfillment_records() or []
            if one.internal_id in ids or one.external_id.lower() in external_ids
        )

    # -- deliveries of several documents of one order ------------------------------------------

    def _same_order(self, row):
        """The account's other documents of the order."""
        if not row.order_id:
            return row.browse()
        # sudo: they may be another company's
        backends = row.sudo().backend_id._same_account()
        return backends.env["netsuite.transaction"].search(
            [
                ("backend_id", "in", backends.ids),
                ("order_id", "=", row.order_id),
                ("id", "!=", row.id),
            ]
        )

    def _imported_fulfillments(self, rows):
        """Fulfilments with deliveries of their own, by the id of their order, of these documents'
        orders."""
        orders = rows.filtered(lambda row: row.import_type != ITEM_FULFILLMENT).mapped("order_id")
        if not any(orders):
            return {}
        # sudo: they may be another company's
        backends = rows.backend_id[:1].sudo()._same_account()
        found = backends.env["netsuite.transaction"].search(
            [
                ("backend_id", "in", backends.ids),
                ("import_type", "=", ITEM_FULFILLMENT),
                ("order_id", "in", list(filter(None, orders))),
            ]
        )
        return found.filtered("live_picking_ids").grouped("order_id")

    def _on_fulfillments(self, row, order, imported):
        """Quantities by line of the order that are on fulfilments: those that NetSuite has, and
        those on whose delivery goods still are though NetSuite has them no longer.

        :param imported: see :meth:`_imported_fulfillments`
        """
        known = row._fulfillment_records()
        done = defaultdict(
            float, told_by_lines(order) if known is None else fulfilled_quantities(known)
        )
        listed = {one.internal_id for one in known or ()}
        for other in imported.get(row.order_id, ()):
            if other.internal_id not in listed:
                self._add(done, self._here(other))
        return done

    def _look_for_lost(self, row, imported):
        """Have fulfilments read that are not on this order any more, though their goods have left:
        where NetSuite has lost them, a person must know."""
        if row.order_id not in imported:
            return
        listed = {one.internal_id for one in row._fulfillment_records() or ()}
        lost = imported[row.order_id].filtered(
            lambda other: (
                other.internal_id not in listed
                and other.payload
                and "done" in other.picking_ids.mapped("state")
            )
        )
        lost.to_read = True

    def _is_anything_left(self, row, imported):
        """Has the order anything open that is on no fulfilment?"""
        order = row._order_record() or row._record()
        if order is None:
            return False
        left = open_quantities(order, self._on_fulfillments(row, order, imported))
        return any(quantity > 0 for quantity in left.values())

    def _here(self, row, read=None):
        """What the document's deliveries are to ship, or have shipped and NetSuite does not count,
        by line. Of a kit counts the member of which there is most.

        :param read: the document whose reading tells what NetSuite counts; this one by default
        """
        here, kits = defaultdict(float), defaultdict(list)
        moved = self._moved(row, "done")
        self._add(moved, self._planned(row))
        for (key, member), quantity in moved.items():
            if member:
                kits[key].append(quantity)
            else:
                here[key] += quantity
        for key, members in kits.items():
            here[key] += max(members)
        counted = self._counted_in_netsuite(row, read)
        done = self._done_by_line(row)
        counted = {key: min(quantity, done[key]) for key, quantity in counted.items()}
        return defaultdict(float, self._minus(here, counted))

    def _done_by_line(self, row):
        """What the document's deliveries have shipped, by line."""
        done = defaultdict(float)
        self._add_by_line(done, self._moved(row, "done"))
        return done

    def _keeps_goods_of(self, other, fulfillment, imported):
        """Are goods of a fulfilment in NetSuite on the deliveries of its order, too?

        :param other: the order, or an invoice of it, as it was read last
        """
        order = other._order_record() or other._record()
        if order is None or fulfillment is None:
            return True
        listed = {one.internal_id for one in other._fulfillment_records() or ()}
        is_listed = fulfillment.internal_id in listed
        left = open_quantities(order, self._on_fulfillments(other, order, imported))
        here = self._here(other)
        for line in fulfillment.lines:
            if line.receive and line.key and not is_listed:
                left[line.key] = left.get(line.key, 0.0) - line.quantity
        return any(
            float_round(here[line.key] - left.get(line.key, 0.0), precision_digits=DIGITS) > 0
            for line in fulfillment.lines
            if line.receive and line.key and here[line.key]
        )

    # -- invoices made from an order ----------------------------------------------------------

    def _open_for_invoice(self, row, order, on_fulfillments, committed_only):
        """What an invoice may ship of its order, by the order's lines: what it has shipped itself,
        and what is open there and on no other delivery of that order."""
        own, elsewhere = self._done_by_line(row), defaultdict(float)
        not_counted = self._minus(own, self._counted_in_netsuite(row))
        for other in self._same_order(row):
            if other.import_type != ITEM_FULFILLMENT:  # those count among the fulfilments
                self._add(elsewhere, self._here(other, read=row))
        budget = open_quantities(order, on_fulfillments, committed_only=committed_only)
        return {
            key: max(0.0, quantity - not_counted.get(key, 0.0) - elsewhere[key]) + own[key]
            for key, quantity in budget.items()
        }

    def _planned(self, row):
        """What the document's open deliveries are to ship, by (line, member of a kit)."""
        planned, factors = defaultdict(float), defaultdict(set)
        for move in row._open_pickings().move_ids:
            if move.state in ("done", "cancel") or not move.netsuite_line:
                continue
            key = (move.netsuite_line, move.product_id if move.netsuite_is_kit else None)
            if move.netsuite_is_kit:
                planned[key] += move._netsuite_demand()
                factors[key].add(move.netsuite_factor)
            else:
                planned[key] += move._netsuite_demand() / move.netsuite_factor
        for key, each in factors.items():
            planned[key] /= sum(each)
        return planned

    def _add_by_line(self, total, quantities):
        kits = defaultdict(list)
        for (key, member), quantity in quantities.items():
            if member:
                kits[key].append(quantity)
            else:
                total[key] += quantity
        for key, members in kits.items():
            total[key] += min(members)

    def _add(self, total, quantities):
        for key, quantity in quantities.items():
            total[key] += quantity

    def _minus(self, quantities, less):
        return {
            key: max(0.0, float_round(quantity - less.get(key, 0.0), precision_digits=DIGITS))
            for key, quantity in quantities.items()
        }


def as_stored(key):
    """A line, its product and its group, as a document keeps them."""
    line, product, (warehouse, ship_group) = key
    return f"{line}/{product.id}/{warehouse.id}/{ship_group}"
