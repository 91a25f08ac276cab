"""`make test`: pytest with pytest-odoo, against a real database and over real HTTP."""

import os
import sys

from . import browser, databases, lifetime, locks, odoo, paths


def run(arguments, purpose):
    name = databases.name_of(purpose)
    browser.ensure()
    with locks.exclusive(f"database-{purpose}", f"Another make uses the database {name}: waiting."):
        with locks.set_up():
            template = databases.ensure_template()
            databases.ensure(name, template)
        return lifetime.call(
            command(name, arguments),
            cwd=paths.LINK,
            # The addon's tests run jobs themselves: no job runner may take them away.
            env=odoo.environment(
                ODOO_QUEUE_JOB_CHANNELS="root:0", CONNECTOR_NETSUITE_TEMPLATE=databases.TEMPLATE
            ),
        )


def command(name, arguments):
    return [
        *(sys.executable, "-m", "pytest"),
        *("-c", str(paths.LINK / "pyproject.toml"), "--rootdir", str(paths.LINK)),
        *("-o", f"cache_dir={paths.CACHE / 'pytest'}"),
        *("--odoo-config", str(paths.CONFIG), "--odoo-database", name, "--odoo-http"),
        *("--odoo-extra", "max-cron-threads=0", "--odoo-extra", "workers=0"),
        *located(arguments),
    ]


def located(arguments):
    """Give paths as seen through the link, whose folder has the addon's name."""
    found = False
    result = []
    for argument in arguments:
        path, colons, rest = argument.partition("::")
        if not argument.startswith("-") and (paths.ROOT / path).exists():
            found = True
            inside = os.path.relpath((paths.ROOT / path).resolve(), paths.ROOT)
            argument = str(paths.LINK / inside) + colons + rest
        result.append(argument)
    return result if found else [*result, str(paths.LINK)]
