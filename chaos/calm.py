"""After the storm: waits pass, the scheduled actions run, people press the buttons they see."""

import time

from dev import postgres
from dev.report import step

from .trouble import patiently

WORKING = """
    SELECT count(*) FROM queue_job WHERE model_name LIKE 'netsuite.%%'
       AND state IN ('pending', 'enqueued', 'started', 'wait_dependencies')
"""
NOW = (
    "UPDATE queue_job SET eta = NULL WHERE state = 'pending' AND eta IS NOT NULL",
    "UPDATE netsuite_place SET free_at = now() AT TIME ZONE 'UTC' WHERE free_at IS NOT NULL",
    "UPDATE netsuite_fulfillment SET next_try = now() AT TIME ZONE 'UTC' WHERE next_try > now()",
    "UPDATE netsuite_backend SET paused_until = NULL WHERE paused_until IS NOT NULL",
)
ACTIONS = ("ir_cron_reconcile", "ir_cron_import", "ir_cron_writeback")
PATIENCE = 240


def settle(administrator, database, look):
    """Let everything be finished that can be.

    :param look: is called when the scheduled actions have done what they can without anybody
    """
    with step("Calm: the scheduled actions finish what was left"):
        for _round in range(2):
            act(administrator, database)
        look()
        press(administrator)
        for _round in range(2):
            act(administrator, database)


def press(administrator):
    """What a person does who looks at the list of problems."""
    held = [("state", "=", "held")]
    patiently(administrator.press, "netsuite.transaction", "action_read_again", held)
    failed = [("state", "=", "failed"), ("next_try", "!=", False)]
    patiently(administrator.press, "netsuite.fulfillment", "action_retry", failed)


def import_first(administrator, database):
    """Let people have something to ship from the beginning."""
    with step("Calm: the first import"):
        act(administrator, database, ("ir_cron_import",))


def act(administrator, database, actions=ACTIONS):
    """Run these scheduled actions, each to its end."""
    patiently(administrator.reconnect)
    for action in actions:
        patiently(administrator.run, action)
        _drain(database)


def _drain(database):
    """Wait until no job is left, with all waits over; what stays is told by the checks."""
    deadline = time.monotonic() + PATIENCE
    while _jobs_left(database) and time.monotonic() < deadline:
        time.sleep(1)


def _jobs_left(database):
    with (
        postgres.closing_connection(dbname=database) as connection,
        connection.cursor() as cr,
    ):
        for statement in NOW:
            cr.execute(statement)
        cr.execute(WORKING)
        return cr.fetchone()[0]
