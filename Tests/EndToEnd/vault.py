"""What the tests of the vault share: keys, sealed values in the database, and what opens them."""

import hashlib
import sqlite3
import subprocess
import time

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

import base64

from daemon import POSTGRES, Client, postgres_parts

TOKEN = "e2e-vault-token-0123456789abcdef"


def key_id(key):
    raw = base64.urlsafe_b64decode(key)
    return hashlib.sha256(b"circuit-breaker vault key\0" + raw).hexdigest()[:16]


def seal(key, text):
    """As the daemon stores it."""
    return f"v1:{key_id(key)}:{Fernet(key).encrypt(text.encode()).decode()}"


def unseal(keys, stored):
    """What is inside, or None when none of the keys opens it."""
    try:
        return MultiFernet([Fernet(key) for key in keys]).decrypt(stored.split(":", 2)[2]).decode()
    except InvalidToken:
        return None


def env_keys(daemon):
    """The keys of .env: the one in use first."""
    values = {}
    path = daemon.data / ".env"
    if not path.is_file():
        return []
    for line in path.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            values[name] = value
    old = [key for key in values.get("CB_VAULT_KEY_OLD", "").split(",") if key]
    return [values["CB_VAULT_KEY"], *old] if values.get("CB_VAULT_KEY") else []


def query(daemon, statement):
    """Rows as lists of text."""
    if daemon.database:
        parts = {**postgres_parts(), "dbname": daemon.database}
        conninfo = " ".join(f"{name}={value}" for name, value in parts.items())
        done = subprocess.run(["psql", "-qAtX", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", conninfo], input=statement,
                              check=True, capture_output=True, text=True)
        return [line.split("\x1f") for line in done.stdout.splitlines() if line]
    with sqlite3.connect(daemon.data / "app.db", timeout=30) as connection:
        rows = connection.executescript(statement) if ";\n" in statement else connection.execute(statement)
        found = [[str(value) for value in row] for row in rows.fetchall()]
        connection.commit()
        return found


def plant_providers(daemon, key, count, secret="client-secret-{}"):
    """Rows with sealed client secrets, as many as a large house would never have."""
    lines = []
    for number in range(1, count + 1):
        sealed = seal(key, secret.format(number))
        lines.append(
            "INSERT INTO sign_in_providers (slug, name, kind, issuer, client_id, client_secret, scopes, is_enabled,"
            " allowed_domains, opens_registration, default_role, groups_claim, group_roles, syncs_roles, created_at,"
            f" updated_at) VALUES ('p{number}', 'Provider {number}', 'oidc', 'https://id{number}.example.org', 'c',"
            f" '{sealed}', 'openid', 0, '', 0, 'viewer', '', '{{}}', 0, 1790000000000, 1790000000000);\n")
    query(daemon, "BEGIN;\n" + "".join(lines) + "COMMIT;\n")


def provider_secrets(daemon):
    return {int(number): sealed for number, sealed in query(
        daemon, "SELECT substr(slug, 2), client_secret FROM sign_in_providers ORDER BY id")}


def has_providers(daemon):
    try:
        query(daemon, "SELECT COUNT(*) FROM sign_in_providers")
        return True
    except (sqlite3.OperationalError, subprocess.CalledProcessError):
        return False


def program(daemon):
    """A client with CB_API_TOKEN."""
    return Client(daemon, token=TOKEN)


def status(daemon):
    answer = program(daemon).get("/api/v1/vault")
    assert answer.status == 200, answer
    return answer.json


def wait_until_sealed(daemon, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        now = status(daemon)
        if now["left"] == 0 and not (now["rotation"] or {}).get("running"):
            return now
        time.sleep(0.05)
    raise AssertionError(f"the rotation has not ended within {seconds} s: {now}")
