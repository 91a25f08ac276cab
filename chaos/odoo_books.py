"""What Odoo's database says at the end: documents, deliveries and write-backs, read at once."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from psycopg2.extras import RealDictCursor

from dev import postgres

ROWS = """
    SELECT t.id, t.import_type AS kind, t.internal_id, t.tran_id, t.order_id, t.state,
           t.hold_reason, t.message
      FROM netsuite_transaction t
"""
PICKINGS = """
    SELECT p.id, p.name, p.state, p.netsuite_transaction_id AS row,
           p.carrier_tracking_ref AS numbers,
           p.printed
           OR EXISTS (SELECT 1 FROM stock_move m
                       WHERE m.picking_id = p.id AND m.picked AND m.state <> 'cancel')
           OR EXISTS (SELECT 1 FROM stock_move_line l
                       WHERE l.picking_id = p.id AND l.result_package_id IS NOT NULL) AS begun,
           EXISTS (SELECT 1 FROM mail_activity a
                     JOIN ir_model_data d ON d.res_id = a.activity_type_id
                      AND d.model = 'mail.activity.type' AND d.module = 'connector_netsuite'
                    WHERE a.res_model = 'stock.picking' AND a.res_id = p.id AND a.active) AS flagged
      FROM stock_picking p
      JOIN stock_picking_type y ON y.id = p.picking_type_id AND y.code = 'outgoing'
     WHERE p.netsuite_transaction_id IS NOT NULL AND p.return_id IS NULL
"""
MOVES = """
    SELECT m.picking_id, m.netsuite_line AS line, m.product_id AS product, m.state,
           m.netsuite_is_kit AS is_kit, m.netsuite_factor AS factor, p.default_code AS code,
           (m.product_uom_qty / m.netsuite_factor)::float AS wanted,
           (m.quantity / m.netsuite_factor)::float AS done,
           (m.netsuite_left / m.netsuite_factor)::float AS left_then
      FROM stock_move m JOIN product_product p ON p.id = m.product_id
     WHERE m.netsuite_line IS NOT NULL
"""
# What people are told of deliveries that they had begun when NetSuite's document changed.
CHANGES = """
    SELECT a.res_id AS picking_id, a.note
      FROM mail_activity a
      JOIN ir_model_data d ON d.res_id = a.activity_type_id AND d.model = 'mail.activity.type'
       AND d.module = 'connector_netsuite' AND d.name = 'activity_type_change'
     WHERE a.res_model = 'stock.picking' AND a.active
"""
CHANGE = re.compile(r"<li>\[([^\]]+)\] [^<]*: ([-+.e\d]+) \u2192 ([-+.e\d]+)</li>")
REPORTS = """
    SELECT f.id, f.picking_id, f.transaction_id AS row, f.external_id, f.internal_id, f.state,
           f.message, f.parts_of_kits, f.remainder, f.corrected_date IS NOT NULL AS corrected
      FROM netsuite_fulfillment f
"""
TABLES = {
    "documents": ROWS,
    "pickings": PICKINGS,
    "quantities": MOVES,
    "reports": REPORTS,
    "changes": CHANGES,
    # The rest is for whoever looks for the reason of what is broken.
    "moves": """
        SELECT m.id, m.picking_id, m.state, m.netsuite_line, m.product_uom_qty::float,
               m.quantity::float, m.picked, m.create_date, m.write_date
          FROM stock_move m JOIN stock_picking p ON p.id = m.picking_id
         WHERE p.netsuite_transaction_id IS NOT NULL ORDER BY m.id
    """,
    "activities": """
        SELECT a.res_model, a.res_id, a.create_date, a.summary, a.note, a.active
          FROM mail_activity a WHERE a.res_model IN ('stock.picking', 'netsuite.transaction')
         ORDER BY a.id
    """,
    "messages": """
        SELECT model, res_id, date, body FROM mail_message
         WHERE model IN ('stock.picking', 'netsuite.transaction') ORDER BY id
    """,
}


@dataclass
class Picking:
    """A delivery: quantities by (line, product), in the unit of the NetSuite line. ``left`` is what
    was shipped when it was done, ``done`` what people have made of that since."""

    id: int
    name: str
    state: str
    row: int
    numbers: str
    begun: bool
    flagged: bool
    open: dict = field(default_factory=lambda: defaultdict(float))
    done: dict = field(default_factory=lambda: defaultdict(float))
    left: dict = field(default_factory=lambda: defaultdict(float))
    given_up: dict = field(default_factory=lambda: defaultdict(float))
    kit_members: set = field(default_factory=set)  # (line, product), whatever became of them
    told: dict = field(default_factory=lambda: defaultdict(list))  # changes by SKU, in its own unit

    @property
    def is_open(self):
        return self.state not in ("done", "cancel")

    @property
    def kit_lines(self):
        return {line for line, _product in self.kit_members}


def read(database):
    """What the database says at this moment, by the names of :data:`TABLES`."""
    with (
        postgres.closing_connection(dbname=database) as connection,
        connection.cursor(cursor_factory=RealDictCursor) as cr,
    ):
        return {name: _all(cr, query) for name, query in TABLES.items()}


class OdooBooks:
    """
    :param tables: see :func:`read`
    :param given_up: ids of the deliveries that people cancelled in Odoo
    """

    def __init__(self, tables, given_up):
        self.tables = tables
        self.given_up = given_up
        self.items = {}  # SKU, and how much of it is one unit of the line
        self.rows = {row["id"]: row for row in tables["documents"]}
        self.pickings = {one["id"]: Picking(**one) for one in tables["pickings"]}
        self.reports = tables["reports"]
        for move in tables["quantities"]:
            self._enter(**move)
        for activity in tables["changes"]:
            self._tell_of(**activity)
        self.by_document = {(row["kind"], row["internal_id"]): row for row in self.rows.values()}

    def _enter(
        self, picking_id, line, product, state, is_kit, factor, code, wanted, done, left_then
    ):
        picking = self.pickings.get(picking_id)
        if picking is None:
            return
        key = (line, product)
        self.items[picking.row, key] = (code, factor)
        if is_kit:
            picking.kit_members.add(key)
        if state == "done":
            picking.done[key] += done
            picking.left[key] += left_then
        elif state != "cancel":
            picking.open[key] += wanted
        elif picking_id in self.given_up:
            picking.given_up[key] += wanted

    def _tell_of(self, picking_id, note):
        picking = self.pickings.get(picking_id)
        for code, before, after in CHANGE.findall(note or ""):
            if picking is not None:
                picking.told[code].append(float(after) - float(before))

    def of_row(self, row):
        return [one for one in self.pickings.values() if one.row == row["id"]]

    def of_order(self, row):
        """Deliveries of the other documents of the same order."""
        return [
            one
            for one in self.pickings.values()
            if one.row != row["id"]
            and row["order_id"]
            and self.rows[one.row]["order_id"] == row["order_id"]
        ]

    def is_reported(self, picking):
        return any(
            one["picking_id"] == picking.id and one["state"] == "done" for one in self.reports
        )

    def reports_of(self, row):
        return [one for one in self.reports if one["row"] == row["id"]]

    def total(self, row, name):
        """Quantities by (line, product) of all deliveries of a document: "open", "done", "left" or
        "given_up"."""
        quantities = defaultdict(float)
        for picking in self.of_row(row):
            for key, quantity in getattr(picking, name).items():
                quantities[key] += quantity
        return quantities


def _all(cr, query):
    cr.execute(query)
    return cr.fetchall()
