"""The programs that the demonstration runs: the simulator, and Odoo with its job runner."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from . import odoo, paths
from .report import Stop, say, step, tail

LOCALHOST = "127.0.0.1"


class Service:
    """A child that serves HTTP on a port; its output goes into a log."""

    def __init__(self, name, command, port, probe, cwd, **environment):
        self.name = name
        self.port = port
        self.url = f"http://{LOCALHOST}:{port}"
        self.log = paths.LOGS / f"{name.lower()}.log"
        self._probe = self.url + probe
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                command,
                cwd=cwd,
                env=odoo.environment(**environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self):
        return self._process.pid

    def wait_until_ready(self, patience):
        deadline = time.monotonic() + patience
        with step(f"{self.name}: starting on port {self.port}"):
            while not self.answers():
                self.check()
                if time.monotonic() > deadline:
                    raise self.failure(f"does not answer after {patience} s")
                time.sleep(0.1)

    def stop(self, patience=20):
        """End the program in its own way; by force when it takes longer than so many seconds."""
        self._process.terminate()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self):
        """End the program as a power cut does."""
        self._process.kill()
        self._process.wait()

    def check(self):
        """Stop with the log's last lines when the program has ended."""
        if self._process.poll() is not None:
            raise self.failure(f"ended with status {self._process.returncode}")

    def failure(self, what):
        return Stop(f"{self.name} {what}, see {self.log}:\n{tail(self.log, only=odoo.PROBLEM)}")

    def answers(self):
        try:
            with urllib.request.urlopen(self._probe, timeout=5):  # noqa: S310 (our own address)
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False


def start_simulator(arguments, **environment):
    port = free_port(8085)
    command = [sys.executable, "-m", "simulator", "--port", str(port), *arguments]
    probe = "/_control/health"
    service = Service("Simulator", command, port, probe, paths.ROOT, **environment)
    service.wait_until_ready(30)
    return service


def start_odoo(database, workers, channels=odoo.CHANNELS):
    port = free_port(8069)
    options = ["--http-port", str(port), "--gevent-port", str(free_port(8072, port))]
    options += [f"--workers={workers}", "--max-cron-threads=1", "--load=base,rpc,web,queue_job"]
    # A page of NetSuite's answers may take minutes.
    options += ["--limit-time-real=900", "--limit-time-cpu=600", f"--db-filter=^{database}$"]
    service = Service(
        "Odoo",
        odoo.command(database, *options),
        port,
        "/web/health",
        paths.DEV,
        ODOO_QUEUE_JOB_CHANNELS=channels,
        ODOO_QUEUE_JOB_HOST=LOCALHOST,
        ODOO_QUEUE_JOB_PORT=str(port),
    )
    service.wait_until_ready(60)
    return service


def free_port(wanted, *taken):
    """The wanted port, or the next that nobody listens on."""
    for port in range(wanted, wanted + 200):
        if port in taken:
            continue
        with socket.socket() as probe:
            # As servers do: a port whose last connections are only closing is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOCALHOST, port))
            except OSError:
                continue
        if port != wanted:
            say(f"Port {wanted} is taken: using {port}.")
        return port
    raise Stop(f"No free port from {wanted} to {wanted + 199}.")
