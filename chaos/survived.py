"""What a run went through, as a table."""

from collections import Counter

from dev.report import say


def tell(ledger, run, plan):
    books = run.odoo_books
    say("")
    say(f"Survived with {plan}:")
    _group("trouble of NetSuite", ledger.counts, "fault: ")
    _group("in NetSuite", ledger.counts, "office: ")
    _group("in the warehouse", ledger.counts, "floor: ")
    blows = ("odoo-a was killed", "odoo-b was killed", "PostgreSQL was restarted", "tokens blocked")
    _line(
        "blows", {name: ledger.counts[name] for name in (*blows, "database connections were cut")}
    )
    _line("documents", Counter(f"{one['kind']} {one['state']}" for one in books.rows.values()))
    _line("deliveries", Counter(one.state for one in books.pickings.values()))
    _line("write-backs", Counter(one["state"] for one in books.reports))
    _line("calls", {"all": run.journal["requests"], "at once": run.journal["max_in_flight"]})
    say("")


def _group(title, counts, prefix):
    own = {
        name.removeprefix(prefix): counts[name]
        for name in sorted(counts)
        if name.startswith(prefix)
    }
    _line(title, own)


def _line(title, counts):
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    say(f"  {title}: {told or 'none'}")
