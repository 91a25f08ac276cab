"""What the chaos runs have found: each of these was broken once."""

from odoo.tests import tagged

from .common import NetSuiteCase


@tagged("post_install", "-at_install")
class TestChaosFoundImport(NetSuiteCase):
    def test_units_of_fulfillments_have_names_only(self):
        """SOAP tells the unit of a fulfilment's line by its name, without an id."""
        self.simulator.books.roles["soap"].levels["Units"] = 4
        self.backend.import_type = "item_fulfillment"
        order = self.books.add_order(
            [("TEA-BLACK", 2), {"item": "TEA-GREEN", "quantity": 3, "unit": "2"}]
        )
        fulfillment = self.books.fulfil_by_hand(order.id, ship_status="picked")
        self.import_documents()
        row = self.row(fulfillment.id)
        self.assertEqual((row.state, row.message), ("imported", False))
        quantities = {move.netsuite_line: move.product_uom_qty for move in row.picking_ids.move_ids}
        self.assertEqual(quantities, {"1": 2.0, "2": 18.0})
        self.assertFalse(self.env["netsuite.unit"].search([("internal_id", "in", (False, ""))]))
