from odoo import models


class NetSuiteBuilder(models.AbstractModel):
    """What people read of the import: in the history of each delivery where it came from, and for
    the responsible person that documents are held."""

    _inherit = "netsuite.builder"

    def _create_deliveries(self, backend, records, demands):
        pickings = super()._create_deliveries(backend, records, demands)
        pickings._message_log_batch(
            {
                picking.id: self.env._(
                    "Imported from NetSuite: %(document)s of %(customer)s.",
                    document=picking.netsuite_transaction_id.tran_id,
                    customer=picking.netsuite_transaction_id.customer or self.env._("(no name)"),
                )
                for picking in pickings
            }
        )
        return pickings

    def _build(self, rows):
        result = super()._build(rows)
        rows.backend_id._remind_of_held()
        return result


class NetSuiteBackend(models.Model):
    _inherit = "netsuite.backend"

    def _remind_of_held(self):
        """One activity a backend for as long as documents are held, however many."""
        kind = "connector_netsuite.activity_type_held"
        held = self._count_by_backend("netsuite.transaction", [("state", "=", "held")])
        reminded = self.activity_search([kind])
        reminded.filtered(lambda activity: not held.get(activity.res_id)).unlink()
        known = reminded.exists().mapped("res_id")
        for backend in self.filtered(lambda one: held.get(one.id)):
            if backend.id not in known:
                # No mail about it: the daily one is for that.
                backend.with_context(mail_activity_quick_update=True).activity_schedule(
                    kind,
                    summary=self.env._("NetSuite documents are held"),
                    note=self.env._(
                        "NetSuite > To Look At lists them, with the reason and what to do."
                    ),
                    user_id=backend._responsible_user().id,
                )
