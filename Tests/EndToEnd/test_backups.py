"""Backups through the API: made, checked, fetched, brought, restored; every target and what can go wrong with it."""

import contextlib
import os
import threading

import pytest
from backups import (PASSPHRASE, audit, begun, done, download, ended, listed, set_passphrase, until, upload)
from daemon import Client
from mailserver import Certificates
from objectstore import BUCKET, BadWay, ObjectStore

TOKEN = "token-of-the-backup-tests-0123456789"


@pytest.fixture(scope="module")
def store():
    with ObjectStore() as made:
        yield made


@pytest.fixture
def ready(new_daemon, engine):
    """A daemon with a passphrase: (daemon, admin)."""
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    set_passphrase(admin)
    return daemon, admin


def add_store(admin, store, endpoint=None, **more):
    return admin.post("/api/v1/backups/targets", {
        "name": "store", "kind": "s3", "endpoint": endpoint or store.endpoint, "region": "us-east-1", "bucket": BUCKET,
        "folder": "lab", "key_id": store.key, "secret": store.secret, **more})


def test_without_a_passphrase_nothing_is_made(lab):
    _, admin = lab
    assert admin.post("/api/v1/backups").status == 409
    for bad in ("short", "x" * 1025, "with a\nline break in it"):
        answer = admin.put("/api/v1/backups/passphrase", {"passphrase": bad})
        assert answer.status == 422 and "passphrase" in answer.json["fields"], answer
    health = admin.get("/api/v1/health/ready").json
    assert [one["severity"] for one in health["checks"] if one["id"] == "backups"] == ["notice"]


def test_the_whole_round(ready):
    daemon, admin = ready
    network = admin.made("/api/v1/networks", {"name": "lan", "cidr": "10.0.0.0/24"})
    job = done(admin)
    name = job["backup"]
    assert job["report"]["rows"] > 10 and job["report"]["targets"] == ["This machine"], job
    [backup] = listed(admin)["items"]
    assert backup["name"] == name and backup["verified"] and backup["origin"] == "person"

    assert done(admin, f"/files/{name}/verify", {})["report"]["rows"] == job["report"]["rows"]
    rehearsal = done(admin, f"/files/{name}/rehearse", {})
    assert "came back as they were" in rehearsal["report"]["found"][0], rehearsal
    content = download(admin, name).body
    assert len(content) == backup["size"]
    assert b"lan" not in content and PASSPHRASE.encode() not in content

    assert admin.delete(f"/api/v1/backups/files/{name}").status == 204
    assert listed(admin)["items"] == []
    assert admin.delete(f"/api/v1/networks/{network['id']}").status == 204
    brought = upload(admin, content, part=7_001)
    assert brought["origin"] == "upload" and brought["key_id"] == backup["key_id"]

    plan = admin.post(f"/api/v1/backups/files/{brought['name']}/plan", {}).json
    assert len(plan["lines"]) >= 4 and plan["from_engine"] == daemon.engine, plan
    refused = admin.post(f"/api/v1/backups/files/{brought['name']}/restore", {"confirm": "restore"})
    assert refused.status == 422 and "confirm" in refused.json["fields"]
    begun(admin, f"/files/{brought['name']}/restore", {"confirm": brought["name"]})
    admin = back(daemon)
    assert [one["name"] for one in admin.get("/api/v1/networks").json["items"]] == ["lan"]
    assert len(audit(admin, "restored")) == 1
    assert admin.get("/api/v1/admin/audit-log/verify-chain").json["ok"]
    # What was there before is kept as a backup, and the one that was brought is still there.
    assert len(listed(admin)["items"]) == 2


def back(daemon):
    """Signed in again, once the daemon has started anew with the restored state."""
    def look():
        with contextlib.suppress(OSError, AssertionError):
            admin = daemon.sign_in()
            return admin if audit(admin, "restored") else None
    return until(look)


def test_a_wrong_passphrase_and_a_damaged_file_are_refused_and_remembered(ready):
    daemon, admin = ready
    name = done(admin)["backup"]
    wrong = ended(admin, begun(admin, f"/files/{name}/verify", {"passphrase": "not the right one"}))
    assert wrong["state"] == "failed" and "passphrase" in wrong["problem"]
    assert listed(admin)["items"][0]["verified"], "a wrong passphrase says nothing about the file"

    path = daemon.data / "backups" / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    damaged = ended(admin, begun(admin, f"/files/{name}/verify", {}))
    assert damaged["state"] == "failed" and "changed" in damaged["problem"], damaged
    [backup] = listed(admin)["items"]
    assert not backup["verified"] and "changed" in backup["copies"][0]["problem"]
    path.write_bytes(content[:-100])
    assert "verified" in listed(admin)["items"][0] and not listed(admin)["items"][0]["verified"]
    assert audit(admin, "verify_failed")


def test_one_job_at_a_time_and_it_can_be_stopped(lab):
    _, admin = lab
    set_passphrase(admin)
    job = begun(admin, "")
    second = admin.post("/api/v1/backups")
    assert second.status == 409 and "runs" in second.json["message"]
    assert admin.post(f"/api/v1/backups/jobs/{job['id']}/cancel").status in (202, 409)
    state = ended(admin, job)["state"]
    assert state in ("cancelled", "done")
    assert admin.post(f"/api/v1/backups/jobs/{job['id']}/cancel").status == 409
    done(admin)


def test_a_download_goes_on_where_it_broke_off(ready):
    _, admin = ready
    name = done(admin)["backup"]
    whole = download(admin, name).body
    part = download(admin, name, headers={"Range": "bytes=100-199"})
    assert part.status == 206 and part.body == whole[100:200]
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert download(admin, name, headers={"Range": "bytes=-50"}).body == whole[-50:]
    assert download(admin, name, headers={"Range": f"bytes=10-{len(whole) * 2}"}).body == whole[10:]
    assert admin.get(f"/api/v1/backups/files/{name}", headers={"Range": f"bytes={len(whole)}-"}).status == 422
    assert admin.get("/api/v1/backups/files/..%2f..%2fapp.db").status == 404
    assert len(audit(admin, "downloaded")) == 1, "once for a download, not for each range"


def test_an_upload_is_looked_at_and_resumes(lab):
    _, admin = lab
    nonsense = admin.made("/api/v1/backups/uploads", {"size": 10})
    put = dict(content_type="application/octet-stream")
    path = f"/api/v1/backups/uploads/{nonsense['id']}"
    assert admin.request("PUT", path + "?offset=0", raw=b"12345", **put).status == 200
    again = admin.request("PUT", path + "?offset=0", raw=b"12345", **put)
    assert again.status == 409 and "byte 5" in again.json["message"]
    assert admin.request("PUT", path + "?offset=5", raw=b"1234567", **put).status == 422
    assert admin.post(path + "/finish").status == 409
    assert admin.request("PUT", path + "?offset=5", raw=b"67890", **put).status == 200
    refused = admin.post(path + "/finish")
    assert refused.status == 422 and "not a backup" in refused.json["message"], refused
    assert admin.post(path + "/finish").status == 404


def test_backups_reach_a_store_and_come_back_from_it(ready, store):
    daemon, admin = ready
    target = add_store(admin, store)
    assert target.status == 201, target
    assert store.secret not in target.body.decode()
    assert admin.post(f"/api/v1/backups/targets/{target.json['id']}/test").json["usable"]
    # Larger than one part, so that it goes in parts.
    icons = daemon.data / "uploads" / "icons"
    icons.mkdir(parents=True)
    (icons / "noise").write_bytes(os.urandom(19 << 20))
    job = done(admin)
    assert job["report"]["targets"] == ["This machine", "store"]
    assert f"lab/{job['backup']}" in store.names() and store.unfinished() == []

    assert admin.delete(f"/api/v1/backups/files/{job['backup']}?target=1").status == 204
    [backup] = [one for one in listed(admin)["items"] if one["name"] == job["backup"]]
    assert [copy["target_id"] for copy in backup["copies"]] == [target.json["id"]]
    done(admin, f"/files/{job['backup']}/verify", {})
    before = daemon.rss()
    body = store.files.get_object(Bucket=BUCKET, Key=f"lab/{job['backup']}")["Body"].read()
    assert download(admin, job["backup"]).body == body
    assert daemon.rss() - before < 64 << 20
    assert admin.delete(f"/api/v1/backups/files/{job['backup']}").status == 204
    assert f"lab/{job['backup']}" not in store.names()


@pytest.mark.parametrize(("change", "problem", "words"), [
    ({"secret": "wrong" * 8}, "wrong_secret", "does not belong"),
    ({"key_id": "AKIAWRONGWRONGWRONG1"}, "wrong_key", "does not know"),
    ({"bucket": "no-such-bucket"}, "no_bucket", "no bucket"),
    ({"endpoint": "http://localhost:9"}, "unreachable", "not take a connection"),
    ({"endpoint": "http://no-such-host.invalid"}, "name_unknown", "not known"),
])
def test_what_is_wrong_with_a_store_is_a_sentence(lab, store, change, problem, words):
    _, admin = lab
    target = add_store(admin, store, name=problem, **change)
    assert target.status == 201, target
    answer = admin.post(f"/api/v1/backups/targets/{target.json['id']}/test").json
    assert (answer["usable"], answer["problem"]) == (False, problem), answer
    assert words in answer["message"] and store.secret not in answer["message"]
    assert admin.delete(f"/api/v1/backups/targets/{target.json['id']}").status == 204


def test_a_store_with_a_certificate_of_its_own(lab, tmp_path):
    _, admin = lab
    certificates = Certificates(tmp_path)
    with ObjectStore(certificates) as store:
        target = add_store(admin, store, name="tls").json
        answer = admin.post(f"/api/v1/backups/targets/{target['id']}/test").json
        assert answer["problem"] == "untrusted", answer
        changed = admin.patch(f"/api/v1/backups/targets/{target['id']}", {"authorities": certificates.ca.read_text()})
        assert changed.status == 200, changed
        assert admin.post(f"/api/v1/backups/targets/{target['id']}/test").json["usable"]
        elsewhere = admin.patch(f"/api/v1/backups/targets/{target['id']}", {"endpoint": "https://other.example.org"})
        assert elsewhere.status == 422 and "secret" in elsewhere.json["fields"], "a secret is not shown to another store"
    admin.delete(f"/api/v1/backups/targets/{target['id']}")


def test_a_store_that_breaks_off_leaves_the_other_copies(new_daemon, store):
    daemon = new_daemon()
    admin = daemon.set_up()
    set_passphrase(admin)
    icons = daemon.data / "uploads" / "icons"
    icons.mkdir(parents=True)
    (icons / "noise").write_bytes(os.urandom(19 << 20))
    with BadWay(store) as way:
        assert add_store(admin, store, way.endpoint, folder="cut").status == 201
        way.cut = 5 << 20
        job = ended(admin, begun(admin, ""))
        assert job["state"] == "failed" and "broke off" in job["problem"], job
        assert "kept at This machine" in job["problem"]
        assert not [name for name in store.names() if name.startswith("cut/")]
        listing = listed(admin)
        assert listing["items"][0]["verified"]
        health = [one for one in admin.get("/api/v1/health/ready").json["checks"] if one["id"] == "backups"]
        assert health[0]["severity"] == "warning" and "broke off" in health[0]["message"]
        way.cut = None
        done(admin)


def test_a_store_that_is_gone_does_not_hide_the_others(new_daemon, store):
    daemon = new_daemon()
    admin = daemon.set_up()
    set_passphrase(admin)
    done(admin)
    assert add_store(admin, store, "http://localhost:9").status == 201
    listing = listed(admin)
    assert len(listing["items"]) == 1
    assert [one["problem"] for one in listing["troubles"]] == ["unreachable"]


def test_keep_rules_delete_what_nobody_wants_and_nothing_else(ready):
    daemon, admin = ready
    names = [done(admin)["backup"] for _ in range(3)]
    stranger = "circuit-breaker-20200101T000000Z-abcdef.cbbackup"
    (daemon.data / "backups" / stranger).write_bytes(b"of another installation")
    settings = admin.get("/api/v1/backups/settings").json
    answer = admin.patch("/api/v1/backups/settings", {"keep": {"last": 1}},
                         headers={"If-Match": f'"{settings["revision"]}"'})
    assert answer.status == 200, answer
    [plan] = admin.get("/api/v1/backups/prune").json["targets"]
    assert [one["stays"] for one in plan["backups"]] == [True, False, False] and plan["left_alone"] == [stranger]
    job = done(admin, "/prune")
    assert len(job["report"]["pruned"]) == 2
    assert [one["name"] for one in listed(admin)["items"]] == [sorted(names)[-1], stranger]
    assert len(audit(admin, "pruned")) == 2


def test_settings_are_checked_by_field(lab):
    _, admin = lab
    wrong = admin.patch("/api/v1/backups/settings", {
        "timezone": "Mars/Olympus", "schedule": {"rhythm": "hours", "every_hours": 5}, "keep": {"last": 0},
        "drill": {"rhythm": "timer", "hour": 25}})
    assert wrong.status == 422
    assert set(wrong.json["fields"]) == {
        "timezone", "schedule.every_hours", "keep.last", "drill.rhythm", "drill.hour"}
    assert admin.patch("/api/v1/backups/settings", {}, headers={"If-Match": '"99"'}).status == 412


def test_a_drill_writes_its_report_into_the_trail(ready):
    _, admin = ready
    empty = ended(admin, begun(admin, "/drill"))
    assert empty["state"] == "failed" and "no backup" in empty["problem"]
    name = done(admin)["backup"]
    job = done(admin, "/drill")
    assert job["backup"] == name
    [entry] = audit(admin, "drill_done")
    assert "came back as they were" in str(entry), entry
    health = [one for one in admin.get("/api/v1/health/ready").json["checks"] if one["id"] == "backups"]
    assert health[0]["severity"] == "ok" and "rehearsal" in health[0]["message"]


def test_the_timer_needs_the_local_socket_and_makes_what_is_due(new_daemon):
    daemon = new_daemon(start=False)
    daemon.extra = {"CB_SERVER_SOCKET": str(daemon.place / "api.sock")}
    daemon.start()
    admin = daemon.set_up()
    assert Client(daemon).post("/api/v1/backups/scheduled").status == 409
    assert admin.post("/api/v1/backups/scheduled").json["job"] is None
    set_passphrase(admin)
    assert admin.post("/api/v1/backups/scheduled").json["job"] is None, "nothing is due"
    admin.patch("/api/v1/backups/settings", {"schedule": {"rhythm": "timer"}})
    job = admin.post("/api/v1/backups/scheduled").json["job"]
    assert ended(admin, job)["state"] == "done"
    assert listed(admin)["items"][0]["origin"] == "timer"
    assert admin.post("/api/v1/backups/scheduled").json["job"] is None, "the last one is a moment old"


def test_progress_comes_over_the_live_stream(ready):
    from websockets.sync.client import connect
    daemon, admin = ready
    seen, ready_to_go = [], threading.Event()

    def listen():
        with connect(f"wss://{daemon.authority}/api/v1/status/stream", ssl=daemon.tls(),
                     additional_headers={"Cookie": f"cb_session={daemon.cookie}", "Origin": daemon.address}) as socket:
            import json
            for text in socket:
                message = json.loads(text)
                if message["type"] == "hello":
                    ready_to_go.set()
                if message["type"] == "backup":
                    seen.append(message["job"])
                    if message["job"]["state"] != "running":
                        return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert ready_to_go.wait(10)
    done(admin)
    listener.join(20)
    phases = [job["progress"]["phase"] for job in seen if job["progress"]]
    assert "writing" in phases and seen[-1]["state"] == "done", seen


def test_a_viewer_sees_nothing_of_it(ready):
    daemon, admin = ready
    viewer = daemon.person(admin, "editor")
    for path in ("", "/settings", "/targets", "/jobs"):
        assert viewer.get(f"/api/v1/backups{path}").status == 403
    assert viewer.post("/api/v1/backups").status == 403


def test_the_sheet_shows_secrets_only_when_asked_and_says_so(ready, store):
    _, admin = ready
    add_store(admin, store)
    everything = "".join(admin.get(f"/api/v1/backups{path}").body.decode() for path in ("/settings", "/targets", "/jobs"))
    assert store.secret not in everything and PASSPHRASE not in everything
    sheet = admin.post("/api/v1/backups/sheet").json
    assert sheet["key"].startswith("cbk1:") and sheet["targets"][0]["secret"] == store.secret
    [entry] = audit(admin, "secrets_shown")
    assert entry["severity"] == "critical"
