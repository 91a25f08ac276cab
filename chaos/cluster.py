"""The database server of the run, and what happens to it.

The embedded PostgreSQL is shared by all commands of a checkout, so the run gets a server of its own
of the same kind. A server that PGHOST names is not ours to restart: there only the connections to
the run's database are cut.
"""

import os
import shutil
import signal
import subprocess
import time

import psycopg2

from dev import paths, postgres
from dev.keeper import SETTINGS
from dev.report import Stop

FOLDER = paths.DEV / "chaos-postgres"


class OwnServer:
    """A PostgreSQL for this run alone."""

    def __init__(self, database):
        self.database = database
        self.sockets = paths.SOCKETS / "chaos"
        self._process = None

    def __enter__(self):
        source = os.environ["PGHOST"]
        self._initialise()
        self._launch()
        self._copy(source)
        self._outside = source
        os.environ["PGHOST"] = str(self.sockets)
        return self

    def __exit__(self, *exc_info):
        os.environ["PGHOST"] = self._outside
        self._process.send_signal(signal.SIGINT)
        self._process.wait()

    def strike(self):
        """Stop in the middle of everything, without a goodbye to anybody, and start again."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        self._launch()
        return "PostgreSQL was restarted"

    def _initialise(self):
        for folder in (FOLDER, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700, parents=True)
            if os.getuid() == 0:
                os.chown(folder, postgres.account().pw_uid, postgres.account().pw_gid)
        command = [*postgres.as_account(), postgres.binary("initdb"), "-D", FOLDER, "--no-sync"]
        command += ["-E", "UTF8", "--no-locale", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8", "--auth=trust", "-U", postgres.SUPERUSER]
        self._run(command)

    def _launch(self):
        # What was committed must be there after a crash.
        own = {"unix_socket_directories": str(self.sockets), "synchronous_commit": "on"}
        settings = SETTINGS | own
        options = [part for pair in settings.items() for part in ("-c", "=".join(pair))]
        with (paths.LOGS / "chaos-postgres.log").open("a") as log:
            self._process = subprocess.Popen(
                [
                    *postgres.as_account(),
                    *(postgres.binary("postgres"), "-D", FOLDER, *options),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=FOLDER,
            )
        self._wait()

    def _wait(self, patience=60):
        deadline = time.monotonic() + patience
        while True:
            try:
                options = {"host": str(self.sockets), "user": postgres.SUPERUSER}
                with postgres.closing_connection(dbname="postgres", **options) as connection:
                    postgres.create_role(connection)
                    return
            except psycopg2.OperationalError as error:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise Stop(f"The PostgreSQL of this run does not start: {error}") from None
                time.sleep(0.05)

    def _copy(self, source):
        dump = FOLDER.with_suffix(".dump")
        try:
            client = ["-h", source, "-U", postgres.ROLE, "-Fc", "-Z0", "-f", dump, self.database]
            self._run([postgres.binary("pg_dump"), *client])
            server = ["-h", self.sockets, "-U", postgres.SUPERUSER]
            self._run([postgres.binary("createdb"), *server, "-O", postgres.ROLE, self.database])
            options = [*server, "-d", self.database, "--role", postgres.ROLE, "-j", "2"]
            self._run([postgres.binary("pg_restore"), *options, "--no-owner", dump])
        finally:
            dump.unlink(missing_ok=True)

    def _run(self, command):
        command = [str(part) for part in command]
        done = subprocess.run(command, capture_output=True, text=True, cwd=paths.DEV)
        if done.returncode:
            raise Stop(f"{command[0]} failed: {done.stderr.strip()[-500:]}")


class ForeignServer:
    """A PostgreSQL that belongs to somebody else."""

    def __init__(self, database):
        self.database = database

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        pass

    def strike(self):
        """Cut every connection to the run's database."""
        with (
            postgres.closing_connection(dbname="postgres") as connection,
            connection.cursor() as cr,
        ):
            cr.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s",
                [self.database],
            )
        return "database connections were cut"


def server(database, own):
    return (OwnServer if own else ForeignServer)(database)
