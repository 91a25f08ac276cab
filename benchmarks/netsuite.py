"""NetSuite for a benchmark: the simulator in a process of its own, each order by a new customer."""

import itertools
import os
from contextlib import contextmanager, suppress
from datetime import timedelta

from .alone import SPAWN

GOODS = ("101", "102", "103", "106", "107", "108", "109", "121")
# NetSuite's fields on the order, some of them empty as they are in life.
MEMOS = ("", "Please pack plastic-free", "")
NOTES = ("", "Leave with reception", "Ring twice, dog is friendly")

_accounts = (f"BENCH_{os.getpid()}_{number}" for number in itertools.count(1))


class NetSuite:
    """A running one, seen from the benchmark's process."""

    def __init__(self, pipe, account_id, url):
        self._pipe = pipe
        self.account_id = account_id
        self.url = url

    def _ask(self, *question):
        self._pipe.send(question)
        return self._pipe.recv()

    def enter(self, orders, age=0):
        """Let new customers order now, or so many minutes ago."""
        return self._ask("enter", orders, age)

    def calls(self):
        """The journal's entries since it was cleared."""
        return self._ask("calls")

    def clear_journal(self):
        return self._ask("clear")

    def set_latency(self, seconds):
        """What every call takes from now on."""
        return self._ask("latency", seconds)


@contextmanager
def netsuite(orders, lines=3, latency=0.0, goods=GOODS):
    """A NetSuite with pending sales orders, for the time of the block.

    Each is an account of its own, so that its documents are new to the same database.

    :param latency: seconds that every call takes
    :param goods: ids of the items that are ordered, in turn
    """
    account_id = next(_accounts)
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(
        target=_serve, args=(theirs, account_id, orders, lines, latency, goods), daemon=True
    )
    process.start()
    try:
        yield NetSuite(ours, account_id, ours.recv())
    finally:
        process.terminate()
        process.join()


def _serve(pipe, account_id, orders, lines, latency, goods):
    from simulator.server import Simulator

    with Simulator(orders=0, account_id=account_id, latency=latency) as simulator:
        books = simulator.books
        _fill(books, orders, lines, goods, books.now() - timedelta(hours=2))
        pipe.send(simulator.url)
        answers = {
            "enter": lambda orders, age: _fill(
                books, orders, lines, goods, books.now() - timedelta(minutes=age)
            ),
            "calls": lambda: list(simulator.journal.entries),
            "clear": simulator.journal.clear,
            "latency": lambda seconds: setattr(books.settings, "latency", seconds),
        }
        with suppress(EOFError):  # whoever asks has gone
            while True:
                name, *arguments = pipe.recv()
                pipe.send(answers[name](*arguments))


def _fill(books, orders, lines, goods, entered):
    from simulator.account import Address, Customer

    known = len(books.orders)
    for number in range(known, known + orders):
        address = Address(
            id=str(100_000 + number),
            country=("US", "AU", "GB")[number % 3],
            attention=f"Jo {number}",
            addressee=f"Customer {number}",
            phone=f"+1 555 {number:07}",
            addr1=f"{number} Wharf Street",
            addr2="Unit 4" if number % 4 == 0 else "",
            city="Springfield",
            zip=f"{number % 100000:05}",
        )
        customer = Customer(
            id=str(200_000 + number),
            name=f"Customer {number}",
            email=f"orders{number}@example.com",
            addresses=[address],
        )
        books.customers[customer.id] = customer
        books.add_order(
            [(goods[(number + line) % len(goods)], line % 4 + 1) for line in range(lines)],
            entity=customer.id,
            created=entered,
            modified=entered,
            location=str(number % 3 + 1),
            ship_method=("2001", "2006")[number % 2],
            other_ref_num=f"PO-{number}",
            memo=MEMOS[number % len(MEMOS)],
            custom={
                "custbody_delivery_instructions": NOTES[number % len(NOTES)],
                "custbody_authority_to_leave": number % 5 == 0,
            },
        )
