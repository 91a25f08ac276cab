"""People in Odoo: they ship with no more rights than Inventory / User, whatever NetSuite does."""

import string

from dev.report import Stop
from dev.rpc import Session
from dev.warehouse import Warehouse

LOGIN = "chaos-floor"
PASSWORD = "chaos-floor-password"  # noqa: S105 (of a user that this run makes)
OPEN = [
    ("netsuite_transaction_id", "!=", False),
    ("picking_type_code", "=", "outgoing"),
    ("return_id", "=", False),
    ("state", "in", ("confirmed", "assigned")),
]
DONE = [("netsuite_fulfillment_ids", "!=", False), ("state", "=", "done")]
PICKING = "stock.picking"


class Floor:
    """One person; what Odoo refuses, or answers with a broken connection, is left for later."""

    def __init__(self, session, ledger):
        self._odoo = session
        self._ledger = ledger
        self._warehouse = Warehouse(session)

    def work(self, chance):
        names = [name for name, weight in WORK.items() for _time in range(weight)]
        name = chance.choice(names)
        domain = DONE if name in AFTER else OPEN
        found = self._odoo.read(PICKING, domain, ["carrier_tracking_ref"], order="id", limit=200)
        if not found:
            return
        picking = chance.choice(found)
        getattr(self, f"_{name}")(chance, picking)
        self._ledger.note(f"floor: {name.replace('_', ' ')}", picking["id"])

    def _ship_all(self, chance, picking, numbers=1):
        quantities = {one["id"]: one["product_uom_qty"] for one in self._moves(picking)}
        self._warehouse.ship(
            picking["id"], quantities, [_number(chance) for _one in range(numbers)]
        )

    def _ship_in_parcels(self, chance, picking):
        self._ship_all(chance, picking, chance.randint(2, 3))

    def _ship_part(self, chance, picking):
        quantities = {
            one["id"]: chance.randint(0, int(one["product_uom_qty"]))
            for one in self._moves(picking)
        }
        if any(quantities.values()):
            self._warehouse.ship(picking["id"], quantities, [_number(chance)])

    def _ship_without_number(self, chance, picking):
        self._ship_all(chance, picking, 0)

    def _begin(self, chance, picking):
        move = chance.choice(self._moves(picking))
        self._odoo.call("stock.move", "write", [move["id"]], {"picked": True})

    def _print(self, _chance, picking):
        self._odoo.call(PICKING, "do_print_picking", [picking["id"]])

    def _cancel(self, _chance, picking):
        self._ledger.given_up.add(picking["id"])  # also when the answer gets lost
        self._odoo.call(PICKING, "action_cancel", [picking["id"]])

    def _correct_number(self, chance, picking):
        numbers = [_number(chance) for _one in range(chance.randint(1, 2))]
        self._write_numbers(picking, ",".join(numbers))

    def _take_number_away(self, _chance, picking):
        self._write_numbers(picking, False)

    def _write_numbers(self, picking, numbers):
        self._odoo.call(PICKING, "write", [picking["id"]], {"carrier_tracking_ref": numbers})

    def _correct_quantity(self, chance, picking):
        """Somebody has counted again what left; once, so that either number is known."""
        if picking["id"] in self._ledger.corrected:
            raise Stop("the delivery was corrected before")
        move = chance.choice([one for one in self._moves(picking) if one["quantity"]])
        self._ledger.corrected.add(picking["id"])
        quantity = move["quantity"] + chance.choice((-1, 1))
        self._odoo.call("stock.move", "write", [move["id"]], {"quantity": quantity})

    def _moves(self, picking):
        moves = self._warehouse.moves(picking["id"])
        if not moves:
            raise Stop("the delivery has gone meanwhile")
        return moves


# What is done, and how often in proportion.
WORK = {
    "ship_all": 10,
    "ship_in_parcels": 5,
    "ship_part": 6,
    "ship_without_number": 2,
    "begin": 3,
    "print": 1,
    "cancel": 1,
    "correct_number": 5,
    "take_number_away": 1,
    "correct_quantity": 1,
}
AFTER = ("correct_number", "take_number_away", "correct_quantity")


def make_user(administrator):
    """A warehouse person without any right on NetSuite's own screens."""
    groups = [administrator.xml_id(name) for name in ("base.group_user", "stock.group_stock_user")]
    administrator.create(
        "res.users",
        {
            "name": "Warehouse",
            "login": LOGIN,
            "password": PASSWORD,
            "group_ids": [(6, 0, groups)],
        },
    )


def session(url, database):
    return Session(url, database, LOGIN, PASSWORD)


def _number(chance):
    return "1Z" + "".join(chance.choices(string.ascii_uppercase + string.digits, k=14))
