"""Set-up, tests and demonstration on a real Odoo 19; see `make help`.

What runs before the virtual environment exists uses the standard library only.
"""
