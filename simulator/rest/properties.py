"""Reading JSON bodies: names are matched leniently, values strictly [7.9]."""

import re
from datetime import date
from decimal import Decimal

from .problems import Problem, invalid

EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]+")
MODES = ("Error", "Warning", "Ignore")
HEADER = "X-NetSuite-PropertyNameValidation"


class Reader:
    """Reads objects of a body.

    :param mode: what happens to unknown names: with "Error" they are refused, else dropped
    """

    def __init__(self, books, mode):
        if mode not in MODES:
            raise Problem(400, "INVALID_HEADER", f"Invalid value {mode!r}.", header=HEADER)
        self.books, self.mode = books, mode

    def known(self, value, path, names, custom="", read_only=()):
        """The object's properties under their own names; custom fields stay in lower case.

        :param custom: prefix of the custom fields that may be there
        :param read_only: names that NetSuite knows and nobody can set
        """
        if not isinstance(value, dict):
            raise invalid(path, "Invalid value: an object is expected.")
        spelled = {name.lower(): name for name in names}
        found = {}
        for given, one in value.items():
            low, at = given.lower(), f"{path}.{given}" if path else given
            if low in spelled and spelled[low] not in found:
                found[spelled[low]] = one
            elif custom and low.startswith(custom) and low in self.books.custom_fields:
                found[low] = one
            elif low in {name.lower() for name in read_only}:
                raise invalid(at, f"The property {given} is read-only.")
            elif self.mode == "Error":
                raise invalid(at, f"Unknown property name: {given}.")
        return found

    # -- values ------------------------------------------------------------------------------

    def rows(self, value, path):
        """The rows of a sublist with their paths."""
        found = self.known(value, path, ("items", "links"))
        items = found.get("items")
        if not isinstance(items, list):
            raise invalid(path, "Invalid value: a sublist has an array of items.")
        return [(one, f"{path}.items[{place}]") for place, one in enumerate(items)]

    def text(self, value, path):
        """A text; null empties it."""
        if value is not None and not isinstance(value, str):
            raise invalid(path, "Invalid value: a string is expected.")
        return value or ""

    def number(self, value, path):
        if isinstance(value, bool) or not isinstance(value, int | float) or not _sensible(value):
            raise invalid(path, "Invalid value: a number is expected.")
        return Decimal(str(value))

    def integer(self, value, path):
        if isinstance(value, bool) or not isinstance(value, int) or not _sensible(value):
            raise invalid(path, "Invalid value: an integer is expected.")
        return value

    def flag(self, value, path):
        if not isinstance(value, bool):
            raise invalid(path, "Invalid value: a boolean is expected.")
        return value

    def day(self, value, path):
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise invalid(path, "Invalid value: a date like 2026-01-31 is expected.") from None

    def key(self, value, path):
        """A reference: ``{"id": "6"}``, or the bare id as in NetSuite's own sample."""
        if isinstance(value, dict):
            value = value.get("id")
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise invalid(path, "Invalid value: a reference is expected.")
        return str(value)

    def external_id(self, value, path):
        if not isinstance(value, str) or not EXTERNAL_ID.fullmatch(value):
            raise invalid(path, f"Invalid external ID {value!r}: letters, digits, _ and - only.")
        return value

    def custom(self, found, path):
        """Custom fields' values by script id; null empties [5.7]."""
        values = {}
        for name in found.keys() & self.books.custom_fields.keys():
            values[name] = self._custom(self.books.custom_fields[name], found[name], path + name)
        return values

    def _custom(self, field, value, path):
        if value is None:
            return None
        if field.kind == "select":
            return self._choice(field, self.key(value, path), path)
        read = {
            "string": self.text,
            "boolean": self.flag,
            "double": self.number,
            "date": self.day,
        }
        return read[field.kind](value, path)

    def _choice(self, field, key, path):
        if key not in {one.id for one in self.books.custom_lists[field.list_id]}:
            raise invalid(
                path,
                f"You have entered an Invalid Field Value {key} for the following field: "
                f"{field.script_id}",
            )
        return key


def _sensible(number):
    """Neither infinite nor none at all, as JSON in Python may have it."""
    return abs(number) < 10**15
