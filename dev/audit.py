"""No version with a known hole is locked: `make lint` looks without a network at `advisories.txt`.

`make advisories ARGS=folder` makes the list of advisories in OSV's form: PyPI's from osv.dev,
unpacked (JSON), or a checkout of github.com/pypa/advisory-database (YAML), which has fewer. A line
of the list: package, versions that have the hole, what it is called.
"""

import json
import re
import sys
from pathlib import Path

from . import paths
from .commands import run as run_command
from .report import Stop, say

LIST = Path(__file__).with_name("advisories.txt")
#: What that database does not have.
MORE = {"pypdf2": [(">=2.2.0,<=3.0.1", "CVE-2023-36464 GHSA-4vvm-4w3v-6mr8")]}
#: Holes that do not matter here, with the reason.
EXCUSED = {
    "CVE-2023-36464": "a PDF without end: Odoo itself wants this package, whose last version this "
    "is; the addon reads no PDF",
}
HEAD = """\
# Known holes of the packages in requirements.lock: package, versions, names.
# Made by `make advisories` of {count} advisories, the newest of {date}.
"""


def run():
    """Say which locked versions have known holes; 1 if there are some."""
    from packaging.specifiers import SpecifierSet

    status = 0
    known = advisories()
    for name, version in locked():
        for versions, names in known.get(name, ()):
            excused = any(one in EXCUSED for one in names.split())
            if not excused and SpecifierSet(versions, prereleases=True).contains(version):
                say(f"{name} {version}: {names}")
                status = 1
    return status


def locked():
    """Names and versions of the lock file."""
    for line in paths.LOCK.read_text().splitlines():
        if found := re.match(r"([\w.-]+)==([^\s;]+)", line):
            yield normal(found[1]), found[2]


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def advisories():
    """(versions, names) by package."""
    found = {name: list(holes) for name, holes in MORE.items()}
    for line in LIST.read_text().splitlines():
        if line and not line.startswith("#"):
            name, versions, names = line.split("\t")
            found.setdefault(name, []).append((versions, names))
    return found


def refresh(arguments):
    """Make the list anew."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        raise Stop("Name a folder of advisories in OSV's form: ARGS=folder.")
    names = {name for name, _version in locked()}
    lines, newest, count = set(), "", 0
    for advisory in read(Path(arguments[0])):
        count += 1
        newest = max(newest, str(advisory["modified"])[:10])
        if "withdrawn" in advisory:
            continue
        called = " ".join([advisory["id"], *advisory.get("aliases", ())])
        for affected in advisory.get("affected", ()):
            name = normal(affected.get("package", {}).get("name", ""))
            if name in names:
                lines.update(f"{name}\t{versions}\t{called}" for versions in ranges(affected))
    head = HEAD.format(date=newest, count=count)
    LIST.write_text(head + "".join(f"{line}\n" for line in sorted(lines)))
    say(f"{len(lines)} lines, the newest of {newest}.")
    return run()


def read(folder):
    """The advisories in a folder."""
    for path in folder.rglob("*.json"):
        yield json.loads(path.read_text())
    if written := list(folder.rglob("*.yaml")):
        read_yaml = yaml_reader()
        for path in written:
            yield read_yaml(path.read_text())


def yaml_reader():
    """Nothing else here needs one."""
    tool = paths.CACHE / "yaml"
    failure = "The reader of the advisories cannot be installed"
    command = [sys.executable, "-m", "pip", "install", "--upgrade", "--target", tool, "pyyaml"]
    run_command(command, "yaml.log", failure)
    sys.path.append(str(tool))
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return lambda text: yaml.load(text, loader)  # noqa: S506 (both are the safe one)


def ranges(affected):
    """The versions that an advisory is about, as packagers write them."""
    for one in affected.get("ranges", ()):
        if one["type"] != "ECOSYSTEM":
            continue
        first = None
        for event in one["events"]:
            if "introduced" in event:
                first = event["introduced"]
                continue
            last = f"<{event['fixed']}" if "fixed" in event else f"<={event['last_affected']}"
            yield last if first in (None, "0") else f">={first},{last}"
            first = None
        if first is not None:
            # Nobody has said yet when it ends.
            yield f">={first}"
