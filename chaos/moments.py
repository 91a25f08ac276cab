"""Time flies: waits that take minutes or hours in life are shortened while the run goes on."""

import psycopg2

from dev import postgres

SHORTER = (
    "UPDATE netsuite_backend SET paused_until = paused_until - interval '2 minutes'"
    " WHERE paused_until IS NOT NULL",
    "UPDATE netsuite_fulfillment SET next_try = next_try - interval '20 minutes'"
    " WHERE next_try IS NOT NULL",
    "UPDATE queue_job SET eta = eta - interval '10 minutes'"
    " WHERE state = 'pending' AND eta IS NOT NULL",
    "UPDATE netsuite_place SET free_at = free_at - interval '30 seconds' WHERE free_at IS NOT NULL",
)


def pass_on(database):
    """Make every wait shorter; rows that somebody else is changing are left for the next time."""
    try:
        with (
            postgres.closing_connection(dbname=database) as connection,
            connection.cursor() as cr,
        ):
            cr.execute("SET lock_timeout = '200ms'")
            for statement in SHORTER:
                _try(cr, statement)
    except psycopg2.OperationalError:
        return  # PostgreSQL is just being restarted


def _try(cr, statement):
    try:
        cr.execute(statement)
    except psycopg2.errors.LockNotAvailable:
        return
