"""What a person in the warehouse does with a delivery, through Odoo's own screens' methods."""

from .report import Stop

# What Odoo may ask when a delivery is validated, and the button that a person would press.
WIZARDS = {
    "stock.backorder.confirmation": "process",
    "confirm.stock.sms": "dont_send_sms",
}


class Warehouse:
    def __init__(self, session):
        self.odoo = session

    def moves(self, picking):
        return self.odoo.read(
            "stock.move",
            [("picking_id", "=", picking), ("state", "!=", "cancel")],
            ["netsuite_line", "product_uom_qty", "quantity", "state"],
            order="id",
        )

    def ship(self, picking, quantities, numbers):
        """Pick these quantities (by move), write the tracking numbers, validate."""
        for move, quantity in quantities.items():
            self.odoo.call("stock.move", "write", [move], {"quantity": quantity, "picked": True})
        if len(numbers) > 1:
            self.pack(picking, len(numbers))
        self.odoo.call(
            "stock.picking", "write", [picking], {"carrier_tracking_ref": ",".join(numbers)}
        )
        self.answer(self.odoo.call("stock.picking", "button_validate", [picking]))

    def pack(self, picking, parcels):
        """Spread the delivery's lines over parcels."""
        lines = self.odoo.read(
            "stock.move.line", [("picking_id", "=", picking)], ["id"], order="id"
        )
        packages = [self.odoo.create("stock.package", {}) for _parcel in range(parcels)]
        for number, line in enumerate(lines):
            self.odoo.call(
                "stock.move.line",
                "write",
                [line["id"]],
                {"result_package_id": packages[number % parcels]},
            )

    def answer(self, action):
        """Press the buttons of what is asked until the delivery is validated."""
        while isinstance(action, dict):
            wizard = action.get("res_model")
            if wizard not in WIZARDS:
                raise Stop(f"Odoo asks something unexpected when a delivery is validated: {wizard}")
            context = action["context"]
            asked = action.get("res_id") or self.odoo.create(wizard, {}, context=context)
            action = self.odoo.call(wizard, WIZARDS[wizard], [asked], context=context)
