"""Which large tables the connector's own look-ups read as a whole, by PostgreSQL's plans."""

import json
from contextlib import contextmanager

from odoo.sql_db import Cursor

from .netsuite import netsuite

TABLES = (
    "netsuite_transaction",
    "netsuite_fulfillment",
    "netsuite_partner",
    "stock_picking",
    "stock_move",
    "stock_move_line",
    "res_partner",
)
ORDERS = 20


def explain(database):
    """Tables that an import reads as a whole, and the beginnings of the queries that do."""
    with netsuite(ORDERS) as source, _statements() as statements:
        database.import_all(database.backend(source))
    found = {}
    with database.registry.cursor() as cr:
        for statement in statements:
            cr.execute("EXPLAIN (FORMAT JSON) " + statement)
            plan = cr.fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            for table in _scanned(plan[0]["Plan"]):
                found.setdefault(table, statement)
    return [f"{table} ({statement[:200]})" for table, statement in found.items()]


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
        if text.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            found.setdefault(text, cursor._obj.query.decode())
        return result

    Cursor.execute = noting
    try:
        values = found.values()
        yield values
    finally:
        Cursor.execute = execute
