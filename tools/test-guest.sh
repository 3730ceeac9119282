#!/bin/bash
# Builds the packages, boots fresh machines and tests everything in them. Ends with one line: `N passed, N failed`.
# Usage: tools/test-guest.sh [pytest options]. SKIP_BUILD=1 takes the packages as they lie in .build-package.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
if ! why=$(tools/guest/guest.sh check); then
    echo "test-guest: $why"
    echo "0 passed, 1 failed"
    exit 1
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT

packages() {
    set -e
    tools/package/build.sh
    # A lower number on the same files, for upgrades and downgrades.
    VERSION=0.0.9 tools/package/stage.sh
    VERSION=0.0.9 LINTIAN=no tools/package/deb.sh
    tools/package/stage.sh
    tools/package/tar.sh
    tools/package/deb.sh
    tools/package/rpm.sh
    tools/guest/mkroot.sh .build-guest/bookworm
}
if [ -z "${SKIP_BUILD:-}" ]; then
    echo "== Packages"
    # In the background: as the condition of an `if`, the first failure would not end it.
    packages >"$log" 2>&1 &
    if ! wait $!; then
        tail -n 40 "$log"
        echo "test-guest: the packages could not be built; the last lines are above"
        echo "0 passed, 1 failed"
        exit 1
    fi
    ls -l .build-package/*.tar.gz .build-package/*.deb .build-package/*.rpm
fi
echo "== Guests"
# Mounts of the tests are nobody else's: a copy in another namespace would keep a cut disk alive.
unshare --mount --propagation private .venv/bin/python -m pytest -q -p no:cacheprovider --durations=5 -rs "$@" Tests/Guest 2>&1 </dev/null | tee "$log"
last=$(tail -n 1 "$log")
number() { grep -oE "[0-9]+ $1" <<<"$last" | grep -oE '[0-9]+' || echo 0; }
passed=$(number passed)
failed=$(($(number failed) + $(number error)))
[ $((passed + failed)) -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
