"""Rounds of random writes that end with kill -9 or a power cut, and what must be there afterwards.

    tools/with-postgres.sh .venv/bin/python Tests/EndToEnd/crash.py --rounds 1000 --engine sqlite --power-cut
"""

import argparse
import contextlib
import http.client
import pathlib
import random
import sqlite3
import tempfile
import threading
import time

import powercut
from daemon import ADMIN, Client, Daemon

WRITERS = 4
GENERATION = 50  # rounds with one database; then a new one, so that checking all of it stays quick


class Writer(threading.Thread):
    """Makes its own objects and remembers what was acknowledged. The write under way at the cut may count or not."""

    def __init__(self, daemon, number, seed, acknowledged):
        super().__init__(daemon=True)
        self.client = Client(daemon, cookie=daemon.cookie, timeout=20)
        self.number = number
        self.random = random.Random(seed)
        self.acknowledged = acknowledged
        self.known = {}  # path -> members of the answer that must be there; None: in the trash
        self.links = {}  # path of a connection -> the two it joins
        self.pending = {}  # path -> what it may be as well
        self.last = None
        self.count = self.refused = 0
        self.problem = None

    def run(self):
        turn = 0
        try:
            while True:
                self.pending = {}
                self.step(f"s{self.random.getrandbits(40):x} w{self.number} t{turn}")
                self.pending = {}
                self.count += 1
                turn += 1
                self.acknowledged.release()
        except (OSError, http.client.HTTPException):
            pass  # the cut
        except Exception as problem:
            self.problem = problem

    def step(self, word):
        alive = [path for path, state in self.known.items() if state is not None and "hardware" in path]
        dead = [path for path, state in self.known.items() if state is None and "hardware" in path]
        choice = self.random.random()
        if self.number == 0 and choice < 0.1:
            self.patch("/api/v1/settings", {"app_name": word})
        elif self.number == 1 and choice < 0.1:
            self.patch("/api/v1/mail/settings", {
                "host": "mail.example.org", "from_address": "cb@example.org", "from_name": word,
                "username": "cb", "password": word})
        elif self.number == 2 and choice < 0.004:
            self.make("/api/v1/users", {"email": f"{word.replace(' ', '.')}@example.org", "display_name": word,
                                        "role": "viewer", "password": f"{word} a long passphrase 7"})
        elif self.number == 2 and choice < 0.1 and any("users" in path for path in self.known):
            self.patch(next(path for path in self.known if "users" in path), {"display_name": word})
        elif not alive or choice < 0.4:
            self.make("/api/v1/hardware", {"name": word, "notes": word * self.random.choice([1, 1, 1, 200])})
        elif choice < 0.6:
            self.patch(self.random.choice(alive), {"notes": word})
        elif choice < 0.7 and len(alive) > 1:
            ends = self.random.sample(alive, 2)
            path = self.make("/api/v1/connections", {
                "from_id": number_of(ends[0]), "to_id": number_of(ends[1]), "name": word})
            self.links[path] = ends
        elif choice < 0.8 and dead:
            path = self.random.choice(dead)
            self.pending[path] = {}
            answer = self.client.post(f"/api/v1/trash/{number_of(path)}/restore")
            # 409: a connection that went with it leads to what is still in the trash.
            assert answer.status in (200, 409), answer
            if answer.status == 409:
                self.refused += 1
            else:
                self.known[path] = {"name": answer.json["name"], "notes": answer.json["notes"]}
        else:
            self.delete(self.random.choice(alive))

    def make(self, path, body):
        answer = self.client.post(path, body)
        assert answer.status == 201, answer
        made = f"{path}/{answer.json['id']}"
        self.known[made] = {key: value for key, value in body.items() if key != "password"}
        self.last = made
        return made

    def patch(self, path, members):
        told = {key: value for key, value in members.items() if key != "password"}
        self.pending[path] = {**self.known.get(path, {}), **told}
        answer = self.client.patch(path, members)
        assert answer.status == 200, answer
        self.known[path] = self.pending[path]

    def delete(self, path):
        # A connection goes with either of its ends, and its return is not this test's matter.
        for link in [link for link, ends in self.links.items() if path in ends]:
            self.links.pop(link)
            self.known.pop(link, None)
        self.pending[path] = None
        answer = self.client.delete(f"{path}?cascade=true")
        assert answer.status == 204, answer
        self.known[path] = None

    def check(self, reader, seed):
        """Every acknowledged write is there."""
        for path, expected in self.known.items():
            answer = reader.get(path)
            assert answer.status in (200, 404), f"seed {seed}: {path}: {answer}"
            is_there = answer.status == 200 and not answer.json.get("deleted_at")
            allowed = [expected] + ([self.pending[path]] if path in self.pending else [])
            assert any(is_there and all(answer.json[key] == value for key, value in state.items())
                       if state is not None else not is_there for state in allowed), (
                f"seed {seed}: {path} is {answer}, acknowledged was {expected}")


def number_of(path):
    return int(path.rsplit("/", 1)[1])


class Campaign:
    """Rounds on one engine. `power` is the library that makes a cut lose what was not synced."""

    def __init__(self, engine, seed=1, power=None, say=lambda line: None):
        self.engine = engine
        self.seed = seed
        self.power = power
        self.say = say
        self.more = {}  # environment of the daemon
        self.daemon = None
        self.rounds = self.writes = self.checked = self.lost_acts = self.double = 0

    def run(self, rounds):
        began = time.monotonic()
        try:
            for index in range(rounds):
                if index % GENERATION == 0:
                    self.renew()
                self.round(self.seed + index)
                if (index + 1) % 50 == 0:
                    self.say(f"{self.engine}: {self.summary(time.monotonic() - began)}")
            self.judge_files()
        except BaseException:
            if self.daemon:
                self.say(f"seed {self.seed + self.rounds} on {self.engine}:\n{self.daemon.tail()}")
            raise
        finally:
            if self.daemon:
                self.daemon.remove()
        return self.summary(time.monotonic() - began)

    def summary(self, took):
        cut = f", {self.lost_acts} unsynced acts taken back" if self.power else ""
        return (f"{self.rounds} cuts ({self.double} of them twice), {self.writes} writes acknowledged, "
                f"{self.checked} states compared, 0 lost{cut}; {took:.0f} s")

    def renew(self):
        if self.daemon:
            self.judge_files()
            self.daemon.remove()
        self.daemon = Daemon(self.engine, environment=dict(self.more))
        self.cutter = powercut.PowerCut(self.power, self.daemon) if self.power else None
        self.daemon.start()
        self.daemon.set_up()
        self.rows = 0

    def round(self, seed):
        chance = random.Random(seed)
        acknowledged = threading.Semaphore(0)
        writers = [Writer(self.daemon, number, seed * 10 + number, acknowledged) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        for _ in range(chance.randrange(5, 90)):
            assert acknowledged.acquire(timeout=60), f"seed {seed}: the writers stand still"
        time.sleep(chance.random() * 0.006)
        self.cut(chance)
        for writer in writers:
            writer.join(30)
            assert writer.problem is None, f"seed {seed}: {writer.problem!r}"
        if chance.random() < 0.15:
            # Cut again while it comes back.
            self.daemon.start(wait=False)
            time.sleep(chance.random() * 0.25)
            self.cut(chance)
            self.double += 1
        self.daemon.start()
        reader = Client(self.daemon, cookie=self.daemon.cookie)
        for writer in writers:
            writer.check(reader, seed)
            self.checked += len(writer.known)
        self.judge_chain(reader, seed, sum(writer.count - writer.refused for writer in writers))
        self.rounds += 1

    def cut(self, chance):
        self.daemon.kill()
        if self.cutter:
            self.lost_acts += self.cutter.cut(chance, chance.choice(powercut.KEEPS))

    def judge_chain(self, reader, seed, writes):
        chain = reader.get("/api/v1/admin/audit-log/verify-chain").json
        assert chain["ok"] is True, f"seed {seed}: {chain}"
        assert chain["rows"] >= self.rows + writes, f"seed {seed}: {chain['rows']} rows, {self.rows} before, +{writes}"
        self.rows = chain["rows"]
        self.writes += writes

    def judge_files(self):
        """The file itself, read by SQLite's own checks; and whoever signed up can sign in."""
        self.daemon.sign_in(ADMIN["email"], ADMIN["password"])
        if self.engine == "sqlite":
            self.daemon.stop()
            with contextlib.closing(sqlite3.connect(self.daemon.data / "app.db")) as file:
                assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert file.execute("PRAGMA foreign_key_check").fetchall() == []


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=100)
    options.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--power-cut", action="store_true", help="lose what was not synced (sqlite)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        power = powercut.build(pathlib.Path(folder)) if chosen.power_cut else None
        campaign = Campaign(chosen.engine, chosen.seed, power, say=lambda line: print(line, flush=True))
        print(f"{chosen.engine}: {campaign.run(chosen.rounds)}")


if __name__ == "__main__":
    main()
