"""The demonstration's story: connect, import, ship three deliveries, compare with NetSuite."""

import time
from dataclasses import dataclass, field

from .netsuite_side import AFTER_ALL, AFTER_PART, NetSuiteSide, quantities, upload_certificate
from .report import Stop, say, step
from .warehouse import Warehouse

BACKEND = "netsuite.backend"
UNIT_RATES = {"Each": 1, "Box of 6": 6, "Dozen": 12}
PATIENCE = 300  # seconds: a job that meets a busy account waits a while before it tries again


@dataclass
class Shipment:
    """One delivery that the story ships, and what NetSuite has to know of it afterwards."""

    order_id: str
    order: str
    picking: int
    numbers: list[str]
    lines: dict[str, float] = field(default_factory=dict)
    partly: bool = False
    delivery: dict = field(default_factory=dict)
    row: dict = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class Story:
    def __init__(self, session, simulator, odoo_service):
        self.odoo = session
        self.simulator = simulator
        self.service = odoo_service
        self.warehouse = Warehouse(session)

    def connect(self, access):
        """A backend as a person makes one: account, credentials, nothing else."""
        with step(f"Connection: creating the NetSuite backend ({access}) and testing it"):
            self.backend = self.odoo.create(
                BACKEND,
                {
                    "name": "NetSuite (simulated)",
                    "service_url": self.simulator.url,
                    **access.values(),
                },
            )
            if access.authentication == "oauth2":
                self._make_key()
            answer = self.odoo.call(BACKEND, "action_test_connection", [self.backend])
            params = answer.get("params", {}) if isinstance(answer, dict) else {}
            if params.get("type") == "danger":
                raise Stop(f"The connection test failed: {params.get('message')}")

    def _make_key(self):
        """The button that makes a key, and the upload of its certificate to NetSuite."""
        self.odoo.call(BACKEND, "action_key_pair", [self.backend])
        wanted = [("id", "=", self.backend)]
        made = self.odoo.read(BACKEND, wanted, ["oauth2_new_certificate"])[0]
        certificate_id = upload_certificate(self.simulator.url, made["oauth2_new_certificate"])
        known = {"oauth2_new_certificate_id": certificate_id}
        self.odoo.call(BACKEND, "write", [self.backend], known)
        self.odoo.call(BACKEND, "action_use_key_pair", [self.backend])

    def import_orders(self):
        """The scheduled action, run now; then wait until every order is dealt with."""
        wanted = self._orders_to_import()
        with step(f"Import: {len(wanted)} sales orders by the scheduled action") as line:
            action = self.odoo.xml_id("connector_netsuite.ir_cron_import")
            self.odoo.call("ir.cron", "method_direct_trigger", [action])

            def dealt_with():
                line.percent(len(self._transactions()), len(wanted))
                return {one["internal_id"] for one in self._transactions()} >= wanted

            self._wait(dealt_with, "the orders are imported", self._import_state)
        self._enter_units()
        imported = [one for one in self._transactions() if one["state"] == "imported"]
        say(f"  {len(imported)} orders became deliveries.")
        for one in self._transactions():
            if one["state"] != "imported":
                say(f"  {one['tran_id']} is {one['state']}: {one['message'] or 'no reason given'}")
        return imported

    def _enter_units(self):
        """Settle what is held for a conversion rate that the role may not read, as a person would:
        the orders are then built by themselves."""
        held = [("backend_id", "=", self.backend), ("hold_reason", "=", "unit")]
        for one in self.odoo.read("netsuite.transaction", held, ["tran_id", "message"]):
            say(f"  {one['tran_id']} was held: {one['message']}")
        units = self.odoo.read(
            "netsuite.unit", [("backend_id", "=", self.backend), ("rate", "=", 0)], ["name"]
        )
        known = [unit for unit in units if unit["name"] in UNIT_RATES]
        if not known:
            return
        with step("Units: entering the conversion rates that were asked for"):
            for unit in known:
                rate = UNIT_RATES[unit["name"]]
                self.odoo.call("netsuite.unit", "write", [unit["id"]], {"rate": rate})
            self._wait(
                lambda: not self.odoo.read("netsuite.transaction", held, ["id"]),
                "the held orders are built",
                self._import_state,
            )

    def ship(self, transactions):
        """Three deliveries: all of it, a part with a backorder, and in two parcels."""
        chosen = self._choose(transactions)
        with step("Warehouse: shipping three deliveries, one partly, one in two parcels"):
            for shipment in chosen:
                self._ship_one(shipment)
        with step("Write-back: waiting for the jobs"):
            self._wait(lambda: self._reported(chosen), "NetSuite knows", lambda: "")
        return chosen

    # -- importing -------------------------------------------------------------------------------

    def _orders_to_import(self):
        backend = self.odoo.read(BACKEND, [("id", "=", self.backend)], ["import_status_ids"])[0]
        statuses = self.odoo.read(
            "netsuite.transaction.status",
            [("id", "in", backend["import_status_ids"])],
            ["code"],
        )
        codes = {status["code"] for status in statuses}
        orders = NetSuiteSide(self.simulator.url).orders.values()
        say(f"NetSuite has {len(orders)} sales orders.")
        return {order["id"] for order in orders if order["status_code"] in codes}

    def _transactions(self):
        return self.odoo.read(
            "netsuite.transaction",
            [("backend_id", "=", self.backend), ("state", "!=", "staged")],
            ["internal_id", "tran_id", "state", "message", "picking_ids"],
            order="tran_id",
        )

    def _import_state(self):
        backend = self.odoo.read(BACKEND, [("id", "=", self.backend)], ["last_error"])[0]
        return backend["last_error"] or f"{len(self._transactions())} orders are dealt with"

    # -- shipping --------------------------------------------------------------------------------

    def _choose(self, transactions):
        """Deliveries of plain orders: the comparison with NetSuite can then be exact."""
        side = NetSuiteSide(self.simulator.url)
        plans = {}
        for one in transactions:
            order = one["internal_id"]
            if len(one["picking_ids"]) != 1 or not side.plain(order):
                continue
            moves = self.warehouse.moves(one["picking_ids"][0])
            planned = {move["netsuite_line"]: move["product_uom_qty"] for move in moves}
            if len(planned) != len(moves) or planned != side.open_lines(order):
                continue
            for plan in self._fitting_plans(side.orders[order], moves):
                if plan not in plans:
                    plans[plan] = one
                    break
        if set(plans) != {"all", "partly", "parcels"}:
            raise Stop(
                f"Only these deliveries are ready to be shipped: {', '.join(plans) or 'none'}. "
                f"See the deliveries in Odoo's log {self.service.log}."
            )
        return [self._shipment(plan, plans[plan]) for plan in ("all", "partly", "parcels")]

    def _fitting_plans(self, order, moves):
        if any(move["state"] != "assigned" for move in moves):
            return
        if len(moves) > 1:
            yield "parcels"
        if moves[0]["product_uom_qty"] > 1 and not order["ship_complete"]:
            yield "partly"
        yield "all"

    def _shipment(self, plan, transaction):
        digits = transaction["tran_id"][-4:].rjust(8, "0")
        parcels = 2 if plan == "parcels" else 1
        return Shipment(
            order_id=transaction["internal_id"],
            order=transaction["tran_id"],
            picking=transaction["picking_ids"][0],
            numbers=[f"1Z999AA1{digits}{parcel}" for parcel in range(parcels)],
            partly=plan == "partly",
        )

    def _ship_one(self, shipment):
        moves = self.warehouse.moves(shipment.picking)
        shipped = {move["id"]: move["product_uom_qty"] for move in moves}
        if shipment.partly:
            shipped[moves[0]["id"]] -= 1
        shipment.lines = {move["netsuite_line"]: shipped[move["id"]] for move in moves}
        self.warehouse.ship(shipment.picking, shipped, shipment.numbers)

    def _reported(self, shipments):
        """Whether Odoo holds every shipment for reported; stops at one that failed."""
        rows = self.odoo.read(
            "netsuite.fulfillment",
            [("picking_id", "in", [one.picking for one in shipments])],
            ["picking_id", "external_id", "internal_id", "state", "message", "tracking_numbers"],
        )
        for row in rows:
            if row["state"] in ("failed", "cancelled"):
                raise Stop(f"The write-back of {row['picking_id'][1]} failed: {row['message']}")
        by_picking = {row["picking_id"][0]: row for row in rows}
        for shipment in shipments:
            shipment.row = by_picking.get(shipment.picking, {})
        return all(shipment.row.get("state") == "done" for shipment in shipments)

    def _wait(self, done, what, state):
        deadline = time.monotonic() + PATIENCE
        while not done():
            self.service.check()
            self.simulator.check()
            if time.monotonic() > deadline:
                raise Stop(
                    f"Waited {PATIENCE} s until {what}, in vain. {state()} "
                    f"Logs: {self.service.log}, {self.simulator.log}"
                )
            time.sleep(0.5)

    # -- comparing -------------------------------------------------------------------------------

    def compare(self, shipments):
        """Hold NetSuite's records against what was shipped."""
        side = NetSuiteSide(self.simulator.url)
        for shipment in shipments:
            shipment.delivery = self.delivery(shipment.picking)
            shipment.problems = list(differences(side, shipment))
        return side

    def delivery(self, picking):
        fields = ["name", "state", "carrier_tracking_ref", "backorder_ids"]
        return self.odoo.read("stock.picking", [("id", "=", picking)], fields)[0]


def differences(side, shipment):
    found = side.reported(shipment.row["external_id"])
    of_order = side.fulfillments_of(shipment.order_id)
    if len(found) != 1 or found != of_order:
        yield f"{len(found)} fulfilments for the shipment, {len(of_order)} for the order, not one"
        return
    fulfillment = found[0]
    if fulfillment["id"] != shipment.row["internal_id"]:
        yield f"Odoo names the fulfilment {shipment.row['internal_id']}"
    if fulfillment["ship_status"] != "shipped":
        yield f"the fulfilment is {fulfillment['ship_status']}"
    if sorted(fulfillment["tracking_numbers"]) != sorted(shipment.numbers):
        yield f"tracking numbers {fulfillment['tracking_numbers']} instead of {shipment.numbers}"
    if quantities(fulfillment) != shipment.lines:
        yield f"quantities {quantities(fulfillment)} instead of {shipment.lines}"
    expected = AFTER_PART if shipment.partly else AFTER_ALL
    if side.status(shipment.order_id) not in expected:
        yield f"the order is {side.status(shipment.order_id)} instead of {' or '.join(expected)}"
