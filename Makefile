# The back office. `make help` lists the targets; README.md explains them.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# Any Python from 3.11 on; it is only used to make the virtual environment.
PYTHON ?= $(firstword $(shell command -v python3.11) $(shell command -v python3) python3)
PORT ?= 8000
# Processes of the test run.
N ?= 2
# The server for test-postgres; its database is only named here, tests make one of their own beside it.
POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/backoffice

VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
PYTEST := $(BIN)/python -m pytest -q -p no:cacheprovider

# Succeeds once the server of `make run` answers.
ANSWERS := $(BIN)/python -c 'import socket; socket.create_connection(("127.0.0.1", $(PORT)), 1)' 2> /dev/null

# A stamp is named after what is in the requirements, so that a changed pin installs again and an unchanged one never does.
RUNTIME := $(VENV)/.runtime-$(shell cksum < requirements.txt | tr ' ' '-')
DEVELOPMENT := $(VENV)/.development-$(shell cat requirements.txt requirements-dev.txt | cksum | tr ' ' '-')

.PHONY: help
help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@echo "Making the virtual environment ..."
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): | $(BIN)/python
	@echo "Installing what the back office needs ..."
	@$(PIP_INSTALL) -r requirements.txt
	@rm -f $(VENV)/.runtime-* && touch $@

$(DEVELOPMENT): | $(RUNTIME)
	@echo "Installing what tests and checks need ..."
	@$(PIP_INSTALL) -r requirements-dev.txt
	@rm -f $(VENV)/.development-* && touch $@

.PHONY: setup
setup: $(DEVELOPMENT)  ## Make the virtual environment with everything in it

# Running it -------------------------------------------------------------------

.PHONY: demo
demo: export DEBUG = true
demo: $(RUNTIME)  ## Make the database and fill it with the demo shop
	@$(MANAGE) migrate -v 0
	@$(MANAGE) setup_reference_data
	@env -u DEBUG $(MANAGE) seed_demo

.PHONY: run
run: export DEBUG = true
run: demo  ## Serve the demo shop on http://127.0.0.1:8000 (PORT=8001 for another port)
	@$(MANAGE) work -v 0 & worker=$$!; \
	DJANGO_RUNSERVER_HIDE_WARNING=true $(MANAGE) runserver 127.0.0.1:$(PORT) > /dev/null & server=$$!; \
	trap 'kill $$server $$worker 2> /dev/null' INT TERM; \
	while kill -0 $$server 2> /dev/null && ! $(ANSWERS); do sleep 0.3; done; \
	echo; echo "The back office is at http://127.0.0.1:$(PORT)/admin/ (Ctrl+C stops it)"; \
	wait $$server; status=$$?; kill $$server $$worker 2> /dev/null; wait; exit $$status

# Tests ------------------------------------------------------------------------

.PHONY: test
test: $(DEVELOPMENT)  ## Run the fast tests on SQLite
	@$(PYTEST) -n $(N) --dist worksteal -m "not browser and not worker"

.PHONY: test-postgres
test-postgres: $(DEVELOPMENT)  ## Run the fast tests, and those of locks and races, on PostgreSQL (POSTGRES_URL=...)
	@DATABASE_URL=$(POSTGRES_URL) $(PYTEST) -n $(N) --dist worksteal -m "not browser and not worker"

.PHONY: test-worker
test-worker: $(DEVELOPMENT)  ## Run the tests that start and kill workers, on SQLite (or DATABASE_URL=...)
	@$(PYTEST) -m worker

.PHONY: test-browser
test-browser: $(DEVELOPMENT)  ## Run the tests in Chromium
	@DJANGO_ALLOW_ASYNC_UNSAFE=true BACKOFFICE_BROWSER=1 $(PYTEST) -m browser

.PHONY: bench
bench: $(DEVELOPMENT)  ## Measure speed and memory against floors and peers (WRITE=1: into README.md; ONLY=uploads: a part)
	@$(BIN)/python -m backoffice.benchmarks $(ONLY) $(if $(WRITE),--write)

# Checks -----------------------------------------------------------------------

.PHONY: check
check: lint types imports migrations deploy-check  ## Run lint, types, imports, migrations and deploy-check

.PHONY: lint
lint: $(DEVELOPMENT)  ## Check style and format
	@$(BIN)/ruff check --quiet --output-format concise
	@$(BIN)/ruff format --check --quiet --output-format concise

.PHONY: fmt
fmt: $(DEVELOPMENT)  ## Format the code and mend what can be mended
	@$(BIN)/ruff check --quiet --fix || true
	@$(BIN)/ruff format --quiet

.PHONY: types
types: $(DEVELOPMENT)  ## Check types
	@$(BIN)/mypy --no-error-summary .

.PHONY: imports
imports: $(DEVELOPMENT)  ## Check which module may import which
	@$(BIN)/lint-imports --no-logo

.PHONY: migrations
migrations: $(DEVELOPMENT)  ## Check that no migration is missing
	@DEBUG=true $(MANAGE) makemigrations --check --dry-run

.PHONY: deploy-check
deploy-check: $(DEVELOPMENT)  ## Check the settings of a production server
	@env -u DEBUG ALLOWED_HOSTS=shop.example.com $(BIN)/python -W error manage.py check --deploy --fail-level WARNING

.PHONY: clean
clean:  ## Remove the virtual environment and caches, never data or uploads
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
