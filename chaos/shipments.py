"""NetSuite knows of each shipment exactly once, with its lines, quantities and numbers."""

import math
from collections import Counter, defaultdict

from .netsuite_books import SHIPPABLE, TRACKED, quantities

DIGITS = 4


def broken(odoo, netsuite):
    """Sentences about shipments of which NetSuite does not know exactly what happened."""
    reports = defaultdict(list)
    for report in odoo.reports:
        if not report["remainder"]:
            reports[report["picking_id"]].append(report)
    for picking in odoo.pickings.values():
        found = reports[picking.id]
        if picking.state == "done" and len(found) != 1:
            yield f"{picking.name} is done and has {len(found)} write-backs"
    yield from unfinished(odoo)
    for report in odoo.reports:
        yield from _report(odoo, netsuite, report)
    for row in odoo.rows.values():
        if row["kind"] == "item_fulfillment":
            yield from _imported(odoo, netsuite, row)
        elif row["kind"] == "invoice" and not row["order_id"]:
            yield from _invoice(odoo, netsuite, row)
        else:
            yield from _kits(odoo, netsuite, row)
    yield from doubled(odoo, netsuite)
    yield from _not_twice(odoo, netsuite)


def unfinished(odoo):
    """Sentences about shipments that nobody goes on with."""
    for report in odoo.reports:
        if report["state"] == "pending":
            picking = odoo.pickings[report["picking_id"]]
            yield f"{picking.name} is never reported: {report['message']}"


def _report(odoo, netsuite, report):
    picking = odoo.pickings[report["picking_id"]]
    row = odoo.rows[report["row"]]
    name = f"{picking.name} of {row['tran_id']}"
    if report["state"] != "done":
        yield from _not_done(odoo, netsuite, report, picking, name)
    elif row["kind"] == "sales_order" or (row["kind"] == "invoice" and row["order_id"]):
        yield from _fulfillment(odoo, netsuite, report, picking, name)


def _not_done(odoo, netsuite, report, picking, name):
    """One shipment that NetSuite does not know of, as Odoo says."""
    if any(one["external_id"] == report["external_id"] for one in netsuite.ours()):
        yield f"{name} is {report['state']} and NetSuite has it: {report['message']}"
    if report["state"] == "failed":
        if not (report["message"] and picking.flagged):
            yield f"{name} has failed and no person is told"
        elif not _excuse(odoo, netsuite, report):
            yield f"{name} has failed without need: {report['message']}"
    elif report["state"] == "waiting":
        if picking.numbers and not (report["parts_of_kits"] and _only_kits(picking)):
            yield f"{name} waits although it has {picking.numbers}: {report['message']}"
    elif report["state"] == "cancelled" and picking.state == "done" and not report["remainder"]:
        yield f"{name} has left and is not reported: {report['message']}"


def _only_kits(picking):
    return all(key in picking.kit_members for key, done in picking.done.items() if done)


def _fulfillment(odoo, netsuite, report, picking, name):
    """One reported shipment of an order against NetSuite's fulfilment."""
    found = netsuite.fulfillments.get(report["internal_id"])
    if found is None:
        yield f"{name} is reported as {report['internal_id']}, which NetSuite does not have"
        return
    shared = [one for one in odoo.reports if one["internal_id"] == report["internal_id"]]
    if found["external_id"] not in {one["external_id"] for one in shared}:
        yield f"{name} is reported as {found['tran_id']}, which is none of Odoo's"
    wanted = sorted({n for one in shared for n in _numbers(odoo.pickings[one["picking_id"]])})
    if sorted(found["tracking_numbers"]) != wanted:
        yield f"{name}: numbers {found['tracking_numbers']} in NetSuite instead of {wanted}"
    if found["external_id"] == report["external_id"] and not report["remainder"]:
        yield from _lines(netsuite, report, picking, found, name)


def _lines(netsuite, report, picking, found, name):
    """Quantities by line: what had left, or what people made of that since; where NetSuite has the
    old ones a person must know."""
    told = quantities(found)
    shipped, left = _by_line(picking, picking.done), _by_line(picking, picking.left)
    is_told = report["corrected"] and picking.flagged
    for line, quantity in shipped.items():
        allowed = (quantity, left[line]) if is_told else (quantity,)
        if all(round(told[line] - one, DIGITS) for one in allowed):
            yield f"{name}: line {line} is {told[line]:g} in NetSuite instead of {quantity:g}"
    order = netsuite.orders.get(found["created_from"])
    goods = {str(one["line"]) for one in order["lines"] if netsuite.is_shipped(one)}
    if more := (set(told) & goods) - set(shipped) - picking.kit_lines:
        yield f"{name}: NetSuite has lines {sorted(more)} too"


def _by_line(picking, moved):
    found = defaultdict(float)
    for key, quantity in moved.items():
        if key not in picking.kit_members:
            found[key[0]] += quantity
    return found


def _kits(odoo, netsuite, row):
    """All whole kits that left for a document are on its fulfilments; its deliveries may each have
    shipped some of their parts."""
    reports = odoo.reports_of(row)
    ids = {one["internal_id"] for one in reports if one["state"] == "done"}
    told = [quantities(netsuite.fulfillments[one]) for one in ids if one in netsuite.fulfillments]
    complete = all(one["state"] == "done" for one in reports)
    corrected = any(one["corrected"] for one in reports)
    now, then = _whole_kits(odoo, row, "done"), _whole_kits(odoo, row, "left")
    for line, whole in now.items():
        in_netsuite = sum(one[line] for one in told)
        least, most = sorted((whole, then[line] if corrected else whole))
        if in_netsuite > most or (complete and in_netsuite < least):
            yield f"{row['tran_id']}: {in_netsuite:g} kits of line {line} in NetSuite, not {whole}"


def _whole_kits(odoo, row, name):
    """How many whole kits the deliveries of a document have shipped together, by line."""
    members, moved = defaultdict(list), odoo.total(row, name)
    for line, product in {key for one in odoo.of_row(row) for key in one.kit_members}:
        members[line].append(moved[line, product])
    return {line: math.floor(round(min(each), DIGITS)) for line, each in members.items()}


def _imported(odoo, netsuite, row):
    """An imported fulfilment carries the parcels of all its shipments."""
    record = netsuite.fulfillments.get(row["internal_id"])
    reports = odoo.reports_of(row)
    done = [one for one in reports if one["state"] == "done"]
    if record is None or not done:
        return
    pickings = odoo.of_row(row)
    told = [odoo.pickings[one["picking_id"]] for one in done]
    wanted = sorted({number for one in told for number in _numbers(one)})
    if sorted(record["tracking_numbers"]) != wanted and (wanted or _told(record)):
        yield f"{record['tran_id']}: numbers {record['tracking_numbers']} instead of {wanted}"
    has_left = len(done) == len(reports) and not any(one.is_open for one in pickings)
    if has_left and record["ship_status"] != "shipped":
        yield f"{record['tran_id']} has left and is {record['ship_status']} in NetSuite"


def _told(record):
    """Are there numbers that no person entered in NetSuite?"""
    return any(not number.startswith("BYHAND") for number in record["tracking_numbers"])


def _invoice(odoo, netsuite, row):
    record = netsuite.invoices.get(row["internal_id"])
    reports = odoo.reports_of(row)
    if record is None:
        return
    pickings = [odoo.pickings[one["picking_id"]] for one in reports if one["state"] == "done"]
    wanted = sorted({number for one in pickings for number in _numbers(one)})
    found = sorted(record["tracking_numbers"].replace(",", " ").split())
    if found != wanted:
        yield f"{record['tran_id']}: numbers {found} instead of {wanted}"


def doubled(odoo, netsuite):
    """Sentences about fulfilments that Odoo made and that do not belong to exactly one shipment."""
    known = {one["external_id"] for one in odoo.reports}
    made = Counter(one["external_id"] for one in netsuite.ours())
    for external_id, times in made.items():
        if external_id not in known:
            yield f"NetSuite has a fulfilment {external_id} of no shipment"
        elif times > 1:
            yield f"NetSuite has {times} fulfilments {external_id}"


def _not_twice(odoo, netsuite):
    """No goods of an order have left twice, whichever documents they were shipped for."""
    left = defaultdict(float)
    for picking in odoo.pickings.values():
        row = odoo.rows[picking.row]
        if row["order_id"] and not _is_lost(netsuite, row):
            for (line, product), quantity in picking.left.items():
                # What people say now did not leave, leaves again.
                moved = min(quantity, picking.done[line, product])
                left[row["order_id"], line, product] += moved
    for (order_id, line, _product), quantity in left.items():
        ordered = netsuite.most_ordered(order_id, line)
        if round(quantity - ordered, DIGITS) > 0:
            yield f"{quantity:g} of line {line} of order {order_id} left, not {ordered:g}"


def _is_lost(netsuite, row):
    """A fulfilment that people took away in NetSuite after its goods had left, and know of."""
    return row["kind"] == "item_fulfillment" and row["internal_id"] not in netsuite.fulfillments


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
    if order is None or order["status"] not in SHIPPABLE:
        return True
    lines = {str(one["line"]): one for one in order["lines"]}
    shipped = odoo.pickings[report["picking_id"]].done
    if not any(shipped.values()):
        return True  # people took back all that it had shipped, and it says so
    return any(
        line not in lines
        or lines[line]["item"] in TRACKED
        or round(quantity - lines[line]["open"], DIGITS) > 0
        for (line, _product), quantity in shipped.items()
    )
