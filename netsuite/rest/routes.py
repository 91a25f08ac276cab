"""Orders whose lines go to different addresses ("Multiple Shipping Routes").

No column of SuiteQL tells them. The record API finds them where their field can be searched; where
it cannot, each order is asked, unless its record shows that the account has no such orders at all.
Whether it can is not known, so it is tried. Facts: netsuite-protocol.md 5.3, 6.1.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..errors import PermissionMissing, RecordMissing, Refused
from ..records import SALES_ORDER
from .learnt import Learnt
from .select import PAGE
from .service import Service
from .statuses import RECORDS
from .values import Fields, flag

_FIELD = "isMultiShipTo"
_CONDITION = f"{_FIELD} IS true"
_FACT = "routes"


class Routes:
    """Knows which sales orders have several shipping addresses."""

    def __init__(self, service: Service, learnt: Learnt) -> None:
        self._service = service
        self._learnt = learnt

    def forget(self) -> None:
        """Look anew: an administrator may just have switched the feature on."""
        self._learnt.forget(_FACT)

    def used(self) -> bool:
        """Were there such orders lately? One request, the first time.

        It spares requests only: whether an order is one of them, :meth:`among` says.
        """
        used = self._learnt.get(_FACT, "used")
        if used is None:
            try:
                used = self._search(_CONDITION, 1) != []
            except PermissionMissing:
                return True
            self._learnt.put(_FACT, "used", used)
        return bool(used)

    def among(self, order_ids: Collection[str]) -> set[str]:
        """Those of these orders that have several addresses. One request as a rule, each time: the
        first such order of an account must not go to a wrong address.

        :raises PermissionMissing: the role may not load orders, so nobody can tell
        """
        if not order_ids or self._learnt.get(_FACT, "missing"):
            return set()
        found = self._between(sorted(order_ids, key=int))
        if found is None:
            found = self._asked(order_ids)
        if found:
            self._learnt.put(_FACT, "used", True)
        return found

    def _between(self, order_ids: Sequence[str]) -> set[str] | None:
        """The same by searching from the first to the last of these; None where that cannot be."""
        first, last = order_ids[0], order_ids[-1]
        some = f"id GREATER_OR_EQUAL {first} AND id LESS_OR_EQUAL {last}"
        hits = self._search(f"{_CONDITION} AND {some}", PAGE)
        if hits is None or len(hits) < PAGE or len(order_ids) == 1:
            return None if hits is None else set(hits) & set(order_ids)
        # More may lie between than a page holds.
        half = len(order_ids) // 2
        below, above = self._between(order_ids[:half]), self._between(order_ids[half:])
        return None if below is None or above is None else below | above

    def _search(self, condition: str, limit: int) -> list[str] | None:
        """Hits, or None where this cannot be searched."""
        if self._learnt.get(_FACT, "unsearchable"):
            return None
        try:
            return self._service.search(RECORDS[SALES_ORDER], condition, limit)
        except Refused:
            self._learnt.put(_FACT, "unsearchable", True)
            return None

    def _asked(self, order_ids: Collection[str]) -> set[str]:
        """The same from the records themselves."""
        found = set()
        for order_id in order_ids:
            try:
                record: Fields = self._service.record(RECORDS[SALES_ORDER], order_id, [_FIELD])
            except RecordMissing:
                continue  # has just been deleted
            if _FIELD not in record:
                self._learnt.put(_FACT, "missing", True)
                return set()
            if flag(record, _FIELD):
                found.add(order_id)
        return found
