#!/bin/bash
# Installs what is missing and says nothing when nothing is.
# Usage: tools/setup.sh [run|test|long|bench|package|guest|all]
#   run    what building and serving needs          test   also PostgreSQL, a browser, Node, the Python tools
#   long   also Firefox, for the tests that take minutes
#   bench  also nginx and the load makers           all    everything (the default)
#   package  what packages need beside a build      guest  also what makes and breaks fresh machines
set -euo pipefail
cd "$(dirname "$0")/.."
group=${1:-all}

build_packages="libsqlite3-dev libssl-dev libyaml-dev libsystemd-dev libpq-dev zlib1g-dev libzstd-dev
    libcurl4-openssl-dev pkg-config
    openssl curl ca-certificates git make fonts-inter fonts-jetbrains-mono woff2 node-qrcode-generator
    node-marked node-dompurify"
test_packages="postgresql chromium python3-venv shellcheck procps libnss3-tools p11-kit p11-kit-modules
    default-jre-headless graphviz libxml2-utils poppler-utils zbar-tools gnutls-bin testssl.sh gcc libc6-dev caddy haproxy nginx-light mandoc"
long_packages="firefox-esr"
bench_packages="nginx-light wrk nghttp2-client sqlite3 zstd graphviz"
package_packages="binutils fakeroot libpq5 lintian rpm xz-utils"
guest_packages="e2fsprogs mmdebstrap python3-venv procps"

case $group in
    run) wanted=$build_packages ;;
    test) wanted="$build_packages $test_packages" ;;
    bench) wanted="$build_packages python3-venv procps $bench_packages" ;;
    long) wanted="$build_packages $test_packages $long_packages" ;;
    package) wanted="$build_packages $package_packages" ;;
    guest) wanted="$build_packages $package_packages $guest_packages" ;;
    all)
        wanted="$build_packages $test_packages $long_packages $bench_packages $package_packages $guest_packages"
        ;;
    *) echo "setup: unknown group '$group' (run, test, long, bench, package, guest or all)" >&2; exit 2 ;;
esac

node_is_new_enough() {
    local version
    version=$(node --version 2>/dev/null) || return 1
    version=${version#v}
    [ "${version%%.*}" -ge 18 ]
}

is_installed() { # nginx-light is also satisfied by a fuller nginx
    dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed && return 0
    [ "$1" = nginx-light ] && command -v nginx >/dev/null
}

missing=()
for package in $wanted; do is_installed "$package" || missing+=("$package"); done
if [ "$group" = test ] || [ "$group" = long ] || [ "$group" = all ]; then node_is_new_enough || missing+=(nodejs); fi

# Freshly installed servers must not start, nor at the next boot: the tests start their own.
install_packages() {
    local as_root=() made_policy="" policy=/usr/sbin/policy-rc.d
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || {
            echo "setup: these packages are missing; install them as root: apt-get install ${missing[*]}" >&2
            exit 1
        }
        as_root=(sudo)
    fi
    echo "setup: installing ${missing[*]}"
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
        "${as_root[@]}" chmod 755 "$policy"
        made_policy=yes
    fi
    local log status=0
    log=$(mktemp)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c \
        'apt-get update -q && apt-get install -q -y --no-install-recommends "$@"' sh "${missing[@]}" \
        >"$log" 2>&1 </dev/null || status=$?
    [ -z "$made_policy" ] || "${as_root[@]}" rm -f "$policy"
    if [ "$status" != 0 ]; then
        tail -n 25 "$log" >&2
        rm -f "$log"
        echo "setup: apt-get failed; its last lines are above" >&2
        exit 1
    fi
    rm -f "$log"
    if [ -d /run/systemd/system ]; then
        for unit in postgresql nginx caddy haproxy; do
            case " ${missing[*]} " in
                *" $unit"*) "${as_root[@]}" systemctl disable --now "$unit" >/dev/null 2>&1 || true ;;
            esac
        done
    fi
}
[ ${#missing[@]} = 0 ] || install_packages

command -v swift >/dev/null || {
    echo "setup: there is no 'swift' on the PATH; Swift 6.3 or newer is needed to build" >&2
    exit 1
}

tools/vendor.sh

if [ "$group" != run ] && [ "$group" != package ]; then
    stamp=.venv/requirements.installed
    if ! cmp -s tools/requirements.txt "$stamp"; then
        echo "setup: installing Python packages into .venv"
        rm -rf .venv
        /usr/bin/python3 -m venv .venv
        .venv/bin/pip install -q --disable-pip-version-check -r tools/requirements.txt
        cp tools/requirements.txt "$stamp"
    fi
fi
