"""The map as it was, over 10,000 objects and a long audit trail: how long a moment and a comparison take.

Usage: history.py [--objects 10000] [--rows 100000] [--binary .build/release/circuit-breaker]
The trail is written straight into the SQLite file of a stopped daemon; its hashes are not those of a real one.
"""

import argparse
import json
import pathlib
import random
import sqlite3
import sys
import time
from datetime import datetime, timezone

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))
import daemon as end_to_end  # noqa: E402

START = 1_700_000_000_000
STEP = 1_000


def fill(path, objects, rows):
    """Objects made first, then changes of names, states and hosts; the tables hold how it ended."""
    pick = random.Random(7)
    base = sqlite3.connect(path)
    last = base.execute("SELECT last_id FROM audit_end").fetchone()[0]
    first = (base.execute("SELECT max(id) FROM objects").fetchone()[0] or 0) + 1
    machines = list(range(first, first + objects // 2))
    guests = list(range(first + objects // 2, first + objects))
    state = {id: {"name": f"machine-{id}", "status": "unknown"} for id in machines}
    state |= {id: {"name": f"guest-{id}", "status": "unknown", "type": "vm", "hardware_id": pick.choice(machines)}
              for id in guests}
    kind = lambda id: "hardware" if id < guests[0] else "compute_unit"  # noqa: E731

    def trail():
        row = last
        for id, fields in state.items():
            row += 1
            yield (row, START + row * STEP, "created", kind(id), id, fields["name"], None, json.dumps(fields))
        for _ in range(rows - objects):
            row += 1
            id = pick.choice(guests if row % 2 else machines)
            field, value = pick.choice([("status", pick.choice(["up", "down"])), ("name", f"renamed-{row}")] + (
                [("hardware_id", pick.choice(machines))] if id >= guests[0] else []))
            before, state[id][field] = state[id][field], value
            yield (row, START + row * STEP, "changed", kind(id), id, state[id]["name"], json.dumps({field: before}),
                   json.dumps({field: value}))

    with base:
        # The rows of setting up stay below: the trail is in order by number, and its moments are.
        base.execute("UPDATE audit_log SET at = ?", (START,))
        base.executemany(
            """INSERT INTO audit_log (id, at, actor, actor_kind, address, request_id, action, severity, entity,
                entity_id, entity_name, before_json, after_json, previous_hash, hash)
                VALUES (?, ?, 'bench', 'person', '', '', ?, 'info', ?, ?, ?, ?, ?, '', hex(randomblob(32)))""", trail())
        base.execute("UPDATE audit_end SET (last_id, hash) = (SELECT id, hash FROM audit_log ORDER BY id DESC LIMIT 1)")
        base.executemany(
            """INSERT INTO objects (id, kind, name, name_key, status, source, sources, custom, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, 'person', '{}', '{}', ?, ?)""",
            ((id, kind(id), one["name"], one["name"], one["status"], START, START) for id, one in state.items()))
        base.executemany("INSERT INTO hardware (id) VALUES (?)", ((id,) for id in machines))
        base.executemany("INSERT INTO compute_units (id, type, hardware_id) VALUES (?, 'vm', ?)",
                         ((id, state[id]["hardware_id"]) for id in guests))
    base.close()
    return last


def moment(row):
    return datetime.fromtimestamp((START + row * STEP) / 1000, timezone.utc).isoformat().replace("+00:00", "Z")


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--objects", type=int, default=10_000)
    ask.add_argument("--rows", type=int, default=100_000)
    ask.add_argument("--binary", default=str(ROOT / ".build/release/circuit-breaker"))
    wish = ask.parse_args()
    end_to_end.BINARY = pathlib.Path(wish.binary)
    house = end_to_end.Daemon("sqlite")
    try:
        house.start()
        house.set_up()
        house.stop()
        last = fill(house.data / "app.db", wish.objects, wish.rows)
        house.start()
        admin = house.sign_in()
        admin.timeout = 600
        print(f"{wish.objects} objects, {wish.rows} rows, {wish.binary}; resident {house.rss() / 2**20:.0f} MB")

        def timed(name, path):
            began, used = time.monotonic(), house.processor_time()
            answer = admin.get(f"/api/v1/{path}")
            took, used = time.monotonic() - began, house.processor_time() - used
            assert answer.status == 200, answer
            print(f"{name:52} {took * 1000:8.0f} ms  {used * 1000:8.0f} ms of processor time   "
                  f"resident {house.rss() / 2**20:.0f} MB", flush=True)
            return used

        at = lambda share: moment(last + int(wish.objects + (wish.rows - wish.objects) * share))  # noqa: E731
        timed("the present document", "topology")
        timed("a moment 1 % of the rows ago, first question", f"topology?at={at(0.99)}")
        timed("the same again", f"topology?at={at(0.99)}")
        timed("half of the rows ago", f"topology?at={at(0.5)}")
        timed("all of the rows ago", f"topology?at={at(0.0)}")
        timed("a step later than that", f"topology?at={at(0.01)}")
        timed("60 % of the rows ago, after all of them", f"topology?at={at(0.4)}")
        timed("the difference between 1 % ago and now", f"topology/changes?from={at(0.99)}")
        timed("the difference between all ago and now", f"topology/changes?from={at(0.0)}&limit=1000")
        timed("50 moments", "topology/moments")
        pick = random.Random(11)
        costs = sorted(timed(f"a random moment, {turn + 1} of 12", f"topology?at={at(pick.random())}") for turn in range(12))
        print(f"random moments: median {costs[6] * 1000:.0f} ms, worst {costs[-1] * 1000:.0f} ms of processor time")
    finally:
        house.remove()


if __name__ == "__main__":
    main()
