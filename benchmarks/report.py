"""What was measured, as a table and as JSON."""

import json
import os
import platform
import statistics
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version


@dataclass
class Row:
    """A figure and what it has to reach.

    :param number: of the row in the list of comparisons
    :param against: what it is measured against, in the same run
    :param target: at least this, or at most; None where the figure is only to be known
    :param figure: what was measured, or None where that is not possible
    :param at_most: the figure may not be larger than the target
    :param unit: what the figure counts; empty for a ratio
    :param details: what else was seen: numbers and configuration
    :param explanation: why the target cannot be reached, or nothing was measured
    :param error: what broke the comparison off, if anything did
    """

    number: int
    measured: str
    against: str
    figure: float | None
    target: float | None
    at_most: bool = False
    unit: str = ""
    details: dict = field(default_factory=dict)
    explanation: str = ""
    error: str = ""

    @property
    def met(self):
        """Is the target reached? None where there is none, or nothing was measured."""
        if self.error:
            return False
        if self.figure is None or self.target is None:
            return None
        return self.figure <= self.target if self.at_most else self.figure >= self.target

    def cells(self):
        sign = "\u2264" if self.at_most else "\u2265"
        unit = f" {self.unit}" if self.unit else ""
        return (
            str(self.number),
            self.measured,
            self.against,
            "-" if self.figure is None else f"{self.figure:.3g}{unit}",
            "-" if self.target is None else f"{sign} {self.target:.3g}{unit}",
            self._verdict(),
        )

    def _verdict(self):
        if self.met is None:
            return "not measured" if self.figure is None else "-"
        return "yes" if self.met else "NO"


HEADINGS = ("#", "measured", "against", "result", "target", "met")


def missed(number, name, error):
    """The row of a comparison that broke off."""
    return Row(number, f"{name}: broke off", "-", None, None, error=repr(error))


# What makes PostgreSQL quicker than it is where orders matter.
DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")


def machine(database):
    """The machine that the figures come from, without what names it, and its PostgreSQL."""
    settings = dict(
        database.query(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
            ["server_version", *DURABILITY],
        )
    )
    with open("/proc/cpuinfo") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
        "odoo": version("odoo"),
        "postgresql": settings["server_version"],
        **{name: settings[name] for name in DURABILITY},
        "load": os.getloadavg()[0],
    }


def table(rows):
    """The rows under each other, with what else was seen."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    lines.insert(1, tuple("-" * width for width in widths))
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    text.append("")
    text += [f"{row.number} {row.measured}: {_told(row.details)}" for row in rows if row.details]
    for row in rows:
        if (why := row.error or row.explanation) and not row.met:
            text += ["", f"{row.number} {row.measured}: {why}"]
    return "\n".join(text)


def _told(details):
    return "; ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in details.items()
    )


class Record:
    """The figures as JSON: of this run, and of earlier ones what this one has not measured anew.

    :param path: of the file
    :param scale: "small" or "full"; figures of one do not replace those of the other
    :param machine: what the figures come from
    """

    def __init__(self, path, scale, machine):
        self._path = path
        self._run = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "scale": scale,
            "machine": machine,
        }
        self._earlier = json.loads(path.read_text()).get("runs", []) if path.exists() else []

    def keep(self, rows):
        """Write the file anew, with all rows of this run so far."""
        measured = {row.number for row in rows}
        runs = [self._without(run, measured) for run in self._earlier]
        runs.append({**self._run, "rows": [{**asdict(row), "met": row.met} for row in rows]})
        data = {"runs": [run for run in runs if run["rows"]]}
        self._path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")

    def _without(self, run, numbers):
        """An earlier run, without the comparisons of these numbers."""
        if run["scale"] != self._run["scale"]:
            return run
        return {**run, "rows": [row for row in run["rows"] if row["number"] not in numbers]}


def median_ratio(figures, others):
    """The median of the ratios of figures that were taken in pairs."""
    return statistics.median(one / other for one, other in zip(figures, others, strict=True))
