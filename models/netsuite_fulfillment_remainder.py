from dataclasses import replace

from odoo import fields, models

from ..netsuite import errors
from ..netsuite.records import ITEM_FULFILLMENT
from ..netsuite.shippable import BLOCKED, NOTHING_OPEN, contents, fulfilled_quantities
from ..netsuite.writeback import DIGITS, spare
from .netsuite_fulfillment_contents import Quantities
from .netsuite_fulfillment_job import Finding


class NetSuiteFulfillment(models.Model):
    """What the fulfilments of an order's shipments leave out becomes one more fulfilment: the rest
    of a shipment whose adopted fulfilment has less, and services that no goods complete any more.

    It is a write-back of its own, with its own external id: everything that keeps a shipment from
    being reported twice or never keeps this too.
    """

    _inherit = "netsuite.fulfillment"

    remainder = fields.Selection(
        [("goods", "Rest of a Shipment"), ("services", "Services of the Order")],
        readonly=True,
        help="Rest of a shipment: what was shipped and is not on the fulfilment that was adopted "
        "for it. Services of the order: they were to be fulfilled with the last goods, of which "
        "nothing is open any more. Empty: a shipment.",
    )
    remaining_lines = fields.Json(readonly=True)
    report_rest = fields.Boolean(
        readonly=True, help="What the adopted fulfilment lacks is reported too."
    )

    # -- the rest of a shipment ----------------------------------------------------------------

    def _settle_uncovered(self, own, quantities):
        """What was shipped and is not on the fulfilment that a person adopted: report it, or tell
        people."""
        left = spare(own, self._taken_of(own))
        missing = {
            key: quantity - max(0.0, left.get(key, 0.0))
            for key, quantity in quantities.by_line.items()
            if quantity - left.get(key, 0.0) > quantities.tolerances.get(key, 0.0) + 10**-DIGITS
        }
        if not missing:
            return
        sentence = self.env._(
            "%(delivery)s shipped more than the adopted item fulfilment %(fulfillment)s has: "
            "%(missing)s.",
            delivery=self.picking_id.name,
            fulfillment=own.tran_id or own.internal_id,
            missing="; ".join(
                self.env._(
                    "line %(line)s shipped %(shipped)g, there %(there)g",
                    line=key,
                    shipped=quantities.by_line[key],
                    there=quantities.by_line[key] - rest,
                )
                for key, rest in missing.items()
            ),
        )
        if not self.report_rest:
            self._flag(self.env._("%s Fulfil the rest in NetSuite.", sentence))
        elif self._report_remainder(
            _numbered(f"{self.external_id}-rest", len(self._rests())),
            {
                "picking_id": self.picking_id.id,
                "transaction_id": self.transaction_id.id,
                "remainder": "goods",
                "remaining_lines": missing,
                "tracking_numbers": self.tracking_numbers,
                "report_now": True,
            },
        ):
            self._log(self.env._("%s The rest becomes a fulfilment of its own.", sentence))

    def _report_remainder(self, external_id, vals):
        """Make a remainder's row and enqueue it; one that is there is left alone, unless it was
        taken back.

        :returns: the row, if there is something to report
        """
        row = self.search([("external_id", "=", external_id)])
        if row and row.state != "cancelled":
            return self.browse()
        if row:
            row.write(vals)
        else:
            row = self.create({"external_id": external_id, **vals})
        row.state = "pending" if row.report_now else "waiting"
        row.message = not row.report_now and row._what_it_waits_for(row.picking_id)
        row.filtered("report_now")._enqueue()
        return row

    def _quantities(self, found):
        if self.remainder:
            return Quantities(dict(self.remaining_lines or {}))
        quantities = super()._quantities(found)
        left = {key: one - self._on_rests(key) for key, one in quantities.by_line.items()}
        by_line = {key: one for key, one in left.items() if round(one, DIGITS) > 0}
        return replace(quantities, by_line=by_line)

    def _rests(self):
        """What adopted fulfilments lacked of these shipments, once that was settled."""
        return self.picking_id.netsuite_fulfillment_ids.filtered(
            lambda row: row.remainder == "goods" and row.state != "cancelled"
        )

    def _on_rests(self, key):
        """How much of a line is reported by itself as the rest of these shipments."""
        return sum((row.remaining_lines or {}).get(key, 0.0) for row in self._rests())

    def _parts(self, key, total):
        parts = super()._parts(key, total)
        if self.remainder and len(parts) > 1:
            raise Finding(
                self.env._(
                    "Line %(line)s of %(delivery)s was shipped in several lots or bins, and Odoo "
                    "cannot tell which of them are on the adopted fulfilment. Fulfil the rest in "
                    "NetSuite and mark it as reported.",
                    line=key,
                    delivery=self.picking_id.name,
                )
            )
        return parts

    def _may_be_reported(self):
        if self.remainder == "services":  # they have no tracking number
            return self.report_now or self.backend_id.report_when != "manual"
        return super()._may_be_reported()

    def _shipping_cost(self):
        shipments = self.filtered(lambda row: not row.remainder)
        return super(NetSuiteFulfillment, shipments)._shipping_cost() if shipments else None

    # -- services that no goods complete any more ----------------------------------------------

    def _first_found(self, found, own):
        if not self.remainder:
            return super()._first_found(found, own)
        self.internal_id = own.internal_id
        return None

    def _fulfil(self, client, found):
        if self.remainder != "services":
            return super()._fulfil(client, found)
        return self._fulfil_services(client, found)

    def _fulfil_services(self, client, found):
        """Fulfil the services alone, if nothing else is open on the order."""
        services, not_ours = self._other_lines()
        try:
            proposal = client.proposal(self.transaction_id.order_id, self._ship_group())
        except errors.NotFulfillable:
            if not services & self.transaction_id._open_lines(found):
                self._take_back(self.env._("Its services are fulfilled."))
                return
            raise
        is_open = {line.key for line in proposal.lines if line.key and line.quantity_remaining != 0}
        if is_open - services - not_ours:
            self._take_back(
                self.env._(
                    "Goods are open in NetSuite: the services go with the shipment that completes "
                    "them."
                )
            )
        elif not is_open & services:
            self._take_back(self.env._("Its services are fulfilled."))
        else:
            self._make_fulfillment(client, proposal, {})

    def _reported(self, internal_id, message):
        result = super()._reported(internal_id, message)
        # The order may have been cut while this was on its way.
        self.transaction_id._complete_services()
        return result

    def _take_back(self, message):
        """There is nothing to report of it."""
        self.write({"state": "cancelled", "message": message, "next_try": False})
        self._clear_activity()

    def _prepare_fulfillment(self, client, proposal, by_line, rows, manner):
        made = super()._prepare_fulfillment(client, proposal, by_line, rows, manner)
        return replace(made, packages=None) if self.remainder == "services" else made

    def _own_packages(self):
        return () if self.remainder == "services" else super()._own_packages()


class NetSuiteTransaction(models.Model):
    _inherit = "netsuite.transaction"

    def _complete_services(self):
        """Fulfil the services of orders whose goods are complete: they were to go with the last
        goods, but of these nothing is left to ship. Else the order would never be billed."""
        for transaction in self:
            if not transaction._has_services_left():
                continue
            for rows in transaction._shipments().grouped(lambda row: row._ship_group()).values():
                rows._report_remainder(
                    transaction._services_id(rows),
                    {
                        "picking_id": max(rows.picking_id.ids),
                        "transaction_id": transaction.id,
                        "remainder": "services",
                        "report_now": transaction.backend_id.report_when != "manual",
                    },
                )

    def _services_id(self, shipments):
        """External id for the services that these shipments left open: a further one where NetSuite
        was told of others before, as it showed when it was read."""
        told = self.fulfillment_ids.filtered(
            lambda row: (
                row.remainder == "services"
                and row.state == "done"
                and row._ship_group() == shipments[:1]._ship_group()
            )
        )
        read = {one.internal_id for one in self._fulfillment_records() or ()}
        first = f"{min(shipments, key=_id).external_id}-services"
        return _numbered(first, len(told) if read.issuperset(told.mapped("internal_id")) else 0)

    def _flag_services(self):
        """A person has cancelled the rest of an order that NetSuite still wants: nobody completes
        its services, until what is open is closed there."""
        for transaction in self:
            shipments = transaction._shipments()
            if not shipments or transaction._open_pickings():
                continue
            services, goods = transaction._left_open()
            if services and goods:
                shipments[:1]._flag(
                    self.env._(
                        "What was left to ship of %(document)s was cancelled: close it in NetSuite "
                        "too. Odoo then fulfils the services of the order (line %(lines)s).",
                        document=transaction.tran_id,
                        lines=", ".join(sorted(services)),
                    )
                )

    def _has_services_left(self):
        shipments = self._shipments()
        if not shipments or self._open_pickings():
            return False
        if any(row.state != "done" for row in shipments):
            return False  # which may be the one that completes the goods
        services, goods = self._left_open()
        return bool(services and not goods)

    def _shipments(self):
        return self.fulfillment_ids.filtered(
            lambda row: not row.remainder and row.state != "cancelled"
        )

    def _left_open(self):
        """Lines of the order, as it was read last, that are open: services that complete it, and
        goods that are shipped from here. Only for documents with shipments."""
        record = self._order_record() or self._record()
        is_order = self.order_id and self.import_type != ITEM_FULFILLMENT
        if not (is_order and record) or record.status in BLOCKED:
            return set(), set()
        is_open = self._open_lines(self._fulfillment_records() or ())
        services, not_ours = self._shipments()[:1]._other_lines()
        return is_open & services, is_open - services - not_ours - self._never_shipped(record)

    def _never_shipped(self, record):
        """Keys of lines that nobody ships: closed ones, discounts, descriptions, work and fees."""
        ids = {line.item.id for line in record.lines if line.item}
        items = self.env["netsuite.item"]._known(self.backend_id, ids)
        found = contents(record, {key: item._record() for key, item in items.items()})
        return {one.line.key for one in found.left_out if one.reason != NOTHING_OPEN}

    def _open_lines(self, fulfillments):
        """Keys of the order's lines of which less is on these fulfilments than was ordered."""
        record = self._order_record() or self._record()
        done = fulfilled_quantities(fulfillments)
        return {
            line.key
            for line in record.lines
            if round(line.quantity - done.get(line.key, 0.0), DIGITS) > 0
        }


def _numbered(external_id, earlier):
    """The external id after so many earlier ones of the kind."""
    return f"{external_id}-{earlier + 1}" if earlier else external_id


def _id(record):
    return record.id
