import logging
import time
import uuid
import zlib
from contextlib import contextmanager

import psycopg2
from odoo import fields, models
from odoo.sql_db import db_connect

_logger = logging.getLogger(__name__)

POLL = 0.05  # seconds between two tries to get a place
GRACE = 60  # seconds that NetSuite may go on with the request of a process that died


class Taken(Exception):
    """No place became free in time."""

    def __init__(self, holder, free_in):
        super().__init__(holder)
        self.holder = holder  # what it is used for, or empty
        self.free_in = free_in  # seconds until a dead process' place is free, or 0


class NetSuitePlace(models.Model):
    """A connection to a NetSuite account that is in use, by whichever process on whichever host.

    Who holds a place holds an advisory lock of PostgreSQL too, which dies with its process. A row
    without its lock is therefore the place of a process that died in the middle of a call: NetSuite
    may still be working on that, so the place rests for a while before it is used again.
    """

    _name = "netsuite.place"
    _description = "NetSuite Connection in Use"
    _log_access = False

    account_id = fields.Char(required=True)
    number = fields.Integer(required=True)
    token = fields.Char(required=True, help="Who holds it.")
    purpose = fields.Char()
    free_at = fields.Datetime(help="When the place of a dead process is free again.")

    _unique_place = models.UniqueIndex("(account_id, number)")

    @contextmanager
    def _hold(self, account_id, count, purpose, wait):
        """Hold one of the account's ``count`` places for as long as the block lasts.

        Neither the lock nor the row is part of the caller's transaction, so the place is free
        again at the end of the block, whatever becomes of the work.

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
            try:
                yield
            finally:
                self._leave(token)
        finally:
            lock.close()

    def _take(self, lock, account_id, count, token, purpose):
        key = zlib.crc32(account_id.upper().encode()) & 0x7FFFFFFF
        for number in range(count):
            lock.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (key, number))
            if lock.fetchone()[0] and self._enter(account_id, number, token, purpose):
                return True
        return False

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
                   SET token = excluded.token, purpose = excluded.purpose, free_at = NULL
                """,
                (account_id, number, token, purpose),
            )
        return True

    def _leave(self, token):
        try:
            with self.env.registry.cursor() as cr:
                cr.execute("DELETE FROM netsuite_place WHERE token = %s", (token,))
        except psycopg2.Error:
            # The place then rests like that of a dead process; what came of the call matters more.
            _logger.warning("A NetSuite connection could not be given back", exc_info=True)

    def _holder(self, account_id):
        with self.env.registry.cursor() as cr:
            cr.execute(
                """
                SELECT purpose, EXTRACT(EPOCH FROM free_at - now() AT TIME ZONE 'UTC')
                  FROM netsuite_place WHERE account_id = %s ORDER BY number LIMIT 1
                """,
                (account_id,),
            )
            purpose, free_in = cr.fetchone() or ("", None)
        return purpose or "", max(0, float(free_in or 0))
