"""Real mail to a server of the test: every way it can go wrong reads as a sentence, and what waits is sent later."""

import time

import pytest
from daemon import Client
from mailserver import Certificates, MailServer

PASSWORD = "s3cret word of the mailbox"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


def use(admin, server, certificates=None, **more):
    """Points the daemon at that server."""
    now = admin.get("/api/v1/mail/settings").json
    wish = {"enabled": True, "host": "localhost", "port": server.port, "security": server.security,
            "allows_plain": False, "username": server.user, "password": server.password,
            "from_address": "lab@example.org", "from_name": "Läb", "link_base": admin.daemon.address,
            "authorities": certificates.ca.read_text() if certificates else None, **more}
    answer = admin.patch("/api/v1/mail/settings", wish, headers={"If-Match": f'"{now["revision"]}"'})
    assert answer.status == 200, answer
    return answer.json


def tried(admin, to="grace@example.org"):
    answer = admin.post("/api/v1/mail/test", {"to": to})
    assert answer.status == 200, answer
    return answer.json


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_message_arrives_with_and_without_protection(lab, certificates, security):
    _, admin = lab
    with MailServer(certificates, security, user="mailer", password=PASSWORD) as server:
        use(admin, server, certificates)

        outcome = tried(admin)

        assert outcome["delivered"], outcome
        message = server.wait_for(1)
        assert message["From"] == "Läb <lab@example.org>" and message["To"] == "<grace@example.org>" or \
            str(message["To"]) == "grace@example.org"
        assert message["Message-ID"] and message["Date"] and message["Auto-Submitted"] == "auto-generated"
        assert message.get_content_type() == "multipart/alternative"
        assert ("STARTTLS" in server.commands) == (security == "starttls")


FAULTS = {
    # fault of the server: (protection, what differs, problem, words that the sentence has)
    "untrusted": ("starttls", {"authorities": None}, "untrusted", "certificate"),
    "untrusted_tls": ("tls", {"authorities": None}, "untrusted", "certificate"),
    "wrong_name": ("starttls", {}, "untrusted", "another name"),
    "refused": ("starttls", {"password": "wrong"}, "sign_in_refused", "user name or the password"),
    "unsigned": ("starttls", {"username": None, "password": None}, "sign_in_needed", "only after signing in"),
    "greylist": ("starttls", {}, "greylisted", "try again later"),
    "recipient": ("starttls", {}, "recipient_refused", "No such user here"),
    "content": ("starttls", {}, "content_refused", "Message refused"),
    "sender": ("starttls", {}, "sender_refused", "sender"),
    "no_starttls": ("starttls", {}, "no_tls", "does not offer STARTTLS"),
    "closed": ("none", {}, "closed", "closed the connection"),
    "broken": ("none", {}, "not_smtp", "no mail server"),
    "bad_authority": ("starttls", {"authorities": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"},
                      "bad_authorities", "could not be read"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_failure_reads_as_a_sentence_with_the_next_step(lab, certificates, name):
    _, admin = lab
    security, changes, problem, words = FAULTS[name]
    leaf = "other" if name == "wrong_name" else "localhost"
    auth = {} if security == "none" else {"user": "mailer", "password": PASSWORD}
    with MailServer(certificates, security, leaf, fault=name, **auth) as server:
        use(admin, server, certificates, **changes)

        outcome = tried(admin)

        assert outcome["delivered"] is False and outcome["problem"] == problem, outcome
        assert words in outcome["message"] and outcome["message"].endswith((".", ")")), outcome
        assert PASSWORD not in outcome["message"]
        assert server.messages == []
        print(f"{name}: {outcome['message']}")


def test_no_host_no_port_and_the_wrong_protection(lab, certificates):
    _, admin = lab
    with MailServer(certificates, "starttls") as server:
        use(admin, server, certificates, security="tls")
        wrong = tried(admin)
        assert wrong["problem"] in ("bad_tls", "timed_out", "closed"), wrong
        use(admin, server, certificates, host="no-such-host.invalid")
        assert tried(admin)["problem"] == "unknown_host"
        port = server.port
    with MailServer(certificates, "starttls") as other:
        other.stop()
        use(admin, other, certificates)
        gone = tried(admin)
        assert gone["problem"] == "unreachable" and gone["temporary"], (gone, port)


def test_a_slow_server_does_not_hold_the_daemon(lab):
    _, admin = lab
    with MailServer(None, "none", fault="slow") as server:
        use(admin, server)
        started = time.monotonic()
        # Whoever asks something else meanwhile is answered at once.
        import threading
        outcomes = []
        asking = threading.Thread(target=lambda: outcomes.append(tried(Client(admin.daemon, cookie=admin.cookie, timeout=90))))
        asking.start()
        assert admin.get("/api/v1/settings").status == 200
        assert time.monotonic() - started < 5
        asking.join(80)

    assert outcomes and outcomes[0]["problem"] == "timed_out", outcomes
    assert "too long" in outcomes[0]["message"]


def test_greylisting_is_waited_out_and_the_queue_tells(lab, certificates):
    daemon, admin = lab
    with MailServer(certificates, "starttls", fault="greylist") as server:
        use(admin, server, certificates)
        admin.made("/api/v1/invitations", {"email": "grey@example.org", "role": "viewer"})
        waiting = until(lambda: [one for one in queue(admin) if one["recipient"] == "grey@example.org"
                                 and one["attempts"] == 1])[0]
        assert waiting["state"] == "waiting" and "try again later" in waiting["problem"], waiting
        assert admin.post(f"/api/v1/mail/queue/{waiting['id']}/hurry").status == 200

        server.wait_for(1)
        sent = until(lambda: [one for one in queue(admin) if one["id"] == waiting["id"] and one["state"] == "sent"])

        assert sent[0]["attempts"] == 2 and sent[0]["problem"] is None


def test_what_waits_survives_a_restart_and_a_refused_recipient_is_given_up(new_daemon, certificates, engine):
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    with MailServer(certificates, "starttls", fault="closed_later") as server:
        server.stop()
        use(admin, server, certificates)
        admin.made("/api/v1/invitations", {"email": "late@example.org", "role": "viewer"})
        until(lambda: [one for one in queue(admin) if one["attempts"] == 1])
        daemon.kill()
    daemon.start()
    admin = daemon.sign_in()
    with MailServer(certificates, "starttls") as server:
        use(admin, server, certificates)
        one = queue(admin)[0]
        admin.post(f"/api/v1/mail/queue/{one['id']}/hurry")
        assert server.wait_for(1)["To"]
    with MailServer(certificates, "starttls", fault="recipient") as server:
        use(admin, server, certificates)
        admin.made("/api/v1/invitations", {"email": "nobody@example.org", "role": "viewer"})
        failed = until(lambda: [one for one in queue(admin) if one["state"] == "failed"])[0]
        assert "No such user here" in failed["problem"]


def test_secrets_are_in_no_answer_log_or_table(lab, certificates):
    daemon, admin = lab
    with MailServer(certificates, "starttls", user="mailer", password=PASSWORD) as server:
        use(admin, server, certificates)
        admin.made("/api/v1/invitations", {"email": "sealed@example.org", "role": "viewer"})
        message = server.wait_for(1)
    from mailserver import link_of
    token = link_of(message).split("#")[1]
    texts = [admin.get(path).body.decode() for path in (
        "/api/v1/mail/settings", "/api/v1/mail/queue", "/api/v1/invitations", "/api/v1/admin/audit-log?limit=200")]
    texts.append(daemon.log.read_text(errors="replace"))
    stored = b"".join(path.read_bytes() for path in daemon.data.glob("app.db*")).decode(errors="replace")

    for secret in (PASSWORD, token):
        assert not [text[:80] for text in texts if secret in text]
        assert secret not in stored
    assert admin.get("/api/v1/mail/settings").json["password"]["set"] is True


@pytest.mark.parametrize("changes, field", [
    ({"host": "bad host"}, "host"), ({"host": "smtp.example.org/../x"}, "host"), ({"port": 0}, "port"),
    ({"from_address": "a@b\r\nBcc: eve@example.org"}, "from_address"), ({"from_name": "a\nb"}, "from_name"),
    ({"link_base": "javascript:alert(1)"}, "link_base"), ({"link_base": "https://u@h"}, "link_base"),
    ({"security": "none", "host": "smtp.example.org"}, "security"), ({"authorities": "nonsense"}, "authorities"),
])
def test_settings_that_cannot_work_are_refused_by_field(lab, certificates, changes, field):
    _, admin = lab
    with MailServer(certificates, "starttls") as server:
        use(admin, server, certificates)
        answer = admin.patch("/api/v1/mail/settings", changes)

        assert answer.status == 422, answer
        assert field in answer.json["fields"], answer


def test_a_kept_password_is_not_shown_to_another_server(lab, certificates):
    _, admin = lab
    with MailServer(certificates, "starttls", user="mailer", password=PASSWORD) as server:
        use(admin, server, certificates)

        answer = admin.patch("/api/v1/mail/settings", {"host": "evil.example.org"})

        assert answer.status == 422 and "password" in answer.json["fields"], answer


def queue(admin):
    return admin.get("/api/v1/mail/queue").json["items"]


def until(look, seconds=20):
    """What `look` finds once it finds something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")
