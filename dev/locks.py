"""Locks between several runs of make. The kernel frees them however a run ends."""

import fcntl
import os
import time
from contextlib import contextmanager

from .paths import DEV
from .report import Stop, say


@contextmanager
def exclusive(name, waiting):
    """Hold a lock; say `waiting` once when another run has it."""
    with open_lock(name) as handle:
        if not obtained(handle):
            say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def free(name, taken, patience=0):
    """Hold a lock, or stop with the sentence `taken` when another run keeps it."""
    deadline = time.monotonic() + patience
    with open_lock(name) as handle:
        while not obtained(handle):
            if time.monotonic() > deadline:
                raise Stop(taken)
            time.sleep(0.1)
        yield


def obtained(handle):
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def open_lock(name):
    """The file of a lock; Python does not hand it down to child processes."""
    descriptor = os.open(DEV / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    return os.fdopen(descriptor, "r+")


def set_up():
    return exclusive("set-up", "Another make is setting up: waiting for it.")
