"""A database of Odoo, in this process: transactions, a backend, and jobs run as the runner does."""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.addons.queue_job.controllers.main import RunJobController
from odoo.modules.registry import Registry

from simulator import demo


class Database:
    def __init__(self, name):
        self.name = name
        self.registry = Registry(name)

    @contextmanager
    def transaction(self):
        """An environment whose changes are committed at the end of the block."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def query(self, statement, *parameters):
        with self.registry.cursor() as cr:
            cr.execute(statement, parameters)
            return cr.fetchall() if cr.description else None

    # -- backends --------------------------------------------------------------------------------

    def backend(self, netsuite, api="soap", **more):
        """The id of a new connected backend for this NetSuite."""
        token = ("TOKEN_ID", "TOKEN_SECRET")
        if api == "rest":
            token = ("REST_TOKEN_ID", "REST_TOKEN_SECRET")
        return self.make_backend(
            account_id=netsuite.account_id,
            service_url=netsuite.url,
            api=api,
            consumer_key=demo.CONSUMER_KEY,
            consumer_secret=demo.CONSUMER_SECRET,
            token_id=getattr(demo, token[0]),
            token_secret=getattr(demo, token[1]),
            **more,
        )

    def make_backend(self, account_id, **more):
        with self.transaction() as env:
            vals = {"name": account_id, "account_id": account_id, "state": "confirmed"}
            return env["netsuite.backend"].create({**vals, **more}).id

    def plan_import(self, backend_id):
        """What the scheduled action does for a backend."""
        with self.transaction() as env:
            env["netsuite.backend"].browse(backend_id)._plan_import()

    def import_all(self, backend_id):
        """Import to the end, in this process."""
        self.plan_import(backend_id)
        self.run_jobs()

    # -- jobs ------------------------------------------------------------------------------------

    def run_jobs(self, *methods):
        """Run jobs until none is left, those that they enqueue too.

        :param methods: run only jobs of these methods
        """
        while uuids := self._waiting_jobs(methods):
            for uuid in uuids:
                self._run_job(uuid)

    def _waiting_jobs(self, methods):
        jobs = self.query(
            "SELECT uuid, eta FROM queue_job WHERE state = 'pending'"
            " AND (method_name = ANY(%s) OR %s) ORDER BY id",
            list(methods),
            not methods,
        )
        if any(eta for _uuid, eta in jobs):
            raise RuntimeError("A job was postponed: see netsuite_backend.last_error.")
        return [uuid for uuid, _eta in jobs]

    def _run_job(self, uuid):
        with self.registry.cursor() as cr:
            cr.execute(
                "UPDATE queue_job SET state = 'enqueued', date_enqueued = now() WHERE uuid = %s",
                (uuid,),
            )
            cr.commit()
            env = api.Environment(cr, SUPERUSER_ID, {})
            RunJobController._runjob(env, RunJobController._acquire_job(env, uuid))

    def drop_jobs(self):
        """Forget the jobs that are waiting."""
        self.query("DELETE FROM queue_job WHERE state IN ('pending', 'enqueued', 'started')")
