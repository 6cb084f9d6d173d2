# Everything that one does with this repository. `make` lists it. Works with GNU make from 3.81 (macOS) on.

PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
SETUP := $(PYTHON) tools/setup.py
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet

# The question goes to the program as it was typed, through the environment: no shell and no make reads into it.
unexport ASK
export STEWARD_ASK := $(value ASK)

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast chaos soak guards bench check lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: ## try Steward on this machine; make demo ASK="a question" prints its answer
	@$(SETUP) bot model synapse >&2
	@$(BIN)/steward demo

test: ## run every test (installs what they need)
	$(SETUP) dev model synapse node foreign browser
	$(BIN)/pytest -n auto --dist worksteal

test-fast: ## run the tests that need neither a homeserver nor Node
	$(SETUP) dev model
	$(BIN)/pytest tests/unit tests/engine tests/web tests/fuzz -n auto --dist worksteal -m "not homeserver and not foreign"

chaos: ## do harm to the bot some 500 times, half an hour; make chaos RUNS=50 SEED=2 is shorter
	$(SETUP) dev model synapse
	$(BIN)/python -m tests.chaos --runs $(or $(RUNS),520) --seed $(or $(SEED),1)

soak: ## mixed traffic with faults, and a look at memory; make soak MINUTES=60
	$(SETUP) dev model synapse
	$(BIN)/python -m tests.chaos.soak --minutes $(or $(MINUTES),10)

guards: ## take each guard out, one after the other, and see whether the tests notice; make guards ONLY=loops
	$(SETUP) dev model
	$(BIN)/python -m tests.guards $(if $(ONLY),--only "$(ONLY)")

bench: ## measure against peers; make bench ONLY=burst measures one thing
	$(SETUP) dev model synapse
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

check: ## look for mistakes without running anything: format, lint, types, imports
	$(SETUP) dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: ## pin what pyproject.toml and locks/*.in ask for; make lock UPGRADE=--upgrade takes the newest
	@command -v $(UV) >/dev/null || { echo "This needs uv: https://docs.astral.sh/uv/" >&2; exit 1; }
	$(UV) pip compile pyproject.toml --group build $(LOCK) $(UPGRADE) -o locks/bot.txt
	$(UV) pip compile pyproject.toml --group dev $(LOCK) $(UPGRADE) -o locks/dev.txt
	$(UV) pip compile locks/model.in --no-deps $(LOCK) $(UPGRADE) -o locks/model.txt
	$(UV) pip compile locks/synapse.in $(LOCK) $(UPGRADE) -o locks/synapse.txt
	$(UV) pip compile locks/node.in $(LOCK) $(UPGRADE) -o locks/node.txt

clean: ## remove what was installed and cached here; data/ stays
	rm -rf .venv .cache build tests/foreign/node_modules tests/browser/node_modules .mypy_cache .ruff_cache \
		.pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf *.egg-info
