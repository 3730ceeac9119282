"""Backups by the program itself: beside a running daemon, onto fresh machines, across engines, and killed half-way."""

import json
import random
import subprocess
import time
import uuid

import pytest
from daemon import BINARY, POSTGRES, Client, engines, postgres_parts, postgres_url, psql
from pictures import png

PASSPHRASE = "a long passphrase for tests"


def backup(daemon, command, *arguments, file="one.cbbackup", passphrase=PASSPHRASE, expect=0):
    done = subprocess.run(
        [str(BINARY), "backup", command, "--file", str(daemon.place / file), *arguments],
        env=daemon.environment, cwd=daemon.place, input=passphrase + "\n", capture_output=True, text=True, timeout=120)
    assert done.returncode == expect, (done.returncode, done.stdout, done.stderr)
    return done


def filled(daemon):
    admin = daemon.set_up()
    for number in range(20):
        admin.made("/api/v1/hardware", {"name": f"machine {number}", "notes": "Zürich ≈ 3"})
    admin.made("/api/v1/notes", {"name": "Plan", "folder": "A", "notes": "- [ ] step"})
    assert admin.put("/api/v1/branding/logo", raw=png(64, 32), content_type="image/png").status == 200
    assert admin.post("/api/v1/icons?name=box", raw=png(32, 32), content_type="image/png").status == 201
    return admin


def pictures(client):
    """The bytes of the pictures that people brought."""
    icon = client.get("/api/v1/icons").json["items"][0]["id"]
    return client.get("/api/v1/branding/logo").body, client.get(f"/api/v1/icons/{icon}/picture").body


def hardware(daemon):
    answer = Client(daemon, cookie=daemon.cookie).get("/api/v1/hardware?limit=200")
    assert answer.status == 200, answer
    return sorted(row["name"] for row in answer.json["items"])


def copied(source, target, file="one.cbbackup"):
    (target.place / file).write_bytes((source.place / file).read_bytes())
    target.cookie = source.cookie


@pytest.mark.parametrize("to", engines())
def test_a_fresh_machine_has_everything_again(new_daemon, engine, to):
    daemon = new_daemon(engine)
    filled(daemon)
    backup(daemon, "create")
    header = json.loads(backup(daemon, "inspect", "--json").stdout)
    assert header["engine"] == engine and header["version"] == 1
    assert "verified" in backup(daemon, "verify").stdout
    assert "came back as they were" in backup(daemon, "rehearse", "--scratch", str(daemon.place)).stdout
    names, shown = hardware(daemon), pictures(Client(daemon, cookie=daemon.cookie))
    fresh = new_daemon(to, start=False)
    fresh.place.mkdir(exist_ok=True)
    copied(daemon, fresh)

    backup(fresh, "restore", "--yes")
    fresh.start()

    assert hardware(fresh) == names and len(names) == 20
    client = Client(fresh, cookie=fresh.cookie)
    assert pictures(client) == shown
    assert client.get("/api/v1/notes").json["items"][0]["notes"] == "- [ ] step"
    assert client.get("/api/v1/admin/audit-log/verify-chain").json["ok"]
    log = client.get("/api/v1/admin/audit-log?action=restored").json["items"]
    assert len(log) == 1 and log[0]["actor"] == "circuit-breaker backup"
    client.made("/api/v1/hardware", {"name": "after"})


def test_what_is_there_is_kept_and_a_running_daemon_is_left_alone(new_daemon, engine):
    daemon = new_daemon(engine)
    admin = filled(daemon)
    backup(daemon, "create")
    admin.made("/api/v1/hardware", {"name": "later"})

    refused = backup(daemon, "restore", "--yes", expect=1)
    assert "is in use" in refused.stderr
    assert "later" in hardware(daemon)
    daemon.stop()
    asked = backup(daemon, "restore", expect=2)
    assert "--yes" in asked.stderr
    planned = backup(daemon, "restore", "--plan")
    assert "A restore would do this" in planned.stderr and not (daemon.data / "restore").exists()
    done = backup(daemon, "restore", "--yes")
    daemon.start()

    assert "later" not in hardware(daemon) and len(hardware(daemon)) == 20
    kept = list((daemon.data / "replaced").iterdir())
    assert len(kept) == 1 and (kept[0] / ".env").exists() and str(kept[0]) in done.stderr
    assert (kept[0] / "app.db").exists() == (engine == "sqlite")


def test_what_is_wrong_is_refused_with_its_sentence(new_daemon):
    daemon = new_daemon()
    filled(daemon)
    backup(daemon, "create")
    whole = (daemon.place / "one.cbbackup").read_bytes()
    daemon.stop()
    before = {p: p.read_bytes() for p in daemon.data.rglob("*") if p.is_file()}

    assert "passphrase does not open" in backup(daemon, "restore", "--yes", passphrase="wrong one", expect=1).stderr
    assert "at least 12" in backup(daemon, "create", file="two", passphrase="short", expect=2).stderr
    (daemon.place / "cut").write_bytes(whole[:-9])
    assert "cut off" in backup(daemon, "restore", "--yes", file="cut", expect=1).stderr
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 4
    (daemon.place / "flipped").write_bytes(flipped)
    assert "was changed" in backup(daemon, "restore", "--yes", file="flipped", expect=1).stderr
    (daemon.place / "longer").write_bytes(whole + b"x")
    assert "was appended" in backup(daemon, "verify", file="longer", expect=1).stderr
    (daemon.place / "other").write_bytes(b"SQLite format 3\0")
    assert "not a backup" in backup(daemon, "verify", file="other", expect=1).stderr
    assert "No such file" in backup(daemon, "verify", file="missing", expect=1).stderr
    after = {p: p.read_bytes() for p in daemon.data.rglob("*") if p.is_file()}
    assert after == before


def killed_restore(daemon, names, delay):
    process = subprocess.Popen(
        [str(BINARY), "backup", "restore", "--yes", "--file", str(daemon.place / "one.cbbackup")],
        env=daemon.environment, cwd=daemon.place, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    process.stdin.write(PASSPHRASE.encode() + b"\n")
    process.stdin.close()
    time.sleep(delay)
    process.kill()
    process.wait(30)
    daemon.start()
    found = hardware(daemon)
    assert found in names, f"after {delay:.3f} s: {len(found)}"
    chain = Client(daemon, cookie=daemon.cookie).get("/api/v1/admin/audit-log/verify-chain").json
    assert chain["ok"], chain
    daemon.stop()
    return names.index(found)


@pytest.mark.parametrize("rounds", [4, pytest.param(60, marks=pytest.mark.long)])
def test_killed_at_any_moment_there_is_the_old_state_or_the_new(new_daemon, engine, rounds):
    daemon = new_daemon(engine)
    admin = filled(daemon)
    backup(daemon, "create")
    first = hardware(daemon)
    admin.made("/api/v1/hardware", {"name": "later"})
    second = hardware(daemon)
    daemon.stop()
    started = time.monotonic()
    backup(daemon, "restore", "--plan")
    quickest = time.monotonic() - started
    seed = random.Random(5)

    seen = [killed_restore(daemon, [second, first], quickest * seed.uniform(0.3, 2.2)) for _ in range(rounds)]

    print(f"{engine}: old state {seen.count(0)} times, restored {seen.count(1)} times")


def copy(daemon, target, expect=0, kill_after=None, program=None):
    command = [*(program or [str(BINARY), "db", "copy"]), "--to", target]
    process = subprocess.Popen(
        command, env=daemon.environment, cwd=daemon.place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    out, err = process.communicate(timeout=300)
    if kill_after is None:
        assert process.returncode == expect, (process.returncode, out, err)
    return process.returncode, out + err


def is_whole(server):
    """Whether a copy into that database has come to its end, whatever became of the program since."""
    conninfo = " ".join(f"{key}={value}" for key, value in {**postgres_parts(), "dbname": server}.items())
    said = subprocess.run(
        ["psql", "-qtA", conninfo, "-c", "SELECT to_regclass('users') IS NOT NULL AND to_regclass('db_copy') IS NULL"],
        check=True, capture_output=True, text=True).stdout.strip()
    if said != "t":
        return False
    return subprocess.run(["psql", "-qtA", conninfo, "-c", "SELECT count(*) FROM users"], check=True, capture_output=True,
                          text=True).stdout.strip() != "0"


@pytest.mark.skipif(not POSTGRES, reason="needs PostgreSQL")
def test_a_database_moves_to_the_server_and_back_killed_on_the_way(new_daemon):
    daemon = new_daemon()
    filled(daemon)
    daemon.stop()
    server = f"e2e_{uuid.uuid4().hex[:12]}"
    seed, kills, longest = random.Random(3), 0, 0.9
    psql("postgres", f'CREATE DATABASE "{server}"')
    try:
        while kills < 5:
            ended = copy(daemon, postgres_url(server), kill_after=seed.uniform(0.02, longest))[0]
            if ended != 0 and not is_whole(server):
                kills += 1
                continue
            # It was done before the kill, and a full target is refused: begin again, and kill sooner.
            longest /= 2
            psql("postgres", f'DROP DATABASE "{server}" WITH (FORCE)')
            psql("postgres", f'CREATE DATABASE "{server}"')
        said = copy(daemon, postgres_url(server), program=[str(BINARY.parent / "cb"), "db", "copy"])[1]
        assert "compared row by row" in said
        daemon.extra["CB_DB_URL"] = postgres_url(server)
        (daemon.data / "app.db").rename(daemon.data / "old.db")
        daemon.start()
        names = hardware(daemon)
        assert len(names) == 20
        client = Client(daemon, cookie=daemon.cookie)
        assert client.get("/api/v1/admin/audit-log/verify-chain").json["ok"]
        client.made("/api/v1/hardware", {"name": "on the server"})
        daemon.stop()
        copy(daemon, "sqlite")
        del daemon.extra["CB_DB_URL"]
        daemon.start()
        assert hardware(daemon) == sorted([*names, "on the server"])
    finally:
        daemon.stop()
        psql("postgres", f'DROP DATABASE "{server}" WITH (FORCE)')
