"""Roles: what may be seen and done, with the names of NetSuite's screens [9, 9.1]."""

from dataclasses import dataclass, field

VIEW, CREATE, EDIT, FULL = 1, 2, 3, 4
LEVELS = {"none": 0, "view": VIEW, "create": CREATE, "edit": EDIT, "full": FULL}

FIND_TRANSACTIONS = "Find Transactions"
FULFILL_ORDERS = "Fulfill Orders"
ITEM_FULFILLMENT = "Item Fulfillment"
SALES_ORDER = "Sales Order"
INVOICE = "Invoice"
ITEMS = "Items"
LOCATIONS = "Locations"
CUSTOMERS = "Customers"
SHIPPING_ITEMS = "Shipping Items"
CUSTOM_LISTS = "Custom Lists"
UNITS = "Units"
USER_ACCESS_TOKENS = "User Access Tokens"
LOG_IN_WITH_TOKENS = "Log in using Access Tokens"
LOG_IN_WITH_OAUTH2 = "Log in using OAuth 2.0 Access Tokens"
SOAP_WEB_SERVICES = "SOAP Web Services"
REST_WEB_SERVICES = "REST Web Services"
ANALYTICS = "SuiteAnalytics Workbook"
SUBSIDIARIES = "Subsidiaries"
DEPARTMENTS = "Departments"
CLASSES = "Classes"
CUSTOM_BODY_FIELDS = "Custom Body Fields"
DELETED_RECORDS = "Deleted Records"
CONTROL_SCRIPTS = "Control SuiteScript and Workflow Triggers in Web Services Request"

# The tab of the role on which a permission stands, as the refusal names it.
TABS = {
    **dict.fromkeys(
        (FIND_TRANSACTIONS, FULFILL_ORDERS, ITEM_FULFILLMENT, SALES_ORDER, INVOICE), "Transactions"
    ),
    **dict.fromkeys((ITEMS, LOCATIONS, CUSTOMERS, SHIPPING_ITEMS, CUSTOM_LISTS, UNITS), "Lists"),
    **dict.fromkeys((SUBSIDIARIES, DEPARTMENTS, CLASSES), "Lists"),
    **dict.fromkeys((REST_WEB_SERVICES, CUSTOM_BODY_FIELDS, DELETED_RECORDS), "Setup"),
    ANALYTICS: "Reports",
}

# The permissions that the usual set-up asks for, all at level Full [9.1].
DEFAULT_ROLE = (
    FIND_TRANSACTIONS,
    FULFILL_ORDERS,
    ITEM_FULFILLMENT,
    SALES_ORDER,
    ITEMS,
    "Currency",
    USER_ACCESS_TOKENS,
    SOAP_WEB_SERVICES,
)

# A role for REST: everything it loads it edits, so the level is Edit, even for reading [6.1, 9].
REST_ROLE = (
    *(FIND_TRANSACTIONS, FULFILL_ORDERS, ITEM_FULFILLMENT, SALES_ORDER, INVOICE),
    *(ITEMS, LOCATIONS, CUSTOMERS, SHIPPING_ITEMS, CUSTOM_LISTS, UNITS),
    *(SUBSIDIARIES, DEPARTMENTS, CLASSES, CUSTOM_BODY_FIELDS, DELETED_RECORDS),
    *(REST_WEB_SERVICES, ANALYTICS, "Currency"),
)

# Which permission reads a record type.
READING = {
    "salesOrder": SALES_ORDER,
    "invoice": INVOICE,
    "itemFulfillment": ITEM_FULFILLMENT,
    "item": ITEMS,
    "inventoryNumber": ITEMS,
    "location": LOCATIONS,
    "customer": CUSTOMERS,
    "unitsType": UNITS,
}


def full_name(permission):
    """A permission with its tab: "Transactions -> Invoice"."""
    return f"{TABS[permission]} -> {permission}" if permission in TABS else permission


@dataclass
class Role:
    """Level by permission; ``subsidiaries`` empty means all, others are hidden silently [9]."""

    name: str = "Odoo Shipping"
    levels: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DEFAULT_ROLE, FULL))
    subsidiaries: set[str] = field(default_factory=set)

    def may(self, permission, level=VIEW):
        return self.levels.get(permission, 0) >= level

    def grant(self, *permissions, level=FULL):
        self.levels.update(dict.fromkeys(permissions, level))

    def revoke(self, *permissions):
        for permission in permissions:
            self.levels.pop(permission, None)

    def sees(self, transaction):
        """Is the transaction within the role's subsidiaries?"""
        return not self.subsidiaries or transaction.subsidiary in self.subsidiaries


def standard_roles():
    """The roles that come with the account: for SOAP [9.1], for REST with tokens and OAuth 2.0."""
    return {
        "soap": Role(),
        "rest": _rest_role("Odoo Shipping REST", LOG_IN_WITH_TOKENS),
        "oauth2": _rest_role("Odoo Shipping OAuth 2.0", LOG_IN_WITH_OAUTH2),
    }


def _rest_role(name, login):
    return Role(name, dict.fromkeys((*REST_ROLE, login), EDIT))
