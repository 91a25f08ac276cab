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
    :param target: at least this, or at most
    :param figure: what was measured, or None where that is not possible
    :param at_most: the figure may not be larger than the target
    :param unit: what the figure counts; empty for a ratio
    :param details: what else was seen: numbers and configuration
    :param explanation: why the target cannot be reached, or nothing was measured
    """

    number: int
    measured: str
    against: str
    figure: float | None
    target: float
    at_most: bool = False
    unit: str = ""
    details: dict = field(default_factory=dict)
    explanation: str = ""

    @property
    def met(self):
        """Is the target reached? None where nothing was measured."""
        if self.figure is None:
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
            f"{sign} {self.target:.3g}{unit}",
            {True: "yes", False: "NO", None: "not measured"}[self.met],
        )


HEADINGS = ("#", "measured", "against", "result", "target", "met")


def machine():
    """The machine that the figures come from, without what names it."""
    with open("/proc/cpuinfo") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
        "odoo": version("odoo"),
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
        if row.explanation and not row.met:
            text += ["", f"{row.number} {row.measured}: {row.explanation}"]
    return "\n".join(text)


def _told(details):
    return "; ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in details.items()
    )


def save(rows, path, scale):
    """Keep the rows as JSON."""
    data = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "scale": scale,
        "machine": machine(),
        "rows": [{**asdict(row), "met": row.met} for row in rows],
    }
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def median_ratio(figures, others):
    """The median of the ratios of figures that were taken in pairs."""
    return statistics.median(one / other for one, other in zip(figures, others, strict=True))
