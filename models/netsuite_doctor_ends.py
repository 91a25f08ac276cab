from odoo import fields, models

from ..netsuite import retirement
from .netsuite_doctor import AMBER, GREEN, RED, Check

WARNED = 12  # months before NetSuite ends something


class NetSuiteBackend(models.Model):
    """The doctor's third room: what comes to an end, and when."""

    _inherit = "netsuite.backend"

    def _examine_ends(self):
        if self.authentication == "oauth2":
            return [self._examine_certificate()]
        checks = [self._examine_tokens_end()]
        if self.api == "soap":
            checks += [self._examine_soap_end(), self._examine_version()]
        return [check for check in checks if check]

    def _examine_soap_end(self):
        return self._examine_end(
            self.env._("End of SOAP"),
            retirement.SOAP_ENDS,
            self.env._("NetSuite switches SOAP off with release %s."),
            self.env._("Switch the services to REST: nothing is imported or reported again."),
        )

    def _examine_tokens_end(self):
        return self._examine_end(
            self.env._("End of Access Tokens"),
            retirement.TOKENS_END,
            self.env._("NetSuite plans to end access tokens with release %s."),
            self.env._(
                "Change to REST and OAuth 2.0: choose both on the account's form and press "
                "\u201cNew Key\u201d."
            ),
        )

    def _examine_version(self):
        version = self.endpoint_version
        if retirement.UNSUPPORTED[version] == retirement.SOAP_ENDS:
            return None
        label = dict(self._fields["endpoint_version"].selection)[version]
        check = self._examine_end(
            self.env._("SOAP Endpoint %s", label),
            retirement.UNSUPPORTED[version],
            self.env._("NetSuite no longer supports this version from release %s on."),
            self.env._("Choose 2025.2 under Connection."),
        )
        # It goes on to work for some time.
        return Check(AMBER, check.title, check.text, check.remedy) if check.level == RED else check

    def _examine_end(self, title, release, sentence, remedy):
        months = retirement.months_left(release, fields.Date.today())
        text = sentence % release
        if months < 0:
            return Check(RED, title, text, remedy)
        text = self.env._(
            "%(sentence)s That is %(months)s months away.", sentence=text, months=months
        )
        return Check(AMBER if months <= WARNED else GREEN, title, text, remedy)

    def _examine_certificate(self):
        title = self.env._("Certificate")
        end = self.oauth2_certificate_expiry
        if not end:
            return Check(
                AMBER,
                title,
                self.env._("Odoo does not know when the certificate expires."),
                self.env._("Enter the certificate beside its ID, to be warned in time."),
            )
        if trouble := self._certificate_trouble():
            level = RED if end <= fields.Datetime.now() else AMBER
            return Check(level, title, trouble, self._certificate_remedy())
        return Check(
            GREEN,
            title,
            self.env._("Good for another %s days.", (end - fields.Datetime.now()).days),
        )
