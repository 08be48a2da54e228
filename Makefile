# Everything happens in .venv and var; ARGS is passed on: make test ARGS="-k ledger"
.PHONY: run test torture lint format bench clean
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
PYTHONS = python3.11 python3.12 python3 python3.13 python3.14
BIN = .venv/bin
LOG = .venv/install.log

run: .venv/.runtime
	@$(BIN)/python -m shop.launch $(ARGS)

test: .venv/.dev
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 $(ARGS)

# The shop under pressure: real processes on servers of their own. ARGS="--small", or names.
torture: .venv/.dev
	@$(BIN)/python -m shop.testing.torture $(ARGS)

lint: export SECRET_KEY ?= only-for-lint
lint: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/python -m shop.embedded $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m shop.embedded $(BIN)/python manage.py check --fail-level WARNING

# How quick it is, as ratios to peers that run beside it.
bench: .venv/.dev
	@$(BIN)/python -m shop.testing.bench

# What is to be translated, read anew; then, once it is, as the programs read it.
messages: export SECRET_KEY ?= only-for-messages
messages: .venv/.dev
	$(BIN)/python -m shop.embedded $(BIN)/python manage.py makemessages --all --no-obsolete --add-location=file \
		$(addprefix --ignore=,.venv var tests testing demo backoffice cms imports reconciliation audit staff tasks)
	$(BIN)/python manage.py compilemessages --ignore=.venv

format: .venv/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The shop's data stays; remove var/ as well to begin anew.
clean:
	rm -rf .venv var/static .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing the packages (the first time takes a minute or two)"
	@$(call install,requirements.txt)
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	@echo "Installing the packages for tests and lint"
	@$(call install,requirements-dev.txt)
	@touch $@

$(BIN)/python:
	@for python in $(PYTHONS); do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		$$python -m venv .venv >/dev/null 2>&1 && exit 0; \
		rm -rf .venv; found=$$python; \
	done; \
	if [ -n "$$found" ]; then \
		echo "Magpie cannot make a virtual environment: install the venv module of $$found." >&2; \
	else \
		echo "Magpie needs Python 3.11 or newer; none of these is: $(PYTHONS)." >&2; \
	fi; exit 1

define install
$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -r $(1) >$(LOG) 2>&1 || { \
	echo "Magpie could not install its packages: $$(grep ERROR $(LOG) | tail -n 1 | sed 's/^ERROR: //') (all of it: $(LOG))" >&2; \
	exit 1; }
endef
