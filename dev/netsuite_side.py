"""NetSuite's side of the demonstration, as its stand-in shows it under `/_control/state`."""

import json
import urllib.request

STATUSES = {
    "_salesOrderPendingFulfillment": "Pending Fulfillment",
    "_salesOrderPartiallyFulfilled": "Partially Fulfilled",
    "_salesOrderPendingBillingPartiallyFulfilled": "Pending Billing/Partially Fulfilled",
    "_salesOrderPendingBilling": "Pending Billing",
}
# What an order's status may be after all of it, or a part, was shipped.
AFTER_ALL = ("Pending Billing",)
AFTER_PART = ("Partially Fulfilled", "Pending Billing/Partially Fulfilled")


def upload_certificate(url, certificate):
    """What a person does under NetSuite's M2M set-up; returns the certificate's ID."""
    request = urllib.request.Request(  # noqa: S310 (our own address)
        f"{url}/_control/certificates", json.dumps({"certificate": certificate}).encode()
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (as above)
        return json.load(answer)["id"]


class NetSuiteSide:
    """One look at NetSuite's records."""

    def __init__(self, url):
        with urllib.request.urlopen(f"{url}/_control/state", timeout=30) as answer:  # noqa: S310 (as above)
            state = json.load(answer)
        self.orders = {order["id"]: order for order in state["orders"]}
        self.fulfillments = state["fulfillments"]

    def status(self, order_id):
        code = self.orders[order_id]["status_code"]
        return STATUSES.get(code, code)

    def open_lines(self, order_id):
        """Open quantity by line key, of the lines that can be shipped."""
        return {
            str(line["line"]): line["open"]
            for line in self.orders[order_id]["lines"]
            if line["open"] and not line["drop_ship"] and not line["store_pickup"]
        }

    def plain(self, order_id):
        """An order of single items in stock units, nothing of it shipped yet."""
        order = self.orders[order_id]
        return not order["multi_ship_to"] and all(
            not line["unit"] and not line["on_fulfillments"] for line in order["lines"]
        )

    def reported(self, external_id):
        return [one for one in self.fulfillments if one["external_id"] == external_id]

    def fulfillments_of(self, order_id):
        return [one for one in self.fulfillments if one["created_from"] == order_id]


def quantities(fulfillment):
    return {str(line["order_line"]): line["quantity"] for line in fulfillment["lines"]}
