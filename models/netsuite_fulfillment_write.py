from dataclasses import dataclass, replace

from odoo import models

from ..netsuite import errors
from ..netsuite.records import ITEM_FULFILLMENT, Fulfillment, Package
from ..netsuite.writeback import (
    advance,
    find_own,
    fulfillment_lines,
    heavy_enough,
    numbers_on,
    same_packages,
    split_numbers,
)
from .netsuite_backend_connection import in_own_transaction
from .netsuite_fulfillment_job import Finding

# How NetSuite's sentences name the shipping method, in lower case without blanks.
METHOD = ("shipmethod", "shippingmethod")
SWITCH = "CANT_SWITCH_SHIP_METHOD"


@dataclass
class Manner:
    """What this account takes of a fulfilment; learnt from its refusals."""

    ship_status: bool
    plain_numbers: bool  # lots and serials as text
    ship_method: bool = True
    packages: bool = True  # together with another ship method than the proposed one
    one_package: bool = False  # at least one, even without a number
    note: str = ""  # what was left out of this shipment


class NetSuiteFulfillment(models.Model):
    """Creating and changing fulfilments in NetSuite, in the manner that the account takes."""

    _inherit = "netsuite.fulfillment"

    # -- creating ------------------------------------------------------------------------------

    def _make_fulfillment(self, client, proposal, by_line):
        """Fulfil the order. NetSuite may say no although it has saved the fulfilment, so whoever is
        refused looks again."""
        parts = self._parts_before(by_line)

        def prepare(manner):
            return self._prepare_fulfillment(client, proposal, by_line, self | parts, manner)

        own = None
        try:
            sent, written = self._in_the_accounts_manner(prepare, client.create_fulfillment)
            warning = written.warning
            self.internal_id = written.internal_id
            if sent.ship_method:
                own = self._read_back(client)
        except (errors.Refused, errors.PermissionMissing) as error:
            own = self._read_back(client)
            if own is None:
                raise
            self.internal_id = own.internal_id
            warning = "" if isinstance(error, errors.DuplicateRecord) else str(error)
        self._take_along(parts)
        if own is not None:
            self._bring_up_to_date(client, own, "", warning)
        else:
            message = self.env._("Item fulfilment %s created.", self.internal_id)
            self._reported(self.internal_id, _with_warning(message, warning))

    def _read_back(self, client):
        """Our fulfilment as NetSuite has it now, or None."""
        found = client.fulfillments([self.transaction_id.order_id])
        return find_own(found, self.external_id, self.internal_id or "")

    def _prepare_fulfillment(self, client, proposal, by_line, rows, manner):
        """The fulfilment to create; override to add fields of your own.

        :param by_line: shipped quantity by NetSuite line
        :param rows: the shipments whose parcels are on it
        :param manner: what the account takes (:class:`Manner`)
        """
        completing, not_ours = self._other_lines()
        method = self._ship_method(proposal.ship_method) if manner.ship_method else None
        kind = self._package_kind(method, proposal)
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
            packages=heavy_enough(rows._packages(), kind) if manner.packages else None,
            package_kind=kind,
            memo=self.picking_id.name,
            ship_group=self._ship_group(),
            ship_method=method,
            shipping_cost=rows._shipping_cost(),
            custom_fields=rows._link_fields(),
        )

    def _package_kind(self, method, proposed):
        """The package list that goes with a ship method: as we know it, else as proposed."""
        if method is None:
            return proposed.package_kind
        return self._method_record(method).package_kind or proposed.package_kind

    def _learn_kind(self, found):
        """Remember which package list goes with the ship method of a fulfilment."""
        if not (found.ship_method and found.packages):
            return
        method = self._method_record(found.ship_method)
        if method and method.package_kind != found.package_kind:
            in_own_transaction(method, "write", {"package_kind": found.package_kind})

    def _method_record(self, ref):
        return self.env["netsuite.ship.method"].search(
            [("backend_id", "=", self.backend_id.id), ("internal_id", "=", ref.id)], limit=1
        )

    # -- changing ------------------------------------------------------------------------------

    def _bring_up_to_date(self, client, own, ship_status, warning=""):
        """Let the fulfilment carry exactly the parcels of its shipments."""
        self._learn_kind(own)
        packages = self._packages_to_write(own)
        if packages is None and not ship_status and not self._other_changes(own):
            message = self.env._("Item fulfilment %s has it already.", own.internal_id)
            self._reported(own.internal_id, _with_warning(message, warning))
            return
        warning = self._change_fulfillment(client, own, packages, ship_status) or warning
        if packages is None and ship_status:
            message = self.env._("Item fulfilment %s has its new status.", own.internal_id)
        elif packages is None:
            message = self.env._("Item fulfilment %s brought up to date.", own.internal_id)
        else:
            message = self.env._("Parcels of item fulfilment %s written.", own.internal_id)
        self._reported(own.internal_id, _with_warning(message, warning))

    def _packages_to_write(self, own):
        """The parcels that NetSuite does not have like this; None when there is nothing to write.

        Numbers that a person entered in NetSuite are not wiped out by a shipment without any.
        """
        rows = self._sharing(own)
        by_hand = rows.filtered(lambda row: row.by_hand and not row.tracking_numbers)
        packages = (rows - by_hand)._packages()
        if by_hand:
            packages = (*packages, *self._of_others(own))
        if same_packages(own.packages, packages):
            return None
        if numbers_on(packages) or self._has_told(own):
            return packages
        return None

    def _ever_ours(self):
        """All tracking numbers that shipments of the document have or had."""
        rows = self.transaction_id.fulfillment_ids
        texts = (
            text
            for row in rows
            for text in (row.tracking_numbers, row.reported_numbers, row.past_numbers)
        )
        return set(split_numbers(",".join(filter(None, texts))))

    def _has_told(self, own):
        """Has NetSuite any number of ours? Judged by what is there: an answer may have got lost."""
        return bool(numbers_on(own.packages) & self._ever_ours())

    def _of_others(self, own):
        """Parcels with numbers that people entered in NetSuite."""
        ours = self._ever_ours()
        return tuple(
            one
            for one in own.packages or ()
            if one.tracking_number and not numbers_on([one]) & ours
        )

    def _other_changes(self, own):
        """Has the first report of this shipment more to say than its parcels?"""
        if self.reported_date:
            return False
        cost = self._sharing(own)._shipping_cost()
        return bool(self._ship_method(own.ship_method)) or cost not in (None, own.shipping_cost)

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
            sent, written = self._in_the_accounts_manner(prepare, client.update_fulfillment)
            if sent.ship_method and packages is not None:
                self._check_parcels(client, packages)
            return written.warning
        except (errors.Refused, errors.PermissionMissing) as error:
            found = client.fulfillments([self.transaction_id.order_id])
            now = find_own(found, self.external_id, own.internal_id)
            if now and self._is_as_wanted(now, packages, ship_status):
                return str(error)
            if own.ship_status == "shipped" and packages is not None:
                raise self._locked(own, error) from error
            raise

    def _check_parcels(self, client, packages):
        """Another ship method may have another package list: see that the parcels are there, or
        write them to the list that is."""
        now = self._read_back(client)
        if now is None or same_packages(now.packages, packages):
            return
        change = Fulfillment(
            order_id=now.order_id,
            internal_id=now.internal_id,
            packages=heavy_enough(packages, now.package_kind),
            package_kind=now.package_kind,
        )
        client.update_fulfillment(change)
        now = self._read_back(client)
        if now is not None and not same_packages(now.packages, packages):
            raise Finding(
                self.env._(
                    "NetSuite took the shipping method of item fulfilment %(fulfillment)s, but not "
                    "the tracking numbers %(numbers)s. Enter them there by hand and mark this "
                    "shipment as reported.",
                    fulfillment=now.tran_id or now.internal_id,
                    numbers=self.tracking_numbers or self.env._("(none)"),
                )
            )

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
        rows = self._sharing(own) or self
        first = ship_status or not self.reported_date  # later, people may have chosen otherwise
        method = self._ship_method(own.ship_method) if first and manner.ship_method else None
        kind = self._package_kind(method, own)
        if packages is not None:
            packages = heavy_enough(packages, kind) if manner.packages else None
        return Fulfillment(
            order_id=own.order_id,
            internal_id=own.internal_id,
            ship_status=ship_status if manner.ship_status else "",
            packages=packages,
            package_kind=kind,
            ship_method=method,
            shipping_cost=rows._shipping_cost() if first else None,
            custom_fields=rows._link_fields(),
        )

    # -- the account's manner ------------------------------------------------------------------

    def _in_the_accounts_manner(self, prepare, send):
        """Send ``prepare(manner)`` as the account takes it; learn from refusals of a field.

        :returns: what was sent, and NetSuite's answer
        """
        backend = self.backend_id
        manner = Manner(not backend.no_ship_status, backend.plain_numbers)
        for _field in range(5):
            fulfillment = prepare(manner)
            try:
                written = send(fulfillment)
            except (errors.Refused, errors.PermissionMissing) as error:
                refusal = error
                if self._adapt(manner, fulfillment, error):
                    continue
                raise
            warning = f"{manner.note} {written.warning}".strip()
            return fulfillment, replace(written, warning=warning)
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
        elif sent.ship_method and sent.packages and _is_about(text, "packagelist", *METHOD):
            # The method's carrier has another list: the parcels follow when it is known.
            manner.packages = False
        elif sent.ship_method and (error.code == SWITCH or _is_about(text, *METHOD)):
            # The goods have left: better a fulfilment with NetSuite's own method than none.
            manner.packages = True
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


def _is_about(text, *words):
    return any(word in text for word in words)


def _with_warning(message, warning):
    return f"{message} {warning}".strip()
