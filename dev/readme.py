"""`make readme`: README.rst from the folder readme/, as addons of the Odoo community have it."""

from . import paths

TITLE = "NetSuite Connector for Odoo 19"
SECTIONS = {
    "DESCRIPTION": "",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "LARGE": "Large installations",
    "SURVIVED": "What it has survived",
    "ROADMAP": "Known limits",
    "DEVELOP": "Development",
    "HISTORY": "Changelog",
    "CONTRIBUTORS": "Contributors",
}
README = paths.ROOT / "README.rst"


def text():
    line = "=" * (len(TITLE) + 2)
    parts = [f"{line}\n {TITLE}\n{line}\n"]
    for name, heading in SECTIONS.items():
        fragment = (paths.ROOT / "readme" / f"{name}.rst").read_text(encoding="utf-8")
        parts.append(f"{heading}\n{'=' * len(heading)}\n\n{fragment}" if heading else fragment)
    parts.append("The licence is LGPL-3, see `LICENSE <LICENSE>`__.\n")
    return "\n".join(parts)


def write():
    README.write_text(text(), encoding="utf-8")
    return 0
