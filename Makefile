# Everything a person does here. `make` alone prints this list; .ci/run and the README use nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# Three parts at once, each in processes of its own, so that no core is ever idle for want of another's end. A worker has
# a file at a time, as files share what is dear to set up; the longest of the scenarios, which often wait, come first.
WORKERS := -n 2 --dist loadfile --no-loadscope-reorder
SCENARIOS := tests/scenarios $(WORKERS)
# The engine and the local AWS want moto's state, which is a process's, for themselves, and the browser's driver an
# event loop. They hardly touch bot/ and handlers/, so what they cover there is not measured.
APART := tests/browser tests/integration/sandbox_sagemaker tests/integration/training tests/unit/training
REST := $(WORKERS) $(addprefix --ignore ,tests/scenarios $(APART))
PARTS := part/scenarios part/rest part/apart
MEASURED ?= $(BIN)/python
TOGETHER := --no-print-directory --output-sync=target
STAMP := .venv/.installed
# Some machines forbid it, and then every process that is started compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE
PACKAGES := bot handlers sandbox training tests bench

.PHONY: help
help: ## print this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: install
install: $(STAMP) ## make .venv and install the locked packages into it

$(STAMP): requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@

.PHONY: run
run: install ## start the embedded default and print its address
	@exec $(BIN)/python -m sandbox

.PHONY: smoke
smoke: install ## drive the whole main job through the embedded default, as a person would
	@$(BIN)/python -m sandbox.smoke

.PHONY: test
test: install ## run every test
	@$(MAKE) $(TOGETHER) --jobs 3 $(PARTS)

part/scenarios:
	@$(MEASURED) -m pytest $(SCENARIOS)

part/rest:
	@$(MEASURED) -m pytest $(REST)

part/apart:
	@$(BIN)/python -m pytest $(APART)

.PHONY: format
format: install ## format the code
	@$(BIN)/ruff format $(PACKAGES)
	@$(BIN)/ruff check --fix $(PACKAGES)

.PHONY: lint
lint: install ## check format, lint and the direction of imports
	@$(BIN)/ruff format --check $(PACKAGES)
	@$(BIN)/ruff check $(PACKAGES)
	@$(BIN)/lint-imports

.PHONY: types
types: install ## check types
	@$(BIN)/mypy

.PHONY: coverage
coverage: install ## run every test and hold the coverage of bot/ and handlers/ above its floor
	@$(BIN)/coverage erase
	@$(MAKE) $(TOGETHER) --jobs 3 MEASURED='$(BIN)/coverage run' $(PARTS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

.PHONY: bench
bench: install ## measure, as ratios side by side
	@$(BIN)/python -m bench

.PHONY: check
check: install ## everything that must hold before a change is done
	@$(MAKE) --no-print-directory lint
	@# Begun in this order. Coverage is measured by itself: it doubles what the tests take.
	@$(MAKE) $(TOGETHER) --jobs 4 $(PARTS) types smoke

.PHONY: lock
lock: ## lock the dependencies anew, without addresses
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/bot.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.txt requirements/dev.in -o requirements-dev.txt
