# Everything runs in .venv, which `setup` makes. Another Python: make setup PYTHON=python3.12
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/setup.stamp

.PHONY: help setup chat test coverage check format eval bench clean
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

setup: $(STAMP) ## Install Byline and its tools into .venv

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Byline needs Python 3.11 or newer as $(PYTHON). Name another: make setup PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { \
	  echo "The virtual environment could not be made. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

chat: setup ## Open the chat over the articles in corpus/
	$(BIN)/byline chat $(ARGS)

test: setup ## Run all tests; finds or installs Chromium first
	@chromium="$$($(BIN)/python scripts/browser.py)" && \
	  export BYLINE_CHROMIUM="$$chromium" && \
	  $(BIN)/pytest -n 2 --dist loadfile $(ARGS)

coverage: ## Run all tests and say which lines none of them reaches; takes a third longer
	$(MAKE) test ARGS="--cov --cov-report=term-missing $(ARGS)"

check: setup ## Check format, style, types and the direction of imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Format the code and mend what ruff can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

eval: setup ## Measure on the question sets of this project
	$(BIN)/python eval/run.py $(ARGS)

bench: setup ## Measure speed, on an open data set where BYLINE_BENCH names the folder of it
	$(BIN)/python benchmarks/run.py $(ARGS)

clean: ## Remove caches and build products; .venv and indexes stay
	rm -rf dist htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
