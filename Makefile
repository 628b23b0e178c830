# Two commands do all set-up: `make demo` shows the product, `make test` tests it.
.DEFAULT_GOAL := help
.PHONY: help demo test lint bench lock accept site serve clean venv engine

PYTHON ?= python3
BIN := .venv/bin
# Each is a program of its own, not a module of a package: mypy takes them one at a time.
SCRIPTS := pulumi/__main__.py $(wildcard .ci/*.py)

help: ## these lines
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

venv:
	@$(PYTHON) .ci/environment.py

engine: venv
	@$(BIN)/python -m rollguard.engine

demo: engine ## check, deploy to the sandbox twice, build the site, break a release
	@$(BIN)/python .ci/demo.py

test: engine ## the whole test-suite, the real engine and a browser included
	@echo "==> tests, on two processes"
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile $(ARGS)

lint: venv ## ruff, mypy, import contracts
	@echo "==> ruff check" && $(BIN)/ruff check .
	@echo "==> ruff format" && $(BIN)/ruff format --check .
	@echo "==> mypy" && $(BIN)/mypy && for script in $(SCRIPTS); do $(BIN)/mypy $$script || exit 1; done
	@echo "==> import contracts" && $(BIN)/lint-imports

accept: engine ## rewrite the golden files; review the diff afterwards
	@$(BIN)/python -m pytest -q --accept

bench: engine ## how fast, against ajv-cli and a hand-written Pulumi program
	@$(BIN)/python -m tests.bench $(ARGS)

site: venv ## build the site into build/html
	@$(BIN)/rollguard site

serve: venv ## the site with live reload
	@$(BIN)/rollguard site --serve

lock: venv ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --all-extras --universal --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command "make lock" --output-file requirements.lock
	@$(PYTHON) .ci/environment.py

clean: ## remove what was made here (not the engine in the cache)
	@rm -rf build dist .venv .rollguard .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
