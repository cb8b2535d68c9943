# Stop Press. `make` without a target lists the commands.

# The Python of .venv, once it exists, unless PYTHON names another.
PYTHON ?= $(or $(wildcard .venv/bin/python),python3)
PORT ?= 8000
CADDY ?= caddy
BIN := .venv/bin
NODE_WS := benchmarks/servers/node_ws
MACHINES := tests/live/test_machine.py $(addprefix tests/live/publishing/,test_live_machine.py test_related_machine.py) \
	$(addprefix tests/newsroom/publishing/,test_article_row.py test_walk_of_posts.py)

# Without bytecode, each process that a test starts compiles the project anew: 0.3 s of CPU.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: accessibility client npm messages corpora help setup dev services demo quick test test-js conformance proxies drill fuzz noise long writers engines budgets mutants check format bench peers lock matrix

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1	\2/p' Makefile | expand -t 20

setup: ## create .venv with the locked packages and the project, editable
	@$(PYTHON) scripts/install.py

demo: setup ## run the demo newsroom until Ctrl-C (PORT=8000)
	@exec $(BIN)/stoppress demo --port $(PORT)

quick: dev ## run the tests that start no process, for use while working, 1 minute
	@$(BIN)/python -m pytest -q --quick

test: dev services test-js ## install what the tests need, and run them all on SQLite and PostgreSQL
	$(BIN)/python scripts/tests.py

test-js: dev node_modules/.package-lock.json
	$(BIN)/python scripts/node.py node --test 'tests/js/**/*.test.js'

conformance: dev ## run Autobahn|Testsuite against the site's WebSockets, 1 minute (ONLY=5.*,7.1.5)
	@$(BIN)/python -m tests.rfc6455 $(if $(ONLY),--only '$(ONLY)')

proxies: dev services ## run the site behind the documented nginx and Caddy, 1 minute (CADDY=/usr/bin/caddy)
	@command -v $(CADDY) >/dev/null || { echo "make proxies: there is no Caddy here; CADDY=FILE names it"; exit 2; }
	STOPPRESS_CADDY=$(CADDY) $(BIN)/python -m pytest -q tests/operations

drill: dev services ## inject 28 faults on each database, 30 minutes (ONLY=1,9); writes a table to build/drill.md
	$(BIN)/python -m tests.drill $(if $(ONLY),--only $(ONLY))

fuzz: dev ## fuzz the server's request parsing, both paths, 1 and 2 workers, 10 minutes each (MINUTES=1)
	@for run in "--workers 1" "--workers 2" "--workers 1 --portable" "--workers 2 --portable"; do \
		$(BIN)/python -m tests.fuzz $$run --minutes $(or $(MINUTES),10) || exit 1; done

noise: dev ## poll 5,000 pairs of feeds: a changed word makes an event, noise does not, 15 minutes (PAIRS=500)
	STOPPRESS_NOISE=$(or $(PAIRS),5000) $(BIN)/python -m pytest tests/ingest/test_noise.py --timeout 0

corpora: dev ## read real feeds, check ninjs and JSON-LD (CORPORA=DIR with feeds and schema, VOCABULARY=FILE of schema.org), 1 minute
	@test -d "$(CORPORA)" || { echo "make corpora CORPORA=DIR: DIR is the directory of the feeds"; exit 2; }
	$(if $(VOCABULARY),STOPPRESS_VOCABULARY=$(abspath $(VOCABULARY))) STOPPRESS_CORPORA=$(abspath $(CORPORA)) $(BIN)/python -m pytest tests/corpora

long: fuzz noise ## run the tests that take longest, 1½ hours
	STOPPRESS_BODIES=10000 STOPPRESS_FORMS=400 STOPPRESS_EDITS=750 STOPPRESS_REQUESTS=300 STOPPRESS_CUTS=50 STOPPRESS_AXE=1 \
		$(BIN)/python -m pytest -q --timeout 0 tests/newsroom/body/test_words.py tests/newsroom/api/test_schemathesis.py \
		$(addprefix tests/newsroom/admin/,test_forms.py test_two_editors.py) tests/example/test_other_origin.py tests/browser/test_admin.py
	STOPPRESS_WORLDS=3000 $(BIN)/python scripts/node.py node --test tests/js/tabs.test.js
	STOPPRESS_ARTICLES=10000 $(BIN)/python -m pytest -q --timeout 0 tests/newsroom/upgrading/test_upgrade.py
	for backend in sqlite postgres; do \
		$(BIN)/python -m pytest -q --backend $$backend --left-out || exit 1; \
		STOPPRESS_MACHINE=160 $(BIN)/python -m pytest -q --timeout 0 --backend $$backend $(MACHINES) || exit 1; \
		STOPPRESS_VERBS=500 STOPPRESS_POSTS=1000 $(BIN)/python -m pytest -q -s --timeout 0 --backend $$backend \
			tests/live_story || exit 1; \
		STOPPRESS_KILLS=50 $(BIN)/python -m pytest -q -s --timeout 0 --backend $$backend \
			tests/webhooks/test_kills.py || exit 1; done

engines: dev ## try the client in Chromium, Firefox ESR and WebKitGTK, 1 minute; installs the browsers
	@$(BIN)/python scripts/services.py --engines
	STOPPRESS_ENGINES=1 $(BIN)/python -m pytest tests/engines

budgets: dev services ## measure what a page costs its reader over slow lines, 6 minutes (RUNS=11); no other load
	$(BIN)/python -m tests.budgets $(if $(RUNS),--runs $(RUNS))

accessibility: dev services ## check each page with axe, and write the accessibility statement, 1 minute
	STOPPRESS_ACCESSIBILITY=1 $(BIN)/python -m pytest -q tests/browser/test_accessibility.py

writers: dev services ## twenty programs write fifty posts each into one story, on both databases, 2 minutes; no other load
	for backend in sqlite postgres; do STOPPRESS_POSTS=50 \
		$(BIN)/python -m pytest -q --timeout 0 --backend $$backend tests/newsroom/api/test_many_writers.py || exit 1; done

check: dev node_modules/.package-lock.json ## format, lint, types, imports, templates, client, migrations, locks (ONLY=name)
	@$(BIN)/python scripts/check.py $(ONLY)

format: dev ## format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

messages: dev ## update the translations after a change of texts; then translate the new texts
	@$(BIN)/python scripts/messages.py --update

client: dev node_modules/.package-lock.json ## make the scripts and styles of the wheel and the served site, after a change of their sources
	@$(BIN)/python scripts/node.py node scripts/client.js

npm: dev node_modules/.package-lock.json ## pack the browser client for npm: build/stop-press-live-VERSION.tgz
	@$(BIN)/python scripts/node.py node scripts/npm.js

bench: peers ## run the benchmarks (ONLY="fan_out idle", QUICK=1, ROUNDS=3); figures in benchmarks/results/, table in build/bench.md
	$(BIN)/python -m benchmarks $(ONLY) $(if $(QUICK),--quick,$(if $(ONLY),,--chart docs/performance.svg)) $(if $(ROUNDS),--rounds $(ROUNDS))

peers: dev $(NODE_WS)/node_modules/.package-lock.json ## install the servers to compare with, and check that they deliver
	@$(PYTHON) scripts/install.py --bench
	@$(BIN)/python scripts/services.py --bench
	@$(BIN)/python -m benchmarks.servers.selfcheck

lock: dev ## rewrite requirements/ and package-lock.json (UPGRADE=1 for newer versions)
	@$(BIN)/python scripts/lock.py $(if $(UPGRADE),--upgrade)
	@$(BIN)/python scripts/node.py npm install --package-lock-only --no-fund
	@$(BIN)/python scripts/node.py npm install --package-lock-only --no-fund --prefix $(NODE_WS)

matrix: dev services node_modules/.package-lock.json ## run the tests with every Python and Django (ONLY=3.12-6.0; ONLY=--in-turn for the commit's; QUICK=1)
	@$(BIN)/python scripts/matrix.py $(ONLY) $(if $(QUICK),-- --quick)

mutants: dev ## run mutation testing on the core of live, 2 hours (ONLY=delivery)
	@$(PYTHON) scripts/install.py --mutants
	@$(BIN)/python scripts/mutants.py $(ONLY)

services: dev ## find PostgreSQL, PgBouncer, Redis, Chromium, nginx and a C compiler; install the missing ones
	@$(BIN)/python scripts/services.py

# Install what tests and checks need.
dev:
	@$(PYTHON) scripts/install.py --dev

node_modules/.package-lock.json: package-lock.json | dev
	@$(BIN)/python scripts/node.py npm ci --no-fund

$(NODE_WS)/node_modules/.package-lock.json: $(NODE_WS)/package-lock.json | dev
	@$(BIN)/python scripts/node.py npm ci --no-fund --prefix $(NODE_WS)
