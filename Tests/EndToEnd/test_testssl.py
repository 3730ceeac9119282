"""What the daemon offers and refuses in TLS, by openssl in seconds and by testssl.sh whole."""

import json
import re
import socket
import ssl
import subprocess

import pytest

# testssl.sh looks for a public authority; a local CA has neither OCSP nor revocation lists, nor a record in DNS.
OF_A_PRIVATE_CA = {"cert_revocation", "cert_caIssuers", "DNS_CAArecord", "certificate_transparency", "OCSP_stapling"}


def handshake(daemon, *options):
    """(version, suite) of a handshake by openssl s_client; None where it is refused."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{daemon.port}", "-servername", "localhost", "-CAfile",
         str(daemon.ca), "-verify_return_error", *options],
        input=b"", capture_output=True, timeout=30)
    text = done.stdout.decode(errors="replace")
    found = re.search(r"New, (TLSv[\d.]+), Cipher is (\S+)", text)
    return (found.group(1), found.group(2)) if found and found.group(2) != "(NONE)" else None


def test_tls_13_and_12_with_aead_and_forward_secrecy_only(new_daemon):
    daemon = new_daemon()

    assert handshake(daemon, "-tls1_3")
    version, suite = handshake(daemon, "-tls1_2")
    assert version == "TLSv1.2" and suite == "ECDHE-ECDSA-AES128-GCM-SHA256"


@pytest.mark.parametrize("options", [
    ("-tls1",), ("-tls1_1",),
    ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384:AES128-SHA:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "AES128-GCM-SHA256:AES256-GCM-SHA384:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "aNULL:eNULL:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0"),
    ("-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"),
])
def test_what_is_old_is_refused(new_daemon, options):
    assert handshake(new_daemon(), *options) is None


@pytest.mark.parametrize("suite", ["RC4 (0x0005)", "3DES (0x000a)", "3DES (0xc008)", "RC4 (0xc007)", "CBC (0xc009)"])
def test_suites_that_openssl_no_longer_has_are_refused_as_bytes(new_daemon, suite):
    number = bytes.fromhex(re.search(r"0x(\w{4})", suite).group(1))
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x02" + number + b"\x01\x00"
    groups, points = bytes.fromhex("000a00040002001d"), bytes.fromhex("000b00020100")
    algorithms = bytes.fromhex("000d00040002") + b"\x04\x03"
    extensions = groups + points + algorithms
    body += len(extensions).to_bytes(2, "big") + extensions
    hello = b"\x01" + len(body).to_bytes(3, "big") + body

    with socket.create_connection(("127.0.0.1", new_daemon().port), timeout=10) as wire:
        wire.sendall(b"\x16\x03\x01" + len(hello).to_bytes(2, "big") + hello)
        answer = wire.recv(4096)

    # An alert or an end, and no server hello.
    assert not answer or answer[0] == 0x15, answer


def test_both_protocols_are_agreed_by_alpn_and_nothing_else(new_daemon):
    daemon = new_daemon()

    for offered, wanted in ((("h2", "http/1.1"), "h2"), (("http/1.1",), "http/1.1"), (("h2",), "h2")):
        with daemon.socket(alpn=offered) as wire:
            assert wire.selected_alpn_protocol() == wanted
    with daemon.socket(alpn=("spdy/3",)) as wire:
        assert wire.selected_alpn_protocol() is None


def test_there_is_no_renegotiation_and_no_compression(new_daemon):
    with new_daemon().socket() as wire:
        assert wire.compression() is None
        assert wire.context.options & ssl.OP_NO_COMPRESSION


@pytest.mark.long
def test_testssl_finds_nothing_of_medium_or_worse(new_daemon, tmp_path):
    daemon = new_daemon()
    report = tmp_path / "report.json"

    done = subprocess.run(
        ["testssl", "--quiet", "--color", "0", "--nodns", "none", "--ip", "127.0.0.1", "--jsonfile", str(report),
         "--add-ca", str(daemon.ca), f"localhost:{daemon.port}"],
        capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL)

    findings = {entry["id"]: entry for entry in json.loads(report.read_text())}
    # It did look.
    assert findings["TLS1"]["finding"] == "not offered" and findings["TLS1_1"]["finding"] == "not offered", done.stdout
    assert "offered" in findings["TLS1_3"]["finding"] and "offered" in findings["TLS1_2"]["finding"]
    for name in ("RC4", "SWEET32", "LUCKY13", "BEAST", "POODLE_SSL", "heartbleed", "ROBOT"):
        assert findings[name]["severity"] in ("OK", "INFO"), findings[name]
    assert findings["cert_chain_of_trust"]["severity"] == "OK", findings["cert_chain_of_trust"]
    bad = [entry for entry in findings.values()
           if entry["severity"] in ("MEDIUM", "HIGH", "CRITICAL", "FATAL") and entry["id"] not in OF_A_PRIVATE_CA]
    assert bad == []
