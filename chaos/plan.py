"""What happens when, out of a seed: the same seed makes the same decisions."""

import random
from dataclasses import dataclass

# Who decides by himself, and the seconds between two of his decisions.
ACTORS = {
    "office 1": 1.0,
    "office 2": 1.0,
    "floor 1": 1.2,
    "floor 2": 1.2,
    "administrator": 4.0,
    "weather": 4.0,
    "blows": 25.0,
}
TRANSPORTS = ("soap", "rest")
ODOOS, POSTGRESQL = ("odoo-a", "odoo-b"), "PostgreSQL"
LONG = 300  # seconds in which every kind of trouble has to happen


@dataclass(frozen=True)
class Decision:
    """A moment, in seconds from the start, and the chance that decides what is done then."""

    moment: float
    chance: random.Random


class Plan:
    """All that the seed decides.

    :param seconds: how long the trouble lasts
    :param transport: "soap" or "rest" for all backends; empty: as the seed says
    """

    def __init__(self, seed, seconds, transport=""):
        self.seed = seed
        self.seconds = seconds
        chance = self.chance("plan")
        self.connections = chance.choice((1, 2, 3))
        self.orders = 60 if seconds < 120 else 250
        self.transports = {
            kind: transport or chance.choice(TRANSPORTS)
            for kind in ("sales_order", "item_fulfillment", "invoice")
        }
        # When, and by how many hours, the clocks of NetSuite's time zone are changed.
        self.clock_change = chance.uniform(0.4, 0.6) * seconds
        self.hours = chance.choice((-1, 1))

    def chance(self, name):
        return random.Random(f"{self.seed}/{name}")  # noqa: S311 (no secret)

    def decisions(self, actor):
        """The moments at which somebody does something, in order."""
        chance, number = self.chance(actor), 0
        pause = min(ACTORS[actor], self.seconds / 3)  # two blows at least
        moment = chance.uniform(0, pause)
        while moment < self.seconds:
            yield Decision(moment, self.chance(f"{actor}/{number}"))
            moment += chance.uniform(0.4, 1.6) * pause
            number += 1

    def blows(self):
        """Whom each blow hits, for ever: PostgreSQL and an Odoo process first, or the other way
        round; then the other process, and so on in turn."""
        chance = self.chance("whom the blows hit")
        first, second = chance.sample(ODOOS, 2)
        yield from chance.sample((first, POSTGRESQL), 2)
        yield second
        while True:
            yield from chance.sample((*ODOOS, POSTGRESQL), 3)

    @property
    def is_long(self):
        """Is there time enough for everything to happen?"""
        return self.seconds >= LONG

    def __str__(self):
        kinds = ", ".join(f"{kind} over {api}" for kind, api in self.transports.items())
        change = "back" if self.hours < 0 else "forward"
        return (
            f"seed {self.seed}: {self.seconds:g} s, {self.orders} orders, {kinds}, "
            f"connections: {self.connections}, the clocks go {change} "
            f"after {self.clock_change:.0f} s"
        )
