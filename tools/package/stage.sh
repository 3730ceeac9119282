#!/bin/bash
# Lays out the tree that every package wraps: .build-package/circuit-breaker-VERSION-linux-x86_64. The programs must
# have been built by build.sh, or lie in the folder PROGRAMS names (debug builds, for quick tests).
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tools/package/common.sh
. tools/package/common.sh
programs=${PROGRAMS:-$output/programs}
for program in circuit-breaker cb installer; do
    [ -x "$programs/$program" ] || { echo "stage: $programs/$program is not built; run tools/package/build.sh" >&2; exit 1; }
done
tools/vendor.sh
umask 022
rm -rf "$tree"
mkdir -p "$tree"/{bin,share,systemd,etc,man/man1,man/man8,completions/{bash,zsh,fish}}

install -m 755 "$programs/installer" "$tree/installer"
install -m 755 "$programs/circuit-breaker" "$programs/cb" "$tree/bin/"

# The pages without their tests and type descriptions; fonts come from vendor.sh and are not in git.
tar --create --file - --exclude='*.test.js' --exclude='web/types' --exclude='README.md' --exclude='VENDOR.md' \
    share/circuit-breaker | tar --extract --file - --directory "$tree"
cp systemd/*.{service,socket,timer,path,slice} "$tree/systemd/"
cp -R systemd/drop-ins "$tree/systemd/"
cp -R systemd/sysusers.d systemd/tmpfiles.d "$tree/"
cp -R etc/circuit-breaker "$tree/etc/"
cp LICENSE "$tree/"
printf '%s\n%s\n' "$version" "$commit" >"$tree/VERSION"

day=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)
describe() { # describe PROGRAM FILE NAME SECTION
    "$2" --experimental-dump-help | python3 tools/package/man.py "$3" "$4" "$version" "$day" >"$tree/man/man$4/$3.$4"
    # Completion belongs to the name under which a program is called.
    local shell
    for shell in bash zsh fish; do
        "$2" --generate-completion-script "$shell" >"$tree/completions/$shell/script"
        [ "$1" = "$3" ] || sed -i "s/$3/$1/g; s/\b$1\b/$3/g" "$tree/completions/$shell/script"
    done
    # It is read by a shell and never run.
    sed -i '1{/^#!/d}' "$tree/completions/bash/script"
    mv "$tree/completions/bash/script" "$tree/completions/bash/$3.bash"
    mv "$tree/completions/zsh/script" "$tree/completions/zsh/_$3"
    mv "$tree/completions/fish/script" "$tree/completions/fish/$3.fish"
}
describe circuit-breaker "$tree/bin/circuit-breaker" circuit-breaker 8
describe cb "$tree/bin/cb" cb 1
describe installer "$tree/installer" circuit-breaker-installer 8

if [ -z "${PROGRAMS:-}" ]; then
    python3 tools/package/sbom.py "$version" "$commit" "$SOURCE_DATE_EPOCH" "$tree" >"$tree/sbom.spdx.json.part"
    mv "$tree/sbom.spdx.json.part" "$tree/sbom.spdx.json"
fi
chmod -R u=rwX,go=rX "$tree"
sums=$(cd "$tree" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum)
echo "$sums" >"$tree/SHA256SUMS"
echo "$tree"
