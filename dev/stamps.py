"""A step is done when its stamp holds the hash of what the step depends on."""

import hashlib
import os
from pathlib import Path

from .paths import STAMPS


def key(*parts):
    """One hash over texts and the contents of files (given as paths)."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def fresh(name, value):
    try:
        return (STAMPS / name).read_text() == value
    except OSError:
        return False


def remove(name):
    (STAMPS / name).unlink(missing_ok=True)


def write(name, value):
    """Written beside its place and moved there, so that a stamp is never half true."""
    partial = STAMPS / f"{name}.partial"
    partial.write_text(value)
    os.replace(partial, STAMPS / name)
