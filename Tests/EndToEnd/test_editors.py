"""Ten people edit at once: nobody's words are lost, nobody waits for ever."""

import threading

from daemon import Client


def test_ten_concurrent_editors_lose_no_update(new_daemon, engine):
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    thing = admin.made("/api/v1/hardware", {"name": "shared", "notes": ""})
    path = f"/api/v1/hardware/{thing['id']}"
    rounds, editors = 8, 10
    stale, problems = [0] * editors, []

    def edit(number):
        client = Client(daemon, cookie=daemon.cookie)
        for turn in range(rounds):
            for _ in range(400):
                seen = client.get(path)
                notes = seen.json["notes"] or ""
                answer = client.patch(path, {"notes": f"{notes}[{number}.{turn}]"},
                                      headers={"If-Match": seen.headers["ETag"]})
                if answer.status == 200:
                    break
                if answer.status not in (409, 412):
                    problems.append(answer)
                    return
                stale[number] += 1
            else:
                problems.append(f"editor {number} never got through")

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(editors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert not any(thread.is_alive() for thread in threads), "an editor hangs"
    assert problems == []
    final = admin.get(path).json
    for number in range(editors):
        for turn in range(rounds):
            assert final["notes"].count(f"[{number}.{turn}]") == 1
    assert final["revision"] == thing["revision"] + rounds * editors
    assert admin.get("/api/v1/admin/audit-log/verify-chain").json["ok"] is True


def test_ten_creators_of_the_same_name_make_one(new_daemon, engine):
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    statuses = []

    def create():
        client = Client(daemon, cookie=daemon.cookie)
        statuses.append(client.post("/api/v1/tags", {"name": "core"}).status)

    threads = [threading.Thread(target=create) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(statuses) == [201] + [409] * 9
    assert len(admin.get("/api/v1/tags").json["items"]) == 1


def test_crossed_edits_do_not_deadlock(new_daemon, engine):
    """Two writers take the same two objects in opposite order, many times."""
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    ids = [admin.made("/api/v1/hardware", {"name": f"h{n}"})["id"] for n in range(2)]
    bad = []

    def swap(order):
        client = Client(daemon, cookie=daemon.cookie)
        for turn in range(20):
            answer = client.post("/api/v1/hardware/bulk", {"ids": order, "patch": {"notes": f"{turn}"}})
            if answer.status != 200:
                bad.append(answer)

    threads = [threading.Thread(target=swap, args=(order,)) for order in (ids, ids[::-1]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not any(thread.is_alive() for thread in threads), "a writer hangs"
    assert bad == []
