"""What SuiteQL's quantities count: units of the line, or base units of its type of units; and which
of them are taken back instead of sold.

Nobody could verify it, and roles often may not see the conversion rates [facts 5.3]. So it is
measured: a document with such a line is read through the record API, which counts in the line's
unit. What was found of units holds for all documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from ..errors import NetSuiteError, PermissionMissing, Refused
from .learnt import Learnt
from .values import Fields, amount, key, line_of, text

_DIGITS = 8
# Facts, by these names.
_FACTORS, _HOW = "units", "quantities"


class Measures:
    """Quantities of rows in the unit of their line.

    :param read: gives the whole record of a document by its id
    """

    def __init__(self, learnt: Learnt, read: Callable[[str], Fields]) -> None:
        self._learnt = learnt
        self._read = lru_cache(maxsize=1)(read)  # a document's rows come together

    def prepare(self, rows: Iterable[Fields]) -> None:
        """Learn what is still unknown of the units of these rows, one document for each at most.

        :raises PermissionMissing: the role sees neither rates nor documents
        """
        for row in rows:
            if amount(row, "quantity") and self._factor(row) is None:
                self._measure(row)

    def quantity(self, row: Fields, name: str = "quantity") -> float | None:
        """How much it is in the line's unit, whichever way it goes."""
        counted = amount(row, name)
        if counted is None:
            return None
        return round(abs(counted) / (self._factor(row) or 1.0), _DIGITS)

    def ordered(self, row: Fields) -> float | None:
        """The quantity of an order's or an invoice's line; negative where goods are taken back.

        Sales are below zero, as is reported. What is above it is rare enough to be looked up.
        """
        quantity, counted = self.quantity(row), amount(row, "quantity")
        if not quantity or not counted or counted < 0:
            return quantity
        try:
            return quantity if self._said(row) > 0 else -quantity
        except (PermissionMissing, Refused):
            return -quantity

    def _factor(self, row: Fields) -> float | None:
        """What one of the line's unit counts as, or None while that is not known."""
        unit, rate = text(row, "units"), amount(row, "rate")
        if not unit or rate == 1:
            return 1.0
        measured: Any = self._learnt.get(_FACTORS, unit)
        if measured:
            return float(measured)
        how = self._learnt.get(_HOW, "in")
        if not rate or not how:
            return None
        return rate if how == "base" else 1.0

    def _measure(self, row: Fields) -> None:
        unit, rate, counted = text(row, "units"), amount(row, "rate"), amount(row, "quantity") or 0
        try:
            said = self._said(row)
        except (PermissionMissing, Refused) as error:
            if not rate:
                raise _unknowable(row, error) from error
            self._learnt.put(_HOW, "in", "base")  # what is reported of accounts [5.3]
            return
        if not said:
            raise _unknowable(row)
        factor = abs(counted / said)
        self._learnt.put(_FACTORS, unit, factor)
        if rate:
            in_base = abs(factor - rate) < abs(factor - 1)
            self._learnt.put(_HOW, "in", "base" if in_base else "line")

    def _said(self, row: Fields) -> float:
        """What the record itself says of the line."""
        record = self._read(text(row, "transaction"))
        return amount(line_of(record, key(row, "id")), "quantity") or 0.0


def _unknowable(row: Fields, error: NetSuiteError | None = None) -> PermissionMissing:
    unit = text(row, "units_name") or text(row, "units")
    return PermissionMissing(
        f"What a quantity in the unit {unit} means cannot be found out. The role needs the "
        "permission Lists > Units (View), or Transactions > Sales Order (Edit).",
        error.code if error else "",
        "suiteql",
    )
