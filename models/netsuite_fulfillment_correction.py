from odoo import fields, models

from ..netsuite.records import ITEM_FULFILLMENT
from ..netsuite.writeback import DIGITS, on_lines


class NetSuiteFulfillment(models.Model):
    """What people correct of a delivery that is done: its stock follows in Odoo, and with the next
    import so do the other deliveries of the document; a fulfilment in NetSuite that says otherwise
    is for a person, who knows which of the two is right."""

    _inherit = "netsuite.fulfillment"

    corrected_date = fields.Datetime("Quantities Corrected On", readonly=True)

    def _quantities_corrected(self):
        """People changed what these deliveries shipped."""
        # Written each time: a job that is just telling NetSuite what was there before begins anew.
        self.corrected_date = fields.Datetime.now()
        self.transaction_id.to_build = True  # what has not left after all is still to be shipped
        for row in self.filtered(lambda row: row._has_told_quantities()):
            row._flag_correction()

    def _has_told_quantities(self):
        if self.remainder or self.state == "cancelled":
            return False
        if self.transaction_id.import_type == ITEM_FULFILLMENT:
            return True  # NetSuite had them first
        return bool(self.transaction_id.order_id and self.reported_date)

    def _flag_correction(self):
        self._flag(
            self.env._(
                "What %(delivery)s shipped was changed after it was done. See whether item "
                "fulfilment %(fulfillment)s in NetSuite says the same, and correct the one that is "
                "wrong.",
                delivery=self.picking_id.name,
                fulfillment=self.internal_id or self.transaction_id.tran_id,
            )
        )

    def _first_found(self, found, own):
        """NetSuite may have been told, its answer lost, before people changed what was shipped."""
        result = super()._first_found(found, own)
        is_ours = own.external_id.lower() == self.external_id.lower()
        if self.corrected_date and is_ours and not self.remainder:
            shipped = self._quantities([one for one in found if one is not own]).by_line
            told = on_lines([own], {own.internal_id})
            if any(round(told.get(key, 0.0) - shipped[key], DIGITS) for key in shipped):
                self._flag_correction()
        return result
