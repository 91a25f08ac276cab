"""The sentences that the addon can show a person, found in its code.

The rule: a message is a text that ends with a full stop or a colon, or with a colon and a value. In
models/ and wizards/ it is translated (``self.env._("…")``) or given to a database constraint; in
netsuite/, which knows no languages, it is any such text that begins like a sentence and is neither
a docstring nor for the log. Values in it become "…".
"""

import ast
import re
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).parent.parent
VALUE = re.compile(r"%(?:\(\w+\))?[sdg]")
MESSAGE = re.compile(r"[.:]$|[.:] …$")
BEGINNING = re.compile(r"[A-Z…]\S* ")
CONSTRAINTS = {"Constraint", "UniqueIndex"}


def messages():
    """Every message of the code, with the file it was found in."""
    return {
        text: str(path.relative_to(ROOT))
        for path, tree in _files("models", "wizards", "netsuite")
        for text in map(normal, _texts(tree, path.is_relative_to(ROOT / "netsuite")))
        if MESSAGE.search(text)
    }


def normal(text):
    """A text as the documents write it."""
    return " ".join(VALUE.sub("…", text).split())


def code_texts():
    """Every text of the code that is translated."""
    for _path, tree in _files("models", "wizards"):
        for node in _calls(tree, {"_"}):
            yield _text(node.args[0])


def view_texts():
    """Labels and hints of the screens."""
    for folder in ("views", "wizards", "report"):
        for path in sorted((ROOT / folder).glob("*.xml")):
            for node in etree.parse(path).iter():
                for name in ("string", "placeholder", "confirm", "help"):
                    text = node.get(name) if isinstance(node.tag, str) else None
                    if text and text.strip():
                        yield text.strip()


def _files(*rooms):
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def _texts(tree, is_library):
    if is_library:
        yield from filter(BEGINNING.match, map(normal, _all_texts(tree)))
        return
    for node in _calls(tree, {"_"}):
        yield _text(node.args[0])
    for node in _calls(tree, CONSTRAINTS):
        yield from map(_text, node.args[1:2])


def _calls(tree, names):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and getattr(node.func, "attr", "") in names:
            yield node


def _all_texts(node):
    if text := _text(node):
        yield text
        return
    for child in ast.iter_child_nodes(node):
        if not (_is_docstring(child) or _is_logged(child)):
            yield from _all_texts(child)


def _is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_logged(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith("_logger.")


def _text(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (getattr(part, "value", "") for part in node.values)
        return "".join(part if isinstance(part, str) else "…" for part in parts)
    return ""
