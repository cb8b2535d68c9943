# Stop Press. `make` alone lists what there is.

# Once .venv is there its own Python is used, unless PYTHON names another.
PYTHON ?= $(or $(wildcard .venv/bin/python),python3)
PORT ?= 8000
BIN := .venv/bin
NODE_WS := benchmarks/servers/node_ws

.DEFAULT_GOAL := help
.PHONY: corpora help setup dev services demo quick test test-js conformance drill fuzz noise long check format bench peers lock matrix

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1	\2/p' Makefile | expand -t 20

setup: ## make .venv with the locked packages and the project, editable
	@$(PYTHON) scripts/install.py

demo: setup ## run the demo newsroom until Ctrl-C (PORT=8000)
	@exec $(BIN)/stoppress demo --port $(PORT)

quick: dev ## run the tests that start no process, a minute: to be run while working
	@$(BIN)/python -m pytest -q --quick

test: dev services test-js ## run every test, on SQLite and on PostgreSQL, installing what they need
	$(BIN)/python scripts/tests.py

test-js: dev
	$(BIN)/python scripts/node.py node --test 'tests/js/**/*.test.js'

conformance: dev ## run Autobahn|Testsuite against the site's WebSockets, 1 minute (ONLY=5.*,7.1.5)
	@$(BIN)/python -m tests.rfc6455 $(if $(ONLY),--only '$(ONLY)')

drill: dev services ## break Stop Press in 25 ways on each database, half an hour (ONLY=1,9); the table goes to build/drill.md
	$(BIN)/python -m tests.drill $(if $(ONLY),--only $(ONLY))

fuzz: dev ## fuzz the server's door, on both paths with one worker and with two, 10 minutes each (MINUTES=1)
	@for run in "--workers 1" "--workers 2" "--workers 1 --portable" "--workers 2 --portable"; do \
		$(BIN)/python -m tests.fuzz $$run --minutes $(or $(MINUTES),10) || exit 1; done

noise: dev ## look at 5,000 pairs of feeds: noise makes no event, a changed word does, 15 minutes (PAIRS=500)
	STOPPRESS_NOISE=$(or $(PAIRS),5000) $(BIN)/python -m pytest tests/ingest/test_noise.py --timeout 0

corpora: dev ## read real feeds whose facts are known (CORPORA=DIR with MANIFEST.tsv, SERIES.tsv), 1 minute
	@test -d "$(CORPORA)" || { echo "make corpora CORPORA=DIR: name the directory of the feeds"; exit 2; }
	STOPPRESS_CORPORA=$(abspath $(CORPORA)) $(BIN)/python -m pytest tests/corpora

long: fuzz noise ## run what takes longest, an hour
	STOPPRESS_BODIES=10000 STOPPRESS_FORMS=400 $(BIN)/python -m pytest -q --timeout 0 \
		tests/newsroom/test_body_words.py tests/newsroom/admin/test_forms.py

check: dev node_modules/.package-lock.json ## format, lint, types, imports, templates, client, migrations, locks (ONLY=name)
	@$(BIN)/python scripts/check.py $(ONLY)

format: dev ## put the code into the house's format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: peers ## run the benchmarks (ONLY="fan_out idle", QUICK=1, ROUNDS=3); figures in benchmarks/results/, table in build/bench.md
	$(BIN)/python -m benchmarks $(ONLY) $(if $(QUICK),--quick,$(if $(ONLY),,--chart docs/performance.svg)) $(if $(ROUNDS),--rounds $(ROUNDS))

peers: dev $(NODE_WS)/node_modules/.package-lock.json ## install what the benchmarks measure beside, and see it deliver
	@$(PYTHON) scripts/install.py --bench
	@$(BIN)/python scripts/services.py --bench
	@$(BIN)/python -m benchmarks.servers.selfcheck

lock: dev ## write requirements/ and package-lock.json anew (UPGRADE=1 for newer versions)
	@$(BIN)/python scripts/lock.py $(if $(UPGRADE),--upgrade)
	@$(BIN)/python scripts/node.py npm install --package-lock-only --no-fund
	@$(BIN)/python scripts/node.py npm install --package-lock-only --no-fund --prefix $(NODE_WS)

matrix: dev services ## test every Python with every Django (ONLY=3.12-6.0; ONLY=--in-turn for the next one; QUICK=1)
	@$(BIN)/python scripts/matrix.py $(ONLY) $(if $(QUICK),-- --quick)

services: dev ## find PostgreSQL, Redis, Chromium and a C compiler, and install what is missing
	@$(BIN)/python scripts/services.py

# What tests and checks need besides.
dev:
	@$(PYTHON) scripts/install.py --dev

node_modules/.package-lock.json: package-lock.json | dev
	@$(BIN)/python scripts/node.py npm ci --no-fund

$(NODE_WS)/node_modules/.package-lock.json: $(NODE_WS)/package-lock.json | dev
	@$(BIN)/python scripts/node.py npm ci --no-fund --prefix $(NODE_WS)
