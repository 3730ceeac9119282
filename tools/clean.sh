#!/bin/bash
# Removes what can be made again. The data of `make run` goes only after a yes, or with FORCE=1.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf .build .build-* .venv .pytest_cache .hypothesis
find Tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
find share/circuit-breaker/web/vendor -mindepth 1 ! -name VENDOR.md -delete
[ -d .run ] || exit 0
if [ "${FORCE:-}" != 1 ]; then
    read -r -p "clean: ./.run holds a database and certificates. Remove it as well? [y/N] " answer || answer=n
    [ "$answer" = y ] || { echo "clean: kept ./.run"; exit 0; }
fi
pid=$(cat .run/pid 2>/dev/null || true)
if [ -n "$pid" ] && [ "$(readlink "/proc/$pid/exe" 2>/dev/null | sed 's#.*/##')" = circuit-breaker ]; then
    echo "clean: the daemon of ./.run still runs (pid $pid); stop it first" >&2
    exit 1
fi
rm -rf .run
