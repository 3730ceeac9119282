#!/bin/bash
# Wraps the staged tree as a tarball for any distribution. Run stage.sh before.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tools/package/common.sh
. tools/package/common.sh
[ -d "$tree" ] || { echo "tar: $tree is not staged; run tools/package/stage.sh" >&2; exit 1; }
archive "$output/$name.tar.gz" "$output" "$name"
(cd "$output" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
ls -l "$output/$name.tar.gz"
