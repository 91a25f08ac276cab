from odoo import models

from ..netsuite.writeback import DIGITS, on_lines, whole_kits


class NetSuiteFulfillment(models.Model):
    """How many whole kits a shipment is reported with.

    Counted are the members of all shipments of the document together, for the parts of a kit may
    leave one by one. Each shipment keeps the kits that are whole in it: they are not reported with
    another one, however long it waits and whoever tells NetSuite of it.
    """

    _inherit = "netsuite.fulfillment"

    def _kits_to_report(self, key, found):
        """All whole kits of a line, less those of the other shipments: what their fulfilments have,
        and no less than what is whole in them.

        :param found: fulfilments of the order in NetSuite, without this shipment's own
        """
        document = self.transaction_id
        kits = whole_kits(self._kit_members(key, document.picking_ids).values())
        others = (document._shipments() - self).grouped(
            lambda row: row.internal_id or row.external_id
        )
        for rows in others.values():
            told = on_lines(found, self._known(rows)).get(key, 0.0) + rows._on_rests(key)
            whole = sum(whole_kits(self._kit_members(key, row.picking_id).values()) for row in rows)
            kits -= max(told, whole)
        return kits

    def _has_parts_left(self, key):
        """Were parts of kits shipped that make no whole one yet?"""
        members = self._kit_members(key, self.transaction_id.picking_ids).values()
        whole = whole_kits(members)
        return any(round(done - whole, DIGITS) > 0 for done in members)

    def _kit_members(self, key, pickings):
        """For how many kits each member has been shipped with these deliveries."""
        members = {}
        moves = self.transaction_id.picking_ids.move_ids
        for move in moves.filtered(lambda move: move.netsuite_line == key):
            member = (move.product_id, move.netsuite_factor)
            is_shipped = move.state == "done" and move.picking_id in pickings
            done = self._line_quantity(move, move.quantity) if is_shipped else 0.0
            members[member] = members.get(member, 0.0) + done
        return members
