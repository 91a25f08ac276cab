"""Every document that is to be shipped has exactly one set of deliveries, with what is open."""

from collections import defaultdict

from .netsuite_books import SHIPPABLE, quantities

DIGITS = 4
# A person has the last word on these; each is looked at more closely by :func:`_excuse`.
HELD = ("duplicate", "ship_group")


def broken(odoo, netsuite):
    """Sentences about documents that are not in Odoo as they should be."""
    yield from _orders(odoo, netsuite)
    yield from _fulfillments(odoo, netsuite)
    yield from _invoices(odoo, netsuite)
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
        yield from _compare(odoo, row, netsuite.open_lines(order), reported)


def _fulfillments(odoo, netsuite):
    for one in netsuite.by_hand():
        row = odoo.by_document.get(("item_fulfillment", one["id"]))
        waiting = one["ship_status"] != "shipped"
        if row is None:
            if waiting:
                yield f"{one['tran_id']} waits in NetSuite and is unknown in Odoo"
            continue
        yield from _compare(odoo, row, netsuite.goods_on(one) if waiting else {}, {})


def _invoices(odoo, netsuite):
    for one in netsuite.invoices.values():
        row = odoo.by_document.get(("invoice", one["id"]))
        if row is None:
            yield f"{one['tran_id']} is open in NetSuite and unknown in Odoo"
        elif not one["created_from"]:
            wanted = {str(line["line"]): line["quantity"] for line in one["lines"]}
            yield from _compare(odoo, row, wanted, {})


def _row(odoo, netsuite, row):
    """What holds for a document whatever NetSuite says of it."""
    if row["state"] == "staged":
        yield f"{row['tran_id']} ({row['kind']}) is waiting for ever"
    if row["state"] in ("held", "ignored", "cancelled") and not row["message"]:
        yield f"{row['tran_id']} ({row['kind']}) is {row['state']} and nobody knows why"
    table = {
        "sales_order": netsuite.orders,
        "item_fulfillment": netsuite.fulfillments,
        "invoice": netsuite.invoices,
    }[row["kind"]]
    if row["internal_id"] not in table:
        yield from _compare(odoo, row, {}, {})


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


def _compare(odoo, row, wanted, reported):
    """Is what is open in Odoo what is still wanted?

    :param wanted: what NetSuite has open by line
    :param reported: what of Odoo's shipments is not in that any more, by line
    """
    if _excuse(odoo, row):
        return
    here, done = odoo.total(row, "open"), odoo.total(row, "done")
    given_up = odoo.total(row, "given_up")
    products = {*here, *done, *given_up}
    missing = set(wanted) - {line for line, _product in products}
    differences = [f"line {line} has no goods" for line in missing if wanted[line] > 0]
    for line, product in products:
        shipped = max(0.0, done[line, product] - reported.get(line, 0.0))
        left = max(0.0, wanted.get(line, 0.0) - shipped - given_up[line, product])
        if round(here[line, product] - left, DIGITS):
            differences.append(f"line {line}: {here[line, product]:g} open instead of {left:g}")
    if differences and not _is_told(odoo, row):
        yield (
            f"{row['tran_id']} ({row['kind']}, {row['state']}: {row['message']}): "
            f"{'; '.join(differences)}, and no person is told"
        )


def _is_told(odoo, row):
    """Does a person know: of goods that somebody has begun to pick, with whichever document of the
    order, or that left with another one, whose fulfilment NetSuite has lost since?"""
    elsewhere = odoo.of_order(row)
    begun = any(
        one.is_open and one.begun and one.flagged for one in (*odoo.of_row(row), *elsewhere)
    )
    return begun or any(one.state == "done" and one.flagged for one in elsewhere)


def _excuse(odoo, row):
    """Is there a good reason, which people see, why there are no deliveries?"""
    pickings = odoo.of_row(row)
    if any(one.is_open for one in pickings):
        return False
    if row["state"] == "held" and row["hold_reason"] == "duplicate":
        return any(
            one.state != "cancel" and odoo.rows[one.row]["order_id"] == row["order_id"]
            for one in odoo.pickings.values()
            if one.row != row["id"]
        )
    if row["state"] == "held":
        return row["hold_reason"] in HELD
    cancelled = bool(pickings) and all(one.state == "cancel" for one in pickings)
    # A person cancelled it in Odoo: the document says so when it is built the next time.
    return cancelled and any(one.taken_over for one in pickings)
