#!/bin/bash
# Runs a command with a private PostgreSQL cluster: tools/with-postgres.sh COMMAND…
# The cluster lives in a temporary directory, on a free loopback port, without durability, and is gone afterwards.
# The command finds it in CB_TEST_POSTGRES (libpq's key=value form) and CB_TEST_POSTGRES_URL.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: tools/with-postgres.sh COMMAND…" >&2; exit 2; }
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "with-postgres: PostgreSQL is not installed; run 'make setup'" >&2; exit 1; }

user=$(id -un)
as_owner=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root.
    user=postgres
    as_owner=(setpriv --reuid=postgres --regid=postgres --init-groups --reset-env)
fi

place=$(mktemp -d /tmp/cb-postgres.XXXXXX)
stop() {
    local pid=""
    [ -r "$place/data/postmaster.pid" ] && pid=$(head -n 1 "$place/data/postmaster.pid")
    if [ -n "$pid" ] && kill -INT "$pid" 2>/dev/null; then
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -rf "$place"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
[ "$(id -u)" != 0 ] || chown postgres "$place"
cd "$place"
"${as_owner[@]}" "$bin/initdb" -D "$place/data" -U "$user" -A trust -E UTF8 --locale=C --no-sync >"$place/log" 2>&1 \
    || { cat "$place/log" "$place/data/server.log" >&2; exit 1; }
"${as_owner[@]}" "$bin/pg_ctl" -D "$place/data" -l "$place/data/server.log" -w -t 60 -s start -o "-p $port -k $place \
    -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=600 -c shared_buffers=64MB" || { cat "$place/log" "$place/data/server.log" >&2; exit 1; }
"${as_owner[@]}" "$bin/createdb" -h 127.0.0.1 -p "$port" -U "$user" cb
cd "$OLDPWD"
# Swift Testing starts every test at once otherwise, each with connections of its own.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-16}

export CB_TEST_POSTGRES="host=127.0.0.1 port=$port user=$user dbname=cb"
export CB_TEST_POSTGRES_URL="postgresql://$user@127.0.0.1:$port/cb"
status=0
"$@" || status=$?
exit "$status"
