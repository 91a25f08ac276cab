from . import models, wizards


def uninstall_hook(env):
    """Jobs of models that are gone would be tried for ever, and break the list of all jobs."""
    env["queue.job"].search([("model_name", "=like", "netsuite.%")]).unlink()
