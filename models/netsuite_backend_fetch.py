import logging
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import compress

from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html, split_every

from ..netsuite import errors
from ..netsuite.records import INVOICE, SALES_ORDER, Query
from .netsuite_backend_import import SCOPE_FIELDS
from .netsuite_transaction_status import IMPORT_TYPES

_logger = logging.getLogger(__name__)

# Windows overlap: the clocks of NetSuite and Odoo differ, times have whole seconds [facts 4.5], and
# whether a search finds a change at once is UNVERIFIED.
OVERLAP = timedelta(minutes=10)
GRANULARITY = timedelta(minutes=2)
PAGES_A_JOB = 5
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


# What a search is for.
CHOSEN = "chosen"  # documents in the chosen statuses and filters
KNOWN = "known"  # documents known here, whatever has become of them
ORDERS = "orders"  # orders of invoices that are still to be shipped


class NetSuiteBackend(models.Model):
    """Finding documents: crons plan, jobs do.

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
                    backend._in_responsible_language()._plan_import()
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
        backend._wake_duplicates()
        unread = backend._transactions([("to_read", "=", True)])
        backend._enqueue_reads(backend._without_job(unread, "_job_read"))
        unbuilt = backend._transactions([("to_build", "=", True), ("to_read", "=", False)])
        backend._enqueue_builds(backend._without_job(unbuilt, "_job_build"))

    @api.model
    def _cron_reconcile(self):
        """Compare Odoo with NetSuite as a whole, whatever the times of the changes say."""
        for backend in self.search(self._scheduled()):
            try:
                with self.env.cr.savepoint():
                    backend._in_responsible_language()._plan_reconciliation()
            except Exception:
                _logger.exception("Planning the reconciliation of %s failed", backend.name)

    def _plan_reconciliation(self):
        """Find everything in the chosen statuses, and read again every document still open here.

        The first finds what a window missed (a status that changed without a new date, say). The
        second finds what changes neither, such as a fulfilment that somebody has picked or stock
        that was committed, and what no search shows any more because it was deleted. What says
        nothing new is not built.
        """
        self.ensure_one()
        backend = self.with_company(self.company_id)
        backend.with_delay(
            identity_key=f"netsuite-reconcile-{self.id}",
            description=self.env._("NetSuite: find missing documents (%s)", self.name),
        )._job_find(whole=True)
        statuses = self.import_status_ids.ids
        # One by one: all in one domain would read every document that was ever shipped.
        rows = (
            backend._transactions([("state", "in", ("staged", "held"))])
            | backend._transactions([("all_picking_ids.state", "not in", ("done", "cancel"))])
            | backend._transactions([("state", "=", "ignored"), ("status", "in", statuses)])
        )
        rows.write({"to_read": True})
        # The rest of what was begun when its document changed follows, too.
        rows.filtered(lambda row: row._open_pickings().backorder_id).to_build = True
        backend._enqueue_reads(backend._without_job(rows, "_job_read"))

    def _wake_duplicates(self):
        """Build documents again that were held because another delivery shipped their goods, once
        it does no longer."""
        held = self._transactions(
            [("state", "=", "held"), ("hold_reason", "=", "duplicate"), ("to_read", "=", False)]
        )
        elsewhere = self.env["netsuite.builder"]._elsewhere(held)
        held.filtered(lambda row: not elsewhere[row])._rebuild()

    def _transactions(self, domain):
        # sudo: only the connector writes its rows
        documents = self.env["netsuite.transaction"].sudo()
        return documents.search([("backend_id", "=", self.id), *domain])

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

    def _job_find(
        self, start=None, stop=None, cursor="", seen=None, whole=False, searches=None, scope=None
    ):
        """Stage the identities of the documents that changed in a window.

        Without arguments the window is the next one; with them the job goes on where the one
        before stopped. The window's end becomes the cursor only when all searches are read to
        their end, and nobody has changed meanwhile what is to be imported.

        :param start: time (UTC, as Odoo writes it) or None for no lower bound
        :param stop: time (UTC, as Odoo writes it)
        :param seen: what the passes over the current search found so far
        :param whole: the window reaches back as far as the import does; then only for documents to
            import, since known ones would be all that was ever shipped
        :param searches: which ones are left: pairs of document type and purpose
        :param scope: what was to be imported when the first search began
        """
        self = self.sudo()  # sudo: whoever asked, the import works for the whole company
        if reason := self._not_connected():
            return reason
        window = self._parse_window(start, stop) if stop else self._next_window(whole)
        search = _Search(searches or self._searches(whole), cursor, seen)
        scope = scope or self._scope()
        try:
            with self._import_job(self.env._("find documents")) as client:
                for _page in range(PAGES_A_JOB):
                    self._find_page(client, window, search)
                    if search.done:
                        break
        except errors.NetSuiteError as error:
            return self._import_refused(error)
        if search.done:
            if not whole and scope == self._scope():
                self.import_cursor = window[1]
            return self.env._("Everything up to %s UTC is known.", window[1])
        self.with_delay(
            description=self.env._("NetSuite: find changed documents (%s)", self.name),
        )._job_find(
            start=window[0] and fields.Datetime.to_string(window[0]),
            stop=fields.Datetime.to_string(window[1]),
            cursor=search.cursor,
            seen=search.seen,
            whole=whole,
            searches=search.searches,
            scope=scope,
        )
        return self.env._("To be continued.")

    def _searches(self, whole):
        """What to search for: pairs of document type and purpose."""
        if whole:
            return [[self.import_type, CHOSEN]]
        searches = [[self.import_type, CHOSEN], [self.import_type, KNOWN]]
        open_types = self._open_types()
        searches += [[one, KNOWN] for one in sorted(open_types - {self.import_type})]
        if INVOICE in open_types:
            searches.append([SALES_ORDER, ORDERS])
        return searches

    def _open_types(self):
        """Document types, earlier ones of this backend too, of which deliveries are open."""
        self.env["stock.picking"].flush_model(["netsuite_transaction_id", "state"])
        self.env["netsuite.transaction"].flush_model(["backend_id", "import_type"])
        types = [name for name, _text in IMPORT_TYPES]
        # Asked one by one, so that PostgreSQL knows how rare a type is, and ends at the first.
        self.env.cr.execute(
            SQL("SELECT %s", SQL(", ").join(self._sql_has_open(one) for one in types))
        )
        return set(compress(types, self.env.cr.fetchone()))

    def _sql_has_open(self, import_type):
        return SQL(
            """
            EXISTS (
                SELECT
                  FROM stock_picking AS picking
                  JOIN netsuite_transaction AS document
                    ON document.id = picking.netsuite_transaction_id
                 WHERE picking.netsuite_transaction_id IS NOT NULL
                   AND picking.state NOT IN ('done', 'cancel')
                   AND document.backend_id = %s
                   AND document.import_type = %s
            )
            """,
            self.id,
            import_type,
        )

    def _scope(self):
        """What is to be imported, as text: to notice that it was changed."""
        return repr([self[name] or False for name in sorted(SCOPE_FIELDS)])

    def _find_page(self, client, window, search):
        client.page_size = search.seen.get("page_size") or client.page_size
        try:
            page = client.find(self._search_query(window, *search.current), search.cursor)
        except (errors.SearchExpired, errors.SearchTooLarge) as error:
            if search.seen["passes"] >= MAX_PASSES:
                raise
            if isinstance(error, errors.SearchTooLarge):
                search.seen["page_size"] = max(SMALLEST_PAGE, client.page_size // 2)
            search.restart()
            return
        staged = self._stage_found(page.headers, *search.current)
        search.page_read(page, len(staged))
        # What windows share, or passes over a search, is found again while it waits to be read.
        self._enqueue_reads(self._without_job(staged, "_job_read"))

    def _search_query(self, window, import_type, purpose):
        query = self._query(window)
        if purpose == CHOSEN:
            return query
        statuses = query.statuses if purpose == KNOWN and not self._narrows() else ()
        return Query(
            type=import_type,
            statuses=statuses if import_type == self.import_type else (),
            other_statuses=bool(statuses) and import_type == self.import_type,
            modified_from=query.modified_from,
            modified_to=query.modified_to,
        )

    def _stage_found(self, headers, import_type, purpose):
        if purpose != ORDERS:
            return self._stage(headers, import_type, known_only=purpose == KNOWN)
        rows = self._transactions(
            [
                ("import_type", "=", INVOICE),
                ("order_id", "in", [header.internal_id for header in headers]),
                ("all_picking_ids.state", "not in", ("done", "cancel")),
            ]
        )
        rows.write({"to_read": True})
        return rows

    def _parse_window(self, start, stop):
        return fields.Datetime.to_datetime(start), fields.Datetime.to_datetime(stop)

    def _next_window(self, whole=False):
        stop = fields.Datetime.now()
        start = self.import_cursor and not whole and self.import_cursor - OVERLAP
        if self.import_since and (not start or start < self.import_since):
            start = self.import_since
        return start or None, stop

    def _query(self, window):
        """What to import; override to narrow it."""
        start, stop = window
        return self._narrow(
            Query(
                type=self.import_type,
                statuses=tuple(self.import_status_ids.mapped("code")),
                modified_from=start and start.replace(tzinfo=UTC),
                modified_to=stop.replace(tzinfo=UTC),
            )
        )

    def _narrows(self):
        """Is there a filter that a known document may have left?"""
        return bool(
            self.location_ids
            or self.subsidiary_ids
            or self.class_ids
            or self.department_ids
            or self.saved_search
        )

    def _narrow(self, query):
        return replace(
            query,
            locations=tuple(self.location_ids.mapped("internal_id")),
            subsidiaries=tuple(self.subsidiary_ids.mapped("internal_id")),
            classes=tuple(self.class_ids.mapped("internal_id")),
            departments=tuple(self.department_ids.mapped("internal_id")),
            saved_search=self.saved_search or "",
        )

    def _stage(self, headers, import_type=None, known_only=False):
        """Rows for new or changed documents, marked to be read; the others stay as they are.

        :param known_only: make no new rows
        :returns: the rows to read
        """
        if not headers:
            return self.env["netsuite.transaction"]
        import_type = import_type or self.import_type
        known = self._known_rows(import_type, [header.internal_id for header in headers])
        statuses = self._status_ids(import_type)
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
            other = same_status.filtered(lambda row, status=status_id: row.status.id != status)
            other.write({"to_build": True})  # a new status counts, whatever the document says
            same_status.write({"to_read": True, "status": status_id})
            rows += same_status
        return rows

    def _only_status(self, known_only):
        """The status of a hit whose row does not tell it, where the search leaves no doubt."""
        codes = self.import_status_ids.mapped("code")
        return codes[0] if len(codes) == 1 and not known_only else ""

    def _status_ids(self, import_type):
        statuses = self.env["netsuite.transaction.status"].search(
            [("import_type", "=", import_type)]
        )
        return {status.code: status.id for status in statuses}

    def _known_rows(self, import_type, internal_ids):
        """Id, last change, time of reading and status of these documents, by internal id."""
        self.env["netsuite.transaction"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT internal_id, id, last_modified, read_date, status FROM netsuite_transaction
                 WHERE backend_id = %s AND import_type = %s AND internal_id = ANY(%s)
                """,
                self.id,
                import_type,
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


UNSEEN = {"total": None, "shifted": False, "staged": 0, "passes": 0}


class _Search:
    """Where the searches of a window stand, the current one over several pages.

    Pages shift while they are read when documents change meanwhile [facts 4.4]. NetSuite's count
    then differs from page to page; the search is read again until a pass shows nothing new.
    """

    def __init__(self, searches, cursor="", seen=None):
        self.searches = list(searches)
        self.cursor = cursor
        self.seen = seen or dict(UNSEEN)

    @property
    def done(self):
        return not self.searches

    @property
    def current(self):
        return self.searches[0]

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
            self.searches.pop(0)
            self.seen = {**UNSEEN, "page_size": seen.get("page_size")}

    def restart(self):
        """From the first page again: what was staged already is not staged twice."""
        self.cursor = ""
        self.seen = {**self.seen, **UNSEEN, "passes": self.seen["passes"] + 1}
