"""From NetSuite to confirmed deliveries, against the bare ORM: in one process, then by a server
with two job workers."""

import time
from contextlib import contextmanager

from dev import services

from . import bare_orm
from .building import bare_rate
from .netsuite import netsuite
from .orders import know_items
from .report import Row, median_ratio
from .timing import in_turn, rate

WORKERS = 2
CHANNELS = "root:2,root.netsuite:2,root.netsuite.fetch:1,root.netsuite.build:2"
PATIENCE = 600  # seconds


def measure(bench):
    database = bench.database
    know_items(database, database.make_backend("ENDTOEND"))
    products = bare_orm.products(bench.plain)
    orders, repetitions = (2000, 3) if bench.full else (400, 3)
    for api in bench.apis:
        bare, ours = in_turn(
            repetitions,
            lambda: bare_rate(bench.plain, products, orders),
            lambda api=api: import_rate(database, api, orders),
        )
        yield Row(
            2,
            f"NetSuite to confirmed deliveries, {api.upper()}",
            "bare ORM in bulk",
            median_ratio(ours, bare),
            0.75,
            details={"orders": orders, "bare a second": max(bare), "ours a second": max(ours)},
        )
    orders = 4000 if bench.full else 1600
    with server(database):
        for api in bench.apis:
            bare, ours = in_turn(
                2,
                lambda: bare_rate(bench.plain, products, orders // 4),
                lambda api=api: served_rate(database, api, orders),
            )
            yield Row(
                2,
                f"the same, {api.upper()}, two job workers",
                "bare ORM in one process",
                median_ratio(ours, bare),
                1.3,
                details={
                    "orders": orders,
                    "bare a second": max(bare),
                    "ours a second": max(ours),
                    "server": f"--workers={WORKERS}, {CHANNELS}",
                },
            )


def import_rate(database, api, orders):
    """Deliveries a second of an import that runs its jobs in this process."""
    with netsuite(orders) as source:
        backend_id = database.backend(source, api)
        found = rate(orders, database.import_all, backend_id)
        check(database, backend_id, orders)
        return found


def served_rate(database, api, orders):
    """Deliveries a second of an import whose jobs the running server does."""
    with netsuite(orders) as source:
        backend_id = database.backend(source, api)
        start = time.perf_counter()
        database.plan_import(backend_id)
        wait(lambda: _settled(database, backend_id) == orders, "the orders are imported")
        found = orders / (time.perf_counter() - start)
        check(database, backend_id, orders)
        return found


def _settled(database, backend_id):
    """How many documents have been built, well or not."""
    return database.query(
        "SELECT count(*) FROM netsuite_transaction WHERE backend_id = %s AND state <> 'staged'",
        backend_id,
    )[0][0]


@contextmanager
def server(database, workers=WORKERS, channels=CHANNELS):
    """An Odoo server with job runner on this database."""
    service = services.start_odoo(database.name, workers, channels)
    try:
        yield service
    finally:
        service.stop()


def wait(done, what, poll=0.1):
    """Wait until something is done.

    :param poll: seconds between two looks
    """
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {PATIENCE} s until {what}, in vain.")
        time.sleep(poll)


def imported(database, backend_id):
    """How many documents of the backend have become deliveries."""
    return database.query(
        "SELECT count(*) FROM netsuite_transaction WHERE backend_id = %s AND state = 'imported'",
        backend_id,
    )[0][0]


def check(database, backend_id, orders):
    """An import that was quick because it did not happen does not count."""
    found = imported(database, backend_id)
    if found != orders:
        raise RuntimeError(f"{found} of {orders} orders were imported.")
