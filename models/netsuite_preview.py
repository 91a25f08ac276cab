import uuid
from dataclasses import dataclass

from odoo import models

from ..netsuite.records import Query
from ..netsuite.shippable import contents, fulfilled_quantities, open_quantities
from .netsuite_backend import BUTTON_WAIT

CONTEXT = "netsuite_preview"


@dataclass(frozen=True)
class Outcome:
    """What an import would make of a document, or has made of it already."""

    internal_id: str
    tran_id: str
    customer: str
    status: str  # as people read it
    kind: str  # new, changed, unchanged, held, ignored, cancelled
    why: str
    goods: str
    row_id: int  # of the netsuite.transaction that exists already, or 0
    left_out: tuple[tuple[str, str], ...]  # line in words, reason (see netsuite/shippable.py)
    unscheduled: tuple[str, ...] = ()  # why the scheduled import would leave the document alone


@dataclass(frozen=True)
class Preview:
    outcomes: tuple[Outcome, ...]
    total: int  # documents found, whether or not they are among the outcomes


class NetSuiteBackend(models.Model):
    """Looking at an import before it happens.

    The very code of the import runs in a transaction of its own, which is then undone: the preview
    cannot say anything else than what the import does.
    """

    _inherit = "netsuite.backend"

    def _preview(self, query, limit, due=False, scope=False):
        """What an import of the hits of ``query`` would do (:class:`Preview`).

        :param due: leave out what has not changed, and add what waits here to be imported
        :param scope: say of new documents why the scheduled import would leave them alone
        """
        self.ensure_one()
        with self.env.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '5s'")
            env = self.env(cr=cr, su=True, context={**self.env.context, CONTEXT: {}})
            backend = env[self._name].browse(self.id).with_company(self.company_id.id)
            try:
                purpose = self.env._("preview an import")
                with backend._connect(purpose, wait=BUTTON_WAIT) as client:
                    headers, total = backend._find_some(client, query, limit)
                    rows, before = backend._stage_for_preview(headers, limit, due)
                    backend._read_rows(client, rows)
                    reasons = backend._explain_scope(client, headers) if scope else {}
                env["netsuite.builder"]._build(rows.filtered("to_build"))
                outcomes = [backend._outcome(row, before, reasons) for row in rows.sorted("id")]
            finally:
                cr.rollback()
        return Preview(tuple(outcomes), total)

    def _find_some(self, client, query, limit):
        """The first hits of a query, and how many there are in all."""
        client.page_size = limit
        headers, cursor, total = {}, "", 0
        while True:
            page = client.find(query, cursor)
            headers.update((header.internal_id, header) for header in page.headers)
            total = max(total, page.total)
            cursor = page.cursor
            if not cursor or len(headers) >= limit:
                break
        some = list(headers.values())[:limit]
        return some, total if cursor or len(headers) > limit else len(headers)

    def _stage_for_preview(self, headers, limit, due):
        """The rows to look at, and of those that exist already, whether they have deliveries."""
        ids = [header.internal_id for header in headers]
        waiting = self._transactions(["|", ("to_read", "=", True), ("to_build", "=", True)])
        before = {
            row.id: bool(row.live_picking_ids)
            for row in waiting + self._documents(self.import_type, ids)
        }
        staged = self._stage(headers)
        rows = staged | waiting if due else self._documents(self.import_type, ids)
        return rows[:limit], before

    def _documents(self, import_type, internal_ids):
        return self._transactions(
            [("import_type", "=", import_type), ("internal_id", "in", internal_ids)]
        )

    def _outcome(self, row, before, reasons):
        changes = self.env.context[CONTEXT].get(row.id, [])
        kind = row.state
        if row.state == "imported":
            kind = ("changed" if changes else "unchanged") if before.get(row.id) else "new"
        return Outcome(
            internal_id=row.internal_id,
            tran_id=row.tran_id,
            customer=row.customer or "",
            status=row.status.name or "",
            kind=kind,
            why="\n".join(filter(None, [row.message or "", *changes])),
            goods=", ".join(row._goods_in_words()),
            row_id=row.id if row.id in before else 0,
            left_out=tuple(row._left_out()),
            # What has a delivery is followed whatever is chosen now.
            unscheduled=()
            if before.get(row.id)
            else tuple(finding.text for finding in reasons.get(row.internal_id, ())),
        )

    # -- queries -------------------------------------------------------------------------------

    def _query_numbers(self, numbers):
        """Documents by number, whatever their status: the person who asks for them decides."""
        return Query(type=self.import_type, tran_ids=tuple(numbers))

    def _query_dates(self, date_from, date_to):
        """Documents in the chosen statuses and filters, by their own date."""
        return self._narrow(
            Query(
                type=self.import_type,
                statuses=tuple(self.import_status_ids.mapped("code")),
                date_from=date_from or None,
                date_to=date_to or None,
            )
        )

    def _query_due(self):
        """What the next scheduled import would look for."""
        return self._query(self._next_window())


class NetSuiteTransaction(models.Model):
    _inherit = "netsuite.transaction"

    def _goods_in_words(self):
        """What the open deliveries ship, as a person says it."""
        moves = self._open_pickings().move_ids.filtered(
            lambda move: move.netsuite_line and move.state not in ("done", "cancel")
        )
        return [f"{move.product_uom_qty:g} \u00d7 {move.product_id.display_name}" for move in moves]

    def _left_out(self):
        """The lines of the document that are not shipped: each in words, with the reason."""
        record = self._record()
        if record is None:
            return []
        items = self.env["netsuite.builder"]._items(self.backend_id, [record])
        order, fulfillments = self._order_record(), self._fulfillment_records()
        done = None if fulfillments is None else fulfilled_quantities(fulfillments)
        found = contents(
            record,
            {internal_id: item._record() for internal_id, item in items.items()},
            on_fulfillments=done,
            open_on_order=open_quantities(order, done) if order else None,
            committed_only=self.backend_id.quantity_to_ship == "committed",
        )
        return [
            (left.line.item.name if left.line.item else left.line.description, left.reason)
            for left in found.left_out
        ]


class NetSuiteBuilder(models.AbstractModel):
    _inherit = "netsuite.builder"

    def _tell(self, row, differences):
        result = super()._tell(row, differences)
        changes = self.env.context.get(CONTEXT)
        if changes is not None:
            told = [*differences.done.values(), *differences.open.values()]
            changes[row.id] = [line for lines in told for line in lines]
        return result


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _next(self, sequence_date=None):
        # A preview is undone, but a number drawn from a sequence is gone for good.
        if CONTEXT in self.env.context:
            return f"{CONTEXT}-{uuid.uuid4().hex}"
        return super()._next(sequence_date)
