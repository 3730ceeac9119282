"""Plants secrets and looks for them everywhere something comes out: answers, errors, log, audit trail, exports, arguments
and environments of processes."""

import base64
import json
import pathlib
import re

import pytest
from cryptography.fernet import Fernet

from daemon import PASSWORD, Client
from vault import TOKEN, env_keys, has_providers, plant_providers, program, provider_secrets, query, status, wait_until_sealed

PLANTED = "zq-planted-secret-{}-7f3e"
COUNT = 3


def outputs(admin, daemon):
    """(where, text) of every GET route of the API document, with ids that exist or not."""
    document = admin.get("/api/v1/openapi.json").json
    for path, verbs in document["paths"].items():
        if "get" not in verbs:
            continue
        for value in ("1", "2", "3"):
            concrete = re.sub(r"\{[^}]+\}", value, path)
            if "stream" in concrete:
                continue
            yield concrete, admin.get(concrete).body.decode(errors="replace")
            if concrete == path:
                break


def refusals(admin):
    """(where, text) of answers to bodies that hold a secret and cannot be right."""
    document = admin.get("/api/v1/openapi.json").json
    secret = PLANTED.format("body")
    for path, verbs in document["paths"].items():
        concrete = re.sub(r"\{[^}]+\}", "1", path)
        for verb in ("post", "put", "patch"):
            if verb not in verbs or "requestBody" not in verbs[verb]:
                continue
            for body in ({"no_such_member": secret}, {"password": {"deeper": secret}}, secret, [secret]):
                yield f"{verb} {concrete}", admin.request(verb.upper(), concrete, body).body.decode(errors="replace")
            yield f"{verb} {concrete}", admin.request(
                verb.upper(), concrete, raw=f'{{"password": "{secret}" '.encode()).body.decode(errors="replace")


def processes(daemon):
    """(what, text) of the daemon's arguments, and of arguments and environments of its children."""
    pid = daemon.process.pid
    yield "cmdline", pathlib.Path(f"/proc/{pid}/cmdline").read_text()
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in children:
        for name in ("cmdline", "environ"):
            yield f"{name} of {child}", pathlib.Path(f"/proc/{child}/{name}").read_text(errors="replace")


def test_no_secret_comes_out_anywhere(new_daemon, engine):
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN})
    admin = daemon.set_up()
    first = env_keys(daemon)[0]
    has_rows = has_providers(daemon)
    if has_rows:
        plant_providers(daemon, first, COUNT, PLANTED)
    daemon.stop()
    daemon.start()
    # Every turn of the vault that writes rows and lines.
    shown = admin.post("/api/v1/vault/ceremony")
    assert shown.status == 200 and shown.json["key"] == first
    admin.post("/api/v1/vault/ceremony/confirmation", {"parts": ["AAAA", "BBBB"]})
    assert program(daemon).post("/api/v1/vault/rotation").status == 200
    wait_until_sealed(daemon)
    second = env_keys(daemon)[0]
    program(daemon).post("/api/v1/vault/rekey", {"keys": Fernet.generate_key().decode()})
    program(daemon).post("/api/v1/vault/rekey", {"keys": first + "x"})
    (daemon.data / ".env").unlink()
    daemon.stop()
    daemon.start()
    assert status(daemon)["locked_total"] == (COUNT if has_rows else 0)
    brought = program(daemon).post("/api/v1/vault/rekey", {"keys": second})
    assert brought.status == 200
    assert program(daemon).post("/api/v1/vault/retirement").status == 200

    forbidden = {first, second, TOKEN, PASSWORD}
    forbidden |= {PLANTED.format(number) for number in [*range(1, COUNT + 1), "body"]}
    # Neither the keys in another alphabet, nor a sealed value.
    forbidden |= {base64.b64encode(base64.urlsafe_b64decode(key)).decode() for key in (first, second)}
    sealed = list(provider_secrets(daemon).values()) if has_rows else []
    sealed += [row[0] for row in query(daemon, "SELECT check_value FROM vault")]
    forbidden |= {text.split(":", 2)[2][:40] for text in sealed}

    found = []
    seen = 0
    client = daemon.sign_in()
    for source in (outputs(client, daemon), refusals(client), processes(daemon)):
        for place, text in source:
            seen += 1
            found += [(place, secret) for secret in forbidden if secret in text]
    log = daemon.log.read_text(errors="replace")
    found += [("log", secret) for secret in forbidden if secret in log]
    audit = "\n".join(" ".join(row) for row in query(daemon, "SELECT * FROM audit_log"))
    assert "key_shown" in audit and "rotation_finished" in audit
    outbox = "\n".join(" ".join(row) for row in query(daemon, "SELECT * FROM outbox"))
    for place, text in (("audit", audit), ("outbox", outbox)):
        found += [(place, secret) for secret in forbidden if secret in text]
    assert found == []
    assert seen > 100


def test_no_table_holds_a_planted_secret_in_clear(new_daemon, engine):
    """What is set through the API lands sealed: the whole database is searched."""
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN})
    admin = daemon.set_up()
    provider = {"slug": "x", "name": "X", "kind": "oidc", "issuer": "https://id.example.org", "client_id": "c",
                "client_secret": PLANTED.format("provider")}
    document = admin.get("/api/v1/openapi.json").json
    body = json.dumps(provider)
    made = [path for path, verbs in document["paths"].items() if path.endswith("/sign-in-providers") and "post" in verbs]
    for path in made:
        answer = admin.request("POST", path, raw=body.encode())
        assert PLANTED.format("provider") not in answer.body.decode()
    daemon.stop()
    if daemon.database:
        tables = [row[0] for row in query(
            daemon, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")]
        content = "".join(str(query(daemon, f'SELECT * FROM "{table}"')) for table in tables)
        assert len(tables) > 10
    else:
        content = "".join(
            path.read_bytes().decode("latin-1") for path in daemon.data.glob("app.db*"))
    assert PLANTED.format("provider") not in content
    assert env_keys(daemon)[0] not in content


@pytest.mark.parametrize("path", ["/api/v1/vault", "/api/v1/vault/ceremony"])
def test_the_vault_is_closed_to_everybody_else(new_daemon, path):
    daemon = new_daemon()
    admin = daemon.set_up()
    editor = daemon.person(admin, "editor")
    verb = "GET" if path.endswith("vault") else "POST"
    assert editor.request(verb, path).status == 403
    assert Client(daemon).request(verb, path).status == 401
