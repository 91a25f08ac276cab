from datetime import datetime

from odoo import api, fields, models

from ..netsuite import errors
from ..netsuite.payload import from_json, to_json
from ..netsuite.records import ITEM_FULFILLMENT, SALES_ORDER, Fulfillment, Transaction
from .netsuite_backend_fetch import to_odoo
from .netsuite_transaction_status import IMPORT_TYPES


def _is_missing(error):
    return isinstance(error, errors.RecordMissing)


class NetSuiteTransaction(models.Model):
    """One document of NetSuite: who it is, what NetSuite said, and what became of it here.

    A row is staged as soon as a search names the document; reading, building and every later
    change go through the row, so a delivery can be built again without asking NetSuite.
    """

    _name = "netsuite.transaction"
    _description = "NetSuite Document"
    _inherit = ["netsuite.kept", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "tran_id"

    backend_id = fields.Many2one(
        "netsuite.backend", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    import_type = fields.Selection(IMPORT_TYPES, "Document Type", required=True, readonly=True)
    internal_id = fields.Char("NetSuite ID", required=True, readonly=True)
    tran_id = fields.Char("Number", readonly=True, index="trigram")
    order_id = fields.Char(
        "NetSuite Order ID",
        readonly=True,
        index="btree_not_null",
        help="The sales order that the goods belong to; empty for an invoice without one.",
    )
    status = fields.Many2one("netsuite.transaction.status", "NetSuite Status", readonly=True)
    last_modified = fields.Datetime(
        "Changed in NetSuite", readonly=True, help="Last change that Odoo has read."
    )
    read_date = fields.Datetime("Read On", readonly=True)
    payload = fields.Json(readonly=True, prefetch=False, groups="connector_netsuite.group_manager")
    fulfillments = fields.Json(
        readonly=True, prefetch=False, groups="connector_netsuite.group_manager"
    )
    order_payload = fields.Json(
        readonly=True, prefetch=False, groups="connector_netsuite.group_manager"
    )
    asked = fields.Json(
        readonly=True,
        prefetch=False,
        help="How much NetSuite asked for, line by line, when the deliveries last followed.",
    )
    to_read = fields.Boolean(readonly=True)
    not_before = fields.Datetime(
        readonly=True, help="Left alone until then, in case the order is still being changed."
    )
    to_build = fields.Boolean(readonly=True)
    state = fields.Selection(
        [
            ("staged", "Waiting"),
            ("imported", "Imported"),
            ("held", "Held"),
            ("ignored", "Nothing to Ship"),
            ("cancelled", "Not to Ship"),
        ],
        default="staged",
        required=True,
        readonly=True,
    )
    message = fields.Text(readonly=True, help="Why the document stands where it stands.")
    hold_reason = fields.Selection(
        [
            ("address", "Shipping Address"),
            ("item", "Item Not Readable"),
            ("product", "Product Missing"),
            ("unit", "Unit of Measure"),
            ("ship_group", "Ship Group"),
            ("duplicate", "Shipped Elsewhere"),
            ("field", "Field Mapping"),
            ("netsuite", "NetSuite Error"),
            ("odoo", "Odoo Error"),
        ],
        readonly=True,
    )
    customer = fields.Char(readonly=True)
    all_picking_ids = fields.One2many("stock.picking", "netsuite_transaction_id", readonly=True)
    live_picking_ids = fields.Many2many("stock.picking", compute="_compute_live_picking_ids")
    picking_ids = fields.Many2many(
        "stock.picking", string="Deliveries", compute="_compute_picking_ids"
    )
    picking_count = fields.Integer(compute="_compute_picking_ids")
    fulfillment_ids = fields.One2many(
        "netsuite.fulfillment", "transaction_id", "Write-backs", readonly=True
    )

    _unique_document = models.UniqueIndex(
        "(backend_id, import_type, internal_id)", "This document is known already."
    )
    _state_index = models.Index("(backend_id, state)")
    _to_read_index = models.Index("(backend_id) WHERE to_read IS TRUE")
    _to_build_index = models.Index("(backend_id) WHERE to_build IS TRUE")

    @api.depends("all_picking_ids.picking_type_code", "all_picking_ids.return_id")
    def _compute_picking_ids(self):
        for transaction in self:
            transaction.picking_ids = transaction.all_picking_ids.filtered("is_netsuite_delivery")
            transaction.picking_count = len(transaction.picking_ids)

    @api.depends("all_picking_ids.state", "all_picking_ids.return_id")
    def _compute_live_picking_ids(self):
        """Every step that is not cancelled, done ones too; no returns."""
        for transaction in self:
            transaction.live_picking_ids = transaction.all_picking_ids.filtered(
                lambda picking: picking.state != "cancel" and not picking.return_id
            )

    def _still_ships(self):
        """Are goods of the document on a delivery that is open, or shipped and not reported yet?

        What is reported is in NetSuite's own quantities.
        """
        self.ensure_one()
        reports = self.fulfillment_ids.filtered(lambda one: one.remainder != "services")
        done = reports.filtered(lambda one: one.state == "done")
        reported = done.picking_id - (reports - done).picking_id
        return bool(self._open_pickings() or self.live_picking_ids - reported)

    def _free_goods(self):
        """Fewer goods are on the deliveries of these documents: others of the same order look anew
        at what they may ship, with the next import."""
        for row in self.filtered("order_id"):
            self.env["netsuite.builder"]._same_order(row).filtered(
                lambda other: other.state in ("imported", "ignored")
            ).to_build = True

    def _was_read_before(self, other):
        """May NetSuite know more by now than when this was read, as another document shows?"""
        return not self.to_read and (self.read_date or datetime.min) <= (
            other.read_date or datetime.min
        )

    def _open_pickings(self):
        """Steps of the deliveries that are not done yet."""
        return self.live_picking_ids.filtered(lambda picking: picking.state != "done")

    # -- what NetSuite said ------------------------------------------------------------------

    def _record(self):
        """The document as NetSuite gave it, or None while it has not been read."""
        return self._stored("payload", Transaction)

    def _order_record(self):
        """The sales order of an invoice, or None where there is none."""
        return self._stored("order_payload", Transaction)

    def _stored(self, name, cls):
        self.ensure_one()
        # sudo: payloads hold prices nobody needs to see; building reads only what is shipped
        payload = self.sudo()[name]
        return from_json(cls, payload) if payload else None

    def _fulfillment_records(self):
        """The order's fulfilments when it was read; None where they were not asked for."""
        self.ensure_one()
        fulfillments = self.sudo().fulfillments  # sudo: as for the payload
        if fulfillments is None or fulfillments is False:
            return None
        return [from_json(Fulfillment, data) for data in fulfillments]

    def _store_read(self, found, orders, fulfillments):
        """Keep what NetSuite said of these documents and mark them to be built.

        :param found: :class:`..netsuite.client.Found`
        :param orders: the same of the sales orders that invoices were made from
        :param fulfillments: stored form of the orders' fulfilments, by order
        """
        statuses = self.env["netsuite.transaction.status"].search(
            [("import_type", "in", self.mapped("import_type"))]
        )
        status_ids = {status.code: status.id for status in statuses}
        for row in self:
            record = found.records.get(row.internal_id)
            if record is None:
                row._store_unreadable(found.errors.get(row.internal_id))
                continue
            source = record.created_from.id if record.created_from else ""
            if source in orders.errors and not _is_missing(orders.errors[source]):
                row._store_unreadable(orders.errors[source])
                continue
            vals = row._prepare_read(record, orders.records.get(source), fulfillments)
            row.write({**vals, "to_build": row._says_something_new(vals)})
            if record.status in status_ids:
                row.status = status_ids[record.status]

    def _prepare_read(self, record, order, fulfillments):
        if record.type == SALES_ORDER:
            order_id = record.internal_id
        elif order is not None or record.type == ITEM_FULFILLMENT:
            order_id = record.created_from and record.created_from.id
        else:
            order_id = False  # made from an estimate, or from nothing
        return {
            "payload": to_json(record),
            "order_payload": to_json(order) if order else False,
            "fulfillments": fulfillments.get(order_id or "", False),
            "tran_id": record.tran_id or self.internal_id,
            "order_id": order_id,
            "company_id": self.backend_id._company_of(record).id,
            "customer": record.entity.name if record.entity else False,
            "last_modified": to_odoo(record.last_modified),
            "to_read": False,
        }

    def _says_something_new(self, vals):
        """Does what was read differ from what was built?"""
        if self.to_build or self.state in ("staged", "held"):
            return True
        if (self.fulfillments or False) != (vals["fulfillments"] or False):
            return True
        return any(
            self._essence(self[name] or False) != self._essence(vals[name] or False)
            for name in ("payload", "order_payload")
        )

    def _store_unreadable(self, error):
        self.to_read = False
        if error is None or _is_missing(error):
            self.sudo().payload = False  # sudo: as above
            self.to_build = True  # what is not there is built as nothing
        else:
            self._hold("netsuite", self.backend_id._explain(error))

    # -- what became of it ---------------------------------------------------------------------

    def _hold(self, reason, message):
        """A person must act: keep the document with the reason until it is built again."""
        self.write({"state": "held", "hold_reason": reason, "message": message, "to_build": False})
        if reason != "netsuite":  # what cannot be read may be as it was
            for row in self.filtered("live_picking_ids"):
                self.env["netsuite.builder"]._tell_held(row)

    def _settle(self, state, message=False):
        """The document is built; nobody needs to act."""
        self.write({"state": state, "hold_reason": False, "message": message, "to_build": False})

    def _rebuild(self):
        """Build again from what is stored. What was held because its goods were on another delivery
        is read first: they may have left with that one since."""
        self = self.sudo()  # sudo: only the connector writes its rows
        self.write({"to_build": True})
        stale = self.filtered(lambda row: row.hold_reason == "duplicate")
        stale.write({"to_read": True, "not_before": False})
        for backend, rows in stale.grouped("backend_id").items():
            backend._enqueue_reads(rows)
        for backend, rows in (self - stale).grouped("backend_id").items():
            backend._enqueue_builds(rows)

    def action_retry(self):
        """Build again from what is stored; ask NetSuite only for what was never read.

        What a person cancelled in Odoo, a whole delivery or the rest of one, is made anew, and
        quantities that a person entered become NetSuite's: that is what they ask for here.
        """
        self.check_access("write")
        self = self.sudo()  # sudo: only the connector writes its rows
        self.asked = False
        pickings = self.all_picking_ids
        pickings.filtered(lambda picking: picking.state == "cancel").netsuite_taken_over = False
        pickings.move_ids.filtered(lambda move: move.state == "cancel").netsuite_line = False
        unread = self.filtered(lambda row: row.to_read or not row.payload)
        unread.write({"to_read": True, "not_before": False})
        for backend, rows in unread.grouped("backend_id").items():
            backend._enqueue_reads(rows)
        (self - unread)._rebuild()
        return True

    def action_read_again(self):
        """Ask NetSuite for the documents again and take over what changed."""
        self.check_access("write")
        self = self.sudo()  # sudo: only the connector writes its rows and those of the items
        self.env["netsuite.item"]._forget(self)
        self.write({"to_read": True, "not_before": False})
        for backend, rows in self.grouped("backend_id").items():
            backend._enqueue_reads(rows)
        return True

    def action_view_pickings(self):
        """Open the deliveries of this document."""
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.action_picking_tree_all")
        action["domain"] = [("id", "in", self.picking_ids.ids)]
        action["context"] = {}
        if len(self.picking_ids) == 1:
            action.update(views=[(False, "form")], res_id=self.picking_ids.id)
        return action

    def action_open_in_netsuite(self):
        """Open the document in NetSuite's own screen."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self.backend_id._record_url(self.import_type, self.internal_id),
            "target": "new",
        }
