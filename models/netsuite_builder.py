import logging

from odoo import models
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.exceptions import UserError

from ..netsuite.shippable import BLOCKED
from .netsuite_backend_connection import by_chance

_logger = logging.getLogger(__name__)

SHIPPED = "_itemFulfillmentShipped"
# PostgreSQL's codes for a transaction that is broken as a whole: the job layer runs it again.
CONCURRENCY_CODES = ("40001", "40P01", "55P03")
UNIQUE_VIOLATION = "23505"


class Hold(Exception):
    """The document cannot become a delivery.

    :param reason: value of ``netsuite.transaction.hold_reason``
    :param message: why, and what to do
    """

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason


class Ignore(Exception):
    """Nothing of the document is to be shipped; the text says why."""


class NetSuiteBuilder(models.AbstractModel):
    """Makes deliveries of staged documents and keeps them in step, many documents at once.

    The steps are small methods to extend: lines become demands (``netsuite_builder_lines``),
    demands become deliveries (``netsuite_builder_deliveries``), later changes are taken over
    (``netsuite_builder_changes``). Odoo creates deliveries three times as fast in bulk; a document
    that cannot be built must not touch its neighbours, so a batch that fails is built in halves.
    """

    _name = "netsuite.builder"
    _description = "NetSuite Delivery Builder"

    def _build(self, rows):
        """Build the deliveries of these rows (``netsuite.transaction``), each in its company."""
        for backend, same in rows.grouped("backend_id").items():
            backend._renew_companies(same)
        for (backend, company), same in rows.grouped(
            lambda row: (row.backend_id, row.company_id)
        ).items():
            builder = self.with_company(company)
            builder._lock_account(backend)
            builder._build_batch(backend.with_company(company), same.with_company(company))

    def _lock_account(self, backend):
        """Build for one backend at a time where several share an account.

        They look at each other's deliveries: the second waits for the first and is then run again
        by the job layer, with the first one's deliveries before its eyes.
        """
        # sudo: the other backends may be another company's
        backends = backend.sudo()._same_account()
        if len(backends) > 1:
            self.env.cr.execute(
                "UPDATE netsuite_backend SET build_number = COALESCE(build_number, 0) + 1"
                " WHERE id = %s",
                (min(backends.ids),),
            )

    def _build_batch(self, backend, rows):
        try:
            with self.env.cr.savepoint():
                self._build_rows(backend, rows)
            return
        except Exception as error:
            if getattr(error, "pgcode", None) in CONCURRENCY_CODES:
                raise
            if _made_by_another(error):
                raise RetryableJobError(
                    self.env._("Another job was making the same customer or list entry."),
                    seconds=by_chance(1, 3),
                ) from error
            if len(rows) == 1:
                self._hold_failed(rows, error)
                return
        half = len(rows) // 2
        for some in (rows[:half], rows[half:]):
            self._build_batch(backend, some)

    def _hold_failed(self, row, error):
        if isinstance(error, Hold):
            row._hold(error.reason, str(error))
        elif isinstance(error, UserError):
            row._hold("odoo", str(error))
        else:
            _logger.error("Building %s failed", row.tran_id, exc_info=error)
            row._hold(
                "odoo",
                self.env._(
                    "Odoo could not make the delivery of %(document)s: %(error)s. The server log "
                    "has the details; build the document again when the cause is gone.",
                    document=row.tran_id,
                    error=str(error).strip().rstrip("."),
                ),
            )

    def _build_rows(self, backend, rows):
        records = {row: row._record() for row in rows}
        live = rows.filtered("live_picking_ids")
        self._follow_gone(
            backend, live.filtered(lambda row: self._gone(row, records[row])), records
        )
        wanted = {}
        for row, record in records.items():
            if gone := self._gone(row, record):
                if row not in live:
                    row._settle("cancelled", gone)
            elif row not in live and (reason := self._cancelled_here(row)):
                row._settle("cancelled", reason)
            else:
                wanted[row] = record
        demands = self._demands(backend, wanted, live)
        fresh = {row: lines for row, lines in demands.items() if row not in live}
        self._create_deliveries(backend, records, fresh)
        self.env["netsuite.transaction"].union(*fresh)._settle("imported")
        for row, lines in fresh.items():
            planned = self._planned_in_all(row)
            row.asked = {
                key: (quantity, planned.get(key, 0.0))
                for key, quantity in self._asked(row, lines).items()
            }
        for row in demands:
            if row in live:
                self._follow(backend, row, records[row], demands[row])

    def _gone(self, row, record):
        """Why nothing of the document is to be shipped any more, or nothing."""
        if record is None:
            return self.env._(
                "%s no longer exists in NetSuite, or the role may not see it.", row.tran_id
            )
        status = record.status or row.status.code
        chosen = row.backend_id.import_status_ids.mapped("code")
        if status == SHIPPED and status not in chosen:
            return self.env._("%s was shipped in NetSuite.", row.tran_id)
        if status in BLOCKED and status not in chosen:
            return self.env._(
                "%(document)s is %(status)s in NetSuite.",
                document=row.tran_id,
                status=row.status.name,
            )
        return ""

    def _cancelled_here(self, row):
        """A delivery that a person cancelled is not made again by itself."""
        cancelled = row.all_picking_ids.filtered("netsuite_taken_over")
        if not cancelled:
            return ""
        return self.env._(
            "%s was cancelled in Odoo. Build the document again to get a new delivery.",
            ", ".join(cancelled.mapped("name")),
        )


def _made_by_another(error):
    """Has a job beside this one made a row of ours meanwhile, which this transaction cannot see?"""
    table = getattr(getattr(error, "diag", None), "table_name", None) or ""
    return getattr(error, "pgcode", None) == UNIQUE_VIOLATION and table.startswith("netsuite_")
