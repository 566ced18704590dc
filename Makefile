# make demo          a store that sells on http://localhost:9000, from nothing but Python 3.11, make and git
# make test          all checks, then all tests
# make test-examples the sample application's own tests: a part of make test
# make chaos         kills servers at every step boundary of every workflow with an external step (ten minutes)
# make check         style, types, import contracts
# make bench-server  an empty, migrated store in production mode, in the foreground: PORT (9000), WORKERS (1)
# make bench         the benchmark against such a store; BENCH is its directory

PYTHON ?= python3
PORT ?= 9000
WORKERS ?= 1
BENCH ?= ../shared/bench
# Python comes from this machine, packages from the registry, nothing from anywhere else.
export UV_PYTHON_DOWNLOADS = never
BIN = .venv/bin

.PHONY: demo test test-examples servers chaos check sync bench-server bench clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# //p' Makefile

.venv/.complete: uv.lock pyproject.toml scripts/uv
	@scripts/uv sync --frozen --quiet --compile-bytecode --python $(PYTHON)
	@$(BIN)/python -m compileall -q medusa
	@touch $@ .venv/.runtime

sync: .venv/.complete

# What runs a store, without the tools of developers.
.venv/.runtime: uv.lock scripts/uv
	@test -e .venv/.complete || scripts/uv sync --frozen --no-dev --quiet --compile-bytecode --python $(PYTHON)
	@$(BIN)/python -m compileall -q medusa
	@touch $@

demo: .venv/.runtime
	@PORT=$(PORT) scripts/demo

check: sync
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd examples/brands && ../../$(BIN)/mypy
	cd plugins/product-reviews && ../../$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

# The servers that providers are tested with.
servers:
	@scripts/debian redis-server=redis-server memcached=memcached

test: check servers
	$(BIN)/pytest -n auto --dist worksteal
	$(MAKE) test-examples

# Each has its own root and database, as an application of its own.
test-examples: sync
	cd examples/brands && ../../$(BIN)/python -m pytest

chaos: sync
	@$(BIN)/pytest tests/chaos -m chaos -s --timeout 900

bench-server: sync
	@PORT=$(PORT) WORKERS=$(WORKERS) $(BIN)/python scripts/bench_server.py

bench: sync
	@PORT=$(PORT) WORKERS=$(WORKERS) BENCH=$(BENCH) scripts/bench

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
