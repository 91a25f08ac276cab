"""Importing into a large database, against importing into a small one.

Each has one account, as in life: what was there before and what is imported belong to the same
backend. The large one is filled with copies of its first documents. Both grow in turn by the same
imports, which are measured.
"""

from contextlib import contextmanager

from .alone import SPAWN, import_all, import_peak
from .copies import Copies, documents
from .explain import explain
from .netsuite import netsuite
from .report import Row, median_ratio
from .timing import in_turn, seconds

START = 1000  # documents in both databases before
ORDERS = 200  # documents an import
FEW = 20  # what a process loads once, it loads for them
TIMES, PEAKS = 7, 3
# Minutes between an order and its import: time enough that the next import, whose window overlaps,
# need not read it again; that would cost both sides the same and hide what differs.
AGE = 5


def measure(bench):
    sizes = (20_000, 50_000) if bench.full else (10_000,)
    with _imported(bench.small) as small, _imported(bench.large) as large:
        copies = Copies(large.database)
        for size in sizes:
            copies.fill(size)
            yield from _compare(bench, small, large)
        copies.ship()  # then whatever reads a table as a whole reads what was shipped long ago
        yield from explain(large.database, large.backend_id, large.source)


@contextmanager
def _imported(database):
    """A database that has imported its first documents."""
    with netsuite(START) as source:
        side = _Side(database, source)
        database.import_all(side.backend_id)
        database.query("ANALYZE")
        if (found := documents(database)) != START:
            raise RuntimeError(f"There are {found} documents instead of {START}.")
        yield side


class _Side:
    """A database and its account."""

    def __init__(self, database, source):
        self.database = database
        self.source = source
        self.backend_id = database.backend(source)

    def import_seconds(self):
        with self._ordered(ORDERS):
            return seconds(self.database.import_all, self.backend_id)

    def import_memory(self, bench):
        """The most bytes that a process of its own takes for an import.

        Its first one is into another database: what that leaves behind is the same for both sides.
        """
        with SPAWN.Pool(1) as pool, netsuite(FEW) as other:
            known = bench.database.backend(other)
            pool.apply(import_all, (bench.config, bench.database.name, known))
            with self._ordered(ORDERS):
                arguments = (bench.config, self.database.name, self.backend_id)
                return pool.apply(import_peak, arguments)

    @contextmanager
    def _ordered(self, orders):
        """So many orders come in, and are all imported in the block."""
        before = documents(self.database)
        self.source.enter(orders, AGE)
        yield
        if (found := documents(self.database) - before) != orders:
            raise RuntimeError(f"{found} of {orders} orders were imported.")


def _compare(bench, small, large):
    start, size = documents(small.database), documents(large.database)
    large_times, small_times = in_turn(TIMES, large.import_seconds, small.import_seconds)
    large_peaks, small_peaks = in_turn(
        PEAKS, lambda: large.import_memory(bench), lambda: small.import_memory(bench)
    )
    ends = f"{documents(small.database)} and {documents(large.database)}"
    yield Row(
        8,
        f"cost of a document with {size} in the database",
        f"with {start}",
        median_ratio(large_times, small_times),
        1.1,
        at_most=True,
        details={
            "small, ms a document": 1000 * min(small_times) / ORDERS,
            "large, ms a document": 1000 * min(large_times) / ORDERS,
            "documents in the end": ends,
        },
    )
    yield Row(
        8,
        f"peak memory with {size} in the database",
        f"with {start}",
        median_ratio(large_peaks, small_peaks),
        1.25,
        at_most=True,
        details={
            "small, MB": max(small_peaks) / 2**20,
            "large, MB": max(large_peaks) / 2**20,
            "counted": "by the kernel, in a process of its own",
        },
    )
