"""How the connector behaved: connections, logins, jobs, and what people can see of trouble."""

import re
from datetime import datetime

from psycopg2.extras import RealDictCursor

from dev import postgres

# Refused logins in a row before a backend is disconnected; as many more as calls were on their way.
LOGIN_ATTEMPTS = 2
REFUSED = re.compile(r"INVALID_LOGIN|HTTP 401")
JOBS = """
    SELECT name, state, exc_name, exc_message, method_name FROM queue_job
     WHERE model_name LIKE 'netsuite.%' AND state NOT IN ('done', 'cancelled')
"""
# A connection to the database that was cut: the work is taken up by a scheduled action.
CUT = re.compile(r"psycopg2\.(DatabaseError|OperationalError|InterfaceError|errors\.AdminShutdown)")
# An import that failed again and again: what it did not do is still marked as to be done.
GAVE_UP = "odoo.addons.queue_job.exception.FailedJobError"
# A job whose process died again and again; the row that it was for is still marked, too.
DIED = "JobFoundDead"
IMPORT = ("_job_find", "_job_read")
BACKENDS = "SELECT name, state, last_error, paused_until FROM netsuite_backend WHERE active"
PLACES = "SELECT account_id, number, purpose FROM netsuite_place WHERE free_at IS NULL"


def broken(database, journal, connections, tests):
    """Sentences about what the connector must never do.

    :param tests: from when to when people tested a connection: these logins are their own
    """
    yield from _calls(journal, connections, tests)
    with (
        postgres.closing_connection(dbname=database) as connection,
        connection.cursor(cursor_factory=RealDictCursor) as cr,
    ):
        yield from _jobs(cr)
        cr.execute(BACKENDS)
        for one in cr.fetchall():
            if one["state"] != "confirmed" or one["last_error"] or one["paused_until"]:
                yield f"{one['name']} is {one['state']} although all is well: {one['last_error']}"


def stuck(database):
    """Sentences about jobs that nobody goes on with."""
    with (
        postgres.closing_connection(dbname=database) as connection,
        connection.cursor(cursor_factory=RealDictCursor) as cr,
    ):
        return list(_jobs(cr))


def _jobs(cr):
    cr.execute(JOBS)
    for job in cr.fetchall():
        if not _taken_up(job):
            yield f"job {job['name']} is {job['state']}: {job['exc_name']} {job['exc_message']}"


def _taken_up(job):
    """Has the job ended in a way that the scheduled actions go on from?"""
    if job["state"] != "failed":
        return False
    gave_up = job["exc_name"] == GAVE_UP and job["method_name"] in IMPORT
    return gave_up or job["exc_name"] == DIED or bool(CUT.match(job["exc_name"] or ""))


def _calls(journal, connections, tests):
    if journal["max_in_flight"] > connections:
        yield f"{journal['max_in_flight']} calls at once, {connections} are allowed"
    in_a_row = most = 0
    for entry in journal["entries"]:
        if REFUSED.search(entry["outcome"]):
            in_a_row += not _is_a_persons(entry, tests)
            most = max(most, in_a_row)
        elif entry["outcome"] == "ok":
            in_a_row = 0
    allowed = LOGIN_ATTEMPTS - 1 + connections
    if most > allowed:
        yield f"{most} refused logins in a row, {allowed} are allowed"
    for one in journal["logins"]:
        if one["detail"] != "consumer_key_refused":
            yield f"NetSuite's login audit says {one['detail']}"


def _is_a_persons(entry, tests):
    moment = datetime.fromisoformat(entry["time"])
    return any(began <= moment <= ended for began, ended in tests)
