"""The documents and the translations are true to the code."""

import re
from itertools import count

import docutils.core
import docutils.utils
import polib
from odoo.tests import BaseCase, tagged

from ..dev import readme
from .messages import MESSAGE, ROOT, VALUE, code_texts, messages, normal, view_texts

DOCUMENTS = ("docs/*.rst", "readme/*.rst", "README.rst", "CHANGELOG.rst")
LITERAL = re.compile(r"``(.+?)``", re.DOTALL)
PLACE = re.compile(r"(?:image:: |`__|<)([\w./-]+\.(?:png|rst))")
LANGUAGES = ("de", "fr")


def document_files():
    return [path for pattern in DOCUMENTS for path in sorted(ROOT.glob(pattern))]


def translations(name):
    return polib.pofile(str(ROOT / "i18n" / name))


@tagged("post_install", "-at_install")
class TestDocuments(BaseCase):
    def test_every_test_is_imported(self):
        """Odoo's own test runner knows only those that the package imports."""
        imported = set(re.findall(r"test_\w+", (ROOT / "tests" / "__init__.py").read_text()))
        self.assertEqual(imported, {path.stem for path in (ROOT / "tests").glob("test_*.py")})

    def test_every_message_is_explained(self):
        """docs/troubleshooting.rst has each message of the code, in double backquotes, and none
        that the code no longer has (the rule: tests/messages.py)."""
        text = (ROOT / "docs/troubleshooting.rst").read_text(encoding="utf-8")
        explained = {normal(one) for one in LITERAL.findall(text)}
        found = messages()
        missing = sorted(f"{found[one]}: {one}" for one in found.keys() - explained)
        self.assertFalse(missing, "Explain these in docs/troubleshooting.rst")
        gone = sorted(filter(MESSAGE.search, explained - found.keys()))
        self.assertFalse(gone, "The code does not say these any more")

    def test_the_rule_finds_messages(self):
        found = messages()
        for text in (
            "It waits for a tracking number.",  # a text
            "… has no shipping address. Enter one on the document in NetSuite.",  # with a value
            "At least one connection is needed.",  # a constraint
            "The NetSuite account ID is missing.",  # of the library
        ):
            self.assertIn(text, found)
        self.assertGreater(len(found), 250)

    def test_documents_are_well_formed(self):
        for path in document_files():
            with self.subTest(path.name):
                docutils.core.publish_doctree(
                    path.read_text(encoding="utf-8"),
                    source_path=str(path),
                    settings_overrides={
                        "halt_level": docutils.utils.Reporter.WARNING_LEVEL,
                        "report_level": docutils.utils.Reporter.SEVERE_LEVEL,
                        # A fragment of README.rst refers to the whole.
                        **({"halt_level": 5} if path.parent.name == "readme" else {}),
                    },
                )

    def test_what_documents_point_to_is_there(self):
        for path in document_files():
            base = ROOT if path.parent.name == "readme" else path.parent
            for place in PLACE.findall(path.read_text(encoding="utf-8")):
                with self.subTest(path.name, place=place):
                    self.assertTrue((base / place).is_file())
        page = ROOT / "static/description/index.html"
        for place in re.findall(r'src="([^"]+)"', page.read_text(encoding="utf-8")):
            self.assertTrue((page.parent / place).is_file(), place)

    def test_pictures_are_small(self):
        for path in (ROOT / "static/description").glob("*.png"):
            self.assertLess(path.stat().st_size, 200_000, path.name)

    def test_readme_is_made_of_its_fragments(self):
        self.assertEqual(readme.README.read_text(encoding="utf-8"), readme.text(), "make readme")

    def test_readme_names_every_command(self):
        listed = re.findall(r'^\t@echo "(make \w+)', (ROOT / "Makefile").read_text(), re.MULTILINE)
        text = readme.text()
        self.assertEqual([one for one in listed if f"``{one}``" not in text], [])

    def test_examples_are_python(self):
        text = (ROOT / "docs/developers.rst").read_text(encoding="utf-8")
        blocks = re.findall(r"\.\. code-block:: python\n\n((?:    .*\n|\n)+)", text)
        self.assertTrue(blocks)
        for block in blocks:
            lines = [line.removeprefix("    ") for line in block.splitlines()]
            compile("\n".join(lines), "docs/developers.rst", "exec")


@tagged("post_install", "-at_install")
class TestTranslations(BaseCase):
    def test_template_has_every_text(self):
        """As far as the files show; Odoo itself finds the rest with `make pot`."""
        known = {entry.msgid for entry in translations("connector_netsuite.pot")}
        missing = sorted(set(code_texts()) - known)
        self.assertFalse(missing, "make pot")
        missing = sorted(text for text in view_texts() if text not in known)
        self.assertFalse(missing, "make pot")

    def test_translations_are_whole(self):
        template = [entry.msgid for entry in translations("connector_netsuite.pot")]
        for language in LANGUAGES:
            with self.subTest(language):
                entries = list(translations(f"{language}.po"))
                self.assertEqual([entry.msgid for entry in entries], template, "make pot")
                without = [entry.msgid for entry in entries if not entry.msgstr or entry.fuzzy]
                self.assertFalse(without)
                broken = [
                    entry.msgid for entry in entries if marks(entry.msgid) != marks(entry.msgstr)
                ]
                self.assertFalse(broken, "Values, tags and blanks at the ends must be kept")


def marks(text):
    """What a translation must keep: values, tags, blanks at both ends.

    Values without a name keep their order too.
    """
    order = count()
    values = sorted(
        value if "(" in value else f"{next(order)}{value}" for value in VALUE.findall(text)
    )
    tags = sorted(re.findall(r"</?[a-z]\w*", text))
    ends = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return values, tags, ends, text.count("%%")
