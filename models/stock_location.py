from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    netsuite_bin = fields.Char(
        "NetSuite Bin ID",
        help="Internal ID of the bin in NetSuite that goods shipped from this location are taken "
        "from. Empty: the bin that NetSuite proposes.",
    )
