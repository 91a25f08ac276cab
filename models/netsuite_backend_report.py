import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..netsuite.records import ITEM_FULFILLMENT

BODY_FIELD = re.compile(r"custbody\w+")


class NetSuiteBackend(models.Model):
    """What NetSuite is told of shipments, and when."""

    _inherit = "netsuite.backend"

    report_when = fields.Selection(
        [
            ("tracking", "Shipped, with a tracking number"),
            ("shipped", "Shipped"),
            ("label", "Label printed"),
            ("manual", "By hand"),
        ],
        default="tracking",
        required=True,
        tracking=True,
        help="Shipped, with a tracking number: a delivery without a number waits until it has one. "
        "Shipped: at once, a number that comes later is added. Label printed: as soon as the "
        "delivery has a number, before it is validated; only for imported item fulfilments, whose "
        "quantities NetSuite knows already. By hand: when a person says so under NetSuite > "
        "Write-backs. Corrections of what NetSuite was told always follow by themselves.",
    )
    fulfillment_status = fields.Selection(
        [("picked", "Picked"), ("packed", "Packed"), ("shipped", "Shipped")],
        default="shipped",
        required=True,
        help="Ship status of the item fulfilments that Odoo makes in NetSuite; an imported one "
        "gets it when its last delivery has left. A status never goes backwards.",
    )
    complete_services = fields.Boolean(
        "Fulfil Services with the Goods",
        default=True,
        help="Services of an order that NetSuite wants fulfilled are ticked on the fulfilment that "
        "completes the goods. Off: they are left to whoever does the work.",
    )
    no_ship_status = fields.Boolean(
        "Without Pick, Pack and Ship",
        help="The account has the feature Pick, Pack and Ship switched off: every fulfilment is "
        "shipped, and NetSuite takes no status. Odoo ticks this by itself when NetSuite refuses "
        "the status.",
    )
    plain_numbers = fields.Boolean(
        "Lots and Serials as Text",
        help="The account has no Advanced Bin / Numbered Inventory Management: lots and serials "
        "are written as text. Odoo changes this by itself when NetSuite refuses the other form.",
    )
    weight_unit = fields.Selection(
        [("lb", "Pounds"), ("kg", "Kilograms")],
        "NetSuite Weight Unit",
        default="lb",
        required=True,
        help="Unit of package weights in this NetSuite account.",
    )
    default_package_weight = fields.Float(
        default=1.0,
        digits="Stock Weight",
        help="Weight of a package that Odoo knows no weight of, in NetSuite's weight unit. "
        "NetSuite does not take a package without weight.",
    )
    report_carrier = fields.Boolean(
        "Report the Carrier",
        default=True,
        help="When a delivery was shipped with another carrier than NetSuite's shipping method is "
        "mapped to, the fulfilment gets a method that the carrier is mapped to.",
    )
    report_shipping_cost = fields.Boolean(
        help="Write the delivery's shipping cost to the fulfilment.",
    )
    tracking_link_field = fields.Char(
        help="ID of a custom body field of item fulfilments that takes the carrier's tracking "
        "link, for example custbody_tracking_link. Empty: the link is not written."
    )
    invoice_field = fields.Selection(
        [
            ("tracking", "Tracking numbers"),
            ("memo", "Memo"),
            ("custom", "A custom field"),
        ],
        "Invoices Without Order",
        default="tracking",
        required=True,
        help="NetSuite makes no fulfilment of an invoice that has no sales order: this field of "
        "the invoice takes the tracking numbers. In the memo they are added at the end.",
    )
    invoice_custom_field = fields.Char(
        help="ID of a custom body field of invoices, for example custbody_tracking_numbers."
    )

    _positive_weight = models.Constraint(
        "CHECK(default_package_weight > 0)",
        "NetSuite takes no package without weight: enter a default weight above zero.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "report_when" in vals:
            # sudo: shipments are the warehouse's, the choice is an administrator's
            self.sudo()._report_what_is_due()
        return result

    def _report_what_is_due(self):
        """Another moment of reporting was chosen: it holds for what is there already too."""
        waiting = [("backend_id", "in", self.ids), ("state", "=", "waiting")]
        self.env["netsuite.fulfillment"].search(waiting)._plan()
        labelled = [
            ("netsuite_transaction_id.backend_id", "in", self.ids),
            ("state", "not in", ("done", "cancel")),
            ("carrier_tracking_ref", "!=", False),
        ]
        self.env["stock.picking"].search(labelled)._netsuite_report_labels()

    def _connected(self):
        """Also takes up the reports that waited for the connection."""
        result = super()._connected()
        unreported = [("backend_id", "=", self.id), ("state", "=", "pending")]
        self.env["netsuite.fulfillment"].search(unreported, order="id")._enqueue_now()
        return result

    @api.constrains("report_when", "import_type")
    def _check_report_when(self):
        for backend in self:
            if backend.report_when == "label" and backend.import_type != ITEM_FULFILLMENT:
                raise ValidationError(
                    self.env._(
                        "Only imported item fulfilments can be reported when the label is printed: "
                        "for other documents NetSuite learns the quantities when the delivery is "
                        "done. Choose another moment under Write-back."
                    )
                )

    @api.constrains("tracking_link_field", "invoice_field", "invoice_custom_field", "status_field")
    def _check_custom_fields(self):
        for backend in self:
            names = [backend.tracking_link_field, backend.status_field]
            if backend.invoice_field == "custom":
                names.append(backend.invoice_custom_field or self.env._("(empty)"))
            for name in filter(None, names):
                if not BODY_FIELD.fullmatch(name):
                    raise ValidationError(
                        self.env._(
                            "%s is not the ID of a custom body field. In NetSuite it begins with "
                            "custbody; see Customization > Lists, Records, & Fields > Transaction "
                            "Body Fields.",
                            name,
                        )
                    )


class NetSuiteTransaction(models.Model):
    _inherit = "netsuite.transaction"

    def _reports_labels(self):
        """Is NetSuite told of a label before its delivery is done?"""
        self.ensure_one()
        return self.import_type == ITEM_FULFILLMENT and self.backend_id.report_when == "label"
