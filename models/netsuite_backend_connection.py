import logging
import random
import re
import time
from contextlib import contextmanager
from datetime import timedelta

import psycopg2
from odoo import SUPERUSER_ID, api, fields, models
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import plaintext2html

from ..netsuite import errors
from .netsuite_place import Taken

_logger = logging.getLogger(__name__)

JOB_WAIT = 2  # seconds that a job waits for a place before it gives its worker back
CALL_WAIT = 10  # seconds that a call waits at most for the logins of others to be settled
# Pauses grow: seconds after the first, second … refusal in a row.
PAUSES = (30, 60, 120, 300, 600, 900)
LOGIN_ATTEMPTS = 2  # NetSuite locks the user after five
LOGIN_MOST = 3  # refused at once, by calls that were under way together
LOGIN_PAUSE = 300  # seconds: an overloaded account may refuse a good login [facts 3.2]
LOCKED_FOR = re.compile(r"(\d+) (?:more )?minutes")  # in NetSuite's words
RECORD_WAITS = (0, 0.5, 1, 2, 4)  # seconds between tries to record while PostgreSQL is restarted
ROW_WAIT = 5  # seconds that a failure waits for a row that someone else is changing


class NoPlace(errors.Unavailable):
    """All connections that the backend may use are in use by Odoo itself."""


class Paused(errors.Unavailable):
    """NetSuite was busy or closed a moment ago: no call is made for a while."""

    def __init__(self, message, seconds):
        super().__init__(message)
        self.seconds = seconds


class Disconnected(errors.ConfigurationError):
    """The backend has been disconnected since the work was planned."""


class NetSuiteBackend(models.Model):
    """How Odoo talks to the account: one place at a time, and what happens when it goes wrong."""

    _inherit = "netsuite.backend"

    # -- a client with a place among the account's connections ------------------------------

    @contextmanager
    def _connect(self, purpose, wait=JOB_WAIT, testing=False, services=None):
        """A client that may call NetSuite, for as long as the block lasts.

        Trouble with the account as a whole is remembered, or forgotten, before the place is given
        back, so that whoever gets it next knows.

        :param purpose: what for, in words: told to whoever waits for the place
        :param wait: seconds to wait for a place
        :param testing: call even while the backend is paused or not connected, and leave it to the
            caller to remember what came of it
        :param services: "soap" or "rest"; the chosen ones unless given
        :raises NoPlace: none became free in time
        :raises Paused: no call may be made now
        :raises ConfigurationError: account or credentials are incomplete
        """
        self.ensure_one()
        client = self._client(services)

        def begin():
            self._begin_call(place, testing)

        with (
            self._place(purpose, wait) as place,
            self._recording(client, purpose, begin, place.prove),
            client,
        ):
            if not testing:
                self._check_callable()
            try:
                yield client
            except (NoPlace, Paused, Disconnected):
                raise  # no call was made
            except errors.NetSuiteError as error:
                if isinstance(error, errors.LoginError):
                    place.refuse()
                if not testing:
                    in_own_transaction(self, "_call_failed", error)
                raise
            if not testing:
                self._call_succeeded()

    def _begin_call(self, place, testing):
        """Let a call begin, unless another's login has just been refused.

        :raises NoPlace: nobody knows yet what became of the logins of others
        :raises Paused: no call may be made any more
        """
        try:
            place.begin(CALL_WAIT)
        except Taken as taken:
            raise NoPlace(self._taken_sentence(taken)) from taken
        if place.is_shared and not testing:
            self._check_callable()

    @contextmanager
    def _place(self, purpose, wait):
        places = self.env["netsuite.place"]
        try:
            with places._hold(self.account_id, self._place_count(), purpose, wait) as place:
                yield place
        except Taken as taken:
            raise NoPlace(self._taken_sentence(taken)) from taken

    def _taken_sentence(self, taken):
        if taken.free_in:
            return self.env._(
                "An Odoo process that was calling NetSuite (%(holder)s) has died or got no answer; "
                "NetSuite may still be working on its request. The connection is free again in "
                "%(seconds)d seconds.",
                holder=taken.holder,
                seconds=taken.free_in + 1,
            )
        return self.env._(
            "NetSuite account %(account)s is in use by Odoo itself (%(holder)s).",
            account=self.account_id,
            holder=taken.holder or self.env._("just finished"),
        )

    def _place_count(self):
        # sudo: backends of other companies may share the account, and with it its connections
        backends = self.sudo().search([("account_id", "=", self.account_id)])
        return max(1, min((backends | self).mapped("connection_limit")))

    # -- may a call be made now? -----------------------------------------------------------------

    def _check_callable(self):
        """Refuse to call while the backend is paused or disconnected, as it stands this moment.

        The caller's transaction may have begun before the trouble, so it is not asked.
        """
        state, seconds = self._callable_state()
        if state and state != "confirmed":
            raise Disconnected(self._not_connected_sentence())
        if seconds > 0:
            raise Paused(
                self.env._(
                    "NetSuite was busy or closed: no call is made for another %d seconds.",
                    seconds + 1,
                ),
                seconds,
            )

    def _callable_state(self):
        """State and seconds of pause left, as committed; None for a backend that is not yet."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                """
                SELECT CASE WHEN active THEN state ELSE 'draft' END,
                       EXTRACT(EPOCH FROM paused_until - now() AT TIME ZONE 'UTC')
                  FROM netsuite_backend WHERE id = %s
                """,
                (self.id,),
            )
            state, seconds = cr.fetchone() or (None, None)
        return state, max(0, float(seconds or 0))

    def _not_connected(self):
        """Why no job may call NetSuite for this backend, or nothing.

        Jobs end on this: the scheduled actions, or a successful test, take the work up again.
        """
        if self.state == "confirmed" and self.active:
            return None
        return self._not_connected_sentence()

    def _not_connected_sentence(self):
        return self.env._(
            "%s is not connected to NetSuite. Test its connection to go on.", self.name
        )

    # -- errors in words ---------------------------------------------------------------------

    def _explain(self, error, repeated=True):
        """The error as a person should read it: what happened, and what to do.

        :param repeated: does Odoo try again by itself? Not after a person pressed a button.
        """
        remedy = self._remedy(error)
        passing = errors.ConcurrencyLimit | errors.Maintenance | errors.OutcomeUnknown
        if not repeated and isinstance(error, passing):
            remedy = self.env._(
                "Try again in a moment. If it stays like this, look at the network of the Odoo "
                "server and at NetSuite's status page."
            )
        sentence = str(error).strip() or type(error).__name__
        if sentence[-1] not in ".!?\u201d\"'":
            sentence += "."
        return f"{sentence} {remedy}" if remedy else sentence

    def _remedy(self, error):
        remedies = [
            (
                (NoPlace, Paused),
                self.env._("Odoo tries again by itself; so can you, in a moment."),
            ),
            (
                errors.ClockWrong,
                self.env._(
                    "Have the server set its clock by itself (NTP), then test the connection."
                ),
            ),
            (
                errors.LoginError,
                self._login_remedy(),
            ),
            (
                errors.FeatureMissing,
                self.env._(
                    "In NetSuite, switch the feature on under Setup > Company > Enable Features > "
                    "SuiteCloud, or choose an endpoint version that is still supported."
                ),
            ),
            (
                errors.PermissionMissing,
                self._permission_remedy(error),
            ),
            (
                errors.ConcurrencyLimit,
                self.env._("Odoo waits and tries again by itself."),
            ),
            (
                errors.Maintenance,
                self.env._("Odoo waits and tries again by itself."),
            ),
            (
                errors.ConnectionFailed,
                self.env._(
                    "Check the account ID, the network and the firewall of the Odoo server."
                ),
            ),
            (
                errors.RecordMissing,
                self.env._(
                    "The record was deleted, or the role may not see it (subsidiary or "
                    "restriction of the role)."
                ),
            ),
            (
                errors.OtherShipGroup,
                self.env._(
                    "Fulfil this ship group in NetSuite and mark the shipment as reported. Over "
                    "SOAP web services Odoo can do it."
                ),
            ),
            (
                errors.NotFulfillable,
                self.env._(
                    "Look at the order in NetSuite: it may be closed, billed, awaiting approval "
                    "or fulfilled already."
                ),
            ),
            (
                errors.OverFulfillment,
                self.env._(
                    "Less is open on the order than was shipped: correct the order in NetSuite, "
                    "or mark the shipment as reported if it was fulfilled there by hand."
                ),
            ),
            (
                errors.PeriodClosed,
                self.env._("Open the accounting period in NetSuite, then retry."),
            ),
            (
                errors.ConfigurationError,
                "",
            ),
            (
                errors.FieldMissing,
                self._field_remedy(),
            ),
            (
                errors.Refused,
                self.env._("Correct the document in NetSuite, then retry."),
            ),
            (
                errors.NetSuiteError,
                self.env._("Odoo tries again by itself."),
            ),
        ]
        return next(text for kind, text in remedies if isinstance(error, kind))

    def _login_remedy(self):
        """NetSuite never says why it refuses a login: what can be wrong, likeliest first."""
        known = self.env._(
            "These keys have worked before: a revoked token or certificate is the likely cause, or "
            "a refresh of the sandbox, which removes them."
        )
        if self.authentication == "oauth2":
            remedy = self.env._(
                "Check the account ID and the consumer key (client ID) of the backend, and in "
                "NetSuite, under Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup, "
                "that the certificate with this ID is there, made with this private key, neither "
                "revoked nor expired, and that its integration, user and role are active; the "
                "Login Audit Trail names the cause. Then test the connection."
            )
        else:
            remedy = self.env._(
                "Check the account ID and the four keys of the backend, and that integration, "
                "token, user and role are active in NetSuite (Setup > Users/Roles > Access "
                "Tokens; the Login Audit Trail names the cause). Then test the connection."
            )
        return f"{known} {remedy}" if self.import_cursor else remedy

    def _permission_remedy(self, error):
        if "feature is disabled" in error.message:
            return self.env._(
                "In NetSuite, switch the feature on under Setup > Company > Enable Features > "
                "SuiteCloud."
            )
        if "SuiteAnalytics" in error.message:
            return self.env._(
                "SuiteQL, with which Odoo reads over REST, needs the feature SuiteAnalytics "
                "Workbook (Setup > Company > Enable Features > Analytics) and the permission of "
                "that name on the Reports tab of the role (Setup > Users/Roles > Manage Roles)."
            )
        if self.api == "rest":
            return self.env._(
                "In NetSuite, add the permission to the role under Setup > Users/Roles > Manage "
                "Roles, with the level Edit or Full: View is too little for REST web services."
            )
        return self.env._(
            "In NetSuite, add the permission to the role of the token under Setup > "
            "Users/Roles > Manage Roles."
        )

    def _field_remedy(self):
        return self.env._(
            "In NetSuite, compare it with Customization > Lists, Records, & Fields > Transaction "
            "Body Fields: the ID, the type, the documents it applies to, and that their form shows "
            "it."
        )

    # -- jobs --------------------------------------------------------------------------------

    @contextmanager
    def _netsuite_job(self):
        """Run a job's calls: errors that pass by themselves postpone the job, others come through.

        Waiting for a place or for the end of a pause uses up no try of the job.

        :raises RetryableJobError: the job runs again later
        :raises NetSuiteError: somebody must act; the job decides where to show it
        """
        self.ensure_one()
        try:
            yield
        except errors.NetSuiteError as error:
            if not error.repeatable and not isinstance(error, errors.LoginError | Disconnected):
                raise
            seconds = self._wait_for_all(error)
            raise RetryableJobError(
                self._explain(error), seconds=seconds, ignore_retry=bool(seconds)
            ) from error

    def _wait_for_all(self, error):
        """Seconds that every job of this backend has to wait after this error; 0 when it concerns
        the one job only."""
        if isinstance(error, NoPlace):
            return by_chance(1, 3)
        if isinstance(error, Disconnected):
            return PAUSES[0]
        if isinstance(
            error, Paused | errors.ConcurrencyLimit | errors.Maintenance | errors.LoginError
        ):
            _state, seconds = self._callable_state()
            return int(seconds) + by_chance(1, 5)
        return 0

    # -- what trouble means for the backend ----------------------------------------------------

    def _call_failed(self, error):
        """Remember trouble with the account as a whole."""
        message = self._explain(error)
        if isinstance(error, errors.LoginError):
            self._login_refused(message)
        elif isinstance(error, errors.ConcurrencyLimit | errors.Maintenance):
            self._pause(message)
        elif isinstance(error, errors.Refused) and self.login_failures:
            self.login_failures = 0  # who is told a business rule is logged in
        elif error.repeatable:
            self.last_error = message

    def _pause(self, message):
        """Let no job call NetSuite for a while; longer each time in a row."""
        seconds = PAUSES[min(self.pauses, len(PAUSES) - 1)]
        seconds += by_chance(0, seconds // 5)
        if named := LOCKED_FOR.search(message):
            seconds = max(seconds, 60 * int(named.group(1)))
        self.write(
            {
                "paused_until": fields.Datetime.now() + timedelta(seconds=seconds),
                "pauses": self.pauses + 1,
                "last_error": message,
            }
        )

    def _login_refused(self, message):
        """Pause after the first refused login, disconnect after the second, before NetSuite locks
        the user: five in a row do [facts 2.2]. An overloaded account refuses good logins too, those
        of calls that were under way together at once: few of them are one attempt."""
        for backend in self | self._with_same_login():
            failures = backend.login_failures + 1
            vals = {"login_failures": failures, "last_error": message}
            together = bool(backend.paused_until and backend.paused_until > fields.Datetime.now())
            if failures < (LOGIN_MOST if together else LOGIN_ATTEMPTS):
                vals["paused_until"] = fields.Datetime.now() + timedelta(seconds=LOGIN_PAUSE)
                backend.write(vals)
            elif backend.state == "confirmed":
                backend.write({**vals, "state": "draft", "paused_until": False})
                backend._raise_login_activity(message)

    def _with_same_login(self):
        """Other connected backends whose calls NetSuite counts towards the same user's lock."""
        name = "token_id" if self.authentication == "tba" else "consumer_key"
        # sudo: nobody may read the table; a backend of another company may use the same login
        rows = (
            self.env["netsuite.secret"]
            .sudo()
            .search(
                [
                    ("name", "=", name),
                    ("backend_id", "!=", self.id),
                    ("backend_id.authentication", "=", self.authentication),
                ]
            )
        )
        own = self._secrets().get(name)
        rows = rows.filtered(lambda row: row._found() == own)
        certificate_id = self.sudo().oauth2_certificate_id  # sudo: a field for managers
        return rows.backend_id.filtered(
            lambda backend: (
                backend.state == "confirmed"
                and (name == "token_id" or backend.oauth2_certificate_id == certificate_id)
            )
        )

    def _raise_login_activity(self, message):
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("NetSuite refuses the login"),
            note=plaintext2html(message),
            user_id=self._responsible_user().id,
        )

    def _call_succeeded(self):
        """Forget past trouble; writes only when there is some, to spare the row."""
        if self.last_error or self.pauses or self.login_failures or self.paused_until:
            in_own_transaction(self, "_forget_trouble")

    def _forget_trouble(self):
        self.write({"last_error": False, "pauses": 0, "login_failures": 0, "paused_until": False})

    def _responsible_user(self, first=None):
        """Who gets the activities of this backend: the person who set it up.

        :param first: the user to ask first; Odoo's own, which scheduled work has, is no person
        """
        for user in filter(None, (first, self.create_uid)):
            user.fetch(["active", "share", "partner_id"])  # of many fields
            if user.active and not user.share:
                return user
        return self.env.ref("base.user_admin")

    def _in_responsible_language(self):
        """The backend for work that no person has begun: its sentences are for who is responsible,
        and Odoo's own user speaks English."""
        partner = self._responsible_user().partner_id
        partner.fetch(["lang"])  # of many fields
        return self.with_context(lang=partner.lang)


def by_chance(least, most):
    """Seconds to wait, so that jobs that failed together do not come back together."""
    return random.randint(least, most)  # noqa: S311 (no secret)


# -- what must survive a rollback --------------------------------------------------------------


def run_after_rollback(record, method, *args):
    """Call ``record.method(*args)`` in a transaction of its own once the current one is undone.

    For rows that the transaction which is about to fail may have locked.
    """
    record.env.cr.postrollback.add(lambda: in_own_transaction(record, method, *args))


def in_own_transaction(record, method, *args):
    """Call ``record.method(*args)`` in a transaction of its own, now, and commit it.

    The failure that is being recorded matters more than its record: what goes wrong here is logged.
    """
    try:
        for seconds in (*RECORD_WAITS, None):
            try:
                _call_and_commit(record, method, args)
                return
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if seconds is None:
                    raise
            except psycopg2.Error as error:
                if seconds is None or not _is_connection_lost(error):
                    raise
                time.sleep(seconds)
    except Exception:
        _logger.exception("Could not record %s on %s", method, record)


def _is_connection_lost(error):
    """Was PostgreSQL restarted, or the connection to it cut? (A reset of a connection that Odoo
    kept in its pool raises a bare DatabaseError then.)"""
    return isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError) or (
        type(error) is psycopg2.DatabaseError
    )


def _call_and_commit(record, method, args):
    context = {key: record.env.context[key] for key in ("lang", "tz") if key in record.env.context}
    with Registry(record.env.cr.dbname).cursor() as cr:
        cr.execute("SET LOCAL lock_timeout = %s", (f"{ROW_WAIT}s",))
        # A row that only the caller's transaction knows is not there.
        rows = api.Environment(cr, SUPERUSER_ID, context)[record._name].browse(record.ids).exists()
        if rows:
            getattr(rows, method)(*args)
