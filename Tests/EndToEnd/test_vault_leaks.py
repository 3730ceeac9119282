"""Plants a secret in every column of the vault's registry and looks for it everywhere something comes out: answers,
errors, log, audit trail, events, exports, metrics, `cb`, crash messages, arguments and environments of processes."""

import base64
import contextlib
import json
import pathlib
import re
import signal
import subprocess

import pytest
from cryptography.fernet import Fernet

from daemon import BINARY, PASSWORD, Client
from sealed import KINDS, named, names, plant_everything, stored
from vault import TOKEN, env_keys, program, query, status, wait_until_sealed

PLANTED = "zq-planted-{kind}-{n}-7f3e"
BODY = "zq-planted-body-7f3e"
COUNT = 3
CB = BINARY.parent / "cb"


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
    secret = BODY
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
    """(what, text) of the daemon's arguments, and of arguments and environments of all that it started."""
    pid = daemon.process.pid
    yield "cmdline", pathlib.Path(f"/proc/{pid}/cmdline").read_text()
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        for thread in pathlib.Path(f"/proc/{parent}/task").iterdir():
            for child in (thread / "children").read_text().split():
                waiting.append(child)
                for name in ("cmdline", "environ"):
                    yield f"{name} of {child}", pathlib.Path(f"/proc/{child}/{name}").read_text(errors="replace")


def everybody_elses_arguments():
    """(what, arguments) of every process of this machine."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            yield f"cmdline of {process.name}", (process / "cmdline").read_text(errors="replace")
        except OSError:
            continue


def of_cb(daemon):
    """(what, text) of everything that cb says without being asked to make a token."""
    for arguments in (["status"], ["vault"], ["vault-recover"], ["user", "list"], ["token", "list"],
                      ["config", "check"], ["doctor"], ["version"]):
        for form in ([], ["--json"]):
            done = subprocess.run([str(CB), *arguments, *form], env=daemon.environment, capture_output=True, text=True,
                                  timeout=60, stdin=subprocess.DEVNULL)
            yield f"cb {' '.join(arguments)}", done.stdout + done.stderr


def crashes(daemon):
    """(what, text) of what a daemon writes that dies of a fault while it holds all of its secrets: with Swift's backtrace,
    registers and what they point to (without names, which take minutes in a debug build), and as it is installed."""
    for number, backtrace in ((signal.SIGSEGV, "enable=yes,symbolicate=off,cache=off"),
                              (signal.SIGABRT, "enable=no"), (signal.SIGILL, "enable=no")):
        daemon.stop()
        daemon.extra = {**daemon.extra, "SWIFT_BACKTRACE": backtrace}
        daemon.start()
        assert status(daemon)["state"] == "unlocked"
        # Swift's handler writes its backtrace and goes on from a signal that was only sent; the next one ends it.
        for _ in range(60):
            daemon.process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                daemon.process.wait(2)
                break
        assert daemon.process.returncode < 0, daemon.process.returncode
        yield f"log after {number.name}", daemon.log.read_text(errors="replace")


def test_no_secret_comes_out_anywhere(new_daemon, engine):
    daemon = new_daemon(engine, start=False)
    daemon.extra = {"CB_API_TOKEN": TOKEN, "CB_SERVER_SOCKET": str(daemon.place / "api.sock")}
    daemon.start()
    admin = daemon.set_up()
    first = env_keys(daemon)[0]
    planted = plant_everything(daemon, first, COUNT, secret=PLANTED)
    # Each kind is in the database, sealed and of the text that is looked for below.
    assert {kind for kind, _ in stored(daemon)} == set(KINDS)
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
    locked = status(daemon)
    assert locked["locked_total"] == len(planted.every) and named(locked) == names(planted.every)
    # Nothing opens, so whatever wants a secret fails: those errors are looked at as well.
    locked_outputs = [(f"locked {place}", text) for place, text in outputs(daemon.sign_in(), daemon)]
    brought = program(daemon).post("/api/v1/vault/rekey", {"keys": second})
    assert brought.status == 200, daemon.tail()
    assert program(daemon).post("/api/v1/vault/retirement").status == 200

    keys = {first, second}
    forbidden = {TOKEN, PASSWORD, BODY, *keys, *planted.secrets.values()}
    # Neither the keys in another alphabet, nor a sealed value.
    forbidden |= {base64.b64encode(base64.urlsafe_b64decode(key)).decode() for key in keys}
    sealed = [*stored(daemon).values(), *(row[0] for row in query(daemon, "SELECT check_value FROM vault"))]
    forbidden |= {text.split(":", 2)[2][:40] for text in sealed}
    # A key may look the same in both alphabets.
    assert len(forbidden) >= 3 + 2 + 2 * len(planted.secrets) + 1

    found = []
    seen = 0
    client = daemon.sign_in()
    # The crashes come last: nothing answers after them.
    for source in (locked_outputs, outputs(client, daemon), refusals(client), of_cb(daemon), processes(daemon),
                   everybody_elses_arguments(), crashes(daemon)):
        for place, text in source:
            seen += 1
            found += [(place, secret) for secret in forbidden if secret in text]
    assert (audit_log := "\n".join(" ".join(row) for row in query(daemon, "SELECT * FROM audit_log")))
    assert "key_shown" in audit_log and "rotation_finished" in audit_log
    outbox = "\n".join(" ".join(row) for row in query(daemon, "SELECT * FROM outbox"))
    for place, text in (("log", daemon.log.read_text(errors="replace")), ("audit", audit_log), ("outbox", outbox)):
        found += [(place, secret) for secret in forbidden if secret in text]
    assert found == []
    assert seen > 300


def test_what_is_looked_for_would_be_found(new_daemon):
    """The search itself: a secret in an object's notes comes out of lists, exports and the audit trail."""
    daemon = new_daemon()
    admin = daemon.set_up()
    admin.made("/api/v1/hardware", {"name": "x", "notes": BODY})

    places = {place for place, text in outputs(admin, daemon) if BODY in text}

    assert {"/api/v1/hardware", "/api/v1/hardware/export", "/api/v1/admin/audit-log",
            "/api/v1/admin/audit-log/export"} <= places, places


def test_no_table_holds_a_planted_secret_in_clear(new_daemon, engine):
    """What is set through the API lands sealed: the whole database is searched."""
    daemon = new_daemon(engine, environment={"CB_API_TOKEN": TOKEN})
    admin = daemon.set_up()
    provider = {"slug": "x", "name": "X", "kind": "oidc", "issuer": "https://id.example.org", "client_id": "c",
                "client_secret": PLANTED.format(kind="provider", n=0)}
    document = admin.get("/api/v1/openapi.json").json
    body = json.dumps(provider)
    made = [path for path, verbs in document["paths"].items() if path.endswith("/sign-in-providers") and "post" in verbs]
    for path in made:
        answer = admin.request("POST", path, raw=body.encode())
        assert PLANTED.format(kind="provider", n=0) not in answer.body.decode()
    daemon.stop()
    if daemon.database:
        tables = [row[0] for row in query(
            daemon, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")]
        content = "".join(str(query(daemon, f'SELECT * FROM "{table}"')) for table in tables)
        assert len(tables) > 10
    else:
        content = "".join(
            path.read_bytes().decode("latin-1") for path in daemon.data.glob("app.db*"))
    assert PLANTED.format(kind="provider", n=0) not in content
    assert env_keys(daemon)[0] not in content


@pytest.mark.parametrize("path", ["/api/v1/vault", "/api/v1/vault/ceremony"])
def test_the_vault_is_closed_to_everybody_else(new_daemon, path):
    daemon = new_daemon()
    admin = daemon.set_up()
    editor = daemon.person(admin, "editor")
    verb = "GET" if path.endswith("vault") else "POST"
    assert editor.request(verb, path).status == 403
    assert Client(daemon).request(verb, path).status == 401
