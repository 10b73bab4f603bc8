PYTHON ?= python3
ADDRESS ?= localhost
BIN := .venv/bin

.PHONY: run test bench format clean

run: .venv/run
	$(BIN)/python -m activations --host $(ADDRESS)

test: .venv/test
	$(BIN)/python -m tests.browser.install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

bench: .venv/test
	$(BIN)/python -m tests.browser.install
	$(BIN)/python -m tests.benchmarks

format: .venv/test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

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
