#!/bin/bash
# Builds the three programs for packages into .build-package/programs: optimised, Swift's runtime inside, stripped.
# SQLite and libyaml are linked in as well; libpq is loaded by the daemon when it is used. What remains dynamic is on
# every machine with systemd: libc, libm, libgcc, libstdc++, libcrypto, libsystemd, zlib.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=.build-static
output=.build-package/programs
programs="circuit-breaker cb installer"

# The linker takes the first folder that has a library under either name: this one holds archives only.
archives=$scratch/archives
mkdir -p "$archives" "$output"
libraries=$(gcc -print-file-name=libyaml.a)
[ "$libraries" != libyaml.a ] || { echo "build: libyaml.a is missing; run tools/setup.sh run" >&2; exit 1; }
for name in yaml sqlite3; do ln -sf "$(dirname "$libraries")/lib$name.a" "$archives/lib$name.a"; done

for program in $programs; do
    swift build -c release --static-swift-stdlib --scratch-path "$scratch" --product "$program" \
        --explicit-target-dependency-import-check error \
        -Xlinker "-L$PWD/$archives" -Xlinker --as-needed
    # Symbols are a third of the size; .build-static keeps them for whoever reads a crash.
    strip --strip-all -o "$output/$program" "$scratch/release/$program"
done

allowed='^(libc|libm|libgcc_s|libstdc\+\+|libcrypto|libsystemd|libz|ld-linux-x86-64)\.so\.[0-9]+$'
for program in $programs; do
    foreign=$(readelf -d "$output/$program" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' | grep -Ev "$allowed" || true)
    [ -z "$foreign" ] || {
        echo "build: $program needs libraries that a bare machine does not have: ${foreign//$'\n'/ }" >&2
        exit 1
    }
done
ls -l "$output"
