import hashlib
import logging

import psycopg2
from odoo import api, fields, models

from .netsuite_backend_connection import in_own_transaction

_logger = logging.getLogger(__name__)

# Fields that decide who is logged in where.
LOGIN_FIELDS = frozenset(
    (
        "account_id",
        "api",
        "authentication",
        "consumer_key",
        "consumer_secret",
        "oauth2_certificate",
        "oauth2_certificate_id",
        "oauth2_private_key",
        "service_url",
        "token_id",
        "token_secret",
    )
)


class NetSuiteMemory(models.Model):
    """What the clients of one backend keep for each other, in whichever process they run: the
    access token of OAuth 2.0, and what was learnt of the account.

    A table without access rights, like that of the secrets. Rows are written in transactions of
    their own: what one job has got serves the others, whatever becomes of its work. Without a
    foreign key, so that no such transaction ever waits for one that holds the backend's row.
    """

    _name = "netsuite.memory"
    _description = "NetSuite Memory"
    _log_access = False

    backend = fields.Integer(required=True, help="ID of the backend.")
    key = fields.Char(required=True)
    value = fields.Text(required=True)
    until = fields.Datetime(required=True, index=True)

    _unique_key = models.UniqueIndex("(backend, key)")

    def _store(self, backend):
        """The library's store for this backend, as it is configured now."""
        secrets = backend._secrets()
        login = "\0".join(
            f"{name}={secrets[name]}" for name in sorted(secrets.keys() & LOGIN_FIELDS)
        )
        return DatabaseStore(self.env.registry, backend.id, login)

    @api.autovacuum
    def _gc_memory(self):
        self.env.cr.execute("DELETE FROM netsuite_memory WHERE until < now() AT TIME ZONE 'UTC'")


class NetSuiteBackend(models.Model):
    """Access tokens of a login that was changed are forgotten at once."""

    _inherit = "netsuite.backend"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & LOGIN_FIELDS:
            self._forget_memory_now()
        return result

    def unlink(self):
        self._forget_memory_now()
        return super().unlink()

    def _forget_memory_now(self):
        for backend in self:
            in_own_transaction(backend, "_forget_memory")

    def _forget_memory(self):
        self.env.cr.execute("DELETE FROM netsuite_memory WHERE backend IN %s", (tuple(self.ids),))


class DatabaseStore:
    """Keeps texts in the database, each call in a transaction of its own.

    What was kept under another login is not found, whoever put it there and when.
    """

    def __init__(self, registry, backend_id, login):
        self._registry = registry
        self._backend_id = backend_id
        self._login = login

    def get(self, key):
        with self._registry.cursor() as cr:
            cr.execute(
                """
                SELECT value FROM netsuite_memory
                 WHERE backend = %s AND key = %s AND until > now() AT TIME ZONE 'UTC'
                """,
                (self._backend_id, self._digest(key)),
            )
            found = cr.fetchone()
        return found and found[0]

    def put(self, key, value, seconds):
        try:
            with self._registry.cursor() as cr:
                self._put(cr, self._digest(key), value, seconds)
        except psycopg2.OperationalError:
            # Another process has just written the same: its text is as good as this one.
            _logger.debug("A text of backend %s was not kept", self._backend_id, exc_info=True)

    def _put(self, cr, key, value, seconds):
        if seconds <= 0:
            cr.execute(
                "DELETE FROM netsuite_memory WHERE backend = %s AND key = %s",
                (self._backend_id, key),
                log_exceptions=False,
            )
            return
        cr.execute(
            """
            INSERT INTO netsuite_memory (backend, key, value, until)
            VALUES (%s, %s, %s, now() AT TIME ZONE 'UTC' + %s * interval '1 second')
            ON CONFLICT (backend, key) DO UPDATE
               SET value = excluded.value, until = excluded.until
            """,
            (self._backend_id, key, value, seconds),
            log_exceptions=False,
        )

    def _digest(self, key):
        return hashlib.sha256(f"{self._login}\0{key}".encode()).hexdigest()

    def __repr__(self):
        return f"<DatabaseStore of backend {self._backend_id}>"
