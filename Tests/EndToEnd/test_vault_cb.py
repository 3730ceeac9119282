"""`cb vault …` and `cb vault-recover` against a daemon on a Unix socket. Whatever they print, no key is in it."""

import json
import os
import socket
import subprocess

import pytest
from cryptography.fernet import Fernet

from daemon import BINARY
from vault import TOKEN, env_keys, has_providers, plant_providers, query

CB = BINARY.parent / "cb"
ROWS = 3


class House:
    """A daemon, and everything `cb` has printed about it."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.socket = str(daemon.place / "api.sock")
        self.printed = ""
        self.keys = set()

    def restart(self):
        self.keys |= set(env_keys(self.daemon))
        self.daemon.stop()
        self.daemon.start()

    def cb(self, *arguments, token=TOKEN, user=None):
        """(exit code, stdout, stderr), as root on the machine would run it, or as another of its users."""
        self.keys |= set(env_keys(self.daemon))
        done = subprocess.run(
            [str(CB), *arguments, "--socket", self.socket, "--config", "/dev/null"],
            env={"PATH": os.environ["PATH"], "HOME": str(self.daemon.place), **({"CB_API_TOKEN": token} if token else {})},
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, user=user)
        self.keys |= set(env_keys(self.daemon))
        self.printed += done.stdout + done.stderr
        return done.returncode, done.stdout, done.stderr

    def check_nothing_was_printed(self):
        log = self.daemon.log.read_text(errors="replace")
        assert len(self.keys) > 1
        for key in self.keys:
            assert key not in self.printed and key not in log
            assert key.rstrip("=")[:20] not in self.printed + log


@pytest.fixture
def house(new_daemon, engine):
    daemon = new_daemon(engine, start=False)
    house = House(daemon)
    daemon.extra = {"CB_API_TOKEN": TOKEN, "CB_SERVER_SOCKET": house.socket}
    daemon.start()
    daemon.set_up()
    house.has_rows = has_providers(daemon)
    if house.has_rows:
        plant_providers(daemon, env_keys(daemon)[0], ROWS)
    return house


def test_status_rotate_and_retire(house):
    code, out, err = house.cb("vault", "status")
    assert code == 0 and "state    unlocked" in out, (out, err)
    code, out, err = house.cb("vault", "rotate", "--json")
    assert code == 0 and json.loads(out)["left"] == 0, (out, err)
    assert "0 secrets left" in err and len(env_keys(house.daemon)) == 2
    code, out, err = house.cb("vault", "retire")
    assert code == 0 and len(env_keys(house.daemon)) == 1, (out, err)
    assert house.cb("vault", "status", token=None)[0] == 4
    house.check_nothing_was_printed()


def test_recover_refuses_over_a_working_vault(house):
    before = (house.daemon.data / ".env").read_bytes()
    code, out, err = house.cb("vault-recover")
    assert code == 4 and out == "" and "nothing to recover" in err, (out, err)
    assert (house.daemon.data / ".env").read_bytes() == before
    assert not (house.daemon.data / "vault-proof").exists()


def test_recover_a_lost_key_and_bring_the_old_one_back(house):
    kept = house.daemon.place / "kept"
    kept.write_bytes((house.daemon.data / ".env").read_bytes())
    (house.daemon.data / ".env").unlink()
    house.restart()
    code, out, err = house.cb("vault", "status")
    assert code == 1 and "is lost" in out, (out, err)
    assert house.cb("vault", "rotate")[0] == 4
    wrong = house.daemon.place / "wrong"
    wrong.write_bytes(Fernet.generate_key() + b"\n")
    assert house.cb("vault", "rekey-from", str(wrong))[0] == 4
    assert house.cb("vault", "rekey-from", str(house.daemon.place / "nothing"))[0] == 2

    code, out, err = house.cb("vault-recover")
    assert code == 0 and "has a new key" in err, (out, err)
    if house.has_rows:
        assert out.splitlines() == [f"Client secret of Provider {number}" for number in range(1, ROWS + 1)]
        assert f"enter these {ROWS} secrets again" in err
    assert house.cb("vault-recover")[0] == 4
    house.restart()
    code, out, err = house.cb("vault", "rekey-from", str(kept))
    assert code == 0 and "state    unlocked" in out, (out, err)
    house.keys.add(kept.read_text().split("CB_VAULT_KEY=")[1].split()[0])
    house.check_nothing_was_printed()


def test_root_recovers_without_a_token_and_nobody_else_does(house):
    """As on a machine where nobody can sign in any more: no token, over the Unix socket, the kernel says who asks."""
    house.keys |= set(env_keys(house.daemon))
    (house.daemon.data / ".env").unlink()
    house.restart()
    # Everybody may talk to the socket here, so that what is refused is refused by who asks.
    house.daemon.place.chmod(0o755)
    os.chmod(house.socket, 0o666)

    if os.geteuid() == 0:
        code, out, err = house.cb("vault-recover", token=None, user=65534)
        assert (code, out) == (4, ""), err
    # Only the recovery is open to root, and only over the socket and without a token.
    assert house.cb("vault", "status", token=None)[0] == 4
    assert house.cb("vault", "rekey-from", "/dev/null", token=None)[0] == 4
    assert house.cb("vault-recover", token="a-token-that-nobody-knows-0123456789")[0] == 4
    remote = subprocess.run(
        [str(CB), "vault-recover", "--url", house.daemon.address, "--ca-file", str(house.daemon.ca), "--config",
         "/dev/null"], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=60)
    assert remote.returncode == 4, remote
    assert not (house.daemon.data / "vault-proof").exists()

    code, out, err = house.cb("vault-recover", token=None)

    assert code == 0 and "has a new key" in err, (out, err)
    assert len(out.splitlines()) == (ROWS if house.has_rows else 0)
    code, out, err = house.cb("vault-recover", token=None)
    assert (code, out) == (4, "") and "nothing to recover" in err
    rows = query(house.daemon, "SELECT actor, actor_kind FROM audit_log WHERE action = 'key_recovered'")
    assert rows == [["console", "console"]], query(house.daemon, "SELECT action, actor FROM audit_log")
    house.check_nothing_was_printed()


def test_the_code_of_the_data_directory_is_asked_of_root_as_well(house):
    """A proxy that runs as root and passes strangers on to the socket opens nothing by that."""
    (house.daemon.data / ".env").unlink()
    house.restart()

    def ask(path, body):
        with socket.socket(socket.AF_UNIX) as wire:
            wire.connect(house.socket)
            text = json.dumps(body)
            wire.sendall(f"POST /api/v1/vault/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                         f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
            answer = b""
            while chunk := wire.recv(65536):
                answer += chunk
            return int(answer.split()[1]), answer.decode()

    assert ask("recovery", {"proof": "guessed"})[0] == 403
    status, answer = ask("recovery/proof", {})
    code = (house.daemon.data / "vault-proof").read_text().strip()
    assert status == 200 and code not in answer
    assert ask("recovery", {"proof": code[:-1]})[0] == 403
    # Used up by the wrong one.
    assert ask("recovery", {"proof": code})[0] == 403
    assert ask("rotation", {})[0] == 401 and ask("rekey", {"keys": "x"})[0] == 401


def test_a_kept_copy_opens_a_vault_without_its_key(house):
    kept = house.daemon.place / "kept"
    kept.write_bytes((house.daemon.data / ".env").read_bytes())
    house.keys.add(env_keys(house.daemon)[0])
    (house.daemon.data / ".env").unlink()
    house.restart()

    code, out, err = house.cb("vault", "rekey-from", str(kept))

    assert code == 0 and env_keys(house.daemon) == [kept.read_text().split("CB_VAULT_KEY=")[1].split()[0]], (out, err)
    house.restart()
    assert house.cb("vault", "status")[0] == 0


def test_without_a_daemon_nothing_is_reachable(house):
    house.daemon.stop()
    assert house.cb("vault", "status")[0] == 3
    assert house.cb("vault-recover")[0] == 3
