"""`cb` as a script sees it: standard output, standard error, exit codes."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading

import pytest
from daemon import ROOT, Daemon
from proxies import CB, cb

TOKEN = "a-token-for-tests-that-is-long-enough-0123456789"


@pytest.fixture(scope="module")
def served():
    """A daemon that is set up, with a Unix socket and a configured token."""
    daemon = Daemon(environment={"CB_API_TOKEN": TOKEN})
    daemon.extra["CB_SERVER_SOCKET"] = str(daemon.place / "api.sock")
    try:
        daemon.start()
        daemon.admin = daemon.set_up()
        yield daemon
    finally:
        daemon.remove()


def https(daemon):
    return ["--url", daemon.address]


def test_status_over_the_socket(served):
    code, out, err = cb(served, "status", "--json")

    state = json.loads(out)
    assert (code, err) == (0, "")
    assert state["asked_at"] == served.extra["CB_SERVER_SOCKET"]
    assert state["version"] and state["started_at"] and state["health"] in ("ok", "notice", "warning")
    assert {"database", "disk", "certificate"} <= {check["id"] for check in state["checks"]}
    assert state["numbers"]["resident_bytes"] > 1 << 20
    assert state["setup_open"] is False


def test_status_over_https_trusts_the_local_ca(served):
    code, out, err = cb(served, "status", "--json", *https(served))

    assert (code, err) == (0, "")
    assert json.loads(out)["asked_at"] == served.address


def test_https_is_tried_where_there_is_no_socket(served):
    code, out, err = cb(served, "status", "--json", environment={"CB_SERVER_SOCKET": "/nonexistent.sock"})

    assert (code, err) == (0, "")
    assert json.loads(out)["asked_at"] == served.address


def test_a_certificate_of_an_unknown_ca_is_not_trusted(served, tmp_path):
    code, out, err = cb(served, "status", *https(served), environment={"CB_TLS_DIRECTORY": str(tmp_path)})

    assert (code, out) == (1, "")
    assert err.startswith("cb: ") and "not trusted" in err and "hint: " in err


def test_a_certificate_for_another_name_is_not_trusted(served):
    code, _, err = cb(served, "status", "--url", f"https://127.0.0.77:{served.port}",
                      environment={"CB_SERVER_HOST": "127.0.0.77"})

    assert code in (1, 3), err
    assert err.startswith("cb: ")


def test_before_set_up_it_says_where_the_code_is(new_daemon):
    daemon = new_daemon(start=False)
    daemon.extra["CB_SERVER_SOCKET"] = str(daemon.place / "api.sock")
    daemon.start()

    code, out, _ = cb(daemon, "status")

    assert code == 0
    assert "set-up" in out and f"{daemon.data}/setup-code" in out
    assert daemon.setup_code not in out
    assert json.loads(cb(daemon, "status", "--json")[1])["setup_open"] is True


def test_nobody_there_is_3(served):
    for command in ("status", "version"):
        code, _, err = cb(served, command, "--socket", "/nonexistent/api.sock")
        assert code == 3, err
        assert err.startswith("cb: the daemon cannot be reached: /nonexistent/api.sock is not there\nhint: "), err


def test_a_wrong_token_is_4(served, tmp_path):
    file = tmp_path / "token"
    file.write_text("another-token-that-nobody-knows-0123456789\n")

    code, _, err = cb(served, "status", "--token-file", str(file))

    assert code == 4, err
    assert err.startswith("cb: ") and "nobody-knows" not in err


def test_a_token_file_is_used_and_never_shown(served, tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")

    code, out, err = cb(served, "status", "--json", "--token-file", str(file), environment={"CB_API_TOKEN": ""})

    assert code == 0, err
    assert json.loads(out)["numbers"] and TOKEN not in out + err


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"two words"])
def test_a_useless_token_file_is_wrong_usage(served, tmp_path, content):
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)

    code, out, err = cb(served, "status", "--token-file", str(file))

    assert (code, out) == (2, ""), err
    assert str(file) in err


@pytest.mark.parametrize("arguments", [
    ["nonsense"], ["status", "--nonsense"], ["status", "--socket", "a", "--url", "https://b"],
    ["status", "--url", "lab"], ["logs", "-n", "x"], ["config", "nonsense"],
])
def test_wrong_usage_is_2(served, arguments):
    code, out, err = cb(served, *arguments)

    assert (code, out) == (2, "")
    assert err


def test_version_names_both(served):
    code, out, err = cb(served, "version", "--json")

    versions = json.loads(out)
    assert (code, err) == (0, "")
    assert versions["cb"] == versions["daemon"]


def stand_in(answer):
    """Listens once on a free port and says these bytes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for _ in range(4):
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.recv(65536)
                try:
                    peer.sendall(answer)
                except OSError:
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listener


@pytest.mark.parametrize("answer", [
    b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 33554432\r\n\r\n" + b" " * (17 << 20),
    b"HTTP/1.1 500 Oops\r\nContent-Length: 26\r\n\r\n{\"message\":\"\x1b[31mred\x1b[0m.\"}",
])
def test_nonsense_from_the_other_end_is_a_sentence(served, answer):
    with stand_in(answer) as listener:
        code, out, err = cb(served, "status", "--url", f"http://127.0.0.1:{listener.getsockname()[1]}")

    assert (code, out) == (1, ""), err
    assert err.startswith("cb: ") and "\x1b" not in err and "Fatal" not in err


def test_config_check_is_the_daemons(served, tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("server:\n  prot: 8443\n")

    code, out, err = cb(served, "config", "check", "--config", str(file))
    as_json = json.loads(cb(served, "config", "check", "--config", str(file), "--json")[1])

    assert (code, out) == (2, "")
    assert f"{file}:2:" in err and "prot" in err
    assert as_json["valid"] is False and len(as_json["problems"]) == 1
    assert cb(served, "config", "check")[0] == 0
    assert TOKEN not in cb(served, "config", "check", "--json")[1]


def findings(daemon, **environment):
    code, out, err = cb(daemon, "doctor", "--json", environment=environment)
    return code, json.loads(out)["findings"], err


def states(found, name):
    return [finding["state"] for finding in found if finding["id"] == name]


def test_the_doctor_looks_at_a_running_daemon(served):
    _, found, _ = findings(served)

    assert states(found, "config") == ["ok"]
    assert states(found, "handshake") == ["ok"]
    assert states(found, "certificate.chain") == states(found, "certificate.key") == ["ok"]
    assert states(found, "certificate.life") == ["ok"]
    assert states(found, "policy") == ["ok"]
    assert all(finding["mend"] for finding in found if finding["state"] in ("warn", "bad")), found


def test_the_doctor_finds_an_open_key(served):
    key = served.certs / "server.key"
    mode = key.stat().st_mode
    key.chmod(0o644)
    try:
        code, found, _ = findings(served)
    finally:
        key.chmod(mode)

    bad = [finding for finding in found if finding["state"] == "bad" and "server.key" in finding["why"]]
    assert code == 1
    assert bad and "lets everybody in" in bad[0]["why"] and "chmod" in bad[0]["mend"]


def test_the_doctor_finds_a_key_of_another_certificate(served):
    key = served.certs / "server.key"
    kept = key.read_bytes()
    # A daemon that runs would mend it.
    served.stop()
    try:
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key],
                       check=True, capture_output=True)
        _, found, _ = findings(served)
    finally:
        key.write_bytes(kept)
        served.start()

    assert states(found, "certificate.key") == ["bad"], found


def test_the_doctor_works_without_a_daemon(tmp_path):
    daemon = Daemon()
    try:
        code, found, err = findings(daemon)
    finally:
        daemon.remove()

    assert code == 1
    assert states(found, "policy") == ["unknown"] and states(found, "handshake") == ["unknown"]
    assert err == ""


def test_uninstall_without_an_installer_is_a_sentence(served, tmp_path):
    alone = tmp_path / "cb"
    shutil.copy(CB, alone)
    if os.path.exists("/var/lib/dpkg/info/circuit-breaker.list") or shutil.which("circuit-breaker-installer"):
        pytest.skip("Circuit Breaker is installed on this machine")

    done = subprocess.run([str(alone), "uninstall", "--dry-run"], env={"PATH": "/nonexistent"}, capture_output=True,
                          text=True, timeout=30)

    assert done.returncode == 1 and done.stderr.startswith("cb: "), done


def test_the_token_is_in_no_command_line(served):
    """What other users can read of our processes."""
    for process in os.listdir("/proc"):
        if process.isdigit():
            try:
                line = open(f"/proc/{process}/cmdline", "rb").read()
            except OSError:
                continue
            assert TOKEN.encode() not in line


def test_the_manual_is_in_order():
    if not shutil.which("mandoc"):
        pytest.skip("mandoc is not installed")
    definition = subprocess.run([str(CB), "--experimental-dump-help"], capture_output=True, check=True).stdout
    page = subprocess.run(
        [sys.executable, str(ROOT / "tools/package/man.py"), "cb", "1", "0.1.0", "2026-01-01"], input=definition,
        capture_output=True, check=True).stdout
    said = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page, capture_output=True)

    assert said.stdout == b"", said.stdout
    for command in ("status", "doctor", "proxy\\-config", "trust"):
        assert command.encode() in page


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_name_the_commands(shell):
    text = subprocess.run([str(CB), "--generate-completion-script", shell], capture_output=True, text=True,
                          check=True).stdout

    assert all(command in text for command in ("status", "doctor", "proxy-config"))
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=text, text=True, check=True)
