"""Faults of the disk, the clock and the database: a named state with its cure, 503 meanwhile, nothing acknowledged lost,
and recovery without a restart."""

import contextlib
import errno
import os
import pathlib
import resource
import sqlite3
import subprocess

import pytest
from daemon import Client, psql, run

import tidy


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


def test_a_file_system_that_turns_read_only(faulty):
    """As the kernel does it after an error of the disk, with the files open."""
    faulty.kept.write(5)

    faulty.say(f"write {errno.EROFS} app.db", f"access {errno.EROFS} {faulty.daemon.data}")
    faulty.kept.refused(3)
    tidy.wait_for_state(faulty.admin, "database-read-only", "remount,rw")
    faulty.kept.check()
    faulty.say()

    tidy.wait_until_well(faulty.admin)
    faulty.kept.write(3)
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


def test_a_damaged_database_at_the_start(new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    kept = tidy.Kept(admin)
    kept.write(5)
    assert daemon.stop() == 0
    path = daemon.data / "app.db"
    whole = path.read_bytes()
    path.write_bytes(b"\x07" * len(whole))

    tidy.waiting(daemon, "database-damaged", "cb backup")
    # It still holds the state: nobody works on it beside a daemon that tries again and again.
    code, _, said = run("migrate", environment=daemon.environment)
    assert code == 1 and "is in use" in said, said
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

    tidy.waiting(daemon, "database-newer", "newer version")
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
