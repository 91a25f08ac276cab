"""Databases: a template that is made once, and quick copies of it with the addon installed.

Each carries, as its comment, the hash of what it was made from: one that does not match is made
anew. A database is made under another name and renamed when it is whole.
"""

import os
import re
import shutil
import time
from contextlib import contextmanager

from psycopg2 import errors, sql

from . import debian, odoo, paths, postgres, stamps
from .commands import run
from .report import Stop, step, tail

PREFIX = f"{paths.ADDON}_{paths.CHECKOUT}"
TEMPLATE = f"{PREFIX}_template"
INSTALL = ("--stop-after-init", "--no-http", "--max-cron-threads=0")
# Folders of the checkout that do not change what an installed database holds.
NO_DATA = {
    "benchmarks",
    "chaos",
    "dev",
    "docs",
    "netsuite",
    "readme",
    "simulator",
    "tests",
    "__pycache__",
}


def name_of(purpose):
    if not re.fullmatch(r"[a-z0-9_]{1,20}", purpose):
        raise Stop(f"{purpose!r} does not do as DB: use up to 20 small letters, digits and _.")
    return f"{PREFIX}_{purpose}"


def ensure_template():
    release = debian.import_path() / "odoo" / "release.py"
    wanted = stamps.key(paths.LOCK, release, *odoo.BASE_MODULES)
    with cursor() as cr:
        if comment(cr, TEMPLATE) != wanted:
            with building(cr, TEMPLATE, wanted) as partial:
                install(partial, odoo.BASE_MODULES, f"Database with {', '.join(odoo.BASE_MODULES)}")
    return wanted


def ensure(name, template_key, afresh=False, keep=False):
    """A copy of the template with the addon; made anew when the addon's data files changed.

    :param afresh: make it anew in any case
    :param keep: leave the one alone that is there, whatever it was made from
    """
    wanted = stamps.key(template_key, *addon_state())
    with cursor() as cr:
        found = comment(cr, name)
        if afresh or not (found == wanted or (keep and found)):
            with building(cr, name, wanted) as partial:
                copy(cr, TEMPLATE, partial)
                install(partial, [paths.ADDON], f"Database {name}: installing the addon")


def addon_state():
    """Names and contents of the files that decide what is in a database."""
    for folder, folders, files in os.walk(paths.ROOT):
        folders[:] = sorted(set(folders) - NO_DATA - {f for f in folders if f.startswith(".")})
        for file in sorted(files):
            path = paths.ROOT / folder / file
            if path.suffix in (".py", ".xml", ".csv", ".po", ".sql", ".js", ".scss"):
                yield str(path.relative_to(paths.ROOT))
                yield path


@contextmanager
def cursor():
    with (
        postgres.closing_connection(dbname="postgres") as connection,
        connection.cursor() as cr,
    ):
        yield cr


def comment(cr, name):
    cr.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    )
    row = cr.fetchone()
    return row and row[0]


@contextmanager
def building(cr, name, key):
    partial = f"{name}_new"
    drop(cr, partial)
    try:
        yield partial
    except BaseException:
        drop(cr, partial)
        raise
    drop(cr, name)
    # The comment comes last: only a whole database has one.
    execute(cr, "ALTER DATABASE {} RENAME TO {}", partial, name)
    if filestore(partial).exists():
        filestore(partial).rename(filestore(name))
    cr.execute(sql.SQL("COMMENT ON DATABASE {} IS %s").format(sql.Identifier(name)), [key])


def copy(cr, source, target):
    execute(cr, "CREATE DATABASE {} TEMPLATE {}", target, source)
    if filestore(source).exists():
        # Odoo names these files by their content and never writes into one again.
        shutil.copytree(filestore(source), filestore(target), copy_function=os.link)


def drop(cr, name, patience=60.0):
    """Drop a database and its files.

    :param patience: seconds to wait for the server's own work in it (autovacuum), which only a
        superuser may end
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            execute(cr, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
            break
        except errors.InsufficientPrivilege:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
    shutil.rmtree(filestore(name), ignore_errors=True)


def execute(cr, statement, *names):
    cr.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def filestore(name):
    return paths.DATA / "filestore" / name


def install(name, modules, label):
    log = f"install-{modules[-1]}.log"
    failure = f"{label} failed"
    with step(label) as line:

        def progress(text):
            found = re.search(r"Loading module \S+ \((\d+)/(\d+)\)", text)
            if found:
                line.percent(int(found[1]), int(found[2]))

        try:
            run(
                odoo.command(name, "-i", ",".join(modules), *INSTALL),
                log,
                failure,
                each_line=progress,
                env=odoo.environment(),
                cwd=paths.DEV,
            )
            check_installed(name, modules)
        except Stop as error:
            path = paths.LOGS / log
            raise Stop(f"{failure}: see {path}, which ends\n{tail(path)}") from error


def check_installed(name, modules):
    """Odoo may end well although it could not install a module."""
    with (
        postgres.closing_connection(dbname=name) as connection,
        connection.cursor() as cr,
    ):
        cr.execute(
            "SELECT count(*) FROM ir_module_module WHERE name = ANY(%s) AND state = 'installed'",
            [list(modules)],
        )
        if cr.fetchone()[0] != len(modules):
            raise Stop("not installed")
