"""The connector under attack: everything goes wrong at once, by a seed, and nothing may be lost.

People work on both sides, Odoo's processes are killed, PostgreSQL is restarted and NetSuite fails
in every way that it knows. Then all is calm, the scheduled actions run, and the books of both
sides are compared: see :mod:`.documents`, :mod:`.shipments` and :mod:`.conduct`.
"""
