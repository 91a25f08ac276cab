from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import plaintext2html

from ..netsuite import errors
from .netsuite_backend_connection import in_own_transaction
from .netsuite_doctor import AMBER, GREEN, RED, Check
from .netsuite_doctor_role import PERMISSIONS

STATUS_ACTIVITY = "connector_netsuite.activity_type_status"
LONGEST = 300  # characters of a free-form text field of NetSuite
BEHIND = 30  # priority of the job: imports of the same channel, with 10, go first
REPORTS_FIRST = 60  # seconds to wait while shipments are to be reported
AGAIN = {True: timedelta(hours=1), False: timedelta(days=1)}  # by whether it passes by itself
ABOUT_THE_FIELD = errors.FieldMissing | errors.PermissionMissing | errors.FeatureMissing


class NetSuiteTransaction(models.Model):
    """What the document itself says in NetSuite of its way through Odoo."""

    _inherit = "netsuite.transaction"

    told_status = fields.Char(
        "Told NetSuite", readonly=True, help="What the document in NetSuite says of its import."
    )
    told_date = fields.Datetime("Told On", readonly=True)
    telling_refused = fields.Text("Not Told", readonly=True)
    tell_after = fields.Datetime(readonly=True)
    to_tell = fields.Boolean(compute="_compute_to_tell", store=True)

    _to_tell_index = models.Index("(backend_id) WHERE to_tell IS TRUE")

    @api.depends("state", "message", "told_status")
    def _compute_to_tell(self):
        for row in self:
            row.to_tell = row.backend_id.status_field and row._status_text() not in (
                "",
                row.told_status,
            )

    def _status_text(self):
        """What NetSuite is to say of the document, or empty; in the language of its company, since
        the language of whoever causes it changes."""
        self.ensure_one()
        if self.state == "staged":
            return ""
        env = self.with_context(lang=self.company_id.partner_id.lang).env
        text = dict(self._fields["state"]._description_selection(env))[self.state]
        if self.message:
            text = f"{text}: {self.message}"
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

    def _tell_anew(self):
        """Forget what NetSuite was told: another field is to show it."""
        self.write(
            {
                "told_status": False,
                "told_date": False,
                "telling_refused": False,
                "tell_after": False,
            }
        )
        self.env.add_to_compute(self._fields["to_tell"], self)

    def _note_told(self, texts, answers):
        """Keep what NetSuite answered.

        :param texts: what it was told, by internal id
        :param answers: its refusal or None, by internal id
        """
        now = fields.Datetime.now()
        for row in self.filtered(lambda one: one.internal_id in answers):
            refusal = answers[row.internal_id]
            if refusal is None:
                row.write(
                    {
                        "told_status": texts[row.internal_id],
                        "told_date": now,
                        "telling_refused": False,
                        "tell_after": False,
                    }
                )
            else:
                row.write(
                    {
                        "telling_refused": row.backend_id._explain(refusal),
                        "tell_after": now + AGAIN[refusal.repeatable],
                    }
                )

    def _essence(self, payload):
        """What of a stored document counts as an edit: neither when it was saved, which Odoo's own
        writing changes too, nor what Odoo writes."""
        if not payload:
            return payload
        own, left_out = self.backend_id.status_field, {"last_modified"}
        if "lastModifiedDate" in self.backend_id.field_mapping_ids.mapped("netsuite_field"):
            left_out = set()
        kept = {name: value for name, value in payload.items() if name not in left_out}
        custom = kept.get("custom_fields") or {}
        return {**kept, "custom_fields": {key: custom[key] for key in custom if key != own}}


class NetSuiteBackend(models.Model):
    """Telling NetSuite what became of its documents: optional, and behind everything else.

    Which documents are due stands in their rows, so nothing hangs on a job.
    """

    _inherit = "netsuite.backend"

    status_field = fields.Char(
        help="ID of a custom body field of the imported documents, of type Free-Form Text, for "
        "example custbody_odoo_status. It shows in NetSuite whether Odoo has imported the "
        "document or holds it, and why. Empty: nothing is written."
    )

    def write(self, vals):
        changed = self.filtered(
            lambda backend: (
                "status_field" in vals
                and (backend.status_field or False) != (vals["status_field"] or False)
            )
        )
        result = super().write(vals)
        for backend in changed.filtered("status_field"):
            # sudo: documents may be another company's, the choice is an administrator's
            backend.sudo()._transactions(
                [
                    "|",
                    ("state", "=", "held"),
                    ("all_picking_ids.state", "not in", ("done", "cancel")),
                ]
            )._tell_anew()
            backend.activity_unlink([STATUS_ACTIVITY])
            backend._enqueue_telling()
        return result

    def _plan_import(self):
        result = super()._plan_import()
        self._enqueue_telling()
        return result

    def _job_build(self, ids):
        result = super()._job_build(ids)
        self._enqueue_telling()
        return result

    def _untold(self, limit):
        """Documents whose state NetSuite does not know, of one type."""
        domain = [
            ("backend_id", "=", self.id),
            ("to_tell", "=", True),
            "|",
            ("tell_after", "=", False),
            ("tell_after", "<=", fields.Datetime.now()),
        ]
        documents = self.env["netsuite.transaction"]
        first = documents.search(domain, order="id", limit=1)
        same_type = [*domain, ("import_type", "=", first.import_type)]
        return first and documents.search(same_type, order="id", limit=limit)

    def _enqueue_telling(self, seconds=None):
        # sudo: as for all jobs
        first = self.sudo()._untold(1) if self.status_field else None
        if not first:
            return
        self.with_company(self.company_id).with_delay(
            priority=BEHIND,
            eta=seconds,
            identity_key=f"netsuite-tell-{self.id}-{first.id}",
            description=self.env._("NetSuite: write the status of documents (%s)", self.name),
        )._job_tell()

    def _job_tell(self):
        """Write the status of some documents into NetSuite; another job takes the next ones.

        Shipments to report go first.
        """
        self = self.sudo()  # sudo: whoever asked, the import works for the whole company
        if reason := self._not_connected():
            return reason
        if self._reports_wait():
            self._enqueue_telling(REPORTS_FIRST)
            return self.env._("Shipments are reported first.")
        rows = self._untold(limit=100) if self.status_field else None
        if not rows:
            return self.env._("NetSuite knows everything.")
        texts, answers = {}, {}
        try:
            with (
                self._netsuite_job(),
                self._connect(self.env._("write the status of documents")) as client,
            ):
                chunk = rows[: client.write_size]
                texts = {row.internal_id: row._status_text() for row in chunk}
                for internal_id, refusal in client.write_text(
                    chunk[0].import_type, self.status_field, texts
                ):
                    answers[internal_id] = refusal
        except errors.NetSuiteError as error:
            return self._telling_stopped(error)
        finally:
            # What NetSuite has answered is true, whatever becomes of this transaction.
            in_own_transaction(rows, "_note_told", texts, answers)
        return self._told(answers, more=len(rows) > len(answers))

    def _told(self, answers, more):
        """Go on, unless NetSuite takes nothing at all: then the next import tries again."""
        refusals = [refusal for refusal in answers.values() if refusal]
        if len(refusals) < len(answers):
            self.activity_unlink([STATUS_ACTIVITY])
            if more:
                self._enqueue_telling()
        elif stopped := [one for one in refusals if isinstance(one, ABOUT_THE_FIELD)]:
            return self._telling_stopped(stopped[0])
        return self.env._("%s documents written.", len(answers) - len(refusals))

    def _reports_wait(self):
        """Has a shipment to be reported over the same account's connections now?"""
        return self.env["netsuite.fulfillment"].search_count(
            [
                ("backend_id", "in", self._same_account().ids),
                ("backend_id.state", "=", "confirmed"),
                ("state", "=", "pending"),
                "|",
                ("next_try", "=", False),
                ("next_try", "<=", fields.Datetime.now()),
            ],
            limit=1,
        )

    def _telling_stopped(self, error):
        """The field or the role is not as it must be: say so, once, where people look.

        :returns: the sentence, as the job's result
        """
        message = self._explain(error)
        known = self.activity_search([STATUS_ACTIVITY])
        if known:
            known.note = plaintext2html(message)
        else:
            self.activity_schedule(
                STATUS_ACTIVITY,
                summary=self.env._("NetSuite does not take the status of documents"),
                note=plaintext2html(message),
                user_id=self._responsible_user().id,
            )
        return message

    # -- the doctor ------------------------------------------------------------------------------

    def _examine_status_field(self, client):
        """Whether the status can be written: tried with a document that does not exist."""
        if not self.status_field:
            return []
        title = self.env._("Status Field")
        try:
            missing = self.api == "rest" and not client.existing_fields("body", [self.status_field])
            for _id, refusal in client.write_text(self.import_type, self.status_field, {"0": ""}):
                if isinstance(refusal, ABOUT_THE_FIELD):
                    raise refusal
        except errors.PermissionMissing as error:
            return [self._trouble(RED, f"{PERMISSIONS[self.import_type]} (Edit)", error)]
        except errors.FieldMissing as error:
            return [self._trouble(RED, title, error)]
        except errors.LoginError:
            raise
        except errors.NetSuiteError as error:
            return [self._trouble(AMBER, title, error)]
        if missing:
            text = self.env._(
                "Not in the account, or not shown to the role: %s.", self.status_field
            )
            return [Check(RED, title, text, self._field_remedy())]
        return [Check(GREEN, title, self.env._("The role may write it."))]
