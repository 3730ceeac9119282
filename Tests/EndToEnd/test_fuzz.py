"""schemathesis against our own OpenAPI document: no 5xx, no undocumented status, answers that match their schema."""

import json
import os
import subprocess
import sys

import pytest
from daemon import ROOT


LEFT_ALONE = "/stream$|/auth/sign-out$|/setup|/tokens|/users"


def fuzz(daemon, admin, examples, seconds, phases, left_alone=LEFT_ALONE):
    token = admin.made("/api/v1/tokens", {"name": f"fuzz {phases}", "role": "admin", "expires_at": None})["token"]
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", f"{daemon.address}/api/v1/openapi.json",
        "--url", daemon.address, "--tls-verify", str(daemon.ca), "-H", f"Authorization: Bearer {token}",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        "--max-examples", str(examples), "--max-time", str(seconds), "--workers", "1", "--seed", "7",
        "--phases", phases, "--no-shrink", "--generation-database", "none", "--request-timeout", "20",
        "--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off", "--exclude-path-regex", left_alone,
    ]
    done = subprocess.run(command, cwd=daemon.place, capture_output=True, text=True, timeout=seconds + 120,
                          env={**os.environ, "NO_COLOR": "1", "SCHEMATHESIS_HOOKS": "fuzz_hooks",
                               "PYTHONPATH": str(ROOT / "Tests/EndToEnd")})
    report = done.stdout[-12000:] + done.stderr[-2000:]
    assert done.returncode == 0, report
    assert daemon.is_alive()
    print(report[-1500:])


def test_a_short_fuzz(new_daemon):
    daemon = new_daemon(environment={"CB_SERVER_LIMITS_REQUESTS_IN_FLIGHT": "256"})
    admin = daemon.set_up()

    # Goes round all routes until the time is over.
    fuzz(daemon, admin, examples=2, seconds=45, phases="fuzzing")

    # Every border of every value is most of the time. The routes of all kinds are made of the same pieces, so the quick run
    # takes two kinds and everything that is no kind; the long run takes them all.
    kinds = [one["path"] for one in admin.get("/api/v1/kinds").json["items"] if one["path"] not in ("hardware", "notes")]
    assert len(kinds) > 10
    fuzz(daemon, admin, examples=1, seconds=60, phases="coverage",
         left_alone=f"{LEFT_ALONE}|^/api/v1/({'|'.join(kinds)})(/|$)")


@pytest.mark.long
def test_a_long_fuzz(new_daemon, engine):
    daemon = new_daemon(engine)

    fuzz(daemon, daemon.set_up(), examples=60, seconds=1500,
         phases="examples,coverage,fuzzing,stateful")


def test_the_committed_document_is_the_served_one(lab):
    _, admin = lab

    assert admin.get("/api/v1/openapi.json").json == json.loads(
        (ROOT / "share/circuit-breaker/openapi.json").read_text())
