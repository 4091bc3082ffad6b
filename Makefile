PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PURE := agreement alerts i18n search subscribers views
FAST := $(PURE:%=tests/%) tests/test_settings.py tests/journeys/test_inline.py
CATALOGS := $(wildcard locales/*/LC_MESSAGES/bot.po)

# A lock is complete, so nothing is resolved: pip's resolver takes the newest release of a package
# that another one requires with an extra, and then refuses it (docs/adr/0001-installs.md).
INSTALL := install --quiet --no-deps --require-hashes
EDITABLE := install --quiet --no-deps --no-build-isolation --editable .

.PHONY: run demo postgres test test-fast coverage soak bench check catalogs messages lock wheel clean

run: $(VENV)/.run
	@$(BIN)/briefing-bot run

demo: $(VENV)/.run
	@$(BIN)/briefing-bot demo

# The driver for BRIEFING_STORE=postgresql://…
postgres: $(VENV)/.run
	$(PIP) $(INSTALL) -r requirements/postgres.txt

# Coverage slows Python 3.11 down so much that here it is that of the pure rooms alone.
test: check
	$(BIN)/pytest -n 4 --dist worksteal --timeout 300
	$(BIN)/pytest -n 2 $(PURE:%=tests/%) $(PURE:%=--cov=bot.%) --cov-report=term:skip-covered

# While you work: the domain, views, settings and a conversation through a Bot API on loopback.
# It leaves out generated examples, slow tests, the browser, PostgreSQL and kills.
test-fast: $(VENV)/.test catalogs
	$(BIN)/pytest -n 2 --dist worksteal --timeout 30 -m "not hypothesis and not slow" $(FAST)

# Longer than any patience of every day: kills, floods, odd updates, and the store beside a plain
# model.
soak: $(VENV)/.test catalogs
	BRIEFING_SOAK=10 $(BIN)/pytest -n 2 --timeout 1800 tests/journeys/test_kill.py tests/storage/test_store_model.py tests/chaos

# The coverage of everything.
coverage: $(VENV)/.test catalogs
	$(BIN)/pytest -n 4 --dist worksteal --cov --cov-report=term:skip-covered

check: $(VENV)/.test catalogs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python locales/catalogs.py check
	$(BIN)/python locales/catalogs.py terms
	$(BIN)/briefing-bot check content/provisions.json
	$(BIN)/codespell bot docs README.md
	$(BIN)/python .ci/check_english.py

# Three layers in one environment: what builds the package, what runs it, what tests it.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.build: requirements/build.txt | $(BIN)/pip
	@echo "Downloading and installing packages. This happens once."
	$(PIP) $(INSTALL) -r requirements/build.txt
	@touch $@

$(VENV)/.run: $(VENV)/.build pyproject.toml requirements/run.txt $(CATALOGS)
	$(PIP) $(INSTALL) -r requirements/run.txt
	$(PIP) $(EDITABLE)
	@$(PIP) check --quiet || $(PIP) check
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	$(PIP) $(INSTALL) -r requirements/test.txt
	@$(PIP) check --quiet || $(PIP) check
	@touch $@

# Speed and memory, compared with other libraries. These have an environment of their own, as
# aiogram needs an older pydantic. benchmarks/README.md explains the figures.
bench: $(VENV)/.test $(VENV)/peers
	$(BIN)/python -m benchmarks

$(VENV)/peers: requirements/bench.txt
	$(PYTHON) -m venv $@
	$@/bin/python -m pip --disable-pip-version-check $(INSTALL) -r requirements/bench.txt
	@touch $@

# Compiled catalogs are built, never committed.
catalogs: $(VENV)/.test
	$(BIN)/python locales/catalogs.py compile

# New and changed messages into the catalogs, for translators.
messages: $(VENV)/.test
	$(BIN)/python locales/catalogs.py update

# New pins from pyproject.toml. The locks agree with each other: they share one environment.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
BUILD_NEEDS := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")
lock: $(VENV)/.test
	$(PIP) install --quiet uv
	$(LOCK) --upgrade pyproject.toml --group test --all-extras -o requirements/test.txt
	$(LOCK) --upgrade -c requirements/test.txt pyproject.toml -o requirements/run.txt
	$(LOCK) --upgrade -c requirements/test.txt pyproject.toml --extra postgres -o requirements/postgres.txt
	$(BIN)/python -c '$(BUILD_NEEDS)' | $(LOCK) --upgrade -c requirements/test.txt - -o requirements/build.txt
	$(LOCK) --upgrade --group bench -o requirements/bench.txt

# A wheel, and the lock to install it with: both are all that a server needs.
wheel: $(VENV)/.build
	rm -f dist/briefing_bot-*.whl
	$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	cp requirements/postgres.txt dist/requirements.txt
	@echo "dist/ holds the wheel and requirements.txt; docs/operating.md says how to install them"

clean:
	rm -rf $(VENV) build dist
