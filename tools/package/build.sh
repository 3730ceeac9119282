#!/bin/bash
# Builds the three programs for packages into .build-package/programs: optimised, Swift's runtime inside, stripped.
# SQLite, libyaml and libzstd are linked in as well; libpq is loaded by the daemon when it is used. What remains dynamic is on
# every machine with systemd: libc, libm, libgcc, libstdc++, libcrypto, libsystemd, zlib.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=.build-static
output=.build-package/programs
programs="circuit-breaker cb installer"

# The linker takes the first folder that has a library under either name: this one holds archives only.
archives=$PWD/$scratch/archives
mkdir -p "$archives" "$output"
for name in yaml sqlite3 zstd; do
    archive=$(gcc -print-file-name=lib$name.a)
    [ "$archive" != lib$name.a ] || { echo "build: lib$name.a is missing; run tools/setup.sh package" >&2; exit 1; }
    ln -sf "$archive" "$archives/"
done
# For the linker, by way of the compiler driver, since the order counts: `^` puts in front of everything, `+` behind.
# Without exported symbols, what nobody calls is left out.
export CCC_OVERRIDE_OPTIONS="# ^-Wl,--as-needed ^-L$archives +-Wl,--no-export-dynamic"

for program in $programs; do
    swift build -c release --static-swift-stdlib --scratch-path "$scratch" --product "$program" \
        --explicit-target-dependency-import-check error
    # Symbols are half of the size; the scratch folder keeps them for whoever reads a crash.
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
