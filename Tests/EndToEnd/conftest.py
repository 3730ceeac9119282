"""Fixtures: daemons that end with the test, whatever happens."""

import collections
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from daemon import BINARY, Daemon, engines  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes minutes; run by make test-long")
    config.addinivalue_line("markers", "pictures: writes screenshots; run by make screenshots")
    if not BINARY.exists():
        raise pytest.UsageError(f"{BINARY} is not built; run make build")


def pytest_terminal_summary(terminalreporter):
    """Where the time went: a file's fixtures often take more than any of its tests."""
    seconds = collections.Counter()
    for report in (one for reports in terminalreporter.stats.values() for one in reports):
        if isinstance(report, pytest.TestReport):
            seconds[report.nodeid.split("::")[0]] += report.duration
    if seconds:
        terminalreporter.section("slowest files")
    for file, spent in seconds.most_common(15):
        terminalreporter.write_line(f"{spent:7.1f}s {file}")


@pytest.fixture
def new_daemon():
    """Starts daemons; all of them are stopped and removed at the end of the test."""
    made = []

    def make(engine="sqlite", start=True, **more):
        daemon = Daemon(engine, **more)
        made.append(daemon)
        return daemon.start() if start else daemon

    yield make
    for daemon in made:
        daemon.remove()


@pytest.fixture(scope="module")
def lab():
    """One daemon per file, already set up: (daemon, admin's client)."""
    yield from running("sqlite")


@pytest.fixture(scope="module")
def house(lab):
    """That one with something on every page, and a browser: (daemon, admin's client, browser, numbers of what is there)."""
    # Not above: what has no page needs no browser.
    from browser import chromium
    from looks import full_house
    daemon, admin = lab
    known = full_house(daemon, admin)
    with chromium(daemon) as browser:
        yield daemon, admin, browser, known


@pytest.fixture(scope="module", params=engines())
def each_lab(request):
    """The same on every engine at hand, for what must not be got around on any."""
    yield from running(request.param)


def running(engine):
    daemon = Daemon(engine)
    try:
        daemon.start()
        yield daemon, daemon.set_up()
    finally:
        daemon.remove()


@pytest.fixture(params=engines())
def engine(request):
    return request.param
