"""Faults of the disk, the clock and the database: a named state with its cure, 503 meanwhile, nothing acknowledged lost,
and recovery without a restart."""

import contextlib
import ctypes
import errno
import os
import pathlib
import resource
import sqlite3
import subprocess

import pytest
from daemon import Client, psql

import tidy
from vault import TOKEN, program


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    library = tmp_path_factory.mktemp("shim") / "faults.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library),
                    str(pathlib.Path(__file__).with_name("faults.c")), "-ldl"], check=True)
    return library


class Faulty:
    """A daemon whose disk does what the test says."""

    def __init__(self, new_daemon, shim, tmp_path):
        self.control = tmp_path / "faults"
        self.control.write_text("")
        self.daemon = new_daemon(environment={"LD_PRELOAD": str(shim), "CB_TEST_FAULTS": str(self.control)})
        self.admin = self.daemon.set_up()
        self.kept = tidy.Kept(self.admin)

    def say(self, *lines):
        # In one step: the daemon reads it all the time.
        new = self.control.with_suffix(".new")
        new.write_text("".join(line + "\n" for line in lines))
        os.replace(new, self.control)


@pytest.fixture
def faulty(new_daemon, shim, tmp_path):
    return Faulty(new_daemon, shim, tmp_path)


@pytest.mark.parametrize("act, number, part, state, word", [
    ("write", errno.ENOSPC, "app.db-wal", "database-full", "Make room"),
    ("write", errno.EIO, "app.db-wal", "database-io-error", "dmesg"),
    ("sync", errno.EIO, "app.db-wal", "database-io-error", "dmesg"),
])
def test_a_disk_that_fails_is_told_of_and_what_was_saved_stays(faulty, act, number, part, state, word):
    faulty.kept.write(10)

    faulty.say(f"{act} {number} {part}")
    refused = faulty.kept.refused(10)
    tidy.wait_for_state(faulty.admin, state, word)
    faulty.kept.check()
    faulty.say()

    assert all(answer.json["code"] == "unavailable" and answer.headers["Retry-After"] for answer in refused)
    tidy.wait_until_well(faulty.admin)
    faulty.kept.write(5)
    faulty.daemon.kill()
    faulty.daemon.start()
    faulty.kept.check()
    tidy.chain_holds(faulty.admin)


def test_too_many_open_files(faulty):
    faulty.kept.write(3)
    pid = faulty.daemon.process.pid
    opened = len(os.listdir(f"/proc/{pid}/fd"))
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (opened + 1, before[1]))

    # Connections beyond the limit are not taken; the one that is there is served.
    with contextlib.ExitStack() as stack:
        for _ in range(5):
            with contextlib.suppress(OSError):
                stack.enter_context(contextlib.closing(faulty.daemon.socket(timeout=0.3)))
        tidy.wait_for_state(faulty.admin, "open-files", "LimitNOFILE")
        faulty.kept.check()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)

    tidy.wait_until_well(faulty.admin)
    # New connections are taken again, and the daemon did not burn its time meanwhile.
    assert Client(faulty.daemon, cookie=faulty.daemon.cookie).get("/api/v1/hardware").status == 200
    faulty.kept.write(3)
    faulty.kept.check()


@pytest.mark.parametrize("seconds, word", [(7 * 3600, "ahead by 7 h"), (-5 * 86_400, "behind the newest entry")])
def test_a_clock_that_jumps_is_told_of_and_keeps_the_order(faulty, seconds, word):
    faulty.kept.write(3)
    faulty.admin.get("/api/v1/health/ready")

    faulty.say(f"clock {seconds}")
    tidy.wait_for_state(faulty.admin, "clock", word, severity="warning")
    faulty.kept.write(3)
    faulty.say()

    # Sessions go by the clock: one that was used while it was wrong may have ended.
    faulty.admin = faulty.kept.client = faulty.daemon.sign_in()
    faulty.kept.write(3)
    faulty.kept.check()
    tidy.chain_holds(faulty.admin)


def test_a_database_somebody_else_holds(faulty):
    faulty.kept.write(3)
    with contextlib.closing(sqlite3.connect(faulty.daemon.data / "app.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        faulty.kept.refused(1)
        tidy.wait_for_state(faulty.admin, "database-locked", "fuser")
        faulty.kept.check()
        other.execute("ROLLBACK")

    tidy.wait_until_well(faulty.admin)
    faulty.kept.write(3)
    faulty.kept.check()


@pytest.mark.parametrize("name", ["app.db", "app.db-wal"])
def test_a_database_that_was_moved_away_takes_nothing(faulty, name):
    faulty.kept.write(3)
    path = faulty.daemon.data / name
    path.rename(path.with_suffix(".away"))

    faulty.kept.refused(3)
    tidy.wait_for_state(faulty.admin, "database-moved", "Put the file back")
    path.with_suffix(".away").rename(path)

    tidy.wait_until_well(faulty.admin)
    faulty.kept.write(3)
    faulty.daemon.kill()
    faulty.daemon.start()
    faulty.kept.check()


def waiting(daemon, state, word):
    """The daemon serves nothing but the reason."""
    daemon.start()
    anyone = Client(daemon)
    tidy.wait_for_state(anyone, state, word)
    answer = Client(daemon, cookie=daemon.cookie).get("/api/v1/hardware")
    assert answer.status == 503 and answer.json["code"] == "unavailable", answer
    assert answer.headers["Retry-After"] == "5"
    page = anyone.get("/")
    assert page.status == 503 and b"waiting for its database" in page.body, page
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_damaged_database_at_the_start(new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(5)
    assert daemon.stop() == 0
    path = daemon.data / "app.db"
    whole = path.read_bytes()
    path.write_bytes(b"\x07" * len(whole))

    waiting(daemon, "database-damaged", "cb backup")
    path.write_bytes(whole)

    tidy.wait_until_well(admin)
    kept.check()


def test_a_database_from_a_newer_version_at_the_start(new_daemon, engine):
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(5)
    assert daemon.stop() == 0
    statement = "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (9999, 'later', 'x', 1)"
    undo = "DELETE FROM schema_migrations WHERE number = 9999"
    tidy.execute(daemon, statement)

    waiting(daemon, "database-newer", "newer version")
    tidy.execute(daemon, undo)

    tidy.wait_until_well(admin)
    kept.check()


def test_a_postgres_server_that_is_not_there(new_daemon, engine):
    if engine != "postgres":
        pytest.skip("PostgreSQL only")
    daemon = new_daemon("postgres")
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(3)
    psql("postgres", f'ALTER DATABASE "{daemon.database}" ALLOW_CONNECTIONS false')
    psql("postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{daemon.database}'")

    kept.refused(1)
    tidy.wait_for_state(admin, "database-", "")
    assert daemon.stop() == 0
    daemon.start()
    tidy.wait_for_state(Client(daemon), "database-", "")
    psql("postgres", f'ALTER DATABASE "{daemon.database}" ALLOW_CONNECTIONS true')

    tidy.wait_until_well(admin)
    kept.write(3)
    kept.check()


# A file system of its own, which can be filled for real.

@pytest.fixture
def small_disk(tmp_path):
    """A mount of 24 MB that only this process and its children see."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.unshare(0x00020000) != 0:
        pytest.skip("needs root and a mount namespace")
    libc.mount(b"none", b"/", None, 0x4000 | 0x40000, None)
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", place]).returncode:
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

    waiting(daemon, "database-full", "Make room")
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
        waiting(daemon, "database-read-only", "remount,rw")
    finally:
        subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)

    tidy.wait_until_well(admin, besides={"disk"})
    kept.write(3)
    kept.check()
