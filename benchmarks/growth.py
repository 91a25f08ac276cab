"""Importing into a large database, against importing into a small one.

The large one is filled with copies of imported documents and of all that belongs to them. Both
grow in turn by the same imports, which are measured.
"""

from .end_to_end import check
from .explain import explain
from .netsuite import netsuite
from .report import Row, median_ratio
from .timing import in_turn, peak_memory, seconds

START = 1000  # documents in the small database
ORDERS = 200  # documents an import
STEP = 1_000_000  # between the ids of an original and its copies

# What is copied, in the order of dependence: table, which rows, columns that refer to copied rows,
# columns that must differ.
DOCUMENTS = "SELECT id FROM netsuite_transaction WHERE state = 'imported'"
PICKINGS = f"SELECT id FROM stock_picking WHERE netsuite_transaction_id IN ({DOCUMENTS})"
PARTNERS = "SELECT partner_id FROM netsuite_partner"
COPIED = (
    ("res_partner", PARTNERS, ("parent_id", "commercial_partner_id"), ()),
    ("netsuite_partner", "SELECT id FROM netsuite_partner", ("partner_id",), ("internal_id",)),
    ("netsuite_transaction", DOCUMENTS, (), ("internal_id", "order_id")),
    ("stock_picking", PICKINGS, ("netsuite_transaction_id", "partner_id"), ("name",)),
    (
        "stock_move",
        f"SELECT id FROM stock_move WHERE picking_id IN ({PICKINGS})",
        ("picking_id", "partner_id"),
        (),
    ),
    (
        "stock_move_line",
        f"SELECT id FROM stock_move_line WHERE picking_id IN ({PICKINGS})",
        ("picking_id", "move_id"),
        (),
    ),
)
# And each delivery was reported.
REPORTED = """
    INSERT INTO netsuite_fulfillment
        (picking_id, transaction_id, backend_id, company_id, external_id, internal_id, state)
    SELECT picking.id, document.id, document.backend_id, document.company_id,
           'copy-' || picking.id, picking.id, 'done'
      FROM stock_picking picking
      JOIN netsuite_transaction document ON document.id = picking.netsuite_transaction_id
     WHERE NOT EXISTS (SELECT FROM netsuite_fulfillment WHERE picking_id = picking.id)
"""


def measure(bench):
    sizes = (20_000, 50_000) if bench.full else (10_000,)
    small, large = bench.database, bench.large
    for database in (small, large):
        _import(database, START)
    for size in sizes:
        fill(large, size)
        small_times, large_times = in_turn(
            7, lambda: _import_seconds(small), lambda: _import_seconds(large)
        )
        small_peak, large_peak = _import_memory(small), _import_memory(large)
        slow = explain(large)
        yield Row(
            8,
            f"cost of a document with {size} in the database",
            f"with {START}",
            median_ratio(large_times, small_times),
            1.1,
            at_most=True,
            details={
                "small, ms a document": 1000 * min(small_times) / ORDERS,
                "large, ms a document": 1000 * min(large_times) / ORDERS,
                "read as a whole": ", ".join(slow) or "no table",
            },
        )
        yield Row(
            8,
            f"peak memory with {size} in the database",
            f"with {START}",
            large_peak / small_peak,
            1.25,
            at_most=True,
            details={"small, MB": small_peak / 2**20, "large, MB": large_peak / 2**20},
        )


def _import(database, orders):
    with netsuite(orders) as source:
        backend_id = database.backend(source)
        database.import_all(backend_id)
        check(database, backend_id, orders)


def _import_seconds(database):
    with netsuite(ORDERS) as source:
        backend_id = database.backend(source)
        found = seconds(database.import_all, backend_id)
        check(database, backend_id, ORDERS)
        return found


def _import_memory(database):
    with netsuite(ORDERS) as source:
        return peak_memory(database.import_all, database.backend(source))


def fill(database, size):
    """Copy what was imported until there are so many documents."""
    with database.registry.cursor() as cr:
        cr.execute("SELECT count(*) FROM netsuite_transaction WHERE state = 'imported'")
        copies = max(0, size // cr.fetchone()[0] - 1)
        for table, rows, references, distinct in COPIED:
            _copy(cr, table, rows, references, distinct, copies)
        cr.execute(REPORTED)
        for table, *_rest in COPIED:
            cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    database.query("ANALYZE")


def _copy(cr, table, rows, references, distinct, copies):
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = current_schema",
        (table,),
    )
    columns = [name for (name,) in cr.fetchall()]
    values = []
    for name in columns:
        if name == "id" or name in references:
            values.append(f'"{name}" + copy * {STEP}')
        elif name in distinct:
            values.append(f"\"{name}\" || '-' || copy")
        else:
            values.append(f'"{name}"')
    names = ", ".join(f'"{name}"' for name in columns)
    cr.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)}"
        f" FROM {table}, generate_series(1, %s) copy WHERE id IN ({rows})",
        (copies,),
    )
