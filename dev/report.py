"""What a person sees: one line a step, and one clear sentence when something is missing."""

import sys
import threading
import time
from contextlib import contextmanager


class Stop(Exception):
    """Ends the command with one sentence and exit status 1."""


class Line:
    """One line of progress: rewritten on a terminal, extended in a log file."""

    def __init__(self, label):
        self.label = label
        self.started = time.monotonic()
        self.last = None
        self.terminal = sys.stdout.isatty()
        self._write(f"{label} ..." if self.terminal else f"{label}:")

    def percent(self, done, total):
        """Show how far the step is, in steps of ten when nobody watches a terminal."""
        share = min(99, int(100 * done / total)) if total else 0
        if not self.terminal:
            share -= share % 10
        if share and share != self.last:
            self.last = share
            self._write(f"\r{self.label} ... {share}%" if self.terminal else f" {share}%")

    @contextmanager
    def watching(self, measure, total):
        """Show progress twice a second while a command works that says nothing itself."""
        ended = threading.Event()

        def watch():
            while not ended.wait(0.5):
                self.percent(measure(), total)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()

    def end(self, word):
        seconds = f"{time.monotonic() - self.started:.1f} s"
        if self.terminal:
            self._write(f"\r\033[K{self.label}: {word}, {seconds}\n")
        else:
            self._write(f" {word}, {seconds}\n")

    @staticmethod
    def _write(text):
        sys.stdout.write(text)
        sys.stdout.flush()


@contextmanager
def step(label):
    """Report one step: its label at once, then progress, then how it ended and how long it took."""
    line = Line(label)
    try:
        yield line
    except BaseException as error:
        line.end("stopped" if isinstance(error, KeyboardInterrupt) else "failed")
        raise
    line.end("done")


def say(text):
    print(text, flush=True)


def tail(path, lines=25, only=None):
    """The last lines of a log file, the matching ones when there are any."""
    try:
        content = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    if only:
        content = [line for line in content if only.search(line)] or content
    return "\n".join(content[-lines:])
