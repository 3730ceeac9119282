"""From nothing to the first administrator: only the holder of the code gets in."""

import json
import pathlib
import stat

from daemon import ADMIN, ROOT, Client, cookie_of

OPEN_BEFORE_SETUP = {"/api/v1/health", "/api/v1/health/ready", "/api/v1/openapi.json"}


def operations():
    document = json.loads((ROOT / "share/circuit-breaker/openapi.json").read_text())
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield method.upper(), path, operation


def test_health_is_trusted_through_the_local_ca(new_daemon):
    daemon = new_daemon()

    answer = Client(daemon).get("/api/v1/health")

    assert answer.status == 200
    assert answer.json["status"] == "ok"


def test_before_set_up_nothing_but_set_up_answers(new_daemon):
    daemon = new_daemon()
    anyone = Client(daemon)

    assert anyone.get("/api/v1/setup").json["needed"] is True
    wrong = []
    for method, path, _ in operations():
        if path.startswith("/api/v1/setup") or path in OPEN_BEFORE_SETUP:
            continue
        answer = anyone.request(method, fill(path), headers={"Origin": daemon.address})
        if answer.status != 403 or answer.json["code"] != "setup_needed":
            wrong.append((method, path, answer))
    assert wrong == []


def test_the_code_file_is_for_the_owner_only_and_goes_after_use(new_daemon):
    daemon = new_daemon()
    file = pathlib.Path(daemon.data / "setup-code")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    daemon.set_up()
    assert not file.exists()


def test_the_code_works_once(new_daemon):
    daemon = new_daemon()
    code = daemon.setup_code
    daemon.set_up()

    answer = Client(daemon).post("/api/v1/setup/account", {"code": code, **ADMIN, "email": "eve@example.org"},
                                 headers={"Origin": daemon.address})

    assert answer.status in (403, 404, 409), answer


def test_five_wrong_codes_lock_set_up_even_for_the_right_one(new_daemon):
    daemon = new_daemon()
    anyone = Client(daemon)

    answers = [anyone.post("/api/v1/setup/code", {"code": f"WRONG-{n}"}, headers={"Origin": daemon.address})
               for n in range(5)]
    locked = anyone.post("/api/v1/setup/code", {"code": daemon.setup_code}, headers={"Origin": daemon.address})

    assert all(answer.status in (401, 403, 422, 429) for answer in answers), answers
    assert locked.status == 429
    assert int(locked.headers["Retry-After"]) > 0
    assert anyone.get("/api/v1/setup").json["locked_until"]


def test_leaving_half_way_resumes(new_daemon):
    daemon = new_daemon()
    answer = Client(daemon).post("/api/v1/setup/account", {"code": daemon.setup_code, **ADMIN},
                                 headers={"Origin": daemon.address})
    assert answer.status == 201
    admin = Client(daemon, cookie=cookie_of(answer))
    assert admin.put("/api/v1/setup/step", {"step": "region"}).status in (200, 204)

    assert daemon.stop() == 0
    daemon.start()

    assert daemon.sign_in().get("/api/v1/auth/session").json["setup_step"] == "region"


def fill(path):
    """Every parameter of the path becomes a number that names nothing."""
    parts = ["999999999" if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)
