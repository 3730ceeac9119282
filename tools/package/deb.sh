#!/bin/bash
# Wraps the staged tree as a Debian package and lets lintian judge it: an error or a warning fails. Run stage.sh before.
# LINTIAN=no leaves the judging out, for packages that are made for tests only.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tools/package/common.sh
. tools/package/common.sh
[ -d "$tree" ] || { echo "deb: $tree is not staged; run tools/package/stage.sh" >&2; exit 1; }
for tool in dpkg-deb dpkg-shlibdeps fakeroot lintian; do
    command -v "$tool" >/dev/null || { echo "deb: $tool is missing; run tools/setup.sh package" >&2; exit 1; }
done
umask 022
debian_version=${version/-/\~}
package=$output/circuit-breaker_${debian_version}_amd64.deb
root=$(realpath -m "$output/deb")
rm -rf "$root"
doc=$root/usr/share/doc/circuit-breaker
mkdir -p "$root"/{DEBIAN,usr/bin,usr/lib,usr/share/man,lib/systemd/system,usr/share/lintian/overrides} "$doc/examples"

cp "$tree"/bin/* "$root/usr/bin/"
cp "$tree/installer" "$root/usr/bin/circuit-breaker-installer"
cp -R "$tree/share/circuit-breaker" "$root/usr/share/"
cp "$tree/VERSION" "$root/usr/share/circuit-breaker/"
cp -R "$tree/systemd/drop-ins" "$root/usr/share/circuit-breaker/"
cp "$tree"/systemd/*.* "$root/lib/systemd/system/"
cp -R "$tree/sysusers.d" "$tree/tmpfiles.d" "$root/usr/lib/"
cp -R "$tree"/man/* "$root/usr/share/man/"
find "$root/usr/share/man" -type f -exec gzip -9 -n {} +
mkdir -p "$root"/usr/share/{bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
for file in "$tree"/completions/bash/*.bash; do
    cp "$file" "$root/usr/share/bash-completion/completions/$(basename "$file" .bash)"
done
cp "$tree"/completions/zsh/* "$root/usr/share/zsh/vendor-completions/"
cp "$tree"/completions/fish/* "$root/usr/share/fish/vendor_completions.d/"
cp "$tree"/etc/circuit-breaker/* "$doc/examples/"
cp packaging/debian/copyright "$doc/"
[ ! -e "$tree/sbom.spdx.json" ] || cp "$tree/sbom.spdx.json" "$doc/"
{
    printf 'circuit-breaker (%s) stable; urgency=medium\n\n  * See /usr/share/doc/circuit-breaker/NEWS.md.gz\n\n' \
        "$debian_version"
    sed -n 's/^Maintainer: / -- /p' packaging/debian/control.in | tr -d '\n'
    LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+  %a, %d %b %Y %H:%M:%S +0000'
} | gzip -9 -n >"$doc/changelog.gz"
gzip -9 -n <CHANGELOG.md >"$doc/NEWS.md.gz"
cp packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/circuit-breaker"

for script in preinst postinst prerm postrm; do
    sed "s/@VERSION@/$debian_version/" "packaging/debian/$script" >"$root/DEBIAN/$script"
    chmod 755 "$root/DEBIAN/$script"
done

# dpkg-shlibdeps wants to stand in a source tree.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/debian"
printf 'Source: circuit-breaker\n\nPackage: circuit-breaker\nArchitecture: any\n' >"$work/debian/control"
programs=("$root"/usr/bin/*)
libraries=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info "${programs[@]}" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$libraries" ] || { echo "deb: dpkg-shlibdeps found no libraries" >&2; exit 1; }
size=$(du -k --apparent-size --summarize --exclude=DEBIAN "$root" | cut -f1)
sed "s/@VERSION@/$debian_version/; s/@SIZE@/$size/; s/@SHLIBS@/$libraries/" packaging/debian/control.in \
    >"$root/DEBIAN/control"
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' md5sum) \
    >"$work/md5sums"
cp "$work/md5sums" "$root/DEBIAN/md5sums"

chmod -R u=rwX,go=rX "$root"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
fakeroot dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
ls -l "$package"
[ "${LINTIAN:-}" != no ] || exit 0
# What the overrides hide is explained beside each of them.
lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$package"
