"""People in NetSuite: they enter, change, fulfil, bill and close while everybody else works."""

import string

# What is sold, without what only lots, serials or services make difficult.
ITEMS = ("101", "102", "103", "104", "105", "106", "107", "108", "109", "121", "141", "151")
MEMOS = ("Call before delivery", "Leave at the <b>gate</b>", "No signature & no bell")
STREETS = ("Quay", "Ridge", "Mill", "Orchard")


class Office:
    """One person; every decision is of the given chance."""

    def __init__(self, netsuite, ledger):
        self._netsuite = netsuite
        self._ledger = ledger

    def work(self, chance):
        state = self._netsuite.get("state")
        self._ledger.saw(state["orders"])
        names = [name for name, weight in WORK.items() for _time in range(weight)]
        name = chance.choice(names)
        done = getattr(self, f"_{name}")(chance, state)
        if done is not False:
            self._ledger.note(f"office: {name.replace('_', ' ')}", done or "")

    # -- orders --------------------------------------------------------------------------------

    def _add_order(self, chance, _state, **more):
        lines = [
            (item, chance.randint(1, 6)) for item in chance.sample(ITEMS, chance.randint(1, 3))
        ]
        more = {"ship_method": chance.choice(("2001", "2002", "2006", "")), **more}
        return self._netsuite.edit("add_order", lines=lines, **more)

    def _edit_line(self, chance, state):
        order, line = _open_line(chance, state)
        quantity = max(1, (line["quantity"] or 1) + chance.choice((-2, -1, 1, 2, 3)))
        self._ledger.saw_line(order["id"], line["line"], quantity)
        return self._netsuite.edit(
            "edit_line", order_id=order["id"], line=line["line"], quantity=quantity
        )

    def _add_line(self, chance, state):
        order = _open_order(chance, state)
        arguments = {"item": chance.choice(ITEMS), "quantity": chance.randint(1, 3)}
        return self._netsuite.edit("add_line", order_id=order["id"], **arguments)

    def _close_line(self, chance, state):
        order, line = _open_line(chance, state)
        return self._netsuite.edit("close_line", order_id=order["id"], line=line["line"])

    def _remove_line(self, chance, state):
        order, line = _open_line(chance, state)
        if len(order["lines"]) < 2:
            return False
        return self._netsuite.edit("remove_line", order_id=order["id"], line=line["line"])

    def _edit_header(self, chance, state):
        order = _open_order(chance, state)
        changes = chance.choice(
            (
                {"memo": chance.choice(MEMOS)},
                {"ship_method": chance.choice(("2001", "2002", "2003"))},
                {"address": _address(chance)},
                {"custom": {"custbody_delivery_instructions": chance.choice(MEMOS)}},
            )
        )
        return self._netsuite.edit("edit_order", order_id=order["id"], **changes)

    def _close_order(self, chance, state):
        return self._netsuite.edit("close_order", order_id=_open_order(chance, state)["id"])

    def _cancel(self, chance, state):
        return self._netsuite.edit("cancel", order_id=_open_order(chance, state)["id"])

    def _approve(self, chance, state):
        waiting = [one for one in state["orders"] if one["status"] == "A"]
        return bool(waiting) and self._netsuite.edit(
            "approve", order_id=chance.choice(waiting)["id"]
        )

    def _unapprove(self, chance, state):
        return self._netsuite.edit("unapprove", order_id=_open_order(chance, state)["id"])

    def _touch(self, chance, state):
        order = chance.choice(state["orders"])
        return self._netsuite.edit("touch", record_type="salesOrder", internal_id=order["id"])

    def _delete(self, chance, state):
        untouched = [one for one in state["orders"] if one["status"] in "AB"]
        order = chance.choice(untouched or state["orders"])
        return self._netsuite.edit("delete", record_type="salesOrder", internal_id=order["id"])

    # -- fulfilments and invoices --------------------------------------------------------------

    def _fulfil_part(self, chance, state):
        order, line = _open_line(chance, state)
        quantities = {line["line"]: chance.randint(1, max(1, int(line["open"])))}
        status = chance.choice(("picked", "packed", "shipped"))
        arguments = {"quantities": quantities, "ship_status": status}
        return self._netsuite.edit("fulfil_by_hand", order_id=order["id"], **arguments)

    def _order_and_pick(self, chance, state):
        """An order that the office itself puts on a fulfilment at once, for Odoo to ship."""
        order = self._add_order(chance, state, approved=False)
        self._netsuite.edit("approve", order_id=order)
        status = chance.choice(("picked", "packed"))
        return self._netsuite.edit("fulfil_by_hand", order_id=order, ship_status=status)

    def _ship_by_hand(self, chance, state):
        waiting = [one for one in _by_hand(state) if one["ship_status"] != "shipped"]
        if not waiting:
            return False
        number = "BYHAND" + "".join(chance.choices(string.digits, k=8))
        packages = [{"tracking": number}] if chance.random() < 0.5 else None
        one = chance.choice(waiting)
        return self._netsuite.edit("ship", fulfillment_id=one["id"], packages=packages)

    def _delete_fulfillment(self, chance, state):
        found = _by_hand(state)
        return bool(found) and self._netsuite.edit(
            "delete", record_type="itemFulfillment", internal_id=chance.choice(found)["id"]
        )

    def _invoice(self, chance, state):
        """Bill an order of which something was shipped."""
        ready = [one for one in state["orders"] if one["status"] in "DEF"]
        return bool(ready) and self._netsuite.edit("invoice", order_id=chance.choice(ready)["id"])

    def _add_invoice(self, chance, _state):
        lines = [(item, chance.randint(1, 4)) for item in chance.sample(ITEMS[:10], 2)]
        return self._netsuite.edit("add_invoice", lines=lines, ship_method="2001")

    def _edit_invoice(self, chance, state):
        own = [one for one in state["invoices"] if not one["created_from"]]
        if not own:
            return False
        changes = chance.choice(({"state": "paidInFull"}, {"memo": "Paid <i>late</i>"}))
        return self._netsuite.edit("edit_invoice", invoice_id=chance.choice(own)["id"], **changes)


# What is done, and how often in proportion.
WORK = {
    "add_order": 8,
    "edit_line": 8,
    "add_line": 3,
    "close_line": 3,
    "remove_line": 1,
    "edit_header": 5,
    "close_order": 2,
    "cancel": 1,
    "approve": 3,
    "unapprove": 1,
    "touch": 4,
    "delete": 1,
    "fulfil_part": 5,
    "order_and_pick": 6,
    "ship_by_hand": 2,
    "delete_fulfillment": 1,
    "invoice": 4,
    "add_invoice": 6,
    "edit_invoice": 2,
}


def _open_order(chance, state):
    return chance.choice([one for one in state["orders"] if one["status"] in "BDE"])


def _open_line(chance, state):
    order = _open_order(chance, state)
    lines = [one for one in order["lines"] if one["open"]]
    return order, chance.choice(lines or order["lines"])


def _by_hand(state):
    return [one for one in state["fulfillments"] if not one["external_id"]]


def _address(chance):
    street = f"{chance.randint(1, 99)} {chance.choice(STREETS)} Street"
    return {
        "country": "US",
        "addressee": "Moved Customer",
        "addr1": street,
        "city": "Boise",
        "state": "ID",
        "zip": "83702",
    }
