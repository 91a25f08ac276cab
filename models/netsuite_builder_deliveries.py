from datetime import datetime

from odoo import Command, fields, models
from odoo.tools import groupby, plaintext2html

from ..netsuite.shippable import ship_groups
from .netsuite_builder import Hold

# Picking values that are taken over again when they change in NetSuite.
HEADER_FIELDS = (
    "partner_id",
    "carrier_id",
    "scheduled_date",
    "move_type",
    "customer_reference",
    "note",
)


class NetSuiteBuilder(models.AbstractModel):
    """From demands to confirmed deliveries."""

    _inherit = "netsuite.builder"

    def _create_deliveries(self, backend, records, demands):
        """Create and confirm the deliveries of these documents.

        :param records: documents by row
        :param demands: what to ship (:class:`.netsuite_builder_lines.Demand`) by row
        """
        groups = []
        for row, lines in demands.items():
            by_group = {}
            for demand in lines:
                by_group.setdefault(demand.group, []).append(demand)
            groups += [(row, group, same) for group, same in by_group.items()]
        headers = self._headers(backend, records, [(row, group) for row, group, _same in groups])
        in_one_step, pickings = [], self.env["stock.picking"]
        for row, group, same in groups:
            vals = headers[row, group]
            if group[0].delivery_steps == "ship_only":
                moves = [self._prepare_move(backend, records[row], demand) for demand in same]
                in_one_step.append({**vals, "move_ids": [Command.create(move) for move in moves]})
            else:
                pickings += self._run_rules(backend, records[row], vals, group[0], same)
        direct = self._create_planned(in_one_step)
        direct.action_confirm()
        return direct + pickings

    def _create_planned(self, vals_list):
        """The deliveries with these values, those of one planned date together: it is given as the
        default, since Odoo writes every move once more for one that is not."""
        quiet = self.env["stock.picking"].with_context(
            tracking_disable=True, mail_create_nolog=True
        )
        pickings = quiet
        for planned, same in groupby(vals_list, lambda vals: vals.get("scheduled_date")):
            dated = quiet.with_context(default_scheduled_date=planned) if planned else quiet
            made = dated.create([{**vals, "scheduled_date": False} for vals in same])
            pickings += made.with_env(quiet.env)
        return pickings

    def _run_rules(self, backend, record, vals, warehouse, demands):
        """Let the warehouse's own rules make the first step of a delivery in several steps."""
        # sudo: as Odoo's own orders do
        reference = self.env["stock.reference"].sudo().create({"name": record.tran_id})
        self._procure(backend, record, vals, warehouse, demands, reference)
        pickings = reference.move_ids.picking_id
        if not pickings:
            raise Hold(
                "odoo",
                self.env._(
                    "The rules of warehouse %(warehouse)s made no transfer for %(document)s. Check "
                    "its delivery route, then build the document again.",
                    warehouse=warehouse.name,
                    document=record.tran_id,
                ),
            )
        own = {
            name: value for name, value in vals.items() if name not in ("picking_type_id", "origin")
        }
        pickings.with_context(tracking_disable=True).write(own)
        return pickings

    def _procure(self, backend, record, vals, warehouse, demands, reference):
        mapped = self.env["netsuite.field.mapping"]._move_fields(backend)
        rules = self.env["stock.rule"].with_context(netsuite_move_fields=sorted(mapped))
        customers = self.env.ref("stock.stock_location_customers")
        planned = vals.get("scheduled_date") or fields.Datetime.now()
        rules.run(
            [
                rules.Procurement(
                    demand.product,
                    demand.quantity,
                    demand.product.uom_id,
                    customers,
                    record.tran_id,
                    record.tran_id,
                    warehouse.company_id,
                    {
                        **self._prepare_line_vals(backend, record, demand),
                        "warehouse_id": warehouse,
                        "partner_id": vals["partner_id"],
                        "date_planned": planned,
                        "reference_ids": reference,
                    },
                )
                for demand in demands
            ]
        )

    # -- values ------------------------------------------------------------------------------

    def _headers(self, backend, records, groups):
        """Values of the deliveries of these (row, group) pairs, without their moves."""
        destinations = {
            (row, group): self._destination(row, records[row], group[1]) for row, group in groups
        }
        partners = self.env["netsuite.partner"]._delivery_partners(
            backend,
            {key: (records[key[0]], address) for key, (address, _m) in destinations.items()},
        )
        methods = self.env["netsuite.ship.method"]._by_ref(
            backend, [method for _address, method in destinations.values()]
        )
        mapping = self.env["netsuite.field.mapping"]
        mapped = mapping._picking_fields(backend)
        headers = {}
        for key, (_address, method) in destinations.items():
            row, (warehouse, ship_group) = key
            vals = self._prepare_picking(row, records[row], warehouse)
            vals["netsuite_ship_group"] = ship_group or False
            vals["partner_id"] = partners[key].id
            carrier = method and methods[method.id]._carrier_for(warehouse.company_id)
            vals["carrier_id"] = carrier.id if carrier else False
            vals.update(mapping._picking_vals(backend, records[row]))
            vals["netsuite_taken_over"] = self._taken_over(vals, mapped)
            headers[key] = vals
        return headers

    def _check_mapped(self, backend, row, record, demands):
        """Find values of mapped fields that do not fit before the whole batch is in them: they hold
        this document alone.

        :raises Hold: a value does not fit its field
        """
        mapping = self.env["netsuite.field.mapping"]
        if row._open_pickings() or not row.live_picking_ids:
            mapping._picking_vals(backend, record)
        if not row.live_picking_ids:
            for demand in demands:
                mapping._move_vals(backend, record, demand.line)

    def _destination(self, row, record, ship_group):
        """Address and shipping method of a delivery.

        :raises Hold: NetSuite does not tell the address; it is never guessed
        """
        groups = ship_groups(record, row._order_record())
        if not groups:
            if self.env["netsuite.partner"]._is_incomplete(record.address):
                raise Hold(
                    "address",
                    self.env._(
                        "%s has no shipping address. Enter one on the document in NetSuite.",
                        record.tran_id,
                    ),
                )
            return record.address, record.ship_method
        group = next((one for one in groups if one.id == ship_group), None)
        if group is None or self.env["netsuite.partner"]._is_incomplete(group.address):
            raise Hold(
                "ship_group",
                self.env._(
                    "%(document)s goes to several addresses, and NetSuite does not tell where ship "
                    "group %(group)s goes. Ship it in NetSuite, or give its lines one address.",
                    document=record.tran_id,
                    group=ship_group or self.env._("(none)"),
                ),
            )
        return group.address, group.ship_method or record.ship_method

    def _prepare_picking(self, row, record, warehouse):
        """Values of a delivery; override to take over more of the document."""
        vals = {
            "picking_type_id": warehouse.out_type_id.id,
            "company_id": warehouse.company_id.id,
            "netsuite_warehouse_id": warehouse.id,
            "origin": record.tran_id,
            "netsuite_transaction_id": row.id,
            "move_type": "one" if record.ship_complete else "direct",
            "customer_reference": record.other_ref_num or False,
            "note": str(plaintext2html(record.memo)) if record.memo else False,
        }
        if record.ship_date:
            vals["scheduled_date"] = row.backend_id._noon(record.ship_date, warehouse)
        return vals

    def _prepare_move(self, backend, record, demand):
        """Values of the move for a line's goods; override to take over more of the line."""
        return {
            "product_id": demand.product.id,
            "product_uom_qty": demand.quantity,
            "product_uom": demand.product.uom_id.id,
            "date": fields.Datetime.now(),
            **self._prepare_line_vals(backend, record, demand),
        }

    def _prepare_line_vals(self, backend, record, demand):
        values = self._prepare_line_values(backend, record, demand.line)
        return {
            "netsuite_line": demand.key,
            "netsuite_factor": demand.factor,
            "netsuite_is_kit": demand.is_kit,
            "netsuite_taken_over": values,
            **values,
        }

    def _prepare_line_values(self, backend, record, line):
        """What a move shows of its line and takes over again when it changes in NetSuite."""
        return {
            "description_picking": line.description or False,
            **self.env["netsuite.field.mapping"]._move_vals(backend, record, line),
        }

    def _taken_over(self, vals, mapped):
        """What of the document the delivery was given, to see later what changed in NetSuite."""
        return {
            name: fields.Datetime.to_string(value) if isinstance(value, datetime) else value
            for name, value in vals.items()
            if name in HEADER_FIELDS or name in mapped
        }
