"""Validating a delivery in the warehouse, with the addon and in a database without it."""

from statistics import median

from . import bare_orm
from .building import build_rate
from .orders import know_items, orders
from .report import Row, median_ratio
from .timing import in_turn, seconds

DELIVERIES = 60
FLOOR = (
    "The floor is the same validation, after which a row and a job are made without looking at "
    "anything: what Odoo and the queue take for that alone."
)


def measure(bench):
    database, plain = bench.database, bench.plain
    backend_id = database.make_backend("WAREHOUSE")
    products = know_items(database, backend_id)
    foreign_ids = iter(_bare_deliveries(database, products))
    floor_ids = iter(_bare_deliveries(database, products))
    plain_ids = iter(_bare_deliveries(plain, bare_orm.products(plain)))
    build_rate(database, backend_id, DELIVERIES)
    our_ids = iter(_deliveries_of(database, backend_id))
    times = in_turn(
        DELIVERIES,
        lambda: seconds(_validate, plain, next(plain_ids)),
        lambda: seconds(_validate, database, next(foreign_ids)),
        lambda: seconds(_validate, database, next(our_ids)),
        lambda: seconds(_validate_and_enter, database, next(floor_ids)),
    )
    _check(database, backend_id)
    without, foreign, ours, floor = times
    medians = [1000 * median(some) for some in times]
    yield Row(
        10,
        "(a) validating a delivery that is not from NetSuite",
        "the same without the addon",
        median_ratio(foreign, without),
        1.05,
        at_most=True,
        details={
            "median of pairs": DELIVERIES,
            "clock": "on the wall",
            "without, ms": medians[0],
            "with, ms": medians[1],
        },
    )
    yield Row(
        10,
        "(b) validating one from NetSuite, its row and job included",
        "the same without the addon",
        median_ratio(ours, without),
        1.15,
        at_most=True,
        details={
            "with, ms": medians[2],
            "with a bare row and job, ms": medians[3],
            "the floor": median_ratio(floor, without),
        },
        explanation=FLOOR,
    )


def _bare_deliveries(database, products):
    with database.transaction() as env:
        pickings = bare_orm.create_batch(env, orders(DELIVERIES), products)
        _label(pickings)
        return pickings.ids


def _deliveries_of(database, backend_id):
    with database.transaction() as env:
        rows = env["netsuite.transaction"].search([("backend_id", "=", backend_id)])
        _label(rows.all_picking_ids)
        return rows.all_picking_ids.ids


def _label(pickings):
    for number, picking in enumerate(pickings):
        picking.carrier_tracking_ref = f"1Z{number:08}"


def _validate(database, picking_id):
    """As the button does: to the commit."""
    with database.transaction() as env:
        validate(env["stock.picking"].browse(picking_id))


def _validate_and_enter(database, picking_id):
    """The least that a row and a job cost: made without looking at anything."""
    with database.transaction() as env:
        picking = env["stock.picking"].browse(picking_id)
        validate(picking)
        row = env["netsuite.fulfillment"].create(
            {
                "picking_id": picking_id,
                "transaction_id": env["netsuite.transaction"].search([], limit=1).id,
                "external_id": f"bench-{picking_id}",
                "tracking_numbers": picking.carrier_tracking_ref,
                "state": "waiting",
            }
        )
        row.with_delay(identity_key=f"bench-{picking_id}")._job_report()


def validate(picking):
    """Press the button, without the questions that it may ask."""
    picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
    if picking.state != "done":
        raise RuntimeError(f"{picking.name} is {picking.state}.")


def _check(database, backend_id):
    jobs = database.query(
        "SELECT count(*) FROM netsuite_fulfillment WHERE backend_id = %s AND state = 'pending'",
        backend_id,
    )
    database.drop_jobs()
    if jobs != [(DELIVERIES,)]:
        raise RuntimeError(f"{jobs} of {DELIVERIES} shipments are to be reported.")
