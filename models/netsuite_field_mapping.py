from datetime import UTC, date, datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import plaintext2html

from .netsuite_builder import Hold

# Odoo field types that a NetSuite value can be written to.
TARGET_TYPES = (
    "char", "text", "html", "boolean", "integer", "float", "monetary", "date", "datetime",
    "selection",
)  # fmt: skip
TARGET_MODELS = {"body": "stock.picking", "line": "stock.move"}
YES = frozenset(("t", "true", "yes", "y", "1", "on"))
NO = frozenset(("f", "false", "no", "n", "0", "off", ""))

# Standard fields of NetSuite that can be mapped, and where a record keeps them.
STANDARD_FIELDS = {
    "body": {
        "memo": "memo",
        "otherRefNum": "other_ref_num",
        "email": "email",
        "tranDate": "tran_date",
        "shipDate": "ship_date",
        "entity": "entity",
        "location": "location",
        "subsidiary": "subsidiary",
        "department": "department",
        "class": "class_",
        "shipMethod": "ship_method",
    },
    "line": {
        "description": "description",
        "location": "location",
        "units": "unit",
    },
}

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
    _order = "sequence, id"

    backend_id = fields.Many2one("netsuite.backend", required=True, ondelete="cascade", index=True)
    active = fields.Boolean(default=True, help="Off: the field is not taken over.")
    sequence = fields.Integer(default=10)
    level = fields.Selection(
        [("body", "Document"), ("line", "Line")], required=True, default="body"
    )
    netsuite_field = fields.Char(
        "NetSuite Field",
        required=True,
        help="Script id of a custom field (custbody_…, custcol_…) or the name of a standard field: "
        + ", ".join(STANDARD_FIELDS["body"]),
    )
    alternates = fields.Char(
        help="Fields to read where the first one is absent, separated by commas."
    )
    netsuite_label = fields.Char(
        "Label in NetSuite",
        readonly=True,
        help="What NetSuite's screens call the field; known over REST only, once everything has "
        "been checked or the lists were read.",
    )
    target_model = fields.Char(compute="_compute_target_model")
    target_id = fields.Many2one(
        "ir.model.fields",
        "Field in Odoo",
        required=True,
        ondelete="cascade",
        domain=lambda self: [
            ("model", "in", list(TARGET_MODELS.values())),
            ("ttype", "in", TARGET_TYPES),
            ("readonly", "=", False),
            ("store", "=", True),
        ],
    )
    value_ids = fields.One2many("netsuite.field.value", "mapping_id", "Translations", copy=True)
    sample_value = fields.Char(
        readonly=True, copy=False, help="A value that NetSuite has shown for this field."
    )

    @api.depends("level")
    def _compute_target_model(self):
        for mapping in self:
            mapping.target_model = TARGET_MODELS[mapping.level or "body"]

    @api.constrains("level", "netsuite_field", "alternates", "target_id")
    def _check_pair(self):
        for mapping in self:
            target = mapping.target_id.sudo()  # sudo: field definitions are for administrators
            if target.model != mapping.target_model:
                raise ValidationError(
                    self.env._(
                        "%(source)s is a field of the %(level)s, %(target)s is not: choose a field "
                        "of %(model)s.",
                        source=mapping.netsuite_field,
                        level=dict(self._fields["level"].selection)[mapping.level],
                        target=target.field_description,
                        model=mapping.target_model,
                    )
                )
            if target.ttype not in TARGET_TYPES or target.readonly or not target.store:
                raise ValidationError(
                    self.env._(
                        "%(target)s cannot take a value from NetSuite: it is computed, read-only "
                        "or refers to other records. Choose a text, number, date, tick box or "
                        "selection field.",
                        target=target.field_description,
                    )
                )
            for name in mapping._names():
                if not self._is_custom(name) and name not in STANDARD_FIELDS[mapping.level]:
                    raise ValidationError(
                        self.env._(
                            "%(name)s is not a field that the connector reads. Custom fields start "
                            "with custbody or custcol; the standard ones are: %(known)s.",
                            name=name,
                            known=", ".join(STANDARD_FIELDS[mapping.level]),
                        )
                    )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"sample_value", "netsuite_label"}:
            # sudo: who may change a mapping may have its documents built
            self.env["netsuite.transaction"].sudo().search(
                [("backend_id", "in", self.backend_id.ids), ("hold_reason", "=", "field")]
            )._rebuild()
        return result

    def _note_samples(self, records):
        """Keep the first value that documents show, for people to recognise the field by."""
        for mapping in self.filtered(lambda one: one.level == "body" and not one.sample_value):
            values = (mapping._as_text(mapping._read(record)) for record in records)
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

    @api.model
    def _is_custom(self, name):
        return name.startswith(("custbody", "custcol"))

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

    def _vals(self, mappings, source, document):
        vals = {}
        for mapping in mappings:
            value = mapping._read(source)
            target = mapping.target_id.sudo()  # sudo: as above
            try:
                vals[target.name] = mapping._convert(value, target)
            except ValueError as error:
                raise Hold(
                    "field",
                    self.env._(
                        "%(source)s of %(document)s is \u201c%(value)s\u201d, which is no value "
                        "for %(target)s. Correct it in NetSuite, or translate it under NetSuite > "
                        "Mapping > Fields.",
                        source=mapping.netsuite_field,
                        document=document,
                        value=self._as_text(value),
                        target=target.field_description,
                    ),
                ) from error
        return vals

    def _read(self, source):
        """Value of the first of the mapped fields that the document has."""
        standard = STANDARD_FIELDS[self.level]
        for name in self._names():
            if name in source.custom_fields:
                return source.custom_fields[name]
            if name in standard:
                return getattr(source, standard[name])
        return None

    def _convert(self, value, target):
        """The value as the Odoo field takes it.

        :raises ValueError: it does not fit
        """
        text = self._as_text(value)
        translated = {
            (one.netsuite_value or "").strip().casefold(): one.odoo_value for one in self.value_ids
        }
        if text.casefold() in translated:
            value = text = translated[text.casefold()] or ""
        if value is None or text == "":
            return False
        convert = getattr(self, f"_convert_{target.ttype}", None)
        return convert(value, text, target) if convert else text

    def _as_text(self, value):
        if isinstance(value, tuple):
            return ", ".join(ref.name or ref.id for ref in value)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (date, datetime)):
            return value.isoformat()
        return str(getattr(value, "name", None) or getattr(value, "id", value)).strip()

    def _convert_html(self, value, text, target):
        return str(plaintext2html(text))  # what others wrote is text, not markup

    def _convert_boolean(self, value, text, target):
        if text.lower() in YES:
            return True
        if text.lower() in NO:
            return False
        raise ValueError(text)

    def _convert_integer(self, value, text, target):
        number = float(text)
        if number != int(number):
            raise ValueError(text)
        return int(number)

    def _convert_float(self, value, text, target):
        return float(text)

    def _convert_monetary(self, value, text, target):
        return float(text)

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
        "Value in NetSuite", help="As NetSuite shows it; true or false for a tick box."
    )
    odoo_value = fields.Char("Value in Odoo")

    _unique_value = models.UniqueIndex(
        "(mapping_id, netsuite_value)", "This value is translated already."
    )
