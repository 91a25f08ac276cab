"""Run a command for a set-up step: its output into a log, its failure into one sentence."""

import errno
import re
import subprocess
from contextlib import contextmanager

from . import paths
from .report import Stop, tail

NO_SPACE = re.compile(r"No space left on device|not enough free space", re.IGNORECASE)
NO_NETWORK = re.compile(
    r"Could not resolve|Temporary failure|Connection (refused|timed out|reset)|Unable to connect"
    r"|Could not fetch URL|Max retries exceeded|NewConnectionError|Network is unreachable"
    r"|Could not connect",
    re.IGNORECASE,
)


def run(command, log, failure, each_line=None, **options):
    """Run a command to its end; `each_line` sees the output as it comes, for progress."""
    path = paths.LOGS / log
    try:
        with path.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                **options,
            )
            with process, killed_with_us(process):
                for line in process.stdout:
                    output.write(line)
                    output.flush()
                    if each_line:
                        each_line(line)
    except FileNotFoundError as error:
        raise Stop(f"{failure}: the program {command[0]} is not on this machine.") from error
    if process.returncode:
        raise Stop(f"{failure}: {reason(path)}")


@contextmanager
def killed_with_us(process):
    """Without it, an interrupted step would wait for its command to end by itself."""
    try:
        yield
    except BaseException:
        process.kill()
        raise


def reason(log):
    text = tail(log, 200)
    if NO_SPACE.search(text):
        return f"the disk is full (details: {log})."
    if NO_NETWORK.search(text):
        return f"the network or the package mirror cannot be reached (details: {log})."
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(E:|ERROR|error)", line)]
    word = (errors or lines or ["it said nothing"])[-1]
    return f"{word} (details: {log})"


def sentence_for(error):
    """One sentence for an error of the operating system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: free some space and run the same command again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename or 'A file'} cannot be written: {error.strerror}."
    return f"{error.strerror or error}: {error.filename or ''}".rstrip(": ") + "."
