"""`make chaos`: one run by a seed, and what came of it."""

import json
import os
import random
import threading
import time
from contextlib import ExitStack

from dev import paths, postgres, services
from dev.report import Stop, say, step
from dev.rpc import Broke, NotAllowed, Session
from dev.servers import Servers

from . import calm, cluster, conduct, documents, floor, moments, shipments, survived, zone
from .administrator import Administrator
from .ledger import Ledger
from .netsuite import NetSuite
from .netsuite_books import NetSuiteBooks
from .odoo_books import OdooBooks, read
from .office import Office
from .plan import ACTORS, ODOOS, POSTGRESQL, Plan
from .trouble import BROKEN
from .weather import OUTLASTS, TIMEOUT, Weather

SHORT_SEED, SHORT_SECONDS = 16, 45
TICK = 5  # seconds between two looks at the clock that makes waits shorter
READ_TIMEOUT = "connector_netsuite.read_timeout"  # the system parameter
ROLE = {"Invoice": "full", "Units": "full"}
LOGIN = PASSWORD = "admin"  # noqa: S105 (Odoo's own, of every new database)


def settings():
    """What a person asked for: the seed, the seconds, the transport."""
    try:
        seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
        seconds = 60 * float(os.environ.get("MINUTES") or 1)
    except ValueError as error:
        raise Stop(f"SEED is a whole number, MINUTES a number: {error}.") from error
    return Plan(seed, seconds, os.environ.get("TRANSPORT", ""))


def short():
    """What is part of `make test`: always the same, with each transport in it."""
    return Plan(SHORT_SEED, SHORT_SECONDS)


def run(database, plan, own_server):
    """The exit status: 1 when something did not hold that must hold.

    :param own_server: run on a PostgreSQL of its own, with a copy of the database
    """
    say(f"Chaos by {plan}.")
    ledger = Ledger(paths.LOGS / "chaos.log")
    with ExitStack() as stack:
        server = stack.enter_context(cluster.server(database, own_server))
        zones = zone.make(paths.DEV / "chaos-zone", time.time() + plan.clock_change, plan.hours)
        simulator = services.start_simulator(
            ["--orders", str(plan.orders), "--seed", str(plan.seed)], PYTHONTZPATH=zones
        )
        stack.callback(simulator.stop)
        servers = Servers(database, {"PYTHONTZPATH": zones}, "chaos")
        stack.callback(servers.stop)
        servers.start()
        run_ = Run(database, plan, ledger, NetSuite(simulator.url), server, servers)
        run_.prepare()
        run_.rage()
        run_.calm()
        problems = run_.problems()
        survived.tell(ledger, run_, plan)
    for problem in problems:
        say(f"Broken: {problem}.")
    say(f"What happened when: {ledger.path}")
    if problems:
        say(f"{len(problems)} broken; SEED={plan.seed} makes the same decisions again.")
        return 1
    say("Everything holds.")
    return 0


class Run:
    def __init__(self, database, plan, ledger, netsuite, server, servers):
        self.database = database
        self.plan = plan
        self.ledger = ledger
        self.netsuite = netsuite
        self.server = server
        self.servers = servers
        self.failures = []
        self.denied = set()  # what people could not do for lack of rights
        self.broke = set()  # where Odoo's own code failed
        self.early = []  # what nobody went on with before a person pressed a button
        self._blows = plan.blows()

    def prepare(self):
        with step("People: making users and backends"):
            self.netsuite.post("settings", role={"name": "soap", "permissions": ROLE})
            session = Session(self.servers.url, self.database, LOGIN, PASSWORD)
            self._leave_only_our_actions()
            floor.make_user(session)
            self.administrator = Administrator(session, self.ledger)
            self.administrator.connect(self.netsuite.url, self.plan)
            session.call("ir.config_parameter", "set_param", READ_TIMEOUT, str(TIMEOUT))
        calm.import_first(self.administrator, self.database)
        self.weather = Weather(self.netsuite, self.ledger)
        self.administrator.weather = self.weather

    def _leave_only_our_actions(self):
        with (
            postgres.closing_connection(dbname=self.database) as connection,
            connection.cursor() as cr,
        ):
            cr.execute("UPDATE ir_cron SET active = cron_name LIKE 'NetSuite: %'")

    # -- the storm -----------------------------------------------------------------------------

    def rage(self):
        """Everybody works at once, each by his own decisions."""
        self.began = time.monotonic()
        workers = [
            threading.Thread(target=self._live, args=(actor,), daemon=True) for actor in ACTORS
        ]
        with step(f"Storm: {self.plan.seconds:g} seconds") as line:
            for worker in workers:
                worker.start()
            while any(worker.is_alive() for worker in workers):
                line.percent(time.monotonic() - self.began, self.plan.seconds)
                moments.pass_on(self.database)
                time.sleep(TICK)
        if self.failures:
            raise self.failures[0]

    def _live(self, actor):
        work, name = None, actor.split()[0]
        for decision in self.plan.decisions(actor):
            time.sleep(max(0.0, self.began + decision.moment - time.monotonic()))
            if time.monotonic() > self.began + self.plan.seconds:
                return  # whatever was slow before, the storm ends in time
            try:
                work = work or self._worker(actor)
                work(decision.chance)
            except NotAllowed as error:
                self.denied.add(f"{name}: {error}")
            except Broke as error:
                self.broke.add(f"{name}: {error}")
                self.ledger.note(f"{name}: Odoo broke", str(error))
            except BROKEN as error:
                self.ledger.note(f"{name}: in vain", str(error).strip()[-300:])
            except Exception as error:
                self.failures.append(error)
                return

    def _worker(self, actor):
        name = actor.split()[0]
        if name == "office":
            return Office(self.netsuite, self.ledger).work
        if name == "floor":
            session = floor.session(self.servers.url, self.database)
            return floor.Floor(session, self.ledger).work
        if name == "administrator":
            return self.administrator.work
        return self.weather.change if name == "weather" else self._blow

    def _blow(self, _chance):
        whom = next(self._blows)
        what = self.server.strike() if whom == POSTGRESQL else self.servers.strike(whom)
        self.ledger.note(what)
        self.ledger.note(f"blow: {whom}")

    # -- afterwards ----------------------------------------------------------------------------

    def calm(self):
        self.weather.clear()
        time.sleep(OUTLASTS)  # no more call is on its way whose caller has gone
        self.servers.wait()
        self.journal = self.netsuite.get("journal")
        try:
            calm.settle(self.administrator, self.database, self._look)
        except Broke as error:
            self.broke.add(f"administrator: {error}")

    def _look(self):
        """What must hold before a person has pressed a button."""
        odoo, netsuite = self._books()
        found = [*documents.unfinished(odoo), *shipments.unfinished(odoo)]
        found += [*shipments.doubled(odoo, netsuite), *conduct.stuck(self.database)]
        self.early = [f"Before anybody looked after it, {one}" for one in found]

    def _books(self):
        state = self.netsuite.get("state")
        self.ledger.saw(state["orders"])
        odoo = OdooBooks(read(self.database), self.ledger.given_up)
        return odoo, NetSuiteBooks(state, self.ledger.ordered)

    def problems(self):
        journal = self.netsuite.get("journal")
        self.odoo_books, netsuite_books = books = self._books()
        _keep("netsuite", [netsuite_books.state, journal])
        people = {
            "given_up": sorted(self.ledger.given_up),
            "corrected": sorted(self.ledger.corrected),
            "ordered": [[*key, most] for key, most in self.ledger.ordered.items()],
        }
        _keep("odoo", self.odoo_books.tables | people)
        return [
            *sorted(self.denied),
            *sorted(self.broke),
            *self.early,
            *documents.broken(*books),
            *shipments.broken(*books),
            *conduct.broken(self.database, journal, self.plan.connections, self.ledger.tests),
            *self._spared(),
        ]

    def _spared(self):
        """What did not happen, so that the run says nothing of it."""
        struck = {whom: self.ledger.counts[f"blow: {whom}"] for whom in (*ODOOS, POSTGRESQL)}
        if not (struck[POSTGRESQL] and any(struck[one] for one in ODOOS)):
            yield "PostgreSQL, or every Odoo process, was spared in this run"
        if self.plan.is_long:
            yield from (f"{whom} was never struck" for whom, times in struck.items() if not times)
            yield from (f"no call met {name}" for name in self.weather.missing())


def _keep(name, books):
    """For whoever looks for the reason of what is broken."""
    (paths.LOGS / f"chaos-{name}.json").write_text(json.dumps(books, default=str))
