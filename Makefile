# Two commands do everything: `make run` and `make test`. Needs Python 3.11 or newer; Node is fetched where it is missing.

PYTHON ?= python3
PORT ?= 8000
DATA ?= var/demo
SPEED ?= 30
HOST ?= 0.0.0.0

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Python compiles what is loaded when it first is, and keeps that, also where a container forbids it: starts are a third quicker.
unexport PYTHONDONTWRITEBYTECODE

# Python's packages and the browser's come at the same time.
BOTH := @$(MAKE) --no-print-directory --jobs=2

# Vite asks for Node 20.19 or newer.
NODE_IS_NEW := $(shell node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)' 2>/dev/null && echo yes)
NODE_READY := $(if $(NODE_IS_NEW),,$(VENV)/.node)
export PATH := $(if $(NODE_IS_NEW),$(PATH),$(CURDIR)/$(BIN):$(PATH))

FRONT_SOURCES := $(shell find static hub/locales -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/build/*' 2>/dev/null)
VIEW_SOURCES := $(shell find hub kiosk displays -name '*.py' 2>/dev/null)

.PHONY: run test bench bench-scheduler drills build wheel lock picture sbom audit clean

run: build
	$(BIN)/salon-hub demo --host $(HOST) --port $(PORT) --data $(DATA) --speed $(SPEED)

build:
	$(BOTH) static/dist/.built

test:
	$(BOTH) $(VENV)/.dev static/dist/.built
	$(BIN)/python -m tests.run

bench: $(VENV)/.dev build
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.processes

bench-scheduler: $(VENV)/.dev
	$(BIN)/python -m scheduler.benchmark_report docs/benchmarks-scheduler.md

drills: $(VENV)/.dev build
	$(BIN)/python -m tests.drills

wheel: $(VENV)/.dev build
	$(BIN)/python -m build --wheel --no-isolation

picture: $(VENV)/.dev build
	$(BIN)/python -m docs.picture

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --no-compile --require-hashes -r requirements.lock  # most of it is never loaded
	mkdir -p static/dist
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

# Not at the same time as another of this folder's installations.
$(VENV)/.dev: requirements-dev.lock $(VENV)/.installed $(NODE_READY)
	$(PIP) --require-hashes -r requirements-dev.lock
	touch $@

$(VENV)/.node: requirements-node.lock $(VENV)/.installed
	$(PIP) --require-hashes -r requirements-node.lock
	touch $@

$(VENV)/.supply: requirements-supply.lock $(VENV)/.installed $(NODE_READY)
	$(PIP) --require-hashes -r requirements-supply.lock
	touch $@

# What the product is made of, as CycloneDX: var/sbom/python.json and var/sbom/browser.json.
sbom: $(VENV)/.supply static/node_modules/.installed
	$(BIN)/python -m tests.supply sbom

# Known holes in what the product is made of; needs a way to the vulnerability databases.
audit: $(VENV)/.supply static/node_modules/.installed
	$(BIN)/python -m tests.supply audit

static/node_modules/.installed: static/package-lock.json $(NODE_READY)
	cd static && npm ci --no-audit --no-fund --loglevel=error
	touch $@

static/build/openapi.json: $(VIEW_SOURCES) $(VENV)/.installed
	$(BIN)/salon-hub openapi --out $@

static/dist/.built: static/node_modules/.installed static/build/openapi.json $(FRONT_SOURCES)
	cd static && npm run --silent build
	touch $@

# Locks carry hashes and no index addresses.
lock: $(VENV)/.dev
	$(PIP) uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group install -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev --group install -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group node -o requirements-node.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group supply -c requirements-dev.lock -o requirements-supply.lock

clean:
	rm -rf $(VENV) static/node_modules static/dist static/build
