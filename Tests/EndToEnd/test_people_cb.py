"""`cb user …` and `cb token …`: what they do, what they print, and that no password, key or token is in an argument, an
output or the log."""

import json
import os
import pathlib
import pty
import re
import subprocess
import threading
import time

import pytest
from daemon import ADMIN, BINARY, PASSWORD, Client
from vault import TOKEN, env_keys

CB = pathlib.Path(os.environ.get("CB_CLIENT", BINARY.parent / "cb"))
NEW = "several words of her own 4"


class House:
    def __init__(self, daemon, admin):
        self.daemon = daemon
        self.admin = admin
        self.socket = str(daemon.place / "api.sock")
        self.printed = ""

    def environment(self, token=TOKEN):
        return {"PATH": os.environ["PATH"], "HOME": str(self.daemon.place), **({"CB_API_TOKEN": token} if token else {})}

    def command(self, *arguments):
        return [str(CB), *arguments, "--socket", self.socket, "--config", "/dev/null"]

    def cb(self, *arguments, given="", token=TOKEN):
        """(exit code, stdout, stderr)"""
        done = subprocess.run(self.command(*arguments), env=self.environment(token), input=given, capture_output=True,
                              text=True, timeout=60)
        self.printed += done.stdout + done.stderr
        return done.returncode, done.stdout, done.stderr

    def trail(self, action):
        return self.admin.get(f"/api/v1/admin/audit-log?limit=100&action={action}").json["items"]


@pytest.fixture(scope="module")
def house():
    from daemon import Daemon

    daemon = Daemon()
    try:
        daemon.extra = {"CB_API_TOKEN": TOKEN, "CB_SERVER_SOCKET": str(daemon.place / "api.sock")}
        daemon.start()
        yield House(daemon, daemon.set_up())
    finally:
        daemon.remove()


def test_a_person_from_the_first_day_to_the_last(house):
    code, out, err = house.cb("user", "add", "bob@example.org", "--name", "Bob", "--role", "editor", given=PASSWORD + "\n")
    assert code == 0 and "bob@example.org" in out and "at the first sign-in" in err, (out, err)
    first = Client(house.daemon).post("/api/v1/auth/sign-in", {"email": "bob@example.org", "password": PASSWORD})
    assert first.status == 202, first

    people = json.loads(house.cb("user", "list", "--json")[1])
    bob = next(one for one in people if one["email"] == "bob@example.org")
    assert bob["role"] == "editor" and bob["display_name"] == "Bob" and bob["force_password_change"] is True
    code, out, err = house.cb("user")
    assert code == 0 and err == "" and re.search(r"editor +new password +bob@example\.org +Bob", out), out

    code, out, err = house.cb("user", "role", "BOB@example.org", "viewer", "--json")
    assert code == 0 and json.loads(out)["role"] == "viewer", (out, err)
    assert house.cb("user", "deactivate", str(bob["id"]))[0] == 0
    assert "deactivated" in house.cb("user", "list")[1]
    refused = Client(house.daemon).post("/api/v1/auth/sign-in", {"email": "bob@example.org", "password": PASSWORD})
    assert refused.status == 401
    assert house.cb("user", "activate", "bob@example.org")[0] == 0

    code, out, err = house.cb("user", "reset-password", "bob@example.org", given=NEW + "\n")
    assert code == 0 and "at the next sign-in" in err, (out, err)
    assert house.trail("password_set")[0]["actor"] == "api-token"


def test_a_person_keeps_the_password_where_that_is_said(house):
    assert house.cb("user", "add", "eve@example.org", "--keep-password", given=PASSWORD)[0] == 0
    client = house.daemon.sign_in("eve@example.org", PASSWORD)
    assert client.get("/api/v1/me").json["display_name"] == "eve" and client.get("/api/v1/me").json["role"] == "viewer"
    # Demoted, deactivated: the open session ends with the next request.
    assert house.cb("user", "deactivate", "eve@example.org")[0] == 0
    assert client.get("/api/v1/me").status == 401


@pytest.mark.parametrize("arguments,given,code,said", [
    (["user", "add", "x@example.org", "--role", "king"], PASSWORD, 2, "king"),
    (["user", "add", "x@example.org"], "", 2, "no password was given"),
    (["user", "add", "x@example.org"], "short\n", 1, "password: "),
    (["user", "add", "nonsense"], PASSWORD, 1, "email: "),
    (["user", "add", ADMIN["email"]], PASSWORD, 4, "this address is taken"),
    (["user", "add"], PASSWORD, 2, "email"),
    (["user", "role", "nobody@example.org", "admin"], "", 1, "there is no account"),
    (["user", "role", ADMIN["email"], "viewer"], "", 4, "last active administrator"),
    (["user", "deactivate", ADMIN["email"]], "", 4, "last active administrator"),
    (["user", "reset-password", "1", "--vault-key"], "k\np\n", 2, "e-mail address"),
    (["user", "reset-password", ADMIN["email"], "--vault-key"], "only one line\n", 2, "no new password"),
    (["token", "create", "x"], "", 2, "--role"),
    (["token", "create", "x", "--role", "admin", "--scope", "audit.view"], "", 2, "--role"),
    (["token", "create", "x", "--role", "viewer", "--expires", "soon"], "", 2, "--expires"),
    (["token", "create", "x", "--role", "viewer", "--expires", "2001-01-01"], "", 1, "expires_at: "),
    (["token", "create", "x", "--scope", "world.rule"], "", 1, "scopes: "),
    (["token", "create", "api-token", "--role", "viewer"], "", 1, "name: "),
    (["token", "revoke", "nothing of that name"], "", 1, "there is no token"),
])
def test_what_cannot_be_done_says_why(house, arguments, given, code, said):
    before = house.cb("user", "list", "--json")[1], house.cb("token", "list", "--json")[1]

    found, out, err = house.cb(*arguments, given=given)

    assert (found, out) == (code, ""), err
    assert said.lower() in err.lower(), err
    assert (house.cb("user", "list", "--json")[1], house.cb("token", "list", "--json")[1]) == before


def test_without_a_token_or_with_a_small_one_it_is_refused(house):
    small = house.admin.made("/api/v1/tokens", {"name": "small", "role": "viewer", "expires_at": None})["token"]
    for token in (None, "a-token-that-nobody-knows-0123456789", small):
        for arguments in (["user", "list"], ["user", "add", "x@example.org"], ["token", "list"],
                          ["token", "create", "x", "--role", "viewer"]):
            code, out, err = house.cb(*arguments, given=PASSWORD, token=token)
            assert (code, out) == (4, ""), (token, arguments, err)
    assert small not in house.printed


def test_nobody_there_is_3(house):
    for arguments in (["user", "list"], ["token", "list"]):
        done = subprocess.run([str(CB), *arguments, "--socket", "/nonexistent/api.sock"], env=house.environment(),
                              capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        assert done.returncode == 3


def test_a_token_is_printed_once_and_works_until_it_is_revoked(house):
    code, out, err = house.cb("token", "create", "backup", "--scope", "inventory.view", "--scope", "audit.view",
                              "--expires", "90d")
    token = out.strip()
    assert code == 0 and re.fullmatch(r"cbt_[0-9A-Za-z]{49}\n", out) and "only now" in err and token not in err, (out, err)
    client = Client(house.daemon, token=token)
    assert client.get("/api/v1/hardware").status == 200 and client.get("/api/v1/users").status == 403

    listed = next(one for one in json.loads(house.cb("token", "list", "--json")[1]) if one["name"] == "backup")
    assert listed["scopes"] == ["audit.view", "inventory.view"] and listed["expires_at"]
    code, out, err = house.cb("token", "list")
    assert code == 0 and token not in out and "audit.view inventory.view" in out
    code, out, err = house.cb("token", "revoke", "backup", "--json")
    assert code == 0 and json.loads(out)["id"] == listed["id"], err
    assert client.get("/api/v1/hardware").status == 401

    made = json.loads(house.cb("token", "create", "again", "--role", "viewer", "--json")[1])
    assert made["token"].startswith("cbt_") and house.cb("token", "revoke", str(made["id"]))[0] == 0


def test_a_name_that_is_also_a_number_is_not_guessed(house):
    first = house.admin.made("/api/v1/tokens", {"name": "n", "role": "viewer", "expires_at": None})
    house.admin.made("/api/v1/tokens", {"name": str(first["id"]), "role": "viewer", "expires_at": None})

    code, _, err = house.cb("token", "revoke", str(first["id"]))

    assert code == 1 and "name of one token" in err
    assert house.cb("token", "revoke", "n")[0] == 0


class Terminal:
    """`cb` at a terminal of its own, answered prompt by prompt."""

    def __init__(self, house, *arguments, token=TOKEN):
        self.shown = ""
        pid, self.master = pty.fork()
        if pid == 0:
            os.execve(str(CB), house.command(*arguments), house.environment(token))
        self.pid = pid

    def read_until(self, text, seconds=30):
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < deadline, self.shown
            try:
                chunk = os.read(self.master, 4096)
            except OSError:
                chunk = b""
            assert chunk, f"ended before {text!r}: {self.shown!r}"
            self.shown += chunk.decode(errors="replace")

    def say(self, prompt, text):
        self.read_until(prompt)
        os.write(self.master, text.encode())
        self.shown, before = "", self.shown
        return before

    def end(self):
        shown = self.shown
        while True:
            try:
                chunk = os.read(self.master, 4096)
            except OSError:
                break
            if not chunk:
                break
            shown += chunk.decode(errors="replace")
        os.close(self.master)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]), shown


def test_at_a_terminal_a_password_is_asked_for_twice_and_never_shown(house):
    terminal = Terminal(house, "user", "add", "grace@example.org", "--keep-password")
    terminal.say("Password: ", PASSWORD + "\n")
    terminal.say("Password again: ", PASSWORD + "\n")
    code, shown = terminal.end()

    assert code == 0 and PASSWORD not in shown and "is added" in shown, shown
    assert house.daemon.sign_in("grace@example.org", PASSWORD)


def test_two_that_differ_and_a_prompt_that_is_left_do_nothing(house):
    terminal = Terminal(house, "user", "add", "never@example.org")
    terminal.say("Password: ", PASSWORD + "\n")
    terminal.say("Password again: ", PASSWORD + "x\n")
    code, shown = terminal.end()
    assert code == 2 and "not the same" in shown, shown

    left = Terminal(house, "user", "add", "never@example.org")
    left.say("Password: ", "half a pass\x03")
    code, shown = left.end()
    assert code == 1 and "stopped" in shown and "half" not in shown, shown
    assert "never@example.org" not in house.cb("user", "list")[1]


def test_the_arguments_of_a_running_cb_hold_no_secret(house):
    terminal = Terminal(house, "user", "reset-password", ADMIN["email"], "--vault-key")
    terminal.say("Vault key: ", env_keys(house.daemon)[0] + "\n")
    terminal.read_until("New password: ")
    arguments = pathlib.Path(f"/proc/{terminal.pid}/cmdline").read_text()
    terminal.say("New password: ", ADMIN["password"] + "\n")
    terminal.say("New password again: ", ADMIN["password"] + "\n")
    code, shown = terminal.end()

    assert code == 0, shown
    assert env_keys(house.daemon)[0] not in arguments + shown and ADMIN["password"] not in arguments + shown
    house.admin = house.daemon.sign_in()


def test_the_vault_key_gives_a_new_password_where_there_is_neither_mail_nor_token(new_daemon, engine):
    daemon = new_daemon(engine, start=False)
    daemon.extra = {"CB_SERVER_SOCKET": str(daemon.place / "api.sock")}
    daemon.start()
    house = House(daemon, daemon.set_up())
    key = env_keys(daemon)[0]
    old = house.admin

    code, out, err = house.cb("user", "reset-password", ADMIN["email"], given=f"{key}\n{NEW}\n", token=None)

    assert (code, out) == (0, "") and "the vault's key is asked for" in err and "has the new password" in err, err
    assert old.get("/api/v1/me").status == 401
    house.admin = daemon.sign_in(ADMIN["email"], NEW)
    assert [row["severity"] for row in house.trail("password_reset_by_vault_key")] == ["critical"]

    for given, code, said in [
        (f"{key}\nshort\n", 1, "password: "), (f"{'x' * 44}\n{NEW}\n", 1, "vault_key: "),
    ]:
        found, out, err = house.cb("user", "reset-password", ADMIN["email"], "--vault-key", given=given, token=None)
        assert (found, out) == (code, "") and said in err, err
    found, out, err = house.cb(
        "user", "reset-password", "nobody@example.org", "--vault-key", given=f"{key}\n{NEW}\n", token=None)
    assert found == 1 and "email: " in err
    # Slowed down: after five wrong keys not even the right one is looked at.
    codes = [house.cb("user", "reset-password", ADMIN["email"], given=f"{'y' * 44}\n{NEW}\n", token=None)[0]
             for _ in range(5)]
    assert codes[0] == 1 and codes[-1] == 4, codes
    code, _, err = house.cb("user", "reset-password", ADMIN["email"], given=f"{key}\n{NEW}\n", token=None)
    assert code == 4 and "too many wrong attempts" in err
    assert {row["severity"] for row in house.trail("vault_key_wrong")} == {"critical"}
    for secret in (key, NEW):
        assert secret not in house.printed + daemon.log.read_text(errors="replace")


def test_a_secret_goes_nowhere_in_the_clear(house):
    """Not even to a server that only listens."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        heard = []

        def listen():
            try:
                connection, _ = listener.accept()
                heard.append(connection.recv(65536))
                connection.close()
            except OSError:
                pass

        thread = threading.Thread(target=listen)
        thread.start()
        done = subprocess.run(
            [str(CB), "user", "reset-password", ADMIN["email"], "--config", "/dev/null", "--url",
             f"http://lab.example.org:{port}"], env=house.environment(None), input=f"key-key\n{NEW}\n",
            capture_output=True, text=True, timeout=60)
        thread.join()
    assert done.returncode == 1 and "in the clear" in done.stderr and heard == []


def test_nothing_that_was_printed_or_logged_holds_a_secret(house):
    text = house.printed + house.daemon.log.read_text(errors="replace")
    for secret in (TOKEN, PASSWORD, NEW, ADMIN["password"], env_keys(house.daemon)[0]):
        assert secret not in text
