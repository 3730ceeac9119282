"""The command line on a machine with systemd."""

import json

from guest import wait_until


def test_status_restart_logs_and_doctor(installed):
    installed.set_up()
    assert "0." in installed.run("cb", "status").out
    pid = installed.show("MainPID")
    starts = len(installed.ready_times())
    installed.run("cb", "restart")
    installed.await_ready(more_than=starts)
    assert installed.show("MainPID") != pid and installed.state() == "active"
    assert "ready" in installed.run("cb", "logs", "-n", "50").out
    said = installed.run("cb", "doctor", "--json", check=False)
    findings = json.loads(said.out)["findings"]
    # A machine without any backup is not ready to go live, and nothing else is wrong with it.
    bad = [finding for finding in findings if finding["state"] == "bad"]
    assert [finding["id"] for finding in bad] == ["backup"], bad
    sandbox = [finding["state"] for finding in findings if finding["id"] == "sandbox"]
    assert sandbox == ["ok", "ok"], findings


def test_logs_follow_what_is_written_from_now_on(installed):
    starts = len(installed.ready_times())
    installed.sh("cb logs -f -n 0 >/root/followed 2>&1 </dev/null & echo $! >/root/follower")
    wait_until(lambda: installed.sh("grep -l journalctl /proc/$(cat /root/follower)/comm", check=False).status == 0,
               what="handing over to the journal")
    # What was there before is not shown; what comes is.
    installed.sh("systemctl stop circuit-breaker.service && systemctl start circuit-breaker.service")
    installed.await_ready(more_than=starts)
    wait_until(lambda: "ready" in installed.read("/root/followed"), what="the new line")
    assert len([line for line in installed.read("/root/followed").splitlines() if ": ready" in line]) == 1
    installed.sh("kill $(cat /root/follower)")
    wait_until(lambda: installed.sh("kill -0 $(cat /root/follower)", check=False).status != 0, what="its end")


def test_the_doctor_holds_the_certificate_against_every_address(installed):
    def names():
        said = installed.run("cb", "doctor", "--json", check=False)
        return [(finding["state"], finding["why"], finding["mend"]) for finding in json.loads(said.out)["findings"]
                if finding["id"] == "certificate.names"]

    assert names()[0][0] == "ok", names()
    # The daemon would ask root for a new certificate by itself, so nobody may hear it.
    installed.sh("systemctl stop circuit-breaker-renew.path circuit-breaker-renew.timer")
    installed.sh("ip link add lab0 type veth peer name lab1 && ip addr add 10.77.0.1/24 dev lab0 && ip link set lab0 up && ip link set lab1 up")
    state, why, mend = names()[0]
    assert state == "warn" and "10.77.0.1" in why and "--renew" in mend
    installed.run("circuit-breaker-installer", "--renew")
    assert names()[0][0] == "ok", names()
