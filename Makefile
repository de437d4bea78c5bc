# Every command of the project; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
STACK := $(BIN)/python -m sandbox.stack
BOOKINGS ?= 1

# Workflow sandboxes load their modules anew: from bytecode they do it twice as fast.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup venv up status logs down reset demo test chaos check bench audit openapi fmt screenshots

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  Settings: ATP_HTTP_PORT=8080 ATP_SANDBOX_PORT=8090 ATP_WORKER_PORT=8070 ATP_TEMPORAL_PORT=7233"
	@echo "            ATP_TEMPORAL_UI_PORT=8233 ATP_POSTGRES_PORT=5433 ATP_DATA_DIR=.data ATP_CHROMIUM="

setup: venv ## Make the virtual environment, install what is pinned, find or install a Chromium
	@$(BIN)/python -m sandbox.stack.browser

venv:
	@PYTHON="$(PYTHON)" sh sandbox/stack/setup.sh

up: setup ## Start everything; Ctrl-C stops it, the next start continues where it stood
	@$(STACK) up

status: venv ## Show what runs and where
	@$(STACK) status

logs: venv ## Follow the logs of every process
	@$(STACK) logs

down: venv ## Stop a stack that was started elsewhere
	@$(STACK) down

reset: venv ## Delete all local data (asks first; CONFIRM=yes answers)
	@CONFIRM="$(CONFIRM)" $(STACK) reset

demo: venv ## Play whole lives of bookings on the running stack (BOOKINGS=50 for many at once)
	@BOOKINGS="$(BOOKINGS)" $(BIN)/python -m sandbox.demo

test: setup ## Run every test on servers of its own, safe beside a running stack
	@$(BIN)/python -m tests.support.run

chaos: setup ## Kill worker, API, Temporal and Postgres while lives are played (three minutes)
	@$(BIN)/python -m tests.support.run chaos -s

check: venv ## Lint, types, import contracts, templates, migrations, images, lock file
	@$(BIN)/python -m sandbox.stack.checks

bench: setup ## Measure speed and memory against floors run in the same call
	@$(BIN)/python -m benchmarks

audit: venv ## Check that nobody changed, deleted or cut off anything of the audit log
	@$(BIN)/python -m sandbox.stack.command_line audit verify $(if $(HEAD),--head $(HEAD))

openapi: setup ## Write docs/openapi.json anew, and the examples that it shows
	@$(BIN)/python -m tests.api.conventions.write_examples
	@$(BIN)/python -m api.cli openapi --write

fmt: venv ## Format the code and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

screenshots: setup ## Take the pictures of the documentation from the running stack
	@$(BIN)/python -m sandbox.screenshots
