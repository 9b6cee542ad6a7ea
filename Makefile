# The short ways. Those that run runtimes do the set-up first; what is there is not fetched or built again.
SHELL := /bin/bash
CACHE := $(or $(WASMARK_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/wasmark)
# One target folder outside of the clone: a second clone does not build the dependencies again.
export CARGO_TARGET_DIR := $(or $(CARGO_TARGET_DIR),$(CACHE)/target/workspace)
WASMARK := $(CARGO_TARGET_DIR)/release/wasmark

PREFIX ?= $(HOME)/.local

.PHONY: bench install dist dist-check criterion test lint guests guests-check profiles footprint setup

bench: setup        ## Measure the runtimes and their yardsticks, and write the page
	cargo build --release --locked --workspace
	$(WASMARK) run

install: setup      ## Put wasmark, its suite and its workers into PREFIX (~/.local): bin/wasmark
	cargo build --release --locked --workspace
	WASMARK=$(WASMARK) packaging/install.sh "$(PREFIX)"

dist: setup         ## Make an archive that runs from any folder, and a Python wheel, in dist/
	cargo build --release --locked --workspace
	WASMARK=$(WASMARK) packaging/dist.sh dist

dist-check: dist    ## Try both in a bare Debian, without Rust, compilers or root in it
	packaging/check.sh dist

criterion: setup    ## The same cells through Criterion
	cargo bench --locked --workspace --bench wasmark

test:               ## Everything: set-up, unit tests, each runtime's own tests, conformance, the page in a browser
	./setup.sh --test
	.ci/test

lint:               ## Formatting and clippy, warnings denied, of every package
	.ci/lint

guests:             ## Rebuild the workloads' modules from their sources
	workloads/guests/build.sh

guests-check:       ## Rebuild them elsewhere and compare byte for byte
	workloads/guests/build.sh --check

profiles:           ## Measure what each workload is like, beside its manifest; NAMES="one two": those alone
	cd workloads/profile && WASMARK_CACHE=$(CACHE) CARGO_TARGET_DIR=$(CACHE)/target/runtimes/wasmtime \
		cargo run --release --locked -- $(NAMES)

footprint: setup    ## How small WAMR can be, beside what its project claims
	runtimes/wamr/footprint/measure.sh

setup:
	./setup.sh
