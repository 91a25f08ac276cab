import base64
from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..netsuite.errors import ConfigurationError
from ..netsuite.oauth2 import certificate_expiry, make_key_pair
from .netsuite_backend_credentials import MASK

CERTIFICATE_ACTIVITY = "connector_netsuite.activity_type_certificate"
WARNED = timedelta(days=30)  # before a certificate expires
NEW_KEY = "oauth2_new_private_key"


class NetSuiteBackend(models.Model):
    """OAuth 2.0 client credentials: the certificate, its end, and how a new one comes about.

    A new key pair waits beside the one in use until NetSuite has its certificate, so that nothing
    stops meanwhile. Private keys are secrets like the others, and are never shown.
    """

    _inherit = "netsuite.backend"

    oauth2_certificate_id = fields.Char(
        "Certificate ID",
        groups="connector_netsuite.group_manager",
        copy=False,
        help="What NetSuite calls the uploaded certificate, under Setup > Integration > OAuth 2.0 "
        "Client Credentials (M2M) Setup.",
    )
    oauth2_certificate = fields.Text(
        "Certificate",
        groups="connector_netsuite.group_manager",
        copy=False,
        help="The certificate itself (PEM), for Odoo to know when it expires and to which key it "
        "belongs. It is no secret.",
    )
    oauth2_certificate_expiry = fields.Datetime(
        "Certificate Expires",
        compute="_compute_oauth2_certificate_expiry",
        store=True,
        compute_sudo=True,
    )
    oauth2_new_certificate = fields.Text(groups="connector_netsuite.group_manager", copy=False)
    oauth2_new_certificate_id = fields.Char(
        "ID that NetSuite Shows", groups="connector_netsuite.group_manager", copy=False
    )
    oauth2_new_certificate_file = fields.Binary(
        "Certificate to Upload",
        compute="_compute_oauth2_new_certificate_file",
        groups="connector_netsuite.group_manager",
    )
    oauth2_new_certificate_name = fields.Char(
        compute="_compute_oauth2_new_certificate_file",
        groups="connector_netsuite.group_manager",
    )

    @api.depends("oauth2_certificate")
    def _compute_oauth2_certificate_expiry(self):
        for backend in self:
            try:
                end = certificate_expiry(backend.oauth2_certificate or "")
                backend.oauth2_certificate_expiry = end.astimezone(UTC).replace(tzinfo=None)
            except ConfigurationError:
                backend.oauth2_certificate_expiry = False

    @api.depends("oauth2_new_certificate")
    def _compute_oauth2_new_certificate_file(self):
        for backend in self:
            written = (backend.oauth2_new_certificate or "").encode()
            backend.oauth2_new_certificate_file = base64.b64encode(written) if written else False
            backend.oauth2_new_certificate_name = f"odoo-netsuite-{backend.account_id}.pem"

    @api.onchange("authentication")
    def _onchange_authentication(self):
        if self.authentication == "oauth2":
            self.api = "rest"

    @api.onchange("api")
    def _onchange_api(self):
        if self.api == "soap":
            self.authentication = "tba"

    @api.constrains("api", "authentication")
    def _check_authentication(self):
        for backend in self:
            if backend.authentication == "oauth2" and backend.api == "soap":
                raise ValidationError(
                    self.env._(
                        "NetSuite's SOAP services take no OAuth 2.0: choose REST web services for "
                        "%s, or access tokens.",
                        backend.name,
                    )
                )

    @api.constrains("oauth2_certificate")
    def _check_oauth2_certificate(self):
        for backend in self.filtered("oauth2_certificate"):
            try:
                certificate_expiry(backend.oauth2_certificate)
            except ConfigurationError as error:
                raise ValidationError(str(error)) from error

    def write(self, vals):
        if vals.get("oauth2_private_key", MASK) != MASK:
            # A key that was typed in has another certificate; it may be entered with the key.
            vals = {"oauth2_certificate": False, **vals}
        result = super().write(vals)
        if vals.get("oauth2_certificate"):
            renewed = self.filtered(lambda backend: not backend._certificate_trouble())
            renewed.activity_unlink([CERTIFICATE_ACTIVITY])
        return result

    # -- a new key pair ------------------------------------------------------------------------

    def action_key_pair(self):
        """Open the page that leads to a new key; made already, it goes on where it was left."""
        self.ensure_one()
        self.check_access("write")
        if not self.oauth2_new_certificate:
            pair = make_key_pair(self.env._("Odoo %s", self.company_id.name))
            self._keep_secret(NEW_KEY, pair.private_key)
            self.oauth2_new_certificate = pair.certificate
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Key for NetSuite"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("connector_netsuite.view_backend_key_form").id, "form")],
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    def action_use_key_pair(self):
        """NetSuite has the new certificate: log in with it from now on."""
        self.ensure_one()
        self.check_access("write")
        certificate_id = (self.oauth2_new_certificate_id or "").strip()
        if not certificate_id:
            raise UserError(
                self.env._(
                    "Enter the Certificate ID that NetSuite shows in its list once the certificate "
                    "is uploaded."
                )
            )
        self.write(
            {
                "oauth2_private_key": self._secrets()[NEW_KEY],
                "oauth2_certificate": self.oauth2_new_certificate,
                "oauth2_certificate_id": certificate_id,
            }
        )
        self._drop_key_pair()
        return {"type": "ir.actions.act_window_close"}

    def action_drop_key_pair(self):
        """Keep the key in use and forget the new one."""
        self.ensure_one()
        self.check_access("write")
        self._drop_key_pair()
        return {"type": "ir.actions.act_window_close"}

    def _drop_key_pair(self):
        self._keep_secret(NEW_KEY, "")
        self.write({"oauth2_new_certificate": False, "oauth2_new_certificate_id": False})

    # -- its end -------------------------------------------------------------------------------

    def _certificate_trouble(self):
        """A sentence on a certificate that has expired or soon will, or nothing."""
        self.ensure_one()
        end = self.oauth2_certificate_expiry
        if self.authentication != "oauth2" or not end:
            return ""
        now = fields.Datetime.now()
        if end <= now:
            return self.env._(
                "The certificate expired on %s: NetSuite refuses the login.",
                format_date(self.env, end),
            )
        if end <= now + WARNED:
            return self.env._(
                "The certificate expires on %(date)s, in %(days)s days.",
                date=format_date(self.env, end),
                days=(end - now).days,
            )
        return ""

    def _certificate_remedy(self):
        return self.env._(
            "Press \u201cNew Key\u201d on the NetSuite account in Odoo and upload the certificate "
            "it makes under Setup > Integration > OAuth 2.0 Client Credentials (M2M) Setup in "
            "NetSuite. The old one works until then."
        )

    @api.model
    def _cron_certificates(self):
        """Remind whoever set a backend up, once, before its certificate expires."""
        soon = [
            ("authentication", "=", "oauth2"),
            ("oauth2_certificate_expiry", "<=", fields.Datetime.now() + WARNED),
        ]
        for found in self.search(soon):
            backend = found._in_responsible_language()
            if not backend.activity_search([CERTIFICATE_ACTIVITY]):
                backend.activity_schedule(
                    CERTIFICATE_ACTIVITY,
                    summary=backend.env._("NetSuite: a new certificate is needed"),
                    note=f"{backend._certificate_trouble()} {backend._certificate_remedy()}",
                    date_deadline=backend.oauth2_certificate_expiry.date(),
                    user_id=backend._responsible_user().id,
                )
