PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PURE := agreement alerts language messages subscribers
CATALOGS := $(wildcard locales/*/LC_MESSAGES/bot.po)

.PHONY: run demo postgres test coverage soak bench check catalogs messages lock wheel clean

run: $(VENV)/.run
	@$(BIN)/briefing-bot run

demo: $(VENV)/.run
	@$(BIN)/briefing-bot demo

# What BRIEFING_STORE=postgresql://… needs besides.
postgres: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/postgres.txt

# Coverage slows Python 3.11 down so much that here it is that of the pure rooms alone.
test: check
	$(BIN)/pytest -n 4 --dist worksteal
	$(BIN)/pytest -n 2 $(PURE:%=tests/%) $(PURE:%=--cov=bot.%) --cov-report=term:skip-covered

# Longer than any patience of every day: kills and the store beside a plain model, ten times over.
soak: $(VENV)/.test catalogs
	BRIEFING_SOAK=10 $(BIN)/pytest -n 2 tests/conversations/test_kill.py tests/store/test_store_model.py

# The coverage of everything.
coverage: $(VENV)/.test catalogs
	$(BIN)/pytest -n 4 --dist worksteal --cov --cov-report=term:skip-covered

check: $(VENV)/.test catalogs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python locales/catalogs.py check
	$(BIN)/briefing-bot check content/provisions.json

# Installs are pinned with hashes; the build's own needs are pinned in pyproject.toml.
$(VENV)/.run: pyproject.toml requirements/run.txt $(CATALOGS)
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else 0'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

# Speed and memory, beside other libraries; they have an environment of their own, since aiogram
# wants an older pydantic. What the figures mean: benchmarks/README.md.
bench: $(VENV)/.test $(VENV)/peers
	$(BIN)/python -m benchmarks

$(VENV)/peers: pyproject.toml
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$@/bin/python -m pip install --quiet --disable-pip-version-check --group bench
	@touch $@

# Compiled catalogs are built, never committed.
catalogs: $(VENV)/.test
	$(BIN)/python locales/catalogs.py compile

# New and changed messages into the catalogs, for translators.
messages: $(VENV)/.test
	$(BIN)/python locales/catalogs.py update

# New pins from pyproject.toml.
lock: $(VENV)/.test
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade pyproject.toml --extra postgres -o requirements/postgres.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade pyproject.toml --group test --all-extras -o requirements/test.txt

wheel: $(VENV)/.test
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) build dist
