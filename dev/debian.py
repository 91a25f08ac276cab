"""Odoo 19 from Debian's `sid` suite: downloaded and unpacked, never installed.

Installing it on a stable system would pull in another Python. apt works here on a state of its own
in `.dev/`, so none of it needs root or changes the machine.
"""

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from . import paths, stamps
from .commands import run
from .report import Stop, step

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
PACKAGES = (
    "odoo-19",
    # Odoo's web assets are links into these; without them every page answers with an error.
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-glyphicons-halflings",
    "fonts-ocr-b",
    "fonts-montserrat",
    # sid's 7.x has other file names than Odoo's style sheets ask for.
    "fonts-font-awesome/stable",
)
# The Debian package leaves this script out; pages that name it would log an error in the browser.
LEFT_OUT = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
OTHERWISE = "Set ODOO_HOME to an Odoo 19 that you have (a checkout or an unpacked package)."
NEEDED_BYTES = 4 * 1024**3
DIST_PACKAGES = Path("usr/lib/python3/dist-packages")


def ensure():
    """Unpack Odoo into `.dev/odoo`, once."""
    if paths.odoo_home():
        import_path()
        return
    wanted = stamps.key(*PACKAGES)
    if stamps.fresh("odoo", wanted) and paths.ODOO.is_dir():
        return
    check_disk()
    debs = download()
    unpack(debs)
    stamps.write("odoo", wanted)


def check_disk():
    free = shutil.disk_usage(paths.DEV).free
    if free < NEEDED_BYTES:
        raise Stop(
            f"Set-up needs {NEEDED_BYTES / 1024**3:.0f} GB of disk, {free / 1024**3:.1f} GB are "
            f"free under {paths.DEV}."
        )


def download():
    """Fetch the packages from the mirror that the machine's own apt sources name."""
    state = paths.CACHE / "apt"
    archives = paths.CACHE / "debs"
    for folder in (state / "lists" / "partial", state / "archives" / "partial", archives):
        folder.mkdir(parents=True, exist_ok=True)
    sources = state / "sources.list"
    # Its name may hold the checkout's path, so a person's mirror stays in the ignored folder.
    sources.write_text(
        "".join(
            f"deb [signed-by={KEYRING}] {mirror()} {suite} main\n" for suite in ("sid", "stable")
        )
    )
    apt = ["apt-get", "-q", *options(state, sources)]
    with step("Odoo 19: reading the package lists of Debian"):
        run([*apt, "update"], "apt-update.log", "Debian's package lists cannot be read")
    listing = uris(apt)
    total = sum(size for _name, size in listing)
    with (
        step(f"Odoo 19: downloading {total / 1e6:.0f} MB") as line,
        line.watching(lambda: sum(file.stat().st_size for file in archives.glob("*.deb*")), total),
    ):
        # apt goes on with a file that an earlier run left half downloaded.
        run(
            [*apt, "download", *PACKAGES],
            "apt-download.log",
            "The packages of Odoo 19 cannot be downloaded",
            cwd=archives,
        )
    return [archives / name for name, _size in listing]


def uris(apt):
    """(file name, size) of every package, as apt would download it."""
    answer = subprocess.run(
        [*apt, "--print-uris", "download", *PACKAGES], capture_output=True, text=True
    )
    found = re.findall(r"^'[^']*' (\S+\.deb) (\d+)", answer.stdout, re.MULTILINE)
    if answer.returncode or len(found) != len(PACKAGES):
        said = (answer.stderr.strip().splitlines() or ["nothing"])[-1]
        raise Stop(f"The mirror does not have the package odoo-19 ({said}). {OTHERWISE}")
    return [(name, int(size)) for name, size in found]


def options(state, sources):
    pairs = {
        "Dir::State": state,
        "Dir::State::status": "/dev/null",
        "Dir::State::lists": state / "lists",
        "Dir::Cache": state,
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Acquire::Languages": "none",
        # Otherwise apt goes on with old lists, or none, when the mirror cannot be reached.
        "APT::Update::Error-Mode": "any",
        "APT::Sandbox::User": "root" if os.getuid() == 0 else "",
    }
    return [part for name, value in pairs.items() for part in ("-o", f"{name}={value}")]


def mirror():
    """A Debian mirror out of the machine's own apt sources."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Stop(f"Odoo 19 comes from Debian's mirror, and this machine has no apt. {OTHERWISE}")
    if not Path(KEYRING).exists():
        raise Stop(f"Debian's keyring {KEYRING} is missing on {platform.platform()}. {OTHERWISE}")
    answer = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"], capture_output=True, text=True
    )
    for uri in answer.stdout.split():
        if "debian" in uri.split("://")[-1].partition("/")[2] and "security" not in uri:
            return uri
    raise Stop(f"This machine's apt sources name no Debian mirror. {OTHERWISE}")


def unpack(debs):
    partial = paths.DEV / "odoo.partial"
    shutil.rmtree(partial, ignore_errors=True)
    stamps.remove("odoo")
    with step("Odoo 19: unpacking"):
        for deb in debs:
            run(["dpkg-deb", "-x", deb, partial], "unpack.log", f"{deb.name} cannot be unpacked")
        script = partial / DIST_PACKAGES / "odoo" / LEFT_OUT
        script.parent.mkdir(parents=True, exist_ok=True)
        script.touch()
        shutil.rmtree(paths.ODOO, ignore_errors=True)
        partial.rename(paths.ODOO)
    for deb in debs:
        deb.unlink()


def import_path():
    """The folder that makes `import odoo` find Odoo."""
    home = paths.odoo_home()
    if home is None:
        return paths.ODOO / DIST_PACKAGES
    for folder in (home, home / DIST_PACKAGES):
        if (folder / "odoo" / "release.py").exists():
            check_version(folder / "odoo" / "release.py")
            return folder
    raise Stop(f"ODOO_HOME={home} holds no Odoo: neither odoo/ nor {DIST_PACKAGES}/odoo/.")


def check_version(release):
    found = re.search(r"version_info\s*=\s*\(\s*(\d+)", release.read_text(encoding="utf-8"))
    if not found or found[1] != "19":
        raise Stop(f"ODOO_HOME must hold Odoo 19, {release} tells another version.")


def addons_paths():
    """Odoo's own addons folders that are not inside its Python package."""
    extra = import_path() / "addons"
    return [extra] if extra.is_dir() else []
