"""`make demo` and `make serve`: the whole way on a real Odoo, against the NetSuite stand-in."""

import time

from . import services
from .report import say
from .rpc import Session
from .story import Story

# Thirty make 25 to ship: the others wait for approval, are shipped, closed or cancelled.
SIMULATOR = ("--orders", "30", "--seed", "7")
LOGIN = PASSWORD = "admin"  # noqa: S105 (Odoo's own, of every new database)
HEADINGS = (
    "NetSuite order",
    "Delivery order",
    "State",
    "Tracking numbers",
    "NetSuite's fulfilment",
    "Order's new status in NetSuite",
)


def run(database, arguments, stay, access):
    """Tell the story; the exit status says whether NetSuite's side agrees."""
    simulator = services.start_simulator([*SIMULATOR, *arguments])
    # Live messages of the web client need a port of their own unless Odoo is one process.
    odoo = services.start_odoo(database, workers=0 if stay else 2)
    story = Story(Session(odoo.url, database, LOGIN, PASSWORD), simulator, odoo)
    story.connect(access)
    shipments = story.ship(story.import_orders())
    side = story.compare(shipments)
    say("")
    print_table([HEADINGS, *rows(story, side, shipments)])
    say("")
    problems = [f"{one.order}: {text}" for one in shipments for text in one.problems]
    for problem in problems:
        say(f"NetSuite does not agree on {problem}.")
    if not problems:
        say("NetSuite agrees: one fulfilment a shipment, the same quantities and numbers.")
    if stay:
        serve(odoo, simulator)
    return 1 if problems else 0


def rows(story, side, shipments):
    for one in shipments:
        fulfillments = ", ".join(each["tran_id"] for each in side.fulfillments_of(one.order_id))
        numbers = ", ".join(one.numbers)
        status = side.status(one.order_id)
        delivery = one.delivery
        yield (
            one.order,
            delivery["name"],
            state_of(delivery),
            numbers,
            fulfillments or "none",
            status,
        )
        for backorder in delivery["backorder_ids"]:
            rest = story.delivery(backorder)
            yield one.order, rest["name"], f"{state_of(rest)} (backorder)", "", "", ""


def state_of(delivery):
    """Odoo's name of the state, as its screens show it."""
    return {"done": "Done", "assigned": "Ready"}.get(delivery["state"], delivery["state"])


def print_table(table):
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for number, row in enumerate(table):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip())
        if number == 0:
            say("  ".join("-" * width for width in widths))


def serve(odoo, simulator):
    say("")
    say(f"Odoo runs at {odoo.url} - login {LOGIN}, password {PASSWORD}")
    say("  NetSuite (app): the backend, the documents and the write-backs")
    say("  Inventory > Deliveries: ship another one, with a tracking number")
    say(f"NetSuite's side: {simulator.url}/_control/state")
    say("Ctrl-C ends it.")
    while True:
        odoo.check()
        simulator.check()
        time.sleep(0.5)
