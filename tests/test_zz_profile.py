import cProfile, pstats, time
from odoo.tests import tagged
from .writeback_case import WritebackCase

@tagged("post_install", "-at_install")
class TestProf(WritebackCase):
    def test_prof(self):
        orders=[self.books.add_order([("MUG-BLU", 3), ("KETTLE-15", 1)]) for _ in range(20)]
        self.import_document(orders[0].id)
        t=time.time()
        for o in orders: self.ship(self.row(o.id).picking_ids)
        print("ship", time.time()-t)
        t=time.time()
        pr=cProfile.Profile(); pr.enable()
        self.run_jobs()
        pr.disable()
        print("run", time.time()-t)
        pstats.Stats(pr).sort_stats("tottime").print_stats(18)
        pstats.Stats(pr).sort_stats("cumtime").print_stats(60)
        e=self.simulator.journal.entries
        print(sum(x.duration for x in e), len(e))
