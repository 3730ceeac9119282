"""Route × caller, from the OpenAPI document: who lacks the permission is refused, who has it gets past the door."""

import datetime
import time

import pytest
from daemon import ADMIN, PASSWORD, Client
from test_setup import fill, operations

EVERYBODY = ["anonymous", "viewer", "editor", "admin", "token:viewer", "token:admin", "token:inventory.view",
             "token:map.edit", "token:audit.view", "token:unattended"]
# Nobody but a person can do these, whatever a token carries: acting as somebody else, and being shown the vault's key.
PERSONS_ONLY = {("POST", "/api/v1/users/{id}/masquerade"), ("POST", "/api/v1/vault/ceremony")}
# They change who is asking; each gets a caller of its own.
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
            if scope == "unattended":
                wish = {"scopes": sorted(everything(admin) - {"account.own"})}
            token = admin.made("/api/v1/tokens", {"name": name, "expires_at": None, **wish})
            made[name] = Client(daemon, token=token["token"])
    held = {"anonymous": set()}
    for name, client in made.items():
        if name != "anonymous":
            session = client.get("/api/v1/auth/session")
            assert session.status == 200, (name, session)
            held[name] = set(session.json["permissions"])
    return daemon, admin, made, held


def everything(admin):
    return set(admin.get("/api/v1/auth/session").json["permissions"])


def test_every_operation_states_its_permission():
    missing = [(method, path) for method, path, operation in operations() if "x-permission" not in operation]

    assert missing == []


def test_only_the_listed_operations_are_open():
    opened = sorted((method, path) for method, path, operation in operations()
                    if operation["x-permission"] in (None, "", "nothing"))

    assert opened == [
        ("DELETE", "/api/v1/auth/masquerade"),
        ("DELETE", "/api/v1/auth/sign-in"),
        ("GET", "/api/v1/auth/oauth/{provider}/callback"),
        ("GET", "/api/v1/auth/options"),
        ("GET", "/api/v1/auth/session"),
        ("GET", "/api/v1/auth/sign-in"),
        ("GET", "/api/v1/branding"),
        ("GET", "/api/v1/branding/{place}"),
        ("GET", "/api/v1/health"),
        ("GET", "/api/v1/health/ready"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", "/api/v1/setup"),
        ("POST", "/api/v1/auth/invitation"),
        ("POST", "/api/v1/auth/invitation/accept"),
        ("POST", "/api/v1/auth/oauth/{provider}/start"),
        ("POST", "/api/v1/auth/reset"),
        ("POST", "/api/v1/auth/reset/confirm"),
        ("POST", "/api/v1/auth/reset/vault-key"),
        ("POST", "/api/v1/auth/sign-in"),
        ("POST", "/api/v1/auth/sign-in/code"),
        ("POST", "/api/v1/auth/sign-in/enrol/passkey"),
        ("POST", "/api/v1/auth/sign-in/enrol/passkey/options"),
        ("POST", "/api/v1/auth/sign-in/enrol/totp"),
        ("POST", "/api/v1/auth/sign-in/enrol/totp/confirm"),
        ("POST", "/api/v1/auth/sign-in/new-password"),
        ("POST", "/api/v1/auth/sign-in/passkey"),
        ("POST", "/api/v1/auth/sign-in/passkey/options"),
        ("POST", "/api/v1/auth/sign-out"),
        ("POST", "/api/v1/backups/scheduled"),
        ("POST", "/api/v1/setup/account"),
        ("POST", "/api/v1/setup/code"),
        ("POST", "/api/v1/shared-map"),
    ]


@pytest.mark.parametrize("name", EVERYBODY)
def test_route_by_caller(callers, name):
    daemon, admin, made, held = callers
    asserted = 0
    wrong = []
    if name == "admin":
        # A slow machine may take longer than a proof counts.
        assert admin.post("/api/v1/auth/step-up", {"password": ADMIN["password"]}).status == 200
    for method, path, operation in operations():
        needed = operation["x-permission"]
        client = made[name]
        if (method, path) in SIGNS_OUT and client.cookie:
            client = daemon.sign_in() if name == "admin" else daemon.sign_in(client.email, PASSWORD)
        body = {} if method in ("POST", "PUT", "PATCH") else None
        answer = client.request(method, fill(path), body, headers={"Origin": daemon.address})
        allowed = needed in (None, "", "nothing") or needed in held[name]
        if name.startswith("token"):
            # A token needs the permission for what is dangerous by name; no role brings it.
            if operation.get("x-step-up") == "recent" and "danger.act" not in held[name]:
                allowed = False
            if needed == "account.own" or (method, path) in PERSONS_ONLY:
                allowed = False
        if allowed:
            good = answer.status not in (403, 500) and (answer.status != 401 or needed in (None, "", "nothing"))
        else:
            good = answer.status == (401 if name == "anonymous" else 403)
        asserted += 1
        if not good:
            wrong.append((method, path, needed, answer))
        if answer.status == 401 and name != "anonymous" and allowed and needed not in (None, "", "nothing"):
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


def test_a_token_that_is_cut_ended_revoked_or_of_another_daemon_is_refused(callers, new_daemon):
    daemon, admin, _, _ = callers
    other = new_daemon()
    foreign = other.set_up().made("/api/v1/tokens", {"name": "foreign", "role": "admin", "expires_at": None})
    kept = admin.made("/api/v1/tokens", {"name": "kept", "role": "viewer", "expires_at": None})
    # Long enough that it is used once before, also on a machine with much to do.
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=6)
    ended = admin.made("/api/v1/tokens", {
        "name": "ended", "role": "viewer", "expires_at": soon.isoformat(timespec="milliseconds")})

    def status(token):
        return Client(daemon, token=token).get("/api/v1/hardware").status

    assert status(ended["token"]) == 200
    revoked = admin.made("/api/v1/tokens", {"name": "revoked", "role": "viewer", "expires_at": None})
    text = kept["token"]
    assert status(text) == 200
    assert status(revoked["token"]) == 200
    assert admin.delete(f"/api/v1/tokens/{revoked['id']}").status == 204
    assert status(revoked["token"]) == 401
    assert status(foreign["token"]) == 401
    for bad in (text[:-1], text[:20], text + "A", text[:-1] + ("A" if text[-1] != "A" else "B"), text.upper(), "cbt_"):
        assert status(bad) == 401, bad
    while datetime.datetime.now(datetime.timezone.utc) < soon:
        time.sleep(0.05)
    assert status(ended["token"]) == 401
