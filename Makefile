# Everything starts from a clean clone: `make demo`, `make test`. The environment is .venv.
PYTHON ?= python3
BIN := .venv/bin
export OPENBLAS_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install dev demo test test-slow test-all lint format bench fuzz train ngrams languages lock clean help
.DELETE_ON_ERROR:

install: .venv/installed ## build .venv, with the command .venv/bin/presswash
dev: .venv/developed ## the same, with the tools for tests and checks

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "presswash needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/developed: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

DEMO_PAGE := seeds/cyrillic-menu.txt
DEMO_DB := --db demo.db
demo: install ## ingest seeds/ into demo.db and show the results
	@rm -f demo.db demo.db-wal demo.db-shm
	@printf '\n$$ presswash ingest seeds $(DEMO_DB)\n\n'
	@$(BIN)/presswash ingest --no-flow seeds $(DEMO_DB)
	@printf '\n\n$$ cat $(DEMO_PAGE)     # a page before cleaning: %s lines, most of them navigation and the like\n\n' "$$(grep -c . $(DEMO_PAGE))"
	@cat $(DEMO_PAGE)
	@id=$$($(BIN)/presswash sql "SELECT id FROM documents WHERE locator = '$(DEMO_PAGE)'" --csv $(DEMO_DB) | tail -n 1 | tr -d '\r'); \
	printf '\n\n$$ presswash show %s $(DEMO_DB)     # its record\n\n' "$$id"; \
	$(BIN)/presswash show "$$id" $(DEMO_DB); \
	printf '\n\n$$ presswash show %s --explain $(DEMO_DB)     # the reason for each removed block\n\n' "$$id"; \
	$(BIN)/presswash show "$$id" --explain $(DEMO_DB)
	@printf '\n\n$$ presswash search avalanche $(DEMO_DB)\n\n'
	@$(BIN)/presswash search avalanche $(DEMO_DB)
	@printf '\nThe warehouse is demo.db. Next: $(BIN)/presswash stats $(DEMO_DB)\n'

lint: dev ## check style, types and the rules for imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder
test: dev ## run the tests, without the slow ones
	$(PYTEST) -m "not bench and not slow"

test-slow: dev ## run the slow tests
	$(PYTEST) -m slow

test-all: test test-slow ## run all tests

bench: dev ## run the measurements in BENCHMARKS.md; ARGS="--samples FOLDER" adds some
	$(BIN)/python -m pytest -m bench -s tests/benchmarks $(ARGS)

SECONDS ?= 60
fuzz: dev ## run the fuzzer: SECONDS=60 for each of TARGETS="decode html …"
	$(BIN)/python -m pip install --quiet --upgrade --no-deps --require-hashes --target build/atheris -r requirements-fuzz.lock
	PYTHONPATH=build/atheris $(BIN)/python -m tests.fuzz.run --seconds $(SECONDS) $(TARGETS)

train: install ## retrain the classifier: CORPUS=FOLDER of annotated pages
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-train.lock
	$(BIN)/presswash train $(CORPUS)

ngrams: install ## rebuild the character n-gram tables: CORPUS=FOLDER of annotated pages
	$(BIN)/python -m pip install --quiet --upgrade --no-deps --require-hashes --target build/ngrams -r requirements-ngrams.lock
	PYTHONPATH=build/ngrams $(BIN)/python -m flows.training.ngrams $(CORPUS)

languages: dev ## rebuild the language model from that of py3langid
	$(BIN)/python -m flows.training.languages

PIN := $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade

lock: dev ## pin all dependencies again, with the hashes of their files
	$(PIN) pyproject.toml --group build -o requirements.lock
	$(PIN) pyproject.toml --group build --extra dev -c requirements.lock -o requirements-dev.lock
	$(PIN) pyproject.toml --group build --extra train -c requirements.lock -o requirements-train.lock
	$(PIN) --group fuzz -o requirements-fuzz.lock
	$(PIN) --group ngrams -o requirements-ngrams.lock

clean: ## remove the environment, caches and build files
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist

help: ## list these targets
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
