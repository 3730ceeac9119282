# What the packaging scripts share; they source it from the root of the repository.
# shellcheck shell=bash disable=SC2034

version=${VERSION:-$(sed -nE 's/.*static let current = "([^"]+)".*/\1/p' Sources/Kernel/Version.swift)}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.]+)?$ ]] || {
    echo "package: '$version' is no version such as 1.2.3 or 1.2.3-rc1" >&2
    exit 1
}
# The commit's own time and id; a tree without git has the fixed day of the archive format's birth.
commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit=$commit-changed
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 315532800)}
export SOURCE_DATE_EPOCH

output=${OUTPUT:-.build-package}
name=circuit-breaker-$version-linux-x86_64
tree=$output/$name

# The same input gives the same bytes: order, times and owners are fixed.
archive() { # archive FILE.tar.gz FOLDER MEMBER…
    local file=$1 folder=$2
    shift 2
    tar --create --file - --directory "$folder" --format=gnu --sort=name --mtime="@$SOURCE_DATE_EPOCH" \
        --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX "$@" | gzip -9 -n >"$file"
}
