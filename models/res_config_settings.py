from odoo import api, fields, models

# Master switches: each is a scheduled action that is on or off.
SWITCHES = {
    "netsuite_import_scheduled": "ir_cron_import",
    "netsuite_report_scheduled": "ir_cron_writeback",
}


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    netsuite_backend_count = fields.Integer(compute="_compute_netsuite_backend_count")
    netsuite_import_scheduled = fields.Boolean("Import on Schedule")
    netsuite_report_scheduled = fields.Boolean("Retry Write-backs on Schedule")

    def _compute_netsuite_backend_count(self):
        self.netsuite_backend_count = self.env["netsuite.backend"].search_count([])

    @api.model
    def get_values(self):
        values = super().get_values()
        for name, xml_id in SWITCHES.items():
            values[name] = self._netsuite_cron(xml_id).active
        return values

    def set_values(self):
        result = super().set_values()
        for name, xml_id in SWITCHES.items():
            cron = self._netsuite_cron(xml_id)
            if cron.active != self[name]:
                cron.active = self[name]
        return result

    def _netsuite_cron(self, xml_id):
        # sudo: who may change the settings may switch these two
        return self.env.ref(f"connector_netsuite.{xml_id}").sudo()
