from datetime import UTC, date, datetime
from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import plaintext2html

from ..netsuite.records import Ref
from .netsuite_builder import Hold

# Odoo field types that a NetSuite value can be written to.
TARGET_TYPES = (
    "char", "text", "html", "boolean", "integer", "float", "monetary", "date", "datetime",
    "selection",
)  # fmt: skip
TARGET_MODELS = {"body": "stock.picking", "line": "stock.move"}
LARGEST_INTEGER = 2**31 - 1  # of a column of PostgreSQL
YES = frozenset(("t", "true", "yes", "y", "1", "on"))
NO = frozenset(("f", "false", "no", "n", "0", "off", ""))

# What the custom fields of a level are called.
PREFIXES = {"body": "custbody", "line": "custcol"}
# Standard fields of NetSuite that can be mapped, and where a record keeps them.
STANDARD_FIELDS = {
    "body": {
        "class": "class_",
        "createdFrom": "created_from",
        "currency": "currency",
        "department": "department",
        "dueDate": "due_date",
        "email": "email",
        "entity": "entity",
        "externalId": "external_id",
        "fob": "fob",
        "isMultiShipTo": "multi_ship_to",
        "lastModifiedDate": "last_modified",
        "location": "location",
        "memo": "memo",
        "otherRefNum": "other_ref_num",
        "salesRep": "sales_rep",
        "shipComplete": "ship_complete",
        "shipDate": "ship_date",
        "shipMethod": "ship_method",
        "status": "status",
        "subsidiary": "subsidiary",
        "terms": "terms",
        "total": "total",
        "trackingNumbers": "tracking_numbers",
        "tranDate": "tran_date",
        "tranId": "tran_id",
    },
    "line": {
        "amount": "amount",
        "description": "description",
        "expectedShipDate": "expected_ship_date",
        "isClosed": "closed",
        "item": "item",
        "itemType": "item_type",
        "line": "key",
        "location": "location",
        "orderLine": "order_line",
        "quantity": "quantity",
        "quantityBackOrdered": "quantity_backordered",
        "quantityCommitted": "quantity_committed",
        "quantityFulfilled": "quantity_fulfilled",
        "quantityPacked": "quantity_packed",
        "quantityPicked": "quantity_picked",
        "quantityRemaining": "quantity_remaining",
        "rate": "rate",
        "serialNumbers": "serial_numbers",
        "shipGroup": "ship_group",
        "units": "unit",
    },
}

# Fields that Odoo or the connector decide with: a value from elsewhere would break the delivery.
# So would whatever is called netsuite_…; references to other records are no targets anyway.
KEPT_FIELDS = {
    "stock.picking": frozenset(
        (
            "carrier_price",
            "carrier_tracking_ref",
            "date_done",
            "is_locked",
            "move_type",
            "name",
            "origin",
            "printed",
            "shipping_weight",
            "state",
            "weight",
        )
    ),
    "stock.move": frozenset(
        (
            "additional",
            "date",
            "is_inventory",
            "next_serial",
            "next_serial_count",
            "picked",
            "price_unit",
            "procure_method",
            "product_qty",
            "product_uom_qty",
            "propagate_cancel",
            "quantity",
            "reservation_date",
            "sequence",
            "state",
            "to_refund",
            "value",
        )
    ),
}
# What people read on a move beside the product: written through to a stored field.
WRITTEN_THROUGH = "description_picking"

# What a new backend starts with: NetSuite field, alternates, field of the delivery.
PRESETS = (
    ("custbody_delivery_instructions", "custbody4", "delivery_instructions"),
    ("custbody_authority_to_leave", "custbody_atl_check_box", "authority_to_leave"),
    ("custbody_signature_required", "", "signature_required"),
)


class NetSuiteFieldMapping(models.Model):
    """A field of NetSuite's documents or lines, and the field of the delivery it goes to."""

    _name = "netsuite.field.mapping"
    _description = "NetSuite Field Mapping"
    _inherit = "netsuite.owned"
    _order = "sequence, id"

    active = fields.Boolean(default=True, help="Off: the field is not taken over.")
    sequence = fields.Integer(default=10)
    level = fields.Selection(
        [("body", "Document"), ("line", "Line")], required=True, default="body"
    )
    netsuite_field = fields.Char(
        "NetSuite Field",
        required=True,
        help="Script id of a custom field (custbody_…, custcol_…) or the name of a standard field: "
        + ", ".join(STANDARD_FIELDS["body"])
        + "; of lines: "
        + ", ".join(STANDARD_FIELDS["line"]),
    )
    alternates = fields.Char(
        help="Fields to read where the first one is absent, separated by commas."
    )
    netsuite_label = fields.Char(
        "Label in NetSuite",
        readonly=True,
        help="What NetSuite's screens call the field, where the role has the permission Setup > "
        "Custom Body Fields; looked up in the set-up, with Check Everything and with the lists.",
    )
    target_model = fields.Char(compute="_compute_target_model", compute_sudo=True)
    target_id = fields.Many2one(
        "ir.model.fields",
        "Field in Odoo",
        required=True,
        ondelete="cascade",
        domain="[('id', 'in', possible_target_ids)]",
    )
    possible_target_ids = fields.Many2many(
        "ir.model.fields", compute="_compute_target_model", compute_sudo=True
    )
    value_ids = fields.One2many("netsuite.field.value", "mapping_id", "Translations", copy=True)
    sample_value = fields.Char(
        readonly=True, copy=False, help="A value that NetSuite has shown for this field."
    )

    @api.depends("level")
    def _compute_target_model(self):
        possible = self.env["ir.model.fields"].search(
            [("model", "in", list(TARGET_MODELS.values())), ("ttype", "in", TARGET_TYPES)]
        )
        possible = possible.filtered(lambda target: not self._refuses(target))
        for mapping in self:
            model = TARGET_MODELS[mapping.level or "body"]
            mapping.target_model = model
            mapping.possible_target_ids = possible.filtered(
                lambda target, model=model: target.model == model
            )

    @api.model
    def _refuses(self, target):
        """Why no value of NetSuite can go to this field, or nothing."""
        stored = target.store or target.name == WRITTEN_THROUGH
        if target.ttype not in TARGET_TYPES or target.readonly or not stored:
            return self.env._(
                "%(target)s cannot take a value from NetSuite: it is computed, read-only "
                "or refers to other records. Choose a text, number, date, tick box or "
                "selection field.",
                target=target.field_description,
            )
        if target.name in KEPT_FIELDS[target.model] or target.name.startswith("netsuite_"):
            return self.env._(
                "%(target)s decides how Odoo ships or reports the delivery; a value from "
                "NetSuite would break that. Choose another field, or make one of your own.",
                target=target.field_description,
            )
        return ""

    @api.constrains("level", "netsuite_field", "alternates", "target_id")
    def _check_pair(self):
        for mapping in self:
            target = mapping.target_id.sudo()  # sudo: field definitions are for administrators
            if target.model != mapping.target_model:
                raise ValidationError(
                    self.env._(
                        "%(field)s is a field of the %(level)s, %(target)s is not: choose a field "
                        "of %(model)s.",
                        field=mapping.netsuite_field,
                        level=mapping._level_name(),
                        target=target.field_description,
                        model=mapping.target_model,
                    )
                )
            if reason := self._refuses(target):
                raise ValidationError(reason)
            for name in mapping._names():
                mapping._check_name(name)
            mapping.value_ids._check_odoo_value()

    def _check_name(self, name):
        if self._is_custom(name) or name in STANDARD_FIELDS[self.level]:
            return
        raise ValidationError(
            self.env._(
                "%(field)s is not a field of the %(level)s that the connector reads. Its custom "
                "fields start with %(prefix)s; its standard ones are: %(known)s.",
                field=name,
                level=self._level_name(),
                prefix=PREFIXES[self.level],
                known=", ".join(STANDARD_FIELDS[self.level]),
            )
        )

    def _level_name(self):
        return dict(self._fields["level"]._description_selection(self.env))[self.level]

    @api.model_create_multi
    def create(self, vals_list):
        mappings = super().create(vals_list)
        mappings.backend_id._reread_open()
        return mappings

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"sample_value", "netsuite_label"}:
            self.backend_id._rebuild_held("field")
            self.backend_id._reread_open()
        return result

    def unlink(self):
        backends = self.backend_id
        result = super().unlink()
        backends._rebuild_held("field")
        return result

    def _note_samples(self, records):
        """Keep the first value that documents show, for people to recognise the field by."""
        lines = [line for record in records for line in record.lines]
        for mapping in self.filtered(lambda one: not one.sample_value):
            sources = records if mapping.level == "body" else lines
            values = (mapping._in_words(mapping._read(source)) for source in sources)
            if sample := next(filter(None, values), ""):
                mapping.sample_value = sample[:80]

    def _note_labels(self, client):
        """Keep what NetSuite's screens call the fields, where the client can tell."""
        labels = client.labels([name for mapping in self for name in mapping._names()])
        for mapping in self:
            label = next((labels[name] for name in mapping._names() if name in labels), False)
            if label and label != mapping.netsuite_label:
                mapping.netsuite_label = label

    def _names(self):
        names = [self.netsuite_field, *(self.alternates or "").split(",")]
        return [name.strip() for name in names if name and name.strip()]

    def _is_custom(self, name):
        return name.startswith(PREFIXES[self.level])

    @api.model
    def _make_presets(self, backends):
        """The usual fields of a shipping desk, ready to use or to switch off."""
        get = self.env["ir.model.fields"].sudo()._get  # sudo: as above
        self.create(
            [
                {
                    "backend_id": backend.id,
                    "sequence": sequence,
                    "netsuite_field": name,
                    "alternates": alternates,
                    "target_id": get("stock.picking", target).id,
                }
                for backend in backends
                for sequence, (name, alternates, target) in enumerate(PRESETS)
            ]
        )

    # -- values ------------------------------------------------------------------------------

    def _of(self, backend, level):
        return backend.field_mapping_ids.filtered(lambda mapping: mapping.level == level)

    def _picking_fields(self, backend):
        """Names of the delivery fields that NetSuite's fields go to."""
        return set(self._of(backend, "body").target_id.sudo().mapped("name"))  # sudo: as above

    def _move_fields(self, backend):
        """Names of the move fields that NetSuite's line fields go to."""
        return set(self._of(backend, "line").target_id.sudo().mapped("name"))  # sudo: as above

    def _picking_vals(self, backend, record):
        """Values of a delivery from the document's fields.

        :raises Hold: a value does not fit its field
        """
        return self._vals(self._of(backend, "body"), record, record.tran_id)

    def _move_vals(self, backend, record, line):
        """Values of a move from its line's fields.

        :raises Hold: a value does not fit its field
        """
        return self._vals(self._of(backend, "line"), line, record.tran_id)

    def _vals(self, mappings, record, document):
        vals = {}
        for mapping in mappings:
            value = mapping._read(record)
            target = mapping.target_id.sudo()  # sudo: as above
            try:
                vals[target.name] = mapping._convert(value, target)
            except (ValueError, OverflowError) as error:
                raise Hold(
                    "field",
                    self.env._(
                        "%(field)s of %(document)s is \u201c%(value)s\u201d, which is no value "
                        "for %(target)s. Correct it in NetSuite, or translate it under NetSuite > "
                        "Mapping > Fields.",
                        field=mapping.netsuite_field,
                        document=document,
                        value=mapping._in_words(value),
                        target=target.field_description,
                    ),
                ) from error
        return vals

    def _read(self, record):
        """Value of the first of the mapped fields that the document (or its line) has."""
        standard = STANDARD_FIELDS[self.level]
        for name in self._names():
            if name in record.custom_fields:
                return record.custom_fields[name]
            if name in standard:
                return getattr(record, standard[name])
        return None

    def _convert(self, value, target):
        """The value as the Odoo field takes it.

        :raises ValueError: it does not fit
        """
        return self._convert_plain(self._translated(value), target)

    def _convert_plain(self, value, target):
        """The same, without translation."""
        text = self._as_text(value)
        if value is None or text == "":
            return False
        convert = getattr(self, f"_convert_{target.ttype}", None)
        return convert(value, text, target) if convert else text

    def _translated(self, value):
        """What the translations make of a value; a list value is known by its name or its id."""
        known = {
            (one.netsuite_value or "").strip().casefold(): one.odoo_value or ""
            for one in self.value_ids
        }
        for key in (self._as_text(value), self._as_id(value)):
            if key is not None and key.casefold() in known:
                return known[key.casefold()]
        if isinstance(value, tuple):
            return ", ".join(self._as_text(self._translated(one)) for one in value)
        return value

    def _as_text(self, value):
        if isinstance(value, tuple):
            return ", ".join(map(self._as_text, value))
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float):
            return f"{value:.15g}"
        if isinstance(value, (date, datetime)):
            return value.isoformat()
        return str(getattr(value, "name", None) or getattr(value, "id", value)).strip()

    def _as_id(self, value):
        """The internal id of a list value, the same in every language; None of other values."""
        return value.id if isinstance(value, Ref) else None

    def _in_words(self, value):
        """A value for people, with the id by which a list value can be translated."""
        text, internal_id = self._as_text(value), self._as_id(value)
        return f"{text} ({internal_id})" if internal_id and internal_id != text else text

    def _convert_html(self, value, text, target):
        return str(plaintext2html(text))  # what others wrote is text, not markup

    def _convert_boolean(self, value, text, target):
        if text.lower() in YES:
            return True
        if text.lower() in NO:
            return False
        raise ValueError(text)

    def _convert_integer(self, value, text, target):
        number = self._convert_float(value, text, target)
        if number != int(number) or abs(number) > LARGEST_INTEGER:
            raise ValueError(text)
        return int(number)

    def _convert_float(self, value, text, target):
        number = float(text)
        if not isfinite(number):
            raise ValueError(text)
        return number

    def _convert_monetary(self, value, text, target):
        return self._convert_float(value, text, target)

    def _convert_date(self, value, text, target):
        return date.fromisoformat(text[:10]).isoformat()

    def _convert_datetime(self, value, text, target):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return fields.Datetime.to_string(moment)

    def _convert_selection(self, value, text, target):
        options = self.env[target.model]._fields[target.name]._description_selection(self.env)
        for key, label in options:
            if text.casefold() in (str(key).casefold(), str(label).casefold()):
                return key
        raise ValueError(text)


class NetSuiteFieldValue(models.Model):
    """What a value of NetSuite becomes in Odoo."""

    _name = "netsuite.field.value"
    _description = "NetSuite Field Value"
    _order = "id"

    mapping_id = fields.Many2one(
        "netsuite.field.mapping", required=True, ondelete="cascade", index=True
    )
    netsuite_value = fields.Char(
        "Value in NetSuite",
        help="As NetSuite shows it, or the internal id of a list value, which is the same in every "
        "language; true or false for a tick box.",
    )
    odoo_value = fields.Char("Value in Odoo")

    _unique_value = models.UniqueIndex(
        "(mapping_id, netsuite_value)", "This value is translated already."
    )

    def write(self, vals):
        if "mapping_id" in vals:
            # As for the backend of a mapping.
            self.mapping_id.browse(vals["mapping_id"]).check_access("read")
        return super().write(vals)

    @api.constrains("odoo_value", "mapping_id")
    def _check_odoo_value(self):
        for one in self:
            # sudo: field definitions are for administrators
            target = one.mapping_id.target_id.sudo()
            try:
                one.mapping_id._convert_plain(one.odoo_value or "", target)
            except (ValueError, OverflowError) as error:
                raise ValidationError(
                    self.env._(
                        "\u201c%(value)s\u201d is no value for %(target)s.",
                        value=one.odoo_value,
                        target=target.field_description,
                    )
                ) from error
