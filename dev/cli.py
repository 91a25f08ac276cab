"""The commands behind make: set up what is missing, then run the one that was asked for."""

import os
import shlex
import sys

from . import debian, environment, lifetime, locks, odoo, paths
from .commands import sentence_for
from .report import Stop


def main(command):
    try:
        lifetime.follow_parent()
        return COMMANDS[command]()
    except Stop as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(sentence_for(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    finally:
        if lifetime.MARK in os.environ:
            lifetime.sweep(os.environ[lifetime.MARK])


def arguments():
    """What a person passed in ARGS, split as a shell would."""
    try:
        return shlex.split(os.environ.get("ARGS", ""))
    except ValueError as error:
        raise Stop(f"ARGS cannot be read: {error}.") from error


def purpose(default):
    return os.environ.get("DB") or default


def set_up():
    """Odoo and the Python environment; goes on in the environment's Python."""
    paths.prepare()
    lifetime.watch()
    if sys.prefix == str(paths.VENV):
        return
    with locks.set_up():
        debian.ensure()
        environment.ensure()
        odoo.configure()
    sys.stdout.flush()
    os.execve(paths.PYTHON, [paths.PYTHON, "-m", "dev", *sys.argv[1:]], os.environ)


def test():
    """The tests; after the whole suite a short run of `make chaos`, always by the same seed."""
    set_up()
    from . import chaos, postgres, pytests

    own_server = postgres.embedded()
    with postgres.server():
        status = pytests.run(arguments(), purpose("test"))
        if arguments():
            return status
        return chaos.run_short(f"{purpose('test')[:14]}_chaos", own_server) or status


def fuzz():
    """The fuzzers alone, for long: CASES each, by SEED."""
    os.environ["FUZZ_CASES"] = os.environ.get("CASES") or "30000"
    if seed := os.environ.get("SEED"):
        os.environ["FUZZ_SEED"] = seed
    set_up()
    from . import postgres, pytests

    files = [f"tests/{path.name}" for path in sorted(paths.ROOT.glob("tests/test_*_fuzz.py"))]
    with postgres.server():
        return pytests.run([*files, *arguments()], purpose("fuzz"))


def mutants():
    set_up()
    command = [sys.executable, "-m", "dev.mutants", str(paths.CONFIG)]
    return lifetime.call(command, cwd=paths.ROOT, env=odoo.environment())


def bench():
    set_up()
    from . import bench, postgres

    with postgres.server():
        return bench.run(arguments(), purpose("bench"))


def chaos():
    set_up()
    from . import chaos, postgres

    own_server = postgres.embedded()
    with postgres.server():
        return chaos.run(purpose("chaos"), own_server)


def lint():
    set_up()
    from . import lint

    return lint.run(arguments())


def simulator():
    set_up()
    command = [sys.executable, "-m", "simulator", "--port", "8085", *arguments()]
    return lifetime.call(command, cwd=paths.ROOT, env=odoo.environment())


def demo(stay=False):
    set_up()
    from . import databases, demo, postgres
    from .access import Access

    access = Access.chosen()
    with postgres.server():
        name = databases.name_of(purpose("demo"))
        taken = f"Another make uses the database {name}: end it, or take your own with DB=mine."
        with locks.free(f"database-{purpose('demo')}", taken):
            with locks.set_up():
                databases.ensure(name, databases.ensure_template(), afresh=True)
            return demo.run(name, arguments(), stay, access)


def serve():
    return demo(stay=True)


def shell():
    set_up()
    from . import databases, postgres

    with postgres.server():
        name = databases.name_of(purpose("demo"))
        with locks.set_up():
            databases.ensure(name, databases.ensure_template(), keep=True)
        command = odoo.command(name, *arguments(), subcommand="shell")
        return lifetime.call(command, cwd=paths.DEV, env=odoo.environment())


def pot():
    set_up()
    from . import translations

    return translations.make(purpose("pot"))


def readme():
    from . import readme

    return readme.write()


def screenshots():
    set_up()
    from . import screenshots

    return screenshots.make(purpose("screenshots"))


def advisories():
    set_up()
    from . import audit

    return audit.refresh(arguments())


def lock():
    set_up()
    from . import lock

    return lock.make()


def clean():
    from . import clean

    return clean.remove()


COMMANDS = {
    "advisories": advisories,
    "bench": bench,
    "chaos": chaos,
    "clean": clean,
    "demo": demo,
    "fuzz": fuzz,
    "serve": serve,
    "lint": lint,
    "lock": lock,
    "mutants": mutants,
    "pot": pot,
    "readme": readme,
    "screenshots": screenshots,
    "shell": shell,
    "simulator": simulator,
    "test": test,
}
