"""Texts from outside, as a database and a screen can take them."""

from __future__ import annotations

import re

# JSON can write both, PostgreSQL and UTF-8 can hold neither.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without characters that nobody can store."""
    return _UNSTORABLE.sub("", text)
