"""Before going live: every line true on a lab and a hardened install, and the right line red for each thing that is broken."""

import datetime
import os
import pathlib
import sqlite3
import subprocess
import tempfile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from daemon import POSTGRES, Client, psql
from installed import TOKEN, Installed, Proxy


@pytest.fixture(scope="module", params=["lab", "hardened"])
def house(request):
    """The lab on SQLite; the hardened one on PostgreSQL, where there is one."""
    daemon = Installed("postgres" if request.param == "hardened" and POSTGRES else "sqlite", request.param)
    try:
        daemon.lay().start()
        daemon.set_up()
        daemon.back_up()
        daemon.api = Client(daemon, token=TOKEN, timeout=120)
        yield daemon
    finally:
        daemon.remove()


@pytest.fixture(scope="module")
def shim():
    """A library that moves a program's clock; not below pytest's folder, which lets nobody else in."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        library = pathlib.Path(folder, "moved_clock.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library),
                        str(pathlib.Path(__file__).with_name("moved_clock.c")), "-ldl"], check=True)
        yield library


def lines(found, name, state=None):
    return [line for line in found if line["id"] == name and (state is None or line["state"] == state)]


def wrong(found):
    return [line for line in found if line["state"] == "bad"]


def only_bad(house, name, found=None):
    """The lines that turned red: those of `name` and no other, with a cure."""
    code, found = house.doctor() if found is None else found
    bad = wrong(found)
    assert code == 1 and {line["id"] for line in bad} == {name}, bad
    assert all(line["mend"] for line in bad)
    return bad[0]


def change(house, statement):
    if house.database:
        psql(house.database, statement)
        return
    database = sqlite3.connect(house.data / "app.db", timeout=20)
    database.execute(statement)
    database.commit()
    database.close()


def test_every_line_is_true(house):
    code, found = house.doctor()

    assert wrong(found) == []
    for name in ("config", "token", "access.profile", "access.anonymous", "token.works", "token.expired", "vault",
                 "history", "history.visible", "certificate.chain", "certificate.key", "certificate.life", "handshake",
                 "ports", "policy", "disk", "backup", "backup.rehearsal"):
        assert lines(found, name) and not [line for line in lines(found, name) if line["state"] != "ok"], (name, found)
    assert len(lines(found, "files", "ok")) >= 7 and len(lines(found, "files")) == len(lines(found, "files", "ok"))
    # What only systemd knows.
    unseen = {line["id"] for line in found if line["state"] == "unknown"}
    assert unseen <= {"service", "sandbox", "clock"}, unseen
    assert house.profile in lines(found, "access.profile")[0]["why"]
    names = {token["name"] for token in house.api.get("/api/v1/tokens").json["items"]}
    assert not any("Go-live" in name for name in names)
    assert house.api.get("/api/v1/hardware").json["items"] == []


def test_the_page_of_the_daemon_has_the_same_lines(house):
    answer = house.api.post("/api/v1/go-live")

    assert answer.status == 200, answer
    report = answer.json
    _, found = house.doctor()
    assert {line["id"] for line in report["findings"]} == {line["id"] for line in found}
    assert wrong(report["findings"]) == []
    assert house.api.get("/api/v1/go-live").json == report
    newest = house.api.get("/api/v1/admin/audit-log?entity=go_live").json["items"][0]
    assert newest["action"] == "checked" and newest["after"]["ok"] > 10


def test_an_open_file_turns_red(house):
    for path in (house.certs / "server.key", house.etc / "env", house.data):
        mode = path.stat().st_mode & 0o7777
        path.chmod(mode | 0o005)
        try:
            line = only_bad(house, "files")
        finally:
            path.chmod(mode)
        assert path.name in line["why"] and "chmod" in line["mend"]


def test_a_file_of_somebody_else_turns_red(house):
    path = house.certs / "ca.key"
    import os
    os.chown(path, house.user, house.user)
    try:
        line = only_bad(house, "files")
    finally:
        os.chown(path, 0, 0)
    assert "ca.key" in line["why"] and "chown" in line["mend"]


def test_an_expired_certificate_turns_red(house):
    file = house.certs / "server.crt"
    kept = file.read_bytes()
    authority = x509.load_pem_x509_certificate((house.certs / "ca.crt").read_bytes())
    signer = serialization.load_pem_private_key((house.certs / "ca.key").read_bytes(), None)
    leaf = x509.load_pem_x509_certificates(kept)[0]
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder(
        issuer_name=authority.subject, subject_name=leaf.subject, public_key=leaf.public_key(),
        serial_number=x509.random_serial_number(), not_valid_before=now - datetime.timedelta(days=30),
        not_valid_after=now - datetime.timedelta(hours=1))
    for extension in leaf.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    house.stop()
    file.write_bytes(builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    try:
        code, found = house.doctor()
    finally:
        file.write_bytes(kept)
        house.start()
    line = lines(found, "certificate.life", "bad")
    assert code == 1 and line and "expired" in line[0]["why"] and "--renew" in line[0]["mend"], found


def test_a_daemon_that_is_gone_is_never_ok(house):
    house.stop()
    try:
        _, found = house.doctor()
    finally:
        house.start()
    for name in ("proofs", "access.anonymous", "handshake", "ports", "policy"):
        assert [line["state"] for line in lines(found, name)] == ["unknown"], (name, found)


def test_a_write_that_is_let_through_turns_red(house):
    """A reverse proxy that signs everybody in."""
    with Proxy(house, add={"Authorization": f"Bearer {TOKEN}"}) as proxy:
        house.settings["public_url"] = proxy.url
        house.write()
        try:
            line = only_bad(house, "access.anonymous.proxy")
        finally:
            del house.settings["public_url"]
            house.write()
    assert proxy.url.split("//")[1] in line["why"] and "proxy" in line["mend"]
    assert house.api.get("/api/v1/hardware").json["items"] == []


def test_another_policy_behind_the_proxy_turns_red(house):
    with Proxy(house, change={"content-security-policy": "default-src *"}) as proxy:
        house.settings["public_url"] = proxy.url
        house.write()
        try:
            line = only_bad(house, "policy.proxy")
        finally:
            del house.settings["public_url"]
            house.write()
    assert "another policy" in line["why"] and "cb proxy-config" in line["mend"]


def test_a_proxy_that_is_right_is_ok(house):
    with Proxy(house) as proxy:
        house.settings["public_url"] = proxy.url
        house.write()
        try:
            code, found = house.doctor()
        finally:
            del house.settings["public_url"]
            house.write()
    assert wrong(found) == [] and lines(found, "policy.proxy", "ok") and lines(found, "access.anonymous.proxy", "ok"), found


def test_a_broken_chain_turns_red(house):
    change(house, "UPDATE audit_log SET actor = 'eve' WHERE id = 2")
    try:
        line = only_bad(house, "history")
        page = house.api.post("/api/v1/go-live").json
    finally:
        change(house, "UPDATE audit_log SET actor = 'ada@example.org' WHERE id = 2")
    assert "row 2" in line["why"] and "backup" in line["mend"]
    assert [entry["id"] for entry in wrong(page["findings"])] == ["history"] and not page["ok"]
    assert wrong(house.doctor()[1]) == []


def test_a_missing_backup_turns_red(house):
    file = house.backup
    kept = file.read_bytes()
    file.unlink()
    try:
        line = only_bad(house, "backup")
    finally:
        file.write_bytes(kept)
    assert "no backup" in line["why"] and "backup create" in line["mend"]
    assert not (house.data / ".go-live-check").exists()


def test_a_clock_that_is_off_turns_red(house, shim):
    moved = {"LD_PRELOAD": str(shim), "CB_TEST_CLOCK": "7200"}

    line = only_bad(house, "clock.daemon", house.doctor(**moved))

    assert "behind" in line["why"] and "timedatectl" in line["mend"]


def test_a_clock_that_was_set_back_turns_red(house, shim):
    house.stop()
    house.start(environment={"LD_PRELOAD": str(shim), "CB_TEST_CLOCK": "-3600"})
    try:
        _, found = house.doctor()
    finally:
        house.stop()
        house.start()
    line = lines(found, "clock.history", "bad")
    assert line, [entry for entry in found if entry["id"] != "files"]
    assert "set back" in line[0]["why"] and line[0]["mend"], found


def test_a_vault_without_its_key_turns_red(house):
    file = house.data / ".env"
    kept = file.read_bytes()
    file.write_bytes(b"")
    try:
        line = only_bad(house, "vault")
    finally:
        file.write_bytes(kept)
    assert "key" in line["why"] and line["mend"]


def test_without_a_token_the_rest_is_looked_at(house):
    done = house.room.cb("doctor", "--json", environment={"CB_API_TOKEN": "somebody-elses-token-0123456789abcdef"})

    import json
    found = json.loads(done.stdout)["findings"]
    proofs = lines(found, "proofs")
    assert [line["state"] for line in proofs] == ["unknown"] and "token" in proofs[0]["mend"]
    assert lines(found, "access.anonymous", "ok")
