#!/bin/bash
# Runs the suites one after the other, also after a failure, and ends with one line: `N passed, N failed`.
# Usage: tools/with-postgres.sh tools/test.sh quick|long
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
mode=${1:-quick}
passed=0
failed=0
summary=()
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

count() { # count NAME PASSED FAILED STATUS SECONDS: a suite that broke without a failing test counts as one failure
    local name=$1 good=$2 bad=$3 status=$4 seconds=$5
    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
    passed=$((passed + good))
    failed=$((failed + bad))
    summary+=("$(printf '%-34s %5d passed %4d failed %5ds' "$name" "$good" "$bad" "$seconds")")
}
number() { # number 'TEXT WITH A NUMBER, as a grep pattern' FILE: the number of the last such text, or 0
    grep -oE "$1" "$2" | tail -n 1 | grep -oE '[0-9]+' || echo 0
}

swift_tests() {
    local log=$logs/swift start=$SECONDS status=0 total bad engines="SQLite and PostgreSQL"
    [ -n "${CB_TEST_POSTGRES:-}" ] || engines="SQLite only: CB_TEST_POSTGRES is not set"
    echo "== Swift tests ($engines)"
    # All at once, nearly a thousand tests share two cores and what has a time limit misses it.
    SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${CB_TEST_WIDTH:-8} \
        swift test --skip-build --explicit-target-dependency-import-check error "$@" >"$log" 2>&1 </dev/null || status=$?
    grep -E '✘|↳|error:|Fatal|Crash|recorded an issue' "$log" | head -n 120
    [ "$status" = 0 ] || tail -n 5 "$log"
    total=$(number 'Test run with [0-9]+ test' "$log")
    bad=$(grep -E '^✘ Test .* failed after ' "$log" | grep -cv '^✘ Test run with ' || true)
    count "Swift ($engines)" $((total - bad)) "$bad" "$status" $((SECONDS - start))
}
node_tests() {
    local log=$logs/node start=$SECONDS status=0
    echo "== Page modules (Node)"
    NODE_REPORTER=tap tools/test-web.sh >"$log" 2>&1 </dev/null || status=$?
    [ "$status" = 0 ] || grep -A 24 '^not ok' "$log" | head -n 120
    count "Page modules" "$(number '^# pass [0-9]+' "$log")" "$(number '^# fail [0-9]+' "$log")" "$status" \
        $((SECONDS - start))
}
end_to_end() {
    local log=$logs/e2e start=$SECONDS status=0 bad
    echo "== End to end (the built daemon, a browser)"
    .venv/bin/python -m pytest -q --tb=short -rfEs -p no:cacheprovider --durations=5 "$@" Tests/EndToEnd >"$log" 2>&1 </dev/null \
        || status=$?
    tail -n 120 "$log"
    tail -n 1 "$log" >"$log.end"
    bad=$(($(number '[0-9]+ failed' "$log.end") + $(number '[0-9]+ error' "$log.end")))
    count "End to end" "$(number '[0-9]+ passed' "$log.end")" "$bad" "$status" $((SECONDS - start))
}

case $mode in
    quick)
        swift_tests
        node_tests
        if why=$(tools/has-daemon.sh); then
            end_to_end -m "not long and not pictures"
        else
            echo "== End to end: SKIPPED, $why"
            summary+=("End to end: SKIPPED, $why")
        fi
        ;;
    long)
        CB_TEST_LONG=1 swift_tests --filter "CertificateLife|BackupsTests"
        end_to_end -m "long"
        ;;
    *) echo "usage: tools/test.sh quick|long" >&2; exit 2 ;;
esac

echo "== Summary"
printf '%s\n' "${summary[@]}"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
