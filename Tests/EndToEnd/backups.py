"""Backups as a caller of the API makes and follows them."""

import time

PASSPHRASE = "five quite ordinary words here"
JOB_SECONDS = 90


def until(look, seconds=JOB_SECONDS):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about in time")


def set_passphrase(admin, passphrase=PASSPHRASE):
    answer = admin.put("/api/v1/backups/passphrase", {"passphrase": passphrase})
    assert answer.status == 200, answer
    return answer.json


def ended(admin, job):
    """The job when it has ended, however that was."""
    def look():
        answer = admin.get(f"/api/v1/backups/jobs/{job['id']}")
        assert answer.status == 200, answer
        return answer.json if answer.json["state"] != "running" else None
    return until(look)


def begun(admin, path, body=None):
    answer = admin.post(f"/api/v1/backups{path}", body)
    assert answer.status == 202, answer
    return answer.json


def done(admin, path="", body=None):
    """Begins a job and insists that it ends well."""
    job = ended(admin, begun(admin, path, body))
    assert job["state"] == "done", job
    return job


def listed(admin):
    answer = admin.get("/api/v1/backups")
    assert answer.status == 200, answer
    return answer.json


def download(admin, name, **more):
    answer = admin.get(f"/api/v1/backups/files/{name}", **more)
    assert answer.status in (200, 206), answer
    return answer


def upload(admin, content, part=None):
    begin = admin.made("/api/v1/backups/uploads", {"size": len(content)})
    part = part or begin["part_size"]
    for offset in range(0, len(content), part):
        answer = admin.request(
            "PUT", f"/api/v1/backups/uploads/{begin['id']}?offset={offset}", raw=content[offset:offset + part],
            content_type="application/octet-stream")
        assert answer.status == 200, answer
        assert answer.json["received"] == min(len(content), offset + part)
    return admin.made(f"/api/v1/backups/uploads/{begin['id']}/finish", None)


def audit(admin, action):
    answer = admin.get("/api/v1/admin/audit-log?limit=200")
    assert answer.status == 200, answer
    return [entry for entry in answer.json["items"] if entry["action"] == action]
