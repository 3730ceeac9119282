"""Route × caller, from the OpenAPI document: who lacks the permission is refused, who has it gets past the door."""

import pytest
from daemon import PASSWORD, Client
from test_setup import fill, operations

EVERYBODY = ["anonymous", "viewer", "editor", "admin", "token:viewer", "token:admin", "token:inventory.view",
             "token:map.edit", "token:audit.view"]
# They change who is asking; each gets a caller of its own.
# Shows the vault's key, which no program is shown, whatever its token may do.
PERSONS_ONLY = {("POST", "/api/v1/vault/ceremony")}
SIGNS_OUT = {("POST", "/api/v1/auth/sign-out")}
# A stream answers a plain GET with 400 or 426; its own test opens it.
STREAMS = "/stream"


@pytest.fixture(scope="module")
def callers(lab):
    daemon, admin = lab
    made = {"anonymous": Client(daemon), "admin": admin}
    for role in ("viewer", "editor"):
        made[role] = daemon.person(admin, role)
    for name in EVERYBODY:
        kind, _, scope = name.partition(":")
        if kind == "token":
            wish = {"role": scope} if scope in ("viewer", "editor", "admin") else {"scopes": [scope]}
            token = admin.made("/api/v1/tokens", {"name": name, "expires_at": None, **wish})
            made[name] = Client(daemon, token=token["token"])
    held = {"anonymous": set()}
    for name, client in made.items():
        if name != "anonymous":
            session = client.get("/api/v1/auth/session")
            assert session.status == 200, (name, session)
            held[name] = set(session.json["permissions"])
    return daemon, admin, made, held


def test_every_operation_states_its_permission():
    missing = [(method, path) for method, path, operation in operations() if "x-permission" not in operation]

    assert missing == []


def test_only_the_listed_operations_are_open():
    opened = sorted((method, path) for method, path, operation in operations()
                    if operation["x-permission"] in (None, "", "nothing"))

    assert opened == [
        ("GET", "/api/v1/auth/session"),
        ("GET", "/api/v1/health"),
        ("GET", "/api/v1/health/ready"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", "/api/v1/setup"),
        ("POST", "/api/v1/auth/sign-in"),
        ("POST", "/api/v1/auth/sign-out"),
        ("POST", "/api/v1/setup/account"),
        ("POST", "/api/v1/setup/code"),
    ]


@pytest.mark.parametrize("name", EVERYBODY)
def test_route_by_caller(callers, name):
    daemon, admin, made, held = callers
    asserted = 0
    wrong = []
    for method, path, operation in operations():
        needed = operation["x-permission"]
        client = made[name]
        if (method, path) in SIGNS_OUT and client.cookie:
            client = daemon.sign_in() if name == "admin" else daemon.sign_in(client.email, PASSWORD)
        body = {} if method in ("POST", "PUT", "PATCH") else None
        answer = client.request(method, fill(path), body, headers={"Origin": daemon.address})
        allowed = needed in (None, "", "nothing") or needed in held[name]
        if (needed == "account.own" or (method, path) in PERSONS_ONLY) and name.startswith("token"):
            allowed = False
        if allowed:
            good = answer.status not in (403, 500) and (answer.status != 401 or needed in (None, "", "nothing"))
        else:
            good = answer.status == (401 if name == "anonymous" else 403)
        asserted += 1
        if not good:
            wrong.append((method, path, needed, answer))
        if answer.status == 401 and name != "anonymous" and allowed and needed:
            made[name] = daemon.sign_in() if name == "admin" else client
    assert wrong == []
    assert asserted == len(list(operations()))


def test_a_write_by_cookie_needs_a_same_origin_proof(callers):
    daemon, admin, _, _ = callers
    cases = {"": {}, "foreign": {"Origin": "https://evil.example"}, "null": {"Origin": "null"},
             "cross-site": {"Origin": daemon.address, "Sec-Fetch-Site": "cross-site"}}

    for name, headers in cases.items():
        connection = daemon.connect()
        sent = {"Cookie": f"cb_session={admin.cookie}", "Content-Type": "application/json", **headers}
        connection.request("POST", "/api/v1/hardware", body=b'{"name":"csrf"}', headers=sent)
        response = connection.getresponse()
        response.read()
        assert response.status == 403, name
        connection.close()


def test_an_unknown_token_is_refused(callers):
    daemon = callers[0]

    for token in ("cbt_nonsense", "x", "cbt_" + "a" * 60):
        assert Client(daemon, token=token).get("/api/v1/hardware").status == 401
