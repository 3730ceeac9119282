#!/bin/bash
# Wraps the staged tree as an RPM. Run stage.sh before.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tools/package/common.sh
. tools/package/common.sh
[ -d "$tree" ] || { echo "rpm: $tree is not staged; run tools/package/stage.sh" >&2; exit 1; }
command -v rpmbuild >/dev/null || { echo "rpm: rpmbuild is missing; run tools/setup.sh package" >&2; exit 1; }
rpm_version=${version/-/\~}
top=$(realpath -m "$output/rpm")
rm -rf "$top"
mkdir -p "$top"/{SOURCES,BUILD,RPMS,SRPMS}
archive "$top/SOURCES/circuit-breaker-$rpm_version.tar.gz" "$output" --transform "s,^$name,circuit-breaker-$rpm_version," "$name"
log=$top/log
rpmbuild -bb --define "_topdir $top" --define "cb_version $rpm_version" --define "use_source_date_epoch_as_buildtime 1" \
    --define "clamp_mtime_to_source_date_epoch 1" --define "_buildhost reproducible" --define "_binary_payload w7.zstdio" \
    packaging/rpm/circuit-breaker.spec >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    exit 1
}
! grep -i '^warning:' "$log" >&2 || exit 1
cp "$top/RPMS/x86_64/circuit-breaker-$rpm_version-1.x86_64.rpm" "$output/"
ls -l "$output/circuit-breaker-$rpm_version-1.x86_64.rpm"
