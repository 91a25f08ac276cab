from dataclasses import dataclass, replace

from odoo import models

from ..netsuite import errors
from ..netsuite.records import ITEM_FULFILLMENT, Fulfillment, Package
from ..netsuite.writeback import advance, find_own, fulfillment_lines, same_packages
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
    """Creating and changing fulfilments in NetSuite, in the manner that the account takes."""

    _inherit = "netsuite.fulfillment"

    # -- creating ------------------------------------------------------------------------------

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
            own = find_own(client.fulfillments([self.transaction_id.order_id]), self.external_id)
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
            ship_group=self._ship_group(),
            ship_method=method,
            shipping_cost=self._shipping_cost(),
            custom_fields=self._link_fields(),
        )

    # -- changing ------------------------------------------------------------------------------

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
            lambda row: (
                (row == self or row.state != "waiting")
                and (row.picking_id.state == "done" or row.tracking_numbers)
                and row.picking_id.state != "cancel"
            )
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

    # -- the account's manner ------------------------------------------------------------------

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
        """Leave out, or write otherwise, what NetSuite has just refused; False if no field is."""
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
