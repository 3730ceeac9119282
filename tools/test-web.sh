#!/bin/bash
# Runs the tests of the page modules with Node's own runner; needs no package.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(git ls-files -co --exclude-standard -- 'share/circuit-breaker/web/*.test.js' | sort)
[ ${#files[@]} -gt 0 ] || { echo "test-web: no *.test.js yet"; exit 0; }
exec node --test --test-reporter="${NODE_REPORTER:-dot}" "${files[@]}"
