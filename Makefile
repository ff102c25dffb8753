# The portal's commands. `make help` lists them. Needs only Python >= 3.11; uv is used where it is installed.

PORT ?= 8501
VENV := .venv
PY := $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev browser run migrate test check format lock clean

help: ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## install, migrate, fill a new database with a demo book, start portal and worker (PORT=, DATABASE_URL=)
	@exec $(PY) -m services.setup --port $(PORT)

migrate: setup ## bring the database of DATABASE_URL to the newest schema
	@$(PY) -m data.migrate

test: setup-dev browser ## all tests: rules, services on SQLite and PostgreSQL, pages, browser
	@$(PY) -m pytest -n 2 --dist loadfile

check: setup-dev ## lint, format, types, architecture
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m pytest -q tests/test_architecture.py

format: setup-dev ## format the code
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .

lock: ## resolve the pins of pyproject.toml into both requirement files (needs uv)
	@UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile -q pyproject.toml --universal --python-version 3.11 -o requirements.txt
	@UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 -c requirements.txt -o requirements-dev.txt

clean: ## remove the environment and caches (databases stay)
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

# --- how the environment is made: a copy of the requirements beside the environment tells what is installed ---

define install
	if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(PY) --compile-bytecode -r $(1); \
	else $(PY) -m pip install -q --disable-pip-version-check -r $(1); fi && cp $(1) $(VENV)/$(1)
endef

setup: $(PY) ## install what the portal needs
	@cmp -s requirements.txt $(VENV)/requirements.txt || { echo "Installing the portal's requirements ..."; $(call install,requirements.txt); }

setup-dev: $(PY) ## install what tests and checks need, too
	@cmp -s requirements-dev.txt $(VENV)/requirements-dev.txt || { echo "Installing the requirements of tests and checks ..."; $(call install,requirements-dev.txt) && cp requirements.txt $(VENV)/requirements.txt; }

browser: setup-dev ## find a Chromium for the browser tests, or install one
	@$(PY) tests/browser/setup_browser.py

$(PY):
	@python=; for candidate in "$${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do \
	  if command -v "$$candidate" >/dev/null 2>&1 && "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then python=$$candidate; break; fi; \
	done; \
	if [ -n "$$python" ]; then \
	  echo "Creating $(VENV) with $$($$python --version) ..."; \
	  if command -v uv >/dev/null 2>&1; then uv venv -q --python "$$(command -v $$python)" $(VENV); else "$$python" -m venv $(VENV); fi; \
	elif command -v uv >/dev/null 2>&1; then uv venv -q --python ">=3.11" $(VENV); \
	else echo "The portal needs Python 3.11 or newer. Install it, or name it: PYTHON=/path/to/python3.12 make run" >&2; exit 1; fi
