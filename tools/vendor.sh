#!/bin/bash
# Fills share/circuit-breaker/web/vendor from Debian's packages, with their licences. What lies there is never committed.
set -euo pipefail
cd "$(dirname "$0")/.."
vendor=share/circuit-breaker/web/vendor
fonts=$vendor/fonts

font() { # font SOURCE.otf NAME LICENCE-PACKAGE
    local target=$fonts/$2.woff2 copy
    [ -s "$target" ] && return 0
    [ -r "$1" ] || {
        echo "vendor: $1 is missing; run 'make setup'" >&2
        return 1
    }
    mkdir -p "$fonts"
    copy=$(mktemp -d)
    cp "$1" "$copy/$2.${1##*.}"
    woff2_compress "$copy/$2.${1##*.}" >/dev/null 2>&1
    cp "$copy/$2.woff2" "$target"
    rm -rf "$copy"
    cp "/usr/share/doc/$3/copyright" "$fonts/$3.copyright.txt" 2>/dev/null ||
        echo "SIL Open Font License 1.1; see the Debian package $3" >"$fonts/$3.copyright.txt"
}

inter=/usr/share/fonts/opentype/inter
mono=/usr/share/fonts/truetype/jetbrains-mono
font "$inter/Inter-Regular.otf" Inter-Regular fonts-inter
font "$inter/Inter-Medium.otf" Inter-Medium fonts-inter
font "$inter/Inter-SemiBold.otf" Inter-SemiBold fonts-inter
font "$inter/Inter-Bold.otf" Inter-Bold fonts-inter
font "$mono/JetBrainsMono-Regular.ttf" JetBrainsMono-Regular fonts-jetbrains-mono
font "$mono/JetBrainsMono-SemiBold.ttf" JetBrainsMono-SemiBold fonts-jetbrains-mono

# QR codes. The library makes a global; a module has to say what it gives.
qr=/usr/share/nodejs/qrcode-generator/qrcode.js
if [ ! -s "$vendor/qrcode.js" ]; then
    [ -r "$qr" ] || {
        echo "vendor: $qr is missing; run 'make setup'" >&2
        exit 1
    }
    { cat "$qr" && printf '\nexport default qrcode;\n'; } >"$vendor/qrcode.js.new"
    mv "$vendor/qrcode.js.new" "$vendor/qrcode.js"
    cp /usr/share/doc/node-qrcode-generator/copyright "$vendor/node-qrcode-generator.copyright.txt" 2>/dev/null ||
        echo "MIT; see the Debian package node-qrcode-generator" >"$vendor/node-qrcode-generator.copyright.txt"
fi

# Markdown for notes, and what takes everything out of it that could run.
module() { # module SOURCE NAME PACKAGE [FIRST LINE]
    [ -s "$vendor/$2" ] && return 0
    [ -r "$1" ] || {
        echo "vendor: $1 is missing; run 'make setup'" >&2
        return 1
    }
    { echo "${4:-}" && grep -v '^//# sourceMappingURL=' "$1"; } >"$vendor/$2.new"
    mv "$vendor/$2.new" "$vendor/$2"
    cp "/usr/share/doc/$3/copyright" "$vendor/$3.copyright.txt" 2>/dev/null ||
        echo "See the Debian package $3" >"$vendor/$3.copyright.txt"
}
module /usr/share/nodejs/marked/lib/marked.esm.js marked.js node-marked
# Debian 12's security update (2.4.1+dfsg+~2.4.0-2+deb12u1) names `shadowNode` once outside of the function that has it, so
# that every call ends with a ReferenceError. Beside a node at depth 0 that misplaced check does nothing; the right one,
# in _sanitizeShadowDOM, has its own.
module /usr/share/nodejs/dompurify/dist/purify.es.js purify.js node-dompurify 'const shadowNode = { __depth: 0 };'
