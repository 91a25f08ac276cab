"""What was learnt of an account and role on the way, so that it is asked once and not each time.

Which columns there are depends on the account's features and the role's permissions, and what a
unit counts as on the account's release: no list tells it. All of it may be forgotten at any time.
"""

from __future__ import annotations

import json
import time
from typing import Any

from ..store import Store

#: Seconds after which everything is looked at anew, should nobody have tested the connection: roles
#: and accounts change.
LIFETIME = 24 * 3600.0


class Learnt:
    """Facts of one account and role, shared through the store."""

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key
        self._facts: dict[str, dict[str, Any]] | None = None

    def get(self, kind: str, name: str) -> Any:
        """The fact, or None where it is not known."""
        return self._known().get(kind, {}).get(name)

    def put(self, kind: str, name: str, value: Any) -> None:
        """Remember a fact."""
        if self.get(kind, name) != value:
            self._known().setdefault(kind, {})[name] = value
            self._keep()

    def forget(self, kind: str) -> None:
        """Forget all facts of a kind, because somebody may just have changed them."""
        if self._known().pop(kind, None):
            self._keep()

    def _keep(self) -> None:
        """Store the facts for as long as the first of them is good: later ones prolong nothing."""
        now = time.time()
        first = self._known().setdefault("learnt", {}).setdefault("at", now)
        self._store.put(self._key, json.dumps(self._known()), max(0.0, first + LIFETIME - now))

    def _known(self) -> dict[str, dict[str, Any]]:
        if self._facts is None:
            self._facts = _facts(self._store.get(self._key))
        return self._facts


def _facts(written: str | None) -> dict[str, dict[str, Any]]:
    try:
        facts = json.loads(written or "{}")
    except ValueError:
        return {}
    if not isinstance(facts, dict) or not all(isinstance(one, dict) for one in facts.values()):
        return {}
    return facts
