"""The NetSuite protocol as a library of its own: no Odoo in here."""
