"""Orders whose lines go to different addresses ("Multiple Shipping Routes").

No column of SuiteQL tells them; the record API finds them. Most accounts have none, which is
remembered. Facts: netsuite-protocol.md 5.3, 6.1.
"""

from __future__ import annotations

from collections.abc import Collection

from ..errors import PermissionMissing, Refused
from ..records import SALES_ORDER
from .learnt import Learnt
from .select import PAGE
from .service import Service
from .statuses import RECORDS

_CONDITION = "isMultiShipTo IS true"
_FACT = "routes"


class Routes:
    """Knows which sales orders have several shipping addresses."""

    def __init__(self, service: Service, learnt: Learnt) -> None:
        self._service = service
        self._learnt = learnt

    def used(self) -> bool:
        """Are there such orders at all? One request, the first time."""
        used = self._learnt.get(_FACT, "used")
        if used is None:
            used = bool(self._search(_CONDITION, 1))
            self._learnt.put(_FACT, "used", used)
        return bool(used)

    def among(self, order_ids: Collection[str]) -> set[str]:
        """Those of these orders that have several addresses."""
        if not order_ids or not self.used():
            return set()
        ids = [int(one) for one in order_ids]
        some = f"id GREATER_OR_EQUAL {min(ids)} AND id LESS_OR_EQUAL {max(ids)}"
        return set(self._search(f"{_CONDITION} AND {some}", PAGE)) & set(order_ids)

    def _search(self, condition: str, limit: int) -> list[str]:
        try:
            return self._service.search(RECORDS[SALES_ORDER], condition, limit)
        except (Refused, PermissionMissing):
            return []  # the feature is off, or the field is not shown
