"""Oracle's functions for SQLite [6.3]."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from .. import dates
from .values import is_date, mark, text, unmark


class Functions:
    """Installed on a connection; keeps the last error, which SQLite does not tell.

    :param displays: texts by value, by display (see :mod:`.displays`)
    """

    def __init__(self, times, displays):
        self.times, self.displays = times, displays
        self.error = ""

    def install(self, connection):
        known = {
            ("TO_CHAR", -1): self.to_char,
            ("TO_DATE", -1): self.to_date,
            ("TO_TIMESTAMP", -1): self.to_date,
            ("TO_NUMBER", 1): lambda value: None if value is None else float(value),
            ("SYSDATE", 0): lambda: self.times.store(self.times.now),
            ("SYS_EXTRACT_UTC", 1): self._of_date(self.times.to_utc),
            ("SHIFT_DATE", 2): self.shift,
            ("USER_DATE", 1): lambda value: self.to_date(value),
            ("DISPLAY", 2): self.display,
            ("NVL", 2): lambda value, other: other if value is None else value,
            ("NVL2", 3): lambda value, some, none: none if value is None else some,
            ("DECODE", -1): _decode,
            ("GREATEST", -1): lambda *values: None if None in values else max(values),
            ("LEAST", -1): lambda *values: None if None in values else min(values),
            ("UPPER", 1): lambda value: value if value is None else str(value).upper(),
            ("LOWER", 1): lambda value: value if value is None else str(value).lower(),
            ("CONCAT", -1): lambda *values: "".join(self._said(one) for one in values) or None,
            ("MOD", 2): lambda value, by: None if None in (value, by) else value % by,
            ("TRUNC", 1): self.trunc,
            ("ROUND", -1): _round,
        }
        for (name, arguments), function in known.items():
            connection.create_function(name, arguments, self._guarded(function))

    def _guarded(self, function):
        def guarded(*values):
            try:
                return function(*values)
            except (ValueError, TypeError, OverflowError, ArithmeticError) as error:
                self.error = str(error)
                raise

        return guarded

    def _of_date(self, function):
        return lambda value: None if value is None else function(value)

    def _said(self, value):
        return "" if value is None else text(value, self.times)

    def to_char(self, value, model=None):
        """A date by a format, or in the account's own; a number as text."""
        if value is None:
            return None
        if model is None:
            return text(value, self.times)
        return dates.write(unmark(value), model)

    def to_date(self, value, model=None):
        if value is None or is_date(value):
            return value
        return mark(dates.read(value, model or self.times.format))

    def shift(self, value, days):
        return mark(unmark(value) + timedelta(days=days))

    def trunc(self, value):
        """A date's midnight, or a number's whole part."""
        if is_date(value):
            return mark(unmark(value).replace(hour=0, minute=0, second=0))
        return None if value is None else int(value)

    def display(self, name, value):
        """BUILTIN.DF: the text of a reference or enumeration."""
        return None if value is None else self.displays[name].get(str(value), str(value))


def _decode(value, *cases):
    """``DECODE(value, search, result, …, default)``; null equals null here."""
    pairs, default = cases[: len(cases) // 2 * 2], cases[-1] if len(cases) % 2 else None
    for search, result in zip(pairs[::2], pairs[1::2], strict=True):
        if search == value or str(search) == str(value):
            return result
    return default


def _round(value, digits=0):
    if value is None:
        return None
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP))
