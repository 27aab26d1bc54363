# make run   installs everything into .venv, checks the sample forms and prints findings and drafts (ends with status 0)
# make test  installs everything into .venv and runs linters, types, layer contract and tests
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint check-shared bench evals wheelhouse wheelhouse-proof apt lock clean

run: .venv/ready
	$(BIN)/fuhe check data/samples --fail-on never
	$(BIN)/fuhe draft data/samples --no-llm

test: .venv/ready-dev apt lint
	$(BIN)/pytest -n auto

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# LibreOffice is what .rtf .odt .ods go through, Chromium what the pages are tested in, PostgreSQL the store, Java the Spark job; without root such tests skip and say so.
apt:
	@missing=""; \
	command -v soffice >/dev/null || missing="$$missing libreoffice-writer-nogui libreoffice-calc-nogui"; \
	command -v chromium >/dev/null || missing="$$missing chromium fonts-noto-cjk"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	command -v java >/dev/null || missing="$$missing default-jre-headless"; \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  (apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing) \
	    >/dev/null 2>&1 || echo "没有装成$$missing，有关测试将跳过" >&2; \
	else echo "缺少$$missing，有关测试将跳过（apt install$$missing）" >&2; fi

check-shared: .venv/ready-dev
	$(BIN)/python -m evals.shared

bench: .venv/ready-dev
	$(BIN)/python -m evals.bench

evals: .venv/ready-dev
	$(BIN)/python -m evals --check

# check-shared compares every reader with the real files in ../shared, where that folder is there; bench prints speed;
# evals fails when a figure is below evals/baseline.yaml.

# What a computer without a network installs from, for Linux and Windows x64; PYTHONS="3.12 3.13" names the Pythons it has.
PYTHONS ?= $(shell $(PYTHON) -c 'import sys; print("{}.{}".format(*sys.version_info))')

wheelhouse: .venv/ready
	$(BIN)/python .ci/wheelhouse.py gather wheelhouse $(PYTHONS:%=--python %)

# Installs from the folder alone in an empty environment and checks the samples; what Windows asks for is only looked up.
wheelhouse-proof: .venv/ready
	$(BIN)/python .ci/wheelhouse.py proof wheelhouse $(PYTHONS:%=--python %)

# Debian ships python3 without ensurepip; as root the missing package is fetched, else the message says what to do.
.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本：make PYTHON=python3.11 …" >&2; exit 2; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else echo "缺少 python3-venv，请先安装：apt install python3-venv" >&2; exit 2; fi; \
	  $(PYTHON) -m venv .venv; }

.venv/ready: .venv/bin/pip requirements.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Pins every dependency with its hashes, for every platform; needs uv.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --extra evals pyproject.toml requirements-build.in -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --extra fast --extra postgres -c requirements.lock pyproject.toml requirements-build.in -o requirements-offline.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --extra dev -c requirements.lock pyproject.toml requirements-build.in -o requirements-dev.lock

clean:
	rm -rf .venv dist build wheelhouse
