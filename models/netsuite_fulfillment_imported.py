from odoo import models

from ..netsuite import errors
from ..netsuite.writeback import advance, find_own, memo_with, split_numbers
from .netsuite_fulfillment_job import Finding


class NetSuiteFulfillment(models.Model):
    """Shipments of documents that NetSuite makes no further fulfilment of: an imported fulfilment,
    and an invoice without a sales order."""

    _inherit = "netsuite.fulfillment"

    # -- a fulfilment that was imported --------------------------------------------------------

    def _report_imported(self, client):
        transaction = self.transaction_id
        found = client.fulfillments([transaction.order_id]) if transaction.order_id else ()
        own = find_own(found, "", transaction.internal_id)
        if own is None:
            raise errors.RecordMissing(
                self.env._("NetSuite has no item fulfilment %s.", transaction.tran_id)
            )
        told = self.reported_date or self._has_told(own)
        if not (told or self._may_be_reported() or self._is_cancelled()):
            self._wait(self._what_it_waits_for(self.picking_id))
            return
        self._bring_up_to_date(client, own, self._status_when_complete(own))

    def _is_cancelled(self):
        return self.picking_id.state == "cancel"

    def _status_when_complete(self, own):
        """The chosen ship status once the last part has left and all parts may be reported."""
        pickings = self.transaction_id.picking_ids.filtered(lambda one: one.state != "cancel")
        open_parts = any(one.state != "done" for one in pickings)
        waiting = any(
            row.state == "waiting" for row in (self.transaction_id.fulfillment_ids - self)
        )
        if open_parts or waiting or not pickings:
            return ""
        return advance(own.ship_status, self.backend_id.fulfillment_status)

    # -- a stand-alone invoice -----------------------------------------------------------------

    def _report_invoice(self, client):
        """NetSuite makes no fulfilment of it: only the invoice's own fields can be written."""
        rows = self._sharing(None).sorted(lambda row: row.picking_id.id)
        numbers = split_numbers(",".join(row.tracking_numbers or "" for row in rows))
        told = rows | self
        if not numbers and not any(row.reported_numbers or row.past_numbers for row in told):
            self._wait(
                self.env._(
                    "An invoice without a sales order takes only tracking numbers: it waits."
                )
            )
            return
        values = self._invoice_values(client, numbers)
        try:
            written = client.update_invoice(self.transaction_id.internal_id, **values)
        except (errors.Refused, errors.PermissionMissing) as error:
            raise self._invoice_refused(error, numbers) from error
        message = self.env._("Tracking numbers written to invoice %s.", self.transaction_id.tran_id)
        self._reported(False, f"{message} {written.warning}".strip())

    def _invoice_refused(self, error, numbers):
        """What a person can do when NetSuite does not take the field."""
        if isinstance(error, errors.PermissionMissing):
            sentence = self.env._(
                "NetSuite does not let the tracking numbers be written to invoice %(invoice)s: "
                "“%(answer)s” Choose another field on the backend under Write-back, then retry.",
                invoice=self.transaction_id.tran_id,
                answer=str(error),
            )
        elif not numbers:
            sentence = self.env._(
                "NetSuite does not let the tracking numbers of invoice %(invoice)s be emptied: "
                "“%(answer)s” Delete them there and mark this shipment as reported.",
                invoice=self.transaction_id.tran_id,
                answer=str(error),
            )
        else:
            return error
        return Finding(sentence)

    def _invoice_values(self, client, numbers):
        """The field of the invoice that takes the numbers, as the backend says."""
        text = ", ".join(numbers)
        if self.backend_id.invoice_field == "tracking":
            return {"tracking_numbers": ", ".join([*numbers, *self._typed_numbers(client)])}
        if self.backend_id.invoice_field == "custom":
            return {"custom_fields": {self.backend_id.invoice_custom_field: text}}
        return {"memo": memo_with(self._read_invoice(client).memo, numbers)}

    def _typed_numbers(self, client):
        """Numbers that people entered in NetSuite for shipments that they marked as reported."""
        if not any(row.by_hand and not row.tracking_numbers for row in self._sharing(None)):
            return []
        ours = self._ever_ours()
        found = split_numbers(",".join(self._read_invoice(client).tracking_numbers))
        return [number for number in found if number not in ours]

    def _read_invoice(self, client):
        internal_id = self.transaction_id.internal_id
        found = client.read(self.transaction_id.import_type, [internal_id])
        if internal_id in found.errors:
            raise found.errors[internal_id]
        return found.records[internal_id]
