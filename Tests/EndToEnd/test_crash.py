"""kill -9 in the middle of mixed writes: every acknowledged one is there afterwards, and the audit chain holds."""

import http.client
import random
import threading

import pytest
from daemon import Client

WRITES = 200
WRITERS = 4


class Writer(threading.Thread):
    """Makes its own objects and remembers what was acknowledged. The write under way at the cut may count or not."""

    def __init__(self, daemon, number, seed, quota, on_write):
        super().__init__(daemon=True)
        self.client = Client(daemon, cookie=daemon.cookie, timeout=20)
        self.number = number
        self.random = random.Random(seed)
        self.quota = quota
        self.on_write = on_write
        self.known = {}  # id -> notes, or None when deleted
        self.pending = None  # (id or None, notes or None)
        self.problem = None

    def run(self):
        try:
            for turn in range(self.quota):
                self.write(turn)
                self.on_write()
        except (OSError, http.client.HTTPException):
            pass  # the cut
        except AssertionError as problem:
            self.problem = problem

    def write(self, turn):
        alive = [key for key, notes in self.known.items() if notes is not None]
        choice = self.random.random()
        notes = f"w{self.number} t{turn}"
        if not alive or choice < 0.5:
            self.pending = (None, notes)
            made = self.client.post("/api/v1/hardware", {"name": f"{notes} {self.random.random()}", "notes": notes})
            assert made.status == 201, made
            self.known[made.json["id"]] = notes
        elif choice < 0.85:
            key = self.random.choice(alive)
            self.pending = (key, notes)
            answer = self.client.patch(f"/api/v1/hardware/{key}", {"notes": notes})
            assert answer.status == 200, answer
            self.known[key] = notes
        else:
            key = self.random.choice(alive)
            self.pending = (key, None)
            answer = self.client.delete(f"/api/v1/hardware/{key}")
            assert answer.status == 204, answer
            self.known[key] = None
        self.pending = None


def cut(daemon, seed):
    """One round: write, kill at a random moment, start again, compare. Returns how many writes were acknowledged."""
    chance = random.Random(seed)
    moment = chance.randrange(5, WRITES)
    counter = threading.Semaphore(0)
    writers = [Writer(daemon, number, seed * 100 + number, WRITES // WRITERS, counter.release)
               for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for _ in range(moment):
        assert counter.acquire(timeout=60), f"the writers stand still:\n{daemon.tail()}"
    daemon.kill()
    for writer in writers:
        writer.join(30)
        assert writer.problem is None, writer.problem
    daemon.start()
    reader = Client(daemon, cookie=daemon.cookie)
    acknowledged = 0
    for writer in writers:
        acknowledged += len(writer.known)
        for key, notes in writer.known.items():
            answer = reader.get(f"/api/v1/hardware/{key}")
            found = answer.json["notes"] if answer.status == 200 and not answer.json.get("deleted_at") else None
            allowed = [notes]
            if writer.pending and writer.pending[0] == key:
                allowed.append(writer.pending[1])
            assert found in allowed, f"seed {seed}: object {key} is {found!r}, acknowledged was {notes!r}"
    chain = reader.get("/api/v1/admin/audit-log/verify-chain").json
    assert chain["ok"] is True, f"seed {seed}: {chain}"
    return acknowledged


def campaign(daemon, rounds):
    daemon.set_up()
    total = sum(cut(daemon, seed) for seed in range(1, rounds + 1))
    assert total >= rounds * 5
    assert "repair" not in daemon.tail(400).lower()
    print(f"{daemon.engine}: {rounds} cuts, {total} objects checked, none lost")


def test_three_cuts(new_daemon, engine):
    campaign(new_daemon(engine), 3)


@pytest.mark.long
def test_fifty_cuts(new_daemon, engine):
    campaign(new_daemon(engine), 50)


def test_a_stop_is_clean(new_daemon, engine):
    daemon = new_daemon(engine)
    daemon.set_up()

    assert daemon.stop() == 0
