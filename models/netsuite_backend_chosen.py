from odoo import fields, models

from ..netsuite.errors import NetSuiteError, SearchExpired
from .netsuite_backend_fetch import PAGES_A_JOB


class NetSuiteBackend(models.Model):
    """Importing what a person asked for, by number or by date."""

    _inherit = "netsuite.backend"

    def _import_chosen(self, **choice):
        """Enqueue the import of these documents; see :meth:`_job_find_chosen`."""
        self.ensure_one()
        self.with_company(self.company_id).with_delay(
            description=self.env._("NetSuite: find chosen documents (%s)", self.name),
        )._job_find_chosen(**choice)

    def _job_find_chosen(self, numbers=None, date_from=None, date_to=None, cursor=""):
        """Find these documents and read them, whether or not they have changed.

        :param numbers: document numbers; whatever their status
        :param date_from: ISO date; with ``date_to`` the documents of these days, in the chosen
            statuses and filters
        """
        self = self.sudo()  # sudo: whoever asked, the import works for the whole company
        if reason := self._not_connected():
            return reason
        if numbers:
            query = self._query_numbers(numbers)
        else:
            query = self._query_dates(fields.Date.to_date(date_from), fields.Date.to_date(date_to))
        found = 0
        try:
            with self._import_job(self.env._("find chosen documents")) as client:
                for _page in range(PAGES_A_JOB):
                    page = self._find_or_start_again(client, query, cursor)
                    found += len(page.headers)
                    self._stage_chosen(page.headers)
                    cursor = page.cursor
                    if not cursor:
                        break
        except NetSuiteError as error:
            return self._import_refused(error)
        if cursor:
            self._import_chosen(
                numbers=numbers, date_from=date_from, date_to=date_to, cursor=cursor
            )
        return self.env._("%s documents found.", found)

    def _find_or_start_again(self, client, query, cursor):
        """The next page, or the first one when NetSuite has forgotten the search: what is staged
        twice does no harm."""
        try:
            return client.find(query, cursor)
        except SearchExpired:
            if not cursor:
                raise
            return client.find(query)

    def _stage_chosen(self, headers):
        self._stage(headers)
        rows = self._documents(self.import_type, [header.internal_id for header in headers])
        rows.write({"to_read": True, "not_before": False})
        self._enqueue_reads(rows)
