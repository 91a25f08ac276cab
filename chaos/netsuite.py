"""The stand-in's control interface: what people do in NetSuite, and what its books say."""

import json
import urllib.error
import urllib.request


class NetSuite:
    def __init__(self, url):
        self.url = url

    def get(self, name):
        return self._call("GET", name)

    def post(self, name, **body):
        return self._call("POST", name, body)

    def delete(self, name, **body):
        return self._call("DELETE", name, body)

    def edit(self, name, **arguments):
        """Returns the new record's id, or None; False when NetSuite does not let people do it."""
        try:
            return self.post("edit", edit=name, **arguments).get("id")
        except urllib.error.HTTPError as error:
            if error.code == 409:
                return False
            raise

    def _call(self, method, name, body=None):
        request = urllib.request.Request(  # noqa: S310 (our own address)
            f"{self.url}/_control/{name}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (as above)
            return json.load(answer)
