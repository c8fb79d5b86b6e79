# You need python3 and make, nothing else. Run `make` to list the targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run setup demo test test-long fuzz check format lint types imports deploy-check migrations-check requirements

PORT ?= 8000
PYTHON ?= python3
DATABASES ?= sqlite postgres
BIN := .venv/bin

# What the portal of `make run` and the commands on it use, where the shell sets nothing else.
ifeq ($(SECRET_KEY)$(SECRET_KEY_FILE),)
run setup demo seed staticfiles/staticfiles.json: export SECRET_KEY_FILE := $(CURDIR)/var/secret_key
endif
run setup demo seed staticfiles/staticfiles.json: export PORTAL_URL := $(or $(PORTAL_URL),http://127.0.0.1:$(PORT))

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## Install, set up and serve the portal on 127.0.0.1:$PORT (default 8000)
	@# The server would share a port that is in use instead of refusing it.
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2>/dev/null || \
		{ echo "Port $(PORT) is in use. Choose another: make run PORT=8001"; exit 1; }
	@echo "Case Portal serves on $(PORTAL_URL)/admin/ (Ctrl+C stops it)"
	@exec $(BIN)/python -m devtools.guard $(BIN)/granian --interface wsgi caseportal.wsgi:application \
		--host 127.0.0.1 --port $(PORT) --workers 2 --blocking-threads 8 \
		--respawn-failed-workers --workers-kill-timeout 60 --log-level error

setup: .venv/installed var/secret_key staticfiles/staticfiles.json
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py first_run

demo: .venv/installed ## Simulate agents working on cases in the portal that `make run` serves (CASES=50 RATE=5 SEED= WORKERS=)
	@KHOROS_AUTH="$${KHOROS_AUTH:-$$($(BIN)/python manage.py issue_api_key Demo)}" \
		$(BIN)/python manage.py simulate_khoros \
		--cases $(or $(CASES),50) --rate $(or $(RATE),5) \
		$(if $(SEED),--seed $(SEED)) $(if $(WORKERS),--workers $(WORKERS)) $(ARGS)

test: .venv/installed-dev ## Run the tests on SQLite, then on PostgreSQL (ARGS=tests/api DATABASES=sqlite)
	@$(call test_on_each,)

test-long: .venv/installed-dev ## Run the long tests, which `make test` leaves out
	@$(call test_on_each,--long)

# In order, a few at a time: tests that commit come last, and leave empty tables to what a worker runs next.
define test_on_each
failed=0; for database in $(DATABASES); do \
	echo "── Tests on $$database ──"; \
	$(BIN)/python -m pytest -n 2 --dist load --maxschedchunk 4 --database $$database $(1) $(ARGS) \
		|| failed=1; \
done; exit $$failed
endef

fuzz: .venv/installed-dev ## Make 20,000 generated calls to a running server (CALLS=50000 DATABASE=postgres)
	@FUZZ_CALLS=$(or $(CALLS),20000) $(BIN)/python -m pytest tests/fuzz --long -s \
		--database $(or $(DATABASE),sqlite)

check: lint types imports deploy-check migrations-check test ## Run everything that must pass before a change is merged

lint: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

format: .venv/installed-dev ## Format the code and fix what can be fixed automatically
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/installed-dev
	$(CHECK_ENVIRONMENT) $(BIN)/mypy

imports: .venv/installed-dev
	$(BIN)/lint-imports

# Types and checks run under production settings, with values that stand in for an administrator's.
CHECK_ENVIRONMENT := env -u SECRET_KEY_FILE -u DEBUG -u ALLOWED_HOSTS -u CSRF_TRUSTED_ORIGINS \
	SECRET_KEY=only-for-checks-5f1c0e9a7b3d2846-5f1c0e9a7b3d2846-5f1c0e9a7b3d2846 \
	PORTAL_URL=https://cases.example.com

deploy-check: .venv/installed-dev
	$(CHECK_ENVIRONMENT) $(BIN)/python manage.py check --deploy --fail-level WARNING

migrations-check: .venv/installed-dev
	$(CHECK_ENVIRONMENT) $(BIN)/python manage.py makemigrations --check --dry-run

requirements: .venv/installed-dev ## Recompile the pinned requirements (ARGS=--upgrade for newer versions)
	@for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--fork-strategy fewest --no-emit-index-url --custom-compile-command "make requirements" $(ARGS) \
			--output-file $$name.txt $$name.in || exit 1; \
		$(BIN)/python -m devtools.pins $$name.txt || exit 1; \
	done

# The portal itself needs less than its tests and checks do.
.venv/installed: requirements.txt
	@$(call install,$<)

.venv/installed-dev: requirements-dev.txt
	@$(call install,$<)
	@touch .venv/installed

define install
{ test -x $(BIN)/python || $(PYTHON) -m venv .venv; } && \
	echo "Installing the pinned packages of $(1) (once, and when they change)" && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) && \
	touch $@
endef

var/secret_key:
	@mkdir -p var
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))' > $@

staticfiles/staticfiles.json: .venv/installed var/secret_key $(shell find cases/static -type f)
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

.PHONY: bench-customers
bench-customers: .venv/installed-dev ## Measure customer lookups at two sizes on both databases (ARGS="--sizes 10000 1000000")
	@$(BIN)/python -W ignore -m devtools.benchmarks.customers $(ARGS)

.PHONY: screenshots
screenshots: .venv/installed-dev ## Retake the screenshots in the documentation (needs Chromium)
	@$(BIN)/python -m pytest tests/browser/screenshots.py --database sqlite --liveserver 127.0.0.1:$(PORT) -q

.PHONY: seed
seed: setup ## Fill the portal with generated cases (CASES=1000000 SEED=1 ARGS=--add)
	@$(BIN)/python manage.py seed_cases --cases $(or $(CASES),1000) $(if $(SEED),--seed $(SEED)) $(ARGS)

.PHONY: bench-admin
bench-admin: .venv/installed-dev ## Measure back office pages at two sizes (ARGS="--keep /var/tmp/bench --against PATH")
	@$(BIN)/python -W ignore -m devtools.benchmarks.admin $(ARGS)

.PHONY: messages
messages: .venv/installed-dev ## Collect the texts for translation (LANGUAGE=de; needs gettext)
	@$(CHECK_ENVIRONMENT) $(BIN)/python manage.py makemessages --locale $(or $(LANGUAGE),en) \
		--ignore .venv --ignore staticfiles --ignore var --no-wrap

.PHONY: bench-agents
bench-agents: .venv/installed-dev staticfiles/staticfiles.json ## Simulate 20 agents working while cases come in (MINUTES=10 RATE=50 AGENTS=20 DATABASE=sqlite)
	@$(BIN)/python -W ignore -m devtools.benchmarks.agents --minutes $(or $(MINUTES),10) \
		--rate $(or $(RATE),50) --agents $(or $(AGENTS),20) \
		--database $(or $(DATABASE),postgres) $(ARGS)
