"""What differs between NetSuite accounts, and what nobody could verify: it can be switched."""

from dataclasses import dataclass, field, fields
from datetime import date


@dataclass
class Features:
    """Setup > Company > Enable Features, and accounting preferences."""

    soap_web_services: bool = True
    rest_web_services: bool = True
    token_based_authentication: bool = True
    oauth2: bool = True
    suiteanalytics_workbook: bool = True  # SuiteQL [9]
    pick_pack_and_ship: bool = True
    advanced_shipping: bool = True  # off: a fulfilment makes the invoice too [5.5]
    advanced_numbered_inventory: bool = True  # off: serialNumbers instead of inventoryDetail [7.7]
    multiple_shipping_routes: bool = True
    fulfillment_based_on_commitment: bool = False  # default quantities: committed ones only [7.1]
    allow_overage: bool = False  # "Allow Overage on Item Fulfillments" [3.6]


@dataclass
class Unverified:
    """Behaviour that the fact sheet marks UNVERIFIED; a client must survive both."""

    repeated_upsert_updates: bool = False  # [7.2] off: a repeated upsert is a duplicate
    linked_records_touch_order: bool = True  # [4.5] a fulfilment changes the order's date
    order_status_present: bool = True  # [5.2] off: orderStatus is missing on orders
    picked_includes_later_stages: bool = True  # [5.3] in quantityPicked
    fulfilled_counts_all_stages: bool = (
        False  # [5.3] quantityFulfilled counts picked and packed too
    )
    unpermitted_types_hidden: bool = False  # [9] hidden silently, not refused
    permission_as_fault: bool = False  # [3.4] INSUFFICIENT_PERMISSION as fault, not as status
    replace_all_removes_lines: bool = True  # [7.1] lines not sent with replaceAll are unticked
    basic_search_repeats_lines: bool = False  # [4.1] without mainLine a record comes once a line
    partly_shipped_is_pending_billing: bool = False  # [7.6] status E instead of D after a part
    drop_ship_ticked: bool = False  # [5.4] proposals tick drop-ship lines
    ship_complete_enforced: bool = False  # [7.6] NetSuite itself refuses parts
    default_package: bool = True  # [7.3] one without number is there by itself
    package_required: bool = False  # [3.6] AT_LEAST_ONE_PACKAGE_REQD when all are removed
    shipped_packages_editable: bool = True  # [7.4] packages of a shipped fulfilment may change
    wrong_package_list_refused: bool = True  # [7.3] off: the wrong carrier's list is ignored
    locked_login_is_maintenance: bool = True  # [3.5] off: INVALID_LOGIN_CREDENTIALS when locked
    invoice_tracking_writable: bool = True  # [7.8] depends on the account's form
    invoice_tracking_clearable: bool = True  # [5.7] through nullFieldList
    unknown_custom_fields_refused: bool = True  # [5.7] off: they are ignored
    fault_http_status: int = 500  # [3.2] HTTP status of a fault: 500 or 200
    # REST
    rest_business_codes: bool = False  # [3.6] SOAP's code, not only USER_ERROR and INVALID_CONTENT
    malformed_429: bool = False  # [3.2] as printed in the documentation: a comma is missing
    create_form_available: bool = True  # [7.9] previews of a transform are recent
    routes_searchable: bool = True  # [6.1] isMultiShipTo in a collection's q
    transform_takes_ship_group: bool = True  # [5.3] off: the first one, whatever the body says
    expires_in_is_text: bool = False  # [2.3] "3600" rather than 3600
    null_columns_left_out: bool = True  # [6.3] off: null
    base_units: bool = True  # [5.3] SuiteQL's quantities are in stock units
    dates_in_utc: bool = False  # [6.3] SuiteQL's date-times; off: the user's time zone
    heavy_queries_fail: bool = True  # [6.3] addresses or customers joined to lines
    modified_granularity: int = 1  # [4.5] seconds: lastModifiedDate is cut to this


@dataclass
class Settings:
    """All that can be set; ``apply`` takes the same shape as JSON."""

    concurrency_limit: int = 5  # [3.1] requests at once, account-wide
    latency: float = 0.0  # seconds that every call takes
    time_zone: str = "America/Los_Angeles"  # of the web-services user [8]
    language: str = "en_US"  # of the user: translates status texts [4.6]
    currency: str = "USD"
    closed_through: date | None = None  # accounting periods up to here are closed [3.6]
    search_expiry: float = 900.0  # seconds a search id lives unused [4.4]
    date_format: str = "M/D/YYYY"  # of the user: dates of SuiteQL and of q [6.1, 6.3]
    heavy_query_seconds: float = 0.0  # that a heavy query takes before it fails [6.3]
    hidden_columns: list = field(default_factory=list)  # "transaction.shipmethod" … [6.3]
    newest_first: bool = False  # order of search hits; NetSuite promises none
    features: Features = field(default_factory=Features)
    unverified: Unverified = field(default_factory=Unverified)

    def apply(self, changes):
        """Set from a mapping; unknown names are refused with KeyError."""
        _apply(self, changes)


def _apply(target, changes):
    known = {one.name for one in fields(target)}
    for name, value in changes.items():
        if name not in known:
            raise KeyError(f"unknown setting {name!r}; known: {', '.join(sorted(known))}")
        current = getattr(target, name)
        if isinstance(current, Features | Unverified):
            _apply(current, value)
        elif name == "closed_through":
            setattr(target, name, date.fromisoformat(value) if isinstance(value, str) else value)
        else:
            setattr(target, name, type(current)(value))
