# RolloutGov: `make` alone prints this list. Needs Python 3.11 (with venv), make and git.
PYTHON ?= python3
PREPARE := $(PYTHON) -I rolloutgov/prepare.py
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run restore test chaos check browser format \
	bench-audit bench-grouping bench-surges bench-intake bench-scale bench-forecast bench-import bench-stages

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: ## start everything on this machine; Ctrl-C stops it (HOST, PORT, DATA_DIR, DATABASE_URL, REDIS_URL)
	@$(PREPARE) -m rolloutgov.launcher

restore: ## load the backup FROM=directory into a new DATA_DIR, before the first run
	@$(PREPARE) -m rolloutgov.launcher restore "$(abspath $(FROM))" $(if $(KEY),--key $(KEY))

test: ## every test, on services of its own (T="tests/pilots -k name" for some)
	@$(PREPARE) --dev -m pytest -n 2 --dist worksteal $(T)

chaos: ## break a running copy fault by fault; about 15 minutes, Linux only (T="-k broker" for some)
	@$(PREPARE) --dev -m pytest -m chaos -vv tests/chaos $(T)

check: ## every static check
	@$(PREPARE) --dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	@$(BIN)/djhtml --tabwidth 2 --check $$(git ls-files 'templates/*.html')
	@DATA_DIR=.data/check BASE_URL=https://rolloutgov.example $(BIN)/python manage.py check --deploy --fail-level WARNING
	@DATA_DIR=.data/check $(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	@$(BIN)/python -m pytest -q tests/test_architecture.py

bench-audit: ## how fast the trail grows beside a plain table, and how fast it is verified; 3 minutes, quiet machine
	@$(PREPARE) --dev
	@$(BIN)/python -m benchmarks.audit

bench-grouping: ## how flags find their patterns, beside three other ways; labelled texts in DATA=folder (ARGS="--orders 5")
	@$(PREPARE) --dev --bench
	@DATA="$(DATA)" $(BIN)/python -m benchmarks.corpora $(ARGS)

bench-surges: ## false alarms and delays beside 3 sigma and an EWMA; returns after a fix; 3 minutes
	@$(PREPARE) --dev
	@$(BIN)/python -m benchmarks.surges $(ARGS)

bench-intake: ## a flag through the complete endpoint beside its row alone; 1 minute, quiet machine
	@$(PREPARE) --dev
	@$(BIN)/python -m benchmarks.intake

bench-scale: ## 1,000,000 flags in 1,000 pilots: counts, pages, arrivals; 15 minutes, 4 GB of disk (ARGS="--flags 20000 --pilots 20 --large 5000")
	@$(PREPARE) --dev
	@$(BIN)/python -m benchmarks.scale $(ARGS)

bench-forecast: ## forecasts beside their bars; tables with known truth in DATA=folder; 5 minutes (ARGS="--quick")
	@$(PREPARE) --dev
	@DATA="$(DATA)" $(BIN)/python -m benchmarks.forecast_bars $(ARGS)

bench-stages: ## how often the rule of stages and the alarm of adoption are wrong, beside their bars; 2 minutes (ARGS="--quick")
	@$(PREPARE) --dev
	@$(BIN)/python -m benchmarks.stages $(ARGS)

bench-import: ## a million observations imported beside a bare COPY of them, and the memory that took; 2 minutes, quiet machine
	@$(PREPARE) --dev
	@$(BIN)/python -m benchmarks.importing $(ARGS)

format: ## put Python and templates into shape
	@$(PREPARE) --dev
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')
	@$(BIN)/djhtml --tabwidth 2 $$(git ls-files 'templates/*.html')

browser: ## install Debian's chromium for the browser tests, where none is there and that is allowed
	@$(PYTHON) -I tests/harness/install_browser.py
