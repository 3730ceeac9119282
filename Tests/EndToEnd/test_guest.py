"""Today's debug build on a machine with a real systemd: this machine's own files under an overlay, nothing built for it.

The whole of it, on pristine machines with release packages, is `make test-guest`.
"""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Guest"))

from guest import TOOL, Guest  # noqa: E402

DEBUG = ROOT / ".build/debug"


@pytest.fixture
def machine(tmp_path):
    why = subprocess.run([TOOL, "check"], capture_output=True, text=True)
    if why.returncode != 0:
        pytest.skip(f"no guests here: {why.stdout.strip()}")
    if not all((DEBUG / program).exists() for program in ("circuit-breaker", "cb", "installer")):
        pytest.skip("the debug build is not complete; run make build")
    if "--https" not in subprocess.run([DEBUG / "installer", "--help"], capture_output=True, text=True).stdout:
        pytest.skip("this build's installer cannot install")
    stage = subprocess.run([ROOT / "tools/package/stage.sh"], capture_output=True, text=True, timeout=120,
                           env={**os.environ, "PROGRAMS": str(DEBUG), "OUTPUT": str(tmp_path)})
    assert stage.returncode == 0, stage.stderr
    archive = tmp_path / "tree.tar"
    subprocess.run(["tar", "-cf", archive, "-C", stage.stdout.splitlines()[-1], "."], check=True)
    guest = Guest("/")
    try:
        # What this machine happens to run is no part of the test.
        guest.up()
        guest.put(archive, "/var/tmp/tree.tar")
        guest.sh("mkdir /var/tmp/tree && tar -xf /var/tmp/tree.tar -C /var/tmp/tree")
        yield guest
    finally:
        guest.remove()


def test_installed_with_one_command_it_serves_and_comes_back(machine):
    machine.run("/var/tmp/tree/installer", "--https", "local", "--yes")
    machine.await_ready()
    assert machine.state() == "active"
    assert machine.https("/api/v1/health")[0] == 200
    security = machine.run("systemd-analyze", "security", "--no-pager", "circuit-breaker.service").out
    assert float(security.split("exposure level for circuit-breaker.service: ")[1].split()[0]) <= 1.4
    starts = len(machine.ready_times())
    machine.sh("kill -KILL $(systemctl show -P MainPID circuit-breaker)")
    machine.await_ready(more_than=starts)
    assert machine.https("/api/v1/health")[0] == 200
