"""Every document that is to be shipped has exactly one set of deliveries, with what is open."""

from collections import defaultdict

from .netsuite_books import SHIPPABLE, quantities

DIGITS = 4


def broken(odoo, netsuite):
    """Sentences about documents that are not in Odoo as they should be."""
    yield from _orders(odoo, netsuite)
    yield from _fulfillments(odoo, netsuite)
    yield from _invoices(odoo, netsuite)
    yield from unfinished(odoo)
    for row in odoo.rows.values():
        yield from _row(odoo, netsuite, row)


def _orders(odoo, netsuite):
    for order in netsuite.orders.values():
        row = odoo.by_document.get(("sales_order", order["id"]))
        if row is None:
            if order["status"] in SHIPPABLE:
                yield f"{order['tran_id']} is open in NetSuite and unknown in Odoo"
            continue
        reported = _reported(odoo, netsuite, row)
        yield from _compare(odoo, netsuite, row, netsuite.open_lines(order), reported)


def _fulfillments(odoo, netsuite):
    for one in netsuite.by_hand():
        row = odoo.by_document.get(("item_fulfillment", one["id"]))
        waiting = one["ship_status"] != "shipped"
        if row is None:
            if waiting:
                yield f"{one['tran_id']} waits in NetSuite and is unknown in Odoo"
            continue
        yield from _compare(odoo, netsuite, row, netsuite.goods_on(one) if waiting else {}, {})


def _invoices(odoo, netsuite):
    for one in netsuite.invoices.values():
        row = odoo.by_document.get(("invoice", one["id"]))
        if row is None:
            yield f"{one['tran_id']} is open in NetSuite and unknown in Odoo"
        elif not one["created_from"]:
            wanted = {str(line["line"]): line["quantity"] for line in one["lines"]}
            yield from _compare(odoo, netsuite, row, wanted, {})


def unfinished(odoo):
    """Sentences about documents that nobody goes on with."""
    for row in odoo.rows.values():
        if row["state"] == "staged":
            yield f"{row['tran_id']} ({row['kind']}) is waiting for ever"


def _row(odoo, netsuite, row):
    """What holds for a document whatever NetSuite says of it."""
    if row["state"] in ("held", "ignored", "cancelled") and not row["message"]:
        yield f"{row['tran_id']} ({row['kind']}) is {row['state']} and nobody knows why"
    table = {
        "sales_order": netsuite.orders,
        "item_fulfillment": netsuite.fulfillments,
        "invoice": netsuite.invoices,
    }[row["kind"]]
    if row["internal_id"] not in table:
        yield from _compare(odoo, netsuite, row, {}, {})


def _reported(odoo, netsuite, row):
    """What NetSuite's fulfilments have of this document's shipments, by line."""
    ids = {one["internal_id"] for one in odoo.reports_of(row)} - {None}
    external_ids = {one["external_id"] for one in odoo.reports_of(row)}
    found = defaultdict(float)
    for one in netsuite.by_order[row["order_id"]]:
        if one["id"] in ids or one["external_id"] in external_ids:
            for line, quantity in quantities(one).items():
                found[line] += quantity
    return found


def _compare(odoo, netsuite, row, wanted, reported):
    """Is what is open in Odoo what is still wanted?

    :param wanted: what NetSuite has open by line
    :param reported: what of Odoo's shipments is not in that any more, by line
    """
    if _excuse(odoo, netsuite, row):
        return
    # What people corrected of a done delivery is followed when the document is built again.
    ways = ("done", "left") if _is_corrected(odoo, row) else ("done",)
    found = [list(_differences(odoo, netsuite, row, wanted, reported, way)) for way in ways]
    if all(found):
        yield (
            f"{row['tran_id']} ({row['kind']}, {row['state']}: {row['message']}): "
            f"{'; '.join(found[0])}, and no person is told"
        )


def _differences(odoo, netsuite, row, wanted, reported, way):
    """What no person is told of.

    :param way: "done" or "left": what counts as shipped
    """
    here, done = odoo.total(row, "open"), odoo.total(row, way)
    given_up = odoo.total(row, "given_up")
    products = {*here, *done, *given_up}
    elsewhere = _elsewhere(odoo, netsuite, row)
    for line in set(wanted) - {line for line, _product in products}:
        goods = netsuite.goods_of(row["order_id"], line).items()
        if wanted[line] > 0 and not any(
            _is_told(odoo, row, one, wanted[line], elsewhere[line]) for one in goods
        ):
            yield f"line {line} has no goods"
    for line, product in products:
        shipped = max(0.0, done[line, product] - reported.get(line, 0.0))
        left = max(0.0, wanted.get(line, 0.0) - shipped - given_up[line, product])
        missing = round(left - here[line, product], DIGITS)
        goods = odoo.items[row["id"], (line, product)]
        if missing and not _is_told(odoo, row, goods, missing, elsewhere[line]):
            yield f"line {line}: {here[line, product]:g} open instead of {left:g}"


def _elsewhere(odoo, netsuite, row):
    """What is on other deliveries of the order instead, by line, as a person is told of them: goods
    that somebody has begun to pick, or that left for a fulfilment that NetSuite has lost since."""
    found = defaultdict(float)
    for picking in odoo.of_order(row):
        if not picking.flagged:
            continue
        by_line = defaultdict(float)
        for (line, _product), quantity in _held_fast(odoo, netsuite, picking).items():
            by_line[line] = max(by_line[line], quantity)  # members of a kit are the same kits
        for line, quantity in by_line.items():
            found[line] += quantity
    return found


def _held_fast(odoo, netsuite, picking):
    """Goods of a delivery that are not shipped with another one, whatever NetSuite says now."""
    if picking.is_open:
        return picking.open if picking.begun else {}
    row = odoo.rows[picking.row]
    is_lost = row["kind"] == "item_fulfillment" and (
        row["internal_id"] not in netsuite.fulfillments
    )
    return picking.left if is_lost and picking.state == "done" else {}


def _is_told(odoo, row, goods, missing, elsewhere):
    """Is a person told that so much is missing, or with a minus too much, on the delivery that he
    has begun? What is on deliveries elsewhere need not be there, too.

    :param goods: SKU, and how much of it is one unit of the line
    """
    sku, factor = goods
    begun = [one for one in odoo.of_row(row) if one.is_open and one.begun and one.flagged]
    told = [change / factor for one in begun for change in one.told[sku]]
    return any(
        -(10**-DIGITS) <= missing - change <= elsewhere + 10**-DIGITS
        for change in (0.0, sum(told), *told)
    )


def _is_corrected(odoo, row):
    """Did people change what a delivery shipped, and are they told of a fulfilment that says
    otherwise? An invoice without an order has none."""
    return any(
        one["corrected"] and (odoo.pickings[one["picking_id"]].flagged or not row["order_id"])
        for one in odoo.reports_of(row)
    )


def _excuse(odoo, netsuite, row):
    """Does a person see why there are no deliveries?"""
    pickings = odoo.of_row(row)
    if any(one.is_open for one in pickings):
        return False
    if row["state"] == "cancelled":
        # The document says so: a delivery that a person cancelled is not made again by itself.
        return all(one.state == "cancel" for one in pickings) and any(
            one.id in odoo.given_up for one in pickings
        )
    if row["state"] != "held":
        return False
    if row["hold_reason"] == "duplicate":
        return any(
            one.is_open or (one.state == "done" and not odoo.is_reported(one))
            for one in odoo.of_order(row)
        )
    order = netsuite.orders.get(row["order_id"])
    return row["hold_reason"] == "ship_group" and order is not None and order["multi_ship_to"]
