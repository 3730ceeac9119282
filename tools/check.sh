#!/bin/bash
# Everything that can be checked without running the product. A part whose tool is missing says so and is skipped.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
failed=()
skipped=()

part() { # part NAME COMMAND…: quiet when well, the whole output when not
    local name=$1 log start=$SECONDS
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1 </dev/null; then
        printf 'ok    %-18s %ss\n' "$name" $((SECONDS - start))
    else
        printf 'FAIL  %-18s %ss\n' "$name" $((SECONDS - start))
        grep -vE '^\[[0-9]+/[0-9]+\]|found 1 file\(s\) which are unhandled|^(◇|✔|↳ ///)|^  *[0-9]+ \|' "$log" | tail -n 80 | sed 's/^/      /'
        failed+=("$name")
    fi
    rm -f "$log"
}
skip() {
    printf 'skip  %-18s %s\n' "$1" "$2"
    skipped+=("$1")
}
has() { command -v "$1" >/dev/null; }

format() {
    git ls-files -co --exclude-standard -- '*.swift' | xargs swift format lint --strict --parallel
}
build() { # warnings are errors by the manifest; undeclared imports by the flag
    swift build --build-tests --explicit-target-dependency-import-check error
}
house_rules() {
    swift test --skip-build --filter HouseRulesTests
}
generated() { # what is generated must be what is committed
    local before after
    before=$(tools/generate.sh --list | xargs -r sha256sum 2>/dev/null)
    tools/generate.sh || return 1
    after=$(tools/generate.sh --list | xargs -r sha256sum)
    [ "$before" = "$after" ] && return 0
    echo "generated files were out of date; they are written anew now, commit them:"
    diff <(echo "$before") <(echo "$after") | sed -n 's/^> [0-9a-f]* */  /p'
    return 1
}
shell() {
    git ls-files -co --exclude-standard -- '*.sh' .ci/run packaging/debian/{pre,post}{inst,rm} | xargs shellcheck
}
exposure() { # tenths; the units' own comments say what each relaxed line is for
    systemd-analyze security --offline=true --no-pager --threshold=14 systemd/circuit-breaker.service &&
        systemd-analyze security --offline=true --no-pager --threshold=19 systemd/circuit-breaker-scanner.service &&
        systemd-analyze security --offline=true --no-pager --threshold=21 systemd/circuit-breaker-renew.service
}
python() {
    git ls-files -co --exclude-standard -- '*.py' | xargs .venv/bin/python -c \
        'import ast, sys; [ast.parse(open(name).read(), name) for name in sys.argv[1:]]'
}

part format format
part build build
part "house rules" house_rules
if why=$(tools/has-daemon.sh); then part generated generated; else skip generated "$why"; fi
if has node; then part "page modules" node tools/check-web.mjs; else skip "page modules" "node is not installed"; fi
if has tsc; then
    part types tsc -p tools/tsconfig.web.json
else
    skip types "tsc is not installed (Debian: node-typescript)"
fi
if has shellcheck; then part shellcheck shell; else skip shellcheck "shellcheck is not installed"; fi
if has systemd-analyze; then
    part exposure exposure
else
    skip exposure "systemd-analyze is not installed"
fi
if [ -x .venv/bin/python ]; then part python python; else skip python "no .venv"; fi

if [ ${#failed[@]} -gt 0 ]; then
    echo "check: failed: $(IFS=,; echo "${failed[*]}")"
    exit 1
fi
if [ ${#skipped[@]} -gt 0 ]; then
    echo "check: in order as far as it ran; SKIPPED: $(IFS=,; echo "${skipped[*]}")"
    exit 0
fi
echo "check: everything is in order"
