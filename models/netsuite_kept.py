from odoo import models
from odoo.exceptions import AccessError


class NetSuiteKept(models.AbstractModel):
    """Rows that the connector keeps: people read them, press buttons and plan activities.

    To plan an activity or to press a button one must have the right to write. But what a row says
    decides what is written in NetSuite, where, and whether it is there already, and a field that is
    read-only binds screens alone: so its value is refused to whoever brings it, unless the
    connector itself writes it, with the rights of the system.
    """

    _name = "netsuite.kept"
    _description = "Kept by the NetSuite Connector"

    def write(self, vals):
        if not self.env.su:
            kept = [name for name in vals if self._fields[name].readonly]
            if kept:
                raise AccessError(
                    self.env._(
                        "Only the connector itself writes “%(field)s” of a %(model)s. Use the "
                        "buttons of the document or of the write-back.",
                        field=self._fields[kept[0]]._description_string(self.env),
                        model=self._description,
                    )
                )
        return super().write(vals)
