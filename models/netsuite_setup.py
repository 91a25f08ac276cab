from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..netsuite.errors import LoginError

# What NetSuite calls things stays in its language. Features, on the tab SuiteCloud:
SUITECLOUD = {
    "soap": ["SOAP Web Services"],
    "rest": ["REST Web Services"],
    "tba": ["Client SuiteScript", "Server SuiteScript", "Token-Based Authentication"],
    "oauth2": ["OAuth 2.0"],
}
# On the tab Setup of a role, and on its other tabs.
SETUP = {
    "soap": ["SOAP Web Services"],
    "rest": ["REST Web Services"],
    "tba": ["User Access Tokens", "Log in using Access Tokens"],
    "oauth2": ["Log in using OAuth 2.0 Access Tokens"],
}
TRANSACTIONS = ["Find Transactions", "Fulfill Orders", "Item Fulfillment", "Sales Order"]
LISTS = ["Items", "Currency", "Units", "Locations", "Shipping Items"]
WORKBOOK = "SuiteAnalytics Workbook"
KEY_FIELDS = {
    "tba": ["consumer_key", "consumer_secret", "token_id", "token_secret"],
    "oauth2": ["consumer_key", "oauth2_certificate_id", "oauth2_private_key"],
}
STEPS = ["account", "netsuite", "credentials", "import", "mapping", "check", "first"]


@dataclass(frozen=True)
class Task:
    """Something to do in NetSuite."""

    code: str
    title: str
    path: str  # NetSuite's menus are in NetSuite's language: they are not translated
    detail: str


class NetSuiteBackend(models.Model):
    """The guided set-up: one step after the other, to be left and taken up again at any time."""

    _inherit = "netsuite.backend"

    setup_step = fields.Selection(
        [
            ("account", "Account"),
            ("netsuite", "In NetSuite"),
            ("credentials", "Keys"),
            ("import", "What to Import"),
            ("mapping", "Mapping"),
            ("check", "Check"),
            ("first", "First Import"),
        ],
        copy=False,
        help="Where the guided set-up stands; empty when it is finished or was not used.",
    )
    setup_task_ids = fields.One2many("netsuite.setup.task", "backend_id")
    unfinished_task_count = fields.Integer(compute="_compute_unfinished_task_count")

    @api.depends("setup_task_ids.done")
    def _compute_unfinished_task_count(self):
        for backend in self:
            backend.unfinished_task_count = len(
                backend.setup_task_ids.filtered(lambda task: not task.done)
            )

    def action_set_up(self):
        """Open the guided set-up where it was left."""
        action = self.env["ir.actions.act_window"]._for_xml_id("connector_netsuite.action_setup")
        action["res_id"] = self.id
        return action

    def action_setup_next(self):
        """Go on to the next step, when this one is complete."""
        self.ensure_one()
        step = self.setup_step or STEPS[0]
        if step == "credentials":
            self._check_keys()
        if step == "check" and self.state != "confirmed":
            raise UserError(
                self.env._("Test the connection first: Odoo goes on when NetSuite has answered.")
            )
        after = STEPS.index(step) + 1
        if after == len(STEPS):
            return self.action_setup_finish()
        self.setup_step = STEPS[after]
        self._make_setup_tasks()
        return True

    def action_setup_back(self):
        self.ensure_one()
        self.setup_step = STEPS[max(0, STEPS.index(self.setup_step) - 1)]
        return True

    def action_setup_check(self):
        """Check everything; a new account gets the services that its role allows."""
        self.ensure_one()
        self.check_access("write")
        note = self._choose_services() if self.state == "draft" else ""
        action = self.action_doctor()
        self.env[action["res_model"]].browse(action["res_id"]).note = note
        return action

    def _choose_services(self):
        """REST where the role allows all that is needed, else SOAP; says what was chosen, and why.

        Only access tokens leave a choice. A refused login decides nothing.
        """
        if self.authentication != "tba" or self.saved_search:
            return ""
        try:
            lacking = self._lacking("rest")
            if lacking and self.api == "rest" and self._lacking("soap"):
                return ""
        except LoginError:
            return ""
        if not lacking:
            self.api = "rest"
            return self.env._(
                "Odoo uses NetSuite's REST services: the role allows them, and they outlive SOAP. "
                "The account's form changes that."
            )
        self.api = "soap"
        return self.env._("Odoo uses NetSuite's SOAP services. REST is not usable yet: %s", lacking)

    def action_setup_finish(self):
        """Leave the set-up for the overview."""
        self.setup_step = False
        action = self.env["ir.actions.act_window"]._for_xml_id("connector_netsuite.action_overview")
        return {**action, "target": "main"}

    def _check_keys(self):
        missing = [
            self._fields[name]._description_string(self.env)
            for name in self._setup_key_fields()
            if not self[name]
        ]
        if missing:
            raise UserError(self.env._("Still missing: %s.", ", ".join(missing)))

    def _setup_key_fields(self):
        """The fields that hold what NetSuite shows once."""
        return KEY_FIELDS[self.authentication]

    # -- what to do in NetSuite ------------------------------------------------------------------

    def _make_setup_tasks(self):
        """The list for the chosen way to log in; what is ticked on it stays ticked."""
        wanted = [task.code for task in self._setup_tasks()]
        self.setup_task_ids.filtered(lambda task: task.code not in wanted).unlink()
        known = self.setup_task_ids.mapped("code")
        self.env["netsuite.setup.task"].create(
            [
                {"backend_id": self.id, "code": code, "sequence": sequence}
                for sequence, code in enumerate(wanted)
                if code not in known
            ]
        )

    def _setup_services(self):
        """The services to prepare: with tokens both, since Odoo then takes REST where it works."""
        return (
            ["rest"] if self.api == "rest" or self.authentication == "oauth2" else ["soap", "rest"]
        )

    def _setup_features(self):
        """Features by tab, in NetSuite's words."""
        wanted = [*self._setup_services(), self.authentication]
        return in_words(
            {"SuiteCloud": [name for one in wanted for name in SUITECLOUD[one]]}
            | ({"Analytics": [WORKBOOK]} if "rest" in wanted else {})
        )

    def _setup_permissions(self):
        """Permissions by tab of the role, in NetSuite's words."""
        wanted = [*self._setup_services(), self.authentication]
        rest = "rest" in wanted
        return in_words(
            {
                "Transactions": TRANSACTIONS + ["Invoice"] * (self.import_type == "invoice"),
                "Lists": LISTS + ["Customers"] * rest,
                "Setup": [name for one in wanted for name in SETUP[one]],
            }
            | ({"Reports": [WORKBOOK]} if rest else {})
        )

    def _setup_tasks(self):
        """What is to be done in NetSuite (:class:`Task`), in order."""
        tick = self.env._("Tick %s.", self._setup_features())
        both = (
            self.env._(
                "REST Web Services and SuiteAnalytics Workbook let Odoo use REST, which outlives "
                "SOAP; without them it uses SOAP."
            )
            if len(self._setup_services()) > 1
            else ""
        )
        return [
            Task(
                "features",
                self.env._("Switch the features on"),
                "Setup > Company > Enable Features",
                " ".join(filter(None, (tick, both))),
            ),
            Task(
                "role",
                self.env._("Make a role for Odoo"),
                "Setup > Users/Roles > Manage Roles > New",
                self.env._(
                    "Tick \u201cWeb Services Only Role\u201d and give it these permissions, with "
                    "level Full. %s.",
                    self._setup_permissions(),
                ),
            ),
            Task(
                "user",
                self.env._("Give the role to a user"),
                "Setup > Users/Roles > Manage Users > (the user) > Access",
                self.env._("Best a user of its own, so that everyone sees what Odoo did."),
            ),
            *(self._token_tasks() if self.authentication == "tba" else self._oauth2_tasks()),
        ]

    def _token_tasks(self):
        return [
            Task(
                "integration",
                self.env._("Register Odoo as an integration"),
                "Setup > Integration > Manage Integrations > New",
                self.env._(
                    "Tick \u201cToken-Based Authentication\u201d, untick \u201cTBA: Authorization "
                    "Flow\u201d and \u201cAuthorization Code Grant\u201d, save. NetSuite shows "
                    "Consumer Key and Consumer Secret this one time: keep the page open for the "
                    "next step."
                ),
            ),
            Task(
                "token",
                self.env._("Make an access token"),
                "Setup > Users/Roles > Access Tokens > New",
                self.env._(
                    "Choose the integration, the user and the role. NetSuite shows Token ID and "
                    "Token Secret this one time, too."
                ),
            ),
        ]

    def _oauth2_tasks(self):
        return [
            Task(
                "m2m_integration",
                self.env._("Register Odoo as an integration"),
                "Setup > Integration > Manage Integrations > New",
                self.env._(
                    "Tick \u201cClient Credentials (Machine to Machine) Grant\u201d and the scope "
                    "\u201cREST Web Services\u201d, save. NetSuite shows the Client ID this one "
                    "time: it is the consumer key of the next step."
                ),
            ),
            Task(
                "m2m_certificate",
                self.env._("Upload a certificate"),
                "Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup > Create New",
                self.env._(
                    "Odoo makes it in the next step, where a button leads through the upload: to "
                    "choose the user (Entity), the role and the integration (Application). "
                    "NetSuite then shows the Certificate ID."
                ),
            ),
        ]


def in_words(names):
    """Names by tab as one text."""
    return ". ".join(f"{tab}: {', '.join(some)}" for tab, some in names.items())


class NetSuiteSetupTask(models.Model):
    """A tick on the list of what is to be done in NetSuite."""

    _name = "netsuite.setup.task"
    _description = "NetSuite Set-up Task"
    _inherit = "netsuite.owned"
    _order = "sequence, id"

    sequence = fields.Integer(readonly=True)
    code = fields.Char(required=True, readonly=True)
    done = fields.Boolean()
    title = fields.Text("To Do", compute="_compute_text")  # lists do not cut texts off
    path = fields.Text("In NetSuite Under", compute="_compute_text")
    detail = fields.Text("How", compute="_compute_text")

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_text(self):
        for task in self:
            known = {one.code: one for one in task.backend_id._setup_tasks()}
            found = known.get(task.code)
            task.title = found and found.title
            task.path = found and found.path
            task.detail = found and found.detail
