"""A fresh machine, the tarball and one command: the daemon runs, and everything on the machine trusts it."""

from conftest import install


def test_bare_machine_runs_the_programs(guest, tarball):
    from conftest import unpack
    folder = unpack(guest, tarball)
    for program in ("bin/circuit-breaker", "bin/cb", "installer"):
        missing = guest.sh(f"ldd {folder}/{program} | grep 'not found'", check=False)
        assert missing.out == "", (program, missing)
        assert "circuit" in guest.run(f"{folder}/{program}", "--help").out.lower()
    assert guest.run(f"{folder}/bin/circuit-breaker", "version").out.split()[1] in guest.read(f"{folder}/VERSION")
    guest.sh(f"cd {folder} && sha256sum --check --quiet SHA256SUMS")


def test_one_command_serves_trusted(guest, tarball):
    said = install(guest, tarball)
    assert guest.state() == "active"
    assert guest.https("/api/v1/health")[0] == 200
    # What a person needs next: the address, the code, and where the CA lies.
    words = said.out + said.err
    assert f"https://{guest.host}:8443" in words and "ca.crt" in words
    assert guest.read("/var/lib/circuit-breaker/setup-code").strip() in words
    # Fonts came along, and nothing is asked from elsewhere.
    assert guest.https("/ui/x/vendor/fonts/Inter-Regular.woff2")[0] == 200


def test_survives_a_reboot(installed):
    installed.set_up()
    starts = len(installed.ready_times())
    installed.reboot()
    installed.await_ready(more_than=starts)
    assert installed.https("/api/v1/health")[0] == 200
    assert installed.api("/api/v1/hardware")[0] == 200
