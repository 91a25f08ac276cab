from datetime import timedelta

import psycopg2
from odoo import fields, models
from odoo.addons.queue_job.exception import RetryableJobError

from ..netsuite import errors
from .netsuite_backend_connection import by_chance, in_own_transaction, run_after_rollback
from .netsuite_fulfillment import MAX_TRIES, RETRY_AFTER

JOB = "<netsuite.fulfillment>._job_report"
SHORT_WAIT = 10  # seconds: shorter ones, for a place among the connections, are no news


class Finding(errors.Refused):
    """What Odoo found out itself, in words that say what to do.

    :param candidates: fulfilments of NetSuite, one of which may be this shipment
    :param retry: does the scheduled action take it up again?
    """

    def __init__(self, message, candidates=(), retry=True):
        super().__init__(message)
        self.candidates = candidates
        self.retry = retry


class NetSuiteFulfillment(models.Model):
    """The job that reports a shipment: one at a time for a document, and what becomes of errors.

    A refusal ends the job normally with the row failed. Trouble that passes by itself undoes the
    job's transaction and runs it again; what a person must see of it is written after that.
    """

    _inherit = "netsuite.fulfillment"

    def _job_report(self):
        """Report one shipment: look whether NetSuite has it, write, keep the answer."""
        self.ensure_one()
        # sudo: the warehouse person who shipped needs no rights on write-backs
        row = self.sudo().exists()
        if not row or row.state != "pending":
            return self.env._("Nothing to report.")
        backend = row.backend_id
        if reason := backend._not_connected():
            row.message = reason
            return reason
        row._lock_document()
        purpose = self.env._("report %s", row.picking_id.name)
        try:
            with backend._netsuite_job(), backend._connect(purpose) as client:
                row._report(client)
            self.env.flush_all()
        except RetryableJobError as error:
            row._postponed(error)
        except errors.NetSuiteError as error:
            row._refused(error)
        except psycopg2.OperationalError:
            raise  # someone else was changing the row: the job layer runs the job again
        except Exception as error:
            run_after_rollback(row, "_broke", str(error))
            raise
        return row.message

    def _lock_document(self):
        """One write-back a document at a time; a lock that does not stand in the way of people who
        change the delivery meanwhile.

        What a job sees is as old as the beginning of its transaction. So it never waits for the
        lock: it begins anew, and also when another has had the lock since then.
        """
        if not self._try_lock_document() or self._is_outdated():
            raise RetryableJobError(
                self.env._("%s is being reported already.", self.transaction_id.tran_id),
                seconds=by_chance(1, 3),
                ignore_retry=True,
            )

    def _is_outdated(self):
        """Have write-backs of the document changed since this transaction began?"""
        query = """
            SELECT id, xmin::text FROM netsuite_fulfillment WHERE transaction_id = %s ORDER BY id
        """
        seen = []
        self.env.cr.execute(query, (self.transaction_id.id,))
        seen.append(self.env.cr.fetchall())
        with self.env.registry.cursor() as cr:
            cr.execute(query, (self.transaction_id.id,))
            seen.append(cr.fetchall())
        return seen[0] != seen[1]

    def _try_lock_document(self):
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('netsuite.transaction'), %s)",
            (self.transaction_id.id,),
        )
        return self.env.cr.fetchone()[0]

    # -- trouble that passes -------------------------------------------------------------------

    def _postponed(self, error):
        """Run the job again later, or give up for now after many tries.

        :raises RetryableJobError: always, unless it gives up
        """
        message = str(error)
        if error.ignore_retry:
            if error.seconds > SHORT_WAIT:
                run_after_rollback(self, "_waits", message, error.seconds)
            raise error
        if self.attempts + 1 >= MAX_TRIES:
            self._failed(message)
            return
        seconds = self._retry_seconds(self.attempts + 1)
        run_after_rollback(self, "_tried_in_vain", message, seconds)
        raise RetryableJobError(message, seconds=seconds) from error

    def _retry_seconds(self, tries):
        """Seconds until the next try, by the retry pattern of the job function."""
        # sudo: the queue is not for everyone
        pattern = self.env["queue.job.function"].sudo().job_config(JOB).retry_pattern
        due = [pattern[after] for after in sorted(pattern) if after <= tries]
        seconds = due[-1] if due else RETRY_AFTER.seconds
        return seconds if isinstance(seconds, int) else by_chance(*seconds)

    def _waits(self, message, seconds):
        """Every job of the backend waits; that is no try."""
        self.filtered(_is_pending).write({"message": message, "next_try": _in(seconds)})

    def _tried_in_vain(self, message, seconds):
        """Remember a try that will be repeated."""
        self.filtered(_is_pending).write(
            {"message": message, "attempts": self.attempts + 1, "next_try": _in(seconds)}
        )

    # -- trouble that stays --------------------------------------------------------------------

    def _refused(self, error):
        """NetSuite said no, or Odoo found that it would: a person must act."""
        if isinstance(error, Finding):
            self._failed(str(error), error.candidates, error.retry)
        else:
            self._failed(self.backend_id._explain(error))

    def _broke(self, message):
        """A mistake of ours: show it where people look."""
        self._failed(
            self.env._(
                "The write-back failed in Odoo: %s. The job queue has the details.",
                message.strip().rstrip("."),
            )
        )

    def _failed(self, message, candidates=(), retry=True):
        if self.message != message:
            self._log(self.env._("NetSuite write-back failed: %s", message))
        self.write(
            {
                "state": "failed",
                "message": message,
                "candidates": list(candidates),
                "attempts": self.attempts + 1,
                "next_try": retry and fields.Datetime.now() + RETRY_AFTER,
            }
        )
        self._raise_activity(message)
        self._rest_follows()

    # -- success -------------------------------------------------------------------------------

    def _reported(self, internal_id, message):
        """NetSuite knows this shipment."""
        self.write(
            {
                "state": "cancelled" if self.picking_id.state == "cancel" else "done",
                "internal_id": internal_id,
                "reported_numbers": self.tracking_numbers,
                "message": message,
                "candidates": False,
                "attempts": 0,
                "next_try": False,
                "reported_date": fields.Datetime.now(),
            }
        )
        self._clear_activity()
        self._rest_follows()
        numbers = self.tracking_numbers or self.env._("no tracking number")
        self._log(
            self.env._("NetSuite: %(message)s (%(numbers)s)", message=message, numbers=numbers)
        )

    def _rest_follows(self):
        """What was begun did not follow NetSuite; the rest, which nobody has begun, does so with
        the next import."""
        documents = self.filtered("picking_id.backorder_ids").transaction_id
        if documents:
            in_own_transaction(documents, "write", {"to_build": True})


def _is_pending(row):
    return row.state == "pending"


def _in(seconds):
    return fields.Datetime.now() + timedelta(seconds=seconds)
