# Steps alone: make setup, make demo-data, make serve. All of them: make demo.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
STAMP_DEV := .venv/.installed-dev
PIP := $(BIN)/pip --disable-pip-version-check install -q --require-hashes

.PHONY: demo setup demo-data serve test drill lint screens bench bundle rehearsal

demo: setup demo-data
	@exec $(MAKE) --no-print-directory serve

# What running the portal needs: packages at their recorded hashes, and the static files.
setup: $(STAMP)
	$(BIN)/python manage.py collectstatic --noinput -v 0

$(STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) -r requirements.txt
	@touch $@

$(STAMP_DEV): requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) -r requirements-dev.txt
	@touch $@

# The demonstration city; an existing one is left as it is.
demo-data:
	$(BIN)/python manage.py make_demo

serve:
	@exec $(BIN)/python manage.py serve

# Everything this machine can run; what is left out is named. REQUIRE_ALL=1 allows no gap.
test: $(STAMP_DEV)
	$(BIN)/python scripts/check.py

# An import of 50,000 rows killed 32 times, stopped and raced, compared table by table with one in
# peace: half an hour to an hour. DATABASE_URL and REDIS_URL name servers to drill on.
drill: $(STAMP_DEV)
	$(BIN)/python -m tests.drills.rounds

lint: $(STAMP_DEV)
	$(BIN)/python scripts/check.py --lint

# The pages at 1440 and 390 wide, into docs/screens.
screens: $(STAMP_DEV)
	$(BIN)/python -m scripts.screens

bench: $(STAMP_DEV)
	$(BIN)/python manage.py collectstatic --noinput -v 0
	$(BIN)/python benchmarks/run.py

# The archive from which a machine without internet is installed, into dist/.
bundle: $(STAMP_DEV)
	$(BIN)/python -m scripts.offline.build

# Builds the bundle and installs it with the network cut; needs root, nginx, PostgreSQL and Redis.
rehearsal: bundle
	scripts/rehearse_install.sh
