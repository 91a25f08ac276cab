from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import float_compare

from ..netsuite.payload import from_json, to_json
from ..netsuite.records import Item
from ..netsuite.shippable import item_ids
from .netsuite_builder import Hold

KEPT_FOR = timedelta(days=1)  # an item record is read anew after that, with the next document
# What of an item decides which goods its lines give.
SHIPPING_FIELDS = ("type", "fulfillable", "members", "stock_unit")

# Weights on item records, in kilograms.
KILOGRAMS = {"lb": 0.45359237, "oz": 0.028349523125, "kg": 1.0, "g": 0.001}


class NetSuiteItem(models.Model):
    """A NetSuite item as last read, and the product it is in Odoo."""

    _name = "netsuite.item"
    _description = "NetSuite Item"
    _inherit = "netsuite.binding"
    _order = "name"

    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        help="The company that the product is chosen for: each may have one of its own.",
    )
    item_type = fields.Char("NetSuite Type", readonly=True)
    payload = fields.Json(groups="connector_netsuite.group_manager")
    read_date = fields.Datetime("Read On", readonly=True)
    product_id = fields.Many2one(
        "product.product",
        company_dependent=True,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        ondelete="set null",
        index="btree_not_null",
    )

    _unique_internal_id = models.UniqueIndex(
        "(backend_id, internal_id)", "This item exists already."
    )

    @api.depends_context("company")
    def _compute_company_id(self):
        self.company_id = self.env.company

    def _record(self):
        """The item record as NetSuite gave it."""
        self.ensure_one()
        return from_json(Item, self.payload)

    def _known(self, backend, internal_ids):
        """Bindings of the items that have been read, by internal id, with the members of kits and
        of the kits among those."""
        found, wanted = {}, set(internal_ids)
        while wanted:
            rows = self.with_context(active_test=False).search(
                [("backend_id", "=", backend.id), ("internal_id", "in", list(wanted))]
            )
            found.update((row.internal_id, row) for row in rows if row.payload)
            kits = rows.filtered(lambda row: row.payload and row.item_type == "Kit")
            members = {member.item.id for kit in kits for member in kit._record().members}
            wanted = members - set(found) - wanted
        return found

    def _ensure_known(self, backend, client, transactions):
        """Read the items of these documents that were never read, or not for a day, and the
        members of their kits."""
        wanted = set().union(*map(item_ids, transactions)) if transactions else set()
        since, seen = fields.Datetime.now() - KEPT_FOR, set()
        while wanted:
            seen |= wanted
            known = self._known(backend, wanted)
            fresh = {
                internal_id
                for internal_id, row in known.items()
                if row.read_date and row.read_date > since
            }
            if missing := (wanted | set(known)) - fresh:
                self._store(backend, client.items(sorted(missing)).values())
                seen |= missing
            wanted = (
                {
                    member.item.id
                    for row in self._known(backend, wanted).values()
                    for member in row._record().members
                }
                - seen
                - fresh
            )

    def _forget(self, transactions):
        """Have the items of these documents read anew with them (``netsuite.transaction``)."""
        for backend, rows in transactions.grouped("backend_id").items():
            records = filter(None, (row._record() for row in rows))
            known = self._known(backend, set().union(*map(item_ids, records)))
            self.browse().concat(*known.values()).read_date = False

    def _store(self, backend, items):
        known = self.with_context(active_test=False).search(
            [
                ("backend_id", "=", backend.id),
                ("internal_id", "in", [item.internal_id for item in items]),
            ]
        )
        known = {row.internal_id: row for row in known}
        fresh, changed = [], self.browse()
        for item in items:
            vals = self._prepare_item(backend, item)
            row = known.get(item.internal_id)
            if row is None:
                fresh.append(vals)
                continue
            if row.payload:
                changed += row if row._ships_otherwise(item) else self.browse()
                row._follow_weight(item)
            row.write(vals)
        self.create(fresh)
        changed._rebuild_documents()

    def _ships_otherwise(self, item):
        """Does the item, as read anew, make other goods of a document than before?"""
        before = self._record()
        return any(getattr(before, name) != getattr(item, name) for name in SHIPPING_FIELDS)

    def _follow_weight(self, item):
        """Give the product the item's new weight, unless people have given it one of its own."""
        before, after = self._weight(self._record()), self._weight(item)
        digits = self.env["decimal.precision"].precision_get("Stock Weight")
        if (
            self.product_id
            and float_compare(before, after, precision_digits=digits)
            and not float_compare(before, self.product_id.weight, precision_digits=digits)
        ):
            self.product_id.weight = after

    def _rebuild_documents(self):
        """Build again the documents with these items that are not shipped yet."""
        if not self:
            return
        self.env["netsuite.transaction"].flush_model()
        self.env["stock.picking"].flush_model(["state", "netsuite_transaction_id"])
        self.env.cr.execute(
            """
            WITH unshipped AS MATERIALIZED (
                SELECT id FROM netsuite_transaction
                 WHERE backend_id IN %s AND state IN ('held', 'ignored')
                 UNION
                SELECT netsuite_transaction_id FROM stock_picking
                 WHERE netsuite_transaction_id IS NOT NULL AND state NOT IN ('done', 'cancel')
            )
            SELECT document.id FROM unshipped
              JOIN netsuite_transaction document ON document.id = unshipped.id
              JOIN netsuite_item item ON item.backend_id = document.backend_id
             WHERE item.id IN %s
               AND document.state IN ('imported', 'held', 'ignored')
               AND document.payload @> jsonb_build_object(
                   'lines', jsonb_build_array(jsonb_build_object(
                       'item', jsonb_build_object('id', item.internal_id))))
            """,
            (tuple(self.backend_id.ids), tuple(self.ids)),
        )
        rows = self.env["netsuite.transaction"].browse(
            [found for (found,) in self.env.cr.fetchall()]
        )
        rows._rebuild()

    def _prepare_item(self, backend, item):
        return {
            "backend_id": backend.id,
            "internal_id": item.internal_id,
            "name": item.name,
            "item_type": item.type,
            "payload": to_json(item),
            "read_date": fields.Datetime.now(),
        }

    # -- products --------------------------------------------------------------------------

    def _match_products(self):
        """Find or make the product of each item that has none; what stays without is held."""
        for backend, items in self._match_existing().grouped("backend_id").items():
            if backend.missing_product == "create":
                items._create_products()
        # At once: where a job beside this one does the same, nothing much is done in vain.
        self.flush_recordset(["product_id"])

    def _match_existing(self):
        """Find the product of each item that has none; returns the items that are still without.

        Documents that were held for want of such a product are built again.
        """
        unmatched = self.filtered(lambda item: not item.product_id.active)
        for backend, items in unmatched.grouped("backend_id").items():
            items = items._match_by_field(backend._sku_field(), lambda item: item._record().name)
            items._match_by_field("barcode", lambda item: item._record().upc)
        missing = unmatched.filtered(lambda item: not item.product_id.active)
        (unmatched - missing)._rebuild_held("product")
        return missing

    def _match_by_field(self, field, value_of):
        """Match by a field of the product; returns the items that are still without.

        A product of the company that ships goes before one that all companies share.
        """
        wanted = self.grouped(value_of)
        wanted.pop("", None)
        company = self.env.company
        products = (
            self.env["product.product"].search(
                [(field, "in", list(wanted)), ("company_id", "in", (False, company.id))],
                order="company_id desc, id desc",
            )
            if wanted
            else self.env["product.product"]
        )
        for product in products:
            wanted[product[field]].with_context(netsuite_matching=True).product_id = product
        return self.filtered(lambda item: not item.product_id.active)

    def _create_products(self):
        values, barcodes = [], set()
        for item in self:
            vals = item._prepare_product()
            if (barcode := vals.get("barcode")) in barcodes:
                vals.pop("barcode", None)  # on several items of NetSuite, which Odoo does not allow
            barcodes.add(barcode)
            values.append(vals)
        products = self.env["product.product"].create(values)
        for item, product in zip(self, products, strict=True):
            item.with_context(netsuite_matching=True).product_id = product

    def _check_goods(self, row, item, product):
        """:raises Hold: the product is nothing that a delivery could ship"""
        if product.type != "consu":
            raise Hold(
                "product",
                self.env._(
                    "%(document)s orders %(item)s, but product %(product)s is a service, which "
                    "no delivery ships. Make the product goods, or choose another one under "
                    "NetSuite > Mapping > Items.",
                    document=row.tran_id,
                    item=item.name,
                    product=product.display_name,
                ),
            )

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
        if item.upc and self._is_free_barcode(item.upc):
            vals["barcode"] = item.upc
        if item.stock_unit:
            units = self.env["netsuite.unit"]._by_ref(self.backend_id, [item.stock_unit])
            if uom := units[item.stock_unit.id].uom_id:
                vals["uom_id"] = uom.id
        return vals

    def _is_free_barcode(self, barcode):
        # sudo: a barcode is unique in all companies, archived products and packagings included
        env = self.with_context(active_test=False).sudo().env
        same = [("barcode", "=", barcode)]
        return not any(
            env[model].search_count(same, limit=1) for model in ("product.product", "product.uom")
        )

    def _weight(self, item):
        """The item's weight in the unit that this database keeps product weights in."""
        kilograms = item.weight * KILOGRAMS.get(item.weight_unit, KILOGRAMS["lb"])
        unit = self.env["product.template"]._get_weight_uom_id_from_ir_config_parameter()
        return self.env.ref("uom.product_uom_kgm")._compute_quantity(kilograms, unit, round=False)

    def _match_waiting(self, backend):
        """Build again the documents held for want of a product, where there is one now."""
        held = self.env["netsuite.transaction"].search(
            [
                ("backend_id", "=", backend.id),
                ("state", "=", "held"),
                ("hold_reason", "=", "product"),
            ]
        )
        for company in held.company_id:
            items = self.with_company(company).search(
                [("backend_id", "=", backend.id), ("product_id", "=", False)]
            )
            items.filtered("payload")._match_existing()

    def write(self, vals):
        result = super().write(vals)
        if vals.get("product_id") and not self.env.context.get("netsuite_matching"):
            self._rebuild_held("product")
        return result
