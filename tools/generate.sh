#!/bin/bash
# Writes every generated file anew from the built daemon and Package.swift. `--list` prints their names only.
set -euo pipefail
cd "$(dirname "$0")/.."

files=(
    share/circuit-breaker/openapi.json
    etc/circuit-breaker/config.yaml
    etc/circuit-breaker/env
    docs/reference/configuration.md
    docs/reference/dependencies.txt
    docs/reference/schema.sqlite.sql
    docs/reference/schema.postgres.sql
)
if [ "${1:-}" = --list ]; then
    printf '%s\n' "${files[@]}"
    exit 0
fi

daemon=.build/debug/circuit-breaker
[ -x "$daemon" ] || { echo "generate: $daemon is not built; run 'make build'" >&2; exit 1; }

write() { # write FILE COMMAND…: replaces the file only when the command succeeds
    local file=$1 fresh
    shift
    fresh=$(mktemp)
    if "$@" >"$fresh"; then
        mkdir -p "$(dirname "$file")"
        cmp -s "$fresh" "$file" || { cp "$fresh" "$file"; chmod 644 "$file"; }
        rm -f "$fresh"
    else
        rm -f "$fresh"
        echo "generate: '$*' failed, $file is unchanged" >&2
        return 1
    fi
}
dependencies() {
    echo "# Packages that Package.swift asks for, and Debian's libraries. Written by tools/generate.sh."
    sed -nE 's/.*\.package\(url: "[^"]*\/([^"\/]+)", from: "([^"]+)".*/swift   \1 \2/p' Package.swift \
        | sed 's/\.git / /' | sort -f
    sed -nE 's/.*system\("([^"]+)", "([^"]+)", "([^"]+)"\).*/debian  \3 (\2)/p' Package.swift | sort
}

tables() { # tables sqlite|postgres: what a fresh install's tables look like, for people to read
    local place status=0
    place=$(mktemp -d)
    if [ "$1" = sqlite ]; then
        CB_DATA_DIR=$place env -u CB_TEST_POSTGRES_URL tools/draw-schema.sh "$daemon" || status=$?
    else
        CB_DATA_DIR=$place tools/with-postgres.sh tools/draw-schema.sh "$daemon" || status=$?
    fi
    rm -rf "$place"
    return "$status"
}

write share/circuit-breaker/openapi.json "$daemon" openapi
write etc/circuit-breaker/config.yaml "$daemon" config template
write etc/circuit-breaker/env "$daemon" config environment
write docs/reference/configuration.md "$daemon" config reference
write docs/reference/dependencies.txt dependencies
write docs/reference/schema.sqlite.sql tables sqlite
if [ -d /usr/lib/postgresql ]; then
    write docs/reference/schema.postgres.sql tables postgres
else
    echo "generate: PostgreSQL is not installed, schema.postgres.sql is unchanged" >&2
fi
