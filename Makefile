# Everything that a clone needs, by name: `make demo`, `make test`. Each sets itself up first.

# Other folders than the checkout are not written to; pip keeps what it fetched here.
export PIP_CACHE_DIR ?= $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# As an environment variable the pins also hold for what pip builds from source.
export PIP_CONSTRAINT := $(CURDIR)/constraints/hub.txt
export PHOTOS DEMO_SERVE

BIN := .venv/bin
CHECKED := hub jobs dashboard cluster sql tests benchmarks setup.py

.PHONY: help setup train-setup demo test lint fmt bench faults fuzz shots clean

help: ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: .venv/.is-set-up ## Make .venv with everything but training; a second run does nothing

# The stamp is written last, so that an interrupted set-up is taken up again. An environment that
# works is kept: another Python on PATH would leave it half of each.
.venv/.is-set-up: setup.py constraints/hub.txt jobs/jars.py
	@python=; for name in python3.11 python3.12 python3; do \
		if $$name -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null; \
		then python=$$name; break; fi; done; \
	if [ -z "$$python" ]; then echo "setup: no Python 3.11 or 3.12 with venv is on PATH: install it (Debian: python3 and python3-venv)" >&2; exit 1; fi; \
	if ! command -v java >/dev/null; then echo "setup: no Java is on PATH: install Java 17 or 21 (Debian: openjdk-17-jre-headless)" >&2; exit 1; fi; \
	echo "setup: .venv by $$($$python --version), packages and jars: a few minutes, once" >&2; \
	$(BIN)/python -c 'import pip' 2>/dev/null || $$python -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --use-pep517 -e '.[spark,local,site,dev]'
	@$(BIN)/python -m jobs.jars
	@touch $@

train-setup: .venv-train/.is-set-up ## Make .venv-train, with TensorFlow, Horovod and Petastorm; a second run does nothing

# An environment of its own: Petastorm's last release works with pyarrow 14 at most. Horovod is
# built from source against the TensorFlow that is there, so after it. The hub itself is there for
# its plain rules alone, without what it depends on.
TRAIN_PIP = PIP_CONSTRAINT=$(CURDIR)/constraints/train.txt PATH=$(CURDIR)/.venv-train/bin:$$PATH \
	.venv-train/bin/python -m pip install --quiet
HOROVOD := HOROVOD_WITH_TENSORFLOW=1 HOROVOD_WITHOUT_PYTORCH=1 HOROVOD_WITHOUT_MXNET=1 \
	HOROVOD_WITH_GLOO=1 HOROVOD_WITHOUT_MPI=1
.venv-train/.is-set-up: constraints/train.txt setup.py | .venv/.is-set-up
	@if ! command -v g++ >/dev/null; then echo "train-setup: no C++ compiler is on PATH: install g++ (Debian: build-essential)" >&2; exit 1; fi
	@echo "train-setup: .venv-train, 2 GB, with Horovod built from source: some 5 minutes, once" >&2
	@.venv-train/bin/python -c 'import pip' 2>/dev/null || $(BIN)/python -m venv --clear .venv-train
	@$(TRAIN_PIP) cmake keras matplotlib petastorm pillow setuptools tensorflow-cpu urllib3 wheel
	@$(HOROVOD) $(TRAIN_PIP) --no-build-isolation horovod
	@$(TRAIN_PIP) --no-build-isolation --no-deps -e .
	@touch $@

demo: setup train-setup ## Submit, publish, count, verify, download and train (PHOTOS=folder for your own pictures)
	@$(BIN)/python -m cluster.demo

test: lint train-setup ## Check and test everything
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: setup ## Check style, types and the layers
	@$(BIN)/ruff check $(CHECKED)
	@$(BIN)/ruff format --check $(CHECKED)
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fmt: setup ## Format the code
	@$(BIN)/ruff check --fix-only --quiet $(CHECKED)
	@$(BIN)/ruff format $(CHECKED)

bench: setup ## Measure speed and memory beside others; BENCH_ARGS=--quick for a look
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

faults: setup ## Kill a job at every boundary, not only at the telling ones
	@HUB_FAULTS=every $(BIN)/python -m pytest tests/faults $(PYTEST_ARGS)

fuzz: setup ## Judge seeded mutants of picture files twice each (FUZZ_MUTANTS, FUZZ_SEED)
	@$(BIN)/python -m tests.fuzz

shots: setup train-setup ## Draw the pictures of pages in docs/screens anew
	@$(BIN)/python -m tests.shots

clean: ## Remove what set-up made
	rm -rf .venv .venv-train .cache *.egg-info
