#!/bin/bash
# Succeeds when there is a daemon to test: then everything that runs it must run, and pass. Until then the callers skip.
# No daemon means both: the program declares no subcommands, and `version` does not answer with a version. So a daemon
# that breaks, or is not built, still counts as one, and its tests fail instead of being skipped.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 0
daemon=.build/debug/circuit-breaker
[ -x "$daemon" ] || exit 0
grep -rqs 'subcommands:' Sources/circuit-breaker Sources/DaemonApp --include='*.swift' && exit 0
answer=$(timeout 20 "$daemon" version 2>/dev/null </dev/null) && [[ $answer =~ [0-9]+\.[0-9]+ ]] && exit 0
echo "there is no daemon yet: 'circuit-breaker version' does not answer with a version"
exit 1
