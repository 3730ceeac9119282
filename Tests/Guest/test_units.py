"""The units as installed: their exposure, and that everything works under their sandbox."""

import re

UNITS = "circuit-breaker.service circuit-breaker-scanner.service circuit-breaker-worker@x.service " \
        "circuit-breaker-renew.service circuit-breaker-backup.service circuit-breaker.socket " \
        "circuit-breaker-api.socket circuit-breaker-redirect.socket circuit-breaker-renew.timer " \
        "circuit-breaker-renew.path circuit-breaker-backup.timer circuit-breaker.slice"


def exposure(guest, unit):
    text = guest.run("systemd-analyze", "security", "--no-pager", unit).out
    return float(re.search(r"exposure level for \S+: ([0-9.]+)", text).group(1))


def test_exposure_and_verification(installed):
    assert exposure(installed, "circuit-breaker.service") <= 1.4
    assert exposure(installed, "circuit-breaker-scanner.service") <= 1.9
    # Root's part, bounded so that it does not grow unseen.
    assert exposure(installed, "circuit-breaker-renew.service") <= 2.1
    verified = installed.run("systemd-analyze", "verify", *UNITS.split())
    assert verified.out + verified.err == ""


def test_no_capability_and_no_privilege(installed):
    pid = installed.show("MainPID")
    status = installed.read(f"/proc/{pid}/status")
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(re.search(rf"{name}:\s+(\w+)", status).group(1), 16) == 0, name
    assert re.search(r"NoNewPrivs:\s+1", status) and re.search(r"Seccomp:\s+2", status)
    user = installed.run("id", "-u", "circuit-breaker").out.strip()
    assert re.search(r"Uid:\s+(\d+)", status).group(1) == user != "0"


def test_works_under_the_sandbox(installed):
    guest = installed
    guest.set_up()
    # TLS and the database.
    status, made, _ = guest.api("/api/v1/hardware", "POST", {"name": "rack switch"})
    assert status == 201, made
    # The log reaches the journal, as the daemon's own entries, without complaints about what is refused to it.
    messages = [str(entry["MESSAGE"]) for entry in guest.journal()]
    assert any(text.startswith("ready") for text in messages)
    assert not [text for text in messages if "thread priority" in text or "not permitted" in text.lower()]
    # The certificate is read anew without a restart.
    before = guest.show("MainPID")
    guest.run("systemctl", "reload", "circuit-breaker")
    assert guest.state() == "active" and guest.show("MainPID") == before
    # The local socket, for root and the group only.
    answer = guest.run("curl", "-s", "--unix-socket", "/run/circuit-breaker/api.sock", "http://local/api/v1/health")
    assert '"ok"' in answer.out
    stranger = guest.sh("useradd stranger; runuser -u stranger -- curl -s --unix-socket "
                        "/run/circuit-breaker/api.sock http://local/api/v1/health", check=False)
    assert stranger.status != 0 and stranger.out == ""


def test_sees_its_own_machine(installed):
    guest = installed
    guest.set_up()
    status, look, _ = guest.api("/api/v1/discovery/self")
    assert status == 200
    text = str(look)
    kinds = {proposal["kind"] for proposal in look["proposals"]}
    assert kinds & {"hardware", "compute_unit"}, kinds
    # Processes of others are seen by name, memory and interfaces are known.
    assert "127.0.0.1" in text or "lo" in text
    assert "cannot be read" not in text, text[:3000]


def test_outgoing_https_names_and_files_under_the_same_sandbox(installed):
    """The unit's own restrictions around curl: names, TLS with the machine's trust, and what must stay closed."""
    guest = installed
    guest.sh("""
        sed -e 's,^ExecStart=.*,ExecStart=curl --silent --show-error --fail https://%H:8443/api/v1/health,' \
            -e '/^Type=/d; /^NotifyAccess=/d; /^Watchdog/d; /^Restart/d; /^Sockets=/d; /^ExecReload=/d; /^Also=/d' \
            -e '/^StateDirectory/d; /^RuntimeDirectory/d' \
            "$(systemctl show --property=FragmentPath --value circuit-breaker.service)" >/run/systemd/system/probe.service
        printf 'Type=oneshot\\n' | sed -i '/^\\[Service\\]/r /dev/stdin' /run/systemd/system/probe.service
        systemctl daemon-reload""")
    done = guest.run("systemctl", "start", "probe.service", check=False)
    log = "\n".join(str(entry["MESSAGE"]) for entry in guest.journal("probe.service"))
    assert done.status == 0 and '"ok"' in log, log

    def refused(command):
        guest.sh(f"sed -i 's,^ExecStart=.*,ExecStart={command},' /run/systemd/system/probe.service; "
                 "systemctl daemon-reload; systemctl reset-failed probe.service || true")
        return guest.run("systemctl", "start", "probe.service", check=False).status != 0

    assert not refused("cat /etc/circuit-breaker/certs/server.key")
    assert refused("cat /etc/circuit-breaker/certs/ca.key")
    assert refused("touch /etc/circuit-breaker/config.yaml")
    assert refused("touch /usr/local/bin/x")
    assert refused("cat /etc/shadow")
    assert refused("unshare --user true")


def test_hardened_drop_in_closes_proc_and_still_serves(installed):
    guest = installed
    guest.sh("mkdir -p /etc/systemd/system/circuit-breaker.service.d && cp "
             "/usr/local/share/circuit-breaker/drop-ins/circuit-breaker.service.d/hardened.conf "
             "/etc/systemd/system/circuit-breaker.service.d/ && systemctl daemon-reload")
    starts = len(guest.ready_times())
    guest.run("systemctl", "restart", "circuit-breaker")
    guest.await_ready(more_than=starts)
    assert exposure(guest, "circuit-breaker.service") <= 1.1
    assert guest.https("/api/v1/health")[0] == 200
    guest.set_up()
    assert guest.api("/api/v1/discovery/self")[0] == 200


def test_scanner_unit_gets_raw_sockets_and_nothing_else(installed):
    """The design of a unit whose program does not exist yet: its sandbox around a shell that says what it may do."""
    guest = installed
    guest.sh(r"""
        mkdir -p /run/systemd/system/circuit-breaker-scanner.service.d
        printf '[Unit]\nConditionPathExists=\n[Service]\nType=oneshot\nWatchdogSec=0\nRestart=no\nExecStart=\n%s\n%s\n' \
            'ExecStart=cat /proc/self/status' 'ExecStart=-ls /var/lib/circuit-breaker /etc/circuit-breaker/certs' \
            >/run/systemd/system/circuit-breaker-scanner.service.d/try.conf
        systemctl daemon-reload""")
    guest.run("systemctl", "start", "circuit-breaker-scanner.service")
    log = "\n".join(str(entry["MESSAGE"]) for entry in guest.journal("circuit-breaker-scanner.service"))
    cap_net_raw = 1 << 13
    assert int(re.search(r"CapEff:\s+(\w+)", log).group(1), 16) == cap_net_raw, log
    assert int(re.search(r"CapBnd:\s+(\w+)", log).group(1), 16) == cap_net_raw
    assert "app.db" not in log and "server.key" not in log and "ermission denied" in log


def test_units_that_wait_for_their_program_skip_themselves(installed):
    for unit in ("circuit-breaker-scanner.service", "circuit-breaker-worker@x.service"):
        installed.run("systemctl", "start", unit)
        assert installed.state(unit) == "inactive"
        assert installed.show("ConditionResult", unit) == "no"


def test_the_backup_timer_asks_the_daemon(installed):
    unit = "circuit-breaker-backup.service"
    installed.run("systemctl", "start", unit)
    assert installed.state(unit) == "inactive" and installed.show("Result", unit) == "success"
    said = "\n".join(str(entry["MESSAGE"]) for entry in installed.journal(unit))
    assert "not set up" in said or "no backup is due" in said or "has begun" in said, said


def test_credentials_are_taken_and_their_absence_is_harmless(installed):
    guest = installed
    token = "a-token-from-the-credential-store-1"
    # Absent so far, and the daemon runs. Now one is there.
    guest.sh("install -d -m 700 /etc/credstore")
    guest.write("/etc/credstore/circuit-breaker.api-token", token, mode="600")
    starts = len(guest.ready_times())
    guest.run("systemctl", "restart", "circuit-breaker")
    guest.await_ready(more_than=starts)
    guest.set_up()
    status, text, _ = guest.https("/api/v1/hardware", headers=[f"Authorization: Bearer {token}"])
    assert status == 200, text
    status, _, _ = guest.https("/api/v1/hardware", headers=["Authorization: Bearer another-token-another-token"])
    assert status == 401
