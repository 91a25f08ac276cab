"""Runs the embedded PostgreSQL while some command of this checkout needs it, then stops it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from . import locks, paths, postgres
from .report import Stop

SETTINGS = {
    # A Unix socket in a folder of our own is the only way in.
    "listen_addresses": "",
    "unix_socket_directories": str(paths.SOCKETS),
    # The databases can be made again: quick is worth more than surviving a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    # Containers often have little shared memory.
    "dynamic_shared_memory_type": "mmap",
    "jit": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


def main():
    with locks.open_lock("postgres-keeper") as alone, locks.open_lock(postgres.USERS) as users:
        if not locks.obtained(alone):
            return
        make_socket_folder()
        end_leftovers()
        server = launch()
        # A stop that somebody sends to the keeper is meant for the server.
        signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
        while server.poll() is None:
            if locks.obtained(users):
                stop(server)
            time.sleep(0.2)


def make_socket_folder():
    folder = paths.SOCKETS
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    owner = postgres.account()
    if folder.is_symlink() or folder.stat().st_uid not in (os.getuid(), owner.pw_uid):
        raise Stop(f"{folder} belongs to somebody else: remove it.")
    folder.chmod(0o700)
    if os.getuid() == 0:
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def end_leftovers(patience=10.0):
    """After a crash: end a server that lost its keeper, and remove the marks of a dead one."""
    deadline = time.monotonic() + patience
    number = signal.SIGINT
    while pid := leftover():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if time.monotonic() > deadline:
            number = signal.SIGKILL
        time.sleep(0.2)
    for stale in [paths.PGDATA / "postmaster.pid", *paths.SOCKETS.glob(".s.PGSQL.*")]:
        stale.unlink(missing_ok=True)


def leftover():
    """The process id of a server that runs on our data folder.

    The number in the file alone proves nothing: another process may have it by now.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int((paths.PGDATA / "postmaster.pid").read_text().splitlines()[0])
        program = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if os.fsencode(paths.PGDATA) in program:
            return pid
    return None


def launch():
    settings = [part for pair in SETTINGS.items() for part in ("-c", "=".join(pair))]
    # The kernel ends the server should the keeper be killed; asked for after the change of
    # account, which would undo it.
    start = postgres.as_account("--pdeathsig=INT")
    with (paths.LOGS / "postgres.log").open("w") as log:
        return subprocess.Popen(
            [*start, postgres.binary("postgres"), "-D", paths.PGDATA, *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=paths.PGDATA,
            env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
        )


def stop(server):
    server.send_signal(signal.SIGINT)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()


if __name__ == "__main__":
    try:
        main()
    except Stop as error:
        sys.exit(str(error))
