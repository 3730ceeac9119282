"""Writes the bill of materials of the packages as SPDX 2.3 JSON to standard output.

Usage: sbom.py VERSION COMMIT SECONDS_SINCE_1970 STAGED_TREE

Swift packages with the versions the build resolved, Debian libraries that are linked in, libraries that are loaded at
run time, files that came from Debian's font packages, and a checksum of every program.
"""

import hashlib
import json
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ["bin/circuit-breaker", "bin/cb", "installer"]
LINKED = {"libsqlite3-dev": "blessing", "libyaml-dev": "MIT", "libzstd-dev": "BSD-3-Clause"}
# What build.sh leaves to the machine, by the package that Debian has it in.
LOADED = {"libcrypto.so.3": "libssl3", "libsystemd.so.0": "libsystemd0", "libcurl.so.4": "libcurl4",
          "libz.so.1": "zlib1g",
          "libstdc++.so.6": "libstdc++6", "libgcc_s.so.1": "libgcc-s1", "libc.so.6": "libc6", "libm.so.6": "libc6",
          "ld-linux-x86-64.so.2": "libc6"}
FONTS = ["fonts-inter", "fonts-jetbrains-mono"]


def debian_version(package):
    found = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True)
    if found.returncode != 0:
        sys.exit(f"sbom: the Debian package {package} is not installed; run tools/setup.sh all")
    return found.stdout


def compiler_version():
    text = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"Swift version (\S+)", text).group(1)


def needed(program):
    text = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", text)


def package(name, version, location, license_text="NOASSERTION", purl=None):
    entry = {
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", f"{name}"),
        "name": name, "versionInfo": version, "downloadLocation": location, "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION", "licenseDeclared": license_text, "copyrightText": "NOASSERTION",
    }
    if purl:
        entry["externalRefs"] = [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}]
    return entry


def swift_packages():
    state = json.loads((ROOT / ".build-static/workspace-state.json").read_text())
    for entry in sorted(state["object"]["dependencies"], key=lambda item: item["packageRef"]["identity"]):
        reference, checkout = entry["packageRef"], entry["state"]["checkoutState"]
        version = checkout.get("version") or checkout["revision"]
        location = reference["location"]
        where = re.sub(r"^https://|\.git$", "", location)
        yield package(reference["identity"], version, f"git+{location}@{checkout['revision']}",
                      purl=f"pkg:swift/{where}@{version}")


def main(version, commit, seconds, tree):
    tree = pathlib.Path(tree)
    main_package = package("circuit-breaker", version, "NOASSERTION", "Apache-2.0")
    main_package["comment"] = f"Built from commit {commit}."
    packages, relations = [main_package], []

    def add(entry, kind):
        if all(known["SPDXID"] != entry["SPDXID"] for known in packages):
            packages.append(entry)
        relation = {"spdxElementId": "SPDXRef-circuit-breaker", "relationshipType": kind,
                    "relatedSpdxElement": entry["SPDXID"]}
        if relation not in relations:
            relations.append(relation)

    def debian(name, license_text="NOASSERTION"):
        number = debian_version(name)
        return package(name, number, "NOASSERTION", license_text, f"pkg:deb/debian/{name}@{number}?arch=amd64")

    for entry in swift_packages():
        add(entry, "STATIC_LINK")
    add(package("swift-runtime", compiler_version(), "https://github.com/swiftlang/swift", "Apache-2.0"), "STATIC_LINK")
    for name, license_text in LINKED.items():
        add(debian(name, license_text), "STATIC_LINK")
    for program in PROGRAMS:
        for library in needed(tree / program):
            add(debian(LOADED[library]), "DYNAMIC_LINK")
    add(debian("libpq5", "PostgreSQL"), "OPTIONAL_DEPENDENCY_OF")
    for name in FONTS:
        add(debian(name, "OFL-1.1"), "CONTAINS")

    files = []
    for program in PROGRAMS:
        content = (tree / program).read_bytes()
        identifier = "SPDXRef-File-" + program.replace("/", "-")
        files.append({
            "SPDXID": identifier, "fileName": f"./{program}", "fileTypes": ["BINARY"],
            "checksums": [{"algorithm": kind, "checksumValue": hashlib.new(kind.lower(), content).hexdigest()}
                          for kind in ("SHA1", "SHA256")],
            "licenseConcluded": "NOASSERTION", "licenseInfoInFiles": ["NOASSERTION"], "copyrightText": "NOASSERTION"})
        relations.append({"spdxElementId": "SPDXRef-circuit-breaker", "relationshipType": "CONTAINS",
                          "relatedSpdxElement": identifier})
    for relation in relations:
        # "A is an optional dependency of B" is said from the dependency's side.
        if relation["relationshipType"] == "OPTIONAL_DEPENDENCY_OF":
            relation["spdxElementId"], relation["relatedSpdxElement"] = (
                relation["relatedSpdxElement"], relation["spdxElementId"])
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"circuit-breaker-{version}",
        "documentNamespace": f"urn:circuit-breaker:{version}:{commit}",
        "creationInfo": {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(seconds))),
            "creators": ["Tool: circuit-breaker-sbom"]},
        "packages": packages, "files": files,
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                           "relatedSpdxElement": "SPDXRef-circuit-breaker"}, *relations],
    }
    json.dump(document, sys.stdout, indent=2, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
