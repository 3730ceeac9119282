"""The history as a script and an attacker see it: exports checked without a daemon, rows touched behind its back."""

import hashlib
import itertools
import json
import os
import sqlite3
import subprocess
import time

import pytest
from daemon import BINARY, Daemon, engines, postgres_parts, psql
from proxies import CB, cb

TOKEN = "a-token-for-tests-that-is-long-enough-0123456789"
MILLION = int(os.environ.get("CB_AUDIT_ROWS", "1000000"))


def change(daemon, *statements):
    """What somebody with the database's password can do."""
    if daemon.database:
        psql(daemon.database, "BEGIN; " + "; ".join(statements) + "; COMMIT")
        return
    database = sqlite3.connect(daemon.data / "app.db", timeout=20)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def export(admin, place):
    file = place / "export.jsonl"
    answer = admin.get("/api/v1/admin/audit-log/export?format=jsonl")
    assert answer.status == 200, answer
    file.write_bytes(answer.body)
    return file


def offline(file, *more):
    """cb with nothing but the file: no configuration, no socket, no network."""
    done = subprocess.run(["unshare", "--net", str(CB), "audit", "verify", str(file), "--json", *more],
                          env={"PATH": "/usr/bin:/bin", "CB_DATA_DIR": "/nonexistent"}, capture_output=True, text=True,
                          timeout=60)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def with_hosts(daemon):
    admin = daemon.set_up()
    for number in range(30):
        admin.made("/api/v1/hardware", {"name": f"host \"é\" {number}", "notes": "a\nb"})
    return admin


@pytest.fixture
def filled(new_daemon, engine):
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN})
    return daemon, with_hosts(daemon)


COPY = ("INSERT INTO audit_log (id, at, actor, actor_kind, address, request_id, action, severity, entity, entity_name, "
        "previous_hash, hash) SELECT {to}, at, actor, actor_kind, address, request_id, action, severity, entity, "
        "entity_name, previous_hash, hash FROM audit_log WHERE id = {what}")

# Rows from 20 on are there in both tests: what is done to them, and the first row that does not hold.
TAMPERINGS = {
    "edited": (["UPDATE audit_log SET actor = 'eve' WHERE id = 24"], 24),
    "edited and sealed": (["UPDATE audit_log SET after_json = '{}', hash = repeat('0', 64) WHERE id = 24"], 24),
    "deleted": (["DELETE FROM audit_log WHERE id = 24"], 25),
    "reordered": (["UPDATE audit_log SET id = 99999 WHERE id = 24", "UPDATE audit_log SET id = 24 WHERE id = 25",
                   "UPDATE audit_log SET id = 25 WHERE id = 99999"], 24),
    "inserted before": ([COPY.format(to=0, what=24)], 0),
    "nothing instead of a value": (["UPDATE audit_log SET before_json = 'null' WHERE id = 24"], 24),
}


@pytest.fixture(scope="module", params=itertools.product(engines(), ["whole", "after retention"]), ids="-".join)
def history(request):
    """(daemon, admin's client, what puts every row that is there now back as it was)."""
    engine, extent = request.param
    daemon = Daemon(engine, environment={"CB_API_TOKEN": TOKEN})
    try:
        admin = with_hosts(daemon.start())
        if extent == "after retention":
            rows = admin.get("/api/v1/admin/audit-log?limit=200").json["items"]
            moment = next(row["at"] for row in rows if row["id"] == 20)
            answer = admin.post("/api/v1/admin/audit-log/retention/run", {"older_than": moment})
            assert answer.status == 200 and answer.json["removed"] > 10, answer
        change(daemon, "CREATE TABLE untouched AS SELECT * FROM audit_log")
        # Rows written since hang on the last of these, which is left alone.
        yield daemon, admin, ["DELETE FROM audit_log WHERE id <= (SELECT max(id) FROM untouched)",
                              "INSERT INTO audit_log SELECT * FROM untouched"]
    finally:
        daemon.remove()


@pytest.mark.parametrize("name", TAMPERINGS)
def test_whoever_touches_a_row_is_named_by_both(history, tmp_path, name):
    daemon, admin, mend = history
    assert admin.get("/api/v1/admin/audit-log/verify-chain").json["ok"]
    assert offline(export(admin, tmp_path))[0] == 0
    statements, broken = TAMPERINGS[name]
    if not daemon.database:
        statements = [text.replace("repeat('0', 64)", f"'{'0' * 64}'") for text in statements]

    change(daemon, *statements)

    verdict = admin.get("/api/v1/admin/audit-log/verify-chain").json
    assert not verdict["ok"] and verdict["first_broken"]["id"] == broken, verdict
    code, verdict = offline(export(admin, tmp_path))
    assert code == 1 and verdict["first_broken"]["id"] == broken, verdict
    code, out, _ = cb(daemon, "audit", "verify-chain")
    assert code == 1 and f"row {broken}:" in out
    change(daemon, *mend)


def test_an_export_is_checked_with_the_file_alone(filled, tmp_path):
    daemon, admin = filled
    file = export(admin, tmp_path)
    key = admin.get("/api/v1/admin/audit-log/retention").json["public_key"]

    code, verdict = offline(file, "--key", key)
    assert code == 0 and verdict["ok"] and verdict["rows"] >= 31 and verdict["public_key"] == key

    lines = file.read_text().splitlines(keepends=True)
    cases = {
        "a line cut off": (lines[:-1], len(lines)), "a row cut off": (lines[:-2] + lines[-1:], len(lines) - 1),
        "the beginning cut off": (lines[3:], 4), "swapped": (lines[:7] + [lines[8], lines[7]] + lines[9:], 9),
        "a word changed": (lines[:9] + [lines[9].replace("created", "Created", 1)] + lines[10:], 10),
        "not JSON": (lines[:9] + ["{\n"] + lines[10:], 10), "empty": ([], 1),
    }
    for name, (text, broken) in cases.items():
        file.write_text("".join(text))
        code, verdict = offline(file)
        assert code == 1 and verdict["first_broken"]["id"] == broken, (name, verdict)
    file.write_text("".join(lines))
    assert offline(file, "--key", "0" * 64)[0] == 1
    with open(file, "rb") as stream:
        done = subprocess.run([str(CB), "audit", "verify", "-"], stdin=stream, capture_output=True, text=True)
    assert done.returncode == 0 and "rows     " in done.stdout
    assert subprocess.run([str(CB), "audit", "verify", str(tmp_path / "none")], capture_output=True).returncode == 2


def test_the_file_of_anchors_finds_a_history_written_anew(new_daemon, engine, tmp_path):
    anchors = tmp_path / "anchors.jsonl"
    daemon = new_daemon(engine, start=False, environment={"CB_AUDIT_ANCHOR_FILE": str(anchors)})
    daemon.start()
    admin = daemon.set_up()
    for number in range(5):
        admin.made("/api/v1/hardware", {"name": f"host {number}"})
    daemon.stop()
    # The day is over: the next start anchors what is there.
    anchors.unlink(missing_ok=True)
    change(daemon, "DELETE FROM audit_anchors")
    daemon.start()
    deadline = time.monotonic() + 20
    while not anchors.exists() or not anchors.read_text().endswith("\n"):
        assert time.monotonic() < deadline, daemon.tail()
        time.sleep(0.05)
    admin = daemon.sign_in()
    anchor = json.loads(anchors.read_text().splitlines()[-1])["anchor"]
    assert admin.get("/api/v1/admin/audit-log/verify-chain").json["ok"]
    code, verdict = offline(export(admin, tmp_path), "--anchors", str(anchors))
    assert code == 0 and verdict["anchors"] == 1
    assert (anchors.stat().st_mode & 0o777) == 0o640

    rewrite(daemon)

    verdict = admin.get("/api/v1/admin/audit-log/verify-chain").json
    assert not verdict["ok"] and verdict["first_broken"]["id"] == anchor["id"], verdict
    change(daemon, "DELETE FROM audit_anchors")
    verdict = admin.get("/api/v1/admin/audit-log/verify-chain").json
    assert not verdict["ok"] and verdict["first_broken"]["id"] == anchor["id"], verdict
    code, verdict = offline(export(admin, tmp_path), "--anchors", str(anchors))
    assert code == 1 and verdict["first_broken"]["id"] == anchor["id"]


COLUMNS = ("id at actor actor_kind actor_id address request_id action severity entity entity_id entity_name before_json "
           "after_json previous_hash hash").split()


def sealed(row, previous):
    """The hash as the documentation says it, computed by somebody else's code."""
    fields = [previous, row["id"], row["at"], row["actor"], row["actor_kind"],
              None if row["actor_id"] is None else str(row["actor_id"]), row["address"], row["request_id"],
              row["action"], row["severity"], row["entity"],
              None if row["entity_id"] is None else str(row["entity_id"]), row["entity_name"], row["before_json"],
              row["after_json"]]
    return hashlib.sha256(json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def rewrite(daemon):
    """Somebody who knows how: another actor in row 2, and every hash behind it computed anew."""
    if daemon.database:
        parts = " ".join(f"{key}={value}" for key, value in {**postgres_parts(), "dbname": daemon.database}.items())
        text = subprocess.run(["psql", "-qAt", parts, "-c", "SELECT row_to_json(a) FROM audit_log a ORDER BY id"],
                              check=True, capture_output=True, text=True).stdout
        rows = [json.loads(line) for line in text.splitlines()]
    else:
        database = sqlite3.connect(daemon.data / "app.db", timeout=20)
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute("SELECT * FROM audit_log ORDER BY id")]
        database.close()
    previous, statements = "0" * 64, []
    for row in rows:
        assert sealed(row, previous) == row["hash"] or row["id"] > 2
        if row["id"] == 2:
            row["actor"] = "eve"
        hash_ = sealed(row, previous)
        statements.append(f"UPDATE audit_log SET actor = '{row['actor']}', previous_hash = '{previous}', "
                          f"hash = '{hash_}' WHERE id = {row['id']}")
        previous = hash_
    change(daemon, *statements, f"UPDATE audit_end SET hash = '{previous}'")


def million(count, last, previous):
    """Rows as this daemon writes them, with before and after."""
    for number in range(last + 1, last + count + 1):
        row = {"id": number, "at": 1_790_000_000_000 + number, "actor": "ada@example.org", "actor_kind": "person",
               "actor_id": 1, "address": "192.168.1.7", "request_id": f"{number:032x}", "action": "changed",
               "severity": "info", "entity": "hardware", "entity_id": number % 5000, "entity_name": f"host {number % 5000}",
               "before_json": f'{{"name":"host {number % 5000}","notes":"before","revision":{number}}}',
               "after_json": f'{{"name":"host {number % 5000}","notes":"after","revision":{number + 1}}}',
               "previous_hash": previous}
        row["hash"] = previous = sealed(row, previous)
        yield row


def pour(daemon, count):
    """Behind the daemon's back, and right: the chain is continued by other code than its own."""
    if daemon.database:
        parts = " ".join(f"{key}={value}" for key, value in {**postgres_parts(), "dbname": daemon.database}.items())
        last, previous = subprocess.run(["psql", "-qAt", "-F", " ", parts, "-c", "SELECT last_id, hash FROM audit_end"],
                                        check=True, capture_output=True, text=True).stdout.split()
        copy = subprocess.Popen(["psql", "-q", "-v", "ON_ERROR_STOP=1", parts, "-c",
                                 f"COPY audit_log ({', '.join(COLUMNS)}) FROM STDIN"], stdin=subprocess.PIPE)
        for row in million(count, int(last), previous):
            copy.stdin.write(("\t".join(str(row[name]) for name in COLUMNS) + "\n").encode())
        copy.stdin.close()
        assert copy.wait() == 0
    else:
        database = sqlite3.connect(daemon.data / "app.db", timeout=60)
        last, previous = database.execute("SELECT last_id, hash FROM audit_end").fetchone()
        row = None

        def rows():
            nonlocal row
            for row in million(count, last, previous):
                yield tuple(row[name] for name in COLUMNS)
        database.executemany(f"INSERT INTO audit_log ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * 16)})", rows())
        database.commit()
        database.close()
    change(daemon, f"UPDATE audit_end SET last_id = {row['id']}, hash = '{row['hash']}'")
    return row["id"]


@pytest.mark.long
def test_a_million_rows_verify_in_time_with_flat_memory(new_daemon, engine, tmp_path):
    """10 s hold for a release build (CB_BINARY); a debug build is only held to its memory."""
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    daemon.stop()
    last = pour(daemon, MILLION)
    daemon.start()
    admin = daemon.sign_in()
    admin.timeout = 900
    admin.get("/api/v1/admin/audit-log?limit=1")
    before, highest = daemon.rss(), 0
    begin = time.monotonic()

    verdict = admin.get("/api/v1/admin/audit-log/verify-chain")

    took, after = time.monotonic() - begin, daemon.rss()
    assert verdict.json["ok"] and verdict.json["rows"] >= last, verdict
    with open(f"/proc/{daemon.process.pid}/status") as status:
        highest = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    print(f"\n{engine}: {last} rows in {took:.2f} s; memory {before >> 20} MB before, {after >> 20} MB after, "
          f"{highest >> 20} MB at most; {BINARY}")
    assert highest - before < 48 << 20
    if "release" in str(BINARY) or "static" in str(BINARY):
        assert took <= 10
    change(daemon, f"UPDATE audit_log SET actor = 'eve' WHERE id = {last - 3}")
    assert admin.get("/api/v1/admin/audit-log/verify-chain").json["first_broken"]["id"] == last - 3
