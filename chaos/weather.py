"""How NetSuite fails: a drizzle of everything all the time, and storms of a few kinds."""

from collections import Counter
from contextlib import suppress
from urllib.error import HTTPError

from simulator import demo

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
    {"kind": "hang_after", "seconds": 4},
    {"kind": "slow", "seconds": 2},
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "truncated"},
    {"kind": "malformed"},
    {"kind": "after_submit_failed"},
    {"kind": "after_submit_failed_docs"},
    {"kind": "user_event_error"},
)
DRIZZLE = 0.002
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
        self._storm = []
        self._struck = Counter()
        self.logins_refused = False
        netsuite.post("faults", faults=[_rule(one, DRIZZLE) for one in EVERYWHERE])

    def change(self, chance):
        """The storm moves on: other kinds, at another strength."""
        self._calm(self._storm)
        kinds = chance.sample(EVERYWHERE, chance.choice((0, 1, 2, 4)))
        rules = [_rule(one, chance.choice((0.02, 0.06, 0.2))) for one in kinds]
        self._storm = self._netsuite.post("faults", faults=rules)["ids"] if rules else []
        self._ledger.note("changes of weather", ", ".join(_name(one) for one in rules))
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
        self._ledger.add(self._struck)

    def _calm(self, ids):
        for one in self._netsuite.get("faults")["faults"]:
            if one["id"] in ids:
                self._netsuite.delete("faults", id=one["id"])
                self._struck[f"fault: {_name(one)}"] += one["hits"]

    def _refuse_logins(self, refused):
        if refused == self.logins_refused:
            return
        if refused:
            self._ledger.note("tokens blocked")
        for token in TOKENS:
            with suppress(HTTPError):
                self._netsuite.post("tokens", blocked=refused, **token)
        self.logins_refused = refused


def _rule(one, strength):
    rare = one.get("code") in RARE or one.get("status") == 429
    return one | {"probability": strength / 4 if rare else strength}


def _name(rule):
    detail = rule["code"] if rule.get("code") else rule.get("status", "")
    named = rule["kind"].startswith(("fault", "http", "status"))
    return f"{rule['kind']} {detail}".strip() if named else rule["kind"]
