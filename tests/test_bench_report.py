"""What `make bench` keeps of its runs."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from odoo.tests import BaseCase, tagged

from ..benchmarks.report import Record, Row, missed, table


@tagged("post_install", "-at_install")
class TestBenchReport(BaseCase):
    def setUp(self):
        super().setUp()
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "bench.json"

    def run_of(self, *rows, scale="small"):
        """A run that measures these rows; returns the figures that are kept afterwards."""
        record = Record(self.path, scale, {"cores": 2})
        for count in range(len(rows)):
            record.keep(rows[: count + 1])
        runs = json.loads(self.path.read_text())["runs"]
        return [(run["scale"], [row["figure"] for row in run["rows"]]) for run in runs]

    def test_a_run_replaces_what_it_measures_anew(self):
        self.run_of(Row(1, "one", "-", 1.0, 1), Row(2, "two", "-", 2.0, 1))
        kept = self.run_of(Row(2, "two", "-", 2.5, 1), Row(2, "two again", "-", 2.6, 1))
        self.assertEqual(kept, [("small", [1.0]), ("small", [2.5, 2.6])])
        kept = self.run_of(Row(2, "two", "-", 9.0, 1), scale="full")
        self.assertEqual(kept, [("small", [1.0]), ("small", [2.5, 2.6]), ("full", [9.0])])

    def test_what_broke_off_has_missed(self):
        row = missed(3, "three", ValueError("no such order"))
        self.assertIs(row.met, False)
        self.assertIn("no such order", table([row]))

    def test_a_figure_without_target(self):
        row = Row(7, "seven", "-", 4.0, None)
        self.assertIsNone(row.met)
        self.assertEqual(row.cells()[-2:], ("-", "-"))
