from unittest.mock import patch

from odoo.tests import tagged

from .build_case import BuildCase


@tagged("post_install", "-at_install")
class TestLabels(BuildCase):
    """Instructions where the people who pick, pack and drive read them."""

    def html(self, report, picking):
        reports = self.env["ir.actions.report"]
        # Drawing the bar code takes a library that not every machine has.
        with patch.object(type(reports), "barcode", lambda *args, **kwargs: b""):
            return reports._render_qweb_html(report, picking.ids)[0].decode()

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
