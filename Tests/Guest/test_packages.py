"""The .deb's life, the bill of materials, and that the same input gives the same bytes."""

import hashlib
import json
import subprocess
import tarfile

import pytest
from conftest import PACKAGES, dpkg, version
from guest import ROOT, difference

# Left by tools of Debian itself, whatever package was there: the backups of the account files.
LEFT_BY_DEBIAN = {"/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/subuid-", "/etc/subgid-"}
DPKG_DATABASE = ("/var/lib/dpkg/status", "/var/lib/dpkg/available", "/var/lib/dpkg/info/format")


def own(lines):
    """Without the database of dpkg, whose order and dates change with every command."""
    return [line for line in lines if line.split()[1] not in LEFT_BY_DEBIAN | set(DPKG_DATABASE)]


def install(guest, package):
    done = dpkg(guest, package)
    guest.await_ready()
    return done


def test_first_install_runs_and_is_trusted(guest, package):
    install(guest, package)
    assert guest.state() == "active"
    assert guest.run("systemctl", "is-enabled", "circuit-breaker.service").out.strip() == "enabled"
    assert guest.https("/api/v1/health")[0] == 200
    assert guest.https("/ui/x/vendor/fonts/Inter-Regular.woff2")[0] == 200
    # The root file system is made without manual pages.
    broken = guest.run("dpkg", "--verify", "circuit-breaker", check=False).out.splitlines()
    assert [line for line in broken if "/usr/share/man" not in line] == []
    assert guest.run("circuit-breaker", "version").out.split()[1] == version()


def test_remove_keeps_data_and_purge_leaves_nothing(guest, package):
    before = guest.manifest()
    install(guest, package)
    guest.set_up()
    guest.api("/api/v1/hardware", "POST", {"name": "kept"})

    guest.run("dpkg", "--remove", "circuit-breaker")
    assert guest.state() != "active"
    assert guest.sh("ls /var/lib/circuit-breaker/app.db /etc/circuit-breaker/config.yaml "
                    "/etc/circuit-breaker/certs/ca.key").status == 0
    assert "circuit-breaker" not in guest.sh("ls /usr/bin /lib/systemd/system").out
    trusted = guest.sh("openssl verify -CApath /etc/ssl/certs /etc/circuit-breaker/certs/ca.crt", check=False)
    assert trusted.status != 0

    # Installed again: the same data, trusted again.
    starts = len(guest.ready_times())
    dpkg(guest, package)
    guest.await_ready(more_than=starts)
    assert [item["name"] for item in guest.api("/api/v1/hardware")[1]["items"]] == ["kept"]

    guest.run("dpkg", "--purge", "circuit-breaker")
    assert own(difference(before, guest.manifest())) == []
    assert guest.run("systemctl", "list-unit-files", "circuit-breaker*", "--no-legend", check=False).out == ""
    assert guest.run("getent", "passwd", "circuit-breaker", check=False).status != 0


@pytest.mark.parametrize("state", ["enabled and running", "enabled and stopped", "disabled and stopped"])
def test_upgrade_keeps_data_certificates_settings_and_state(guest, older_package, package, state):
    install(guest, older_package)
    guest.set_up()
    guest.api("/api/v1/hardware", "POST", {"name": "from before"})
    guest.sh("sed -i 's/^log:$/log: # mine\\n  level: debug/' /etc/circuit-breaker/config.yaml")
    guest.sh("grep -q '^  level: debug' /etc/circuit-breaker/config.yaml")
    if state != "enabled and running":
        guest.sh("systemctl stop circuit-breaker.socket circuit-breaker-api.socket circuit-breaker.service")
    if state == "disabled and stopped":
        guest.sh("systemctl disable circuit-breaker.service circuit-breaker.socket circuit-breaker-api.socket")
    keep = "sha256sum /etc/circuit-breaker/config.yaml /etc/circuit-breaker/env /etc/circuit-breaker/certs/*; " \
           "stat -c '%n %a %U:%G' /etc/circuit-breaker /etc/circuit-breaker/* /etc/circuit-breaker/certs/* " \
           "/var/lib/circuit-breaker"
    kept, starts, pid = guest.sh(keep).out, len(guest.ready_times()), guest.show("MainPID")

    dpkg(guest, package)

    assert guest.sh(keep).out == kept
    assert guest.run("dpkg-query", "-W", "-f=${Version}", "circuit-breaker").out == version()
    enabled = guest.run("systemctl", "is-enabled", "circuit-breaker.service", check=False).out.strip()
    assert enabled == ("disabled" if state == "disabled and stopped" else "enabled")
    if state == "enabled and running":
        guest.await_ready(more_than=starts)
        assert guest.show("MainPID") != pid
    else:
        assert guest.state() == "inactive" and guest.state("circuit-breaker.socket") == "inactive"
        guest.sh("systemctl start circuit-breaker")
    assert [item["name"] for item in guest.api("/api/v1/hardware")[1]["items"]] == ["from before"]
    assert guest.chain()["ok"] is True


def test_upgrade_over_a_broken_configuration_is_said_and_finishes(guest, older_package, package):
    install(guest, older_package)
    guest.set_up()
    guest.api("/api/v1/hardware", "POST", {"name": "from before"})
    guest.sh("cp -p /etc/circuit-breaker/config.yaml /root/good.yaml")
    guest.sh("printf 'server:\n  prot: 1\n' >/etc/circuit-breaker/config.yaml")
    keep = "sha256sum /etc/circuit-breaker/config.yaml /etc/circuit-breaker/env /etc/circuit-breaker/certs/*"
    kept, pid, starts = guest.sh(keep).out, guest.show("MainPID"), len(guest.ready_times())

    done = dpkg(guest, package)

    assert "prot" in done.err and "NOT READY" in done.err and "config check" in done.err
    assert guest.run("dpkg-query", "-W", "-f=${Version} ${db:Status-Status}", "circuit-breaker").out == \
        f"{version()} installed"
    assert guest.run("dpkg", "--audit").out == ""
    # What ran goes on running, and nothing of the administrator's was changed.
    assert guest.show("MainPID") == pid and guest.https("/api/v1/health")[0] == 200
    assert guest.sh(keep).out == kept

    # As the message says.
    guest.sh("cp -p /root/good.yaml /etc/circuit-breaker/config.yaml")
    guest.sh("circuit-breaker-installer --packaged --yes && systemctl restart circuit-breaker.service")
    guest.await_ready(more_than=starts)
    assert [item["name"] for item in guest.api("/api/v1/hardware")[1]["items"]] == ["from before"]


def test_first_install_over_a_broken_configuration_is_said_and_finishes(guest, package):
    guest.sh("mkdir /etc/circuit-breaker && printf 'server:\n  prot: 1\n' >/etc/circuit-breaker/config.yaml")
    done = dpkg(guest, package)
    assert "NOT READY" in done.err
    assert guest.run("dpkg", "--audit").out == "" and guest.state() != "active"
    assert guest.sh("cat /etc/circuit-breaker/config.yaml").out == "server:\n  prot: 1\n"

    guest.sh("rm /etc/circuit-breaker/config.yaml")
    guest.sh("circuit-breaker-installer --packaged --yes && systemctl restart circuit-breaker.service")
    guest.await_ready()
    assert guest.https("/api/v1/health")[0] == 200


def test_downgrade_is_refused_and_nothing_stops(guest, older_package, package):
    install(guest, package)
    pid = guest.show("MainPID")
    refused = dpkg(guest, older_package, check=False)
    assert refused.status != 0
    assert "is older" in refused.err and "Nothing was changed" in refused.err
    assert guest.run("dpkg-query", "-W", "-f=${Version} ${db:Status-Status}", "circuit-breaker").out == \
        f"{version()} installed"
    assert guest.state() == "active" and guest.show("MainPID") == pid
    assert guest.https("/api/v1/health")[0] == 200


def test_downgrade_over_removed_data_is_refused_too(guest, older_package, package):
    install(guest, package)
    guest.run("dpkg", "--remove", "circuit-breaker")
    assert dpkg(guest, older_package, check=False).status != 0
    assert guest.sh("test -e /var/lib/circuit-breaker/app.db").status == 0


def test_bill_of_materials(tarball):
    name = f"circuit-breaker-{version()}-linux-x86_64"
    with tarfile.open(tarball) as archive:
        document = json.load(archive.extractfile(f"{name}/sbom.spdx.json"))
        daemon = archive.extractfile(f"{name}/bin/circuit-breaker").read()
    assert document["spdxVersion"] == "SPDX-2.3" and document["dataLicense"] == "CC0-1.0"
    packages = {package["name"]: package for package in document["packages"]}
    resolved = {pin["identity"] for pin in json.loads((ROOT / "Package.resolved").read_text())["pins"]}
    assert resolved <= packages.keys(), resolved - packages.keys()
    assert {"swift-runtime", "libsqlite3-dev", "libyaml-dev", "libssl3", "libc6", "libpq5"} <= packages.keys()
    assert all(package["versionInfo"] for package in document["packages"])
    identifiers = [item["SPDXID"] for item in document["packages"] + document["files"]]
    assert len(identifiers) == len(set(identifiers))
    known = {*identifiers, "SPDXRef-DOCUMENT"}
    for relation in document["relationships"]:
        assert {relation["spdxElementId"], relation["relatedSpdxElement"]} <= known
    sums = {file["fileName"]: {sum["algorithm"]: sum["checksumValue"] for sum in file["checksums"]}
            for file in document["files"]}
    assert sums["./bin/circuit-breaker"]["SHA256"] == hashlib.sha256(daemon).hexdigest()


def test_same_input_same_bytes(tarball, package):
    """Staged and wrapped again, with other modes in the working tree's checkout and at another time."""
    files = [tarball, package, PACKAGES / f"circuit-breaker-{version()}-1.x86_64.rpm"]

    def digests():
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]

    first = digests()
    for script in ("stage.sh", "tar.sh", "deb.sh", "rpm.sh"):
        subprocess.run([ROOT / "tools/package" / script], check=True, capture_output=True, timeout=1200)
    assert digests() == first


def test_rpm_holds_the_same_files_as_the_deb(package):
    def listing(command):
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    rpm = set(listing(["rpm", "-qpl", PACKAGES / f"circuit-breaker-{version()}-1.x86_64.rpm"]).split())
    deb = {line.split()[-1].lstrip(".").rstrip("/") for line in listing(["dpkg-deb", "-c", package]).splitlines()}
    for path in ("/usr/bin/circuit-breaker", "/usr/bin/cb", "/usr/bin/circuit-breaker-installer",
                 "/usr/share/circuit-breaker/web/index.html", "/usr/share/circuit-breaker/VERSION",
                 "/usr/lib/sysusers.d/circuit-breaker.conf", "/usr/lib/tmpfiles.d/circuit-breaker.conf"):
        assert path in rpm and path in deb, path
    share = {path for path in deb if path.startswith("/usr/share/circuit-breaker/")}
    assert share <= rpm, share - rpm
    units = {path.rsplit("/", 1)[1] for path in deb if path.startswith("/lib/systemd/system/")}
    assert units == {path.rsplit("/", 1)[1] for path in rpm if path.startswith("/usr/lib/systemd/system/")}
