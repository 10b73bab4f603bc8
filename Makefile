PYTHON ?= python3
ADDRESS ?= localhost
BIN := .venv/bin
UNREACHED := "If pip found no version of a package, most likely it did not reach the package index:" \
  "check the network, and any proxy."
SCRIPTS := $(wildcard activations/*/static/*.js tests/javascript/*.js)
TYPED := activations/drawing/static/drawing.js activations/dashboard/static/chart.js \
  activations/dashboard/static/closer.js activations/dashboard/static/live.js \
  activations/dashboard/static/redraws.js \
  activations/dashboard/static/session.js tests/javascript

.PHONY: run test test-frameworks bench format clean

run: .venv/run
	$(BIN)/python -m activations --host $(ADDRESS)

test: .venv/test
	$(BIN)/python -m tests.browser.install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deno fmt --quiet --check $(SCRIPTS)
	$(BIN)/deno lint --quiet $(SCRIPTS)
	$(BIN)/deno check --quiet $(TYPED)
	$(BIN)/deno test --quiet tests/javascript
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist worksteal

test-frameworks: .venv/frameworks
	$(BIN)/python -m pytest tests/functions/test_frameworks.py

bench: .venv/test
	$(BIN)/python -m tests.browser.install
	$(BIN)/python -m tests.benchmarks

format: .venv/test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/deno fmt --quiet $(SCRIPTS)

clean:
	rm -rf .venv

.venv/created:
	@$(PYTHON) activations/prerequisites.py
	$(PYTHON) -m venv .venv
	touch $@

.venv/run: .venv/created requirements.txt
	@echo "First come Streamlit, Plotly and torch: up to 1.5 GB, so some minutes, but only this once."
	@$(BIN)/pip install --requirement requirements.txt || { echo $(UNREACHED) >&2; exit 1; }
	touch $@

.venv/test: .venv/run tests/requirements.txt
	@$(BIN)/pip install --requirement tests/requirements.txt || { echo $(UNREACHED) >&2; exit 1; }
	touch $@

.venv/frameworks: .venv/test tests/frameworks-requirements.txt
	@echo "Now come the other frameworks, some of which are as large as torch: once more some minutes."
	@$(BIN)/pip install --requirement tests/frameworks-requirements.txt \
	  || { echo $(UNREACHED) >&2; exit 1; }
	touch $@
