"""A file system of its own that is filled for real: during writes, migrations, rotations, backups,
uploads and restores. Nothing that was acknowledged is lost, the message is right, and no restart is needed."""

import contextlib
import ctypes
import os
import pathlib
import subprocess
import uuid

import pytest
from backups import done, download, ended, listed, set_passphrase
from daemon import POSTGRES, Client, postgres_parts, psql

import tidy
from vault import TOKEN, program


@pytest.fixture
def small_disk(tmp_path, request):
    """A mount of 24 MB, or as many as the test says, that only this process and its children see."""
    size = getattr(request, "param", 24)
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.unshare(0x00020000) != 0:
        pytest.skip("needs root and a mount namespace")
    libc.mount(b"none", b"/", None, 0x4000 | 0x40000, None)
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}m", "none", place]).returncode:
        pytest.skip("a file system cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def cramped(new_daemon, small_disk):
    daemon = new_daemon(start=False, environment={"CB_API_TOKEN": TOKEN})
    daemon.data = small_disk / "data"
    daemon.start()
    return daemon, small_disk / "filler"


def fill(filler, leave=0):
    """Takes all the room there is, but for `leave` bytes."""
    with open(filler, "ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while file.write(b"\0" * size) == size:
                    pass
        file.truncate(max(0, file.tell() - leave))


def test_a_full_disk_loses_nothing_and_recovers(cramped):
    daemon, filler = cramped
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(20)

    for round in range(10):
        fill(filler, leave=round * 3_000)
        kept.until_refused()
        tidy.wait_for_state(admin, "database-full", "Make room")
        assert admin.get("/api/v1/hardware?limit=5").status == 200, "reading goes on"
        kept.check()
        filler.unlink()
        tidy.wait_until_well(admin, besides={"disk"})
        kept.write(5)
    daemon.kill()
    daemon.start()
    kept.check()
    tidy.chain_holds(admin)


def test_a_full_disk_in_the_middle_of_a_rotation(cramped):
    daemon, filler = cramped
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    assert admin.patch("/api/v1/mail/settings", {
        "host": "mail.example.org", "from_address": "cb@example.org", "username": "cb", "password": "the secret"}).status == 200
    before = (daemon.data / ".env").read_bytes()
    fill(filler)

    answer = program(daemon).post("/api/v1/vault/rotation")

    assert answer.status in (200, 503), answer
    assert before.split(b"CB_VAULT_KEY=")[1][:44] in (daemon.data / ".env").read_bytes(), "the old key is gone"
    filler.unlink()
    tidy.wait_until_well(admin, besides={"disk"})
    daemon.kill()
    daemon.start()
    vault = program(daemon).get("/api/v1/vault").json
    assert vault["state"] == "unlocked" and vault["locked_total"] == 0, vault
    kept.write(3)
    kept.check()


def test_a_full_disk_at_a_migration(cramped):
    daemon, filler = cramped
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(10)
    assert daemon.stop() == 0
    # The newest step is taken back, so that the next start has to do it.
    last = tidy.undo_last_step(daemon)
    fill(filler)

    tidy.waiting(daemon, "database-full", "Make room")
    filler.unlink()

    tidy.wait_until_well(admin, besides={"disk"})
    kept.check()
    assert tidy.value(daemon, f"SELECT count(*) FROM schema_migrations WHERE number = {last}") == "1"


def test_a_read_only_file_system_at_the_start(cramped, small_disk):
    daemon, _ = cramped
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(5)
    assert daemon.stop() == 0
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    try:
        if os.access(daemon.data, os.W_OK):
            pytest.skip("this kernel lets root write all the same")
        tidy.waiting(daemon, "database-read-only", "remount,rw")
    finally:
        subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)

    tidy.wait_until_well(admin, besides={"disk"})
    kept.write(3)
    kept.check()


def answer_of(query):
    conninfo = " ".join(f"{key}={value}" for key, value in {**postgres_parts(), "dbname": "postgres"}.items())
    return subprocess.run(["psql", "-qtA", conninfo, "-c", query], check=True, capture_output=True, text=True).stdout.strip()


def state_of_backups(daemon):
    return sorted(path.name for path in (daemon.data / "backups").iterdir())


def test_a_full_disk_while_a_backup_is_made(cramped):
    daemon, filler = cramped
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(30)
    set_passphrase(admin)
    first = done(admin)["backup"]
    before = state_of_backups(daemon)
    for leave in (0, 20_000, 60_000):
        fill(filler, leave=leave)
        answer = admin.post("/api/v1/backups")
        if answer.status == 202:
            job = ended(admin, answer.json)
            if job["state"] == "done":
                assert leave, "a backup on a disk without any room"
                before = state_of_backups(daemon)
            else:
                assert job["state"] == "failed" and "room" in job["problem"].lower(), job
        else:
            assert answer.status == 503 and "room" in answer.json["message"], answer
        assert state_of_backups(daemon) == before, "a part of a backup was left behind"
        filler.unlink()
        tidy.wait_until_well(admin, besides={"disk", "backups"})
    assert done(admin, f"/files/{first}/verify", {})["report"]["rows"] > 30
    assert done(admin)["backup"] in [one["name"] for one in listed(admin)["items"]]
    kept.write(3)
    kept.check()
    tidy.chain_holds(admin)


# An upload leaves 64 MB of room to the rest of the daemon.
@pytest.mark.parametrize("small_disk", [120], indirect=True)
def test_a_full_disk_in_the_middle_of_an_upload(cramped):
    daemon, filler = cramped
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(10)
    set_passphrase(admin)
    name = done(admin)["backup"]
    content = download(admin, name).body
    assert admin.delete(f"/api/v1/backups/files/{name}").status == 204
    begin = admin.made("/api/v1/backups/uploads", {"size": len(content)})
    path = f"/api/v1/backups/uploads/{begin['id']}"

    def put(offset, part):
        return admin.request("PUT", f"{path}?offset={offset}", raw=part, content_type="application/octet-stream")

    half = len(content) // 2
    assert put(0, content[:half]).status == 200
    fill(filler)
    answer = put(half, content[half:])
    assert answer.status == 503 and "room" in answer.json["message"], answer
    assert admin.get("/api/v1/hardware?limit=5").status == 200
    filler.unlink()
    tidy.wait_until_well(admin, besides={"disk", "backups"})

    # The same part is taken now: nothing of the refused one was kept.
    answer = put(half, content[half:])
    assert answer.status == 200 and answer.json["received"] == len(content), answer
    backup = admin.made(path + "/finish", None)
    assert done(admin, f"/files/{backup['name']}/verify", {})["report"]["rows"] > 10
    kept.check()


def test_a_full_disk_during_a_restore(cramped):
    daemon, filler = cramped
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(30)
    set_passphrase(admin)
    name = done(admin)["backup"]
    kept.write(10)
    files = state_of_backups(daemon)

    for leave in (0, 100_000, 400_000):
        fill(filler, leave=leave)
        answer = admin.post(f"/api/v1/backups/files/{name}/restore", {"confirm": name})
        if answer.status == 202:
            job = ended(admin, answer.json)
            assert job["state"] == "failed" and "room" in job["problem"].lower(), job
        else:
            assert answer.status == 503 and "room" in answer.json["message"], answer
        filler.unlink()
        tidy.wait_until_well(admin, besides={"disk", "backups"})
        # The live state is as it was. A backup of it that was made before may stay; halves of anything do not.
        kept.check()
        assert set(files) <= set(state_of_backups(daemon)) and not list((daemon.data / "backups/.work").iterdir())
    for one in listed(admin)["items"]:
        assert done(admin, f"/files/{one['name']}/verify", {})["report"]["rows"] > 30
    kept.write(3)
    daemon.kill()
    daemon.start()
    kept.check()
    tidy.chain_holds(admin)


@pytest.fixture
def small_server():
    """A place of 48 MB for tables of the PostgreSQL server, in the server's own view of the file systems."""
    if not POSTGRES:
        pytest.skip("needs PostgreSQL")
    data = answer_of("SHOW data_directory")
    keeper = pathlib.Path(data, "postmaster.pid").read_text().split()[0]
    place = pathlib.Path(data).parent / f"small{uuid.uuid4().hex[:8]}"
    place.mkdir()
    name = place.name
    enter = ["nsenter", f"--mount=/proc/{keeper}/ns/mnt"]
    subprocess.run([*enter, "mount", "-t", "tmpfs", "-o", "size=48m,mode=0777", "none", str(place)], check=True)
    try:
        subprocess.run([*enter, "chown", "postgres:postgres", str(place)], check=True)
        psql("postgres", f"CREATE TABLESPACE {name} LOCATION '{place}'")
        yield name, enter, place
        psql("postgres", f"DROP TABLESPACE {name}")
    finally:
        subprocess.run([*enter, "umount", "-l", str(place)], check=True)
        place.rmdir()


def test_a_postgres_server_whose_disk_is_full(new_daemon, small_server):
    tablespace, enter, place = small_server
    daemon = new_daemon("postgres", start=False)
    psql("postgres", f'ALTER DATABASE "{daemon.database}" SET TABLESPACE {tablespace}')
    daemon.start()
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(20)
    filler = place / "filler"
    for _ in range(3):
        subprocess.run([*enter, "dd", "if=/dev/zero", f"of={filler}", "bs=64k"], capture_output=True)
        kept.until_refused()
        tidy.wait_for_state(admin, "database-full", "room")
        assert admin.get("/api/v1/hardware?limit=5").status == 200
        kept.check()
        subprocess.run([*enter, "rm", str(filler)], check=True)
        tidy.wait_until_well(admin)
        kept.write(5)
    kept.check()
    tidy.chain_holds(admin)
    daemon.remove()
