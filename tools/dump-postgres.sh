#!/bin/bash
# Prints the tables of a fresh install on PostgreSQL: tools/with-postgres.sh tools/dump-postgres.sh DAEMON
set -euo pipefail
CB_DB_URL=$CB_TEST_POSTGRES_URL "$1" migrate >&2
echo "-- Written by tools/generate.sh from a fresh install; read, do not edit."
pg_dump -s -O -x "$CB_TEST_POSTGRES_URL" | grep -vE '^(--|SET |SELECT pg_catalog|\\(un)?restrict)' | cat -s
