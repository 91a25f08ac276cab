"""One address for several Odoo processes, as a load balancer gives it: each connection goes to the
next process that listens."""

import itertools
import selectors
import socket
import threading
from contextlib import suppress

HOST = "127.0.0.1"


class Balancer:
    def __init__(self, ports):
        self._ports = itertools.cycle(ports)
        self._count = len(ports)
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            client, _address = self._listener.accept()
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client):
        with client, suppress(OSError):
            server = self._next()
            if server:
                with server:
                    self._copy(client, server)

    def _next(self):
        for _try in range(self._count):
            with suppress(OSError):
                return socket.create_connection((HOST, next(self._ports)), timeout=5)
        return None

    def _copy(self, client, server):
        """Carry bytes both ways until one side ends."""
        other = {client: server, server: client}
        server.settimeout(None)
        with selectors.DefaultSelector() as selector:
            for one in other:
                selector.register(one, selectors.EVENT_READ)
            while True:
                for key, _events in selector.select():
                    data = key.fileobj.recv(65536)
                    if not data:
                        return
                    other[key.fileobj].sendall(data)
