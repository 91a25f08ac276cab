"""Write-backs by the job runner over one connection, against the time of their requests alone."""

from collections import Counter
from datetime import datetime

from .end_to_end import check, server, wait
from .netsuite import netsuite
from .report import Row
from .warehouse import validate

LATENCY = 0.3  # seconds
MORE = (2, 3, 5)  # connections, where an account has them
TARGETS = {"soap": 3, "rest": 2}
FIRST = 2  # shipments a round before, one for each shipping method
# What is learnt once is known then: the first round learns the methods' packages, the second, which
# needs no preview any more, whether the account has orders to several addresses (asked once a day).
ROUNDS = 2
# With a lot and serials: each must be looked up in NetSuite. What the simulator has of them.
TRACED = 20  # shipments
TRACED_GOODS = {
    "131": ("HONEY-LOT", {"LOT-2406-A": 200}),
    "132": ("SCALE-SER", {f"SN{100200 + number}": 1 for number in range(60)}),
}


def measure(bench):
    shipments = 200 if bench.full else 40
    for api in bench.apis:
        calls = _report(bench.database, api, shipments)
        taken = _seconds(calls)
        yield Row(
            7,
            f"write-back of {shipments} shipments, {api.upper()}",
            f"requests x {LATENCY * 1000:.0f} ms",
            taken / (len(calls) * LATENCY),
            1.15,
            at_most=True,
            details={
                "seconds": taken,
                "a call at NetSuite, ms": 1000 * sum(call.duration for call in calls) / len(calls),
                **_circumstances(calls, 1),
            },
        )
        yield Row(
            7,
            f"requests a shipment, {api.upper()}",
            "-",
            len(calls) / shipments,
            TARGETS[api],
            at_most=True,
            details=dict(Counter(call.operation for call in calls)),
        )
        for connections in MORE:
            calls = _report(bench.database, api, shipments, connections)
            yield Row(
                7,
                f"shipments a second over {connections} connections, {api.upper()}",
                "over one",
                taken / _seconds(calls),
                None,
                details={
                    "an hour": 3600 * shipments / _seconds(calls),
                    **_circumstances(calls, connections),
                },
            )
        calls = _report_traced(bench.database, api)
        yield Row(
            7,
            f"requests a shipment of a lot and serials, {api.upper()}",
            "-",
            len(calls) / TRACED,
            None,
            details=dict(Counter(call.operation for call in calls)),
        )


def _most(calls, connections):
    """The most calls at once.

    :raises RuntimeError: more than the account allows
    """
    most = max(call.in_flight for call in calls)
    if most > connections:
        raise RuntimeError(f"{most} calls at once over {connections} connections.")
    return most


def _seconds(calls):
    """From the beginning of the first to the end of the last."""
    begun = [datetime.fromisoformat(call.time).timestamp() for call in calls]
    ended = [start + call.duration for start, call in zip(begun, calls, strict=True)]
    return max(ended) - min(begun)


def _circumstances(calls, connections):
    return {
        "in flight at most": _most(calls, connections),
        "server": f"--workers={_jobs(connections)}, {_channels(connections)}",
        "connection_limit": connections,
    }


def _jobs(connections):
    """How many jobs work at once: the next report is ready when a connection becomes free."""
    return connections + 1


def _channels(connections):
    jobs = _jobs(connections)
    return f"root:{jobs},root.netsuite:{jobs},root.netsuite.writeback:{jobs}"


def _report(database, api, shipments, connections=1):
    """The calls that reported so many shipments, after the first ones of the account."""
    all_of_them = shipments + ROUNDS * FIRST
    with netsuite(all_of_them) as source:
        backend_id = database.backend(source, api, connection_limit=connections)
        database.import_all(backend_id)
        check(database, backend_id, all_of_them)
        for _round in range(ROUNDS):
            ship(database, backend_id, FIRST)
            database.run_jobs()
        ship(database, backend_id, shipments)
        source.clear_journal()
        source.set_latency(LATENCY)
        with server(database, _jobs(connections), _channels(connections)):
            wait(lambda: reported(database, backend_id) == all_of_them, "all is reported", 0.5)
        return source.calls()


def _report_traced(database, api):
    """The calls that reported shipments of a lot and serials, after the first ones."""
    all_of_them = TRACED + ROUNDS * FIRST
    with netsuite(all_of_them, lines=2, goods=tuple(TRACED_GOODS)) as source:
        backend_id = database.backend(source, api, track_inventory=True)
        database.import_all(backend_id)
        check(database, backend_id, all_of_them)
        _receive_numbers(database, backend_id)
        for shipments in (*[FIRST] * ROUNDS, TRACED):
            source.clear_journal()
            ship(database, backend_id, shipments)
            database.run_jobs()
        if (found := reported(database, backend_id)) != all_of_them:
            raise RuntimeError(f"{found} of {all_of_them} shipments were reported.")
        return source.calls()


def _receive_numbers(database, backend_id):
    """Have the lots and serials in stock, and the deliveries reserve them."""
    with database.transaction() as env:
        rows = env["netsuite.transaction"].search([("backend_id", "=", backend_id)])
        pickings = rows.all_picking_ids
        products = pickings.move_ids.product_id.grouped("default_code")
        for sku, numbers in TRACED_GOODS.values():
            product = products[sku]
            lots = env["stock.lot"].create(
                [{"name": name, "product_id": product.id} for name in numbers]
            )
            for lot in lots:
                env["stock.quant"]._update_available_quantity(
                    product, pickings.location_id, numbers[lot.name], lot_id=lot
                )
            # The next account finds none of this name, and brings products of its own.
            product.write({"default_code": False, "barcode": False})
        pickings.action_assign()


def ship(database, backend_id, count):
    with database.transaction() as env:
        rows = env["netsuite.transaction"].search([("backend_id", "=", backend_id)])
        waiting = rows.all_picking_ids.filtered(lambda picking: picking.state == "assigned")
        for picking in waiting[:count]:
            picking.carrier_tracking_ref = f"1Z{picking.id:08}"
            validate(picking)


def reported(database, backend_id):
    """How many write-backs are done.

    :raises RuntimeError: one has failed
    """
    states = Counter(
        dict(
            database.query(
                "SELECT state, count(*) FROM netsuite_fulfillment WHERE backend_id = %s"
                " GROUP BY state",
                backend_id,
            )
        )
    )
    if states["failed"]:
        raise RuntimeError(f"{states['failed']} write-backs failed.")
    return states["done"]
