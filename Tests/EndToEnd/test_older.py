"""The older edition's database arrives whole: counts, report, secrets, passwords; twice changes nothing."""

import json
import sqlite3

import olderdb
import pytest
from cryptography.fernet import Fernet
from daemon import Client, run
from vault import env_keys, query, unseal

EXPECTED = {  # kind of object here -> how many arrive
    "hardware": 3, "compute_unit": 1, "service": 2, "storage": 1, "network": 3, "external_node": 1, "cluster": 1,
    "cluster_member": 1, "misc_item": 3, "rack": 1, "environment": 2, "category": 1, "tag": 2, "vlan": 1,
    "dependency": 5, "network_membership": 4, "network_peer": 1, "connection": 1, "interface": 2, "location": 2,
    "address": 4,
}


class Move:
    """An older database, a fresh daemon that is not running, and the import between the two."""

    def __init__(self, new_daemon, engine, folder):
        self.key = Fernet.generate_key().decode()
        self.file = folder / "app.db"
        self.content, self.connection = olderdb.build(self.file, self.key)
        self.key_file = folder / ".env"
        self.key_file.write_text(f"CB_VAULT_KEY={self.key}\n")
        self.left = folder / "left.jsonl"
        self.daemon = new_daemon(engine, start=False)
        self.daemon.place.mkdir(exist_ok=True)

    def run(self, *more, file=None, key=True):
        arguments = ["import-older", str(file or self.file), "--json", "--leftovers", str(self.left)]
        if key:
            arguments += ["--key-file", str(self.key_file)]
        return run(*arguments, *more, environment=self.daemon.environment, timeout=120)

    def report(self, *more, **how):
        code, out, err = self.run(*more, **how)
        assert code == 0, err
        return json.loads(out)

    def counts(self):
        found = query(self.daemon, "SELECT kind, count(*) FROM objects GROUP BY kind")
        return {kind: int(count) for kind, count in found}


@pytest.fixture
def move(new_daemon, engine, tmp_path):
    move = Move(new_daemon, engine, tmp_path)
    yield move
    move.connection.close()


def table(report, name):
    return next(entry for entry in report["tables"] if entry["table"] == name)


def test_everything_arrives_and_nothing_is_dropped_without_a_word(move):
    before = move.file.read_bytes(), move.file.with_name("app.db-wal").read_bytes()
    dry = move.report("--dry-run")
    assert move.counts() == {} and not move.left.exists()

    report = move.report()

    assert (move.file.read_bytes(), move.file.with_name("app.db-wal").read_bytes()) == before, "the source was touched"
    assert move.counts() == EXPECTED
    assert [entry | {"made": 0} for entry in dry["tables"]] == [entry | {"made": 0} for entry in report["tables"]]
    # Every table and every column of the source stands in the report, with as many rows as there are.
    assert {entry["table"] for entry in report["tables"]} == set(move.content)
    for name, rows in move.content.items():
        entry = table(report, name)
        assert entry["rows"] == len(rows), name
        columns = {row[1].lower() for row in move.connection.execute(f'PRAGMA table_info("{name}")')}
        assert {column["column"] for column in entry["columns"]} == columns, name
        # Each value of each row has a fate.
        for column in columns:
            query = f"""SELECT count(*) FROM "{name}" WHERE "{column}" IS NOT NULL AND "{column}" <> ''"""
            filled = move.connection.execute(query).fetchone()[0]
            told = sum(one["count"] for one in entry["columns"] if one["column"] == column)
            assert told == filled, f"{name}.{column}: {told} fates for {filled} values"
    judge_leftovers(move, report)


def judge_leftovers(move, report):
    left = [json.loads(line) for line in move.left.read_text().splitlines()]
    assert len(left) == report["leftovers"]
    told = sum(column["count"] for entry in report["tables"] for column in entry["columns"] if column["fate"] == "no place")
    # What is refused inside of a value stands there as well.
    assert len(left) >= told
    assert move.left.stat().st_mode & 0o777 == 0o600
    text = move.left.read_text()
    assert "x" * 30_000 in text, "the long document"
    assert text.count('"table":"logs"') >= 1200 * 8
    for secret in olderdb.SECRETS + [olderdb.TOTP, "jwt-in-clear", "clear-invite-token", "in the log"]:
        assert secret not in text, secret


def test_fields_arrive_where_they_belong(move):
    move.report()
    daemon = move.daemon.start()
    admin = daemon.sign_in("ada@lab.example", olderdb.PEOPLE["ada@lab.example"][0])

    def one(path, name):
        return next(item for item in admin.get(f"/api/v1/{path}?limit=100").json["items"] if item["name"] == name)

    pve = admin.get(f"/api/v1/hardware/{one('hardware', 'pve1')['id']}").json
    assert (pve["memory_mb"], pve["mac"], pve["role"], pve["status"]) == (65536, "aa:bb:cc:00:11:22", "hypervisor", "up")
    assert (pve["rack_name"], pve["rack_unit"], pve["height_units"]) == ("Rack A", 3, 2)
    assert (pve["environment_name"], pve["location_name"], pve["tags"]) == ("prod", "Cellar", ["critical"])
    assert pve["wifi_bands"] == "5 GHz, 6 GHz" and pve["source"] == "import"
    assert pve["custom"]["older proxmox_node_name"] == "pve1" and "idrac-pass" not in json.dumps(pve)
    switch = admin.get(f"/api/v1/hardware/{one('hardware', 'sw1')['id']}").json
    assert switch["status"] == "maintenance" and switch["custom"]["mac"] == "not a mac"
    assert switch["rack_unit"] is None and switch["custom"]["rack_unit"] == 3, "the unit was taken"
    jellyfin = admin.get(f"/api/v1/services/{one('services', 'Jellyfin')['id']}").json
    assert (jellyfin["ports"], jellyfin["runs_on_name"], jellyfin["category_name"]) == (
        "8096/tcp, 1900/udp", "docker", "Media")
    lan = admin.get(f"/api/v1/networks/{one('networks', 'LAN')['id']}").json
    assert (lan["cidr"], lan["vlan_name"], lan["gateway_hardware_name"], lan["location_name"]) == (
        "10.0.0.0/24", "servers", "sw1", "Home")
    tank = admin.get(f"/api/v1/storage/{one('storage', 'tank')['id']}").json
    assert (tank["capacity_bytes"], tank["used_bytes"]) == (1000 << 30, 250 << 30)
    runbook = admin.get(f"/api/v1/misc-items/{one('misc-items', 'Runbook')['id']}").json
    assert (runbook["type"], runbook["notes"]) == ("document", "# Do this")
    settings = admin.get("/api/v1/settings").json
    assert (settings["app_name"], settings["language"], settings["city"]) == ("My lab", "de", "Munich")
    assert admin.get("/api/v1/mail/settings").json["password"]["set"] is True
    assert admin.get("/api/v1/admin/audit-log/verify-chain").json["ok"] is True
    actions = admin.get("/api/v1/admin/audit-log?entity=import").json["items"]
    assert [row["action"] for row in actions] == ["imported"]


def test_old_passwords_sign_in_and_are_made_anew(move):
    move.report()
    daemon = move.daemon.start()

    for email, (password, version) in olderdb.PEOPLE.items():
        wrong = Client(daemon).post("/api/v1/auth/sign-in", {"email": email, "password": password + "x"},
                                    headers={"Origin": daemon.address})
        assert wrong.status == 401, (version, wrong)
        answer = Client(daemon).post("/api/v1/auth/sign-in", {"email": email, "password": password},
                                     headers={"Origin": daemon.address})
        assert answer.status == (202 if email == "bob@lab.example" else 200), (version, answer)
        # Bob has a second factor, which came along: the password alone does not let him in.
        assert ("cb_session" in str(answer.headers)) == (email != "bob@lab.example"), answer
    hashes = dict(query(daemon, "SELECT email, password_hash FROM users"))
    assert hashes["ada@lab.example"].startswith("$scrypt$") and hashes["cleo@lab.example"].startswith("$scrypt$")
    again = daemon.sign_in("ada@lab.example", olderdb.PEOPLE["ada@lab.example"][0])
    assert again.get("/api/v1/auth/session").status == 200
    roles = dict(query(daemon, "SELECT email, role || is_active FROM users"))
    assert roles == {"ada@lab.example": "admin1", "bob@lab.example": "editor1", "cleo@lab.example": "viewer1",
                     "demo@lab.example": "viewer0"}


def test_secrets_open_with_this_vaults_key(move):
    report = move.report()
    keys = env_keys(move.daemon)

    kept = [unseal(keys, row[0]) for row in query(move.daemon, "SELECT secret FROM kept_secrets ORDER BY id")]
    mail = unseal(keys, query(move.daemon, "SELECT password FROM mail_settings")[0][0])

    assert mail == "smtp-secret"
    for secret in olderdb.SECRETS[1:]:
        assert any(secret in (value or "") for value in kept), secret
    assert report["secrets_locked"] == 0 and report["secrets_opened"] == len(kept) + 1


def test_without_the_key_everything_else_arrives_and_the_secrets_are_named(move):
    report = move.report(key=False)

    assert move.counts() == EXPECTED
    assert report["secrets_locked"] == 8
    assert any("smtp_password_enc cannot be opened" in line for line in report["remarks"]), report["remarks"]


def test_a_second_import_changes_nothing(move):
    first = move.report()
    before = query(move.daemon, "SELECT count(*) FROM audit_log"), move.counts()
    second = move.report()

    assert second["made"] == 0 and second["known"] > 40 and first["made"] > 40
    assert (query(move.daemon, "SELECT count(*) FROM audit_log"), move.counts()) == before


def test_what_cannot_be_read_is_refused_and_nothing_is_changed(move, tmp_path):
    code, _, err = move.run(file=tmp_path / "nothing.db")
    assert code == 2 and "no file" in err, err
    broken = tmp_path / "broken.db"
    data = bytearray(move.file.read_bytes() or b"")
    broken.write_bytes(b"SQLite format 3\0" + b"\x07" * 8192)
    code, _, err = move.run(file=broken)
    assert code == 2 and "damaged" in err, err
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE things (id INTEGER)")
    code, _, err = move.run(file=other)
    assert code == 2 and "no database of the older edition" in err, err
    move.key_file.write_text("no key in here\n")
    code, _, err = move.run()
    assert code == 2 and "key file holds no key" in err, err
    assert move.counts() == {}
