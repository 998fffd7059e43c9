# Two targets need nothing but Python 3.11+, pip and make: `make demo` and `make test`.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test lint types unit coverage format bench clean

help:
	@echo "make demo   install into $(VENV) and run the whole job against an emulated shop and Billit"
	@echo "make test   install into $(VENV), then lint, types, every test, coverage"
	@echo "make bench  print how many orders a second are mapped"
	@echo "make format let ruff put the code in order"
	@echo "make clean  remove $(VENV) and what the checks leave behind"

# Installed again only when what is to be installed has changed.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("ppbillit needs Python 3.11 or newer, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(VENV)/installed
	@$(BIN)/ppbillit demo

test: lint types coverage

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

unit: $(VENV)/installed-dev
	$(BIN)/pytest --numprocesses $(WORKERS)

coverage: $(VENV)/installed-dev
	$(BIN)/pytest --numprocesses $(WORKERS) --cov --cov-report=term

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed
	$(BIN)/python benchmarks/mapping.py

clean:
	rm -rf $(VENV) .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache dist build
