"""Which large tables imports and scheduled actions read as a whole, by PostgreSQL's plans."""

import json
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.sql_db import Cursor

from .copies import TABLES
from .report import Row

ORDERS = 20
ACTIONS = ("ir_cron_import", "ir_cron_reconcile", "ir_cron_writeback", "ir_cron_digest")


def explain(database, backend_id, source):
    """A row for imports and one for each scheduled action."""
    source.enter(ORDERS)
    with _statements() as statements:
        database.import_all(backend_id)
    yield _row(database, "an import", statements)
    for action in ACTIONS:
        with _statements() as statements:
            _run(database, action)
        yield _row(database, f"the scheduled action {action}", statements)


def _run(database, action):
    """Do what a scheduled action does, and undo it."""
    with database.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env.ref(f"connector_netsuite.{action}").ir_actions_server_id.run()
        env.flush_all()
        cr.rollback()


def _row(database, what, statements):
    found = {}
    with database.registry.cursor() as cr:
        for statement in statements:
            cr.execute("EXPLAIN (FORMAT JSON) " + statement)
            plan = cr.fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            for table in _scanned(plan[0]["Plan"]):
                found.setdefault(table, " ".join(statement.split())[:400])
    return Row(
        8,
        f"large tables that {what} reads as a whole",
        "-",
        len(found),
        0,
        at_most=True,
        details={"statements": len(statements), **found},
    )


def _scanned(plan):
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in TABLES:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _scanned(part)


@contextmanager
def _statements():
    """The different queries that are run meanwhile, with their values."""
    found = {}
    execute = Cursor.execute

    def noting(cursor, query, params=None, log_exceptions=True):
        result = execute(cursor, query, params, log_exceptions)
        text = getattr(query, "code", query)
        if text.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            found.setdefault(text, cursor._obj.query.decode())
        return result

    Cursor.execute = noting
    try:
        values = found.values()
        yield values
    finally:
        Cursor.execute = execute
