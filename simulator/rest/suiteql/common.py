"""What rows of several tables have in common [6.3, 9]."""

from ...ordering import unit_rate
from ...permissions import READING


def visible(books, *types):
    """Documents that the role may see: others are silently not there [9]."""
    found = books.transactions()
    if books.settings.newest_first:
        found.reverse()  # without ORDER BY nobody promises an order
    return [
        one
        for one in found
        if (not types or one.type in types)
        and books.role.may(READING[one.type])
        and books.role.sees(one)
    ]


def custom(books, values, prefix):
    """Custom fields as columns; ticks are 'T' and 'F' [5.7]."""
    return {
        name.lower(): value
        for name, value in values.items()
        if name in books.custom_fields and name.startswith(prefix)
    }


def stock(books, line, quantity):
    """A quantity as SuiteQL has it: in stock units, UNVERIFIED [5.3]."""
    if quantity is None or not books.settings.unverified.base_units:
        return quantity
    return quantity * unit_rate(books, line)
