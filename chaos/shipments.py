"""NetSuite knows of each shipment exactly once, with its lines, quantities and numbers."""

from collections import Counter, defaultdict

from .netsuite_books import SHIPPABLE, TRACKED, quantities

DIGITS = 4


def broken(odoo, netsuite):
    """Sentences about shipments of which NetSuite does not know exactly what happened."""
    reports = defaultdict(list)
    for report in odoo.reports:
        reports[report["picking_id"]].append(report)
    for picking in odoo.pickings.values():
        found = reports[picking.id]
        if picking.state == "done" and len(found) != 1:
            yield f"{picking.name} is done and has {len(found)} write-backs"
    for report in odoo.reports:
        yield from _report(odoo, netsuite, report)
    for row in odoo.rows.values():
        if row["kind"] == "item_fulfillment":
            yield from _imported(odoo, netsuite, row)
        elif row["kind"] == "invoice" and not row["order_id"]:
            yield from _invoice(odoo, netsuite, row)
    yield from _nobody_elses(odoo, netsuite)
    yield from _not_twice(odoo, netsuite)


def _report(odoo, netsuite, report):
    picking = odoo.pickings[report["picking_id"]]
    row = odoo.rows[report["row"]]
    name = f"{picking.name} of {row['tran_id']}"
    if report["state"] == "pending":
        yield f"{name} is never reported: {report['message']}"
    elif report["state"] == "failed":
        if not (report["message"] and picking.flagged):
            yield f"{name} has failed and no person is told"
        elif not _excuse(odoo, netsuite, report):
            yield f"{name} has failed without need: {report['message']}"
    elif report["state"] == "waiting":
        if picking.numbers and not report["parts_of_kits"]:
            yield f"{name} waits although it has {picking.numbers}: {report['message']}"
    elif row["kind"] == "sales_order" or (row["kind"] == "invoice" and row["order_id"]):
        yield from _fulfillment(odoo, netsuite, report, picking, name)


def _fulfillment(odoo, netsuite, report, picking, name):
    """One reported shipment of an order against NetSuite's fulfilment."""
    own = [one for one in netsuite.ours() if one["external_id"] == report["external_id"]]
    if len(own) > 1:
        yield f"{name} is {len(own)} fulfilments in NetSuite"
    found = netsuite.fulfillments.get(report["internal_id"])
    if found is None:
        yield f"{name} is reported as {report['internal_id']}, which NetSuite does not have"
        return
    shared = [one for one in odoo.reports if one["internal_id"] == report["internal_id"]]
    wanted = sorted({n for one in shared for n in _numbers(odoo.pickings[one["picking_id"]])})
    if sorted(found["tracking_numbers"]) != wanted:
        yield f"{name}: numbers {found['tracking_numbers']} in NetSuite instead of {wanted}"
    told, shipped = quantities(found), defaultdict(float)
    for (line, _product), quantity in picking.done.items():
        if line not in picking.kit_lines:
            shipped[line] += quantity
    is_told = report["corrected"] and picking.flagged
    for line, quantity in shipped.items():
        if round(told[line] - quantity, DIGITS) and not is_told:
            yield f"{name}: line {line} is {told[line]:g} in NetSuite instead of {quantity:g}"
    order = netsuite.orders.get(found["created_from"])
    goods = {str(one["line"]) for one in order["lines"] if netsuite.is_shipped(one)}
    if more := (set(told) & goods) - set(shipped) - picking.kit_lines:
        yield f"{name}: NetSuite has lines {sorted(more)} too"


def _imported(odoo, netsuite, row):
    """An imported fulfilment carries the parcels of all its shipments."""
    record = netsuite.fulfillments.get(row["internal_id"])
    done = [one for one in odoo.reports_of(row) if one["state"] == "done"]
    if record is None or not done or len(done) < len(odoo.reports_of(row)):
        return
    pickings = odoo.of_row(row)
    wanted = sorted({n for one in pickings if one.state == "done" for n in _numbers(one)})
    if sorted(record["tracking_numbers"]) != wanted and (wanted or _told(record)):
        yield f"{record['tran_id']}: numbers {record['tracking_numbers']} instead of {wanted}"
    if not any(one.is_open for one in pickings) and record["ship_status"] != "shipped":
        yield f"{record['tran_id']} has left and is {record['ship_status']} in NetSuite"


def _told(record):
    """Are there numbers that no person entered in NetSuite?"""
    return any(not number.startswith("BYHAND") for number in record["tracking_numbers"])


def _invoice(odoo, netsuite, row):
    record = netsuite.invoices.get(row["internal_id"])
    reports = odoo.reports_of(row)
    if record is None or any(one["state"] == "failed" for one in reports):
        return
    pickings = [odoo.pickings[one["picking_id"]] for one in reports if one["state"] == "done"]
    wanted = sorted({number for one in pickings for number in _numbers(one)})
    found = sorted(record["tracking_numbers"].replace(",", " ").split())
    if found != wanted:
        yield f"{record['tran_id']}: numbers {found} instead of {wanted}"


def _nobody_elses(odoo, netsuite):
    """Each fulfilment that Odoo made belongs to one shipment."""
    known = {one["external_id"] for one in odoo.reports}
    made = Counter(one["external_id"] for one in netsuite.ours())
    for external_id, times in made.items():
        if external_id not in known:
            yield f"NetSuite has a fulfilment {external_id} of no shipment"
        elif times > 1:
            yield f"NetSuite has {times} fulfilments {external_id}"


def _not_twice(odoo, netsuite):
    """No goods of an order have left twice, whichever documents they were shipped for."""
    left = defaultdict(lambda: defaultdict(float))
    excused = set()
    for row in odoo.rows.values():
        if row["kind"] != "item_fulfillment" and row["order_id"]:
            for key, quantity in odoo.total(row, "done").items():
                left[row["order_id"]][key] += quantity
            if any(one["state"] != "done" or one["corrected"] for one in odoo.reports_of(row)):
                excused.add(row["order_id"])  # what NetSuite does not know, people may take away
    for order_id, shipped in left.items():
        order = netsuite.orders.get(order_id)
        lines = {str(one["line"]): one["quantity"] for one in order["lines"]} if order else {}
        for (line, _product), quantity in shipped.items():
            if order_id not in excused and quantity > lines.get(line, 0) + 10**-DIGITS:
                yield f"{quantity:g} of line {line} of order {order_id} left, not {lines.get(line)}"


def _numbers(picking):
    return [one for one in (picking.numbers or "").split(",") if one]


def _excuse(odoo, netsuite, report):
    """Could NetSuite not be told of this shipment, because people did something else there?"""
    row = odoo.rows[report["row"]]
    if row["kind"] == "item_fulfillment":
        return row["internal_id"] not in netsuite.fulfillments
    if not row["order_id"]:
        return row["internal_id"] not in netsuite.invoices
    order = netsuite.orders.get(row["order_id"])
    if order is None or order["status"] not in SHIPPABLE or report["has_candidates"]:
        return True
    lines = {str(one["line"]): one for one in order["lines"]}
    shipped = odoo.pickings[report["picking_id"]].done
    return any(
        line not in lines
        or lines[line]["item"] in TRACKED
        or round(quantity - lines[line]["open"], DIGITS) > 0
        for (line, _product), quantity in shipped.items()
    )
