from odoo import fields, models
from odoo.tools import SQL


class NetSuiteBinding(models.AbstractModel):
    """A NetSuite record known to Odoo, and what it corresponds to here.

    Rows make themselves when a document names a record that was never seen, so that what still
    lacks a counterpart can be listed. Concrete models add the counterpart and the unique index.
    """

    _name = "netsuite.binding"
    _description = "NetSuite Binding"
    _inherit = "netsuite.owned"

    internal_id = fields.Char("NetSuite ID", required=True, readonly=True)
    name = fields.Char(help="The name that NetSuite shows.")
    active = fields.Boolean(default=True)

    def _by_ref(self, backend, refs, **more):
        """The bindings of these references (:class:`..netsuite.records.Ref`), by internal id.

        Unknown ones are made, as unmapped.

        :param more: values that tell rows of the same model apart
        """
        wanted = {ref.id: ref for ref in refs if ref}
        domain = [("backend_id", "=", backend.id), ("internal_id", "in", list(wanted))]
        domain += [(name, "=", value) for name, value in more.items()]
        known = self.with_context(active_test=False).search(domain)
        missing = set(wanted) - set(known.mapped("internal_id"))
        known += self.create(
            [
                {**self._prepare_binding(backend, wanted[internal_id]), **more}
                for internal_id in sorted(missing)
            ]
        )
        return {binding.internal_id: binding for binding in known}

    def _prepare_binding(self, backend, ref):
        return {
            "backend_id": backend.id,
            "internal_id": ref.id,
            "name": ref.name or ref.id,
        }

    def _rebuild_held(self, reason):
        """Build again the documents that were held for want of this mapping."""
        self.backend_id._rebuild_held(reason)

    def _open_documents(self, field):
        """Documents with open deliveries that name one of these records in a field.

        :param field: of the stored document or its lines
        """
        documents = self.env["netsuite.transaction"].sudo()  # sudo: as for held documents
        if not self:
            return documents
        documents.flush_model()
        self.env["stock.picking"].flush_model(["state", "netsuite_transaction_id"])
        self.env.cr.execute(
            SQL(
                """
                SELECT document.id FROM netsuite_transaction document
                  JOIN %s binding ON binding.backend_id = document.backend_id
                 WHERE binding.id IN %s
                   AND document.payload @? concat(%s, to_jsonb(binding.internal_id), ')')::jsonpath
                   AND EXISTS (SELECT FROM stock_picking picking
                                WHERE picking.netsuite_transaction_id = document.id
                                  AND picking.state NOT IN ('done', 'cancel'))
                """,
                SQL.identifier(self._table),
                tuple(self.ids),
                f"$.**.{field}.id ? (@ == ",
            )
        )
        return documents.browse([found for (found,) in self.env.cr.fetchall()])
