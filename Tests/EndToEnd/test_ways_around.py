"""Ways around the sign-in that an attacker would try who had something once: an old mailbox, a password that was given out,
an administrator's account. Each ends where the owner thinks it ends."""

import json

import pytest
from daemon import PASSWORD, Client
from mailserver import MailServer, link_of
from test_arrivals import NEW, arrived, open_post
from test_mail import use
from test_sign_in import totp


@pytest.fixture(scope="module")
def mailed(each_lab):
    daemon, admin = each_lab
    with MailServer() as server:
        use(admin, server)
        yield daemon, admin, server


def reset_link(daemon, server, email):
    """The secret of a link that was asked for by whoever reads that mailbox."""
    assert open_post(daemon, "auth/reset", {"email": email}).status == 204
    return link_of(arrived(server, email, "new password")).split("#")[1]


def is_void(daemon, token):
    return open_post(daemon, "auth/reset/confirm", {"token": token, "password": NEW}).status == 404


def by_own_hand(person, admin):
    answer = person.post("/api/v1/me/password", {"current": PASSWORD, "new": "chosen after the alarm 4"})
    assert answer.status == 204, answer


def by_an_administrator(person, admin):
    answer = admin.post(f"/api/v1/users/{person.id}/password", {"password": "given by hand after it 5"})
    assert answer.status == 200, answer


def with_another_address(person, admin):
    answer = admin.patch(f"/api/v1/users/{person.id}", {"email": f"moved-{person.email}"})
    assert answer.status == 200, answer


def by_deactivation(person, admin):
    for active in (False, True):
        assert admin.patch(f"/api/v1/users/{person.id}", {"active": active}).status == 200


@pytest.mark.parametrize("change", [by_own_hand, by_an_administrator, with_another_address, by_deactivation])
def test_a_link_to_a_new_password_ends_with_what_it_was_asked_for(mailed, change):
    daemon, admin, server = mailed
    person = daemon.person(admin, "editor")
    person.id = person.get("/api/v1/me").json["id"]
    token = reset_link(daemon, server, person.email)

    change(person, admin)

    assert is_void(daemon, token), "the mailbox from before still opens the account"


def begin(daemon, email, password):
    """A sign-in that waits for more; its cookie."""
    answer = open_post(daemon, "auth/sign-in", {"email": email, "password": password})
    assert answer.status == 202, answer
    sent = (header.split(";")[0].split("=", 1) for header in answer.headers.get_all("Set-Cookie"))
    return dict(sent)["cb_sign_in"]


def step(daemon, cookie, path, body):
    return Client(daemon).post(f"/api/v1/auth/sign-in/{path}", body,
                               headers={"Origin": daemon.address, "Cookie": f"cb_sign_in={cookie}"})


def test_a_sign_in_begun_with_a_given_password_ends_when_it_is_changed(each_lab):
    daemon, admin = each_lab
    person = daemon.person(admin, "viewer")
    person.id = person.get("/api/v1/me").json["id"]
    seed = person.post("/api/v1/me/totp").json["secret"]
    assert person.post("/api/v1/me/totp/confirm", {"code": totp(seed, -1)}).status == 204
    given = "given out to both of them 6"
    assert admin.post(f"/api/v1/users/{person.id}/password", {"password": given}).status == 200
    # Both know the password; the thief waits for a chance to come by a code.
    thief, owner = begin(daemon, person.email, given), begin(daemon, person.email, given)

    assert step(daemon, owner, "code", {"code": totp(seed)}).json["next"] == "new_password"
    answer = step(daemon, owner, "new-password", {"password": "the owner's own choice 7"})
    assert answer.status == 200 and answer.json["user"]["email"] == person.email, answer

    answer = step(daemon, thief, "code", {"code": totp(seed, 1)})
    assert answer.status == 401, "a password that was changed is still half of a sign-in"


@pytest.mark.parametrize("end", ["deactivated", "demoted", "removed"])
@pytest.mark.parametrize("how", ["session", "token"])
def test_an_invitation_does_not_outlive_the_rights_of_who_made_it(each_lab, end, how):
    """Otherwise an administrator who is let go comes back by a link made the day before."""
    daemon, admin = each_lab
    rogue = daemon.person(admin, "admin")
    user = rogue.get("/api/v1/me").json["id"]
    name = f"{end}-{how}"
    hand = rogue
    if how == "token":
        able = set(rogue.get("/api/v1/auth/session").json["permissions"]) - {"account.own"} | {"danger.act"}
        made = rogue.made("/api/v1/tokens", {"name": name, "scopes": sorted(able), "expires_at": None})
        hand = Client(daemon, token=made["token"])
    answer = hand.post("/api/v1/invitations", {"email": f"{name}@example.org", "role": "admin", "send_mail": False})
    assert answer.status == 201, answer
    token = answer.json["link"].split("#")[1]
    assert open_post(daemon, "auth/invitation", {"token": token}).status == 200

    if end == "removed":
        assert admin.delete(f"/api/v1/users/{user}").status == 204
    else:
        change = {"active": False} if end == "deactivated" else {"role": "viewer"}
        assert admin.patch(f"/api/v1/users/{user}", change).status == 200

    answer = open_post(daemon, "auth/invitation/accept", {"token": token, "display_name": "Back", "password": NEW})
    assert answer.status == 404, "whoever was let go is back"
    rows = admin.get("/api/v1/invitations").json["items"]
    assert next(row["state"] for row in rows if row["email"] == f"{name}@example.org") == "revoked"
    trail = admin.get("/api/v1/admin/audit-log?entity=invitation&action=revoked").json["items"]
    assert any(f"{name}@example.org" in json.dumps(row) for row in trail), trail[:2]
