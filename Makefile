# Everything needs one command and nothing else: `make test` and `make demo` set up what they use, once.
#
#   make test    lint, types, layers, and every test with coverage, as CI runs them
#   make demo    the whole loop in a minute: publish, verify, ask the gate
#   make demo-all  an estate of five services, where one release breaks three consumers
#   make serve   a broker on http://127.0.0.1:9292 over ./troth.db
#   make bench   the benchmarks, which print their figures
#   make hunt    the tests with generated examples, others each time: what it finds becomes a case of its own
#   make fmt     put the code into its one form
#   make lock    note the newest versions of all that the tests stand on in constraints.txt
#   make check   lint, types and layers alone; `make unit` the tests alone
#   make clean   forget everything that was built or cached, the environments too
#
# Another Python: `make test PYTHON=python3.13 VENV=.venv-3.13`.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

VENV ?= .venv
BIN := $(VENV)/bin
CLIENTS := .cache/clients
RUST_CLIENT := pact-python-cli==1!0.10.9
RUBY_CLIENT := pact-python-cli==2.6.4.0
CONFLUENT_CLIENT := confluent-kafka[avro,json,protobuf,schemaregistry]==2.16.0
NODE_CLIENTS := tests/clients/node
REAL_CONTRACTS := tests/schemas/real
WORKERS ?= 3
TESTS ?= tests

# The first Python that is new enough and can make a virtual environment.
FIND_PYTHON = for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	if "$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "$$python"; exit; fi; done; \
	echo "Troth needs Python 3.11 or later with venv (Debian: apt-get install python3-venv), or PYTHON=/path/to/python" >&2; \
	exit 1

# $(call install,ENVIRONMENT,PACKAGES…): with uv where it can be had (seconds), else with pip (a minute).
install = $(BIN)/uv pip install --quiet --python $(1)/bin/python $(2) \
	|| { echo "uv could not do it: now pip, more slowly"; $(1)/bin/python -m pip install --quiet --disable-pip-version-check $(2); }

.PHONY: test check lint types layers unit coverage demo demo-all serve bench hunt fmt lock clean environment clients contracts

test: check unit coverage
	@tail -n 1 .cache/pytest.log

check: lint types layers

lint: environment
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet

types: environment
	$(BIN)/mypy

layers: environment
	$(BIN)/lint-imports

unit: environment clients
	@rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest -n $(WORKERS) --dist worksteal $(TESTS) 2>&1 | tee .cache/pytest.log

coverage: environment
	@$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --fail-under=95

demo: environment
	$(BIN)/troth demo

demo-all: environment
	$(BIN)/python examples/estate/play.py

serve: environment
	$(BIN)/troth serve

bench: environment
	$(BIN)/python -m benchmarks

hunt: environment clients
	TROTH_TEST_HUNT=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m hypothesis $(TESTS)

fmt: environment
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: environment
	$(BIN)/uv pip compile --quiet --upgrade --extra dev --universal --no-header --no-annotate --python-version 3.11 \
		pyproject.toml -o constraints.txt

clean:
	rm -rf .venv .venv-* .cache build dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment: $(VENV)/.installed
clients: $(CLIENTS)/rust/.installed $(CLIENTS)/ruby/.installed $(CLIENTS)/confluent/.installed $(CLIENTS)/node/.installed contracts
contracts: .cache/contracts/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "Setting up $(VENV)"
	@test -x $(BIN)/python || "$$($(FIND_PYTHON))" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || echo "no uv here: pip will do, more slowly"
	@$(call install,$(VENV),-c constraints.txt -e '.[dev]')
	@touch $@

# The official clients, each in an environment of its own: their releases replace each other.
$(CLIENTS)/rust/.installed: PACKAGE = $(RUST_CLIENT)
$(CLIENTS)/ruby/.installed: PACKAGE = $(RUBY_CLIENT)
$(CLIENTS)/confluent/.installed: PACKAGE = $(CONFLUENT_CLIENT)
$(CLIENTS)/%/.installed: Makefile | environment
	@echo "Setting up the official client $(PACKAGE)"
	@rm -rf $(@D) && mkdir -p $(CLIENTS) && $(BIN)/python -m venv $(@D)
	@$(call install,$(@D),'$(PACKAGE)')
	@touch $@

# pact-js, the Rust client that npm has and KafkaJS's registry client; their exact versions are in package-lock.json. No install script is run.
$(CLIENTS)/node/.installed: $(NODE_CLIENTS)/package-lock.json
	@if ! command -v npm >/dev/null; then echo "no npm here (Debian: apt-get install npm): the tests with pact-js are skipped"; exit; fi; \
		echo "Setting up the official clients of $(NODE_CLIENTS)/package.json"; \
		rm -rf $(@D) && mkdir -p $(@D) && cp $(NODE_CLIENTS)/package.json $(NODE_CLIENTS)/package-lock.json $(@D); \
		npm --prefix $(@D) ci --ignore-scripts --no-audit --no-fund --silent && touch $@

# Contracts that real services publish, to compare with themselves; their exact versions are in package-lock.json.
.cache/contracts/.installed: $(REAL_CONTRACTS)/package-lock.json
	@if ! command -v npm >/dev/null; then echo "no npm here (Debian: apt-get install npm): the tests of real contracts are skipped"; exit; fi; \
		echo "Setting up the real contracts of $(REAL_CONTRACTS)/package.json"; \
		rm -rf $(@D) && mkdir -p $(@D) && cp $(REAL_CONTRACTS)/package.json $(REAL_CONTRACTS)/package-lock.json $(@D); \
		npm --prefix $(@D) ci --ignore-scripts --no-audit --no-fund --silent && touch $@
