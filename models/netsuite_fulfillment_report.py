from dataclasses import dataclass, replace

from odoo import models

from ..netsuite import errors
from ..netsuite.records import ITEM_FULFILLMENT, Fulfillment, Package
from ..netsuite.writeback import (
    advance,
    by_hand,
    find_own,
    fulfillment_lines,
    memo_with,
    mismatches,
    on_lines,
    same_packages,
    split_numbers,
)
from .netsuite_backend_connection import in_own_transaction
from .netsuite_fulfillment_job import Finding


@dataclass
class Manner:
    """What this account takes of a fulfilment; learnt from its refusals."""

    ship_status: bool
    plain_numbers: bool  # lots and serials as text
    ship_method: bool = True
    one_package: bool = False  # at least one, even without a number
    note: str = ""  # what was left out of this shipment


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

    # -- a sales order, or an invoice made from one -------------------------------------------------

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
            self._wait(self.env._("NetSuite knows nothing of it; it waits for a tracking number."))
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
        try:
            proposal = client.proposal(self.transaction_id.order_id)
        except errors.NotFulfillable as error:
            if others:
                raise self._fulfilled_by_hand(others, str(error)) from error
            raise
        self._check_open(proposal, quantities.by_line, others)
        self._make_fulfillment(client, proposal, quantities.by_line)
        if quantities.parts_left:
            self._flag_parts()

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

    # -- kits that are not whole ------------------------------------------------------------------

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
            lambda row: row.internal_id and row.transaction_id == self.transaction_id
        ).sorted()
        own = hosts and find_own(found, hosts[0].external_id, hosts[0].internal_id)
        if own and not quantities.parts_left:
            self.internal_id = own.internal_id
            self._bring_up_to_date(client, own, "")
            return
        self._wait(
            self.env._(
                "Only parts of kits were shipped. NetSuite is told with the shipment that completes "
                "them."
            )
        )
        if not self.parts_of_kits:
            self.parts_of_kits = True
            self._flag_parts()

    def _flag_parts(self):
        self._flag(
            self.env._(
                "%(delivery)s shipped parts of a kit that make no whole one: NetSuite's order stays "
                "open for it until the other parts are shipped.",
                delivery=self.picking_id.name,
            )
        )

    def _parts_before(self):
        """Shipments of parts of kits whose parcels travel with this one's fulfilment."""
        return self.transaction_id.fulfillment_ids.filtered(
            lambda row: row.parts_of_kits and row.state == "waiting" and row != self
        )

    # -- a fulfilment that was imported -------------------------------------------------------------

    def _report_imported(self, client):
        transaction = self.transaction_id
        found = client.fulfillments([transaction.order_id]) if transaction.order_id else ()
        own = find_own(found, "", transaction.internal_id)
        if own is None:
            raise errors.RecordMissing(
                self.env._("NetSuite has no item fulfilment %s.", transaction.tran_id)
            )
        if not (self.reported_date or self._may_be_reported() or self._is_cancelled()):
            self._wait(self.env._("It waits for a tracking number."))
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

    # -- a stand-alone invoice ----------------------------------------------------------------------

    def _report_invoice(self, client):
        """NetSuite makes no fulfilment of it: only the invoice's own fields can be written."""
        rows = self._sharing(None).sorted(lambda row: row.picking_id.id)
        numbers = split_numbers(",".join(row.tracking_numbers or "" for row in rows))
        if not numbers and not any(rows.mapped("reported_numbers")):
            self._wait(
                self.env._("An invoice without a sales order takes only tracking numbers: it waits.")
            )
            return
        values = self._invoice_values(client, numbers)
        try:
            written = client.update_invoice(self.transaction_id.internal_id, **values)
        except (errors.Refused, errors.PermissionMissing) as error:
            raise self._invoice_refused(error, numbers) from error
        message = self.env._(
            "Tracking numbers written to invoice %s.", self.transaction_id.tran_id
        )
        self._reported(False, _with_warning(message, written.warning))

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
            return {"tracking_numbers": text}
        if self.backend_id.invoice_field == "custom":
            return {"custom_fields": {self.backend_id.invoice_custom_field: text}}
        internal_id = self.transaction_id.internal_id
        found = client.read(self.transaction_id.import_type, [internal_id])
        if internal_id in found.errors:
            raise found.errors[internal_id]
        return {"memo": memo_with(found.records[internal_id].memo, numbers)}

    # -- creating ------------------------------------------------------------------------------------

    def _make_fulfillment(self, client, proposal, by_line):
        """Fulfil the order. NetSuite may say no although it has saved the fulfilment, so whoever is
        refused looks again."""
        parts = self._parts_before()

        def prepare(manner):
            return self._prepare_fulfillment(client, proposal, by_line, self | parts, manner)

        own = None
        try:
            written = self._in_the_accounts_manner(prepare, client.create_fulfillment)
            internal_id, warning = written.internal_id, written.warning
        except (errors.Refused, errors.PermissionMissing) as error:
            own = find_own(
                client.fulfillments([self.transaction_id.order_id]), self.external_id
            )
            if own is None:
                raise
            internal_id = own.internal_id
            warning = "" if isinstance(error, errors.DuplicateRecord) else str(error)
        for row in parts:
            row.parts_of_kits = False
            row._reported(internal_id, self.env._("On item fulfilment %s.", internal_id))
        if own is not None:
            self._bring_up_to_date(client, own, "", warning)
        else:
            message = self.env._("Item fulfilment %s created.", internal_id)
            self._reported(internal_id, _with_warning(message, warning))

    def _prepare_fulfillment(self, client, proposal, by_line, rows, manner):
        """The fulfilment to create; override to add fields of your own.

        :param by_line: shipped quantity by NetSuite line
        :param rows: the shipments whose parcels are on it
        :param manner: what the account takes (:class:`Manner`)
        """
        completing, not_ours = self._other_lines()
        method = self._ship_method(proposal.ship_method) if manner.ship_method else None
        return Fulfillment(
            order_id=self.transaction_id.order_id,
            external_id=self.external_id,
            ship_status=self.backend_id.fulfillment_status if manner.ship_status else "",
            lines=fulfillment_lines(
                proposal,
                self._shipped_lines(client, proposal, by_line, manner.plain_numbers),
                completing=completing,
                not_ours=not_ours,
            ),
            packages=rows._packages(),
            package_kind=proposal.package_kind,
            memo=self.picking_id.name,
            ship_method=method,
            shipping_cost=self._shipping_cost(),
            custom_fields=self._link_fields(),
        )

    # -- changing ------------------------------------------------------------------------------------

    def _bring_up_to_date(self, client, own, ship_status, warning=""):
        """Let the fulfilment carry exactly the parcels of its shipments."""
        packages = self._packages_to_write(own)
        if packages is None and not ship_status:
            message = self.env._("Item fulfilment %s has it already.", own.internal_id)
            self._reported(own.internal_id, _with_warning(message, warning))
            return
        warning = self._change_fulfillment(client, own, packages, ship_status) or warning
        if packages is None:
            message = self.env._("Item fulfilment %s has its new status.", own.internal_id)
        else:
            message = self.env._("Parcels of item fulfilment %s written.", own.internal_id)
        self._reported(own.internal_id, _with_warning(message, warning))

    def _packages_to_write(self, own):
        """The parcels that NetSuite does not have like this; None when there is nothing to write.

        Numbers that a person entered in NetSuite are not wiped out by a shipment without any.
        """
        rows = self._sharing(own)
        packages = rows._packages()
        numbers = any(package.tracking_number for package in packages)
        told = any((rows | self).mapped("reported_numbers"))
        if same_packages(own.packages, packages) or not (numbers or told):
            return None
        return packages

    def _sharing(self, own):
        """The shipments whose parcels are on the same record."""
        rows = self.transaction_id.fulfillment_ids
        if self.transaction_id.import_type != ITEM_FULFILLMENT and own is not None:
            rows = rows.filtered(lambda row: row.internal_id == own.internal_id) | self
        return rows.filtered(
            lambda row: (row == self or row.state != "waiting")
            and (row.picking_id.state == "done" or row.tracking_numbers)
            and row.picking_id.state != "cancel"
        )

    def _change_fulfillment(self, client, own, packages, ship_status):
        """Change the fulfilment; returns NetSuite's warning, if any."""

        def prepare(manner):
            return self._prepare_change(own, packages, ship_status, manner)

        try:
            return self._in_the_accounts_manner(prepare, client.update_fulfillment).warning
        except (errors.Refused, errors.PermissionMissing) as error:
            found = client.fulfillments([self.transaction_id.order_id])
            now = find_own(found, self.external_id, own.internal_id)
            if now and self._is_as_wanted(now, packages, ship_status):
                return str(error)
            if own.ship_status == "shipped" and packages is not None:
                raise self._locked(own, error) from error
            raise

    def _is_as_wanted(self, now, packages, ship_status):
        same = packages is None or same_packages(now.packages, packages)
        return same and not (ship_status and advance(now.ship_status, ship_status))

    def _locked(self, own, error):
        return Finding(
            self.env._(
                "NetSuite does not let the shipped item fulfilment %(fulfillment)s be changed: "
                "“%(answer)s” Enter the tracking numbers %(numbers)s there by hand and mark this "
                "shipment as reported, or allow the change in NetSuite and retry.",
                fulfillment=own.tran_id or own.internal_id,
                answer=str(error),
                numbers=self.tracking_numbers or self.env._("(none)"),
            )
        )

    def _prepare_change(self, own, packages, ship_status, manner):
        """The change of a fulfilment; override to add fields of your own."""
        if packages == () and manner.one_package:
            packages = (Package("", self.backend_id.default_package_weight),)
        method = self._ship_method(own.ship_method) if ship_status and manner.ship_method else None
        return Fulfillment(
            order_id=own.order_id,
            internal_id=own.internal_id,
            ship_status=ship_status if manner.ship_status else "",
            packages=packages,
            package_kind=own.package_kind,
            ship_method=method,
            shipping_cost=self._shipping_cost() if ship_status else None,
            custom_fields=self._link_fields(),
        )

    # -- the account's manner ------------------------------------------------------------------------

    def _in_the_accounts_manner(self, prepare, send):
        """Send ``prepare(manner)`` as the account takes it; learn from refusals of a field."""
        backend = self.backend_id
        manner = Manner(not backend.no_ship_status, backend.plain_numbers)
        for _field in range(4):
            fulfillment = prepare(manner)
            try:
                written = send(fulfillment)
            except (errors.Refused, errors.PermissionMissing) as error:
                refusal = error
                if self._adapt(manner, fulfillment, error):
                    continue
                raise
            return replace(written, warning=f"{manner.note} {written.warning}".strip())
        raise refusal

    def _adapt(self, manner, sent, error):
        """Leave out, or write otherwise, what NetSuite has just refused; False if it is no field."""
        text = str(error).lower().replace(" ", "")
        learnt = {}
        if sent.ship_status and "shipstatus" in text:
            manner.ship_status = False
            learnt["no_ship_status"] = True
        elif any(line.assignments for line in sent.lines) and "inventorydetail" in text:
            learnt["plain_numbers"] = manner.plain_numbers = True
        elif any(line.serial_numbers for line in sent.lines) and "serialnumbers" in text:
            learnt["plain_numbers"] = manner.plain_numbers = False
        elif sent.packages == () and error.code == "AT_LEAST_ONE_PACKAGE_REQD":
            manner.one_package = True
        elif sent.ship_method:
            # The goods have left: better a fulfilment with NetSuite's own method than none.
            manner.ship_method = False
            manner.note = self.env._(
                "Without the shipping method %(method)s: %(answer)s",
                method=sent.ship_method.name,
                answer=str(error),
            )
        else:
            return False
        if learnt:
            in_own_transaction(self.backend_id, "write", learnt)
        return True


def _with_warning(message, warning):
    return f"{message} {warning}".strip()
