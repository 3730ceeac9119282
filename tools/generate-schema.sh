#!/bin/bash
# Writes docs/reference/schema.sqlite.sql and schema.postgres.sql anew: what a fresh database's tables look like.
# `--skip-build` uses the tests as they are built. Without PostgreSQL only SQLite's picture is written.
set -euo pipefail
cd "$(dirname "$0")/.."

export CB_WRITE_SCHEMA=1
mkdir -p docs/reference
command=(swift test "$@" --filter SchemaPictureTests)
if [ -d /usr/lib/postgresql ]; then
    command=(tools/with-postgres.sh "${command[@]}")
else
    echo "generate-schema: PostgreSQL is not installed, schema.postgres.sql is unchanged" >&2
fi
"${command[@]}" >&2
