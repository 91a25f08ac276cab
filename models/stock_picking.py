from odoo import api, fields, models

# What a backorder and the later steps of a delivery keep of the document; a copy keeps nothing.
KEPT_FIELDS = (
    "netsuite_transaction_id",
    "netsuite_ship_group",
    "netsuite_warehouse_id",
    "netsuite_taken_over",
    "customer_reference",
    "note",
    "delivery_instructions",
    "authority_to_leave",
    "signature_required",
)


class StockPicking(models.Model):
    """A delivery of goods that NetSuite ordered, or an earlier step of it."""

    _inherit = "stock.picking"

    netsuite_transaction_id = fields.Many2one(
        "netsuite.transaction",
        "NetSuite Document",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    netsuite_ship_group = fields.Char(
        "NetSuite Ship Group",
        readonly=True,
        copy=False,
        help="Of an order with several shipping addresses: which of them this delivery goes to.",
    )
    netsuite_warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Warehouse by NetSuite",
        readonly=True,
        copy=False,
        help="Ships the lines' location in NetSuite; people may let another one ship.",
    )
    netsuite_taken_over = fields.Json(readonly=True, copy=False)
    is_netsuite_delivery = fields.Boolean(compute="_compute_is_netsuite_delivery")
    customer_reference = fields.Char(
        copy=False, help="The customer's own number of the order (PO number)."
    )
    delivery_instructions = fields.Text(copy=False)
    authority_to_leave = fields.Boolean(
        copy=False, help="The parcel may be left at the door without anybody there."
    )
    signature_required = fields.Boolean(copy=False, help="The receiver signs for the parcel.")

    # What is open, as searches ask for it: few among all that was ever shipped.
    _netsuite_open_index = models.Index(
        "(netsuite_transaction_id) WHERE netsuite_transaction_id IS NOT NULL"
        " AND (state NOT IN ('done', 'cancel') OR state IS NULL)"
    )

    @api.depends("netsuite_transaction_id", "picking_type_code", "return_id")
    def _compute_is_netsuite_delivery(self):
        """The step that leaves the warehouse; earlier steps and returns report nothing."""
        for picking in self:
            picking.is_netsuite_delivery = bool(
                picking.netsuite_transaction_id
                and picking.picking_type_code == "outgoing"
                and not picking.return_id
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._netsuite_check_documents(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._netsuite_check_documents([vals])
        return super().write(vals)

    def _netsuite_check_documents(self, vals_list):
        """Nobody ships for a document of which he sees neither itself nor a delivery."""
        if self.env.su:
            return
        ids = {
            vals["netsuite_transaction_id"]
            for vals in vals_list
            if "netsuite_transaction_id" in vals
        }
        documents = self.env["netsuite.transaction"].browse(filter(None, ids))
        unseen = documents - documents._filtered_access("read")
        if unseen:
            known = self.search([("netsuite_transaction_id", "in", unseen.ids)])
            (unseen - known.netsuite_transaction_id).check_access("read")

    def _compute_move_type(self):
        # Odoo computes it again whenever references of moves change: NetSuite's choice stays.
        result = super()._compute_move_type()
        for picking in self:
            if chosen := (picking.netsuite_taken_over or {}).get("move_type"):
                picking.move_type = chosen
        return result

    def _netsuite_kept_vals(self):
        """What a backorder or a later step of this delivery keeps of the document."""
        self.ensure_one()
        # sudo: who ships a part needs no rights on backends
        backend = self.sudo().netsuite_transaction_id.backend_id
        mapped = self.env["netsuite.field.mapping"]._picking_fields(backend)
        return {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in sorted(mapped.union(KEPT_FIELDS) - {"scheduled_date"})
        }

    def _netsuite_group(self):
        """Which deliveries of a document ship the same goods: warehouse and ship group.

        The warehouse is the one that NetSuite asked for, whichever a person has chosen since.
        """
        self.ensure_one()
        warehouse = self.netsuite_warehouse_id or self.picking_type_id.warehouse_id
        return (warehouse, self.netsuite_ship_group or "")

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if _takes_moves_along(default or {}):
            for picking, vals in zip(self, vals_list, strict=True):
                if picking.netsuite_transaction_id:
                    vals.update(picking._netsuite_kept_vals() | (default or {}))
        return vals_list

    def _netsuite_begun(self):
        """Has somebody begun to pick? Reservation alone is not begun."""
        self.ensure_one()
        return bool(
            self.printed
            or any(move.picked for move in self.move_ids if move.state != "cancel")
            or self.move_line_ids.result_package_id
            or any(move.state == "done" for move in self.move_ids.move_orig_ids)
            or self._netsuite_batch_is_begun()
        )

    def _netsuite_batch_is_begun(self):
        """Is the delivery in a batch that somebody has started? Where Odoo makes batches by itself,
        it starts them too, as soon as the goods are reserved: that says nothing."""
        batch = self.batch_id if "batch_id" in self._fields else None
        if not batch or batch.state != "in_progress":
            return False
        kind = self.picking_type_id
        return batch.is_wave or not (kind.auto_batch and kind.batch_auto_confirm)


def _takes_moves_along(default):
    """Is a copy of a delivery made for moves of it: a backorder, a wave, any other split? A mere
    copy, a return and an exchange have moves of their own."""
    return default.get("move_ids") == [] and "return_id" not in default
