"""The life of the vault's key with the real daemon: which secrets open after each turn, and which are named as locked."""

import os
import random
import time

import pytest
from cryptography.fernet import Fernet

from daemon import Client
from vault import (TOKEN, env_keys, has_providers, key_id, plant_providers, program, provider_secrets, query, status,
                   unseal, wait_until_sealed)

ROWS = 40


def restart(daemon, **environment):
    daemon.stop()
    daemon.extra = {"CB_API_TOKEN": TOKEN, **environment}
    daemon.start()
    return status(daemon)


def opened(daemon, keys):
    """The numbers of the providers whose secret opens with these keys, and is the right one."""
    return {number for number, sealed in provider_secrets(daemon).items()
            if unseal(keys, sealed) == f"client-secret-{number}"}


def plant(daemon, key):
    if not has_providers(daemon):
        pytest.skip("this build has no table with many sealed values")
    plant_providers(daemon, key, ROWS)


@pytest.fixture
def house(new_daemon, engine):
    """A daemon that is set up and holds ROWS sealed secrets."""
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN})
    daemon.set_up()
    plant(daemon, env_keys(daemon)[0])
    return daemon


def every():
    return set(range(1, ROWS + 1))


def names(vault):
    return {one["name"] for one in vault["locked"]}


def test_a_key_is_made_once_and_survives_a_restart(house):
    before = (house.data / ".env").read_bytes()
    assert (house.data / ".env").stat().st_mode & 0o777 == 0o600
    now = restart(house)
    assert now["state"] == "unlocked" and now["source"] == "data_file" and now["locked"] == []
    assert (house.data / ".env").read_bytes() == before
    assert opened(house, env_keys(house)) == every()
    assert {kind["kind"]: kind["total"] for kind in now["kinds"]}["provider_secret"] == ROWS


def test_a_supplied_key_is_used_and_nothing_is_written(new_daemon, engine):
    key = Fernet.generate_key().decode()
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN, "CB_VAULT_KEY": key})
    admin = daemon.set_up()
    plant(daemon, key)
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
    assert opened(daemon, [new]) == every()
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
    rows = provider_secrets(house)
    now = restart(house, CB_VAULT_KEY=Fernet.generate_key().decode())
    assert now["state"] == "locked"
    assert names(now) == {f"Client secret of Provider {number}" for number in every()}
    assert "remove the other one" in now["trouble"]
    ready = Client(house).get("/api/v1/health/ready").json
    item = next(check for check in ready["checks"] if check["id"] == "vault")
    assert item["severity"] == "warning" and "Client secret of Provider 1" in item["message"]
    # Everything else works.
    assert program(house).made("/api/v1/hardware", {"name": "still here"})
    assert program(house).post("/api/v1/vault/recovery/proof").status == 409
    assert provider_secrets(house) == rows and (house.data / ".env").read_bytes() == env
    assert restart(house)["state"] == "unlocked"


def test_a_lost_key_is_brought_back_from_a_copy(house):
    kept = env_keys(house)[0]
    (house.data / ".env").unlink()
    now = restart(house)
    assert now["state"] == "locked" and now["locked_total"] == ROWS and "is lost" in now["trouble"]
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
    assert now["state"] == "partly_locked" and now["locked_total"] == ROWS
    assert names(now) == {f"Client secret of Provider {number}" for number in every()}
    assert restart(house)["state"] == "partly_locked"
    assert opened(house, [kept]) == every()
    # The copy turns up after all.
    answer = program(house).post("/api/v1/vault/rekey", {"keys": kept})
    assert answer.status == 200 and answer.json["state"] == "unlocked"
    assert opened(house, [new]) == every()
    for key in (kept, new):
        assert key not in house.log.read_text()


def test_rotation_moves_every_value_and_keeps_its_age(house):
    former = env_keys(house)[0]
    ages = {number: Fernet(former).extract_timestamp(sealed.split(":", 2)[2])
            for number, sealed in provider_secrets(house).items()}
    assert program(house).post("/api/v1/vault/rotation").status == 200
    now = wait_until_sealed(house)
    new = env_keys(house)[0]
    assert now["left"] == 0 and now["rotation"]["done"] >= ROWS and env_keys(house) == [new, former]
    assert opened(house, [new]) == every()
    assert ages == {number: Fernet(new).extract_timestamp(sealed.split(":", 2)[2])
                    for number, sealed in provider_secrets(house).items()}
    assert program(house).post("/api/v1/vault/retirement").status == 200
    assert env_keys(house) == [new]
    assert restart(house)["state"] == "unlocked"


def kill_during_rotation(daemon, rows, kills, seed):
    """`kill -9` at random moments; after each, every value must open with the keys of .env. How many hit a rotation."""
    random.seed(seed)
    hits = 0
    daemon.stop()
    running = False
    for _ in range(kills):
        daemon.start(wait=not running)
        if not running:
            assert program(daemon).post("/api/v1/vault/rotation").status in (200, 409)
            time.sleep(random.uniform(0, 0.6))
        else:
            # While it still starts, or goes on with the rotation.
            time.sleep(random.uniform(0.1, 1.2))
        daemon.kill()
        keys = env_keys(daemon)
        current = query(daemon, "SELECT current_key FROM vault")[0][0]
        assert current in {key_id(key) for key in keys}
        stored = provider_secrets(daemon)
        assert len(stored) == rows
        lost = [number for number, sealed in stored.items() if unseal(keys, sealed) != f"client-secret-{number}"]
        assert lost == []
        under = sum(sealed.startswith(f"v1:{current}:") for sealed in stored.values())
        running = under < rows
        hits += 0 < under < rows
    daemon.start()
    now = wait_until_sealed(daemon, 120)
    assert now["state"] == "unlocked" and now["locked"] == []
    assert program(daemon).post("/api/v1/vault/retirement").status == 200
    keys = env_keys(daemon)
    assert len(keys) == 1
    assert all(unseal(keys, sealed) == f"client-secret-{number}" for number, sealed in provider_secrets(daemon).items())
    assert program(daemon).get("/api/v1/admin/audit-log/verify-chain").json["ok"] is True
    return hits


def test_a_rotation_that_is_killed_goes_on(house):
    extra = 600
    query(house, "DELETE FROM sign_in_providers")
    plant_providers(house, env_keys(house)[0], extra)
    kill_during_rotation(house, extra, 5, seed=6)


@pytest.mark.long
def test_a_rotation_killed_at_50_random_points_loses_nothing(house):
    rows = 4000
    query(house, "DELETE FROM sign_in_providers")
    plant_providers(house, env_keys(house)[0], rows)
    hits = kill_during_rotation(house, rows, 50, seed=50)
    print(f"{hits} of 50 kills hit a rotation in its middle ({house.engine})")
    assert hits >= 10
