# The one front door. `make help` lists what there is.

JOBS   ?= 2
PRESET ?= release
BUILD  := build/$(PRESET)
PYTEST := .deps/venv/bin/pytest
# Files of tests at a time: they wait for servers and locks as much as they compute.
FILES  ?= 3
# Tests that need a server find its URL in RHUMB_TEST_PG.
WITH_PG := python3 tests/harness/postgres.py run --
export RHUMB := $(CURDIR)/$(BUILD)/rhumb

MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
# One step after the other, each on JOBS cores.
.NOTPARALLEL:
.PHONY: help setup spark build test test-unit test-sql test-sql-spark test-python test-sanitizers test-long \
        demo demo-switch bless lint fuzz bench docs package clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what building and testing need (Debian 12); a second run does nothing
	@scripts/setup

spark: ## install Spark 3.5 with Sedona (about 500 MiB), for `rhumb run --engine spark` and its tests
	@scripts/setup spark

build: ## build the program: build/release/rhumb  (PRESET=dev: quicker to compile)
	@scripts/setup build
	@scripts/build $(PRESET) $(JOBS)

test: ## everything that must hold before a commit
test: setup build test-unit test-sql test-python test-sanitizers

test-unit: build ## only the unit tests
	$(WITH_PG) ctest --preset $(PRESET) -j $(JOBS)

test-sql: build ## only the SQL tests
	tests/run-sql $(BUILD)

test-sql-spark: build spark ## the SQL tests and the examples of all functions on Spark
	tests/run-sql $(BUILD) spark

test-python: setup build ## only the tests that run the built program
	$(PYTEST) -q -rs -n $(FILES) --dist loadfile -m "not long" tests spark/tests

test-sanitizers: setup ## unit and SQL tests under address and undefined, pure code under thread
	@scripts/build asan $(JOBS) unit_tests sql_tests
	$(WITH_PG) ctest --preset asan -j $(JOBS)
	tests/run-sql build/asan
	@scripts/build tsan $(JOBS) pure_tests
	ctest --preset tsan -j $(JOBS)

test-long: setup spark build test-sql-spark ## randomised and fault tests that take minutes; Spark
	$(PYTEST) -q -rs -m long tests

demo: build ## the example projects on real data, start to end
	@scripts/setup demo
	scripts/demo

demo-switch: build ## readers under load while versions switch
	@scripts/setup demo
	scripts/demo-switch

bless: setup build ## accept the program's present output as the expected one
	RHUMB_BLESS=1 $(PYTEST) -q -rs -m "not long" tests
	@git --no-pager diff --stat -- tests

lint: ## layout, layers, lone headers, static checks of changed files (ALL=1: of all)
	@scripts/setup build lint
	@scripts/lint $(JOBS) $(if $(ALL),all,changed)

fuzz: ## fuzz the parsers for a minute each
	@scripts/setup build fuzz
	@scripts/build fuzz $(JOBS)
	tests/fuzz/run build/fuzz

bench: build ## comparisons with peers measured in the same run
	@scripts/setup demo test bench
	bench/run

docs: build ## generate docs/reference from the program's own declarations
	scripts/docs

package: ## what users install: build/package/*.tar.gz and *.deb, the same bytes from the same commit
	@scripts/setup build package
	scripts/package $(JOBS)

clean: ## remove what was built; .deps stays
	rm -rf build
