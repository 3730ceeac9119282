"""What must survive a restart, and what must not."""

from daemon import Client


def test_everything_is_there_after_a_restart(new_daemon, engine):
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    made = admin.made("/api/v1/networks", {"name": "lan", "cidr": "192.0.2.0/24"})
    token = admin.made("/api/v1/tokens", {"name": "t", "role": "viewer", "expires_at": None})["token"]

    assert daemon.stop() == 0
    daemon.start()

    again = Client(daemon, cookie=daemon.cookie).get(f"/api/v1/networks/{made['id']}")
    assert again.status == 200 and again.json == made
    assert Client(daemon, token=token).get("/api/v1/networks").status == 200


def test_a_stop_lets_a_request_finish(new_daemon):
    daemon = new_daemon()
    daemon.set_up()

    assert daemon.stop() == 0
    assert "error" not in daemon.tail(20).lower(), daemon.tail(20)


def test_the_audit_rows_survive_and_chain_on(new_daemon, engine):
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    admin.made("/api/v1/hardware", {"name": "a"})
    before = admin.get("/api/v1/admin/audit-log/verify-chain").json

    daemon.stop()
    daemon.start()
    again = Client(daemon, cookie=daemon.cookie)
    again.made("/api/v1/hardware", {"name": "b"})
    after = again.get("/api/v1/admin/audit-log/verify-chain").json

    assert before["ok"] and after["ok"]
    assert after["rows"] > before["rows"]
