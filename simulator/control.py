"""The control interface under ``/_control/``: look into the simulator and change it, in JSON.

It belongs to the simulator, not to NetSuite: no login, loopback only.
"""

import json
from dataclasses import asdict
from datetime import timedelta

from .clock import parse
from .faults import KINDS
from .login import Token
from .permissions import LEVELS
from .refusal import Refusal
from .state import state
from .wire import Answer

PREFIX = "/_control/"
# Edits that may be asked for by name: methods of :class:`~.editing.Editing`.
EDITS = (
    "add_order",
    "add_line",
    "edit_line",
    "remove_line",
    "close_line",
    "close_order",
    "cancel",
    "approve",
    "unapprove",
    "edit_order",
    "touch",
    "lock_record",
    "delete",
    "fulfil_by_hand",
    "ship",
    "invoice",
    "add_invoice",
    "edit_invoice",
)


class Control:
    """Answers control requests about a :class:`~.server.Simulator`."""

    def __init__(self, simulator):
        self.simulator = simulator

    def work(self, call):
        """One request; a mistake is answered with 400 and a sentence."""
        name = call.path.removeprefix(PREFIX).strip("/")
        handler = getattr(self, f"_{call.method.lower()}_{name}", None)
        if handler is None:
            return _json(404, {"error": f"no {call.method} {call.path}"})
        try:
            body = json.loads(call.body) if call.body.strip() else {}
            return _json(200, handler(body))
        except Refusal as refusal:
            return _json(409, {"error": refusal.message, "code": refusal.code})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return _json(400, {"error": f"{type(error).__name__}: {error}"})

    # -- looking -----------------------------------------------------------------------------

    def _get_health(self, _body):
        return {"status": "ok", "account": self.simulator.books.account_id}

    def _get_state(self, _body):
        return state(self.simulator.books)

    def _get_journal(self, _body):
        return self.simulator.journal.as_dict() | {"logins": self.simulator.login.audit}

    def _delete_journal(self, _body):
        self.simulator.journal.clear()
        return {}

    # -- trouble -----------------------------------------------------------------------------

    def _get_faults(self, _body):
        kinds = {name: f"{stage}: {text}" for name, (stage, text) in KINDS.items()}
        return {"faults": self.simulator.faults.as_dicts(), "kinds": kinds}

    def _post_faults(self, body):
        """One rule, or ``{"faults": [rules]}``."""
        rules = [self.simulator.faults.add(**one) for one in body.get("faults", [body])]
        return {"ids": [one.id for one in rules]}

    def _delete_faults(self, body):
        """All rules, or only the one with ``{"id": n}``."""
        if "id" in body:
            self.simulator.faults.remove(body["id"])
        else:
            self.simulator.faults.clear()
        return {}

    # -- changing ----------------------------------------------------------------------------

    def _post_reset(self, body):
        """``{orders, seed, lines}``: start again; what is not named stays as it was started."""
        self.simulator.reset(**body)
        return {"orders": len(self.simulator.books.orders)}

    def _get_settings(self, _body):
        books = self.simulator.books
        roles = {
            name: {"permissions": one.levels, "subsidiaries": sorted(one.subsidiaries)}
            for name, one in books.roles.items()
        }
        told = {"role": roles["soap"], "roles": roles, "clock": {"now": books.now()}}
        return asdict(books.settings) | told

    def _post_settings(self, body):
        """Fields of :class:`~.settings.Settings`, and ``role`` and ``clock``."""
        books = self.simulator.books
        with books.lock:
            role, clock = body.pop("role", None), body.pop("clock", None)
            books.settings.apply(body)
            if role is not None:
                _set_role(books.roles[role.get("name", "soap")], role)
            if clock is not None:
                _set_clock(books.clock, clock)
        return {}

    # -- logins ------------------------------------------------------------------------------

    def _post_certificates(self, body):
        """``{"certificate": PEM, "role"?, "client_id"?}``: what the M2M set-up page does [2.3]."""
        made = self.simulator.rest.grants.register(body.pop("certificate"), **body)
        return {"id": made.id, "expires": made.expires}

    def _delete_certificates(self, body):
        """Revoke all certificates, or only ``{"id": …}``, as a sandbox refresh does."""
        self.simulator.rest.grants.revoke_certificates(body.get("id"))
        return {}

    def _post_tokens(self, body):
        """Make or change an access token: fields of :class:`~.login.Token` [9.1]."""
        self.simulator.login.add(Token(**body))
        return {}

    def _delete_tokens(self, body):
        """Revoke tokens: ``{"id": token id}``, else all of OAuth 1.0 and the bearer tokens."""
        self.simulator.login.revoke(body.get("id"))
        if "id" not in body:
            self.simulator.rest.grants.revoke_bearers()
        return {}

    def _post_edit(self, body):
        """``{"edit": name, …arguments}``: what a person does in NetSuite."""
        name = body.pop("edit")
        if name not in EDITS:
            raise KeyError(f"no edit {name!r}; known: {', '.join(EDITS)}")
        if name == "touch" and body.get("when"):
            body["when"] = parse(body["when"])
        made = getattr(self.simulator.books, name)(**body)
        return {"id": getattr(made, "id", None), "tran_id": getattr(made, "tran_id", None)}


def _set_role(role, changes):
    """``{"name": "rest", "permissions": {name: level}, "subsidiaries": [ids]}``.

    Level "none" takes away; without a name it is the role "soap".
    """
    for name, level in changes.get("permissions", {}).items():
        role.levels[name] = LEVELS[level]
    if "subsidiaries" in changes:
        role.subsidiaries = set(changes["subsidiaries"])


def _set_clock(clock, changes):
    """``offset``, ``advance``: seconds; ``set``, ``freeze``: ISO times, freeze null: go on."""
    if "offset" in changes:
        clock.frozen, clock.offset = None, timedelta(seconds=changes["offset"])
    if "set" in changes:
        clock.set(parse(changes["set"]))
    if "freeze" in changes:
        when = changes["freeze"]
        clock.freeze(parse(when) if when else None)
    if "advance" in changes:
        clock.advance(seconds=changes["advance"])


def _json(status, value):
    return Answer(status, "application/json", json.dumps(value, default=str).encode())
