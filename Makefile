# The one door. `make` alone lists the verbs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup build release run test test-long test-crash test-guest check fmt web openapi reference bench \
	bench-backup bench-history bench-impact bench-layouts bench-map bench-pages bench-tables screenshots package-tar package-deb package-rpm clean

# One set of flags, so that check, test and build share one build.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
# Rounds of test-crash.
N ?= 100

help: ## list these verbs
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what building, testing and measuring need (Debian packages, Python tools, fonts)
	@tools/setup.sh all

build: ## debug build of everything, tests included
	@tools/setup.sh run
	@swift build --build-tests $(SWIFT_FLAGS)

release: ## release build of the daemon
	@tools/setup.sh run
	@swift build -c release --product circuit-breaker $(SWIFT_FLAGS)

run: ## serve on https://localhost:8443 with everything in ./.run (MODE=debug uses the debug build, PORT=n another port)
	@tools/setup.sh run
	@tools/run.sh

test: ## every quick test: Swift on SQLite and PostgreSQL, Node, the built daemon, a browser
	@tools/setup.sh test
	@swift build --build-tests $(SWIFT_FLAGS)
	@tools/with-postgres.sh tools/test.sh quick

test-long: ## the long campaigns: 50 crash rounds on both engines, API fuzzing, hostile input at full size
	@tools/setup.sh long
	@swift build --build-tests $(SWIFT_FLAGS)
	@tools/with-postgres.sh tools/test.sh long

test-crash: ## kill -9 (both engines) and power cuts (SQLite) in mixed writes, N rounds each (N=1000 SEED=1)
	@tools/setup.sh test
	@swift build --build-tests $(SWIFT_FLAGS)
	@.venv/bin/python Tests/EndToEnd/crash.py --rounds $(N) --seed $(or $(SEED),1)
	@.venv/bin/python Tests/EndToEnd/crash.py --rounds $(N) --seed $(or $(SEED),1) --power-cut
	@tools/with-postgres.sh .venv/bin/python Tests/EndToEnd/crash.py --rounds $(N) --seed $(or $(SEED),1) \
		--engine postgres

check: ## format, warnings, imports, house rules, generated files, page modules, shell scripts
	@tools/setup.sh test
	@tools/check.sh

fmt: ## format the Swift sources in place
	@git ls-files -co --exclude-standard -- '*.swift' | xargs swift format -i --parallel

web: ## check and test the page modules only (a second)
	@node tools/check-web.mjs
	@tools/test-web.sh

openapi: reference ## write share/circuit-breaker/openapi.json (with the other generated files)

reference: ## write every generated file anew
	@swift build --build-tests $(SWIFT_FLAGS)
	@tools/generate.sh

bench: ## measure a release build beside nginx and print one table (SIZES="1 10" SECONDS_EACH=4); see also bench-…
	@tools/setup.sh bench
	@swift build -c release --product circuit-breaker $(SWIFT_FLAGS)
	@.venv/bin/python tools/bench/bench.py
	@tools/bench/impact.sh

bench-impact: ## measure what stops if this stops over 10,000 nodes (a part of bench)
	@tools/bench/impact.sh

bench-map: ## measure the map's first picture, script per frame and frame rate in headless Chromium, release build (NODES=10000 EDGES=20000)
	@tools/setup.sh test
	@swift build -c release --product circuit-breaker $(SWIFT_FLAGS)
	@CB_BINARY=$(CURDIR)/.build/release/circuit-breaker .venv/bin/python tools/bench/map.py --nodes $(or $(NODES),10000) --edges $(or $(EDGES),20000)

bench-tables: ## measure lists of 10,000 rows, release build: filters at the API and in the browser, frames while scrolling
	@tools/setup.sh test
	@swift build -c release --product circuit-breaker $(SWIFT_FLAGS)
	@CB_BINARY=.build/release/circuit-breaker CB_SLACK=$(or $(SLACK),1) .venv/bin/python -m pytest -q -s \
		-p no:cacheprovider Tests/EndToEnd/test_many_rows.py

bench-pages: ## measure the load of every page, nothing cached, with 0, 300 and 2,000 objects (SIZES=0,300,2000 RUNS=3 ONLY=word)
	@tools/setup.sh test
	@swift build -c release --product circuit-breaker $(SWIFT_FLAGS)
	@.venv/bin/python tools/bench/pages.py --sizes $(or $(SIZES),0,300,2000) --runs $(or $(RUNS),3) --only "$(ONLY)"

bench-history: ## measure the map as it was over 10,000 objects and a long audit trail (ROWS=100000)
	@tools/setup.sh bench
	@swift build -c release --product circuit-breaker $(SWIFT_FLAGS)
	@.venv/bin/python tools/bench/history.py --rows $(or $(ROWS),100000)

bench-layouts: ## measure the map's layouts beside Graphviz on ten graphs: time, crossings, lengths of lines
	@tools/setup.sh bench
	@swift build -c release --package-path tools/bench/layouts
	@python3 tools/bench/layouts.py tools/bench/layouts/.build/release/bench

bench-backup: ## measure a backup of a large database beside `sqlite3 .backup | zstd` (MEGABYTES=1024)
	@tools/setup.sh bench
	@swift build -c release --product circuit-breaker $(SWIFT_FLAGS)
	@python3 tools/bench/backup.py --megabytes $${MEGABYTES:-1024}

screenshots: ## pictures of every page, form and dialog (CB_ONLY=rack for some) into .run/screenshots, and the two of the README
	@tools/setup.sh test
	@swift build --build-tests $(SWIFT_FLAGS)
	@.venv/bin/python -m pytest -q -p no:cacheprovider Tests/EndToEnd/test_screenshots.py

package-tar: ## release build with Swift's runtime inside, as a tarball for any distribution, into .build-package
	@tools/setup.sh package
	@tools/package/build.sh
	@tools/package/stage.sh
	@tools/package/tar.sh

package-deb: ## the same as a Debian package, judged by lintian
	@tools/setup.sh package
	@tools/package/build.sh
	@tools/package/stage.sh
	@tools/package/deb.sh

package-rpm: ## the same as an RPM
	@tools/setup.sh package
	@tools/package/build.sh
	@tools/package/stage.sh
	@tools/package/rpm.sh

test-guest: ## build the packages, install, break and remove them in fresh machines with a real systemd (as root)
	@tools/setup.sh guest
	@tools/test-guest.sh

clean: ## remove build products, the Python tools and ./.run (asks first when ./.run holds data)
	@tools/clean.sh
