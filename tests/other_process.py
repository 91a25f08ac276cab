"""Runs one job in an Odoo process of its own; told by a test what to do on its command line.

Says "ready" on its output when Odoo is loaded, and waits for a line of input before it begins.
"""

import json
import os
import signal
import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def main(options, database, uuid, die_after):
    config.parse_config(options, setup_logging=False)
    registry = Registry(database)
    if die_after:
        die(registry["netsuite.fulfillment"], die_after)
    print("ready", flush=True)
    sys.stdin.readline()
    from odoo.addons.queue_job.controllers.main import RunJobController

    with registry.cursor() as cr:
        cr.execute("UPDATE queue_job SET state = 'enqueued' WHERE uuid = %s", (uuid,))
        cr.commit()
        env = api.Environment(cr, SUPERUSER_ID, {})
        job = RunJobController._acquire_job(env, uuid)
        RunJobController._runjob(env, job)


def die(row_class, method):
    """The process kills itself at the end of a method of the write-back."""
    original = getattr(row_class, method)

    def killed(row, *args, **kwargs):
        original(row, *args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(row_class, method, killed)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
