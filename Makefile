# Two targets need nothing but Python 3.11+, pip and make: `make demo` and `make test`.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo docs check test lint types unit coverage search package wheel lowest format bench walk clean

help:
	@echo "make demo   install into $(VENV) and run the whole job against an emulated shop and Billit"
	@echo "make check  lint, types, architecture and unit tests: what starts no process, in under two minutes"
	@echo "make test   install into $(VENV), then lint, types, every test, coverage, the package"
	@echo "make search look for stories that the property tests have not met yet"
	@echo "make bench  print how many orders a second are mapped"
	@echo "make walk   print how many files, functions and transactions one order and one payment pass through"
	@echo "make docs   make the pages anew that are made from the code"
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

check: lint types unit

# What is made from the code; a test fails when one of them is stale.
docs: $(VENV)/installed
	$(BIN)/python -m ppbillit.config.example > config.example.toml
	$(BIN)/python -m ppbillit.config.example reference > docs/config.md
	$(BIN)/python -m ppbillit.reasons.page > docs/reasons.md
	$(BIN)/python -m ppbillit.reasons.page nl > docs/redenen.md
	$(BIN)/python tools/draw_transitions.py --write

test: lint types coverage package

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

unit: $(VENV)/installed-dev
	$(BIN)/pytest --numprocesses $(WORKERS) --hypothesis-seed=2026 -m "not system"

# With a seed, so that the property tests tell everywhere the same of a commit; `search` looks for what is not known.
coverage: $(VENV)/installed-dev
	$(BIN)/pytest --numprocesses $(WORKERS) --hypothesis-seed=2026 --cov --cov-report=term

search: $(VENV)/installed-dev
	$(BIN)/pytest --numprocesses $(WORKERS) tests/property

# The package as others get it: built from the source archive, with the lowest hatchling that is allowed; installed
# and run without what only developers have; and the tests of that archive, on the lowest versions that are allowed.
PACKAGE := $(VENV)/package
QUIET_PIP := -m pip install --quiet --disable-pip-version-check
TEST_TOOLS := apprise hypothesis pytest pytest-randomly pytest-timeout pytest-xdist respx time-machine
QUICK_TESTS := tests/billit tests/config tests/http tests/plugandpay tests/state tests/test_report.py \
  tests/mapping/test_golden_orders.py tests/cli/test_output.py tests/invoicing/test_sync.py \
  tests/cli/commands/test_notify_test.py::test_notify_test_says_what_happened_at_each_address

package: wheel lowest

$(PACKAGE)/built: pyproject.toml README.md $(shell find src tests tools docs contrib -type f -not -name '*.pyc')
	rm -rf $(PACKAGE)
	$(PYTHON) -m venv $(PACKAGE)/lowest
	$(PYTHON) tools/lowest.py build | xargs $(PACKAGE)/lowest/bin/python $(QUIET_PIP)
	$(PACKAGE)/lowest/bin/hatchling build --target sdist --directory $(PACKAGE)/dist
	mkdir $(PACKAGE)/source
	tar -xzf $(PACKAGE)/dist/*.tar.gz -C $(PACKAGE)/source --strip-components 1
	cd $(PACKAGE)/source && ../lowest/bin/hatchling build --target wheel --directory ../dist
	@touch $@

wheel: $(PACKAGE)/built
	$(PYTHON) -m venv --clear $(PACKAGE)/wheel
	$(PACKAGE)/wheel/bin/python $(QUIET_PIP) --constraint constraints.txt $(PACKAGE)/dist/*.whl
	$(PACKAGE)/wheel/bin/python tools/installed.py $(PACKAGE)/dist

lowest: $(PACKAGE)/built
	$(PYTHON) tools/lowest.py > $(PACKAGE)/lowest.txt
	$(PACKAGE)/lowest/bin/python $(QUIET_PIP) --constraint $(PACKAGE)/lowest.txt $(PACKAGE)/dist/*.whl $(TEST_TOOLS)
	cd $(PACKAGE)/source && ../lowest/bin/python -m pytest --quiet --numprocesses $(WORKERS) $(QUICK_TESTS)

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/installed
	$(BIN)/python benchmarks/mapping.py

walk: $(VENV)/installed
	$(BIN)/python tools/walk.py

clean:
	rm -rf $(VENV) .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache dist build
