"""`cb vault …` and `cb vault-recover` against a daemon on a Unix socket. Whatever they print, no key is in it."""

import json
import os
import subprocess

import pytest
from cryptography.fernet import Fernet

from daemon import BINARY
from vault import TOKEN, env_keys, has_providers, plant_providers

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

    def cb(self, *arguments, token=TOKEN):
        """(exit code, stdout, stderr), as root on the machine would run it."""
        self.keys |= set(env_keys(self.daemon))
        done = subprocess.run(
            [str(CB), *arguments, "--socket", self.socket, "--config", "/dev/null"],
            env={"PATH": os.environ["PATH"], "HOME": str(self.daemon.place), **({"CB_API_TOKEN": token} if token else {})},
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
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
