"""The built installer, laying out an image: killed at random moments, refused, taken away again."""
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("CB_BUILT", ROOT / ".build/debug"))
# What differs from run to run by nature: keys, certificates, the token.
RANDOM = ("etc/circuit-breaker/certs/", "etc/circuit-breaker/env")

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="an image has owners, which only root can give"),
    pytest.mark.skipif(not (BUILT / "installer").exists(), reason="the installer is not built"),
]


def lay_archive(place, size):
    (place / "bin").mkdir(parents=True)
    shutil.copy(BUILT / "installer", place / "installer")
    for name in ("circuit-breaker", "cb"):
        (place / "bin" / name).write_bytes(os.urandom(size))
    shutil.copytree(ROOT / "systemd", place / "systemd")
    for name in ("sysusers.d", "tmpfiles.d"):
        shutil.move(place / "systemd" / name, place / name)
    (place / "VERSION").write_text("1.2.0\nabcdef\n")
    return place


@pytest.fixture
def archive(tmp_path):
    place = lay_archive(tmp_path / "archive", 3_000_000)
    shutil.copytree(ROOT / "share/circuit-breaker/web/lib", place / "share/circuit-breaker/web/lib")
    return place


@pytest.fixture
def small_archive(tmp_path):
    """Few files, for a test that installs them a hundred times."""
    place = lay_archive(tmp_path / "archive", 3000)
    (place / "share/circuit-breaker/web/lib").mkdir(parents=True)
    shutil.copy(ROOT / "share/circuit-breaker/web/index.html", place / "share/circuit-breaker/web/")
    return place


@pytest.fixture
def image(tmp_path):
    def make(name):
        place = tmp_path / name
        for folder in ("etc/systemd/system", "usr/local/bin", "usr/lib", "var/lib"):
            (place / folder).mkdir(parents=True)
        (place / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
        (place / "etc/group").write_text("root:x:0:\n")
        return place

    return make


def command(archive, image, *words):
    return [archive / "installer", "--root", image, *words]


def run(archive, image, *words):
    return subprocess.run(command(archive, image, *words), capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


INSTALL = ("--https", "local", "--hostname", "lab.home.arpa", "--profile", "hardened", "--yes")


def manifest(place, roughly=False):
    lines = {}
    for path in sorted(place.rglob("*")):
        name = str(path.relative_to(place))
        status = path.lstat()
        line = [oct(status.st_mode), status.st_uid, status.st_gid]
        if path.is_symlink():
            line.append(os.readlink(path))
        elif path.is_file() and not (roughly and name.startswith(RANDOM)):
            line.append(hashlib.sha256(path.read_bytes()).hexdigest())
        lines[name] = line
    return lines


def differences(found, wanted):
    """Only what is not as it should be: a whole manifest says too much to be read."""
    return {name: {"is": found.get(name), "wanted": wanted.get(name)}
            for name in sorted(found.keys() | wanted.keys()) if found.get(name) != wanted.get(name)}


def test_the_second_run_changes_nothing_and_says_so(archive, image):
    place = image("machine")
    first = run(archive, place, *INSTALL)
    assert first.returncode == 0, first.stderr
    assert "fingerprint" in first.stdout
    before = manifest(place)

    second = run(archive, place, *INSTALL)

    assert second.returncode == 0, second.stderr
    assert "nothing is to do" in second.stdout
    assert manifest(place) == before


@pytest.fixture(scope="module")
def sudden_death(tmp_path_factory):
    """A library that ends a process before the change of the file system that it is told."""
    library = tmp_path_factory.mktemp("shim") / "sudden_death.so"
    source = Path(__file__).with_name("sudden_death.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.mark.parametrize("only", ["directories", "/certs", pytest.param(None, marks=pytest.mark.long)])
def test_killed_before_any_single_change_it_ends_as_one_clean_run(small_archive, image, sudden_death, only):
    clean = image("clean")
    assert run(small_archive, clean, *INSTALL).returncode == 0
    wanted = manifest(clean, roughly=True)
    for cut in range(1, 1000):
        place = image(f"cut-{cut}")
        death = {"LD_PRELOAD": str(sudden_death), "CB_TEST_KILL": str(cut)} | ({"CB_TEST_KILL_ONLY": only} if only else {})
        killed = subprocess.run(command(small_archive, place, *INSTALL), capture_output=True, stdin=subprocess.DEVNULL,
                                timeout=120, env=os.environ | death)
        if killed.returncode == 0:
            break
        assert killed.returncode == -signal.SIGKILL, killed.stderr

        again = run(small_archive, place, *INSTALL)

        assert again.returncode == 0, f"cut {cut}: {again.stderr}"
        assert differences(manifest(place, roughly=True), wanted) == {}, f"cut {cut}"
        assert belong_together(place / "etc/circuit-breaker/certs"), f"cut {cut}"
        shutil.rmtree(place)
    assert cut > 20


def belong_together(certs):
    """Each key with its certificate, and the server's signed by the root."""
    for name in ("ca", "server"):
        of_key = subprocess.run(["openssl", "pkey", "-in", f"{name}.key", "-pubout"], cwd=certs, capture_output=True)
        of_certificate = subprocess.run(["openssl", "x509", "-in", f"{name}.crt", "-noout", "-pubkey"], cwd=certs,
                                        capture_output=True)
        if not of_key.stdout or of_key.stdout != of_certificate.stdout:
            return False
    verified = subprocess.run(["openssl", "verify", "-CAfile", "ca.crt", "server.crt"], cwd=certs, capture_output=True)
    return verified.returncode == 0


def test_killed_at_any_moment_it_ends_as_one_clean_run(archive, image):
    clean = image("clean")
    start = time.monotonic()
    assert run(archive, clean, *INSTALL).returncode == 0
    length = time.monotonic() - start
    wanted = manifest(clean, roughly=True)
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    cut_short = 0
    for number in range(20):
        place = image(f"killed-{number}")
        for _ in range(chance.randint(1, 3)):
            process = subprocess.Popen(
                command(archive, place, *INSTALL), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, length))
            process.send_signal(signal.SIGKILL)
            cut_short += process.wait() == -signal.SIGKILL

        again = run(archive, place, *INSTALL)

        assert again.returncode == 0, f"seed {seed}: {again.stderr}"
        assert differences(manifest(place, roughly=True), wanted) == {}, f"seed {seed}, run {number}"
        shutil.rmtree(place)
    assert cut_short >= 10


def test_a_purge_leaves_the_machine_as_it_was(archive, image):
    place = image("machine")
    before = manifest(place)
    assert run(archive, place, *INSTALL).returncode == 0

    gone = run(archive, place, "--uninstall", "--purge", "--yes")

    assert gone.returncode == 0, gone.stderr
    assert manifest(place) == before
    assert "nothing is to do" in run(archive, place, "--uninstall", "--purge", "--yes").stdout


@pytest.mark.parametrize(
    "words, code, sentence",
    [
        (("--https", "local"), 4, "--yes"),
        (("--https", "sometimes", "--yes"), 2, "sometimes"),
        (("--cert", "x", "--yes"), 2, "--https provided"),
        (("--https", "provided", "--yes"), 2, "--cert FILE"),
        (("--port", "70000", "--yes"), 2, "65535"),
        (("--purge", "--yes"), 2, "--uninstall"),
        (("--uninstall", "--renew"), 2, "ask for one"),
        (("--https", "provided", "--cert", "/no/such", "--yes"), 4, "does not exist"),
        (("--https", "provided", "--cert", "/etc", "--yes"), 4, "is a directory"),
        (("--https", "local", "--hostname", "not a name", "--yes"), 4, "not a name"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_touched(archive, image, words, code, sentence):
    place = image("machine")
    before = manifest(place)

    result = run(archive, place, *words)

    assert result.returncode == code, result.stderr
    assert sentence in result.stderr
    assert manifest(place) == before


def test_a_dry_run_prints_the_plan_and_json_is_one_object(archive, image):
    place = image("machine")
    before = manifest(place)

    result = run(archive, place, *INSTALL[:-1], "--dry-run", "--json")

    answer = json.loads(result.stdout)
    assert answer["result"] == "dry_run"
    assert len(answer["plan"]) > 8 and not all(step["done"] for step in answer["plan"])
    assert manifest(place) == before


def test_only_one_installer_works_at_a_time(archive, image):
    place = image("machine")
    folder = os.open(place, os.O_RDONLY)
    try:
        import fcntl

        fcntl.flock(folder, fcntl.LOCK_EX)
        result = run(archive, place, *INSTALL)
    finally:
        os.close(folder)
    assert result.returncode == 4
    assert "Another installer" in result.stderr
