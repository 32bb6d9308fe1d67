# arkit: the tasks of the house. Each works as the first command typed in a fresh clone.
PYTHON      ?= python3
OUT         ?= reports/sample
REPORT_LANG ?= en

BIN     := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
PO      := arkit/locale/zh/LC_MESSAGES/arkit

.DEFAULT_GOAL := help
.PHONY: help report test proofs check notebooks lab class bench messages clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: .venv/.base ## render the sample company's monthly diagnostic (OUT=folder, REPORT_LANG=zh)
	@$(BIN)/arkit report --out "$(OUT)" --lang "$(REPORT_LANG)"

test: .venv/.dev ## run every test: docstrings and notebooks, then library and browser
	$(BIN)/python -m pytest --doctest-modules --nbval --nbval-current-env arkit notebooks/explore notebooks/course
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile tests

proofs: .venv/.dev ## 500 examples of each property, 200 ledgers, 2,000 mutated files: `make test` takes a few
	$(BIN)/python -m pytest --proofs --numprocesses 2 --dist worksteal tests/proofs

check: .venv/.dev ## lint, format, strict types, layers, notebook hygiene
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/house

notebooks: .venv/.dev ## run the notebooks to explore and store their outputs, which `make test` compares
	$(BIN)/python tests/notebooks/store.py notebooks/explore/*.ipynb notebooks/course/*/*.ipynb

lab: .venv/.lab ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir notebooks

# A page that was closed or loaded again leaves its kernel behind: idle ones without a page go after ten minutes.
class: .venv/.lab ## open the course without code, in Voilà
	$(BIN)/voila notebooks/course --MappingKernelManager.cull_interval=60 --MappingKernelManager.cull_idle_timeout=600

bench: .venv/.dev ## measure speed, as ratios of medians in one run
	$(BIN)/python -m benchmarks

messages: .venv/.base ## collect the messages, bring the Chinese catalogue up to date, compile it
	@mkdir -p build
	$(BIN)/pybabel -q extract -k Message -k N_ -k say -k plural:1,2 --no-location --sort-output -o build/arkit.pot arkit
	$(BIN)/pybabel -q update -D arkit -l zh -i build/arkit.pot -o $(PO).po --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -i $(PO).po -o $(PO).mo --statistics

clean: ## remove the environment, caches and builds; reports stay
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find arkit tests benchmarks sample_data notebooks -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

# Stamps: what is installed. A newer pyproject.toml or constraints.txt installs again.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "arkit needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.base: .venv/bin/python pyproject.toml constraints.txt
	$(INSTALL) "."
	@touch $@

.venv/.lab: .venv/bin/python pyproject.toml constraints.txt
	$(INSTALL) ".[lab,duckdb]"
	@touch $@ .venv/.base

.venv/.dev: .venv/bin/python pyproject.toml constraints.txt
	$(INSTALL) ".[dev]"
	@touch $@ .venv/.base .venv/.lab
