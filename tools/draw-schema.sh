#!/bin/bash
# Prints the tables of a fresh install: CB_DATA_DIR=EMPTY tools/draw-schema.sh DAEMON, under tools/with-postgres.sh for
# those of PostgreSQL.
set -euo pipefail
[ -z "${CB_TEST_POSTGRES_URL:-}" ] || export CB_DB_URL=$CB_TEST_POSTGRES_URL
"$1" migrate >&2
echo "-- Written by tools/generate.sh from a fresh install; read, do not edit."
echo
"$1" schema
