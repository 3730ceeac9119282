#!/bin/bash
# Compiles ImpactAnalysis, which needs nothing else, with the optimiser and measures it over 10,000 nodes.
set -euo pipefail
cd "$(dirname "$0")/../.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
swiftc -O -swift-version 6 -package-name circuit-breaker Sources/ImpactAnalysis/*.swift tools/bench/impact/main.swift \
	-lm -o "$place/impact"
"$place/impact"
