"""The command line on a machine with systemd."""

import json


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
    bad = [finding for finding in findings if finding["state"] == "bad"]
    assert bad == [], bad
    sandbox = [finding["state"] for finding in findings if finding["id"] == "sandbox"]
    assert sandbox == ["ok", "ok"], findings
