"""What NetSuite's books say at the end, as its stand-in keeps them, whoever asks."""

from collections import defaultdict

from simulator.catalog import ITEMS

GOODS = {row[0] for row in ITEMS if row[2].endswith(("InventoryItem", "AssemblyItem", "KitItem"))}
GOODS |= {row[0] for row in ITEMS if row[2] == "NonInventorySaleItem" and not row[6].get("virtual")}
TRACKED = {row[0] for row in ITEMS if row[2].startswith(("LotNumbered", "Serialized"))}
SHIPPABLE = ("B", "D", "E")
OURS = "odoo-"
RATES = {"": 1, "1": 1, "2": 6, "3": 12}  # how many pieces each unit is
KITS = {"GIFT-BOX": {"MUG-BLU": 2, "TEA-GREEN": 1, "CARD-GIFT": 1}}


class NetSuiteBooks:
    """:param ordered: the most that was ever ordered, by order and line, as people saw it"""

    def __init__(self, state, ordered):
        self.state = state
        self._ordered = ordered
        self.orders = {one["id"]: one for one in state["orders"]}
        self.fulfillments = {one["id"]: one for one in state["fulfillments"]}
        self.invoices = {one["id"]: one for one in state["invoices"]}
        self.by_order = defaultdict(list)
        for one in state["fulfillments"]:
            self.by_order[one["created_from"]].append(one)

    def open_lines(self, order):
        """What an order has open of goods that Odoo ships, by line."""
        if order["status"] not in SHIPPABLE:
            return {}
        return {
            str(line["line"]): line["open"]
            for line in order["lines"]
            if line["open"] and self.is_shipped(line)
        }

    def is_shipped(self, line):
        """Does Odoo ship the goods of this line?"""
        return line["item"] in GOODS and not (line["drop_ship"] or line["store_pickup"])

    def most_ordered(self, order_id, line):
        return self._ordered[order_id, line]

    def goods_of(self, order_id, line):
        """How much of each SKU one unit of an order's line is."""
        order = self.orders.get(order_id) or {"lines": ()}
        return {
            sku: each
            for one in order["lines"]
            if str(one["line"]) == line
            for sku, each in (KITS.get(one["sku"]) or {one["sku"]: RATES[one["unit"]]}).items()
        }

    def goods_on(self, fulfillment):
        """Quantities of a fulfilment that Odoo ships, by line of the order."""
        order = self.orders.get(fulfillment["created_from"])
        left = {
            str(line["line"])
            for line in (order["lines"] if order else ())
            if not self.is_shipped(line)
        }
        return {
            line: quantity for line, quantity in quantities(fulfillment).items() if line not in left
        }

    def by_hand(self):
        """Fulfilments that people made."""
        return [one for one in self.fulfillments.values() if not one["external_id"]]

    def ours(self):
        """Fulfilments that Odoo made."""
        return [one for one in self.fulfillments.values() if one["external_id"].startswith(OURS)]


def quantities(fulfillment):
    """Quantities of a fulfilment by line of the order; kits' members follow their line."""
    found = defaultdict(float)
    for line in fulfillment["lines"]:
        if line["order_line"] is not None:
            found[str(line["order_line"])] += line["quantity"]
    return found
