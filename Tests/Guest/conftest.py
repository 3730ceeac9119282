"""Fixtures: fresh guests, and the packages that go into them. Everything ends with the test, whatever happens."""

import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from guest import ROOT, ROOTS, TOOL, Guest  # noqa: E402

PACKAGES = pathlib.Path(os.environ.get("CB_PACKAGES", ROOT / ".build-package"))
OLDER, NEWER = "0.0.9", "99.0.0"


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: needs the root file system with Chromium and Firefox")
    why = subprocess.run([TOOL, "check"], capture_output=True, text=True)
    if why.returncode != 0:
        raise pytest.UsageError(f"no guests: {why.stdout}{why.stderr}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    setattr(item, f"report_{call.when}", outcome.get_result())


@pytest.fixture
def make_guest(request):
    made = []

    def make(root=os.environ.get("CB_GUEST_ROOT", "bookworm"), power_loss=False):
        guest = Guest(root, power_loss)
        made.append(guest)
        return guest.up()

    yield make
    report = getattr(request.node, "report_call", None)
    for guest in made:
        if report is not None and report.failed:
            log = guest.sh("journalctl --no-pager --boot | tail -n 80", check=False)
            print(f"--- journal of {guest}\n{log.out}{log.err}")
            if os.environ.get("CB_GUEST_KEEP"):
                print(f"kept: {guest}")
                continue
        guest.remove()


@pytest.fixture
def guest(make_guest):
    return make_guest()


def version():
    text = (ROOT / "Sources/Kernel/Version.swift").read_text()
    return text.split('current = "', 1)[1].split('"', 1)[0]


def built(name):
    path = PACKAGES / name
    if not path.exists():
        pytest.fail(f"{path} is not built; run make test-guest")
    return path


@pytest.fixture(scope="session")
def tarball():
    return built(f"circuit-breaker-{version()}-linux-x86_64.tar.gz")


@pytest.fixture(scope="session")
def package():
    return built(f"circuit-breaker_{version()}_amd64.deb")


@pytest.fixture(scope="session")
def older_package():
    """CB_OLDER_PACKAGE names one of an earlier commit; without it, today's files under a lower number."""
    given = os.environ.get("CB_OLDER_PACKAGE")
    return pathlib.Path(given) if given else built(f"circuit-breaker_{OLDER}_amd64.deb")


def unpack(guest, tarball):
    """The unpacked archive's folder in the guest."""
    guest.put(tarball, "/root/circuit-breaker.tar.gz")
    guest.sh("mkdir -p /root/archive && tar -xzf /root/circuit-breaker.tar.gz -C /root/archive --strip-components=1")
    return "/root/archive"


def install(guest, tarball, *options):
    """Runs the tarball's installer and waits until the daemon is ready."""
    folder = unpack(guest, tarball)
    result = guest.run(f"{folder}/installer", *(options or ("--https", "local", "--yes")))
    guest.await_ready()
    return result


@pytest.fixture
def installed(guest, tarball):
    install(guest, tarball)
    return guest


def dpkg(guest, package, check=True):
    guest.put(package, "/root/package.deb")
    return guest.sh("DEBIAN_FRONTEND=noninteractive dpkg --install /root/package.deb", check=check)


@pytest.fixture
def browser_root():
    root = ROOTS / "bookworm-browser"
    subprocess.run([ROOT / "tools/guest/mkroot.sh", root, "bookworm",
                    "chromium,firefox-esr,libnss3-tools,python3,fonts-dejavu-core"], check=True, timeout=900)
    return root
