# Every command sets up what it needs: see dev/.
PYTHON ?= python3
export ARGS DB SCALE

.DEFAULT_GOAL := help
.PHONY: help demo serve shell test bench lint simulator lock clean

help:
	@echo "make demo       NetSuite orders to deliveries and back, end to end, on a real Odoo 19"
	@echo "make serve      the same, with the web client left running"
	@echo "make test       the tests; ARGS='-k word' or ARGS=tests/test_x.py chooses, DB=mine takes a database of your own"
	@echo "make bench      measured comparisons; SCALE=full takes its time, ARGS='1 4' chooses rows"
	@echo "make lint       ruff and pylint-odoo"
	@echo "make simulator  the NetSuite stand-in on port 8085; ARGS='--orders 25 --seed 7' and the like"
	@echo "make shell      Odoo's shell on the demonstration's database"
	@echo "make lock       choose newer versions for dev/requirements.lock"
	@echo "make clean      remove everything that set-up has made"

# The program must be make's own child and know its number, to notice that make is gone.
demo serve shell test bench lint simulator lock clean:
	@MAKE_PID=$$PPID exec $(PYTHON) -m dev $@
