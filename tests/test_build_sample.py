from dataclasses import replace

from odoo.tests import tagged

from ..netsuite.records import SALES_ORDER, Item
from . import soap_stub
from .build_case import ADDRESS, BuildCase
from .soap_case import SAMPLES, needs_netsuite_files


@needs_netsuite_files
@tagged("post_install", "-at_install")
class TestBuildSample(BuildCase):
    """NetSuite's own sample order, through the normal path."""

    def read_sample(self):
        body = (SAMPLES / "docs-soap" / "get-salesOrder-response.xml").read_bytes()
        for old, new in (
            (b"<getResponse", b"<getListResponse"),
            (b"</getResponse>", b"</readResponseList></getListResponse>"),
            (b"<readResponse>", b"<readResponseList><readResponse>"),
        ):
            body = body.replace(old, new)
        with soap_stub.running() as stub, soap_stub.client(stub) as client:
            stub.answer((200, body))
            return client.read(SALES_ORDER, ["1505"]).records["1505"]

    def test_sample_order(self):
        record = self.read_sample()
        row = self.build(record)
        self.assertEqual((row.state, row.hold_reason), ("held", "address"))
        self.assertIn("SORD10069 has no shipping address", row.message)
        self.know(Item("15", "Tongue Depressor", "InvtPart"))
        row = self.build(replace(record, address=ADDRESS))
        self.assertEqual(row.state, "imported", row.message)
        picking = row.picking_ids
        self.assertEqual((picking.origin, picking.state), ("SORD10069", "assigned"))
        self.assertEqual(picking.partner_id.parent_id.name, "Abe Simpson")
        self.assertEqual(self.quantities(row), {("1", "Tongue Depressor"): 1})
