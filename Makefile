# make site and make test set themselves up from nothing but Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

site: $(READY)  ## build the site into site/
	$(BIN)/press build

test: $(READY)  ## run every check
	$(BIN)/python -m pytest

serve: $(READY)  ## show the site while you write
	$(BIN)/press serve

bench: $(READY)  ## measure the build against others; ratios within one run
	$(BIN)/python bench/bench.py

lock: $(READY)  ## write requirements.txt anew from requirements.in
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	    --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	    --custom-compile-command "make lock" bench/requirements.in -o bench/requirements.txt

clean:  ## remove everything that was made
	rm -rf .venv .press site build *.egg-info

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' Makefile

# The lock first, with hashes; then the press itself, which needs nothing that the lock does not hold.
$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.12 …')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

.PHONY: site test serve bench lock clean help
