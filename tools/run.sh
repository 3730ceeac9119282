#!/bin/bash
# Serves from this folder: everything lives in ./.run (configuration, database, certificates, log).
# MODE=debug uses the debug build, PORT=n another port, HOST=:: lets the network in (default: this machine only).
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${MODE:-release}
run=$PWD/.run
host=${HOST:-127.0.0.1}
port=${PORT:-8443}

running_pid() {
    local pid
    pid=$(cat "$run/pid" 2>/dev/null) || return 1
    [ "$(readlink "/proc/$pid/exe" 2>/dev/null | sed 's/ (deleted)$//; s#.*/##')" = circuit-breaker ] && echo "$pid"
}

say() { # what a person needs next
    local fingerprint code
    fingerprint=$(openssl x509 -in "$run/certs/ca.crt" -noout -fingerprint -sha256 2>/dev/null | sed 's/.*=//')
    echo
    echo "  Circuit Breaker serves   https://localhost:$1"
    if code=$(cat "$run/data/setup-code" 2>/dev/null); then
        echo "  Set-up code (once)       $code"
    fi
    echo "  CA certificate           .run/certs/ca.crt"
    echo "  CA SHA-256 fingerprint   $fingerprint"
    cat <<TEXT

  The browser warns until it trusts that CA:
    this machine's tools    curl --cacert .run/certs/ca.crt https://localhost:$1/api/v1/health
    Debian, system-wide     sudo cp .run/certs/ca.crt /usr/local/share/ca-certificates/circuit-breaker.crt
                            sudo update-ca-certificates
    Chromium                Settings, Certificates, Authorities, Import: .run/certs/ca.crt
    Firefox                 Settings, Certificates, View, Authorities, Import: .run/certs/ca.crt
  Compare the fingerprint above with the one the browser shows before you accept it.

TEXT
}

if pid=$(running_pid); then
    port=$(cat "$run/port" 2>/dev/null || echo "$port")
    echo "run: it already runs (pid $pid)"
    say "$port"
    echo "  Stop it with Ctrl-C in its terminal, or: kill $pid"
    exit 0
fi

swift build --configuration "$mode" --product circuit-breaker --explicit-target-dependency-import-check error
daemon=.build/$mode/circuit-breaker

umask 077
mkdir -p "$run/certs" "$run/data"
if [ ! -e "$run/config.yaml" ]; then
    cat >"$run/config.yaml" <<YAML
# Written once by make run; change what you like. etc/circuit-breaker/config.yaml lists every option.
tls:
  mode: local
  directory: $run/certs
data:
  dir: $run/data
  share_dir: $PWD/share/circuit-breaker
YAML
fi

CB_SERVER_HOST=$host CB_SERVER_PORT=$port "$daemon" serve --config "$run/config.yaml" > >(tee -a "$run/log") 2>&1 &
pid=$!
echo "$pid" >"$run/pid"
echo "$port" >"$run/port"
stop() {
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    rm -f "$run/pid" "$run/port"
}
trap 'stop; exit 0' INT TERM HUP

for _ in $(seq 300); do
    kill -0 "$pid" 2>/dev/null || break
    if curl -s -o /dev/null --max-time 2 --cacert "$run/certs/ca.crt" "https://localhost:$port/api/v1/health"; then
        say "$port"
        echo "  Ctrl-C stops it; the log is also in .run/log"
        break
    fi
    sleep 0.1
done

status=0
wait "$pid" || status=$?
rm -f "$run/pid" "$run/port"
[ "$status" = 0 ] || echo "run: the daemon ended with status $status; its last words are above and in .run/log" >&2
exit "$status"
