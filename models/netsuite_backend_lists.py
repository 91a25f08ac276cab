from odoo import models

from ..netsuite.errors import NetSuiteError, PermissionMissing, Refused
from .netsuite_backend import BUTTON_WAIT

# NetSuite's lists that mappings are filled from: model, and values that tell its rows apart.
LISTS = {
    "location": ("netsuite.location", {}),
    "shipMethod": ("netsuite.ship.method", {}),
    "subsidiary": ("netsuite.subsidiary", {}),
    "class": ("netsuite.classification", {"kind": "class"}),
    "department": ("netsuite.classification", {"kind": "department"}),
}


class NetSuiteBackend(models.Model):
    """Filling the mappings from NetSuite's own lists."""

    _inherit = "netsuite.backend"

    def action_load_lists(self):
        """Read locations, shipping methods and the like, as far as the role may."""
        self.ensure_one()
        self.check_access("write")
        loaded, refused = [], []
        try:
            with self._connect(self.env._("load lists"), wait=BUTTON_WAIT) as client:
                self.field_mapping_ids._note_labels(client)
                for name, (model, more) in LISTS.items():
                    try:
                        refs = client.choices(name)
                    except (PermissionMissing, Refused):
                        refused.append(name)
                        continue
                    known = self.env[model]._by_ref(self, refs, **more)
                    loaded.append(f"{self.env[model]._description}: {len(known)}")
        except NetSuiteError as error:
            return self._notify(
                "danger", self.env._("The lists could not be read"), self._explain(error)
            )
        if refused:
            loaded.append(
                self.env._(
                    "Not permitted to this role: %s. They appear as documents name them.",
                    ", ".join(refused),
                )
            )
        return self._notify("success", self.env._("Lists read from NetSuite"), "\n".join(loaded))
