"""Steps in the life of the addon, in an Odoo process of their own; told by a test on its command
line. Says after each step in a line of JSON what the database holds then."""

import json
import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

ADDON = "connector_netsuite"
DELIVERIES = 2000
MULTIPLY = """
    INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, generate_series(1, {count})
     WHERE {table}.id = {id}
"""


def deliveries(env):
    """Thousands of deliveries from before: one made by Odoo, the others copies of its rows."""
    kind = env["stock.picking.type"].search([("code", "=", "outgoing")], limit=1)
    product = env["product.product"].create({"name": "Old goods", "type": "consu"})
    move = {"product_id": product.id, "product_uom_qty": 1}
    picking = env["stock.picking"].create(
        {
            "picking_type_id": kind.id,
            "partner_id": env.user.partner_id.id,
            "carrier_tracking_ref": "OLD1",
            "move_ids": [(0, 0, move)],
        }
    )
    picking.action_confirm()
    picking.move_ids.picked = True
    picking.button_validate()
    env.flush_all()
    for record in (picking, picking.move_ids):
        multiply(env.cr, record)


def multiply(cr, record):
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [record._table]
    )
    columns = [name for (name,) in cr.fetchall() if name not in ("id", "name")]
    named = "name" if "name" in record._fields else None
    values = [f'"{name}"' for name in columns]
    if named:
        columns.append(named)
        values.append("name || '-' || generate_series")
    cr.execute(
        MULTIPLY.format(
            table=record._table,
            columns=", ".join(f'"{name}"' for name in columns),
            values=", ".join(values),
            count=DELIVERIES - 1,
            id=record.id,
        )
    )


def work(env):
    """What a company has after a while: a backend, a document, jobs that are still to run."""
    backend = env["netsuite.backend"].create(
        {
            "name": "Ours",
            "account_id": "1234567",
            "state": "confirmed",
            "service_url": "http://127.0.0.1:9",
        }
    )
    document = env["netsuite.transaction"].create(
        {
            "backend_id": backend.id,
            "company_id": backend.company_id.id,
            "import_type": "sales_order",
            "internal_id": "1001",
            "tran_id": "SO1001",
        }
    )
    picking = env["stock.picking"].search([("state", "=", "done")], limit=1)
    picking.netsuite_transaction_id = document
    report = env["netsuite.fulfillment"].create(
        {"picking_id": picking.id, "transaction_id": document.id, "external_id": "odoo-1"}
    )
    report.state = "pending"
    report._enqueue()
    report._raise_activity("Look at it")
    backend._plan_import()
    env["netsuite.fulfillment"]._cron_writeback()


def connect(env):
    """An account with keys of its own, in each database another."""
    name = env.cr.dbname
    backend = env["netsuite.backend"].search([])
    keys = ("consumer_key", "consumer_secret", "token_id", "token_secret")
    backend.write({key: f"{key}-{name}" for key in keys})


def call(env):
    """What the schedule and people would do now; whoever listens at the address counts calls."""
    backend = env["netsuite.backend"].with_context(active_test=False).search([])
    env["netsuite.backend"]._cron_import()
    env["netsuite.backend"]._cron_reconcile()
    env["netsuite.fulfillment"]._cron_writeback()
    env["netsuite.transaction"].search([]).action_read_again()
    env["netsuite.fulfillment"].search([]).action_retry()
    backend.action_test_connection()
    from odoo.addons.queue_job.job import Job  # found once the options are read

    for job in env["queue.job"].search([("state", "=", "pending")]):
        if job.model_name.startswith("netsuite."):
            Job.load(env, job.uuid).perform()


def uninstall(env):
    env["ir.module.module"].search([("name", "=", ADDON)]).button_immediate_uninstall()


def state(cr):
    """What can be counted without the addon's models."""
    counts = {
        "deliveries": "SELECT count(*) FROM stock_picking WHERE carrier_tracking_ref = 'OLD1'",
        "done": "SELECT count(*) FROM stock_picking WHERE state = 'done'",
        "moves": "SELECT count(*) FROM stock_move WHERE state = 'done'",
        "jobs": "SELECT count(*) FROM queue_job WHERE model_name LIKE 'netsuite.%'",
        "waiting jobs": "SELECT count(*) FROM queue_job WHERE state = 'pending'",
        "open jobs": """
            SELECT count(*) FROM queue_job WHERE model_name LIKE 'netsuite.%'
               AND state IN ('wait_dependencies', 'pending', 'enqueued', 'started')
        """,
        "models": "SELECT count(*) FROM ir_model WHERE model LIKE 'netsuite.%'",
        "tables": "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'netsuite_%'",
        "data": "SELECT count(*) FROM ir_model_data WHERE module = 'connector_netsuite'",
        "actions": "SELECT count(*) FROM ir_cron WHERE cron_name LIKE 'NetSuite:%'",
        "active actions": """
            SELECT count(*) FROM ir_cron WHERE cron_name LIKE 'NetSuite:%' AND active
        """,
        "fields": "SELECT count(*) FROM ir_model_fields WHERE name LIKE 'netsuite%'",
        "groups": "SELECT count(*) FROM res_groups_privilege WHERE name->>'en_US' = 'NetSuite'",
    }
    found = {}
    for name, query in counts.items():
        cr.execute(query)
        (found[name],) = cr.fetchone()
    return found


def main(options, database, steps):
    config.parse_config(options, setup_logging=True)
    for step in steps:
        if step == "apart":
            print(json.dumps(apart(*database.split(","))), flush=True)
            continue
        take(step, database)
        with Registry(database).cursor() as cr:
            print(json.dumps(state(cr)), flush=True)


def apart(one, other):
    """Two databases served by this process, each with a backend of the same id: what of one is seen
    in the other?"""
    with Registry(one).cursor() as cr, Registry(other).cursor() as other_cr:
        envs = [api.Environment(cursor, SUPERUSER_ID, {}) for cursor in (cr, other_cr)]
        backends = [env["netsuite.backend"].search([]) for env in envs]
        stores = [
            env["netsuite.memory"]._store(backend)
            for env, backend in zip(envs, backends, strict=True)
        ]
        stores[0].put("token", one, 60)
        tokens = [store.get("token") for store in stores]
        stores[1].put("token", other, 60)
        tokens += [store.get("token") for store in stores]
        backends[0].connection_limit = backends[1].connection_limit = 1
        with backends[0]._place("one", 0), backends[1]._place("other", 0):
            places = 2
        for env in envs:
            env.cr.execute("DELETE FROM queue_job")
        backends[0]._plan_import()
        jobs = [env["queue.job"].search_count([("state", "=", "pending")]) for env in envs]
        keys = [backend._secrets()["token_secret"] for backend in backends]
        clients = [backend._client() for backend in backends]
        signed = [client.service._credentials.fingerprint for client in clients]
        return {
            "ids": [backend.id for backend in backends],
            "tokens": tokens,
            "places": places,
            "jobs": jobs,
            "keys": keys,
            "logins": len(set(signed)),
        }


def take(step, database):
    if step == "install":
        Registry.new(database, update_module=True, install_modules=[ADDON])
    elif step == "upgrade":
        Registry.new(database, update_module=True, upgrade_modules=[ADDON])
    else:
        with Registry(database).cursor() as cr:
            STEPS[step](api.Environment(cr, SUPERUSER_ID, {}))


STEPS = {
    "deliveries": deliveries,
    "work": work,
    "connect": connect,
    "call": call,
    "uninstall": uninstall,
}

if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
