import logging
import time
import uuid
import zlib
from contextlib import contextmanager, suppress

import psycopg2
from odoo import fields, models
from odoo.sql_db import db_connect
from odoo.tools import SQL

from ..netsuite.errors import NoAnswer

_logger = logging.getLogger(__name__)

POLL = 0.05  # seconds between two tries to get a place
GRACE = 60  # seconds that NetSuite may go on with a request whose caller died or gave up
PROOF = 10 * POLL  # seconds that others may follow whom NetSuite has let in
GUARD = 1_000_000  # beside the numbers of places: the lock of those who enter or call
# NetSuite locks a user after five refused logins, and each call is one. So no more calls than these
# are in flight whose login NetSuite may still refuse: those that began a moment ago.
UNSETTLED = 3
SETTLED = 2.0  # seconds after which a call that has no answer yet was let in
# A host that lost its power or network says nothing: seconds until PostgreSQL asks whether it is
# still there, seconds between two such questions, and how many stay without answer at most.
KEEPALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
UNHEARD = 60_000  # milliseconds after which PostgreSQL gives up what it has sent to it
REMEMBERED = 30  # seconds that others wait at most for the end of whoever was refused


class Taken(Exception):
    """No place became free in time."""

    def __init__(self, holder, free_in):
        super().__init__(holder)
        self.holder = holder  # what it is used for, or empty
        self.free_in = free_in  # seconds until a dead process' place is free, or 0


class Held:
    """A place that is held. Where there are several (``is_shared``), each call asks first."""

    def __init__(self, registry, lock, account_id, token, count):
        self._registry = registry
        self._lock = lock
        self._account_id = account_id
        self._token = token
        self.is_shared = count > 1

    def begin(self, wait):
        """A call is about to be made: wait while the login of others is in doubt.

        :param wait: seconds to wait
        :raises Taken: it stayed in doubt
        """
        deadline = time.monotonic() + wait
        while self.is_shared and not self._may_begin():
            if time.monotonic() >= deadline:
                raise Taken("", 0)
            time.sleep(POLL)

    def _may_begin(self):
        with guard(self._lock, self._account_id), self._registry.cursor() as cr:
            cr.execute(
                """
                UPDATE netsuite_place SET called_at = clock_timestamp() AT TIME ZONE 'UTC'
                 WHERE token = %(token)s AND NOT EXISTS (
                           SELECT FROM netsuite_place
                            WHERE account_id = %(account)s AND token <> %(token)s
                              AND free_at IS NULL
                           HAVING bool_or(refused_at > clock_timestamp() AT TIME ZONE 'UTC'
                                                       - %(remembered)s * interval '1 second')
                               OR count(*) FILTER (
                                      WHERE called_at > clock_timestamp() AT TIME ZONE 'UTC'
                                                        - %(settled)s * interval '1 second'
                                  ) >= %(unsettled)s)
                """,
                {
                    "token": self._token,
                    "account": self._account_id,
                    "remembered": REMEMBERED,
                    "settled": SETTLED,
                    "unsettled": UNSETTLED,
                },
            )
            return bool(cr.rowcount)

    def prove(self):
        """The call went well: NetSuite takes the login."""
        self._note("called_at = NULL, proved = TRUE, proved_at = now() AT TIME ZONE 'UTC'")

    def refuse(self):
        """NetSuite has refused the login: others wait until what that means is settled."""
        self._note("refused_at = clock_timestamp() AT TIME ZONE 'UTC'")

    def _note(self, what):
        if not self.is_shared:
            return
        with self._registry.cursor() as cr:
            cr.execute(SQL("UPDATE netsuite_place SET %s WHERE token = %s", SQL(what), self._token))


@contextmanager
def guard(lock, account_id):
    """Only one at a time enters a place of an account, or begins a call there.

    What others have done is seen by a cursor that is opened within the block.

    :param lock: the cursor that holds, or is to hold, the lock of a place
    """
    numbered = (_key(account_id), GUARD)
    lock.execute("SELECT pg_advisory_lock(%s, %s)", numbered)
    try:
        yield
    finally:
        lock.execute("SELECT pg_advisory_unlock(%s, %s)", numbered)


def _watch_for_death(lock):
    """Have PostgreSQL end this session soon after its host has died."""
    settings = {**KEEPALIVE, "user_timeout": UNHEARD}
    set_each = (
        SQL("set_config(%s, %s, false)", f"tcp_{name}", str(value))
        for name, value in settings.items()
    )
    lock.execute(SQL("SELECT %s", SQL(", ").join(set_each)))
    lock.commit()


def _key(account_id):
    return zlib.crc32(account_id.upper().encode()) & 0x7FFFFFFF


class NetSuitePlace(models.Model):
    """A connection to a NetSuite account that is in use, by whichever process on whichever host.

    Who holds a place holds an advisory lock of PostgreSQL too, which dies with its process. A row
    without its lock is therefore the place of a process that died in the middle of a call: NetSuite
    may still be working on that, so the place rests for a while before it is used again. So it does
    after a call that got no answer in time.

    Each call is a login, and NetSuite locks a user after five refused ones. So after a quiet moment
    the first call goes alone; others join it as soon as NetSuite has let it in. After that, calls
    begin a few at a time, and none begins while a refused login is not settled (:class:`Held`).
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
    called_at = fields.Datetime(help="Since when NetSuite may still refuse the login of a call.")
    refused_at = fields.Datetime(help="When NetSuite refused the login of who holds it.")

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
            _watch_for_death(lock)
            deadline = time.monotonic() + wait
            while not self._take(lock, account_id, count, token, purpose):
                lock.rollback()
                if time.monotonic() >= deadline:
                    raise Taken(*self._holder(account_id))
                self._await(lock, account_id, count)
            rest = 0
            try:
                yield Held(self.env.registry, lock, account_id, token, count)
            except NoAnswer:
                rest = GRACE
                raise
            finally:
                self._leave(token, rest)
        finally:
            lock.close()

    def _await(self, lock, account_id, count):
        """Wait a little; where there is but one place, no longer than until it is given back."""
        numbered = (_key(account_id), 0)
        lock.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", numbered)
        if count > 1 or lock.fetchone()[0]:
            lock.rollback()  # nobody holds it, so it rests
            time.sleep(POLL)
            return
        with suppress(psycopg2.errors.LockNotAvailable):
            lock.execute("SELECT set_config('lock_timeout', %s, true)", (f"{POLL}s",))
            lock.execute("SELECT pg_advisory_xact_lock(%s, %s)", numbered, log_exceptions=False)
        lock.rollback()

    def _take(self, lock, account_id, count, token, purpose):
        with guard(lock, account_id):
            self._let_the_dead_rest(lock, account_id)
            for number in range(count):
                numbered = (_key(account_id), number)
                lock.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", numbered)
                if lock.fetchone()[0] and self._enter(account_id, number, token, purpose):
                    return True
        return False

    def _let_the_dead_rest(self, lock, account_id):
        """Whoever is entered and has no lock has died: its place rests."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                "SELECT number FROM netsuite_place WHERE account_id = %s AND free_at IS NULL",
                (account_id,),
            )
            for (number,) in cr.fetchall():
                numbered = (_key(account_id), number)
                lock.execute("SELECT pg_try_advisory_lock(%s, %s)", numbered)
                if not lock.fetchone()[0]:
                    continue
                lock.execute("SELECT pg_advisory_unlock(%s, %s)", numbered)
                cr.execute(
                    """
                    UPDATE netsuite_place
                       SET free_at = now() AT TIME ZONE 'UTC' + %s * interval '1 second'
                     WHERE account_id = %s AND number = %s AND free_at IS NULL
                    """,
                    (GRACE, account_id, number),
                )

    def _enter(self, account_id, number, token, purpose):
        """Enter a row for a place whose lock is held.

        False while the place rests, or while others call whose login NetSuite may refuse.
        """
        values = {
            "account": account_id,
            "number": number,
            "token": token,
            "purpose": purpose,
            "proof": PROOF,
        }
        with self.env.registry.cursor() as cr:
            cr.execute(
                """
                SELECT COALESCE(bool_or(number = %(number)s
                                        AND free_at > now() AT TIME ZONE 'UTC'), FALSE),
                       COALESCE(bool_or(free_at IS NULL), FALSE)
                       AND NOT bool_or(free_at IS NULL AND proved)
                       AND NOT COALESCE(bool_or(proved_at > now() AT TIME ZONE 'UTC'
                                                - %(proof)s * interval '1 second'), FALSE)
                  FROM netsuite_place WHERE account_id = %(account)s
                """,
                values,
            )
            rests, in_doubt = cr.fetchone()
            if rests or in_doubt:
                return False
            cr.execute(
                """
                INSERT INTO netsuite_place (account_id, number, token, purpose)
                VALUES (%(account)s, %(number)s, %(token)s, %(purpose)s)
                ON CONFLICT (account_id, number) DO UPDATE
                   SET token = excluded.token, purpose = excluded.purpose, free_at = NULL,
                       proved = FALSE, called_at = NULL, refused_at = NULL
                """,
                values,
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
