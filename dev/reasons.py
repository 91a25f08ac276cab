"""Nothing is excused without a word: a `noqa` says why, a `sudo()` says what for."""

import re

from . import paths
from .report import say

# The comment stands in the line itself or in one of those above.
ABOVE = 4
EXCUSE = re.compile(r"# noqa(: [A-Z]+\d+)?(?P<reason> \(.+\))?")


def run():
    """Say where a reason is missing; 1 if it is somewhere."""
    missing = [*bare_excuses(), *bare_sudos()]
    for place in missing:
        say(place)
    return 1 if missing else 0


def lines(*folders):
    """(path, number, line, it and those above) of our Python files."""
    for folder in folders:
        for path in sorted((paths.ROOT / folder).rglob("*.py")):
            text = path.read_text().splitlines()
            for number, line in enumerate(text):
                above = "\n".join(text[max(0, number - ABOVE) : number + 1])
                yield path.relative_to(paths.ROOT), number + 1, line, above


def bare_excuses():
    every = ("benchmarks", "chaos", "dev", "models", "netsuite", "simulator", "tests", "wizards")
    for path, number, line, _above in lines(*every):
        found = EXCUSE.search(line)
        if found and not found["reason"] and path.name != "reasons.py":
            yield f"{path}:{number}: why is it excused? # noqa: X123 (reason)"


def bare_sudos():
    for path, number, line, above in lines("models", "wizards"):
        if ".sudo()" in line and "sudo:" not in above:
            yield f"{path}:{number}: what is sudo() for? # sudo: reason"
