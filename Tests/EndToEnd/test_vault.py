"""The life of the vault's key with the real daemon: which secrets open after each turn, and which are named as locked."""

import os
import random
import time

import pytest
from cryptography.fernet import Fernet

from daemon import Client
from sealed import KINDS, check_complete, named, names, opened, plant_everything, stored
from vault import TOKEN, env_keys, key_id, program, query, status, wait_until_sealed

ROWS = 12


def restart(daemon, **environment):
    daemon.stop()
    daemon.extra = {"CB_API_TOKEN": TOKEN, **environment}
    daemon.start()
    return status(daemon)


@pytest.fixture
def house(new_daemon, engine):
    """A daemon that is set up and holds ROWS sealed secrets of every kind; `house.planted` knows them."""
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN})
    daemon.set_up()
    daemon.planted = plant_everything(daemon, env_keys(daemon)[0], ROWS)
    return daemon


def every(daemon):
    return daemon.planted.every


def test_a_key_is_made_once_and_survives_a_restart(house):
    before = (house.data / ".env").read_bytes()
    assert (house.data / ".env").stat().st_mode & 0o777 == 0o600
    now = restart(house)
    assert now["state"] == "unlocked" and now["source"] == "data_file" and now["locked"] == []
    assert (house.data / ".env").read_bytes() == before
    assert opened(house, env_keys(house), house.planted) == every(house)
    assert sum(kind["total"] for kind in now["kinds"]) == len(every(house)) and all(kind["total"] for kind in now["kinds"])


def test_a_supplied_key_is_used_and_nothing_is_written(new_daemon, engine):
    key = Fernet.generate_key().decode()
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN, "CB_VAULT_KEY": key})
    admin = daemon.set_up()
    planted = plant_everything(daemon, key, ROWS)
    now = status(daemon)
    assert now["state"] == "unlocked" and now["source"] == "environment" and now["key"].replace("-", "") == key_id(key)
    assert admin.post("/api/v1/vault/ceremony").status == 409
    assert program(daemon).post("/api/v1/vault/rotation").status == 409
    assert not (daemon.data / ".env").exists()
    # The key changes hands: the former is named, everything moves, and then it is not needed any more.
    new = Fernet.generate_key().decode()
    restart(daemon, CB_VAULT_KEY=new, CB_VAULT_KEY_OLD=key)
    now = wait_until_sealed(daemon)
    assert now["state"] == "unlocked" and now["locked"] == []
    assert opened(daemon, [new], planted) == planted.every
    assert restart(daemon, CB_VAULT_KEY=new)["state"] == "unlocked"


def test_a_key_comes_as_a_systemd_credential_before_the_environment(new_daemon, engine):
    daemon = new_daemon(engine, start=False)
    folder = daemon.place / "credentials"
    folder.mkdir(parents=True)
    key = Fernet.generate_key().decode()
    (folder / "vault-key").write_text(key + "\n")
    daemon.extra = {"CB_API_TOKEN": TOKEN, "CREDENTIALS_DIRECTORY": str(folder),
                    "CB_VAULT_KEY": Fernet.generate_key().decode()}
    daemon.start()
    daemon.set_up()
    now = status(daemon)
    assert now["source"] == "credential" and now["key"].replace("-", "") == key_id(key)


def test_a_wrong_key_locks_and_overwrites_nothing(house):
    env = (house.data / ".env").read_bytes()
    rows = stored(house)
    now = restart(house, CB_VAULT_KEY=Fernet.generate_key().decode())
    assert now["state"] == "locked"
    assert named(now) == names(every(house))
    assert "remove the other one" in now["trouble"]
    ready = Client(house).get("/api/v1/health/ready").json
    item = next(check for check in ready["checks"] if check["id"] == "vault")
    assert item["severity"] == "warning" and "Authenticator seed of p1@example.org, " in item["message"]
    # Everything else works.
    assert program(house).made("/api/v1/hardware", {"name": "still here"})
    assert program(house).post("/api/v1/vault/recovery/proof").status == 409
    assert stored(house) == rows and (house.data / ".env").read_bytes() == env
    assert restart(house)["state"] == "unlocked"


def test_a_lost_key_is_brought_back_from_a_copy(house):
    kept = env_keys(house)[0]
    (house.data / ".env").unlink()
    now = restart(house)
    assert now["state"] == "locked" and now["locked_total"] == len(every(house)) and "is lost" in now["trouble"]
    assert not (house.data / ".env").exists()
    other = Fernet.generate_key().decode()
    assert program(house).post("/api/v1/vault/rekey", {"keys": other}).status == 409
    answer = program(house).post("/api/v1/vault/rekey", {"keys": f"# my copy\nCB_VAULT_KEY={kept}\n"})
    assert answer.status == 200 and answer.json["state"] == "unlocked", answer
    assert env_keys(house) == [kept]
    assert restart(house)["state"] == "unlocked"


def test_recovery_makes_a_new_key_and_names_what_is_lost(house):
    kept = env_keys(house)[0]
    assert program(house).post("/api/v1/vault/recovery/proof").status == 409
    (house.data / ".env").unlink()
    restart(house)
    proof = program(house).post("/api/v1/vault/recovery/proof").json["file"]
    assert os.stat(proof).st_mode & 0o777 == 0o600
    assert program(house).post("/api/v1/vault/recovery", {"proof": "guessed"}).status == 403
    proof = program(house).post("/api/v1/vault/recovery/proof").json["file"]
    code = open(proof).read().strip()
    answer = program(house).post("/api/v1/vault/recovery", {"proof": code})
    assert answer.status == 200, answer
    now = answer.json
    new = env_keys(house)[0]
    assert new != kept and new not in answer.body.decode() and not os.path.exists(proof)
    assert now["state"] == "partly_locked" and now["locked_total"] == len(every(house))
    assert named(now) == names(every(house))
    assert restart(house)["state"] == "partly_locked"
    assert opened(house, [kept], house.planted) == every(house)
    # The copy turns up after all.
    answer = program(house).post("/api/v1/vault/rekey", {"keys": kept})
    assert answer.status == 200 and answer.json["state"] == "unlocked"
    assert opened(house, [new], house.planted) == every(house)
    for key in (kept, new):
        assert key not in house.log.read_text()


def test_rotation_moves_every_value_and_keeps_its_age(house):
    former = env_keys(house)[0]
    ages = {which: Fernet(former).extract_timestamp(sealed.split(":", 2)[2])
            for which, sealed in stored(house).items()}
    assert program(house).post("/api/v1/vault/rotation").status == 200
    now = wait_until_sealed(house)
    new = env_keys(house)[0]
    assert now["left"] == 0 and now["rotation"]["done"] >= len(every(house)) and env_keys(house) == [new, former]
    assert opened(house, [new], house.planted) == every(house)
    assert ages == {which: Fernet(new).extract_timestamp(sealed.split(":", 2)[2])
                    for which, sealed in stored(house).items()}
    assert program(house).post("/api/v1/vault/retirement").status == 200
    assert env_keys(house) == [new]
    assert restart(house)["state"] == "unlocked"


def test_what_is_under_another_key_is_named_and_the_rest_opens(new_daemon, engine):
    """Some secrets of every kind under a key that is lost: those are locked by name, through a rotation, a recovery of
    the rest, and until their key is brought."""
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN})
    daemon.set_up()
    lost_key = Fernet.generate_key().decode()
    planted = plant_everything(daemon, env_keys(daemon)[0], ROWS, lost_key, lost=3)
    # Every kind that can have more than one row has some that are lost.
    assert len(planted.lost) == 3 * sum(not kind.how_many for kind in KINDS.values())
    now = restart(daemon)
    assert now["state"] == "partly_locked" and named(now) == planted.lost_names
    assert program(daemon).post("/api/v1/vault/rotation").status == 200
    now = wait_until_sealed(daemon)
    assert named(now) == planted.lost_names
    assert program(daemon).post("/api/v1/vault/retirement").status == 200
    keys = env_keys(daemon)
    assert len(keys) == 1 and opened(daemon, keys, planted) == planted.every - planted.lost
    assert opened(daemon, [lost_key], planted) == planted.lost
    assert program(daemon).post("/api/v1/vault/rekey", {"keys": lost_key}).json["state"] == "unlocked"
    assert opened(daemon, keys, planted) == planted.every


def kill_during_rotation(daemon, planted, kills, seed):
    """`kill -9` at random moments. After each, exactly the secrets that are not lost open with the keys of .env; whenever
    the daemon is up again, exactly the lost ones are named as locked. How many kills hit a rotation, and how many looks
    at the names there were."""
    chance = random.Random(seed)
    hits = looks = 0
    daemon.stop()
    running = False
    for _ in range(kills):
        # Some kills hit the start itself; before the others the names are looked at.
        waits = not running or chance.random() < 0.6
        daemon.start(wait=waits)
        if waits:
            assert named(status(daemon)) == planted.lost_names
            looks += 1
        if not running:
            assert program(daemon).post("/api/v1/vault/rotation").status in (200, 409)
        time.sleep(chance.uniform(0, 0.6) if waits else chance.uniform(0.1, 1.2))
        daemon.kill()
        keys = env_keys(daemon)
        current = query(daemon, "SELECT current_key FROM vault")[0][0]
        assert current in {key_id(key) for key in keys}
        assert opened(daemon, keys, planted) == planted.every - planted.lost
        rows = stored(daemon)
        under = sum(rows[which].startswith(f"v1:{current}:") for which in planted.every - planted.lost)
        running = under < len(planted.every - planted.lost)
        hits += 0 < under and running
    daemon.start()
    now = wait_until_sealed(daemon, 120)
    assert named(now) == planted.lost_names
    assert program(daemon).post("/api/v1/vault/retirement").status == 200
    keys = env_keys(daemon)
    assert len(keys) == 1 and opened(daemon, keys, planted) == planted.every - planted.lost
    assert program(daemon).get("/api/v1/admin/audit-log/verify-chain").json["ok"] is True
    return hits, looks


def killed_house(daemon, count):
    daemon.set_up()
    lost_key = Fernet.generate_key().decode()
    planted = plant_everything(daemon, env_keys(daemon)[0], count, lost_key, lost=5)
    check_complete(daemon)
    return planted, lost_key


def test_a_rotation_that_is_killed_goes_on(new_daemon, engine):
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN})
    planted, _ = killed_house(daemon, 200)
    kill_during_rotation(daemon, planted, 5, seed=6)


@pytest.mark.long
def test_a_rotation_killed_at_50_random_points_loses_nothing(new_daemon, engine):
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN})
    planted, lost_key = killed_house(daemon, 1400)
    hits, looks = kill_during_rotation(daemon, planted, 50, seed=50)
    print(f"{hits} of 50 kills hit a rotation in its middle, {looks} looks at the names ({engine})")
    assert hits >= 10 and looks >= 10
    assert program(daemon).post("/api/v1/vault/rekey", {"keys": lost_key}).json["state"] == "unlocked"
    assert opened(daemon, env_keys(daemon), planted) == planted.every
