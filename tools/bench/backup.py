"""Measures a backup of a large SQLite database beside `sqlite3 .backup | zstd`, in one run.

Usage: backup.py [--megabytes 1024] [--binary .build/release/circuit-breaker] [--writes 50]
Each command runs in a process of its own; memory is its largest resident set.
"""

import argparse
import contextlib
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORDS = [w.encode().hex() for w in "alpha beta gamma delta rack switch server Zürich uplink spare".split()]


def fill(path, megabytes):
    """Rows as the daemon has them: names, notes, JSON. A third is random, so that it compresses as text does."""
    seed = random.Random(1)
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous = OFF")
    number = 0
    while path.stat().st_size < megabytes << 20:
        rows = []
        for _ in range(4000):
            number += 1
            notes = " ".join(seed.choice(WORDS) for _ in range(60)) + seed.randbytes(400).hex()
            rows.append((number, "tag", f"name {number}", f"name {number}", notes, "person", number, number))
        database.executemany(
            "INSERT INTO objects (id, kind, name, name_key, notes, source, created_at, updated_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return number


def run(name, command, size, **more):
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **more)
    if process.stdin:
        process.stdin.write(b"a passphrase for measuring\n")
        process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    if status:
        raise SystemExit(f"{name} failed with {status}")
    print(f"{name:34} {seconds:7.1f} s {size / seconds / 1e6:8.1f} MB/s {usage.ru_maxrss / 1024:8.0f} MB resident"
          f"   {usage.ru_utime + usage.ru_stime:6.1f} s of processor", flush=True)
    return seconds


@contextlib.contextmanager
def writing(path, per_second):
    """Some durable writes a second, in a connection of its own, as the daemon makes them."""
    stop = threading.Event()
    done = [0]

    def work():
        database = sqlite3.connect(path, timeout=30)
        database.execute("PRAGMA synchronous = FULL")
        due = time.monotonic()
        while not stop.is_set():
            with database:
                database.execute("UPDATE objects SET revision = revision + 1 WHERE id = ?", (done[0] % 1000 + 1,))
            done[0] += 1
            due += 1 / per_second
            time.sleep(max(0, due - time.monotonic()))
        database.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/circuit-breaker"))
    parser.add_argument("--writes", type=int, default=50)
    options = parser.parse_args()
    place = pathlib.Path(tempfile.mkdtemp(prefix="cb-bench."))
    try:
        (place / "data").mkdir()
        environment = {"PATH": os.environ["PATH"], "HOME": str(place), "CB_DATA_DIR": str(place / "data")}
        subprocess.run([options.binary, "migrate"], env=environment, check=True, capture_output=True)
        database = place / "data/app.db"
        rows = fill(database, options.megabytes)
        size = database.stat().st_size
        print(f"database: {size / 1e6:.0f} MB, {rows} rows; {os.cpu_count()} processors")
        file = place / "one.cbbackup"

        def ours(command, *arguments, **more):
            return [options.binary, "backup", command, "--file", str(file), *arguments]

        piped = {"env": environment, "stdin": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        run("sqlite3 .backup, then zstd -3", [
            "sh", "-c", f"sqlite3 {database} '.backup {place}/copy.db' && zstd -3 -q -f {place}/copy.db -o {place}/copy.zst"],
            size)
        run("backup create", ours("create"), size, **piped)
        with writing(database, options.writes) as done:
            seconds = run(f"backup create, {options.writes} writes/s", ours("create"), size, **piped)
            count = done[0]
        print(f"{'':34} {count} writes meanwhile, {count / seconds:.0f} a second")
        run("backup verify", ours("verify"), size, **piped)
        run("backup restore", ours("restore", "--yes"), size, **piped)
        print(f"sizes: zstd {(place / 'copy.zst').stat().st_size / 1e6:.0f} MB, backup {file.stat().st_size / 1e6:.0f} MB")
    finally:
        shutil.rmtree(place)


main()
