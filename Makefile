# Each chore is one word. A fresh machine needs Python 3.11 or newer with venv, git and make.
PYTHON ?= python3
DB ?= sqlite
WORKERS ?= 2
BIN := .venv/bin
READY := .venv/.ready
ASSETS := src/daybook/web/static/vendor/icons.svg
COMPILE := --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11
export DAYBOOK_HOME ?= $(CURDIR)/.daybook/home
# Where this is set, as it is in many containers, each start of a program compiles all that it loads: half of the start.
unexport PYTHONDONTWRITEBYTECODE

ROUNDS ?= 200
.PHONY: all assets bench clean crash demo docs lint pictures requirements run simulate test
.DEFAULT_GOAL := all

all: $(READY) $(ASSETS)  ## build .venv with the daybook command, and the assets

$(READY): requirements-dev.lock pyproject.toml agent/pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what requirements-dev.lock names into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e . -e agent
	@touch $@

$(ASSETS): $(READY) package-lock.json src/daybook/web/assets.py src/daybook/web/icons.txt
	@$(BIN)/python -m daybook.web.assets
	@touch $@

assets: $(ASSETS)  ## fetch the front-end libraries by the lock file

demo: all  ## set up a demo and play one posting out and one import in (ONCE=1: play it and end; VIA=webconnector, VIA=agent)
	@$(BIN)/daybook demo $(if $(ONCE),--once) $(if $(VIA),--via $(VIA))

run: all  ## the site and the Monitor on a home folder in .daybook
	@$(BIN)/daybook serve --with-monitor

test: all  ## every test (DB=postgres for PostgreSQL); three at once on two cores, since many wait for programs they start
	DAYBOOK_TEST_DATABASE=$(DB) $(BIN)/python -m pytest -n 3 $(ARGS)

lint: $(READY)  ## formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

simulate: all  ## play SEEDS=1000 runs with faults (FIRST=n begins elsewhere, SEED=n tells one as a story)
	$(BIN)/python -m simulation --workers $(WORKERS) $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),1000) --first $(or $(FIRST),1)) $(ARGS)

bench: all  ## the figures of docs/benchmarks.md and build/bench.json (QUICK=1 for small sizes)
	$(BIN)/python -m bench $(ARGS)

crash: all  ## kill -9 of the real programs, a full disk, a backup brought back (ROUNDS=200, DB=postgres)
	$(BIN)/python -m crash kills --database $(DB) --rounds $(ROUNDS)
	$(BIN)/python -m crash disk --database $(DB)
	$(BIN)/python -m crash restore --database $(DB)

docs: $(READY)  ## write the parts of docs/ that follow from the code
	$(BIN)/python -m tests.ground.arrows
	DJANGO_SETTINGS_MODULE=daybook.settings $(BIN)/python -m tests.ground.commands

pictures: all  ## take the pictures of README.md anew
	@home=$$(mktemp -d) && DAYBOOK_HOME=$$home $(BIN)/python -m bench.pictures; code=$$?; rm -rf $$home; exit $$code

requirements: $(READY)  ## pin the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile --upgrade $(COMPILE) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --upgrade $(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean:  ## remove what can be built again; .daybook, with the data, stays
	rm -rf .venv build dist node_modules src/daybook/web/static/vendor
