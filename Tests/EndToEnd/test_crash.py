"""kill -9 and power cuts in the middle of mixed writes: every acknowledged one is there afterwards, and the audit chain
holds. Long campaigns: `make test-crash N=1000`."""

import pytest
import powercut
from crash import Campaign


@pytest.fixture(scope="module")
def power(tmp_path_factory):
    return powercut.build(tmp_path_factory.mktemp("power"))


def test_three_kills(engine):
    print(Campaign(engine).run(3))


def test_three_power_cuts(power):
    print(Campaign("sqlite", power=power).run(3))


@pytest.mark.long
def test_fifty_kills(engine):
    print(Campaign(engine, say=print).run(50))


@pytest.mark.long
def test_fifty_power_cuts(power):
    print(Campaign("sqlite", power=power, say=print).run(50))


def test_a_daemon_that_never_synced_would_be_found_out(power):
    campaign = Campaign("sqlite", power=power)
    campaign.more = {"CB_TEST_NEVER_SYNC": "1"}

    with pytest.raises(AssertionError):
        campaign.run(5)


def test_a_stop_is_clean(new_daemon, engine):
    daemon = new_daemon(engine)
    daemon.set_up()

    assert daemon.stop() == 0
