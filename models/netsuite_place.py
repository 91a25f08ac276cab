import logging
import time
import uuid
import zlib
from contextlib import contextmanager

import psycopg2
from odoo import fields, models
from odoo.sql_db import db_connect

from ..netsuite.errors import NoAnswer

_logger = logging.getLogger(__name__)

POLL = 0.05  # seconds between two tries to get a place
GRACE = 60  # seconds that NetSuite may go on with a request whose caller died or gave up
PROOF = 10 * POLL  # seconds that others may follow whom NetSuite has let in
GUARD = 1_000_000  # beside the numbers of places: the lock of those who enter


class Taken(Exception):
    """No place became free in time."""

    def __init__(self, holder, free_in):
        super().__init__(holder)
        self.holder = holder  # what it is used for, or empty
        self.free_in = free_in  # seconds until a dead process' place is free, or 0


class Held:
    """A place that is held; others may join it once NetSuite has taken its login."""

    def __init__(self, registry, token, count):
        self._registry = registry
        self._token = token
        self._proved = count == 1

    def prove(self):
        """NetSuite has taken the login."""
        if self._proved:
            return
        self._proved = True
        with self._registry.cursor() as cr:
            cr.execute(
                """
                UPDATE netsuite_place SET proved = TRUE, proved_at = now() AT TIME ZONE 'UTC'
                 WHERE token = %s
                """,
                (self._token,),
            )


class NetSuitePlace(models.Model):
    """A connection to a NetSuite account that is in use, by whichever process on whichever host.

    Who holds a place holds an advisory lock of PostgreSQL too, which dies with its process. A row
    without its lock is therefore the place of a process that died in the middle of a call: NetSuite
    may still be working on that, so the place rests for a while before it is used again. So it does
    after a call that got no answer in time.

    Each call is a login, and NetSuite locks a user after five refused ones. So after a quiet moment
    the first call goes alone; others join it as soon as NetSuite has let it in.
    """

    _name = "netsuite.place"
    _description = "NetSuite Connection in Use"
    _log_access = False

    account_id = fields.Char(required=True)
    number = fields.Integer(required=True)
    token = fields.Char(required=True, help="Who holds it.")
    purpose = fields.Char()
    free_at = fields.Datetime(help="When it is or was free again; empty while it is in use.")
    proved = fields.Boolean(help="NetSuite has taken the login of who holds it.")
    proved_at = fields.Datetime(help="When NetSuite took a login here.")

    _unique_place = models.UniqueIndex("(account_id, number)")

    @contextmanager
    def _hold(self, account_id, count, purpose, wait):
        """Hold one of the account's ``count`` places for as long as the block lasts.

        Neither the lock nor the row is part of the caller's transaction, so the place is free
        again at the end of the block, whatever becomes of the work. Yields a :class:`Held`.

        :param wait: seconds to wait for a place
        :raises Taken: none became free in time
        """
        token = uuid.uuid4().hex
        lock = db_connect(self.env.cr.dbname).cursor()
        try:
            deadline = time.monotonic() + wait
            while not self._take(lock, account_id, count, token, purpose):
                lock.rollback()
                if time.monotonic() >= deadline:
                    raise Taken(*self._holder(account_id))
                time.sleep(POLL)
            rest = 0
            try:
                yield Held(self.env.registry, token, count)
            except NoAnswer:
                rest = GRACE
                raise
            finally:
                self._leave(token, rest)
        finally:
            lock.close()

    def _take(self, lock, account_id, count, token, purpose):
        key = zlib.crc32(account_id.upper().encode()) & 0x7FFFFFFF
        lock.execute("SELECT pg_advisory_lock(%s, %s)", (key, GUARD))
        try:
            for number in range(count):
                lock.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (key, number))
                if not lock.fetchone()[0] or not self._may_join(account_id, number):
                    continue
                if self._enter(account_id, number, token, purpose):
                    return True
        finally:
            lock.execute("SELECT pg_advisory_unlock(%s, %s)", (key, GUARD))
        return False

    def _may_join(self, account_id, number):
        """Does nobody call the account now, or does NetSuite surely take the login?"""
        with self.env.registry.cursor() as cr:
            cr.execute(
                """
                SELECT NOT COALESCE(bool_or(free_at IS NULL), FALSE)
                       OR bool_or(free_at IS NULL AND proved)
                       OR bool_or(proved_at > now() AT TIME ZONE 'UTC' - %s * interval '1 second')
                  FROM netsuite_place WHERE account_id = %s AND number <> %s
                """,
                (PROOF, account_id, number),
            )
            return cr.fetchone()[0]

    def _enter(self, account_id, number, token, purpose):
        """Enter a row for a place whose lock is held; False while it rests."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                """
                SELECT free_at IS NULL, free_at <= now() AT TIME ZONE 'UTC'
                  FROM netsuite_place WHERE account_id = %s AND number = %s
                """,
                (account_id, number),
            )
            found = cr.fetchone()
            if found and found[0]:
                cr.execute(
                    """
                    UPDATE netsuite_place
                       SET free_at = now() AT TIME ZONE 'UTC' + %s * interval '1 second'
                     WHERE account_id = %s AND number = %s
                    """,
                    (GRACE, account_id, number),
                )
            if found and not found[1]:
                return False
            cr.execute(
                """
                INSERT INTO netsuite_place (account_id, number, token, purpose)
                VALUES (%s, %s, %s, %s)
                ON CONFLICT (account_id, number) DO UPDATE
                   SET token = excluded.token, purpose = excluded.purpose, free_at = NULL,
                       proved = FALSE
                """,
                (account_id, number, token, purpose),
            )
        return True

    def _leave(self, token, rest=0):
        """Give a place back, at once or after some seconds of rest."""
        try:
            with self.env.registry.cursor() as cr:
                cr.execute(
                    """
                    UPDATE netsuite_place
                       SET free_at = now() AT TIME ZONE 'UTC' + %s * interval '1 second',
                           proved_at = CASE WHEN proved THEN now() AT TIME ZONE 'UTC'
                                            ELSE proved_at END
                     WHERE token = %s
                    """,
                    (rest, token),
                )
        except psycopg2.Error:
            # The place then rests like that of a dead process; what came of the call matters more.
            _logger.warning("A NetSuite connection could not be given back", exc_info=True)

    def _holder(self, account_id):
        with self.env.registry.cursor() as cr:
            cr.execute(
                """
                SELECT purpose, EXTRACT(EPOCH FROM free_at - now() AT TIME ZONE 'UTC')
                  FROM netsuite_place
                 WHERE account_id = %s
                   AND (free_at IS NULL OR free_at > now() AT TIME ZONE 'UTC')
                 ORDER BY free_at IS NULL DESC, number LIMIT 1
                """,
                (account_id,),
            )
            purpose, free_in = cr.fetchone() or ("", None)
        return purpose or "", max(0, float(free_in or 0))
