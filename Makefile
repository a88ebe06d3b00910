# Everything runs in .venv, which `setup` creates. To use another Python: make setup PYTHON=python3.12
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/setup.stamp

.PHONY: help setup chat test coverage docs check format eval bench faults clean
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## Install Byline and its tools into .venv

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Byline needs Python 3.11 or newer, but $(PYTHON) is older. Use another: make setup PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { \
	  echo "The virtual environment could not be created. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

chat: setup ## Serve the chat page for the articles in corpus/
	$(BIN)/byline chat $(ARGS)

test: setup ## Run all tests; finds or installs Chromium and nginx first
	@chromium="$$($(BIN)/python scripts/browser.py)" && \
	  export BYLINE_CHROMIUM="$$chromium" && \
	  $(BIN)/pytest -n 2 --dist loadfile $(ARGS)

coverage: ## Run all tests and report uncovered lines; takes a third longer
	$(MAKE) test ARGS="--cov --cov-report=term-missing $(ARGS)"

docs: setup ## Build the documentation as a website in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

check: setup docs ## Check format, style, types and import rules, and build the docs
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Format the code and fix what ruff can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

eval: setup ## Evaluate on the shipped questions, and compare with the baseline
	$(BIN)/python eval/run.py $(ARGS)

bench: setup ## Measure speed; set BYLINE_BENCH to use an open data set
	$(BIN)/python benchmarks/run.py $(ARGS)

faults: setup ## Simulate attacks, damage and heavy load, and measure the effects
	@for each in benchmarks/faults/*.py; do $(BIN)/python $$each $(ARGS) || exit 1; done

clean: ## Remove caches and build products; keep .venv and indexes
	rm -rf dist site htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
