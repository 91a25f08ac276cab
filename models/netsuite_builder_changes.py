from collections import defaultdict
from dataclasses import replace

from markupsafe import Markup
from odoo import Command, models
from odoo.tools import float_round, html2plaintext

from ..netsuite.records import ITEM_FULFILLMENT
from ..netsuite.shippable import ship_groups
from .netsuite_builder_quantities import DIGITS, as_stored

CHANGE_ACTIVITY = "connector_netsuite.activity_type_change"


class NetSuiteBuilder(models.AbstractModel):
    """Life after the import: what changed in NetSuite reaches deliveries nobody has begun to pick;
    of the others a person is told the difference, never a silent change.

    What NetSuite wants now is compared with what is open here, line by line; so it does not matter
    how often, or from how old an answer, a document is built. What people changed in Odoo stays
    until NetSuite changes the same thing: what was taken over last is kept, of deliveries and moves
    beside their values, of quantities on the document.
    """

    _inherit = "netsuite.builder"

    def _follow(self, backend, row, record, demands):
        """Bring the deliveries of a document to what NetSuite wants now.

        :param demands: what NetSuite has open (:class:`.netsuite_builder_lines.Demand`)
        """
        if backend.quantity_to_ship == "open":  # what is not committed now may be later
            self._forget_given_up(row, demands)
        wanted = self._still_wanted(row, record, demands)
        differences = _Differences(row)
        self._follow_headers(backend, row, record, differences)
        self._follow_line_values(backend, row, record, demands, differences)
        self._follow_lines(
            backend, row, record, wanted, differences, asked=self._asked(row, demands)
        )
        self._tell(row, differences)
        open_pickings = row._open_pickings()
        if open_pickings or row.picking_ids.filtered(lambda picking: picking.state == "done"):
            row._settle("imported")
        else:
            row._settle(
                "ignored", self.env._("Nothing of %s is open in NetSuite any more.", row.tran_id)
            )
        row.sudo()._complete_services()  # sudo: who builds needs no rights on write-backs

    def _follow_gone(self, backend, rows, records):
        """Cancel what nobody has begun of documents of which nothing is to be shipped any more."""
        for row in rows:
            reason = self._gone(row, records[row])
            differences = _Differences(row, reason)
            self._follow_lines(backend, row, records[row], {}, differences)
            for picking in row._open_pickings():
                if not differences.open[picking]:
                    differences.open[picking].append(self.env._("other goods are left on it"))
            if records[row] is None and row.import_type == ITEM_FULFILLMENT:
                # Its order has them open again, and nobody sees from there that they have left.
                for picking in row.picking_ids.filtered(lambda one: one.state == "done"):
                    differences.open[picking].append(
                        self.env._(
                            "its goods have left and are not shipped again: enter the fulfilment "
                            "in NetSuite anew, or close the lines of the order there"
                        )
                    )
            self._tell(row, differences)
            row._settle("imported" if row.live_picking_ids else "cancelled", reason)

    # -- lines ---------------------------------------------------------------------------------

    def _follow_lines(self, backend, row, record, wanted, differences, asked=None):
        """Change, add and cancel moves until what is open is what is wanted. A quantity that a
        person entered is left alone while NetSuite asks for the same as before.

        :param wanted: ``{(line, product, group): (demand, quantity)}``
        :param asked: see :meth:`_asked`
        """
        asked, before = asked or {}, row.asked or {}
        planned = self._planned_in_all(row)
        moves = self._open_moves(row)
        more, stuck = [], defaultdict(float)
        for key in [*moves, *(key for key in wanted if key not in moves)]:
            demand, quantity = wanted.get(key, (None, 0.0))
            here = moves.get(key, self.env["stock.move"])
            if demand:
                self._follow_factor(here, demand)
            if key in wanted and self._is_a_persons(as_stored(key), asked, planned, before):
                continue
            have = sum(move._netsuite_demand() for move in here)
            change = key[1].uom_id.round(quantity - have)
            if change < 0:
                left = self._take_away(here, -change, have, quantity, differences)
                stuck[key[0], key[1]] += left
            elif change > 0:
                more.append((demand, change, have, quantity))
        more = self._without_stuck(more, stuck)
        self._add_goods(backend, row, record, more, differences)
        row.asked = self._taken_over_quantities(row, wanted, asked, before)

    def _is_a_persons(self, stored, asked, planned, before):
        """Has a person changed what was planned, while NetSuite asks for the same as before?"""
        if stored not in before:
            return False
        asked_before, planned_before = before[stored]
        return asked[stored] == asked_before and planned.get(stored, 0.0) != planned_before

    def _open_moves(self, row):
        """Open moves by line, product and group."""
        moves = defaultdict(lambda: self.env["stock.move"])
        for move in row._open_pickings().move_ids.filtered("netsuite_line"):
            if move.state not in ("done", "cancel"):
                key = (move.netsuite_line, move.product_id, move.picking_id._netsuite_group())
                moves[key] |= move
        return dict(moves)

    def _taken_over_quantities(self, row, wanted, asked, before):
        """What the deliveries follow now. What stays on a begun one is not taken over, so that it
        is compared again."""
        moves, planned = self._open_moves(row), self._planned_in_all(row)
        followed = {}
        for key in {**moves, **wanted}:
            _demand, quantity = wanted.get(key, (None, 0.0))
            have = sum(move._netsuite_demand() for move in moves.get(key, ()))
            stored = as_stored(key)
            if not key[1].uom_id.round(quantity - have):
                followed[stored] = (asked.get(stored, 0.0), planned.get(stored, 0.0))
            elif stored in before:
                followed[stored] = before[stored]
        return followed

    def _follow_factor(self, moves, demand):
        """A kit that was put together anew, a corrected conversion rate: what is reported of these
        moves is counted by it."""
        same = (demand.factor, demand.is_kit)
        moves = moves.filtered(lambda move: (move.netsuite_factor, move.netsuite_is_kit) != same)
        if len(set(moves.mapped("netsuite_factor"))) == 1:
            moves.write({"netsuite_factor": demand.factor, "netsuite_is_kit": demand.is_kit})

    def _without_stuck(self, more, stuck):
        """Goods that are on a begun delivery elsewhere are not put on another one too."""
        rest = []
        for demand, change, have, quantity in more:
            key = (demand.key, demand.product)
            covered = min(change, stuck[key])
            stuck[key] -= covered
            change = demand.product.uom_id.round(change - covered)
            if change > 0:
                rest.append((demand, change, have, quantity))
        return rest

    def _take_away(self, moves, surplus, have, quantity, differences):
        """Reduce moves that nobody has begun; returns the surplus that stays on begun ones."""
        label = moves[0].product_id.display_name
        for move in moves.sorted("id", reverse=True):
            picking = move.picking_id
            if picking._netsuite_begun():
                continue
            open_here = move._netsuite_demand()
            taken = min(open_here, surplus)
            surplus = float_round(surplus - taken, precision_digits=DIGITS)
            self._reduce(move, open_here - taken)
            differences.changed(picking, label, have, quantity)
            if not surplus:
                return 0.0
        begun = moves.picking_id.filtered(lambda picking: picking._netsuite_begun())
        differences.flagged(begun[:1], label, have, quantity)
        return surplus

    def _reduce(self, move, quantity):
        quantity = float_round(quantity, precision_digits=DIGITS)
        if quantity <= 0:
            move.with_context(netsuite_follows=True)._action_cancel()
            move.netsuite_line = False  # cancelled by us: it may be wanted again
        else:
            move.product_uom_qty = move.product_id.uom_id._compute_quantity(
                quantity, move.product_uom, round=False
            )
            move.picking_id.netsuite_transaction_id._free_goods()

    def _add_goods(self, backend, row, record, more, differences):
        """Goods that NetSuite wants beyond what is open."""
        by_group = defaultdict(list)
        for demand, change, have, quantity in more:
            by_group[demand.group].append((demand, change, have, quantity))
        for group, added in by_group.items():
            pickings = row._open_pickings().filtered(
                lambda picking, group=group: picking._netsuite_group() == group
            )
            free = pickings.filtered(lambda picking: not picking._netsuite_begun())
            if not pickings:
                demands = [
                    replace(demand, quantity=change) for demand, change, _have, _quantity in added
                ]
                made = self._create_deliveries(backend, {row: record}, {row: demands})
                for demand, _change, have, quantity in added:
                    differences.changed(made[:1], demand.product.display_name, have, quantity)
                continue
            for demand, change, have, quantity in added:
                label = demand.product.display_name
                if free:
                    self._add_to_picking(backend, record, free[0], replace(demand, quantity=change))
                    differences.changed(free[0], label, have, quantity)
                else:
                    differences.flagged(pickings[0], label, have, quantity)

    def _add_to_picking(self, backend, record, picking, demand):
        same = picking.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.netsuite_line == demand.key
                and move.product_id == demand.product
            )
        )[:1]
        if same:
            same.product_uom_qty += demand.product.uom_id._compute_quantity(
                demand.quantity, same.product_uom, round=False
            )
            if same._should_bypass_reservation() or same._should_assign_at_confirm():
                same._action_assign()
            return
        move = self.env["stock.move"].create(
            {
                **self._prepare_move(backend, record, demand),
                "picking_id": picking.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
                **self._prepare_chain(picking),
            }
        )
        move._action_confirm()
        if picking.state == "draft":
            picking.action_confirm()

    def _prepare_chain(self, picking):
        """What a new move needs to go the same way as the others of its picking."""
        like = picking.move_ids.filtered("location_final_id")[:1]
        if not like:
            return {}
        return {
            "location_final_id": like.location_final_id.id,
            "rule_id": like.rule_id.id,
            "reference_ids": [Command.set(like.reference_ids.ids)],
            "warehouse_id": like.warehouse_id.id,
            "partner_id": like.partner_id.id,
        }

    # -- address, method, instructions -----------------------------------------------------------

    def _follow_headers(self, backend, row, record, differences):
        # A delivery to a ship group that is gone has no address to follow: its goods go with it.
        to = {group.id for group in ship_groups(record, row._order_record())} or {""}
        pickings = row._open_pickings().filtered(
            lambda picking: (picking.netsuite_ship_group or "") in to
        )
        groups = {(row, picking._netsuite_group()) for picking in pickings}
        if not groups:
            return
        headers = self._headers(backend, {row: record}, sorted(groups, key=str))
        for picking in pickings:
            vals = headers[row, picking._netsuite_group()]
            now = vals["netsuite_taken_over"]
            changed = self._changed_values(picking, now)
            for name in changed:
                self._note_change(picking, picking, name, now[name], differences)
            if not changed or not picking._netsuite_begun():
                taken_over = (
                    {"netsuite_taken_over": now} if now != picking.netsuite_taken_over else {}
                )
                if vals := {name: vals[name] for name in changed} | taken_over:
                    picking.write(vals)

    def _follow_line_values(self, backend, row, record, demands, differences):
        """Description and mapped fields of lines reach their moves, as headers their delivery."""
        lines = defaultdict(list)
        for demand in demands:
            if demand.line not in lines[demand.key]:
                lines[demand.key].append(demand.line)
        for move in row._open_pickings().move_ids.sorted("id"):
            same = lines.get(move.netsuite_line, ())
            if move.state in ("done", "cancel") or len(same) != 1:
                continue  # several lines of an invoice may bill one line of the order
            now = self._prepare_line_values(backend, record, same[0])
            changed = self._changed_values(move, now)
            for name in changed:
                self._note_change(
                    move.picking_id, move, name, now[name], differences, move.product_id
                )
            if not changed or not move.picking_id._netsuite_begun():
                taken_over = {"netsuite_taken_over": now} if now != move.netsuite_taken_over else {}
                if vals := {name: now[name] for name in changed} | taken_over:
                    move.write(vals)

    def _changed_values(self, record, now):
        """Names of what NetSuite changed since it was taken over, and no person has entered."""
        before = record.netsuite_taken_over or {}
        return [
            name
            for name, value in now.items()
            if (value or False) != (before.get(name) or False)
            and not self._has_value(record, name, value)
        ]

    def _note_change(self, picking, record, name, value, differences, product=None):
        field = record._fields[name]
        label = field._description_string(self.env)
        differences.header(
            picking,
            f"{product.display_name}, {label}" if product else label,
            self._as_text(field, (record.netsuite_taken_over or {}).get(name)),
            self._as_text(field, value),
        )

    def _has_value(self, record, name, value):
        """Does the delivery or move say this already, because a person has entered it?"""
        field = record._fields[name]
        current = field.convert_to_cache(record[name], record)
        return (current or False) == (field.convert_to_cache(value, record) or False)

    def _as_text(self, field, value):
        if not value:
            return self.env._("(none)")
        if field.type == "html":
            return html2plaintext(value)
        if not field.relational:
            return str(value)
        record = self.env[field.comodel_name].browse(value).exists()
        if field.comodel_name == "res.partner":
            return f"{record.display_name}, {record.contact_address_inline}"
        return record.display_name

    # -- what people are told --------------------------------------------------------------------

    def _tell_held(self, row):
        """A document with deliveries is held: who ships them must know that they do not follow."""
        sentence = self.env._(
            "%s changed in NetSuite and is held. Odoo changed nothing on this delivery:",
            row.tran_id,
        )
        differences = _Differences(row, sentence)
        for picking in row._open_pickings():
            differences.open[picking].append(row.message)
        self._tell(row, differences)

    def _tell(self, row, differences):
        """Changes into the chatter; of begun deliveries one activity with the difference."""
        for picking, lines in differences.done.items():
            if picking.state == "cancel":
                # Not a person's decision: the goods may be wanted again.
                picking.netsuite_taken_over = False
            picking._message_log(
                body=_as_list(
                    differences.reason
                    or self.env._("%s changed in NetSuite; this delivery follows:", row.tran_id),
                    lines,
                )
            )
        # sudo: who builds needs no rights on the activities of others
        existing = row.sudo().all_picking_ids.activity_search([CHANGE_ACTIVITY])
        for picking, lines in differences.open.items():
            note = _as_list(
                differences.reason
                or self.env._(
                    "%s changed in NetSuite after this delivery was begun. Odoo changed nothing:",
                    row.tran_id,
                ),
                lines,
            )
            known = existing.filtered(lambda one, picking=picking: one.res_id == picking.id)[:1]
            if known:
                existing -= known
                known.note = note
            else:
                picking.activity_schedule(
                    CHANGE_ACTIVITY,
                    summary=self.env._("%s changed in NetSuite", row.tran_id),
                    note=note,
                    user_id=row.backend_id._responsible_user(picking.user_id).id,
                )
        existing.unlink()


class _Differences:
    """What changed, by delivery: ``done`` was taken over, ``open`` is for a person."""

    def __init__(self, row, reason=""):
        self.env = row.env
        self.reason = reason
        self.done = defaultdict(list)
        self.open = defaultdict(list)

    def changed(self, picking, label, before, after):
        self.done[picking].append(f"{label}: {before:g} \u2192 {after:g}")

    def flagged(self, picking, label, before, after):
        self.open[picking].append(f"{label}: {before:g} \u2192 {after:g}")

    def header(self, picking, label, before, after):
        lines = self.open if picking._netsuite_begun() else self.done
        lines[picking].append(f"{label}: {before} \u2192 {after}")


def _as_list(title, lines):
    items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
    return Markup("<p>%s</p><ul>%s</ul>") % (title, items)
