# Every command sets up what it needs: see dev/.
PYTHON ?= python3
export API ARGS AUTH CASES DB MINUTES SCALE SEED TRANSPORT

.DEFAULT_GOAL := help
.PHONY: help demo serve shell test chaos fuzz mutants bench lint simulator pot readme screenshots lock advisories clean

help:
	@echo "make demo       NetSuite orders to deliveries and back, end to end, on a real Odoo 19; API=rest AUTH=oauth2"
	@echo "make serve      the same, with the web client left running"
	@echo "make test       the tests; ARGS='-k word' or ARGS=tests/test_x.py chooses, DB=mine takes a database of your own"
	@echo "make chaos      everything goes wrong at once, nothing may be lost; SEED=7 repeats, MINUTES=5 goes on, TRANSPORT=rest"
	@echo "make fuzz       damaged answers, keys and texts without end; CASES=100000 of each kind, SEED=7 others"
	@echo "make mutants    the write-back's decisions made wrong one by one: do the tests notice?"
	@echo "make bench      measured comparisons; SCALE=full takes its time, ARGS='1 4' chooses rows"
	@echo "make lint       ruff, mypy, pylint-odoo, known holes of locked packages"
	@echo "make simulator  the NetSuite stand-in on port 8085; ARGS='--orders 25 --seed 7' and the like"
	@echo "make shell      Odoo's shell on the demonstration's database"
	@echo "make pot        the texts to translate, and the translations brought in line"
	@echo "make readme     README.rst from the folder readme"
	@echo "make screenshots  the pictures of static/description, taken in a real browser"
	@echo "make lock       choose newer versions for dev/requirements.lock"
	@echo "make advisories  known holes of the locked packages; ARGS=folder of advisories from osv.dev"
	@echo "make clean      remove everything that set-up has made"

# The program must be make's own child and know its number, to notice that make is gone.
demo serve shell test chaos fuzz mutants bench lint simulator pot readme screenshots lock advisories clean:
	@MAKE_PID=$$PPID exec $(PYTHON) -m dev $@
