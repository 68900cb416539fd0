# make demo: the main job, set-up included. make test: the tests. make check: lint and types.

VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
export HF_HUB_OFFLINE ?= 1
export TOKENIZERS_PARALLELISM := false

.PHONY: setup image demo test check format bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    the whole loop on this machine's CPU, in minutes"
	@echo "make test    the tests        make check   lint and types"
	@echo "make setup   .venv and bubblewrap (the others call it first)"
	@echo "make bench   the benchmarks   make format  put the code in shape"
	@echo "make image   what the Docker sandbox runs (BASE=, PACKAGES=: from what, with what)"

setup: $(VENV)/.ready .sandbox

# torch comes first and alone: on a machine without an NVIDIA GPU everything that asks for it later
# then finds a CPU build, and pip never pulls gigabytes of CUDA. See "GPU machines" in the README.
$(VENV)/.ready: pyproject.toml constraints.txt tools/install_torch.sh
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ratchet needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	sh tools/install_torch.sh $(BIN)/python constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

.PHONY: .sandbox
.sandbox:
	@sh tools/install_bubblewrap.sh

# BASE and PACKAGES, if given, reach the script as environment variables
image:
	@sh tools/sandbox_image.sh

demo: setup
	$(BIN)/ratchet run selfcodealign data/tiny/demo.toml --name demo
	$(BIN)/ratchet show demo

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python tools/readme.py

bench: setup
	$(BIN)/python -m tests.bench.overhead
	$(BIN)/python -m tests.bench.near_duplicates
	$(BIN)/python -m tests.bench.sandbox
	$(BIN)/python -m tests.bench.demo
	$(BIN)/python -m tests.bench.loops

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
