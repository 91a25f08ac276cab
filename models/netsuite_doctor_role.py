from datetime import UTC, datetime, timedelta

from odoo import models

from ..netsuite import errors
from ..netsuite.records import INVOICE, ITEM_FULFILLMENT, SALES_ORDER, Query
from ..netsuite.soap import SoapClient
from .netsuite_backend import BUTTON_WAIT
from .netsuite_backend_connection import NoPlace
from .netsuite_doctor import AMBER, GREEN, OTHER_SERVICES, RED, Check
from .netsuite_field_mapping import PRESETS

FEATURES = {
    "soap": "SOAP Web Services",
    "rest": "REST Web Services, SuiteAnalytics Workbook",
}
PERMISSIONS = {
    SALES_ORDER: "Transactions > Sales Order",
    INVOICE: "Transactions > Invoice",
    ITEM_FULFILLMENT: "Transactions > Item Fulfillment",
}
FIND = "Transactions > Find Transactions"
FULFILL = "Transactions > Fulfill Orders"
BUSY = (NoPlace, errors.ConcurrencyLimit, errors.Maintenance)  # says nothing about the role
SAMPLES = timedelta(days=90)  # how far back a document to try with is looked for
FULFILLABLE = ("_salesOrderPendingFulfillment", "_salesOrderPartiallyFulfilled")
GOVERNANCE = "Setup > Integration > Integration Management > Integration Governance"


class NetSuiteBackend(models.Model):
    """The doctor's second room: the login, and what the role may do.

    Each permission that the chosen import needs is tried by a call that changes nothing, and is
    named as on NetSuite's screen of the role.
    """

    _inherit = "netsuite.backend"

    def _examine_login(self):
        title = FEATURES[self.api]
        checks = []
        try:
            with self._connect(self.env._("check everything"), BUTTON_WAIT, testing=True) as client:
                client.server_time()
                self._connected()
                checks.append(Check(GREEN, title, self.env._("NetSuite accepts the login.")))
                checks += self._examine_role(client)
                checks += [self._examine_limit(client), *self._examine_custom_fields(client)]
                checks += self._examine_status_field(client)
        except BUSY as error:
            return [*checks, self._trouble(AMBER, title, error)]
        except errors.NetSuiteError as error:
            if not checks:
                self._connection_refused(error)
            checks.append(self._trouble(RED, title, error))
            if isinstance(error, errors.LoginError):
                return checks  # no second login that fails
        works = len(checks) > 1 and not any(check.level == RED for check in checks)
        return checks + self._examine_other_services(works)

    # -- permissions ---------------------------------------------------------------------------

    def _examine_role(self, client):
        """What the import and the report need, then what makes them more convenient."""
        found, find = self._examine_find(client, self.import_type)
        checks = [find] if find else []
        for kind in self._document_types():
            checks.append(
                self._try_reading(client, kind, found if kind == self.import_type else "")
            )
        checks.append(self._try("Lists > Items", lambda: client.items(["0"])))
        if self.import_type != ITEM_FULFILLMENT:
            checks.append(self._examine_fulfill(client))
        for name, call in (
            ("Lists > Units", lambda: client.units(["0"])),
            ("Lists > Locations", lambda: client.choices("location")),
            ("Lists > Shipping Items", lambda: client.choices("shipMethod")),
        ):
            checks.append(self._try(name, call, needed=False))
        return checks

    def _document_types(self):
        """Documents that are read for the import type, and to report shipments."""
        if self.import_type == INVOICE:
            return [INVOICE, SALES_ORDER, ITEM_FULFILLMENT]
        if self.import_type == SALES_ORDER:
            return [SALES_ORDER, ITEM_FULFILLMENT]
        return [ITEM_FULFILLMENT]

    def _try(self, title, call, needed=True):
        """A check by a call; that a record is not there is no matter."""
        try:
            call()
        except errors.LoginError:
            raise
        except (errors.PermissionMissing, errors.FeatureMissing) as error:
            if needed:
                return self._trouble(RED, title, error)
            return self._trouble(
                AMBER, title, error, self.env._("Odoo does without, less conveniently.")
            )
        except errors.NetSuiteError as error:
            if not isinstance(error, errors.Refused):
                return self._trouble(AMBER, title, error)
        return Check(GREEN, title, self.env._("Permitted."))

    def _try_reading(self, client, kind, internal_id):
        # A hit is proof over SOAP; fulfilments are read by other ways too, and over REST records
        # are loaded as if to edit them, which takes a higher level [facts 6.1].
        if internal_id and kind != ITEM_FULFILLMENT and isinstance(client, SoapClient):
            return Check(GREEN, PERMISSIONS[kind], self.env._("Permitted."))
        return self._try(PERMISSIONS[kind], lambda: client.check_reading(kind, internal_id or "0"))

    def _examine_find(self, client, kind, **more):
        """The id of a recent document, or empty, and the check of the permission to search."""
        now = datetime.now(UTC)
        query = Query(kind, modified_from=now - SAMPLES, modified_to=now, **more)
        client.page_size = 5
        page = []
        check = self._try(FIND, lambda: page.extend(client.find(query).headers))
        if check.level == GREEN and not isinstance(client, SoapClient):
            check = None  # SuiteQL needs no such permission
        elif check.level == RED and "Find Transaction" not in check.text:
            check = Check(GREEN, FIND, self.env._("Permitted."))  # what is missing comes next
        return page[0].internal_id if page else "", check

    def _examine_fulfill(self, client):
        """NetSuite's proposal for an open order: it is made up, and thrown away."""
        order_id, _check = self._examine_find(client, SALES_ORDER, statuses=FULFILLABLE)
        if not order_id:
            return Check(
                AMBER,
                FULFILL,
                self.env._("There is no open order of the last weeks to try it with."),
                self.env._("Check again when there is one; the first shipment shows it too."),
            )
        return self._try(FULFILL, lambda: client.proposal(order_id))

    # -- limits and fields ---------------------------------------------------------------------

    def _examine_limit(self, client):
        limit = client.connection_limit()
        if limit is None:
            return Check(
                GREEN,
                self.env._("Connections"),
                self.env._(
                    "Odoo uses %(count)s at most. How many the account has, NetSuite tells "
                    "administrators only: see %(path)s.",
                    count=self.connection_limit,
                    path=GOVERNANCE,
                ),
            )
        text = self.env._(
            "NetSuite allows %(limit)s requests at once, Odoo uses %(count)s at most.",
            limit=limit,
            count=self.connection_limit,
        )
        if self.connection_limit < limit or limit == 1:
            return Check(GREEN, self.env._("Connections"), text)
        return Check(
            AMBER,
            self.env._("Connections"),
            text,
            self.env._("Leave some to other integrations: lower it under Connection."),
        )

    def _examine_custom_fields(self, client):
        """Which mapped custom fields there are; NetSuite's labels are noted on the way."""
        if self.api != "rest":
            return []
        self.field_mapping_ids._note_labels(client)
        missing = self.env["netsuite.field.mapping"]
        for level, names in self._custom_fields().items():
            known = set(client.existing_fields(level, names)) if names else set()
            missing += self.field_mapping_ids.filtered(
                lambda one, level=level, known=known: (
                    one.level == level
                    and one._is_custom(one.netsuite_field)
                    and not known.intersection(one._names())
                )
            )
        presets = {name for name, _alternates, _target in PRESETS}
        wanted = missing.filtered(lambda one: one.netsuite_field not in presets)
        title = self.env._("Custom Fields")
        if wanted:
            return [
                Check(
                    AMBER,
                    title,
                    self.env._(
                        "Not in the account, or not shown to the role: %s.",
                        ", ".join(wanted.mapped("netsuite_field")),
                    ),
                    self.env._(
                        "Compare with Customization > Lists, Records, & Fields, or switch the "
                        "fields off under NetSuite > Mapping > Fields."
                    ),
                )
            ]
        return [Check(GREEN, title, self.env._("Every field that was mapped is there."))]

    # -- the other services ----------------------------------------------------------------------

    def _examine_other_services(self, works):
        """What the other services would do; REST that works is left alone."""
        other = OTHER_SERVICES[self.api]
        if self.authentication == "oauth2" or (works and self.api == "rest"):
            return []
        try:
            lacking = self._lacking(other)
        except errors.LoginError as error:
            lacking = str(error)
        if lacking is None:
            return [self._offer(other, works)]
        level = GREEN if works else AMBER
        return [
            Check(
                level,
                FEATURES[other],
                self.env._("Not usable with these keys at present: %s", lacking),
                self.env._("Needed before NetSuite ends SOAP.") if works else "",
            )
        ]

    def _offer(self, other, works):
        if self.saved_search and other == "rest":
            return Check(
                GREEN,
                FEATURES[other],
                self.env._("Works too, but cannot use the saved search of this account."),
            )
        text = (
            self.env._("Works too, with the same keys. It outlives SOAP.")
            if works
            else self.env._("Works with the same keys: the role permits it.")
        )
        remedy = self.env._("Switch: nothing is imported or reported again.")
        return Check(AMBER if works else RED, FEATURES[other], text, remedy, other)

    def _lacking(self, services):
        """Why the import cannot use these services now, or None when it can.

        :raises LoginError: NetSuite refuses the login
        """
        try:
            with self._connect(
                self.env._("check everything"), BUTTON_WAIT, testing=True, services=services
            ) as client:
                client.server_time()
                checks = self._examine_role(client)
        except errors.LoginError:
            raise
        except errors.NetSuiteError as error:
            return str(error)
        lacking = [check.title for check in checks if check.level == RED]
        return self.env._("the role lacks %s.", ", ".join(lacking)) if lacking else None
