from importlib.util import find_spec
from unittest import skipUnless

from odoo.tests import tagged

from .build_case import BuildCase


# Python 3.13 has no package of it yet.
@skipUnless(find_spec("_rl_renderPM"), "nothing here draws the bar codes of Odoo's reports")
@tagged("post_install", "-at_install")
class TestLabels(BuildCase):
    """Instructions where the people who pick, pack and drive read them."""

    def html(self, report, picking):
        return self.env["ir.actions.report"]._render_qweb_html(report, picking.ids)[0].decode()

    def test_printed(self):
        fields = {
            "custbody_delivery_instructions": "Gate <b>2</b>",
            "custbody_authority_to_leave": True,
            "custbody_signature_required": True,
        }
        row = self.build(self.order(self.line(1), custom_fields=fields))
        for report in ("stock.report_deliveryslip", "stock.report_picking"):
            html = self.html(report, row.picking_ids)
            self.assertIn("Gate &lt;b&gt;2&lt;/b&gt;", html)
            self.assertIn("Signature required", html)
            self.assertIn("May be left without anybody there", html)

    def test_nothing_to_say(self):
        row = self.build(self.order(self.line(1)))
        for report in ("stock.report_deliveryslip", "stock.report_picking"):
            self.assertNotIn("div_netsuite_instructions", self.html(report, row.picking_ids))
