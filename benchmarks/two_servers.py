"""Two Odoo servers on one database: they divide the work, keep the limit, and one takes over what
the other leaves when it is killed."""

import os
from contextlib import contextmanager

from dev.servers import Servers

from .end_to_end import imported, wait
from .netsuite import netsuite
from .report import Row
from .writing_back import reported, ship

CHANNELS = (
    "root:6,root.netsuite:6,root.netsuite.fetch:1,root.netsuite.build:2,root.netsuite.writeback:4"
)
LIMIT = 2  # connections that NetSuite allows; more jobs than that work at once
LATENCY = 0.1  # seconds
MOST = 0.75  # of the work, by one process


def measure(bench):
    orders, shipments = (4000, 400) if bench.full else (1600, 80)
    database = bench.database
    with netsuite(orders, latency=LATENCY) as source, _servers(database) as servers:
        backend_id = database.backend(source, connection_limit=LIMIT)
        database.plan_import(backend_id)
        wait(lambda: imported(database, backend_id) >= orders / 2, "half is imported")
        servers.strike("odoo-a")
        wait(lambda: imported(database, backend_id) == orders, "the rest is imported")
        built = _shares(database, "_job_build")
        deliveries = _deliveries(database, backend_id)
        source.clear_journal()
        ship(database, backend_id, shipments)
        wait(lambda: reported(database, backend_id) >= shipments / 2, "half is reported")
        servers.strike("odoo-b")
        wait(lambda: reported(database, backend_id) == shipments, "all is reported")
        told = _shares(database, "_job_report")
        calls = source.calls()
    yield _divided("import", built)
    yield _divided("write-back", told)
    yield _kept("import: a server killed: orders with their delivery", deliveries, orders)
    added = sum(call.operation == "add" for call in calls)
    yield _kept("write-back: a server killed: shipments with their fulfilment", added, shipments)
    yield Row(
        11,
        "two servers: calls in flight at most",
        "connection_limit",
        max(call.in_flight for call in calls),
        LIMIT,
        at_most=True,
    )


def _divided(what, shares):
    """By process; each server is two of them, since it is started again after it was killed."""
    most = max(shares) / sum(shares)
    return Row(
        11,
        f"two servers, {what}: jobs of the process that did most",
        "all jobs",
        most,
        MOST,
        at_most=True,
        details={"jobs by process": "/".join(map(str, shares)), "channels": CHANNELS},
    )


def _kept(what, found, wanted):
    """Neither lost nor doubled."""
    return Row(11, what, "all of them", 1 - abs(wanted - found) / wanted, 1)


@contextmanager
def _servers(database):
    servers = Servers(database.name, {"ODOO_QUEUE_JOB_CHANNELS": CHANNELS}, "bench")
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()


def _shares(database, method):
    """How many of the jobs each process did."""
    rows = database.query(
        "SELECT count(*) FROM queue_job WHERE method_name = %s AND state = 'done'"
        " AND worker_pid IS NOT NULL AND worker_pid <> %s GROUP BY worker_pid ORDER BY 1 DESC",
        method,
        os.getpid(),
    )
    return [count for (count,) in rows]


def _deliveries(database, backend_id):
    return database.query(
        "SELECT count(*) FROM stock_picking p JOIN netsuite_transaction t"
        " ON t.id = p.netsuite_transaction_id WHERE t.backend_id = %s AND p.state = 'assigned'",
        backend_id,
    )[0][0]
