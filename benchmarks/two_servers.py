"""Two Odoo servers on one database: they divide the work, keep the limit, and one does what the
other leaves when it is killed."""

import os
import signal
from contextlib import contextmanager

from dev.servers import NAMES, Servers

from .end_to_end import imported, wait
from .netsuite import netsuite
from .report import Row
from .writing_back import reported, ship

CHANNELS = (
    "root:6,root.netsuite:6,root.netsuite.fetch:1,root.netsuite.build:2,root.netsuite.writeback:4"
)
LIMIT = 2  # connections that NetSuite allows; more jobs than that work at once
LATENCY = 0.1  # seconds
MOST = 0.75  # of the work, by one server


def measure(bench):
    orders, shipments = (4000, 400) if bench.full else (3200, 80)
    database = bench.database
    with netsuite(orders, latency=LATENCY) as source, _servers(database) as servers:
        backend_id = database.backend(source, connection_limit=LIMIT)
        jobs = _Jobs(database, servers)
        database.plan_import(backend_id)
        wait(lambda: imported(database, backend_id) >= orders / 2, "half is imported")
        built = jobs.by_server("_job_read", "_job_build")
        import_jobs = _kill_at_work(database, servers, "odoo-a", "_job_read", "_job_build")
        wait(lambda: imported(database, backend_id) == orders, "the other imports the rest")
        deliveries = _deliveries(database, backend_id)
        servers.revive("odoo-a")
        source.clear_journal()
        jobs = _Jobs(database, servers)
        ship(database, backend_id, shipments)
        wait(lambda: reported(database, backend_id) >= shipments / 2, "half is reported")
        told, together = jobs.by_server("_job_report"), jobs.together("_job_report")
        report_jobs = _kill_at_work(database, servers, "odoo-b", "_job_report")
        wait(lambda: reported(database, backend_id) == shipments, "the other reports the rest")
        calls = source.calls()
    yield _divided("import", built)
    yield _divided("write-back", told)
    yield _lost("import", import_jobs)
    yield _lost("write-back", report_jobs)
    yield _kept("import: a server killed: orders with their delivery", deliveries, orders)
    added = sum(call.operation == "add" for call in calls)
    yield _kept("write-back: a server killed: shipments with their fulfilment", added, shipments)
    yield from _limited(max(call.in_flight for call in calls), together)


def _divided(what, shares):
    """Between servers that both live."""
    return Row(
        11,
        f"two servers, {what}: jobs of the server that did most",
        "all jobs",
        max(shares) / sum(shares),
        MOST,
        at_most=True,
        details={"jobs by server": "/".join(map(str, shares)), "channels": CHANNELS},
    )


def _lost(what, jobs):
    """What follows says something only where the server was killed in the middle of its work."""
    return Row(11, f"{what}: jobs in the hands of the server that was killed", "-", jobs, 1)


def _kill_at_work(database, servers, name, *methods):
    """How many jobs of these methods the server was doing when it was killed."""

    def at_work():
        return database.query(
            "SELECT count(*) FROM queue_job WHERE state = 'started' AND worker_pid = %s"
            " AND method_name = ANY(%s)",
            pid,
            list(methods),
        )[0][0]

    def caught():
        os.kill(pid, signal.SIGSTOP)  # so that it does not just finish
        if found := at_work():
            jobs.append(found)
        else:
            os.kill(pid, signal.SIGCONT)
        return jobs

    pid, jobs = servers.pid(name), []
    wait(caught, f"{name} is at work")
    servers.kill(name)
    return jobs[0]


def _kept(what, found, wanted):
    """Neither lost nor doubled."""
    return Row(11, what, "all of them", 1 - abs(wanted - found) / wanted, 1)


def _limited(most, together):
    """The limit is kept, which says something only where both servers would call at once."""
    details = {"pairs of jobs at once on both servers": together}
    measured = "two servers: calls in flight at most"
    yield Row(11, measured, "connection_limit", most, LIMIT, at_most=True, details=details)
    yield Row(
        11,
        "the same, while both servers report: is the limit used",
        "connection_limit",
        most if together else 0,
        LIMIT,
    )


@contextmanager
def _servers(database):
    servers = Servers(database.name, {"ODOO_QUEUE_JOB_CHANNELS": CHANNELS}, "bench")
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()


class _Jobs:
    """What the two servers, as they run now, do from now on."""

    def __init__(self, database, servers):
        self._database = database
        self._pids = [servers.pid(name) for name in NAMES]
        self._last = database.query("SELECT coalesce(max(id), 0) FROM queue_job")[0][0]

    def by_server(self, *methods):
        """How many jobs of these methods each server has done."""
        return [
            self._database.query(
                "SELECT count(*) FROM queue_job WHERE id > %s AND method_name = ANY(%s)"
                " AND state = 'done' AND worker_pid = %s",
                self._last,
                list(methods),
                pid,
            )[0][0]
            for pid in self._pids
        ]

    def together(self, method):
        """How many pairs of jobs, one of each server, were done at the same time."""
        return self._database.query(
            "SELECT count(*) FROM queue_job one, queue_job other"
            " WHERE one.id > %s AND one.method_name = %s AND one.state = 'done'"
            " AND other.id > %s AND other.method_name = %s AND other.state = 'done'"
            " AND one.worker_pid = %s AND other.worker_pid = %s"
            " AND one.date_started < other.date_done AND other.date_started < one.date_done",
            *(self._last, method) * 2,
            *self._pids,
        )[0][0]


def _deliveries(database, backend_id):
    return database.query(
        "SELECT count(*) FROM stock_picking p JOIN netsuite_transaction t"
        " ON t.id = p.netsuite_transaction_id WHERE t.backend_id = %s AND p.state = 'assigned'",
        backend_id,
    )[0][0]
