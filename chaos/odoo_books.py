"""What Odoo's database says at the end: documents, deliveries and write-backs, read at once."""

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
           p.netsuite_taken_over IS NOT NULL AS taken_over,
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
           m.netsuite_is_kit AS is_kit,
           (m.product_uom_qty / m.netsuite_factor)::float AS wanted,
           (m.quantity / m.netsuite_factor)::float AS done
      FROM stock_move m
     WHERE m.netsuite_line IS NOT NULL
"""
# What the deliveries and documents tell people, and all their moves: to find out what went wrong.
STORY = {
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
REPORTS = """
    SELECT f.id, f.picking_id, f.transaction_id AS row, f.external_id, f.internal_id, f.state,
           f.message, f.candidates IS NOT NULL AS has_candidates, f.parts_of_kits,
           f.corrected_date IS NOT NULL AS corrected
      FROM netsuite_fulfillment f
"""


@dataclass
class Picking:
    """A delivery: quantities by (line, product), in the unit of the NetSuite line."""

    id: int
    name: str
    state: str
    row: int
    numbers: str
    taken_over: bool
    begun: bool
    flagged: bool
    open: dict = field(default_factory=lambda: defaultdict(float))
    done: dict = field(default_factory=lambda: defaultdict(float))
    given_up: dict = field(default_factory=lambda: defaultdict(float))
    kit_lines: set = field(default_factory=set)

    @property
    def is_open(self):
        return self.state not in ("done", "cancel")


class OdooBooks:
    """:param given_up: ids of the deliveries that people cancelled in Odoo"""

    def __init__(self, database, given_up):
        self._given_up = given_up
        with (
            postgres.closing_connection(dbname=database) as connection,
            connection.cursor(cursor_factory=RealDictCursor) as cr,
        ):
            self.rows = {row["id"]: row for row in _all(cr, ROWS)}
            self.pickings = {one["id"]: Picking(**one) for one in _all(cr, PICKINGS)}
            self.reports = list(_all(cr, REPORTS))
            for move in _all(cr, MOVES):
                self._enter(**move)
            self._story = {name: _all(cr, query) for name, query in STORY.items()}
        self.by_document = {(row["kind"], row["internal_id"]): row for row in self.rows.values()}

    def _enter(self, picking_id, line, product, state, is_kit, wanted, done):
        picking = self.pickings.get(picking_id)
        if picking is None:
            return
        if state == "done":
            picking.done[line, product] += done
        elif state == "cancel":
            if picking_id in self._given_up:
                picking.given_up[line, product] += wanted
            return
        else:
            picking.open[line, product] += wanted
        if is_kit:
            picking.kit_lines.add(line)

    def tell(self):
        """All of it, for JSON."""
        pickings = [
            {name: value for name, value in vars(one).items() if not isinstance(value, dict | set)}
            for one in self.pickings.values()
        ]
        return {
            "documents": list(self.rows.values()),
            "pickings": pickings,
            "reports": list(self.reports),
            "given_up": sorted(self._given_up),
            **self._story,
        }

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

    def reports_of(self, row):
        return [one for one in self.reports if one["row"] == row["id"]]

    def total(self, row, name):
        """Quantities by (line, product) of all deliveries of a document: "open", "done" or
        "given_up"."""
        quantities = defaultdict(float)
        for picking in self.of_row(row):
            for key, quantity in getattr(picking, name).items():
                quantities[key] += quantity
        return quantities


def _all(cr, query):
    cr.execute(query)
    return cr.fetchall()
