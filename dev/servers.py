"""Two Odoo processes on one database, behind a balancer; killed and started again."""

import socket
import time
from contextlib import ExitStack, suppress

from . import odoo, paths
from .balancer import Balancer
from .report import Stop, step
from .services import LOCALHOST, Service

NAMES = ("odoo-a", "odoo-b")


class Servers:
    """Each process is a whole Odoo: users, scheduled actions, jobs and the runner of the jobs.

    :param environment: more environment variables, such as PYTHONTZPATH
    :param purpose: for the names of their logs
    """

    def __init__(self, database, environment, purpose):
        ports = _free_ports(2 * len(NAMES))
        self._ports = dict(zip(NAMES, zip(ports[::2], ports[1::2], strict=True), strict=True))
        self.balancer = Balancer([http for http, _live in self._ports.values()])
        self.url = self.balancer.url
        self._database = database
        self._environment = {"ODOO_QUEUE_JOB_CHANNELS": odoo.CHANNELS, **environment}
        self._purpose = purpose
        self._running = {}
        self._starts = dict.fromkeys(NAMES, 0)
        self.logs = []

    def start(self):
        with step("Odoo: starting two processes"):
            for name in NAMES:
                self._start(name)
            self.wait()

    def wait(self, patience=120):
        """Wait until both processes answer."""
        deadline = time.monotonic() + patience
        for name in NAMES:
            while not self._running[name].answers():
                self._running[name].check()
                if time.monotonic() > deadline:
                    raise Stop(f"{name} does not answer, see {self._running[name].log}")
                time.sleep(0.2)

    def strike(self, name):
        """Kill a process where it stands, and start it again."""
        self.kill(name)
        self.revive(name)
        return f"{name} was killed"

    def kill(self, name):
        """Kill a process where it stands, and leave the work to the other."""
        self._running[name].kill()

    def revive(self, name):
        """Start a process again that was killed."""
        self._start(name)
        self.wait()

    def pid(self, name):
        """The number of a process, which its jobs keep."""
        return self._running[name].pid

    def stop(self):
        for service in self._running.values():
            with suppress(OSError):
                service.stop()

    def _start(self, name):
        http, live = self._ports[name]
        options = ["--http-port", str(http), "--gevent-port", str(live), "--workers=0"]
        options += ["--max-cron-threads=1", "--load=base,rpc,web,queue_job", "--db_maxconn=32"]
        options += ["--no-database-list", f"--db-filter=^{self._database}$"]
        self._starts[name] += 1
        service = Service(
            f"{self._purpose}-{name}-{self._starts[name]}",
            odoo.command(self._database, *options),
            http,
            "/web/health",
            paths.DEV,
            ODOO_QUEUE_JOB_HOST=LOCALHOST,
            # The balancer's: whichever process runs the queue, both work on it.
            ODOO_QUEUE_JOB_PORT=str(self.balancer.port),
            **self._environment,
        )
        self._running[name] = service
        self.logs.append(service.log)


def _free_ports(count):
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server((LOCALHOST, 0))) for _port in range(count)
        ]
        return [one.getsockname()[1] for one in sockets]
