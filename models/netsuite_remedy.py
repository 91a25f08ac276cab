from odoo import models


class NetSuiteTransaction(models.Model):
    """Where a person puts right what holds a document."""

    _inherit = "netsuite.transaction"

    def _remedy(self):
        """Label of a button, and the action behind it."""
        self.ensure_one()
        if self.hold_reason == "product":
            items = self.backend_id._action_records(
                "connector_netsuite.action_item", [("product_id", "=", False)]
            )
            return self.env._("Choose the Product"), items
        if self.hold_reason == "unit":
            units = self.backend_id._action_records("connector_netsuite.action_unit", [])
            return self.env._("Enter the Conversion Rate"), units
        if self.hold_reason == "field":
            mappings = self.backend_id._action_records(
                "connector_netsuite.action_field_mapping", []
            )
            return self.env._("Translate the Value"), mappings
        if self.hold_reason == "duplicate":
            if picking := self.env["netsuite.builder"]._elsewhere(self).live_picking_ids[:1]:
                return self.env._("Open the Other Delivery"), {
                    "type": "ir.actions.act_window",
                    "res_model": "stock.picking",
                    "res_id": picking.id,
                    "views": [(False, "form")],
                }
        if self.hold_reason == "odoo":
            return self.env._("Open the Document"), {
                "type": "ir.actions.act_window",
                "res_model": self._name,
                "res_id": self.id,
                "views": [(False, "form")],
            }
        return self.env._("Open in NetSuite"), self.action_open_in_netsuite()


class NetSuiteFulfillment(models.Model):
    """Where a person puts right what keeps a shipment from being reported."""

    _inherit = "netsuite.fulfillment"

    def _remedy(self):
        """Label of a button, and the action behind it."""
        self.ensure_one()
        if self.candidates:
            return self.env._("Adopt a Fulfilment"), self.action_adopt()
        if self.internal_id:
            return self.env._("Open in NetSuite"), self.action_open_in_netsuite()
        return self.env._("Open in NetSuite"), self.transaction_id.action_open_in_netsuite()
