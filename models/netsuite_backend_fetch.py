import logging
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html, split_every

from ..netsuite import errors
from ..netsuite.client import Found
from ..netsuite.payload import to_json
from ..netsuite.records import INVOICE, SALES_ORDER, Query

_logger = logging.getLogger(__name__)

# Windows overlap: the clocks of NetSuite and Odoo differ, times have whole seconds and a search
# may run before a change is indexed [facts 4.4, 4.5].
OVERLAP = timedelta(minutes=10)
GRANULARITY = timedelta(minutes=2)
PAGES_A_JOB = 5
# Documents a job reads: one request over SOAP, where a full page takes long, a few over REST.
READ_SIZES = {"soap": 200, "rest": 1000}
BUILD_SIZE = 200  # documents a job builds
CHECK_SIZE = 1000  # documents a job asks for by their ids
MAX_PASSES = 5
SMALLEST_PAGE = 50
IMPORT_ACTIVITY = "connector_netsuite.activity_type_import"


def _is_newer(modified, known, read):
    """May the document have changed since it was read?

    NetSuite's times are cut to seconds or minutes: what was read soon after its last change may
    have changed once more under the same time [facts 4.5].
    """
    if not modified or not known or modified > known:
        return True
    return modified == known and (not read or read < modified + GRANULARITY)


def to_odoo(moment):
    """A time (aware, or None) as Odoo stores it: UTC, without zone, whole seconds."""
    return moment and moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


class NetSuiteBackend(models.Model):
    """Finding and reading documents: crons plan, jobs do.

    A search gives identities, which are staged at once; whole documents are read afterwards, and
    only those that are new or changed. Every job may run twice.
    """

    _inherit = "netsuite.backend"

    @api.model
    def _scheduled(self):
        """Which backends import by themselves: not before a person has finished their set-up."""
        return [("state", "=", "confirmed"), ("setup_step", "=", False)]

    @api.model
    def _cron_import(self):
        """Plan the import of every connected backend. One that fails does not stop the others."""
        for backend in self.search(self._scheduled()):
            try:
                with self.env.cr.savepoint():
                    backend._plan_import()
            except Exception:
                _logger.exception("Planning the import of %s failed", backend.name)

    def _plan_import(self):
        """Enqueue a search for changes, and what earlier runs left unfinished."""
        self.ensure_one()
        backend = self.with_company(self.company_id)
        backend.with_delay(
            identity_key=f"netsuite-find-{self.id}",
            description=self.env._("NetSuite: find changed documents (%s)", self.name),
        )._job_find()
        self.env["netsuite.item"]._match_waiting(backend)
        backend._enqueue_reads(backend._transactions([("to_read", "=", True)]))
        backend._enqueue_builds(
            backend._transactions([("to_build", "=", True), ("to_read", "=", False)])
        )

    @api.model
    def _cron_reconcile(self):
        """Compare Odoo with NetSuite as a whole, whatever the times of the changes say."""
        for backend in self.search(self._scheduled()):
            try:
                with self.env.cr.savepoint():
                    backend._plan_reconciliation()
            except Exception:
                _logger.exception("Planning the reconciliation of %s failed", backend.name)

    def _plan_reconciliation(self):
        """Find everything in the chosen statuses, and ask for every document still open here.

        The first finds what a window missed (a status that changed without a new date, say); the
        second what no search shows any more, because it was deleted or left the filters.
        """
        self.ensure_one()
        backend = self.with_company(self.company_id)
        backend.with_delay(
            identity_key=f"netsuite-reconcile-{self.id}",
            description=self.env._("NetSuite: find missing documents (%s)", self.name),
        )._job_find(whole=True)
        rows = backend._transactions(
            [
                "|",
                ("state", "in", ("staged", "held")),
                ("all_picking_ids.state", "not in", ("done", "cancel")),
            ]
        )
        for ids in split_every(CHECK_SIZE, rows.ids):
            backend.with_delay(
                identity_key=f"netsuite-check-{self.id}-{ids[0]}-{ids[-1]}-{len(ids)}",
                description=self.env._("NetSuite: check documents (%s)", self.name),
            )._job_check(list(ids))

    def _transactions(self, domain):
        return self.env["netsuite.transaction"].search([("backend_id", "=", self.id), *domain])

    @contextmanager
    def _import_job(self, purpose):
        """A client for a job of the import.

        :raises RetryableJobError: the job runs again later
        :raises NetSuiteError: somebody must act: see :meth:`_import_refused`
        """
        with self._netsuite_job(), self._connect(purpose) as client:
            yield client
        if self.last_error or self.pauses or self.login_failures or self.paused_until:
            self._forget_trouble()  # in this transaction: it may write the same row
        self.activity_unlink([IMPORT_ACTIVITY])

    def _import_refused(self, error):
        """NetSuite will say the same again: show it, once, where people look.

        :returns: the sentence, as the job's result
        """
        message = self._explain(error)
        self.last_error = message
        known = self.activity_search([IMPORT_ACTIVITY])
        if known:
            known.note = plaintext2html(message)
        else:
            self.activity_schedule(
                IMPORT_ACTIVITY,
                summary=self.env._("NetSuite does not let Odoo import"),
                note=plaintext2html(message),
                user_id=self._responsible_user().id,
            )
        return message

    # -- find ------------------------------------------------------------------------------

    def _job_find(self, start=None, stop=None, left=False, cursor="", seen=None, whole=False):
        """Stage the identities of the documents that changed in a window.

        Two searches: documents in the chosen statuses, then (``left``) known documents that have
        left these statuses. Without arguments the window is the next one; with them the job goes
        on where the one before stopped. The window's end becomes the cursor only when both
        searches are read to their end.

        :param start: time (UTC, as Odoo writes it) or None for no lower bound
        :param stop: time (UTC, as Odoo writes it)
        :param seen: what the passes over the current search found so far
        :param whole: the window reaches back as far as the import does; the second search, which
            would then go through all that was ever shipped, is left out
        """
        self = self.sudo()  # sudo: whoever asked, the import works for the whole company
        if reason := self._not_connected():
            return reason
        window = self._parse_window(start, stop) if stop else self._next_window(whole)
        search = _Search(left, cursor, seen)
        try:
            with self._import_job(self.env._("find documents")) as client:
                for _page in range(PAGES_A_JOB):
                    self._find_page(client, window, search)
                    if search.done and (search.left or whole):
                        break
                    if search.done:
                        search = _Search(left=True)
        except errors.NetSuiteError as error:
            return self._import_refused(error)
        if search.done:
            if not whole:
                self.import_cursor = window[1]
            return self.env._("Everything up to %s UTC is known.", window[1])
        self.with_delay(
            description=self.env._("NetSuite: find changed documents (%s)", self.name),
        )._job_find(
            start=window[0] and fields.Datetime.to_string(window[0]),
            stop=fields.Datetime.to_string(window[1]),
            left=search.left,
            cursor=search.cursor,
            seen=search.seen,
            whole=whole,
        )
        return self.env._("To be continued.")

    def _job_check(self, ids):
        """Ask NetSuite for known documents by their ids; read those that differ or are gone.

        :param ids: ids of ``netsuite.transaction``
        """
        self = self.sudo()  # sudo: whoever asked, the import works for the whole company
        if reason := self._not_connected():
            return reason
        rows = self.env["netsuite.transaction"].browse(ids).exists()
        by_type = rows.grouped("import_type")
        changed = rows.browse()
        try:
            with self._import_job(self.env._("check documents")) as client:
                for import_type, same_type in by_type.items():
                    changed += self._check_rows(client, import_type, same_type)
        except errors.NetSuiteError as error:
            return self._import_refused(error)
        changed.write({"to_read": True})
        self._enqueue_reads(changed)
        return self.env._(
            "%(changed)s of %(all)s documents differ.", changed=len(changed), all=len(rows)
        )

    def _check_rows(self, client, import_type, rows):
        query = Query(type=import_type, internal_ids=tuple(rows.mapped("internal_id")))
        found, cursor = {}, ""
        while True:
            page = client.find(query, cursor)
            found.update((header.internal_id, header) for header in page.headers)
            cursor = page.cursor
            if not cursor:
                break
        return rows.filtered(lambda row: self._differs(row, found.get(row.internal_id)))

    def _differs(self, row, header):
        if header is None:
            return True
        if header.status and header.status != row.status.code:
            return True
        modified = to_odoo(header.last_modified)
        return bool(modified and _is_newer(modified, row.last_modified, row.read_date))

    def _find_page(self, client, window, search):
        client.page_size = search.seen.get("page_size") or client.page_size
        try:
            page = client.find(self._query(window, search.left), search.cursor)
        except (errors.SearchExpired, errors.SearchTooLarge) as error:
            if search.seen["passes"] >= MAX_PASSES:
                raise
            if isinstance(error, errors.SearchTooLarge):
                search.seen["page_size"] = max(SMALLEST_PAGE, client.page_size // 2)
            search.restart()
            return
        staged = self._stage(page.headers, known_only=search.left)
        search.page_read(page, len(staged))
        self._enqueue_reads(staged)

    def _parse_window(self, start, stop):
        return fields.Datetime.to_datetime(start), fields.Datetime.to_datetime(stop)

    def _next_window(self, whole=False):
        stop = fields.Datetime.now()
        start = self.import_cursor and not whole and self.import_cursor - OVERLAP
        if self.import_since and (not start or start < self.import_since):
            start = self.import_since
        return start or None, stop

    def _query(self, window, left=False):
        """What to ask NetSuite for; override to narrow it.

        :param left: the known documents that have left what is imported: a filter they no longer
            meet must not hide them
        """
        start, stop = window
        query = Query(
            type=self.import_type,
            statuses=tuple(self.import_status_ids.mapped("code")),
            other_statuses=left,
            modified_from=start and start.replace(tzinfo=UTC),
            modified_to=stop.replace(tzinfo=UTC),
        )
        return query if left else self._narrow(query)

    def _narrow(self, query):
        return replace(
            query,
            locations=tuple(self.location_ids.mapped("internal_id")),
            subsidiaries=tuple(self.subsidiary_ids.mapped("internal_id")),
            classes=tuple(self.class_ids.mapped("internal_id")),
            departments=tuple(self.department_ids.mapped("internal_id")),
            saved_search=self.saved_search or "",
        )

    def _stage(self, headers, known_only=False):
        """Rows for new or changed documents, marked to be read; the others stay as they are.

        :param known_only: make no new rows
        :returns: the rows to read
        """
        if not headers:
            return self.env["netsuite.transaction"]
        known = self._known_rows([header.internal_id for header in headers])
        statuses = self._status_ids()
        fresh, changed = [], {}
        for header in headers:
            status_id = statuses.get(header.status or self._only_status(known_only))
            modified = to_odoo(header.last_modified)
            row = known.get(header.internal_id)
            if row is None:
                if not known_only:
                    fresh.append((header.internal_id, header.tran_id, status_id))
                continue
            row_id, row_modified, row_read, row_status_id = row
            if _is_newer(modified, row_modified, row_read) or (
                status_id and status_id != row_status_id
            ):
                changed.setdefault(status_id or row_status_id, []).append(row_id)
        rows = self.env["netsuite.transaction"].browse(self._insert_rows(fresh))
        for status_id, ids in changed.items():
            same_status = rows.browse(ids)
            same_status.write({"to_read": True, "status": status_id})
            rows += same_status
        return rows

    def _only_status(self, left):
        """The status of a hit whose row does not tell it, where the search leaves no doubt."""
        codes = self.import_status_ids.mapped("code")
        return codes[0] if len(codes) == 1 and not left else ""

    def _status_ids(self):
        statuses = self.env["netsuite.transaction.status"].search(
            [("import_type", "=", self.import_type)]
        )
        return {status.code: status.id for status in statuses}

    def _known_rows(self, internal_ids):
        """Id, last change, time of reading and status of these documents, by internal id."""
        self.env["netsuite.transaction"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT internal_id, id, last_modified, read_date, status FROM netsuite_transaction
                 WHERE backend_id = %s AND import_type = %s AND internal_id = ANY(%s)
                """,
                self.id,
                self.import_type,
                list(internal_ids),
            )
        )
        return {internal_id: row for internal_id, *row in self.env.cr.fetchall()}

    def _insert_rows(self, documents):
        # The unique index is the last guard: a row that another process made is left to it.
        ids = []
        delay = timedelta(minutes=self.import_delay)
        not_before = fields.Datetime.now() + delay if delay else None
        for chunk in split_every(1000, documents):
            rows = [
                SQL(
                    "(%s, %s, %s, %s, %s, %s, 'staged', true, false, %s, %s,"
                    " now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')",
                    self.id,
                    self.company_id.id,
                    self.import_type,
                    internal_id,
                    tran_id or internal_id,
                    status_id,
                    not_before,
                    self.env.uid,
                    self.env.uid,
                )
                for internal_id, tran_id, status_id in chunk
            ]
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO netsuite_transaction
                        (backend_id, company_id, import_type, internal_id, tran_id, status, state,
                         to_read, to_build, not_before,
                         create_uid, create_date, write_uid, write_date)
                    VALUES %s
                    ON CONFLICT (backend_id, import_type, internal_id) DO NOTHING
                    RETURNING id
                    """,
                    SQL(", ").join(rows),
                )
            )
            ids += [row_id for (row_id,) in self.env.cr.fetchall()]
        return ids

    # -- read ------------------------------------------------------------------------------

    def _enqueue_reads(self, rows):
        now = fields.Datetime.now()
        due = rows.filtered(lambda row: not row.not_before or row.not_before <= now)
        for ids in split_every(READ_SIZES[self.api], due.ids):
            self.with_delay(
                identity_key=f"netsuite-read-{self.id}-{ids[0]}-{ids[-1]}-{len(ids)}",
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
        read_date = fields.Datetime.now()
        try:
            with self._import_job(self.env._("read documents")) as client:
                self._read_rows(client, rows)
        except errors.NetSuiteError as error:
            return self._import_refused(error)
        rows.read_date = read_date
        self._enqueue_builds(rows.filtered("to_build"))
        return self.env._("%s documents read.", len(rows))

    def _read_rows(self, client, rows):
        by_type = rows.grouped("import_type")
        for import_type, same_type in by_type.items():
            for ids in split_every(client.read_size, same_type.ids):
                chunk = rows.browse(ids)
                found = client.read(import_type, chunk.mapped("internal_id"))
                records = list(found.records.values())
                orders = self._read_orders(client, records)
                self.env["netsuite.item"]._ensure_known(self, client, records)
                self.env["netsuite.unit"]._ensure_known(self, client, records)
                everything = [*records, *orders.records.values()]
                chunk._store_read(found, orders, self._read_fulfillments(client, everything))
                self._note_names(records)
                self.field_mapping_ids._note_samples(records)

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
        """Let classes and departments that documents name appear among the filters."""
        classification = self.env["netsuite.classification"]
        classification._by_ref(self, [record.class_ for record in records], kind="class")
        classification._by_ref(self, [record.department for record in records], kind="department")

    # -- build -----------------------------------------------------------------------------

    def _enqueue_builds(self, rows):
        for ids in split_every(BUILD_SIZE, rows.ids):
            self.with_delay(
                identity_key=f"netsuite-build-{self.id}-{ids[0]}-{ids[-1]}-{len(ids)}",
                description=self.env._("NetSuite: build deliveries (%s)", self.name),
            )._job_build(list(ids))

    def _job_build(self, ids):
        """Make or change the deliveries of staged documents; calls nobody.

        :param ids: ids of ``netsuite.transaction``
        """
        # sudo: whoever asked, the import works for the whole company
        rows = self.sudo().env["netsuite.transaction"].browse(ids).exists()
        rows = rows.try_lock_for_update().filtered("to_build")
        if not rows:
            return self.env._("Nothing to build.")
        self.env["netsuite.builder"]._build(rows)
        return self.env._("%s documents built.", len(rows))


class _Search:
    """Where a search over several pages stands.

    Pages shift while they are read when documents change meanwhile [facts 4.4]. NetSuite's count
    then differs from page to page; the search is read again until a pass shows nothing new.
    """

    def __init__(self, left=False, cursor="", seen=None):
        self.left = left
        self.cursor = cursor
        self.done = False
        self.seen = seen or {"total": None, "shifted": False, "staged": 0, "passes": 0}

    def page_read(self, page, staged):
        seen = self.seen
        if seen["total"] not in (None, page.total):
            seen["shifted"] = True
        seen["total"] = page.total
        seen["staged"] += staged
        self.cursor = page.cursor
        if self.cursor:
            return
        again = seen["shifted"] and seen["staged"] and seen["passes"] < MAX_PASSES
        if again:
            self.restart()
        else:
            self.done = True

    def restart(self):
        """From the first page again: what was staged already is not staged twice."""
        self.cursor = ""
        again = {"total": None, "shifted": False, "staged": 0, "passes": self.seen["passes"] + 1}
        self.seen = {**self.seen, **again}
