# Two commands set everything up on a machine with Python 3.11+ and make:
#   make lab    the main job: the lab's suites 2A-2D on the reference implementation
#   make test   raftkit's own tests

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
IMPL   ?= impls/reference
SEEDS  ?= 1..50

.PHONY: help lab test check bench bench-go isolation repeats stress zoo schema clean

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | head -4
	@echo "make check   style, types and architecture"
	@echo "make bench   speed, as a table (docs/bench.md)"
	@echo "make bench-go  the same for Go labs; takes seven minutes"
	@echo "make isolation  the same traces here and in locked processes, and what these cost"
	@echo "make repeats    how many runs of a Go lab are the same twice: make repeats SEEDS=1..100 IMPL=impls/go/2022"
	@echo "make stress  many seeds, and a hundred failures repeated: make stress SEEDS=1..200 IMPL=my_raft.py"
	@echo "make zoo     which suites convict which wrong Raft (docs/zoo.md); takes an hour or two"
	@echo "make schema  write suites/schema.json, docs/rubric.schema.json and the reference in docs/suites.md anew"

# The environment is complete when this file is newer than pyproject.toml.
$(VENV)/.ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "raftkit needs Python 3.11 or newer: make PYTHON=python3.12 lab")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

lab: $(VENV)/.ready
	$(BIN)/raftkit test 2A 2B 2C 2D --impl $(IMPL)

test: $(VENV)/.ready
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/architecture

bench: $(VENV)/.ready
	$(BIN)/python bench/bench.py

bench-go: $(VENV)/.ready
	$(BIN)/python bench/golab.py

isolation: $(VENV)/.ready
	$(BIN)/python bench/isolation.py --impl $(IMPL) --seeds $(SEEDS)

repeats: $(VENV)/.ready
	$(BIN)/python bench/repeats.py --impl $(IMPL) --seeds $(SEEDS)

stress: $(VENV)/.ready
	$(BIN)/raftkit stress --impl $(IMPL) --seeds $(SEEDS)
	$(BIN)/python bench/replays.py

zoo: $(VENV)/.ready
	$(BIN)/raftkit zoo --resume --headers --out docs/zoo.md --json .raftkit/zoo/zoo.json

schema: $(VENV)/.ready
	$(BIN)/python -m raftkit.suite
	$(BIN)/python -m raftkit.grade.rubric_schema

clean:
	rm -rf $(VENV) .raftkit .pytest_cache .mypy_cache .ruff_cache build dist
