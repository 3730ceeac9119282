"""schemathesis against our own OpenAPI document: no 5xx, no undocumented status, answers that match their schema."""

import os
import subprocess
import sys

import pytest
from daemon import ROOT


def fuzz(daemon, admin, examples, seconds):
    token = admin.made("/api/v1/tokens", {"name": f"fuzz-{examples}", "role": "admin", "expires_at": None})["token"]
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", f"{daemon.address}/api/v1/openapi.json",
        "--url", daemon.address, "--tls-verify", str(daemon.ca), "-H", f"Authorization: Bearer {token}",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        "--max-examples", str(examples), "--workers", "2", "--seed", "7", "--request-timeout", "20",
        "--suppress-health-check", "all", "--exclude-path-regex", "/stream$|/auth/sign-out$|/setup|/tokens|/users",
    ]
    done = subprocess.run(command, cwd=daemon.place, capture_output=True, text=True, timeout=seconds,
                          env={**os.environ, "NO_COLOR": "1"})
    report = done.stdout[-12000:] + done.stderr[-2000:]
    assert done.returncode == 0, report
    assert daemon.is_alive()
    print(report[-1500:])


def test_a_short_fuzz(new_daemon):
    daemon = new_daemon(environment={"CB_SERVER_LIMITS_REQUESTS_IN_FLIGHT": "256"})

    fuzz(daemon, daemon.set_up(), examples=3, seconds=420)


@pytest.mark.long
def test_a_long_fuzz(new_daemon, engine):
    daemon = new_daemon(engine)

    fuzz(daemon, daemon.set_up(), examples=60, seconds=3000)


def test_the_committed_document_is_the_served_one(lab):
    _, admin = lab

    assert admin.get("/api/v1/openapi.json").json == __import__("json").loads(
        (ROOT / "share/circuit-breaker/openapi.json").read_text())
