from dataclasses import dataclass, replace

from odoo import fields, models

from ..netsuite import shippable
from ..netsuite.errors import NetSuiteError, PermissionMissing
from ..netsuite.records import Query
from .netsuite_backend import BUTTON_WAIT
from .netsuite_backend_fetch import to_odoo
from .netsuite_transaction_status import IMPORT_TYPES

GOOD, NOTE, STOP = "good", "note", "stop"


@dataclass(frozen=True)
class Finding:
    """One thing that decides about a document; ``action`` opens the place to change it."""

    verdict: str  # good, note or stop
    text: str
    label: str = ""
    action: dict | None = None


class NetSuiteBackend(models.Model):
    """Why a document is imported, or is not: every setting that has a say in it, in words."""

    _inherit = "netsuite.backend"

    def _explain_document(self, number):
        """Findings about the document with this number or NetSuite ID, the decisive ones first."""
        self.ensure_one()
        if reason := self._not_connected():
            return [self._stop(reason, self.env._("Open the Backend"), self._action_self())]
        try:
            with self._connect(self.env._("explain a document"), wait=BUTTON_WAIT) as client:
                header = self._look_up(client, self.import_type, number)
                if header is None:
                    return self._explain_missing(client, number)
                findings = self._explain_scope(client, [header])[header.internal_id]
        except NetSuiteError as error:
            return [self._stop(self._explain(error))]
        row = self._documents(self.import_type, [header.internal_id])
        if row.live_picking_ids:
            # What would keep it out now has not kept it out.
            findings = [replace(finding, verdict=NOTE) for finding in findings]
            return self._explain_outcome(header) + findings
        return findings + self._explain_outcome(header)

    def _look_up(self, client, import_type, number):
        """The hit for a number, or for a NetSuite ID, or None."""
        for query in (
            Query(type=import_type, tran_ids=(number,)),
            Query(type=import_type, internal_ids=(number,)) if number.isdigit() else None,
        ):
            headers = client.find(query).headers if query else ()
            if headers:
                return headers[0]
        return None

    def _explain_missing(self, client, number):
        labels = dict(self._fields["import_type"]._description_selection(self.env))
        for import_type, _label in IMPORT_TYPES:
            if import_type != self.import_type and self._may_look_up(client, import_type, number):
                return [
                    self._stop(
                        self.env._(
                            "%(number)s is among the %(found)s in NetSuite, and %(backend)s "
                            "imports %(wanted)s.",
                            number=number,
                            found=labels[import_type],
                            backend=self.name,
                            wanted=labels[self.import_type],
                        ),
                        self.env._("Change the Import Type"),
                        self._action_self(),
                    )
                ]
        return [
            self._stop(
                self.env._(
                    "NetSuite shows no document %s to this role. It does not exist, it was "
                    "deleted, or the role may not see it: check the number, and the role's "
                    "subsidiaries and restrictions in NetSuite (Setup > Users/Roles > Manage "
                    "Roles).",
                    number,
                )
            )
        ]

    def _may_look_up(self, client, import_type, number):
        """The hit among documents that the role may not be allowed to see at all, or None."""
        try:
            return self._look_up(client, import_type, number)
        except PermissionMissing:
            return None

    # -- does the scheduled import take it? ------------------------------------------------------

    def _explain_scope(self, client, headers):
        """The settings that keep the scheduled import from these documents: findings by NetSuite
        id."""
        findings = {header.internal_id: self._explain_times(header) for header in headers}
        for internal_id, hidden in self._explain_filters(client, list(findings)).items():
            findings[internal_id] += hidden
        return findings

    def _explain_times(self, header):
        findings = []
        status = self.env["netsuite.transaction.status"].search([("code", "=", header.status)])
        if status and status not in self.import_status_ids:
            findings.append(
                self._stop(
                    self.env._(
                        "Its status %(status)s is not among the chosen ones (%(chosen)s).",
                        status=status.name,
                        chosen=", ".join(self.import_status_ids.mapped("name")),
                    ),
                    self.env._("Change the Statuses"),
                    self._action_self(),
                )
            )
        modified = to_odoo(header.last_modified)
        if self.import_since and modified and modified < self.import_since:
            findings.append(
                self._stop(
                    self.env._(
                        "It was last changed on %(date)s, before the import begins (%(since)s).",
                        date=self._moment(modified),
                        since=self._moment(self.import_since),
                    ),
                    self.env._("Change the Beginning"),
                    self._action_self(),
                )
            )
        return findings

    def _explain_filters(self, client, internal_ids):
        """The filters that hide documents: each is asked of NetSuite on its own."""
        these = Query(type=self.import_type, internal_ids=tuple(internal_ids))
        narrow = self._narrow(these)
        findings = {internal_id: [] for internal_id in internal_ids}
        for name in ("locations", "subsidiaries", "classes", "departments", "saved_search"):
            value = getattr(narrow, name)
            if not value:
                continue
            shown = client.find(replace(these, **{name: value})).headers
            for internal_id in findings.keys() - {header.internal_id for header in shown}:
                findings[internal_id].append(
                    self._stop(
                        self.env._(
                            "The filter \u201c%s\u201d leaves it out.", self._filter_label(name)
                        ),
                        self.env._("Change the Filter"),
                        self._action_self(),
                    )
                )
        return findings

    def _filter_label(self, name):
        field = {
            "locations": "location_ids",
            "subsidiaries": "subsidiary_ids",
            "classes": "class_ids",
            "departments": "department_ids",
            "saved_search": "saved_search",
        }[name]
        return self._fields[field]._description_string(self.env)

    # -- what becomes of it ----------------------------------------------------------------------

    def _explain_outcome(self, header):
        query = Query(type=self.import_type, internal_ids=(header.internal_id,))
        outcome = self._preview(query, 50).outcomes[0]
        row = self.env["netsuite.transaction"].browse(outcome.row_id)
        findings = self._explain_row(row) if row else []
        if not row and outcome.kind == "new":
            findings.append(
                Finding(
                    NOTE,
                    self.env._("It is not imported yet. An import would ship: %s.", outcome.goods),
                    self.env._("Import It Now"),
                    self._action_import_number(outcome.tran_id),
                )
            )
        elif outcome.why and outcome.why != row.message:
            verdict = STOP if outcome.kind == "held" else NOTE
            findings.append(Finding(verdict, outcome.why))
        return findings + [
            Finding(NOTE, self._left_out_sentence(item, reason), *self._left_out_remedy(reason))
            for item, reason in outcome.left_out
        ]

    def _left_out_remedy(self, reason):
        """Button and action where a setting leaves the line out; the other rules are NetSuite's."""
        if reason != shippable.NOT_COMMITTED:
            return ()
        return self.env._("Change What Is Shipped"), self._action_self()

    def _explain_row(self, row):
        """Where a document stands that Odoo knows already."""
        open_row = self._action_record(row)
        if row.state == "held":
            label, action = row._remedy()
            return [self._stop(row.message, label, action)]
        findings = []
        if row.state == "staged":
            wait = row.not_before and row.not_before > fields.Datetime.now()
            text = (
                self.env._(
                    "The grace delay of %(minutes)s minutes lets it rest until %(time)s.",
                    minutes=self.import_delay,
                    time=self._moment(row.not_before),
                )
                if wait
                else self.env._("It is waiting to be imported in the background.")
            )
            findings.append(
                Finding(
                    STOP if wait else NOTE,
                    text,
                    self.env._("Import It Now"),
                    self._action_import_number(row.tran_id),
                )
            )
        elif row.message:
            findings.append(Finding(NOTE, row.message, self.env._("Open the Document"), open_row))
        return (
            findings
            + [self._explain_delivery(picking) for picking in row.picking_ids]
            + [
                self._stop(report.message or "", *report._remedy())
                for report in row.fulfillment_ids.filtered(lambda one: one.state == "failed")
            ]
        )

    def _explain_delivery(self, picking):
        states = dict(picking._fields["state"]._description_selection(self.env))
        return Finding(
            GOOD,
            self.env._(
                "Delivery %(name)s: %(state)s.", name=picking.name, state=states[picking.state]
            ),
            self.env._("Open the Delivery"),
            self._action_record(picking),
        )

    def _left_out_sentence(self, item, reason):
        return self.env._(
            "%(item)s is not shipped: %(reason)s.",
            item=item or self.env._("A line"),
            reason={
                shippable.CLOSED: self.env._("its line is closed"),
                shippable.DROP_SHIP: self.env._("the vendor ships it (drop shipment)"),
                shippable.STORE_PICKUP: self.env._("the customer picks it up in a store"),
                shippable.NOT_GOODS: self.env._("it is no goods (a discount, a text, a tax)"),
                shippable.NOT_FULFILLABLE: self.env._(
                    "the item is set in NetSuite not to be fulfilled"
                ),
                shippable.NO_GOODS_BUT_FULFILLABLE: self.env._("it is a service or a fee"),
                shippable.NOTHING_OPEN: self.env._("nothing of it is open any more"),
                shippable.NOT_COMMITTED: self.env._("NetSuite has committed no stock to it"),
            }[reason],
        )

    # -- helpers ---------------------------------------------------------------------------------

    def _stop(self, text, label="", action=None):
        return Finding(STOP, text, label, action)

    def _moment(self, moment):
        local = fields.Datetime.context_timestamp(self, moment)
        return local.strftime("%Y-%m-%d %H:%M")

    def _action_self(self):
        return self._action_record(self)

    def _action_record(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    def _action_import_number(self, number):
        action = self.env["ir.actions.act_window"]._for_xml_id("connector_netsuite.action_import")
        action["context"] = {
            "default_backend_id": self.id,
            "default_choice": "numbers",
            "default_numbers": number,
            "dialog_size": "extra-large",
        }
        return action


class NetSuiteTransaction(models.Model):
    _inherit = "netsuite.transaction"

    def action_explain(self):
        """Open the explanation of this document."""
        self.ensure_one()
        return self.env["netsuite.explain"].create({"number": self.tran_id}).action_explain()
