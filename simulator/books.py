"""The books: all records of the account, found by id, under one lock."""

import threading

from .account import INVOICE, ITEM_FULFILLMENT, SALES_ORDER
from .clock import Clock
from .editing import Editing
from .permissions import standard_roles
from .refusal import Refusal, missing
from .settings import Settings


class Books(Editing):
    """One company. Take :attr:`lock` to look at several things; edits take it themselves."""

    def __init__(self, account_id, settings=None, clock=None):
        self.lock = threading.RLock()
        self.account_id = account_id
        self.settings = settings or Settings()
        self.clock = clock or Clock()
        self.roles = standard_roles()
        self._caller = threading.local()
        self.clear()

    @property
    def role(self):
        """The role of whoever calls in this thread; without a login the first one."""
        return self.roles[getattr(self._caller, "role", None) or "soap"]

    def act_as(self, role):
        """Say whose call this thread carries out; None: nobody has logged in."""
        self._caller.role = role

    def clear(self):
        """Forget all records; settings, roles and clock stay."""
        self.items, self.customers, self.locations = {}, {}, {}
        self.ship_methods, self.subsidiaries, self.units_types = {}, {}, {}
        self.departments, self.classes, self.bins = {}, {}, {}
        self.employees, self.terms = {}, {}
        self.inventory_numbers, self.custom_fields, self.custom_lists = {}, {}, {}
        self.orders, self.invoices, self.fulfillments = {}, {}, {}
        self.saved_searches, self.deletions = {}, []
        self._last_id, self._last_unique_key = 1000, 50000
        self._last_number = {"SO": 1000, "INV": 5000, "IF": 3000}
        self._links = {}

    @property
    def slug(self):
        """The account in host names: 1234567-sb1 [1.1]."""
        return self.account_id.lower().replace("_", "-")

    # -- numbers -----------------------------------------------------------------------------

    def now(self):
        """The account's time, in whole seconds [4.5]."""
        return self.clock.now().replace(microsecond=0)

    def next_id(self):
        self._last_id += 1
        return str(self._last_id)

    def next_number(self, prefix):
        self._last_number[prefix] += 1
        return f"{prefix}{self._last_number[prefix]}"

    def next_unique_key(self):
        self._last_unique_key += 1
        return self._last_unique_key

    # -- finding -----------------------------------------------------------------------------

    def tables(self):
        """Transactions by record type."""
        return {
            SALES_ORDER: self.orders,
            INVOICE: self.invoices,
            ITEM_FULFILLMENT: self.fulfillments,
        }

    def transactions(self):
        """All transactions, ordered by internal id."""
        return sorted(
            (one for table in self.tables().values() for one in table.values()),
            key=lambda one: int(one.id),
        )

    def keep(self, transaction):
        """Enter a transaction into the books."""
        self.tables()[transaction.type][transaction.id] = transaction
        if transaction.created_from:
            self._links.setdefault(transaction.created_from, []).append(transaction)
        return transaction

    def drop(self, transaction):
        """Take a transaction out of the books."""
        del self.tables()[transaction.type][transaction.id]
        if transaction.created_from:
            self._links[transaction.created_from].remove(transaction)

    def fulfillments_of(self, order_id):
        return [one for one in self._links.get(order_id, ()) if one.type == ITEM_FULFILLMENT]

    def invoices_of(self, order_id):
        return [one for one in self._links.get(order_id, ()) if one.type == INVOICE]

    def get(self, record_type, internal_id="", external_id=""):
        """A transaction by id.

        :raises Refusal: RCRD_DSNT_EXIST, or INVALID_KEY_OR_REF for an unknown external id [3.6]
        """
        table = self.tables()[record_type]
        if internal_id:
            found = table.get(internal_id)
            if not found or not self.role.sees(found):
                raise missing(record_type, internal_id)
            return found
        found = self.by_external_id(external_id)
        if not found or found.type != record_type or not self.role.sees(found):
            raise Refusal("INVALID_KEY_OR_REF", f"Invalid externalId {external_id}.")
        return found

    def by_external_id(self, external_id):
        """A transaction of *any* type: external ids are one group, compared without case [7.2]."""
        wanted = external_id.lower()
        return next(
            (
                one
                for table in self.tables().values()
                for one in table.values()
                if one.external_id and one.external_id.lower() == wanted
            ),
            None,
        )

    def item_by_name(self, name):
        """An item by its SKU or internal id."""
        if name in self.items:
            return self.items[name]
        return next(one for one in self.items.values() if one.name == name)
