from odoo import fields, models


class NetSuiteSubsidiary(models.Model):
    """A NetSuite subsidiary and the company that ships for it."""

    _name = "netsuite.subsidiary"
    _description = "NetSuite Subsidiary"
    _inherit = "netsuite.binding"
    _order = "name"

    company_id = fields.Many2one("res.company", help="Empty: the company of the backend.")

    _unique_internal_id = models.UniqueIndex(
        "(backend_id, internal_id)", "This subsidiary exists already."
    )


class NetSuiteClassification(models.Model):
    """A NetSuite class or department, to import only the documents of some of them."""

    _name = "netsuite.classification"
    _description = "NetSuite Class or Department"
    _inherit = "netsuite.binding"
    _order = "kind, name"

    kind = fields.Selection(
        [("class", "Class"), ("department", "Department")], required=True, readonly=True
    )

    _unique_internal_id = models.UniqueIndex(
        "(backend_id, kind, internal_id)", "This class or department exists already."
    )
