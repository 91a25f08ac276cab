"""Staged documents to confirmed deliveries, against the bare ORM without the addon."""

from . import bare_orm
from .orders import know_items, orders, stage
from .report import Row, median_ratio
from .timing import in_turn, rate


def measure(bench):
    batches = 21 if bench.full else 11  # the median of so many pairs
    database = bench.database
    backend_id = database.make_backend("BUILDING")
    know_items(database, backend_id)
    products = bare_orm.products(bench.plain)
    for warm_up in (True, False):
        bare, ours = in_turn(
            1 if warm_up else batches,
            lambda: bare_rate(bench.plain, products),
            lambda: build_rate(database, backend_id),
        )
    yield Row(
        1,
        "staged sales orders to confirmed deliveries",
        "bare ORM in bulk",
        median_ratio(ours, bare),
        0.85,
        details={
            "orders": batches * bare_orm.BATCH,
            "bare a second": max(bare),
            "ours a second": max(ours),
        },
    )


def bare_rate(database, products, count=bare_orm.BATCH):
    """Deliveries a second of the bare ORM."""
    return rate(count, bare_orm.create, database, orders(count), products)


def build_rate(database, backend_id, count=bare_orm.BATCH):
    """Deliveries a second that jobs make of staged documents."""
    row_ids = stage(database, backend_id, orders(count))
    with database.transaction() as env:
        backend = env["netsuite.backend"].browse(backend_id)
        backend._enqueue_builds(env["netsuite.transaction"].browse(row_ids))
    return rate(len(row_ids), database.run_jobs)
