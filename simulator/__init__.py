"""A strict stand-in for Oracle NetSuite over HTTP, so that nobody needs a NetSuite account.

It verifies the connector, so it shares no code with it. Numbers in square brackets, in comments
and docstrings, name sections of the protocol fact sheet on which a rule stands; UNVERIFIED marks
what nobody could check against a live account: such behaviour can be switched
(see :class:`~.settings.Unverified`).

>>> with Simulator(orders=25, seed=1) as simulator:
...     simulator.url
"""

from . import demo
from .server import Simulator

__all__ = ["Simulator", "demo"]
