"""The installer on a live machine: again, with a provided pair, and away without a trace."""

import json

import pytest

from conftest import install, unpack
from guest import difference

NEW_PAIR = """set -e
mkdir -p /root/p && cd /root/p
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=A root' \
    -addext basicConstraints=critical,CA:TRUE -keyout root.key -out root.crt 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$(hostname)" -keyout leaf.key -out leaf.csr \
    2>/dev/null
printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\\n' "$(hostname)" >ext
openssl x509 -req -in leaf.csr -CA root.crt -CAkey root.key -CAcreateserial -days 90 -extfile ext -out leaf.crt 2>/dev/null
cat root.crt leaf.crt >wrong-order.crt
openssl pkcs12 -export -in leaf.crt -inkey leaf.key -certfile root.crt -passout pass:open -out leaf.p12
printf open >passphrase
openssl pkey -in leaf.key -aes256 -passout pass:open -out sealed.key
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.key
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/CN=elsewhere.example' \
    -addext subjectAltName=DNS:elsewhere.example -keyout else.key -out else.crt 2>/dev/null
mkdir -p ca && : >ca/index && echo 01 >ca/serial
printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=ca/index\\nserial=ca/serial\\nnew_certs_dir=ca\\ndefault_md=sha256\\n' >ca.cnf
printf 'policy=p\\nunique_subject=no\\n[p]\\ncommonName=supplied\\n' >>ca.cnf
issue() { openssl ca -batch -notext -config ca.cnf -cert root.crt -keyfile root.key -in leaf.csr -extfile ext \\
    -startdate "$1" -enddate "$2" -out "$3" 2>/dev/null; }
issue 20200101000000Z 20210101000000Z expired.crt
issue 20900101000000Z 20910101000000Z not-yet.crt
: >empty.crt
mkdir -p folder
"""


def own(lines):
    """Without what the system itself writes while it runs, and the account tools' own copies."""
    noise = ("/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/var/log", "/var/cache/ldconfig", "/app.db")
    return [line for line in lines if not any(part in str(line) for part in noise)]


def test_the_second_run_changes_nothing(installed, tarball):
    before, pid = installed.manifest(), installed.show("MainPID")
    again = install(installed, tarball)
    assert "nothing" in (again.out + again.err).lower()
    assert own(difference(before, installed.manifest())) == []
    assert installed.show("MainPID") == pid


def test_uninstall_keeps_data_and_purge_leaves_nothing(guest, tarball):
    folder = unpack(guest, tarball)
    before = guest.manifest()
    install(guest, tarball)
    guest.set_up()
    guest.run(f"{folder}/installer", "--uninstall", "--yes")
    assert guest.state() != "active"
    guest.sh("test -s /var/lib/circuit-breaker/app.db -a -s /etc/circuit-breaker/config.yaml")
    guest.sh("test ! -e /usr/local/bin/circuit-breaker")
    install(guest, tarball)
    assert guest.api("/api/v1/hardware")[0] == 200
    guest.run(f"{folder}/installer", "--uninstall", "--purge", "--yes")
    assert own(difference(before, guest.manifest())) == []
    assert guest.run("getent", "passwd", "circuit-breaker", check=False).status != 0


@pytest.mark.parametrize("name,options", [
    ("mismatched", ["leaf.crt", "other.key"]),
    ("encrypted without a passphrase", ["leaf.crt", "sealed.key"]),
    ("empty", ["empty.crt", "leaf.key"]),
    ("directory", ["folder", "leaf.key"]),
    ("missing", ["nothing.crt", "leaf.key"]),
    ("expired", ["expired.crt", "leaf.key"]),
    ("not valid yet", ["not-yet.crt", "leaf.key"]),
])
def test_a_refused_pair_leaves_the_service_untouched(installed, tarball, name, options):
    installed.sh(NEW_PAIR)
    folder = unpack(installed, tarball)
    before, pid = installed.manifest(), installed.show("MainPID")
    refused = installed.sh(
        f"{folder}/installer --https provided --cert /root/p/{options[0]} --key /root/p/{options[1]} --yes", check=False)
    assert refused.status == 4, (name, refused)
    assert "/root/p/" in refused.out + refused.err
    words = {"expired": "expired", "not valid yet": "valid only from 2090"}.get(name, "")
    assert words in refused.err, refused
    assert own(difference(before, installed.manifest())) == []
    assert installed.show("MainPID") == pid and installed.https("/api/v1/health")[0] == 200


@pytest.mark.parametrize("options", [
    "--cert wrong-order.crt --key leaf.key",
    "--cert leaf.p12 --key leaf.p12 --passphrase-file passphrase",
    "--cert leaf.crt --key sealed.key --passphrase-file passphrase",
])
def test_a_good_pair_is_served(installed, tarball, options):
    installed.sh(NEW_PAIR)
    folder = unpack(installed, tarball)
    installed.sh(f"cd /root/p && {folder}/installer --https provided {options} --yes")
    served = installed.sh("curl --silent --fail --cacert /root/p/root.crt https://localhost:8443/api/v1/health").out
    assert json.loads(served)
    mode = installed.sh("stat -c '%a %U:%G' /etc/circuit-breaker/certs/provided.key").out.strip()
    assert mode == "640 root:circuit-breaker"


def test_a_pair_for_another_host_is_served_with_a_warning(installed, tarball):
    installed.sh(NEW_PAIR)
    folder = unpack(installed, tarball)
    done = installed.sh(f"cd /root/p && {folder}/installer --https provided --cert else.crt --key else.key --yes")
    said = done.out + done.err
    assert "elsewhere.example" in said and installed.run("hostname").out.strip() in said and "refuse" in said
    # The name it is for leads there; this machine's own does not.
    curl = "curl --silent --fail --cacert /root/p/else.crt --resolve elsewhere.example:8443:127.0.0.1 "
    assert json.loads(installed.sh(curl + "https://elsewhere.example:8443/api/v1/health").out)
    assert installed.sh(curl + "https://localhost:8443/api/v1/health", check=False).status == 60


def test_cb_uninstall_keeps_data_and_purge_leaves_nothing(guest, tarball):
    before = guest.manifest()
    install(guest, tarball)
    guest.set_up()
    guest.api("/api/v1/hardware", "POST", {"name": "kept"})
    planned = guest.run("cb", "uninstall", "--dry-run")
    assert "Nothing was changed" in planned.out + planned.err and guest.state() == "active"
    refused = guest.run("cb", "uninstall", check=False)
    assert refused.status == 4 and "--yes" in refused.err and guest.state() == "active"

    guest.run("cb", "uninstall", "--yes")
    assert guest.state() != "active"
    guest.sh("test -s /var/lib/circuit-breaker/app.db -a -s /etc/circuit-breaker/config.yaml")
    guest.sh("test ! -e /usr/local/bin/cb -a ! -e /usr/local/bin/circuit-breaker")

    starts = len(guest.ready_times())
    guest.run("/root/archive/installer", "--https", "local", "--yes")
    guest.await_ready(more_than=starts)
    assert [item["name"] for item in guest.api("/api/v1/hardware")[1]["items"]] == ["kept"]
    guest.run("cb", "uninstall", "--purge", "--yes")
    guest.sh("rm -r /root/archive /root/circuit-breaker.tar.gz")
    assert own(difference(before, guest.manifest())) == []
    assert guest.run("getent", "passwd", "circuit-breaker", check=False).status != 0
