import logging

from odoo import fields, models
from odoo.addons.queue_job.job import ENQUEUED, PENDING, WAIT_DEPENDENCIES, identity_exact
from odoo.tools import split_every

from ..netsuite import errors
from ..netsuite.client import Found
from ..netsuite.payload import to_json
from ..netsuite.records import INVOICE, ITEM_FULFILLMENT, SALES_ORDER
from ..netsuite.shippable import item_ids

_logger = logging.getLogger(__name__)

# Documents a job reads; the connection is nobody else's meanwhile. One request over SOAP, where a
# full page takes long. A few over REST, but for an invoice without an order and for a fulfilment,
# which take one each.
READ_SIZES = {
    "soap": {SALES_ORDER: 200, INVOICE: 200, ITEM_FULFILLMENT: 200},
    "rest": {SALES_ORDER: 1000, INVOICE: 200, ITEM_FULFILLMENT: 50},
}
BUILD_SIZE = 200  # documents a job builds


class NetSuiteBackend(models.Model):
    """Reading whole documents, with what is needed to build deliveries of them, and building.

    A document is read once for many changes; every job may run twice.
    """

    _inherit = "netsuite.backend"

    def _without_job(self, rows, method):
        """Those of these documents that no waiting job has before it: a long import is not planned
        anew every few minutes. A job that runs, failed or died holds none back.

        :param method: name of the job's method, whose first argument is the documents' ids
        """
        if not rows:
            return rows
        # sudo: the queue is not for everyone
        waiting = (
            self.env["queue.job"]
            .sudo()
            .search_fetch(
                [
                    ("state", "in", (WAIT_DEPENDENCIES, PENDING, ENQUEUED)),
                    ("model_name", "=", self._name),
                    ("method_name", "=", method),
                ],
                ["args"],
            )
        )
        return rows.browse(set(rows.ids).difference(*(job.args[0] for job in waiting)))

    # -- read ------------------------------------------------------------------------------

    def _enqueue_reads(self, rows):
        self = self.sudo()  # sudo: people of a branch see its documents, but not the account
        now = fields.Datetime.now()
        due = rows.filtered(lambda row: not row.not_before or row.not_before <= now)
        for import_type, same_type in due.grouped("import_type").items():
            for ids in split_every(READ_SIZES[self.api][import_type], sorted(same_type.ids)):
                self.with_delay(
                    identity_key=identity_exact,
                    description=self.env._("NetSuite: read documents (%s)", self.name),
                )._job_read(list(ids))

    def _job_read(self, ids):
        """Read whole documents and what is needed to build deliveries, then enqueue the building.

        :param ids: ids of ``netsuite.transaction``
        """
        self = self.sudo()  # sudo: whoever asked, the import works for the whole company
        if reason := self._not_connected():
            return reason
        rows = self.env["netsuite.transaction"].browse(ids).exists()
        rows = rows.try_lock_for_update().filtered("to_read")
        if not rows:
            return self.env._("Nothing to read.")
        size = max(1, len(rows) >> 2 * self._tries_of_job())
        rows, rest = rows[:size], rows[size:]
        read_date = fields.Datetime.now()
        try:
            with self._import_job(self.env._("read documents")) as client:
                self._read_rows(client, rows)
        except errors.NetSuiteError as error:
            return self._import_refused(error)
        rows.read_date = read_date
        self._enqueue_builds(rows.filtered("to_build"))
        self._enqueue_reads(rest)
        return self.env._("%s documents read.", len(rows))

    def _tries_of_job(self):
        """How often the running job has failed: one that reads much needs many calls, so each try
        takes a quarter, and leaves the rest to another job."""
        # sudo: the queue is not for everyone
        jobs = self.env["queue.job"].sudo()
        return jobs.search([("uuid", "=", self.env.context.get("job_uuid"))]).retry or 0

    def _read_rows(self, client, rows):
        by_type = rows.grouped("import_type")
        for import_type, same_type in by_type.items():
            for ids in split_every(client.read_size, same_type.ids):
                chunk = rows.browse(ids)
                found = client.read(import_type, chunk.mapped("internal_id"))
                self._check_permitted(found)
                records = list(found.records.values())
                orders = self._read_orders(client, records)
                self._read_lists(client, records)
                everything = [*records, *orders.records.values()]
                chunk._store_read(found, orders, self._read_fulfillments(client, everything))
                self._note_names(records)
                self._find_products(chunk, found.records)
                self.field_mapping_ids._note_samples(records)

    def _check_permitted(self, found):
        """A role that may see no document at all is the account's trouble, not the documents'.

        :raises PermissionMissing: as NetSuite said
        """
        refused = list(found.errors.values())
        missing = [error for error in refused if isinstance(error, errors.PermissionMissing)]
        if refused and not found.records and missing == refused:
            raise refused[0]

    def _read_lists(self, client, records):
        """Items and units of these documents. Where the role may not read them, what is known
        already serves the neighbours; the builder holds the documents that need more."""
        try:
            self.env["netsuite.item"]._ensure_known(self, client, records)
        except errors.PermissionMissing as error:
            _logger.warning("Items of %s cannot be read: %s", self.name, error)
        self.env["netsuite.unit"]._ensure_known(self, client, records)

    def _read_orders(self, client, records):
        """The sales orders that invoices were made from: they tell what is still open."""
        ids = {
            record.created_from.id
            for record in records
            if record.type == INVOICE and record.created_from
        }
        return client.read(SALES_ORDER, sorted(ids)) if ids else Found()

    def _read_fulfillments(self, client, records):
        """Fulfilments of the orders that have some, by order: quantities on the order's own lines
        count only part of them [facts 5.3]."""
        orders = [record.internal_id for record in records if self._may_have_fulfillments(record)]
        found = {order_id: [] for order_id in orders}
        for fulfillment in client.fulfillments(orders, whole=False) if orders else ():
            found.setdefault(fulfillment.order_id, []).append(to_json(fulfillment))
        return found

    def _may_have_fulfillments(self, record):
        if record.type != SALES_ORDER:
            return False
        in_progress = record.status and record.status != "_salesOrderPendingFulfillment"
        return in_progress or any(
            line.quantity_fulfilled or line.quantity_picked or line.quantity_packed
            for line in record.lines
        )

    def _note_names(self, records):
        """Let what documents name appear in the lists: before jobs beside each other need it."""
        lines = [line for record in records for line in record.lines]
        locations = [one.location for one in (*records, *lines)]
        self.env["netsuite.location"]._by_ref(self, locations)
        self.env["netsuite.ship.method"]._by_ref(self, [one.ship_method for one in records])
        classification = self.env["netsuite.classification"]
        classification._by_ref(self, [record.class_ for record in records], kind="class")
        classification._by_ref(self, [record.department for record in records], kind="department")

    def _find_products(self, rows, records):
        """Match the items of these documents with products that are there: for the same reason."""
        for company, same in rows.grouped("company_id").items():
            items = self.env["netsuite.item"].with_company(company)
            documents = filter(None, map(records.get, same.mapped("internal_id")))
            known = items._known(self, set().union(*map(item_ids, documents)))
            items.union(*known.values())._match_existing()

    # -- build -----------------------------------------------------------------------------

    def _enqueue_builds(self, rows):
        self = self.sudo()  # sudo: as for reading
        for ids in split_every(BUILD_SIZE, sorted(rows.ids)):
            self.with_delay(
                identity_key=identity_exact,
                description=self.env._("NetSuite: build deliveries (%s)", self.name),
            )._job_build(list(ids))

    def _job_build(self, ids):
        """Make or change the deliveries of staged documents; calls nobody.

        :param ids: ids of ``netsuite.transaction``
        """
        self = self.sudo()  # sudo: whoever asked, the import works for the whole company
        rows = self.env["netsuite.transaction"].browse(ids).exists()
        rows = rows.try_lock_for_update().filtered("to_build")
        if not rows:
            return self.env._("Nothing to build.")
        self.env["netsuite.builder"]._build(rows)
        return self.env._("%s documents built.", len(rows))
