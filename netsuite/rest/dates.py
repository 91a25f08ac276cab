"""Which custom fields hold dates.

SuiteQL's rows tell no types, and write a date in the account's own format [facts 6.3]. So a field
whose value looks like one is looked up in the record of a document, which writes dates as such
[6.1]: once, for what was found holds for all documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime

from ..errors import PermissionMissing, Refused
from ..records import CustomValue
from . import documents
from .learnt import Learnt
from .values import Fields

_FACT = "dates"
_DAY, _TIME, _NONE = "day", "time", "none"
# In any order and with any signs between; months may be words.
_LOOKS = re.compile(
    r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]+(?:\d{1,2}|[^\W\d]{3,}\.?)[-/., ]+\d{4}"
)


class Dates:
    """Knows the custom fields of one account that hold dates."""

    def __init__(self, learnt: Learnt) -> None:
        self._learnt = learnt

    def days(self, names: Iterable[str]) -> set[str]:
        """Those of these fields that hold a day."""
        return {one for one in names if self._learnt.get(_FACT, one.lower()) == _DAY}

    def times(self, names: Iterable[str]) -> set[str]:
        """Those of these fields that hold a day with a time: only records tell its zone [8]."""
        return {one for one in names if self._learnt.get(_FACT, one.lower()) == _TIME}

    def learn(
        self, rows: Iterable[Fields], names: Iterable[str], read: Callable[[Fields], Fields]
    ) -> bool:
        """Learn what is still unknown of these fields; were days found among them?

        :param read: the record of a row's document, or its line of it
        """
        found = False
        for name in dict.fromkeys(names):
            if self._learnt.get(_FACT, name.lower()) is not None:
                continue
            row = next((one for one in rows if _LOOKS.fullmatch(_shown(one, name))), None)
            if row is not None:
                kind = _kind(name, row, read)
                self._learnt.put(_FACT, name.lower(), kind)
                found = found or kind == _DAY
        return found


def _shown(row: Fields, name: str) -> str:
    value = row.get(name.lower())
    return value.strip() if isinstance(value, str) else ""


def _kind(name: str, row: Fields, read: Callable[[Fields], Fields]) -> str:
    try:
        value: CustomValue | None = documents.custom_fields(read(row)).get(name.lower())
    except (PermissionMissing, Refused, ValueError):
        return _NONE  # the role may not look, or sees nothing readable: the text has to do
    if isinstance(value, datetime):
        return _TIME
    return _DAY if isinstance(value, date) else _NONE
