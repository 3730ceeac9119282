"""What the tests of faults share: objects that must stay, and health states that come and go."""

import contextlib
import sqlite3
import time

from daemon import Client, psql


class Kept:
    """Objects that were acknowledged."""

    def __init__(self, client):
        self.client = client
        self.known = {}
        self.count = 0

    def make(self):
        self.count += 1
        notes = f"object {self.count} " * 40
        answer = self.client.post("/api/v1/hardware", {"name": f"object {self.count}", "notes": notes})
        if answer.status == 201:
            self.known[answer.json["id"]] = answer.json["notes"]
        return answer

    def write(self, count):
        for _ in range(count):
            answer = self.make()
            assert answer.status == 201, answer

    def refused(self, count):
        """Writes that must be refused in the right way."""
        answers = [self.make() for _ in range(count)]
        for answer in answers:
            assert answer.status == 503, answer
        return answers

    def until_refused(self, most=3_000):
        for _ in range(most):
            answer = self.make()
            if answer.status != 201:
                assert answer.status == 503 and "full" in answer.json["message"], answer
                return answer
        raise AssertionError(f"{most} writes went through on a full disk")

    def check(self):
        for key, notes in self.known.items():
            answer = self.client.get(f"/api/v1/hardware/{key}")
            assert answer.status == 200 and answer.json["notes"] == notes, f"object {key}: {answer}"


def checks(client):
    return {check["id"]: check for check in client.get("/api/v1/health/ready").json["checks"]}


def wait_for_state(client, state, word, severity="failing", seconds=30):
    deadline = time.monotonic() + seconds
    found = {}
    while time.monotonic() < deadline:
        found = checks(client)
        for name, check in found.items():
            if name.startswith(state) and check["severity"] == severity and word in check["message"]:
                return check
        time.sleep(0.1)
    raise AssertionError(f"{state} with “{word}” did not come: {found}")


def wait_until_well(client, besides=(), seconds=40):
    """No restart: the same process answers, and nothing fails any more."""
    deadline = time.monotonic() + seconds
    found = {}
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            found = checks(client)
            bad = [name for name, check in found.items() if check["severity"] == "failing" and name not in besides]
            if not bad and "database" in found:
                return
        time.sleep(0.1)
    raise AssertionError(f"it stayed ill: {found}")


def chain_holds(client):
    chain = client.get("/api/v1/admin/audit-log/verify-chain").json
    assert chain["ok"] is True, chain


def execute(daemon, statement):
    if daemon.database:
        psql(daemon.database, statement)
        return
    with contextlib.closing(sqlite3.connect(daemon.data / "app.db")) as file:
        file.execute(statement)
        file.commit()


def value(daemon, query):
    with contextlib.closing(sqlite3.connect(daemon.data / "app.db")) as file:
        return str(file.execute(query).fetchone()[0])


def undo_last_step(daemon):
    """Takes the newest step of the schema back; returns its number."""
    with contextlib.closing(sqlite3.connect(daemon.data / "app.db")) as file:
        before = {row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in ("older_rows", "older_runs", "kept_secrets"):
            assert table in before
            file.execute(f"DROP TABLE {table}")
        file.execute("DELETE FROM schema_migrations WHERE number = 79")
        file.commit()
    return 79


def waiting(daemon, state, word):
    """The daemon serves nothing but the reason."""
    daemon.start()
    anyone = Client(daemon)
    wait_for_state(anyone, state, word)
    answer = Client(daemon, cookie=daemon.cookie).get("/api/v1/hardware")
    assert answer.status == 503 and answer.json["code"] == "unavailable", answer
    assert answer.headers["Retry-After"] == "5"
    page = anyone.get("/")
    assert page.status == 503 and b"waiting for its database" in page.body, page
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
