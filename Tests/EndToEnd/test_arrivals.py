"""Invitations and forgotten passwords, with real mail and a real browser."""

import re
import statistics
import time

import pytest
from accessible import violations
from browser import chromium, new_page, quiet, without_refusals
from daemon import ADMIN, Client
from mailserver import MailServer, link_of
from test_browser import say
from test_mail import queue, until, use
from vault import query

NEW = "an entirely new passphrase 3"


@pytest.fixture(scope="module")
def mailed(lab):
    """The daemon of this file, with a mail server: (daemon, admin, server)."""
    daemon, admin = lab
    with MailServer() as server:
        use(admin, server)
        yield daemon, admin, server


def arrived(server, recipient, subject="", seconds=20):
    """The newest message to somebody."""
    return until(lambda: next((server.wait_for(number) for number in range(len(server.messages), 0, -1)
                               if server.messages[number - 1][1] == recipient
                               and subject in str(server.wait_for(number)["Subject"])), None), seconds)


def anybody(daemon):
    return Client(daemon)


def open_post(daemon, path, body):
    return anybody(daemon).post(f"/api/v1/{path}", body, headers={"Origin": daemon.address})


def test_an_invitation_works_once_from_the_mail_to_the_map(mailed):
    daemon, admin, server = mailed
    made = admin.made("/api/v1/invitations", {"email": "grace@example.org", "role": "editor"})
    assert made["link"] is None and made["state"] == "pending"
    link = link_of(arrived(server, "grace@example.org"))
    with chromium(daemon) as browser:
        page = new_page(browser, daemon)
        asked = []
        page.on("request", lambda request: asked.append(request.url))

        page.goto(link)
        page.get_by_label(say("account.display_name"), exact=True).fill("Grace Hopper")
        page.get_by_label(say("account.password_new"), exact=True).fill("1234567890")
        page.get_by_label(say("account.password_again"), exact=True).fill("1234567890")
        assert "#" not in page.url
        assert violations(page) == []
        page.get_by_role("button", name=say("invitation.accept")).click()
        page.get_by_text("different characters").or_(page.get_by_text("neighbouring")).first.wait_for()
        page.get_by_label(say("account.password_new"), exact=True).fill(NEW)
        page.get_by_label(say("account.password_again"), exact=True).fill(NEW)
        page.get_by_role("button", name=say("invitation.accept")).click()
        page.wait_for_url("**/map")

        token = link.split("#")[1]
        assert not [url for url in asked if token in url], "the secret of the link was sent as part of an address"
        assert [problem for problem in without_refusals(page.problems) if "422" not in problem] == []
    grace = daemon.sign_in("grace@example.org", NEW)
    assert grace.get("/api/v1/auth/session").json["user"]["role"] == "editor"
    again = open_post(daemon, "auth/invitation", {"token": token})
    assert again.status == 404 and "was used" in again.json["message"]
    assert token not in daemon.log.read_text(errors="replace")


def test_without_mail_the_link_is_shown_once_and_can_be_revoked(mailed):
    daemon, admin, _ = mailed
    made = admin.made("/api/v1/invitations", {"email": "hand@example.org", "role": "viewer", "send_mail": False})
    token = made["link"].split("#")[1]
    assert made["link"].startswith(f"{daemon.address}/accept-invitation#")
    assert open_post(daemon, "auth/invitation", {"token": token}).json["email"] == "hand@example.org"
    renewed = admin.post(f"/api/v1/invitations/{made['id']}/renew", {"send_mail": False})
    assert renewed.status == 200 and renewed.json["sends"] == 2
    assert open_post(daemon, "auth/invitation", {"token": token}).status == 404
    fresh = renewed.json["link"].split("#")[1]

    assert admin.delete(f"/api/v1/invitations/{made['id']}").status == 204

    assert open_post(daemon, "auth/invitation/accept",
                     {"token": fresh, "display_name": "X", "password": NEW}).status == 404
    assert "link" not in admin.get("/api/v1/invitations").json["items"][0]


def test_nobody_invites_to_more_than_they_hold(mailed):
    daemon, admin, _ = mailed
    editor = daemon.person(admin, "editor")
    token = admin.made("/api/v1/tokens", {"name": "people", "scopes": ["users.manage", "users.view"], "expires_at": None})

    assert editor.post("/api/v1/invitations", {"email": "x@example.org", "role": "viewer"}).status == 403
    answer = Client(daemon, token=token["token"]).post(
        "/api/v1/invitations", {"email": "x@example.org", "role": "admin", "send_mail": False})
    assert answer.status == 403, answer


def test_a_forgotten_password_in_a_browser_ends_sessions_and_the_link_works_once(mailed):
    daemon, admin, server = mailed
    old = daemon.person(admin, "viewer")
    with chromium(daemon) as browser:
        page = new_page(browser, daemon)
        page.goto("/sign-in")
        page.get_by_role("link", name=say("sign_in.forgotten")).click()
        page.get_by_role("heading", name=say("reset.title")).wait_for()
        page.get_by_label(say("account.email"), exact=True).fill(old.email)
        page.get_by_role("button", name=say("reset.ask")).click()
        page.get_by_text(say("reset.asked")).wait_for()
        link = link_of(arrived(server, old.email, "new password"))
        assert link.startswith(f"{daemon.address}/reset-password#")

        page.goto(link)
        page.get_by_label(say("account.password_new"), exact=True).fill(NEW)
        page.get_by_label(say("account.password_again"), exact=True).fill(NEW)
        page.get_by_role("button", name=say("reset.set")).click()
        page.get_by_text(say("reset.done")).wait_for()
        page.get_by_role("link", name=say("sign_in.verb"), exact=True).click()
        page.get_by_role("button", name=say("sign_in.verb"), exact=True).wait_for()
        page.get_by_label(say("account.email"), exact=True).fill(old.email)
        page.get_by_label(say("account.password"), exact=True).fill(NEW)
        page.get_by_role("button", name=say("sign_in.verb"), exact=True).click()
        page.wait_for_url("**/map")

    assert old.get("/api/v1/me").status == 401
    token = link.split("#")[1]
    again = open_post(daemon, "auth/reset/confirm", {"token": token, "password": NEW + "!"})
    assert again.status == 404, again
    assert "was changed" in arrived(server, old.email, "was changed").get_body(("plain",)).get_content()
    assert token not in daemon.log.read_text(errors="replace")
    trail = [row["action"] for row in admin.get("/api/v1/admin/audit-log?limit=100").json["items"]]
    assert {"password_reset_requested", "password_reset_sent", "password_reset"} <= set(trail), trail


ROUNDS, PAIRS = 5, 40


def alike(known, unknown):
    """Medians that differ by no more than a quarter, or by two milliseconds: far below what looking an account up, making
    a link and sealing a letter take, and far above what is left of the noise of this machine in a median of forty."""
    first, second = statistics.median(known), statistics.median(unknown)
    return abs(first - second) <= max(0.25 * max(first, second), 0.002)


def test_known_and_unknown_accounts_are_answered_alike_in_text_and_time(new_daemon, engine):
    """Samples in turns (known, unknown, unknown, known), so that what else the machine does, and what the request before
    left to do, meets both alike. A difference has to show in each of five rounds to count: noise does not."""
    daemon = new_daemon(engine, environment={"CB_SERVER_TRUSTED_PROXIES": "127.0.0.1"})
    admin = daemon.set_up()
    people = "".join(
        "INSERT INTO users (email, email_key, display_name, role, password_hash, password_changed_at, created_at,"
        f" updated_at) VALUES ('known-{n}@example.org', 'known-{n}@example.org', 'K', 'viewer', 'none', 1, 1, 1);\n"
        for n in range(ROUNDS * PAIRS))
    query(daemon, f"BEGIN;\n{people}COMMIT;\n")
    texts, rounds = set(), []
    stranger = Client(daemon)

    def ask(kind, n):
        # Each request from an address of its own and about an account of its own: none is slowed down.
        headers = {"Origin": daemon.address, "X-Forwarded-For": f"10.{len(kind)}.{n // 250}.{n % 250 + 1}"}
        started = time.perf_counter()
        answer = stranger.post("/api/v1/auth/reset", {"email": f"{kind}-{n}@example.org"}, headers=headers)
        took = time.perf_counter() - started
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in ("date", "x-request-id")}
        texts.add((answer.status, answer.body, str(sorted(headers.items())).lower()))
        return took

    with MailServer() as server:
        use(admin, server)
        ask("warm-up", 0)
        for turn in range(ROUNDS):
            times = {"known": [], "unknown": []}
            for n in range(turn * PAIRS, (turn + 1) * PAIRS):
                for kind in ("known", "unknown") if n % 2 else ("unknown", "known"):
                    times[kind].append(ask(kind, n))
            rounds.append(times)
            if alike(**times):
                break
        asked = len(rounds) * PAIRS
        until(lambda: len([one for one in server.messages if "known-" in one[1]]) >= asked)
        assert not [one for one in server.messages if "unknown-" in one[1]]

    assert len(texts) == 1 and next(iter(texts))[0] == 204, texts
    shown = [{kind: f"{1000 * statistics.median(one):.2f} ms" for kind, one in times.items()} for times in rounds]
    print(f"reset answers, medians of {PAIRS} ({engine}): {shown}")
    assert alike(**rounds[-1]), shown


def test_links_are_asked_for_only_so_often(mailed, new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    with MailServer() as server:
        use(admin, server)
        first = [open_post(daemon, "auth/reset", {"email": ADMIN["email"]}).status for _ in range(4)]
        other = [open_post(daemon, "auth/reset", {"email": f"a{n}@example.org"}).status for n in range(8)]

        assert first == [204, 204, 204, 429]
        assert 429 in other


def test_the_vault_key_sets_a_password_and_wrong_ones_are_slowed_down(new_daemon):
    daemon = new_daemon()
    daemon.set_up()
    key = re.search(r"CB_VAULT_KEY=(\S+)", (daemon.data / ".env").read_text()).group(1)
    body = {"email": ADMIN["email"], "vault_key": key, "password": NEW}
    no_mail = open_post(daemon, "auth/reset", {"email": ADMIN["email"]})
    assert no_mail.status == 409 and "vault key" in no_mail.json["message"]
    # At the front: the last letter holds bits that say nothing.
    wrong = ("B" if key[0] == "A" else "A") + key[1:]
    assert open_post(daemon, "auth/reset/vault-key", {**body, "vault_key": wrong}).status == 422
    assert open_post(daemon, "auth/reset/vault-key", {**body, "password": "short"}).json["fields"].keys() == {"password"}

    with chromium(daemon) as browser:
        page = new_page(browser, daemon)
        page.goto("/reset-password")
        page.get_by_label(say("account.email"), exact=True).fill(ADMIN["email"])
        page.get_by_label(say("reset.vault_key"), exact=True).fill(key)
        page.get_by_label(say("account.password_new"), exact=True).fill(NEW)
        page.get_by_label(say("account.password_again"), exact=True).fill(NEW)
        page.get_by_role("button", name=say("reset.set")).click()
        page.get_by_text(say("reset.done")).wait_for()
    admin = daemon.sign_in(ADMIN["email"], NEW)
    rows = [row for row in admin.get("/api/v1/admin/audit-log?limit=50").json["items"]
            if row["action"] in ("vault_key_wrong", "password_reset_by_vault_key")]
    assert {row["severity"] for row in rows} == {"critical"} and len(rows) == 2
    wrong = [open_post(daemon, "auth/reset/vault-key", {**body, "vault_key": "x" * 44}).status for _ in range(6)]
    assert wrong[:5] == [422] * 5 and wrong[5] == 429, wrong
    assert key not in daemon.log.read_text(errors="replace")
    assert queue(admin) == []


def test_a_picture_of_gravatar_is_asked_for_by_choice_and_while_the_origin_is_allowed(lab):
    daemon, admin = lab
    asked = {}
    with chromium(daemon) as browser:
        for photo, allowed in ((None, True), ("gravatar", True), ("gravatar", False)):
            assert admin.patch("/api/v1/me", {"photo": photo}).status == 200
            assert admin.patch("/api/v1/settings", {"foreign_origins": {"gravatar": allowed}}).status == 200
            page = new_page(browser, daemon, cookie=admin.cookie)
            urls = []
            page.on("request", lambda request, urls=urls: urls.append(request.url))
            answer = page.goto("/profile")
            quiet(page)
            asked[photo, allowed] = [url for url in urls if "gravatar.com" in url]
            assert ("www.gravatar.com" in answer.headers["content-security-policy"]) == allowed
            assert not [one for one in page.problems if "Content Security Policy" in one]
            page.context.close()
    assert admin.patch("/api/v1/settings", {"foreign_origins": {"gravatar": True}}).status == 200
    assert asked[None, True] == [] and asked["gravatar", False] == []
    assert asked["gravatar", True] and "?s=144&d=404" in asked["gravatar", True][0]
