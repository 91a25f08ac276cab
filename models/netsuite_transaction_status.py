from odoo import fields, models

IMPORT_TYPES = [
    ("sales_order", "Sales Orders"),
    ("invoice", "Invoices"),
    ("item_fulfillment", "Item Fulfilments"),
]


class NetSuiteTransactionStatus(models.Model):
    """A status that a kind of NetSuite transaction can have, named by NetSuite's search value."""

    _name = "netsuite.transaction.status"
    _description = "NetSuite Transaction Status"
    _order = "import_type, sequence, id"

    import_type = fields.Selection(IMPORT_TYPES, required=True)
    code = fields.Char(required=True, help="Value of NetSuite's search filter.")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_default = fields.Boolean(
        "Proposed", help="Chosen by itself when a backend imports this kind of document."
    )

    _unique_code = models.UniqueIndex("(code)", "This status exists already.")
