"""`cb backup …` with a daemon on its Unix socket, and without one: data on stdout, talk on stderr, exit codes."""

import json
import os
import subprocess

import pytest
from backups import PASSPHRASE, set_passphrase, until
from daemon import BINARY

CB = BINARY.parent / "cb"
TOKEN = "token-of-the-backup-tests-0123456789"


class House:
    def __init__(self, daemon):
        self.daemon = daemon
        self.socket = str(daemon.place / "api.sock")
        self.config = daemon.place / "config.yaml"

    def cb(self, *arguments, token=TOKEN):
        done = subprocess.run(
            [str(CB), "backup", *arguments, "--socket", self.socket, "--config", str(self.config)],
            env={"PATH": os.environ["PATH"], "HOME": str(self.daemon.place), **({"CB_API_TOKEN": token} if token else {})},
            capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def house(new_daemon):
    daemon = new_daemon(start=False)
    house = House(daemon)
    daemon.extra = {"CB_API_TOKEN": TOKEN, "CB_SERVER_SOCKET": house.socket}
    house.config.parent.mkdir(parents=True, exist_ok=True)
    house.config.write_text(f"data_dir: {daemon.data}\ntls:\n  directory: {daemon.certs}\n")
    daemon.start()
    house.admin = daemon.set_up()
    return house


def test_the_round_with_a_running_daemon(house):
    code, out, err = house.cb("create")
    assert code == 4 and out == "" and "passphrase" in err, (out, err)
    set_passphrase(house.admin)
    copy = house.daemon.place / "copy.cbbackup"
    code, out, err = house.cb("create", "--output", str(copy))
    assert code == 0, (out, err)
    name = out.strip()
    assert copy.read_bytes() == (house.daemon.data / "backups" / name).read_bytes()
    code, out, _ = house.cb("list")
    assert code == 0 and name in out and "verified" in out
    assert json.loads(house.cb("list", "--json")[1])["items"][0]["name"] == name
    code, out, err = house.cb("verify", name)
    assert code == 0 and "rows" in out, (out, err)
    code, out, err = house.cb("rehearse", name)
    assert code == 0 and "came back as they were" in out, (out, err)
    code, out, err = house.cb("inspect", name)
    assert code == 0 and "Replace the database" in out, (out, err)
    assert house.cb("prune", "--dry-run")[1].startswith("stays")
    assert house.cb("list", token=None)[0] == 4
    assert house.cb("verify", "circuit-breaker-20200101T000000Z-aaaaaa.cbbackup")[0] == 1


def test_a_restore_asks_and_brings_everything_back(house):
    set_passphrase(house.admin)
    house.admin.made("/api/v1/networks", {"name": "lan", "cidr": "10.0.0.0/24"})
    copy = house.daemon.place / "copy.cbbackup"
    assert house.cb("create", "--output", str(copy))[0] == 0
    network = house.admin.get("/api/v1/networks").json["items"][0]
    assert house.admin.delete(f"/api/v1/networks/{network['id']}").status == 204
    code, out, err = house.cb("restore", str(copy))
    assert code == 1 and "nothing was restored" in err.lower() and "Replace the database" in err, (out, err)

    code, out, err = house.cb("restore", str(copy), "--yes")

    assert code == 0, (out, err)

    def look():
        try:
            return house.daemon.sign_in().get("/api/v1/networks").json["items"]
        except (OSError, AssertionError):
            return None
    assert [one["name"] for one in until(look)] == ["lan"]


def test_without_a_daemon_its_own_program_does_it(house):
    set_passphrase(house.admin)
    house.daemon.stop()
    secret = house.daemon.place / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    assert house.cb("list") [0] == 0
    code, out, err = house.cb("create", "--passphrase-file", str(secret))
    assert code == 0 and "no daemon answers" in err, (out, err)
    code, out, err = house.cb("list")
    [name] = out.split()
    code, out, err = house.cb("verify", name, "--passphrase-file", str(secret))
    assert code == 0, (out, err)
    code, out, err = house.cb("restore", name, "--yes", "--passphrase-file", str(secret))
    assert code == 0, (out, err)
    house.daemon.start()
    assert house.daemon.sign_in().get("/api/v1/backups").status == 200


def test_the_timer_needs_no_token(house):
    code, out, err = house.cb("create", "--scheduled", token=None)
    assert code == 0 and out == "" and "not set up" in err, (out, err)
    set_passphrase(house.admin)
    code, out, err = house.cb("create", "--scheduled", token=None)
    assert code == 0 and "no backup is due" in err, (out, err)
    house.admin.patch("/api/v1/backups/settings", {"schedule": {"rhythm": "timer"}})
    code, out, err = house.cb("create", "--scheduled")
    assert code == 0 and out.strip().endswith(".cbbackup"), (out, err)
