"""Locks between several runs of make. The kernel frees them however a run ends."""

import fcntl
import os
from contextlib import contextmanager

from .paths import DEV
from .report import say


@contextmanager
def exclusive(name, waiting):
    """Hold a lock; say `waiting` once when another run has it."""
    with open_lock(name) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def open_lock(name):
    """The file of a lock; Python does not hand it down to child processes."""
    descriptor = os.open(DEV / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    return os.fdopen(descriptor, "r+")


def set_up():
    return exclusive("set-up", "Another make is setting up: waiting for it.")
