# Everything is reached from here; `make` alone lists it. Needs Python 3.11 to 3.13 and make.
# Another interpreter: `make clean` and `make test PYTHON=/path/to/python3.12`. More workers: `make test JOBS=4`.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?=
JOBS ?= 2
PYTEST_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# A file's tests share what they build, so they stay in one process; TensorFlow is imported once a process.
PYTEST := $(BIN)/pytest -n $(JOBS) --dist loadfile

export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: help setup demo test test-all lint format schemas catalog bench clean

help: ## list what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## create .venv with pinned versions of everything

demo: $(STAMP) ## check, show, compile and train the digit classifier on real digits
	@$(BIN)/python examples/digits/demo.py

test: lint ## lint, then the tests
	@$(PYTEST) $(PYTEST_ARGS)

test-all: lint ## the same with the long tables
	@$(PYTEST) -m '' $(PYTEST_ARGS)

lint: $(STAMP) ## ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(STAMP) ## let ruff mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

schemas: $(STAMP) ## write schemas/ from the code
	@$(BIN)/python tools/generate_schemas.py

catalog: $(STAMP) ## write the catalog's data from the installed Keras
	@$(BIN)/python tools/generate_catalog.py

bench: $(STAMP) ## measure the promises of speed, side by side
	@$(BIN)/python -m compileall -q specc
	@$(BIN)/python -m benchmarks

clean: ## remove what was made, .venv too
	rm -rf $(VENV) build dist demo *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Redone only when what it depends on changes; the stamp is written last, so a failed set-up is retried.
$(STAMP): pyproject.toml constraints.txt tools/find_python.sh
	@test -x $(BIN)/python || { python="$$(sh tools/find_python.sh $(PYTHON))" && "$$python" -m venv $(VENV); }
	@echo "installing into $(VENV) (TensorFlow is large, the first time takes a few minutes)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m compileall -q specc  # where Python may not write bytecode, start-up costs twice
	@touch $@
