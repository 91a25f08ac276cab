"""Golden documents: what NetSuite said, as records, and the delivery that must come of it."""

from odoo.tests import TransactionCase

from ..netsuite.payload import to_json
from ..netsuite.records import (
    ITEM_FULFILLMENT,
    SALES_ORDER,
    Address,
    Fulfillment,
    FulfillmentLine,
    Item,
    Line,
    Ref,
    Transaction,
)

ADDRESS = Address(
    addressee="Acme Pty Ltd",
    attention="Jo Smith",
    phone="+61 2 5550 1234",
    addr1="12 Wharf Street",
    addr2="Unit 4",
    city="Sydney",
    state="NSW",
    zip="2000",
    country="AU",
)
PENDING = "_salesOrderPendingFulfillment"


class BuildCase(TransactionCase):
    """A backend that is fed records instead of calling NetSuite: what is tested is the building."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.backend = cls.env["netsuite.backend"].create(
            {"name": "Golden", "account_id": "7654321", "state": "confirmed"}
        )
        cls.warehouse = cls.backend.warehouse_id
        for item in (
            Item("1", "BOLT", "InvtPart", display_name="Bolt M8", weight=2.0, weight_unit="lb"),
            Item("2", "NUT", "InvtPart", display_name="Nut M8"),
            Item("3", "INSTALL", "Service", display_name="Installation"),
            Item("4", "DISC10", "Discount"),
        ):
            cls.know(item)

    @classmethod
    def know(cls, item, backend=None):
        """Let the backend know an item, as if it had been read."""
        cls.env["netsuite.item"]._store(backend or cls.backend, [item])

    def line(self, key, item_id="1", quantity=1.0, **more):
        return Line(str(key), item=Ref(item_id), quantity=quantity, **more)

    def order(self, *lines, number="1001", status=PENDING, **more):
        """A sales order with these lines; ``number`` is its internal id too."""
        more.setdefault("address", ADDRESS)
        more.setdefault("entity", Ref("77", "Acme Pty Ltd"))
        more.setdefault("type", SALES_ORDER)
        return Transaction(
            internal_id=number, tran_id=f"SO{number}", status=status, lines=lines, **more
        )

    def fulfillment(self, order_id="1001", quantities=None, **more):
        """A fulfilment in NetSuite: quantities by order line."""
        more.setdefault("internal_id", "9001")
        return Fulfillment(
            order_id,
            lines=tuple(
                FulfillmentLine(str(key), True, quantity=quantity)
                for key, quantity in (quantities or {}).items()
            ),
            **more,
        )

    def build(self, record, fulfillments=None, order=None, backend=None):
        """Stage the document as if it had just been read, and build it."""
        row = self.stage(record, fulfillments, order, backend)
        row.backend_id._job_build(row.ids)
        return row

    def stage(self, record, fulfillments=None, order=None, backend=None):
        """A row for the document, as if it had just been read."""
        backend = backend or self.backend
        row = self.env["netsuite.transaction"].search(
            [
                ("backend_id", "=", backend.id),
                ("import_type", "=", record.type),
                ("internal_id", "=", record.internal_id),
            ]
        )
        status = self.env["netsuite.transaction.status"].search([("code", "=", record.status)])
        if record.type == SALES_ORDER:
            order_id = record.internal_id
        elif order or record.type == ITEM_FULFILLMENT:
            order_id = record.created_from and record.created_from.id
        else:
            order_id = False
        vals = {
            "backend_id": backend.id,
            "company_id": backend._company_of(record).id,
            "import_type": record.type,
            "internal_id": record.internal_id,
            "tran_id": record.tran_id,
            "order_id": order_id,
            "status": status.id,
            "payload": to_json(record),
            "order_payload": to_json(order) if order else False,
            "fulfillments": (
                [to_json(one) for one in fulfillments] if fulfillments is not None else False
            ),
            "to_build": True,
        }
        if not row:
            return row.create(vals)
        row.write(vals)
        return row

    def quantities(self, row):
        """What is open, by line and product reference."""
        found = {}
        for move in row._open_pickings().move_ids:
            if move.state not in ("done", "cancel"):
                key = (move.netsuite_line, move.product_id.default_code)
                found[key] = found.get(key, 0.0) + move.product_uom_qty
        return found

    def ship(self, picking, quantities=None, numbers="TRACK00001"):
        """Ship as the warehouse does; quantities by NetSuite line, all by default."""
        picking.action_assign()
        for move in picking.move_ids:
            wanted = move.product_uom_qty
            if quantities is not None:
                wanted = quantities.get(move.netsuite_line, 0.0)
            move.quantity = wanted
            move.picked = bool(wanted)
        picking.carrier_tracking_ref = numbers
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
