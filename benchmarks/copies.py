"""Filling a database: copies of what it has imported, of the same account, with all that belongs to
it and grows with it."""

DOCUMENTS = "SELECT id FROM netsuite_transaction WHERE id = ANY(%(documents)s)"
PICKINGS = "SELECT id FROM stock_picking WHERE netsuite_transaction_id = ANY(%(documents)s)"
ADDRESSES = f"SELECT partner_id FROM stock_picking WHERE id IN ({PICKINGS})"
PARTNERS = f"{ADDRESSES} UNION SELECT parent_id FROM res_partner WHERE id IN ({ADDRESSES})"

# Of ten copies nine have been shipped: orders stay, open ones are as many as a season leaves.
SHIPPED = "CASE WHEN copy %% 10 = 0 THEN \"{}\" ELSE 'done' END"
# Numbers of NetSuite stay numbers, and other texts that must differ get the number of the copy.
OTHER_ID = '("{}"::bigint + copy * 10000000)::text'
OTHER_TEXT = "\"{}\" || '-' || copy"
# The new id of a copied row that is referred to.
OTHER_ROW = '"{}" + %(offset)s + (copy - %(first)s) * %(step)s'

# What is copied, in the order of dependence: table, which rows, what differs.
COPIED = (
    ("res_partner", PARTNERS, {"parent_id": OTHER_ROW, "commercial_partner_id": OTHER_ROW}),
    (
        "netsuite_partner",
        f"SELECT id FROM netsuite_partner WHERE partner_id IN ({PARTNERS})",
        {"partner_id": OTHER_ROW, "internal_id": OTHER_TEXT},
    ),
    ("netsuite_transaction", DOCUMENTS, {"internal_id": OTHER_ID, "order_id": OTHER_ID}),
    (
        "stock_picking",
        PICKINGS,
        {
            "netsuite_transaction_id": OTHER_ROW,
            "partner_id": OTHER_ROW,
            "name": OTHER_TEXT,
            "state": SHIPPED,
        },
    ),
    (
        "stock_move",
        f"SELECT id FROM stock_move WHERE picking_id IN ({PICKINGS})",
        {"picking_id": OTHER_ROW, "partner_id": OTHER_ROW, "state": SHIPPED},
    ),
    (
        "stock_move_line",
        f"SELECT id FROM stock_move_line WHERE picking_id IN ({PICKINGS})",
        {"picking_id": OTHER_ROW, "move_id": OTHER_ROW, "state": SHIPPED},
    ),
    (
        "mail_message",
        f"SELECT id FROM mail_message WHERE model = 'stock.picking' AND res_id IN ({PICKINGS})",
        {"res_id": OTHER_ROW},
    ),
)
# Each shipment was reported,
REPORTED = """
    INSERT INTO netsuite_fulfillment
        (picking_id, transaction_id, backend_id, company_id, external_id, internal_id, state)
    SELECT picking.id, document.id, document.backend_id, document.company_id,
           'copy-' || picking.id, picking.id, 'done'
      FROM stock_picking picking
      JOIN netsuite_transaction document ON document.id = picking.netsuite_transaction_id
     WHERE picking.state = 'done'
       AND NOT EXISTS (SELECT FROM netsuite_fulfillment WHERE picking_id = picking.id)
"""
# which took a job and a call.
WORKED = {
    "queue_job": ("state = 'done'", {"uuid": "gen_random_uuid()::text"}),
    "netsuite_request": ("true", {}),
}
SHIPPING = ("stock_picking", "stock_move", "stock_move_line")
#: All tables that grow.
TABLES = (*(table for table, *_rest in COPIED), "netsuite_fulfillment", *WORKED)


class Copies:
    """The copies in a database.

    What is there at first are the originals; only they are copied, however much comes later.

    :param database: a :class:`.database.Database` that has imported documents, of one backend
    """

    def __init__(self, database):
        self._database = database
        self._made = 0
        self._documents = [
            row_id
            for (row_id,) in database.query(
                "SELECT id FROM netsuite_transaction WHERE state = 'imported' ORDER BY id"
            )
        ]
        with database.registry.cursor() as cr:
            self._step = _largest_id(cr)

    def fill(self, size):
        """Copy until there are exactly so many documents."""
        missing = size - documents(self._database)
        whole, rest = divmod(missing, len(self._documents))
        with self._database.registry.cursor() as cr:
            if whole:
                self._copy(cr, self._documents, whole)
            if rest:
                self._copy(cr, self._documents[:rest], 1)
            cr.execute(REPORTED)
            for table, (rows, others) in WORKED.items():
                _multiply(cr, table, rows, others, missing)
        self._database.query("ANALYZE")
        if (found := documents(self._database)) != size:
            raise RuntimeError(f"There are {found} documents instead of {size}.")

    def ship(self):
        """Have everything shipped and reported that is open."""
        with self._database.registry.cursor() as cr:
            for table in SHIPPING:
                cr.execute(f"UPDATE {table} SET state = 'done' WHERE state <> 'done'")
            cr.execute(REPORTED)
        self._database.query("ANALYZE")

    def _copy(self, cr, originals, times):
        """Copy these documents so many times, each under an id of its own beyond all others."""
        first = self._made + 1
        self._made += times
        values = {
            "documents": originals,
            "first": first,
            "last": self._made,
            "offset": _largest_id(cr),
            "step": self._step,
        }
        for table, rows, others in COPIED:
            names, expressions = _columns(cr, table, {"id": OTHER_ROW, **others})
            cr.execute(
                f"INSERT INTO {table} ({names}) SELECT {expressions} FROM {table},"
                f" generate_series(%(first)s, %(last)s) copy WHERE id IN ({rows})",
                values,
            )
        for table, *_rest in COPIED:
            cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")


def documents(database):
    """How many documents have become deliveries."""
    return database.query("SELECT count(*) FROM netsuite_transaction WHERE state = 'imported'")[0][
        0
    ]


def _largest_id(cr):
    found = []
    for table, *_rest in COPIED:
        cr.execute(f"SELECT max(id) FROM {table}")
        found.append(cr.fetchone()[0] or 0)
    return max(found)


def _multiply(cr, table, rows, others, times):
    """Enter the last of these rows so many times more."""
    names, expressions = _columns(cr, table, {"id": f"nextval('{table}_id_seq')", **others})
    cr.execute(
        f"INSERT INTO {table} ({names}) SELECT {expressions} FROM"
        f" (SELECT * FROM {table} WHERE {rows} ORDER BY id DESC LIMIT 1) one,"
        " generate_series(1, %(times)s) copy",
        {"times": times},
    )


def _columns(cr, table, others):
    """The names of a table's columns, and what a copy has in them."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = current_schema",
        (table,),
    )
    names = [name for (name,) in cr.fetchall()]
    expressions = [others.get(name, '"{}"').format(name) for name in names]
    return ", ".join(f'"{name}"' for name in names), ", ".join(expressions)
