"""`make clean`: remove what set-up has made, unless another command is using it."""

import fcntl
import os
import shutil
from contextlib import ExitStack

from . import locks, paths
from .report import say


def remove():
    if not paths.DEV.is_dir():
        return
    with ExitStack() as stack:
        for name in ("set-up", "postgres-users"):
            # A server that nobody needs any more takes a moment to stop.
            taken = "Another make is at work here: end it first."
            stack.enter_context(locks.free(name, taken, patience=5))
        # The server's keeper lets go when the server has stopped.
        fcntl.flock(stack.enter_context(locks.open_lock("postgres-keeper")), fcntl.LOCK_EX)
        if os.environ.get("PGHOST"):
            say(
                "The databases on your own PostgreSQL stay: their names begin with "
                f"{paths.ADDON}_{paths.CHECKOUT}_."
            )
        shutil.rmtree(paths.DEV)
        shutil.rmtree(paths.SOCKETS, ignore_errors=True)
