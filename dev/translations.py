"""`make pot`: the texts to translate, as Odoo itself finds them; the translations brought in line.

Odoo looks for texts in every file below the addon's folder and follows links on the way; here that
would be all of `.dev`. So it is shown a copy that holds the addon and nothing else.
"""

import shutil
import sys

import polib

from . import databases, debian, locks, odoo, paths, postgres
from .commands import run
from .report import say, step

COPY = paths.DEV / "pot"
FOLDERS = ("data", "models", "netsuite", "report", "security", "static", "views", "wizards")
TRANSLATIONS = paths.ROOT / "i18n"
TEMPLATE = TRANSLATIONS / f"{paths.ADDON}.pot"


def export(name):
    """Write the template from this database, then give each translation the same terms."""
    copy_addon()
    TRANSLATIONS.mkdir(exist_ok=True)
    with step(f"Translations: exporting from {name}"):
        run(
            [
                *(sys.executable, paths.ODOO_BIN, "i18n", "export"),
                *("-c", COPY / "odoo.conf", "-d", name),
                *("-o", COPY / TEMPLATE.name, paths.ADDON),
            ],
            "pot.log",
            "The texts cannot be exported",
            env=odoo.environment(),
            cwd=paths.DEV,
        )
    keep(polib.pofile(str(COPY / TEMPLATE.name)))
    template = polib.pofile(str(TEMPLATE))
    say(f"  {len(template)} texts in {TEMPLATE.relative_to(paths.ROOT)}")
    for path in sorted(TRANSLATIONS.glob("*.po")):
        bring_in_line(path, template)


def copy_addon():
    shutil.rmtree(COPY, ignore_errors=True)
    addon = COPY / "addons" / paths.ADDON
    addon.mkdir(parents=True)
    for file in ("__init__.py", "__manifest__.py"):
        shutil.copy(paths.ROOT / file, addon / file)
    for folder in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__", "tests")
        shutil.copytree(paths.ROOT / folder, addon / folder, ignore=ignored)
    addons = ",".join(map(str, [addon.parent, *debian.addons_paths()]))
    text = f"[options]\naddons_path = {addons}\ndata_dir = {paths.DATA}\n"
    (COPY / "odoo.conf").write_text(text)


def keep(exported):
    """Write the template, unless only its date is new."""
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        exported.metadata[name] = ""
    if not TEMPLATE.exists() or str(polib.pofile(str(TEMPLATE))) != str(exported):
        exported.save(str(TEMPLATE))


def bring_in_line(path, template):
    """The template's terms in its order, with the translations that there are."""
    old = polib.pofile(str(path))
    known = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in old if not entry.obsolete}
    new = polib.POFile(wrapwidth=78)
    new.metadata = {**old.metadata, "POT-Creation-Date": ""}
    new.header = old.header
    for entry in template:
        new.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get((entry.msgctxt, entry.msgid), ""),
                msgctxt=entry.msgctxt,
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=entry.flags,
            )
        )
    new.save(str(path))
    missing = len(new.untranslated_entries())
    say(f"  {path.name}: {missing or 'no'} text{'s' * (missing != 1)} without translation")


def make(purpose):
    with postgres.server():
        name = databases.name_of(purpose)
        with locks.exclusive(f"database-{purpose}", f"Another make uses {name}: waiting."):
            with locks.set_up():
                databases.ensure(name, databases.ensure_template())
            export(name)
    return 0
