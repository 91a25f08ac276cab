from odoo import fields, models


class NetSuiteOwned(models.AbstractModel):
    """Rows that belong to a backend and that administrators of its company change."""

    _name = "netsuite.owned"
    _description = "Owned by a NetSuite Backend"

    backend_id = fields.Many2one("netsuite.backend", required=True, ondelete="cascade", index=True)

    def write(self, vals):
        if "backend_id" in vals:
            # Rules look at rows as they were: nobody gives them to a backend that he does not see.
            self.backend_id.browse(vals["backend_id"]).check_access("read")
        return super().write(vals)
