"""How NetSuite fails: a drizzle of everything all the time, and storms of a few kinds."""

from collections import Counter
from contextlib import suppress
from urllib.error import HTTPError

from simulator import demo

# Seconds for which Odoo waits for an answer in this run. A slow answer that outlasts it keeps
# NetSuite busy for less than the connection rests, however quickly time flies (moments.py).
TIMEOUT = 6
OUTLASTS = TIMEOUT + 3
# What may strike any call, with its share of a storm's strength.
EVERYWHERE = (
    {"kind": "fault", "code": "WS_REQUEST_BLOCKED"},
    {"kind": "http", "status": 429},
    {"kind": "http", "status": 503},
    {"kind": "http_after", "status": 502},
    {"kind": "fault", "code": "UNEXPECTED_ERROR"},
    {"kind": "fault_after", "code": "UNEXPECTED_ERROR"},
    {"kind": "fault", "code": "SESSION_TIMED_OUT"},
    {"kind": "fault", "code": "ACCT_TEMP_UNAVAILABLE"},
    {"kind": "fault", "code": "INVALID_LOGIN_CREDENTIALS"},
    {"kind": "status", "code": "UNEXPECTED_ERROR"},
    {"kind": "hang", "seconds": 4},
    {"kind": "hang", "seconds": OUTLASTS},
    {"kind": "hang_after", "seconds": 4},
    {"kind": "slow", "seconds": 2},
    {"kind": "slow", "seconds": OUTLASTS},
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "truncated"},
    {"kind": "malformed"},
)
# What strikes writes alone, since only there it makes a difference.
WRITES = ("add", "update", "transform", "PATCH itemFulfillment", "PATCH invoice")
OF_A_WRITE = (
    {"kind": "http_after", "status": 502, "operation": WRITES},
    {"kind": "fault_after", "code": "UNEXPECTED_ERROR", "operation": WRITES},
    {"kind": "hang_after", "seconds": OUTLASTS, "operation": WRITES},
    {"kind": "drop_after", "operation": WRITES},
    {"kind": "after_submit_failed", "operation": WRITES},
    {"kind": "after_submit_failed_docs", "operation": WRITES},
    {"kind": "user_event_error", "operation": WRITES},
)
KINDS = (*OF_A_WRITE, *EVERYWHERE)
DRIZZLE = 0.002
CERTAIN = 1.0  # what has never struck yet strikes the next call, once
# Kinds that stop all work for a while: more of them would only test patience.
RARE = ("WS_REQUEST_BLOCKED", "ACCT_TEMP_UNAVAILABLE", "INVALID_LOGIN_CREDENTIALS")
TOKENS = (
    {"role": "soap"},
    {"role": "rest", "token_id": demo.REST_TOKEN_ID, "token_secret": demo.REST_TOKEN_SECRET},
)


class Weather:
    def __init__(self, netsuite, ledger):
        self._netsuite = netsuite
        self._ledger = ledger
        self._storm, self._once = [], {}
        self._struck = Counter()
        self.logins_refused = False
        self._let_loose(*((one, DRIZZLE) for one in KINDS))

    def change(self, chance):
        """The storm moves on: other kinds, at another strength, and what has never struck yet."""
        self._calm(self._storm)
        kinds = chance.sample(KINDS, chance.choice((0, 1, 2, 4)))
        rules = [(one, chance.choice((0.02, 0.06, 0.2))) for one in kinds]
        self._storm = self._let_loose(*rules)
        self._let_loose_once()
        self._ledger.note("changes of weather", ", ".join(_name(one) for one, _strength in rules))
        self._refuse_logins(chance.random() < 0.08)
        self._netsuite.post(
            "settings",
            latency=chance.choice((0, 0, 0.02, 0.2)),
            newest_first=chance.random() < 0.5,
            search_expiry=chance.choice((900, 900, 0.3)),
            concurrency_limit=chance.choice((5, 5, 5, 1)),
        )

    def clear(self):
        """No more trouble."""
        self._calm([one["id"] for one in self._netsuite.get("faults")["faults"]])
        self._refuse_logins(False)
        self._netsuite.post(
            "settings", latency=0, search_expiry=900, newest_first=False, concurrency_limit=5
        )
        self._ledger.add({f"fault: {name}": hits for name, hits in self._struck.items()})

    def missing(self):
        """Names of the kinds that have struck no call yet."""
        return [_name(one) for one in KINDS if not self._struck[_name(one)]]

    def _let_loose_once(self):
        """One kind of each sort that has never struck strikes the next call that it can, however
        long that takes."""
        for kinds in (EVERYWHERE, OF_A_WRITE):
            names = {_name(one) for one in kinds}
            due = [one for one in kinds if not self._struck[_name(one)]]
            if due and names.isdisjoint(self._once.values()):
                ids = self._let_loose((due[0], CERTAIN))
                self._once.update(dict.fromkeys(ids, _name(due[0])))

    def _let_loose(self, *kinds):
        """Returns the ids of the rules."""
        rules = [rule for one, strength in kinds for rule in _rules(one, strength)]
        return self._netsuite.post("faults", faults=rules)["ids"] if rules else []

    def _calm(self, ids):
        found = self._netsuite.get("faults")["faults"]
        used_up = {*self._once} - {one["id"] for one in found}  # these leave by themselves
        struck = {self._once[id] for id in used_up}
        self._struck.update(struck)
        ended = {*ids, *(id for id, name in self._once.items() if name in struck)}
        self._once = {id: name for id, name in self._once.items() if name not in struck}
        for one in found:
            if one["id"] in ended:
                self._netsuite.delete("faults", id=one["id"])
                self._struck[_name(one)] += one["hits"]

    def _refuse_logins(self, refused):
        if refused == self.logins_refused:
            return
        if refused:
            self._ledger.note("tokens blocked")
        for token in TOKENS:
            with suppress(HTTPError):
                self._netsuite.post("tokens", blocked=refused, **token)
        self.logins_refused = refused


def _rules(one, strength):
    """A kind as the stand-in takes it: a rule for each operation."""
    rare = one.get("code") in RARE or one.get("status") == 429 or one.get("seconds") == OUTLASTS
    probability = strength / 4 if rare and strength < CERTAIN else strength
    more = {"probability": probability, "times": int(strength == CERTAIN)}
    return [one | more | {"operation": name} for name in one.get("operation", ("*",))]


def _name(rule):
    detail = rule["code"] if rule.get("code") else rule.get("status", "")
    named = rule["kind"].startswith(("fault", "http", "status"))
    name = f"{rule['kind']} {detail}".strip() if named else rule["kind"]
    if rule["kind"].startswith(("hang", "slow")) and rule["seconds"] == OUTLASTS:
        name += " beyond the time-out"
    return name if rule.get("operation", "*") == "*" else f"{name} of a write"
