"""`make chaos`: a run of chaos/ on a database of its own; a short one is part of `make test`."""

from chaos import command

from . import databases, locks


def run(purpose, own_server):
    """A run as a person asks for it, or by chance."""
    return _run(command.settings(), purpose, own_server)


def run_short(purpose, own_server):
    return _run(command.short(), purpose, own_server)


def _run(plan, purpose, own_server):
    """One run at a time, since each takes the whole machine.

    :param own_server: PostgreSQL is ours: the run gets another one, with a copy of the database
    """
    name = databases.name_of(purpose)
    with locks.exclusive("chaos", "Another chaos run is at work: waiting."):
        with locks.set_up():
            databases.ensure(name, databases.ensure_template(), afresh=not own_server)
        return command.run(name, plan, own_server)
