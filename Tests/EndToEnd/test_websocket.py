"""Live updates as a browser and as a program get them: doors, resume, garbage."""

import asyncio
import contextlib
import json
import time

import pytest
import websockets
from daemon import PASSWORD, Client

STREAMS = ["topology", "discovery", "status"]


def opened(daemon, stream="topology", cookie=None, origin=None, **more):
    headers = {}
    if cookie:
        headers["Cookie"] = f"cb_session={cookie}"
    return websockets.connect(
        f"wss://localhost:{daemon.port}/api/v1/{stream}/stream", ssl=daemon.tls(), origin=origin,
        additional_headers=headers, proxy=None, open_timeout=10, max_size=64 << 20, **more)


async def until(wire, wanted, seconds=5):
    """Reads messages until one is wanted; fails when none comes."""
    async with asyncio.timeout(seconds):
        while True:
            message = json.loads(await wire.recv())
            if wanted(message):
                return message


@pytest.mark.parametrize("stream", STREAMS)
def test_a_browser_is_greeted(lab, stream):
    daemon, admin = lab

    async def scene():
        async with opened(daemon, stream, admin.cookie, daemon.address) as wire:
            hello = await until(wire, lambda message: message["type"] == "hello")
            assert hello["event_id"] >= 0

    asyncio.run(scene())


@pytest.mark.parametrize("stream", STREAMS)
def test_a_program_signs_in_by_its_first_message(lab, stream):
    daemon, admin = lab
    token = admin.made("/api/v1/tokens", {"name": f"ws-{stream}", "role": "viewer", "expires_at": None})["token"]

    async def scene():
        async with opened(daemon, stream) as wire:
            await wire.send(json.dumps({"type": "auth", "token": token}))
            await until(wire, lambda message: message["type"] == "hello")

    asyncio.run(scene())


def test_a_foreign_page_is_refused(lab):
    daemon, admin = lab

    async def scene():
        with pytest.raises(websockets.InvalidStatus) as refusal:
            async with opened(daemon, cookie=admin.cookie, origin="https://evil.example") as wire:
                await wire.recv()
        assert refusal.value.response.status_code == 403

    asyncio.run(scene())


@pytest.mark.parametrize("first", ['{"type":"auth","token":"cbt_wrong"}', "nonsense", "{}", "[]", '{"type":"auth"}', b"\x00"])
def test_a_wrong_first_message_closes_with_4401(lab, first):
    daemon, _ = lab

    async def scene():
        async with opened(daemon) as wire:
            await wire.send(first)
            with pytest.raises(websockets.ConnectionClosed):
                async with asyncio.timeout(8):
                    while True:
                        await wire.recv()
            assert wire.close_code == 4401

    asyncio.run(scene())


def test_silence_closes_with_4401_after_five_seconds(lab):
    daemon, _ = lab

    async def scene():
        async with opened(daemon) as wire:
            started = time.monotonic()
            with pytest.raises(websockets.ConnectionClosed):
                await wire.recv()
            assert wire.close_code == 4401
            assert 3 < time.monotonic() - started < 9

    asyncio.run(scene())


def test_an_edit_arrives_and_resume_neither_loses_nor_repeats(lab):
    daemon, admin = lab

    async def scene():
        async with opened(daemon, cookie=admin.cookie, origin=daemon.address) as wire:
            hello = await until(wire, lambda message: message["type"] == "hello")
            started = time.monotonic()
            await asyncio.to_thread(admin.made, "/api/v1/hardware", {"name": "live-1"})
            delta = await until(wire, lambda message: message["type"] == "delta")
            took = time.monotonic() - started
            assert [node["name"] for node in delta["nodes"]["set"]] == ["live-1"]
            assert delta["id"] > hello["event_id"]
            assert took < 1, f"{took:.3f} s"
        for number in (2, 3, 4):
            await asyncio.to_thread(admin.made, "/api/v1/hardware", {"name": f"live-{number}"})
        async with opened(daemon, cookie=admin.cookie, origin=daemon.address) as wire:
            await wire.send(json.dumps({"type": "subscribe", "after": delta["id"]}))
            names, ids = [], []
            while len(names) < 3:
                message = await until(wire, lambda message: message["type"] in ("delta", "reset"))
                assert message["type"] == "delta", message
                names += [node["name"] for node in message["nodes"]["set"]]
                ids.append(message["id"])
            assert names == ["live-2", "live-3", "live-4"]
            assert ids == sorted(set(ids))

    asyncio.run(scene())


def test_an_ancient_resume_is_told_to_fetch_anew(lab):
    daemon, admin = lab

    async def scene():
        async with opened(daemon, cookie=admin.cookie, origin=daemon.address) as wire:
            await wire.send(json.dumps({"type": "subscribe", "after": 10**15}))
            await until(wire, lambda message: message["type"] in ("reset", "hello"))

    asyncio.run(scene())


def test_a_signed_out_session_is_closed_at_once(lab):
    daemon, _ = lab
    person = daemon.sign_in()

    async def scene():
        async with opened(daemon, cookie=person.cookie, origin=daemon.address) as wire:
            await until(wire, lambda message: message["type"] == "hello")
            await asyncio.to_thread(person.post, "/api/v1/auth/sign-out", {})
            with pytest.raises(websockets.ConnectionClosed):
                async with asyncio.timeout(5):
                    while True:
                        await wire.recv()

    asyncio.run(scene())


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"active": False}, {"password": "handed over by phone 8"}])
def test_who_may_less_is_out_with_the_next_request_and_the_socket_closes(lab, change):
    daemon, admin = lab
    demoted = daemon.person(admin, "admin")
    who = next(one for one in admin.get("/api/v1/users").json["items"] if one["email"] == demoted.email)
    assert demoted.get("/api/v1/users").status == 200

    async def scene():
        async with opened(daemon, cookie=demoted.cookie, origin=daemon.address) as wire:
            await until(wire, lambda message: message["type"] == "hello")
            path = f"/api/v1/users/{who['id']}"
            answer = await (asyncio.to_thread(admin.post, path + "/password", change) if "password" in change
                            else asyncio.to_thread(admin.patch, path, change))
            assert answer.status == 200, answer
            assert (await asyncio.to_thread(demoted.get, "/api/v1/users")).status == 401
            with pytest.raises(websockets.ConnectionClosed) as closed:
                async with asyncio.timeout(5):
                    while True:
                        await wire.recv()
            assert closed.value.rcvd.code == 4401

    asyncio.run(scene())
    if change == {"role": "viewer"}:
        again = daemon.sign_in(demoted.email, PASSWORD)
        assert again.get("/api/v1/users").status == 403
        assert again.get("/api/v1/hardware").status == 200


GARBAGE = [
    b"\xff" * 64, b"\x83\x80\x00\x00\x00\x00", b"\xc1\x80\x00\x00\x00\x00", b"\x89\xfe\xff\xff" + b"a" * 200,
    b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff" + b"a" * 100, b"\x81\x05hello", b"\x81\x82\x00\x00\x00\x00\xff\xfe",
    b"\x00\x80\x00\x00\x00\x00" * 500,
]


def test_frames_that_break_the_protocol_end_only_their_connection(lab):
    daemon, admin = lab
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(daemon.socket()) for _ in GARBAGE]
        for wire in wires:
            wire.sendall((
                f"GET /api/v1/topology/stream HTTP/1.1\r\nHost: {daemon.authority}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                f"Origin: {daemon.address}\r\nCookie: cb_session={admin.cookie}\r\n\r\n").encode())
            assert wire.recv(4096).startswith(b"HTTP/1.1 101")

        for wire, garbage in zip(wires, GARBAGE, strict=True):
            with contextlib.suppress(OSError):
                wire.sendall(garbage)
            assert daemon.is_alive(), garbage

        # Whatever the daemon has to say to them, all at the same time.
        deadline = time.monotonic() + 2
        for wire in wires:
            with contextlib.suppress(OSError):
                while True:
                    wire.settimeout(max(0.01, deadline - time.monotonic()))
                    if not wire.recv(65536):
                        break
    assert daemon.is_alive()


def test_deep_and_huge_messages_are_not_believed(lab):
    daemon, admin = lab

    async def scene():
        for message in ("[" * 50_000, '{"type":"subscribe","after":"x"}', '{"type":1}', "a" * 3_000_000):
            async with opened(daemon, cookie=admin.cookie, origin=daemon.address) as wire:
                with contextlib.suppress(websockets.ConnectionClosed, TimeoutError):
                    await wire.send(message)
                    async with asyncio.timeout(1):
                        while True:
                            await wire.recv()
        assert await asyncio.to_thread(daemon.is_alive)

    asyncio.run(scene())


def test_a_reader_that_never_reads_is_bounded(lab):
    daemon, admin = lab
    before = daemon.rss()

    async def scene():
        async with opened(daemon, cookie=admin.cookie, origin=daemon.address, max_queue=1) as wire:
            await until(wire, lambda message: message["type"] == "hello")
            thing = await asyncio.to_thread(admin.made, "/api/v1/hardware", {"name": "slow", "notes": ""})
            client = Client(daemon, cookie=admin.cookie)
            for turn in range(150):
                answer = await asyncio.to_thread(
                    client.patch, f"/api/v1/hardware/{thing['id']}", {"notes": f"{turn}" + "n" * 8000})
                assert answer.status == 200, answer
        assert daemon.rss() - before < 64 << 20

    asyncio.run(scene())


def test_websocket_demands_tls_when_told_to(new_daemon):
    daemon = new_daemon(environment={"CB_WS_REQUIRE_WSS": "true"})
    admin = daemon.set_up()

    async def scene():
        async with opened(daemon, cookie=admin.cookie, origin=daemon.address) as wire:
            await until(wire, lambda message: message["type"] == "hello")

    asyncio.run(scene())
