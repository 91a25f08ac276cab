from odoo import fields, models

# A move's tie to its NetSuite line: what makes two moves differ, and what their parts keep.
LINE_FIELDS = ("netsuite_line", "netsuite_factor", "netsuite_is_kit")


class StockMove(models.Model):
    _inherit = "stock.move"

    netsuite_line = fields.Char(
        "NetSuite Line",
        readonly=True,
        copy=False,
        help="Key of the line in NetSuite that this move ships; of the kit's line for its members.",
    )
    netsuite_factor = fields.Float(
        "Quantity per NetSuite Unit",
        readonly=True,
        copy=False,
        default=1.0,
        help="How much of the product, in its own unit, is one unit of the NetSuite line: what one "
        "kit holds of it, or NetSuite's conversion rate.",
    )
    netsuite_is_kit = fields.Boolean("Member of a NetSuite Kit", readonly=True, copy=False)
    netsuite_taken_over = fields.Json(readonly=True, copy=False)
    # What had left when the move was done, in its own unit; people may correct that later.
    netsuite_left = fields.Float("Left When Done", readonly=True, copy=False)

    def _netsuite_line_vals(self):
        """What the parts of a move and the moves of later steps keep of the NetSuite line."""
        if not self.netsuite_line:
            return {}
        # sudo: who ships a part needs no rights on backends
        backend = self.sudo().picking_id.netsuite_transaction_id.backend_id
        mapped = self.env["netsuite.field.mapping"]._move_fields(backend)
        kept = mapped.union(LINE_FIELDS, ["netsuite_taken_over"])
        return {name: self[name] for name in sorted(kept)}

    def _netsuite_demand(self):
        """What is to be shipped, in the product's own unit."""
        return self._in_product_unit(self.product_uom_qty)

    def _netsuite_quantity(self):
        """What is or was shipped, in the product's own unit."""
        return self._in_product_unit(self.quantity)

    def _in_product_unit(self, quantity):
        return self.product_uom._compute_quantity(quantity, self.product_id.uom_id, round=False)

    def _action_done(self, cancel_backorder=False):
        done = super()._action_done(cancel_backorder=cancel_backorder)
        for move in done.filtered("netsuite_line"):
            move.netsuite_left = move.quantity
        return done

    def _prepare_merge_moves_distinct_fields(self):
        # Two lines of the same item are two moves: they are reported line by line.
        return super()._prepare_merge_moves_distinct_fields() + list(LINE_FIELDS)

    def _prepare_move_split_vals(self, qty):
        # The part that goes to a backorder still belongs to its line; a mere copy does not.
        return super()._prepare_move_split_vals(qty) | self._netsuite_line_vals()

    def _get_new_picking_values(self):
        # The next step of a delivery in several steps is for the same document.
        vals = super()._get_new_picking_values()
        before = self.move_orig_ids.picking_id.filtered("netsuite_transaction_id")[:1]
        if before and all(move.netsuite_line for move in self):
            vals.update(before._netsuite_kept_vals(), carrier_id=before.carrier_id.id)
            vals["move_type"] = before.move_type
        return vals


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        mapped = self.env.context.get("netsuite_move_fields", ())
        return [
            *super()._get_custom_move_fields(),
            *LINE_FIELDS,
            "netsuite_taken_over",
            "description_picking",
            *mapped,
        ]

    def _push_prepare_move_copy_values(self, move_to_copy, new_date):
        vals = super()._push_prepare_move_copy_values(move_to_copy, new_date)
        # The ship date is that of every step, however early the step before it was done.
        if planned := (move_to_copy.picking_id.netsuite_taken_over or {}).get("scheduled_date"):
            vals["date"] = fields.Datetime.to_datetime(planned)
        return vals | move_to_copy._netsuite_line_vals()
