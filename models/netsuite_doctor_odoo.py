import time
from datetime import timedelta

from odoo import fields, models
from odoo.addons.queue_job.jobrunner.channels import ChannelManager
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID, _channels
from odoo.tools import config

from .netsuite_backend_client import READ_TIMEOUT
from .netsuite_doctor import AMBER, GREEN, RED, Check

PROBE_WAIT = 8  # seconds within which the job runner must have run a job
POLL = 0.2  # seconds
ROOMY = 3 * READ_TIMEOUT  # a job makes several calls
# As the readme says.
CHANNELS = (
    "root:6,root.netsuite:4,root.netsuite.fetch:1,root.netsuite.build:1,root.netsuite.writeback:2"
)
CRONS = ("ir_cron_import", "ir_cron_writeback", "ir_cron_reconcile")
LATE = timedelta(minutes=10)


class NetSuiteBackend(models.Model):
    """The doctor's last room: Odoo itself, whose jobs and schedules do all the work."""

    _inherit = "netsuite.backend"

    def _examine_odoo(self):
        return [
            self._examine_job_runner(),
            self._examine_channels(),
            self._examine_time_limit(),
            *self._examine_crons(),
            *self._examine_mapping(),
        ]

    # -- jobs ----------------------------------------------------------------------------------

    def _examine_job_runner(self):
        title = self.env._("Job Runner")
        if "queue_job" not in config["server_wide_modules"]:
            return Check(
                RED,
                title,
                self.env._("This Odoo is started without the job runner: nothing is imported."),
                self.env._(
                    "Start Odoo with --load=base,rpc,web,queue_job, or with queue_job among "
                    "server_wide_modules in its configuration file."
                ),
            )
        state, others = self._probe_job_runner()
        if state == "done":
            return Check(GREEN, title, self.env._("It ran a job at once."))
        if others:
            return Check(
                AMBER,
                title,
                self.env._(
                    "It did not come to a new job within %(seconds)s seconds; %(count)s others "
                    "are running.",
                    seconds=PROBE_WAIT,
                    count=others,
                ),
                self.env._("Look at Job Queue > Jobs, or give the root channel more capacity."),
            )
        return Check(
            RED,
            title,
            self.env._("A job was not run within %s seconds: none runs at all.", PROBE_WAIT),
            self.env._(
                "Look into Odoo's log for \u201cjob runner\u201d: it must reach Odoo at the "
                "address and port it was told (ODOO_QUEUE_JOB_HOST and ODOO_QUEUE_JOB_PORT), and "
                "--db-filter must let it in."
            ),
        )

    def _probe_job_runner(self):
        """State of a job after some seconds, and how many others run: none without a job runner,
        whatever one that died has left behind.

        The job is committed by itself, or the job runner would not see it.
        """
        with self.env.registry.cursor() as cr:
            backend = self.with_env(self.env(cr=cr))
            delayed = backend.with_delay(
                priority=0, description=self.env._("NetSuite: is the job runner alive?")
            )
            uuid = delayed._job_probe().uuid
        deadline = time.monotonic() + PROBE_WAIT
        state, others = "pending", 0
        while state != "done" and time.monotonic() < deadline:
            time.sleep(POLL)
            state, others = self._job_state(uuid)
        with self.env.registry.cursor() as cr:
            cr.execute("DELETE FROM queue_job WHERE uuid = %s AND state != 'started'", (uuid,))
        return state, others

    def _job_state(self, uuid):
        with self.env.registry.cursor() as cr:
            cr.execute(
                """
                SELECT (SELECT state FROM queue_job WHERE uuid = %(uuid)s),
                       (SELECT count(*) FROM queue_job
                         WHERE state IN ('started', 'enqueued') AND uuid != %(uuid)s
                           AND EXISTS (
                               SELECT FROM pg_locks
                                WHERE locktype = 'advisory' AND granted AND objsubid = 1
                                  AND (classid::bigint << 32) + objid::bigint = %(lock)s
                                  AND database = (SELECT oid FROM pg_database
                                                   WHERE datname = current_database())))
                """,
                {"uuid": uuid, "lock": PG_ADVISORY_LOCK_ID},
            )
            return cr.fetchone()

    def _job_probe(self):
        """Nothing is to be done: that it is run is the answer."""
        return self.env._("The job runner is alive.")

    def _examine_channels(self):
        title = self.env._("Job Channels")
        written = _channels()
        capacities = {
            channel["name"]: channel["capacity"]
            for channel in ChannelManager.parse_simple_config(written)
        }
        if capacities.get("root") == 1:
            return Check(
                AMBER,
                title,
                self.env._(
                    "One job at a time in all of Odoo (%s): while NetSuite is slow, the jobs of "
                    "every other app wait.",
                    written,
                ),
                self.env._(
                    "Set ODOO_QUEUE_JOB_CHANNELS, or channels under [queue_job] in the "
                    "configuration file, for example to %s.",
                    CHANNELS,
                ),
            )
        if capacities.get("root") == capacities.get("root.netsuite", capacities.get("root")):
            return Check(
                AMBER,
                title,
                self.env._(
                    "NetSuite's jobs may take every place of the root channel (%s).", written
                ),
                self.env._("Give root.netsuite less than root, for example %s.", CHANNELS),
            )
        return Check(GREEN, title, written)

    def _examine_time_limit(self):
        title = self.env._("Time Limit")
        limit = config["limit_time_real"]
        if limit and limit < ROOMY:
            return Check(
                RED if limit <= READ_TIMEOUT else AMBER,
                title,
                self.env._(
                    "Odoo ends whatever takes longer than %(limit)s seconds; one call to NetSuite "
                    "may take %(call)s, and a job makes several.",
                    limit=limit,
                    call=READ_TIMEOUT,
                ),
                self.env._("Start Odoo with --limit-time-real=%s or more.", ROOMY),
            )
        return Check(GREEN, title, self.env._("There is time for slow answers."))

    # -- schedules and mappings ------------------------------------------------------------------

    def _examine_crons(self):
        troubles = [
            check
            for name in CRONS
            # sudo: scheduled actions are for administrators; this tells only whether they run
            if (check := self._examine_cron(self.env.ref(f"connector_netsuite.{name}").sudo()))
        ]
        title = self.env._("Scheduled Actions")
        return troubles or [Check(GREEN, title, self.env._("None is overdue."))]

    def _examine_cron(self, cron):
        remedy = self.env._("See Settings > Technical > Scheduled Actions.")
        if not cron.active:
            return Check(AMBER, cron.name, self.env._("It is switched off."), remedy)
        late = fields.Datetime.now() - cron.nextcall
        if late > LATE:
            return Check(
                RED,
                cron.name,
                self.env._("It is overdue by %s minutes.", int(late.total_seconds() // 60)),
                self.env._(
                    "Odoo may run no scheduled actions at all: start it with --max-cron-threads=1 "
                    "or more. %s",
                    remedy,
                ),
            )
        return None

    def _examine_mapping(self):
        checks = []
        for model, field, title, text in (
            (
                "netsuite.location",
                "warehouse_id",
                self.env._("Locations"),
                self.env._(
                    "%(names)s: without a warehouse of their own; %(warehouse)s ships for them."
                ),
            ),
            (
                "netsuite.ship.method",
                "carrier_id",
                self.env._("Shipping Methods"),
                self.env._("%(names)s: without a carrier; their deliveries get none."),
            ),
        ):
            unmapped = self.env[model].search([("backend_id", "=", self.id), (field, "=", False)])
            if unmapped:
                names = ", ".join(unmapped[:5].mapped("display_name"))
                values = {"names": names, "warehouse": self.warehouse_id.name}
                remedy = self.env._("Choose under NetSuite > Mapping > %s.", title)
                checks.append(Check(AMBER, title, text % values, remedy))
        return checks
