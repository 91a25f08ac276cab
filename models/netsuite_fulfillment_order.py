from odoo import models

from ..netsuite import errors
from ..netsuite.writeback import advance, by_hand, find_own, mismatches, on_lines, split_numbers
from .netsuite_fulfillment_job import Finding


class NetSuiteFulfillment(models.Model):
    """A shipment of a sales order, or of an invoice made from one: a fulfilment of its own."""

    _inherit = "netsuite.fulfillment"

    def _report_order(self, client):
        found = client.fulfillments([self.transaction_id.order_id])
        own = find_own(found, self.external_id, self.internal_id or "")
        if own is not None:
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
        known = {row.external_id.lower() for row in siblings}
        known |= {row.internal_id for row in siblings if row.internal_id}
        quantities = self._quantities(on_lines(found, known))
        if not quantities.by_line:
            self._nothing_whole(client, found, siblings, quantities)
            return
        others = by_hand(found, known, quantities.by_line)
        self._check_not_there(others)
        try:
            proposal = client.proposal(self.transaction_id.order_id, self._ship_group())
        except errors.NotFulfillable as error:
            if others:
                raise self._fulfilled_by_hand(others, str(error)) from error
            raise
        self._check_open(proposal, quantities.by_line, others)
        self._make_fulfillment(client, proposal, quantities.by_line)
        if quantities.parts_left:
            self._flag_parts()

    def _check_not_there(self, others):
        """A fulfilment with one of our tracking numbers surely is this shipment."""
        numbers = set(split_numbers(self.tracking_numbers))
        twins = [
            one
            for one in others
            if numbers.intersection(parcel.tracking_number for parcel in one.packages or ())
        ]
        if twins:
            raise self._fulfilled_by_hand(
                twins,
                self.env._("%s is in NetSuite already.", self.tracking_numbers),
            )

    def _check_open(self, proposal, by_line, others):
        wrong = mismatches(proposal, by_line)
        if not wrong:
            return
        lines = "; ".join(
            self.env._(
                "line %(line)s shipped %(shipped)g, open %(open)g",
                line=one.order_line,
                shipped=one.shipped,
                open=one.open,
            )
            for one in wrong
        )
        message = self.env._(
            "%(delivery)s shipped more than NetSuite order %(order)s has open: %(lines)s.",
            delivery=self.picking_id.name,
            order=self.transaction_id.tran_id,
            lines=lines,
        )
        if others:
            raise self._fulfilled_by_hand(others, message)
        raise errors.OverFulfillment(message)

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
        hosts = siblings.filtered(lambda row: row.internal_id and self._is_beside(row)).sorted()
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

    def _parts_before(self):
        """Shipments of parts of kits whose parcels travel with this one's fulfilment."""
        return self.transaction_id.fulfillment_ids.filtered(
            lambda row: row.parts_of_kits and row.state == "waiting" and self._is_beside(row)
        )

    # -- several shipping addresses ------------------------------------------------------------

    def _ship_group(self):
        """Which lines of the order NetSuite fulfils at once, or empty: all of them."""
        return self.picking_id.netsuite_ship_group or ""

    def _is_beside(self, row):
        """Is it another shipment of the same document to the same address?"""
        same = row.transaction_id == self.transaction_id and row != self
        return same and row._ship_group() == self._ship_group()
