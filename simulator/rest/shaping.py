"""How values look in REST's JSON: links, references, enumerations, numbers, dates [6.1]."""

from ..clock import UTC
from ..soap.countries import COUNTRIES

PREFIX = "/services/rest/record/v1"


def number(value):
    """A JSON number, whole ones without fraction; None stays."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def moment(value):
    """A date-time: UTC with Z [8]."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def day(value):
    """A date: plain, without any zone [8]."""
    return value.isoformat() if value else None


def present(value):
    """Without the fields that have no value: REST leaves them out."""
    return {name: one for name, one in value.items() if one is not None and one != ""}


class View:
    """How a caller wants records written.

    :param expand: sublists and sub-records in full, not only links
    :param simple_enums: enumerations as plain ids
    """

    def __init__(self, books, expand=False, simple_enums=False):
        self.books, self.expand, self.simple_enums = books, expand, simple_enums

    @property
    def base(self):
        """Links name the account's own host, wherever the request came in [6.2]."""
        return f"https://{self.books.slug}.suitetalk.api.netsuite.com{PREFIX}"

    def links(self, *path):
        return [{"rel": "self", "href": "/".join((self.base, *map(str, path)))}]

    def ref(self, kind, table, key):
        """A reference; None for no key."""
        if not key:
            return None
        named = table.get(key)
        return present(
            {"links": self.links(kind, key), "id": key, "refName": named.name if named else None}
        )

    def enum(self, id, name):
        if self.simple_enums or not id:
            return id or None
        return {"id": id, "refName": name}

    def sublist(self, path, name, rows, key):
        """A sublist: its rows, or only the link to it.

        :param key: what names a row in its link, from the row and its position
        """
        links = self.links(*path, name)
        if not self.expand:
            return {"links": links}
        items = [
            {"links": self.links(*path, name, key(row, number))} | row
            for number, row in enumerate(rows, 1)
        ]
        return {"links": links, "items": items, "totalResults": len(items)}

    def subrecord(self, path, name, value):
        links = self.links(*path, name)
        return {"links": links} | (present(value) if self.expand else {})

    def country(self, code):
        return self.enum(code, COUNTRIES[code][1]) if code else None

    def custom(self, values):
        """Custom fields on the record itself, by script id in lower case [5.7]."""
        written = {}
        for script_id, value in values.items():
            field = self.books.custom_fields.get(script_id)
            if not field or value is None or value == "":
                continue
            if field.kind == "select":
                entries = {one.id: one for one in self.books.custom_lists[field.list_id]}
                value = self.ref(f"customlist{field.list_id}", entries, value)
            elif field.kind == "double":
                value = number(value)
            elif field.kind == "date":
                value = day(value)
            elif field.kind == "datetime":
                value = moment(value)
            written[script_id.lower()] = value
        return written
