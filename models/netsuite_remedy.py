from odoo import models


class NetSuiteBackend(models.Model):
    _inherit = "netsuite.backend"

    def _label_for_user(self, label, action):
        """A button's label, for somebody who may look at the place but not change it."""
        model = action.get("res_model", "")
        if model.startswith("netsuite.") and not self.env(su=False)[model].has_access("write"):
            return self.env._("Show It (an Administrator Can Change It)")
        return label


class NetSuiteTransaction(models.Model):
    """Where a person puts right what holds a document: a method for each reason that has a place
    of its own, NetSuite for the others."""

    _inherit = "netsuite.transaction"

    def _remedy(self):
        """Label of a button, and the action behind it."""
        self.ensure_one()
        special = getattr(self, f"_remedy_{self.hold_reason}", None)
        found = special and special()
        return found or (self.env._("Open in NetSuite"), self.action_open_in_netsuite())

    def _remedy_product(self):
        items = self.backend_id._action_records(
            "connector_netsuite.action_item", [("product_id", "=", False)]
        )
        return self.env._("Choose the Product"), items

    def _remedy_unit(self):
        units = self.backend_id._action_records("connector_netsuite.action_unit", [])
        return self.env._("Enter the Conversion Rate"), units

    def _remedy_field(self):
        mappings = self.backend_id._action_records("connector_netsuite.action_field_mapping", [])
        return self.env._("Translate the Value"), mappings

    def _remedy_duplicate(self):
        picking = self.env["netsuite.builder"]._elsewhere(self)[self].live_picking_ids[:1]
        return picking and (self.env._("Open the Other Delivery"), self._action_form(picking))

    def _remedy_odoo(self):
        return self.env._("Open the Document"), self._action_form(self)

    def _action_form(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }


class NetSuiteFulfillment(models.Model):
    """Where a person puts right what keeps a shipment from being reported."""

    _inherit = "netsuite.fulfillment"

    def _remedy(self):
        """Label of a button, and the action behind it."""
        self.ensure_one()
        if self.candidates:
            return self.env._("Adopt a Fulfilment"), self.action_adopt()
        record = self if self.internal_id else self.transaction_id
        return self.env._("Open in NetSuite"), record.action_open_in_netsuite()
