from datetime import timedelta

from odoo import fields, models

from ..netsuite import errors
from ..netsuite.records import ITEM_FULFILLMENT, Query
from .netsuite_status import BEHIND

MOST = 1000  # numbers a job asks for: what a filter of NetSuite takes
# Whether a search finds a new record at once is UNVERIFIED: so long it is asked for again.
INDEXED = timedelta(hours=1)
NEVER = errors.PermissionMissing | errors.FeatureMissing | errors.Refused


class NetSuiteFulfillment(models.Model):
    """What NetSuite's screens call the fulfilment.

    NetSuite answers with an internal id only. The number is asked for afterwards, for many
    shipments at once: no shipment waits for it, and none costs a call of its own.
    """

    _inherit = "netsuite.fulfillment"

    number = fields.Char(
        "Item Fulfilment",
        readonly=True,
        index="btree_not_null",
        help="Its number in NetSuite. Odoo learns it with the import that follows the report.",
    )
    number_due = fields.Boolean(readonly=True)

    _number_due_index = models.Index("(backend_id) WHERE number_due IS TRUE")

    def write(self, vals):
        """Another fulfilment has another number."""
        if "internal_id" in vals:
            internal_id = vals["internal_id"] or False
            other = self.filtered(lambda row: row.internal_id != internal_id)
            super(NetSuiteFulfillment, other).write(
                {"number": False, "number_due": bool(internal_id)}
            )
        return super().write(vals)

    def _ask_no_more(self):
        """NetSuite does not tell the numbers of these: leave it, but of what is new."""
        settled = fields.Datetime.now() - INDEXED
        self.filtered(lambda row: row.reported_date < settled).number_due = False


class NetSuiteBackend(models.Model):
    """Learning the numbers of fulfilments, behind everything else."""

    _inherit = "netsuite.backend"

    def _plan_import(self):
        result = super()._plan_import()
        self._enqueue_numbers()
        return result

    def _numberless(self, limit):
        """Reported shipments whose fulfilment has no number in Odoo yet."""
        # sudo: only the connector writes its rows
        rows = self.env["netsuite.fulfillment"].sudo()
        return rows.search(
            [("backend_id", "=", self.id), ("number_due", "=", True), ("state", "=", "done")],
            order="id",
            limit=limit,
        )

    def _enqueue_numbers(self):
        first = self._numberless(1)
        if first:
            self.with_company(self.company_id).with_delay(
                priority=BEHIND,
                identity_key=f"netsuite-numbers-{self.id}-{first.id}",
                description=self.env._("NetSuite: read numbers of fulfilments (%s)", self.name),
            )._job_numbers()

    def _job_numbers(self):
        """Learn the numbers of some fulfilments; another job takes the next ones."""
        self = self.sudo()  # sudo: whoever asked, the import works for the whole company
        if reason := self._not_connected():
            return reason
        rows = self._numberless(MOST)
        if not rows:
            return self.env._("All numbers are known.")
        try:
            with (
                self._netsuite_job(),
                self._connect(self.env._("read numbers of fulfilments")) as client,
            ):
                numbers = _numbers(client, tuple(dict.fromkeys(rows.mapped("internal_id"))))
        except errors.NetSuiteError as error:
            if isinstance(error, NEVER):
                rows._ask_no_more()
            return self._explain(error)
        known = rows.filtered(lambda row: row.internal_id in numbers)
        for internal_id, some in known.grouped("internal_id").items():
            some.write({"number": numbers[internal_id], "number_due": False})
        (rows - known)._ask_no_more()
        if known and len(rows) == MOST:
            self._enqueue_numbers()
        return self.env._("%s numbers read.", len(known))


def _numbers(client, internal_ids):
    """The numbers of item fulfilments, by internal id; without those that are not found."""
    query = Query(ITEM_FULFILLMENT, internal_ids=internal_ids)
    numbers, cursor = {}, ""
    while True:
        page = client.find(query, cursor)
        numbers.update({one.internal_id: one.tran_id for one in page.headers if one.tran_id})
        cursor = page.cursor
        if not cursor:
            return numbers
