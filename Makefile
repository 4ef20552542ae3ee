# Everything starts from a clean clone: `make demo`, `make test`. The environment is .venv.
PYTHON ?= python3
BIN := .venv/bin
export OPENBLAS_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install dev demo test lint format bench lock clean
.DELETE_ON_ERROR:

install: .venv/installed ## build .venv, so that .venv/bin/presswash runs
dev: .venv/developed ## the same, with the tools that test and check

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "presswash needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/developed: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

demo: install ## ingest seeds/ into a warehouse and look at what came of it
	@$(BIN)/python -m flows.demo

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: dev ## everything but the slow measurements
	$(BIN)/python -m pytest -m "not bench"

bench: dev ## the measurements behind BENCHMARKS.md
	$(BIN)/python -m pytest -m bench -s tests/benchmarks

PIN := $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade

lock: dev ## pin every dependency again, each with the hashes of its files
	$(PIN) pyproject.toml --group build -o requirements.lock
	$(PIN) pyproject.toml --group build --extra dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist
