PYTHON ?= python3
BIN := .venv/bin
SCRIPTS := $(wildcard activations/*/static/*.js tests/javascript/*.js)
TYPED := activations/drawing/static/drawing.js activations/dashboard/static/chart.js tests/javascript

.PHONY: run test bench format clean

run: .venv/run
	$(BIN)/streamlit run app.py

test: .venv/test
	$(BIN)/python -m tests.browser.install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deno fmt --quiet --check $(SCRIPTS)
	$(BIN)/deno lint --quiet $(SCRIPTS)
	$(BIN)/deno check --quiet $(TYPED)
	$(BIN)/deno test --quiet tests/javascript
	$(BIN)/python -m pytest

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
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
	  || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/run: .venv/created requirements.txt
	$(BIN)/pip install --quiet --requirement requirements.txt
	touch $@

.venv/test: .venv/run tests/requirements.txt
	$(BIN)/pip install --quiet --requirement tests/requirements.txt
	touch $@
