# All commands of the project; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
BIN := .venv/bin
TREE ?= 95518

.PHONY: help setup setup-test run demo stop call check test t bench shift faults pictures lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what running needs (Redis, Asterisk, Python packages, desktop); seconds when done before
	@tools/setup.sh run

setup-test: setup ## install also what the tests need (PostgreSQL, Chromium, SIPp, fonts)
	@tools/setup.sh test

run: setup ## start everything with the sample 95518 configuration; Ctrl-C stops it
	@exec $(BIN)/cti up

demo: setup ## the same with simulated callers and agents over real SIP
	@exec $(BIN)/cti up --demo

stop: ## stop what `make run` or `make demo` started
	@exec $(BIN)/cti down

call: setup ## walk a menu by keyboard: make call TREE=95518
	@exec $(BIN)/cti call $(TREE)

check: setup ## linters, types, import contracts, and the sample configuration
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cti check

test: setup-test ## everything a change must pass, on real Redis, PostgreSQL, Asterisk and Chromium
	@tools/test.sh
	@tools/desktop-test.sh

t: ## the tests whose name holds K, quickly: make t K=no_input
	@$(BIN)/python -m pytest -q -k "$(K)"

bench: setup-test ## measure against the peers; writes docs/benchmarks.md and docs/benchmarks.json
	@$(BIN)/python -m tests.bench

faults: setup-test ## break each part while calls are up; writes docs/reliability.md and docs/reliability.json
	@$(BIN)/python -m tests.faults

shift: setup-test ## 30 simulated agents work a day and a disaster's hour; writes docs/shift.md and docs/shift.json
	@$(BIN)/python -m tests.shift

pictures: setup-test ## work at a whole hotline and take a picture of every page; writes docs/img
	@$(BIN)/python -m tests.pictures

lock: ## write the lock files anew from pyproject.toml (needs uv)
	@tools/lock.sh
