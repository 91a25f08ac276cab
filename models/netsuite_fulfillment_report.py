from odoo import models

from ..netsuite.records import ITEM_FULFILLMENT


class NetSuiteFulfillment(models.Model):
    """What is told to NetSuite, by the kind of document; safe to repeat at any point.

    A shipment of a sales order becomes a fulfilment of its own. An imported fulfilment carries the
    parcels of all its shipments. A stand-alone invoice takes the tracking numbers only.
    """

    _inherit = "netsuite.fulfillment"

    def _report(self, client):
        """Bring NetSuite to what was shipped."""
        if self.transaction_id.import_type == ITEM_FULFILLMENT:
            self._report_imported(client)
        elif self.transaction_id.order_id:
            self._report_order(client)
        else:
            self._report_invoice(client)

    def _wait(self, message):
        """There is nothing to tell yet."""
        self.write({"state": "waiting", "message": message, "next_try": False})
        self._clear_activity()
