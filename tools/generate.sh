#!/bin/bash
# Writes every generated file anew from the built daemon and Package.swift. `--list` prints their names only.
set -euo pipefail
cd "$(dirname "$0")/.."

files=(
    share/circuit-breaker/openapi.json
    etc/circuit-breaker/config.yaml
    docs/reference/configuration.md
    docs/reference/events.md
    docs/reference/dependencies.txt
    Sources/Schema/schema.sqlite.sql
    Sources/Schema/schema.postgres.sql
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

write share/circuit-breaker/openapi.json "$daemon" openapi
write etc/circuit-breaker/config.yaml "$daemon" config template
write docs/reference/configuration.md "$daemon" config reference
write docs/reference/dependencies.txt dependencies
