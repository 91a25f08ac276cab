from dataclasses import replace

from odoo import fields, models

from ..netsuite.errors import NetSuiteError, PermissionMissing, Refused
from .netsuite_backend import BUTTON_WAIT

SAMPLES = 20  # documents that are looked at for sample values

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
        if len(refused) == len(LISTS):
            return self._notify(
                "warning",
                self.env._("NetSuite shows none of its lists to this role"),
                self.env._(
                    "Nothing is lost: locations, shipping methods and the like appear under "
                    "Mapping as documents name them. To see them now, give the role the "
                    "permission for %(lists)s.",
                    lists=", ".join(refused),
                ),
            )
        return self._notify("success", self.env._("Lists read from NetSuite"), "\n".join(loaded))

    def action_show_samples(self):
        """Let the field mappings show what NetSuite calls their fields and a value of each."""
        self.ensure_one()
        self.check_access("write")
        query = replace(self._query((None, fields.Datetime.now())), saved_search="")
        try:
            with self._connect(self.env._("show sample values"), wait=BUTTON_WAIT) as client:
                self.field_mapping_ids._note_labels(client)
                client.page_size = SAMPLES
                found = [header.internal_id for header in client.find(query).headers[:SAMPLES]]
                records = client.read(self.import_type, found).records.values() if found else ()
        except NetSuiteError as error:
            return self._notify(
                "danger", self.env._("No document could be read"), self._explain(error)
            )
        self.field_mapping_ids._note_samples(records)
        return True
