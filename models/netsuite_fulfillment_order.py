from odoo import models

from ..netsuite import errors
from ..netsuite.records import SALES_ORDER
from ..netsuite.writeback import (
    advance,
    as_open,
    by_hand,
    find_own,
    is_overage,
    mismatches,
    numbers_on,
    on_lines,
    spare,
    split_numbers,
)
from .netsuite_fulfillment_job import Finding


class NetSuiteFulfillment(models.Model):
    """A shipment of a sales order, or of an invoice made from one: a fulfilment of its own."""

    _inherit = "netsuite.fulfillment"

    def _report_order(self, client):
        found = client.fulfillments([self.transaction_id.order_id])
        own = find_own(found, self.external_id, self.internal_id or "")
        if own is not None:
            if not self.reported_date:
                self._first_found(found, own)
            self._bring_up_to_date(client, own, self._status_for(own))
        elif self.internal_id:
            raise Finding(
                self.env._(
                    "Item fulfilment %(fulfillment)s of %(delivery)s no longer exists in NetSuite. "
                    "Retry to make it again, or mark the shipment as reported.",
                    fulfillment=self.internal_id,
                    delivery=self.picking_id.name,
                ),
                retry=False,
            )
        elif not self._may_be_reported():
            self._wait(self._what_it_waits_for(self.picking_id))
        else:
            self._fulfil(client, found)

    def _first_found(self, found, own):
        """NetSuite has the fulfilment already: its answer got lost, or a person adopted it."""
        self.internal_id = own.internal_id
        quantities = self._quantities([one for one in found if one is not own])
        self._take_along(self._parts_before(on_lines([own], {own.internal_id})))
        if quantities.parts_left:
            self._flag_parts()
        if own.external_id.lower() != self.external_id.lower():
            self._settle_uncovered(own, quantities)

    def _taken_of(self, fulfillment):
        """By line, what other shipments of a fulfilment that was made by hand have of it."""
        taken = {}
        for row in self._siblings().filtered(lambda r: r.internal_id == fulfillment.internal_id):
            for key, quantity in row._quantities(()).by_line.items():
                taken[key] = taken.get(key, 0.0) + quantity
        return taken

    def _status_for(self, own):
        """The ship status for a fulfilment that is taken over; later changes leave it alone."""
        if self.reported_date:
            return ""
        return advance(own.ship_status, self.backend_id.fulfillment_status)

    def _siblings(self):
        """Our other shipments of the same order."""
        # sudo: an import of another company may share the order
        return self.sudo().search(
            [
                ("transaction_id.order_id", "=", self.transaction_id.order_id),
                ("backend_id", "in", self.backend_id._same_account().ids),
                ("id", "!=", self.id),
            ]
        )

    def _fulfil(self, client, found):
        siblings = self._siblings()
        quantities = self._quantities(found)
        if not quantities.by_line:
            self._nothing_whole(client, found, siblings, quantities)
            return
        others = self._made_by_hand(found, siblings, quantities)
        self._check_not_there(others)
        try:
            proposal = client.proposal(self.transaction_id.order_id, self._ship_group())
        except errors.NotFulfillable as error:
            if others:
                raise self._fulfilled_by_hand(others, str(error)) from error
            raise
        by_line = as_open(proposal, quantities.by_line, quantities.tolerances)
        wrong = mismatches(proposal, by_line)
        over = self._check_open(client, found, others, wrong, quantities.tolerances)
        try:
            self._make_fulfillment(client, proposal, by_line)
        except errors.OverFulfillment as error:
            if not over:
                raise
            raise self._overage_refused(over, error) from error
        if quantities.parts_left:
            self._flag_parts()

    def _known(self, rows):
        """External ids (lower case) and internal ids of the fulfilments of these shipments."""
        ids = {row.external_id.lower() for row in rows}
        return ids | {row.internal_id for row in rows if row.internal_id}

    def _made_by_hand(self, found, siblings, quantities):
        """Fulfilments of these lines that may be this shipment: made by hand, and not used up by
        the shipments that they were adopted for."""
        ours = {row.external_id.lower() for row in siblings}
        adopted = {row.internal_id for row in siblings if row.internal_id}
        return tuple(
            one
            for one in by_hand(found, ours, quantities.by_line)
            if one.internal_id not in adopted
            or any(
                quantities.by_line.get(key, 0.0) and left > quantities.tolerances.get(key, 0.0)
                for key, left in spare(one, self._taken_of(one)).items()
            )
        )

    def _check_not_there(self, others):
        """A fulfilment with one of our tracking numbers surely is this shipment."""
        numbers = set(split_numbers(self.tracking_numbers))
        twins = [one for one in others if numbers & numbers_on(one.packages)]
        if twins:
            raise self._fulfilled_by_hand(
                twins,
                self.env._("%s is in NetSuite already.", self.tracking_numbers),
            )

    def _check_open(self, client, found, others, wrong, tolerances):
        """See that all that was shipped is open, unless more was shipped than ordered.

        :returns: what was shipped beyond the order, in words, or nothing
        """
        if not wrong:
            return ""
        sentence = self._over_sentence(wrong)
        if others:
            raise self._fulfilled_by_hand(others, sentence)
        if not self._is_overage(client, found, wrong, tolerances):
            raise errors.OverFulfillment(sentence)
        return sentence

    def _over_sentence(self, wrong):
        lines = "; ".join(
            self.env._(
                "line %(line)s shipped %(shipped)g, open %(open)g",
                line=one.order_line,
                shipped=one.shipped,
                open=one.open,
            )
            for one in wrong
        )
        return self.env._(
            "%(delivery)s shipped more than NetSuite order %(order)s has open: %(lines)s.",
            delivery=self.picking_id.name,
            order=self.transaction_id.tran_id,
            lines=lines,
        )

    def _is_overage(self, client, found, wrong, tolerances):
        """Did the warehouse really ship more than was ordered? Then the account decides whether it
        takes that. Otherwise some of it may be in NetSuite already, and an account that allows
        overage would fulfil it twice."""
        order_id = self.transaction_id.order_id
        order = client.read(SALES_ORDER, [order_id]).records.get(order_id)
        ordered = {line.key: line.quantity for line in order.lines} if order else {}
        return is_overage(wrong, ordered, found, tolerances)

    def _overage_refused(self, message, error):
        return Finding(
            self.env._(
                "%(message)s NetSuite does not take it: “%(answer)s” Correct the quantity on the "
                "order, or have an administrator allow it in NetSuite (Setup > Accounting > "
                "Accounting Preferences > Order Management: Allow Overage on Item Fulfillments); "
                "then retry.",
                message=message,
                answer=str(error),
            )
        )

    def _fulfilled_by_hand(self, others, message):
        """Someone has fulfilled these lines in NetSuite meanwhile: offer those fulfilments."""
        names = [one.tran_id or one.internal_id for one in others]
        return Finding(
            self.env._(
                "%(message)s NetSuite has item fulfilments of it that were not made by Odoo: "
                "%(names)s. If one of them is this shipment, adopt it; otherwise correct the order "
                "in NetSuite and retry.",
                message=message,
                names=", ".join(names),
            ),
            candidates=[
                {"id": one.internal_id, "name": name}
                for one, name in zip(others, names, strict=True)
            ],
        )

    # -- kits that are not whole ---------------------------------------------------------------

    def _nothing_whole(self, client, found, siblings, quantities):
        """Only parts of kits were shipped, or kits that an earlier report has counted: the parcels
        go with the fulfilment of the other parts."""
        if not quantities.parts_left and not self._done_moves(self.picking_id):
            raise Finding(
                self.env._(
                    "%(delivery)s ships no line of NetSuite document %(document)s. If it need not "
                    "be reported, mark it as reported.",
                    delivery=self.picking_id.name,
                    document=self.transaction_id.tran_id,
                )
            )
        hosts = siblings.filtered(
            lambda row: (
                row.internal_id and self._is_beside(row) and row._kit_lines() & self._kit_lines()
            )
        ).sorted()
        own = hosts and find_own(found, hosts[0].external_id, hosts[0].internal_id)
        if own and not quantities.parts_left:
            self.internal_id = own.internal_id
            self._bring_up_to_date(client, own, "")
            return
        self._wait(
            self.env._(
                "Only parts of kits were shipped. NetSuite is told with the shipment that "
                "completes them."
            )
        )
        if not self.parts_of_kits:
            self.parts_of_kits = True
            self._flag_parts()

    def _flag_parts(self):
        self._flag(
            self.env._(
                "%(delivery)s shipped parts of a kit that make no whole one: NetSuite's order "
                "stays open for it until the other parts are shipped.",
                delivery=self.picking_id.name,
            )
        )

    def _parts_before(self, lines):
        """Shipments of parts of the kits of these lines: their parcels travel with this one's
        fulfilment."""
        return self.transaction_id.fulfillment_ids.filtered(
            lambda row: (
                row.parts_of_kits
                and row.state == "waiting"
                and self._is_beside(row)
                and row._kit_lines() & set(lines)
            )
        )

    def _kit_lines(self):
        """Lines of the kits that this shipment has members of."""
        moves = self._done_moves(self.picking_id)
        return set(moves.filtered("netsuite_is_kit").mapped("netsuite_line"))

    def _take_along(self, parts):
        """These shipments' parcels are on this one's fulfilment."""
        for row in parts:
            row.parts_of_kits = False
            row._reported(self.internal_id, self.env._("On item fulfilment %s.", self.internal_id))

    # -- several shipping addresses ------------------------------------------------------------

    def _ship_group(self):
        """Which lines of the order NetSuite fulfils at once, or empty: all of them."""
        return self.picking_id.netsuite_ship_group or ""

    def _is_beside(self, row):
        """Is it another shipment of the same document to the same address?"""
        same = row.transaction_id == self.transaction_id and row != self
        return same and row._ship_group() == self._ship_group()
