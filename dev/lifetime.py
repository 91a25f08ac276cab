"""Nothing outlives the command: see `follow_parent`, `watch` and `sweep`.

make may be killed, and so may this program, in a way that leaves no time to clean up. Then the
kernel tells us that make is gone, and a watchdog, a small process of its own, ends what this
program has started: everything that carries the run's mark in its environment.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .paths import ROOT

MARK = "CONNECTOR_NETSUITE_RUN"
PR_SET_PDEATHSIG = 1


def die_with_parent(number):
    """Ask the kernel to signal this process when its parent ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def follow_parent():
    """End in good order when make ends, and on each signal that asks for it."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, interrupt)
    die_with_parent(signal.SIGTERM)
    # It may have ended before the kernel was asked.
    parent = os.environ.get("MAKE_PID", str(os.getppid()))
    if not Path("/proc", parent).exists():
        raise Interrupted(signal.SIGTERM)


def interrupt(received, _frame):
    # Once: a second Ctrl-C must not cut the cleaning up short.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise Interrupted(received)


class Interrupted(KeyboardInterrupt):
    """Somebody ended this run with the signal that is the first argument."""


def call(command, **options):
    """Run a child on our terminal; when we are interrupted, let it end in its own way first."""
    with subprocess.Popen([str(part) for part in command], **options) as child:
        try:
            code = child.wait()
            # As a shell tells that a signal ended it
            return code if code >= 0 else 128 - code
        except Interrupted as error:
            # The terminal has sent Ctrl-C to the child too.
            if error.args[0] == signal.SIGINT:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(5)
            sweep(os.environ[MARK])
            raise


def watch():
    """Start the watchdog of this run, unless an earlier stage of it has."""
    if os.environ.get(MARK, "").partition("-")[0] == str(os.getpid()):
        return
    environment = {name: value for name, value in os.environ.items() if name != MARK}
    os.environ[MARK] = f"{os.getpid()}-{time.time_ns()}"
    subprocess.Popen(
        [sys.executable, "-m", "dev.lifetime", str(os.getpid()), os.environ[MARK]],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def sweep(mark, patience=5.0):
    """End every process that carries the mark, with its descendants; the stubborn ones by force."""
    deadline = time.monotonic() + patience
    number = signal.SIGTERM
    told = set()
    while found := marked(mark):
        if time.monotonic() > deadline:
            number, told = signal.SIGKILL, set()
        for pid in found - told:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        told |= found
        time.sleep(0.1)


def marked(mark):
    wanted = f"{MARK}={mark}".encode()
    parents = {}
    found = set()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state == "Z":
                continue
            parents[int(folder.name)] = int(parent)
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
    # What this process has started on purpose to live longer has no mark.
    found.discard(os.getpid())
    # Some programs write over their environment, a browser's for one.
    grown = True
    while grown:
        children = {pid for pid, parent in parents.items() if parent in found} - found
        found |= children
        grown = bool(children)
    return found


def main(parent, mark):
    while os.getppid() == parent:
        time.sleep(0.3)
    sweep(mark)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
