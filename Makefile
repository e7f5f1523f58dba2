# The commands of the house. Each installs into .venv what is missing and does nothing twice.
#
#   make demo ARGS="--port 9000"      make test ARGS="tests/domain -k routing"

.DELETE_ON_ERROR:
.PHONY: help demo test install install-dev lint format docs stress bench lock image clean

# The first Python on the path that is new enough; `make install PYTHON=/path/to/python` chooses.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
ARGS ?=
# Processes that share the suite; each has a PostgreSQL and a browser of its own.
WORKERS ?= 2
# A test that hangs fails after ten minutes by its name and stack, instead of holding up all others.
NO_HANG := -o faulthandler_timeout=600 -o faulthandler_exit_on_timeout=true
BIN := .venv/bin
BENCHMARKS ?= chat_turn mail_intake mail_reading understanding import_customers
# The certificates of the system, so that a company's own authority is known.
UV := UV_SYSTEM_CERTS=1 $(BIN)/uv

help:
	@echo "make demo      try everything here: sample company, mailboxes, Slack sandbox"
	@echo "make test      the whole test suite, shared by WORKERS=2 processes"
	@echo "make install   only install, into .venv"
	@echo "make lint      style, types, the compose file and the Dockerfile"
	@echo "make format    put the code into the house's format"
	@echo "make docs      write docs/commands.md anew from the command line"
	@echo "make stress    the long runs: kill -9, floods, faults"
	@echo "make bench     the benchmarks, each beside its bare floor"
	@echo "make lock      resolve the dependencies anew after a change in pyproject.toml"
	@echo "make image     build the container image"

demo: install
	@exec $(BIN)/madoguchi demo $(ARGS)

test: install-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(NO_HANG) $(ARGS)

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint Dockerfile

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: install-dev
	$(BIN)/python -m tools.write_command_reference

stress: install-dev
	$(BIN)/python -m pytest -m stress $(ARGS)

bench: install-dev
	@for name in $(BENCHMARKS); do \
	  echo "== $$name"; PYTHONPATH=. $(BIN)/python benchmarks/$$name.py $(ARGS) || exit 1; done

image:
	docker build -t madoguchi .

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

# --- installing: a stamp tells what was installed, so that the second time costs nothing -----

install: .venv/.installed

install-dev: .venv/.installed-dev

.venv/.made: requirements-build.lock
	@test -n "$(PYTHON)" || { echo \
	  "Python 3.11 or newer is needed and was not found (Debian 12: apt-get install python3)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo \
	  "$(PYTHON) cannot make virtual environments yet; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "Making .venv"; $(PYTHON) -m venv --clear .venv; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-build.lock
	@touch $@

.venv/.installed: .venv/.made requirements.lock pyproject.toml
	@echo "Installing what Madoguchi needs into .venv"
	@$(call install_locked,requirements.lock)
	@$(call install_project)
	@$(BIN)/python -m compileall -q bot domain inbound storage
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@echo "Installing the tools for tests and checks into .venv"
	@$(call install_locked,requirements-dev.lock)
	@touch $@

# uv is quick; where it cannot reach the packages, pip may, by the machine's own pip settings.
install_locked = $(UV) pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r $(1) \
  || { echo "uv did not succeed; trying pip" >&2; \
       $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1); }
install_project = $(UV) pip install -q --python $(BIN)/python --offline --no-deps --no-build-isolation -e .

# --- the locks: every version and hash, and no address -----------------------------------------

COMPILE = $(UV) pip compile -q --universal --python-version 3.11 \
  --generate-hashes --no-header --no-annotate

lock: .venv/.made
	$(COMPILE) --group build -o requirements-build.lock
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --extra llm --extra dev -c requirements.lock -o requirements-dev.lock
