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
        people in NetSuite do."""
        counted = self._counted(row)
        asked = defaultdict(float)
        for demand in demands:
            shipped = counted.get(demand.key, 0.0) * demand.factor
            asked[as_stored((demand.key, demand.product, demand.group))] += float_round(
                demand.quantity + shipped, precision_digits=DIGITS
            )
        return dict(asked)

    def _counted(self, row):
        """What NetSuite has subtracted already of what was shipped here, by line."""
        return self._counted_in_netsuite(row) if row.import_type == "sales_order" else {}

    def _settled_here(self, row):
        """What needs no delivery any more and NetSuite still asks for, by (line, member of a kit).

        An imported fulfilment or an invoice asks for its whole quantity, whatever was shipped of
        it; of an order NetSuite subtracts its fulfilments, ours too once it has them. A kit is
        counted there when all its members have left, with whichever delivery.
        """
        counted = self._counted(row)
        settled = self._moved(row, "done")
        for key in settled:
            left = settled[key] - counted.get(key[0], 0.0)
            settled[key] = max(0.0, float_round(left, precision_digits=DIGITS))
        for key, quantity in self._moved(row, "cancel").items():
            settled[key] += quantity
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

    def _counted_in_netsuite(self, row):
        """Quantities by line of the fulfilments that report our deliveries."""
        reports = row.fulfillment_ids
        ids = set(filter(None, reports.mapped("internal_id")))
        external_ids = {external_id.lower() for external_id in reports.mapped("external_id")}
        return fulfilled_quantities(
            one
            for one in row._fulfillment_records() or []
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

    def _is_anything_left(self, row, imported):
        """Has the order anything open that is on no fulfilment?"""
        order = row._order_record() or row._record()
        if order is None:
            return False
        left = open_quantities(order, self._on_fulfillments(row, order, imported))
        return any(quantity > 0 for quantity in left.values())

    def _here(self, row):
        """What the document's deliveries are to ship, or have shipped and NetSuite does not count,
        by line."""
        here = defaultdict(float)
        self._add_by_line(here, self._moved(row, "done"))
        here = defaultdict(float, self._minus(here, self._counted_in_netsuite(row)))
        self._add(here, self._planned(row))
        return here

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
        own, elsewhere = defaultdict(float), defaultdict(float)
        self._add_by_line(own, self._moved(row, "done"))
        not_counted = self._minus(own, self._counted_in_netsuite(row))
        for other in self._same_order(row):
            if other.import_type != ITEM_FULFILLMENT:  # those count among the fulfilments
                self._add(elsewhere, self._here(other))
        budget = open_quantities(order, on_fulfillments, committed_only=committed_only)
        return {
            key: max(0.0, quantity - not_counted.get(key, 0.0) - elsewhere[key]) + own[key]
            for key, quantity in budget.items()
        }

    def _planned(self, row):
        """What the document's open deliveries are to ship, by line."""
        planned, kits = defaultdict(float), defaultdict(lambda: defaultdict(float))
        for move in row._open_pickings().move_ids:
            if move.state in ("done", "cancel") or not move.netsuite_line:
                continue
            quantity = move._netsuite_demand() / move.netsuite_factor
            if move.netsuite_is_kit:
                kits[move.netsuite_line][move.product_id, move.netsuite_factor] += quantity
            else:
                planned[move.netsuite_line] += quantity
        for key, members in kits.items():
            planned[key] += max(members.values())
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
