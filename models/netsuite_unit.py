from odoo import fields, models

from ..netsuite.errors import PermissionMissing, RecordMissing
from ..netsuite.records import Ref
from .netsuite_builder import Hold


class NetSuiteUnit(models.Model):
    """A NetSuite unit of measure: its conversion rate, and the unit it is in Odoo."""

    _name = "netsuite.unit"
    _description = "NetSuite Unit"
    _inherit = "netsuite.binding"
    _order = "name"

    rate = fields.Float(
        "Conversion Rate",
        help="How many base units one of this unit is, as in NetSuite under Lists > Accounting > "
        "Units Of Measure. Read from NetSuite where the role may; else enter it here.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        "Unit in Odoo",
        help="For products made of items with this stock unit, and to convert to the unit of a "
        "product that has another one. Empty: a product is taken to be counted in the stock unit "
        "of its item, whatever its own unit is called.",
    )

    _unique_internal_id = models.UniqueIndex(
        "(backend_id, internal_id)", "This unit exists already."
    )
    _positive_rate = models.Constraint("CHECK(rate >= 0)", "A conversion rate is positive.")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("rate") or "uom_id" in vals:
            self._rebuild_held("unit")
        return result

    def _ensure_known(self, backend, client, transactions):
        """Read the conversion rates of units that lines use and that are not known yet.

        Roles often may not read units: the rates are then entered by hand.
        """
        ids = {line.item.id for one in transactions for line in one.lines if line.item}
        items = self.env["netsuite.item"]._known(backend, ids)
        used = {}  # unit types of the units that are not their item's stock unit
        for transaction in transactions:
            for line in transaction.lines:
                item = line.item and line.item.id in items and items[line.item.id]._record()
                if item and _differ(line.unit, item.stock_unit):
                    unit = self._identified(backend, line.unit)
                    used.update((ref, item.units_type) for ref in (unit, item.stock_unit))
        units = self._by_ref(backend, used)
        types = {used[ref].id for ref in used if used[ref] and not units[ref.id].rate}
        if not types:
            return
        try:
            rates = client.units(sorted(types))
        except (PermissionMissing, RecordMissing):
            return
        for internal_id, unit in rates.items():
            if known := units.get(internal_id) or units.get(unit.name):
                known.write({"rate": unit.rate, "name": unit.name})

    def _identified(self, backend, unit):
        """Fulfilments tell a unit by its name alone: take the known unit of that name, or else the
        name in place of an id."""
        if unit.id:
            return unit
        known = self.with_context(active_test=False).search(
            [("backend_id", "=", backend.id), ("name", "=", unit.name)], limit=1
        )
        return Ref(known.internal_id or unit.name, unit.name)

    def _factor(self, backend, row, shippable, product):
        """How much of the product, in its own unit, is one unit of the line.

        NetSuite keeps stock in the item's stock unit, and so does the product, unless the mapping
        of the stock unit says otherwise.

        :raises Hold: a conversion rate is missing, the product is no goods or its unit of another
            kind
        """
        self.env["netsuite.item"]._check_goods(row, shippable.item, product)
        item, member = shippable.item, shippable.member
        unit = member.unit if member else shippable.line.unit
        factor = member.quantity if member else 1.0
        if _differ(unit, item.stock_unit):
            unit = self._identified(backend, unit)
            units = self._by_ref(backend, [unit, item.stock_unit])
            rates = [units[one.id].rate for one in (unit, item.stock_unit)]
            if not all(rates):
                missing = [
                    one.name or one.id for one in (unit, item.stock_unit) if not units[one.id].rate
                ]
                raise Hold(
                    "unit",
                    self.env._(
                        "%(document)s orders %(item)s in a unit whose conversion rate is not "
                        "known: %(units)s. Enter it under NetSuite > Mapping > Units, or give the "
                        "role the permission Lists > Units and read the document again.",
                        units=", ".join(missing),
                        item=item.name,
                        document=row.tran_id,
                    ),
                )
            factor *= rates[0] / rates[1]
        return factor * self._to_product_unit(backend, row, item, product)

    def _to_product_unit(self, backend, row, item, product):
        if not item.stock_unit:
            return 1.0
        mapped = self._by_ref(backend, [item.stock_unit])[item.stock_unit.id].uom_id
        if not mapped or mapped == product.uom_id:
            return 1.0
        if not mapped._has_common_reference(product.uom_id):
            raise Hold(
                "unit",
                self.env._(
                    "%(document)s orders %(item)s, which NetSuite counts in %(unit)s; product "
                    "%(product)s is counted in %(other)s, and there is no way from one to the "
                    "other. Change the product's unit, choose another product, or another unit "
                    "under NetSuite > Mapping > Units.",
                    document=row.tran_id,
                    item=item.name,
                    unit=mapped.name,
                    product=product.display_name,
                    other=product.uom_id.name,
                ),
            )
        return mapped._compute_quantity(1.0, product.uom_id, round=False)


def _differ(unit, stock_unit):
    """Is a line in another unit than its item's stock? One without an id is told by its name."""
    if not (unit and stock_unit):
        return False
    return unit.id != stock_unit.id if unit.id else unit.name != stock_unit.name
