from odoo import fields, models

from ..netsuite.payload import from_json, to_json
from ..netsuite.records import Item
from ..netsuite.shippable import item_ids

# Weights on item records, in kilograms.
KILOGRAMS = {"lb": 0.45359237, "oz": 0.028349523125, "kg": 1.0, "g": 0.001}


class NetSuiteItem(models.Model):
    """A NetSuite item as last read, and the product it is in Odoo."""

    _name = "netsuite.item"
    _description = "NetSuite Item"
    _inherit = "netsuite.binding"
    _order = "name"

    company_id = fields.Many2one(related="backend_id.company_id")
    item_type = fields.Char("NetSuite Type", readonly=True)
    payload = fields.Json(groups="connector_netsuite.group_manager")
    product_id = fields.Many2one(
        "product.product",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        ondelete="set null",
        index="btree_not_null",
    )

    _unique_internal_id = models.UniqueIndex(
        "(backend_id, internal_id)", "This item exists already."
    )

    def _record(self):
        """The item record as NetSuite gave it."""
        self.ensure_one()
        return from_json(Item, self.payload)

    def _known(self, backend, internal_ids):
        """Bindings of the items that have been read, by internal id."""
        rows = self.with_context(active_test=False).search(
            [("backend_id", "=", backend.id), ("internal_id", "in", list(internal_ids))]
        )
        return {row.internal_id: row for row in rows if row.payload}

    def _ensure_known(self, backend, client, transactions):
        """Read the items of these documents that were never read, and the members of their kits."""
        wanted = set().union(*map(item_ids, transactions)) if transactions else set()
        known = self._known(backend, wanted)
        missing = wanted - set(known)
        read = client.items(sorted(missing)) if missing else {}
        members = {
            member.item.id
            for item in [*read.values(), *(row._record() for row in known.values())]
            for member in item.members
        }
        missing = members - set(read) - set(self._known(backend, members))
        if missing:
            read.update(client.items(sorted(missing)))
        self._store(backend, read.values())

    def _store(self, backend, items):
        known = self.with_context(active_test=False).search(
            [
                ("backend_id", "=", backend.id),
                ("internal_id", "in", [item.internal_id for item in items]),
            ]
        )
        known = {row.internal_id: row for row in known}
        fresh = []
        for item in items:
            vals = self._prepare_item(backend, item)
            if item.internal_id in known:
                known[item.internal_id].write(vals)
            else:
                fresh.append(vals)
        self.create(fresh)

    def _prepare_item(self, backend, item):
        return {
            "backend_id": backend.id,
            "internal_id": item.internal_id,
            "name": item.name,
            "item_type": item.type,
            "payload": to_json(item),
        }

    # -- products --------------------------------------------------------------------------

    def _match_products(self):
        """Find or make the product of each item that has none; what stays without is held."""
        unmatched = self.filtered(lambda item: not item.product_id.active)
        for backend, items in unmatched.grouped("backend_id").items():
            items = items._match_by_field(backend._sku_field(), lambda item: item._record().name)
            items = items._match_by_field("barcode", lambda item: item._record().upc)
            if backend.missing_product == "create":
                items._create_products()

    def _match_by_field(self, field, value_of):
        """Match by a field of the product; returns the items that are still without."""
        wanted = {value_of(item): item for item in self if value_of(item)}
        company = self.backend_id.company_id
        products = (
            self.env["product.product"].search(
                [(field, "in", list(wanted)), ("company_id", "in", (False, company.id))],
                order="company_id, id desc",
            )
            if wanted
            else self.env["product.product"]
        )
        for product in products:
            wanted[product[field]].with_context(netsuite_matching=True).product_id = product
        return self.filtered(lambda item: not item.product_id.active)

    def _create_products(self):
        products = self.env["product.product"].create([item._prepare_product() for item in self])
        for item, product in zip(self, products, strict=True):
            item.with_context(netsuite_matching=True).product_id = product

    def _prepare_product(self):
        """Values of the product made for this item; override to add some."""
        item = self._record()
        vals = {
            "name": item.display_name or item.name,
            "default_code": item.name,
            "type": "consu",
            "is_storable": self.backend_id.track_inventory,
            "sale_ok": False,
            "purchase_ok": False,
            "weight": self._weight(item),
        }
        if self.backend_id.track_inventory and (item.lot or item.serial):
            vals["tracking"] = "serial" if item.serial else "lot"
        vals[self.backend_id._sku_field()] = item.name
        if item.upc and not self.env["product.product"].search_count(
            [("barcode", "=", item.upc)], limit=1
        ):
            vals["barcode"] = item.upc
        if item.stock_unit:
            units = self.env["netsuite.unit"]._by_ref(self.backend_id, [item.stock_unit])
            if uom := units[item.stock_unit.id].uom_id:
                vals["uom_id"] = uom.id
        return vals

    def _weight(self, item):
        """The item's weight in the unit that this database keeps product weights in."""
        kilograms = item.weight * KILOGRAMS.get(item.weight_unit, KILOGRAMS["lb"])
        unit = self.env["product.template"]._get_weight_uom_id_from_ir_config_parameter()
        return self.env.ref("uom.product_uom_kgm")._compute_quantity(kilograms, unit, round=False)

    def _match_waiting(self, backend):
        """Build again the documents held for want of a product, where there is one now."""
        held = [("backend_id", "=", backend.id), ("hold_reason", "=", "product")]
        if not self.env["netsuite.transaction"].search_count(held, limit=1):
            return
        items = self.search([("backend_id", "=", backend.id), ("product_id", "=", False)])
        items = items.filtered("payload")
        left = items._match_by_field(backend._sku_field(), lambda item: item._record().name)
        left = left._match_by_field("barcode", lambda item: item._record().upc)
        (items - left)._rebuild_held("product")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("product_id") and not self.env.context.get("netsuite_matching"):
            self._rebuild_held("product")
        return result
