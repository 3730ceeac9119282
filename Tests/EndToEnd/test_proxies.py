"""The daemon behind real reverse proxies: pages, live updates, the client's address, one and the same policy."""

import asyncio
import contextlib
import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess

import pytest
import websockets
from daemon import ADMIN, Client, Daemon, cookie_of
from proxies import Proxy, cb

RUNNABLE = ["nginx", "haproxy", "caddy"]
UPSTREAMS = ["https", "http"]


class Behind:
    """A daemon with a proxy in front; to `Client` it looks like a daemon."""

    def __init__(self, kind, upstream):
        environment = {"CB_SERVER_TRUSTED_PROXIES": "127.0.0.1,::1"}
        if upstream == "http":
            environment["CB_TLS_MODE"] = "off"
        self.upstream = upstream
        self.daemon = Daemon(environment=environment)
        self.proxy = None
        try:
            if upstream == "http":
                self.daemon.connect = lambda timeout=30: http.client.HTTPConnection(
                    "localhost", self.daemon.port, timeout=timeout)
            self.daemon.start()
            self.proxy = Proxy(kind, self.daemon).start()
        except BaseException:
            self.remove()
            raise
        self.authority, self.address = self.proxy.authority, self.proxy.address

    def tls(self, alpn=("http/1.1",)):
        context = ssl.create_default_context(cafile=str(self.proxy.crt))
        context.set_alpn_protocols(list(alpn))
        return context

    def connect(self, timeout=30):
        return http.client.HTTPSConnection("localhost", self.proxy.port, timeout=timeout, context=self.tls())

    def set_up(self):
        answer = Client(self).post(
            "/api/v1/setup/account", {"code": self.daemon.setup_code, **ADMIN}, headers={"Origin": self.address})
        assert answer.status == 201, answer
        admin = Client(self, cookie=cookie_of(answer))
        answer = admin.put("/api/v1/setup/step", {"step": "done"})
        assert answer.status in (200, 204), answer
        return answer, admin

    def remove(self):
        if self.proxy:
            self.proxy.remove()
        self.daemon.remove()


@pytest.fixture(scope="module", params=[(kind, upstream) for kind in RUNNABLE for upstream in UPSTREAMS],
                ids=lambda pair: f"{pair[0]}-{pair[1]}")
def behind(request):
    kind, upstream = request.param
    if not shutil.which(kind):
        pytest.skip(f"{kind} is not installed")
    made = Behind(kind, upstream)
    try:
        made.admin = made.set_up()[1]
        yield made
    finally:
        made.remove()


POLICY_HEADERS = [
    "content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy",
    "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
]


@pytest.mark.parametrize("path", ["/", "/api/v1/health", "/api/v1/nothing-here", "/api/v1/hardware"])
def test_each_security_header_is_the_direct_one_and_comes_once(behind, path):
    through = Client(behind).get(path)
    direct = Client(behind.daemon).get(path)

    assert through.status == direct.status
    for name in POLICY_HEADERS:
        assert through.headers.get_all(name) == direct.headers.get_all(name), name
        assert len(through.headers.get_all(name)) == 1, name
    assert through.headers.get_all("strict-transport-security") == ["max-age=31536000"]


def test_a_page_and_its_parts_load(behind):
    page = Client(behind).get("/")
    parts = re.findall(r'(?:src|href)="(/[^"]+)"', page.body.decode())

    assert page.status == 200 and parts
    for path in parts:
        assert behind.admin.get(path).status == 200, path


def test_a_person_signs_in_and_writes(behind):
    answer = Client(behind).post("/api/v1/auth/sign-in", {"email": ADMIN["email"], "password": ADMIN["password"]},
                                 headers={"Origin": behind.address})
    assert answer.status == 200, answer
    cookie = answer.headers.get("Set-Cookie")
    assert "Secure" in cookie and "HttpOnly" in cookie, cookie
    person = Client(behind, cookie=cookie_of(answer))

    made = person.post("/api/v1/hardware", {"name": f"behind-{behind.proxy.kind}"})

    assert made.status == 201, made


@pytest.mark.parametrize("origin", ["https://evil.example", "https://localhost", "http://localhost:1", "null"])
def test_another_origin_may_not_write(behind, origin):
    answer = behind.admin.post("/api/v1/hardware", {"name": "stranger"}, headers={"Origin": origin})

    assert answer.status == 403, answer


def test_what_a_client_says_of_its_host_is_not_believed(behind):
    answer = behind.admin.post("/api/v1/hardware", {"name": "stranger"}, headers={
        "Origin": "https://evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})

    assert answer.status == 403, answer


def addresses(behind):
    return [session["address"] for session in behind.admin.get("/api/v1/me/sessions").json["items"]]


def test_the_clients_address_arrives_and_a_forged_one_does_not(behind):
    answer = Client(behind).post(
        "/api/v1/auth/sign-in", {"email": ADMIN["email"], "password": ADMIN["password"]},
        headers={"Origin": behind.address, "X-Forwarded-For": "198.51.100.7", "X-Real-IP": "198.51.100.7"})
    assert answer.status == 200, answer

    found = addresses(behind)

    assert found and all(address in ("127.0.0.1", "::1") for address in found), found


def test_live_updates_pass(behind):
    async def scene():
        async with websockets.connect(
                f"wss://{behind.authority}/api/v1/topology/stream", ssl=behind.tls(), origin=behind.address,
                additional_headers={"Cookie": f"cb_session={behind.admin.cookie}"}, proxy=None,
                open_timeout=10) as wire:
            async with asyncio.timeout(10):
                while json.loads(await wire.recv())["type"] != "hello":
                    pass
                name = f"live-{behind.proxy.kind}-{behind.upstream}"
                await asyncio.to_thread(behind.admin.made, "/api/v1/hardware", {"name": name})
                while True:
                    message = json.loads(await wire.recv())
                    if message["type"] == "delta" and any(
                            node.get("name") == name for node in message["nodes"]["set"]):
                        return

    asyncio.run(scene())


def test_a_foreign_page_gets_no_live_updates(behind):
    async def scene():
        with pytest.raises(websockets.InvalidStatus) as refusal:
            async with websockets.connect(
                    f"wss://{behind.authority}/api/v1/topology/stream", ssl=behind.tls(),
                    origin="https://evil.example", proxy=None, open_timeout=10,
                    additional_headers={"Cookie": f"cb_session={behind.admin.cookie}"}) as wire:
                await wire.recv()
        assert refusal.value.response.status_code == 403

    asyncio.run(scene())


def test_http2_is_spoken(behind):
    with behind.tls(alpn=("h2", "http/1.1")).wrap_socket(
            socket.create_connection(("127.0.0.1", behind.proxy.port), timeout=10),
            server_hostname="localhost") as wire:
        assert wire.selected_alpn_protocol() == "h2"


def test_a_body_over_the_limit_is_refused(behind):
    plain = socket.create_connection(("127.0.0.1", behind.proxy.port), timeout=10)
    with behind.tls().wrap_socket(plain, server_hostname="localhost") as wire:
        wire.sendall((
            f"POST /api/v1/hardware HTTP/1.1\r\nHost: {behind.authority}\r\nOrigin: {behind.address}\r\n"
            f"Cookie: cb_session={behind.admin.cookie}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {(16 << 20) + 1}\r\n\r\n").encode())
        # Caddy counts what comes; the others look at what was announced.
        if behind.proxy.kind == "caddy":
            with contextlib.suppress(OSError):
                wire.sendall(b"x" * ((16 << 20) + 1))

        assert wire.recv(4096).split(b" ")[1] == b"413"


def test_a_switched_off_origin_leaves_the_policy_through_the_proxy(behind):
    settings = behind.admin.get("/api/v1/settings").json
    origins = dict(settings["foreign_origins"])
    answer = behind.admin.patch("/api/v1/settings", {"foreign_origins": {**origins, "gravatar": False}})
    assert answer.status == 200, answer
    try:
        policy = Client(behind).get("/").headers.get_all("content-security-policy")

        assert len(policy) == 1 and "gravatar" not in policy[0]
        assert "gravatar" not in cb(behind.daemon, "proxy-config", behind.proxy.kind, "--hostname", "lab")[1]
    finally:
        behind.admin.patch("/api/v1/settings", {"foreign_origins": origins})


def test_the_proxys_own_error_page_carries_the_policy(behind):
    direct = Client(behind.daemon).get("/").headers["content-security-policy"]
    behind.daemon.stop()
    try:
        answer = Client(behind).get("/")

        assert answer.status in (502, 503, 504)
        assert answer.headers.get_all("content-security-policy") == [direct]
    finally:
        behind.daemon.start()


def test_traefiks_file_is_sound_yaml_with_the_same_policy(lab):
    yaml = pytest.importorskip("yaml")
    daemon, _ = lab
    direct = Client(daemon).get("/").headers["content-security-policy"]

    code, text, said = cb(daemon, "proxy-config", "traefik", "--hostname", "lab.example.org")

    assert code == 0, said
    http_part = yaml.safe_load(text)["http"]
    headers = http_part["middlewares"]["circuit-breaker-policy"]["headers"]["customResponseHeaders"]
    assert headers["Content-Security-Policy"] == direct
    assert http_part["routers"]["circuit-breaker"]["rule"] == "Host(`lab.example.org`)"
    assert http_part["serversTransports"]["circuit-breaker"]["serverName"] == "localhost"


@pytest.mark.parametrize("arguments", [
    ["squid"], ["nginx", "--hostname", "a b"], ["nginx", "--hostname", "x;y"], ["nginx", "--port", "0"],
    ["nginx", "--upstream", "ftp://x"], ["nginx", "--certificate", "/a.pem"], ["nginx", "--hostname", "https://x"],
    ["nginx", "--certificate", "/a;b", "--key", "/k"],
])
def test_wrong_usage_prints_no_configuration(lab, arguments):
    code, out, said = cb(lab[0], "proxy-config", *arguments)

    assert code == 2, said
    assert out == ""


def test_nginx_accepts_the_text_for_port_443(lab, tmp_path):
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed")
    daemon, _ = lab
    proxy = Proxy("nginx", daemon)
    try:
        text = cb(daemon, "proxy-config", "nginx", "--hostname", "localhost", "--certificate", str(proxy.crt),
                  "--key", str(proxy.key))[1]
        assert "return 308" in text
        command = proxy._nginx(text)
        done = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
    finally:
        proxy.remove()
