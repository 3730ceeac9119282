"""Secrets in every column of the vault's registry: planted, read back, and named as a person sees them.

A kind of secret that the daemon knows and this file does not fails `check_complete`: it would go untested otherwise."""

from vault import query, seal, status, unseal

# Rows that nothing touches: mail that is never due, providers that are off, people without a session.
_LONG_AGO, _FAR = 1790000000000, 4000000000000
_PROVIDER = (
    "INSERT INTO sign_in_providers (slug, name, kind, issuer, client_id, client_secret, scopes, is_enabled,"
    " allowed_domains, opens_registration, default_role, groups_claim, group_roles, syncs_roles, created_at, updated_at)"
    " VALUES ('p{n}', 'Provider {n}', 'oidc', 'https://id{n}.example.org', 'c', '{sealed}', 'openid', 0, '', 0,"
    " 'viewer', '', '{{}}', 0, %d, %d);\n" % (_LONG_AGO, _LONG_AGO))
_PERSON = (
    "INSERT INTO users (id, email, email_key, display_name, role, password_hash, password_changed_at, created_at,"
    " updated_at) VALUES ({id}, 'p{n}@example.org', 'p{n}@example.org', 'P{n}', 'viewer', 'none', %d, %d, %d);\n"
    % (_LONG_AGO, _LONG_AGO, _LONG_AGO))
_SEED = "INSERT INTO user_totp (user_id, seed_sealed, created_at) VALUES ({id}, '{sealed}', %d);\n" % _LONG_AGO
_MAIL = (
    "INSERT INTO mail_queue (message_id, kind, recipient, subject, content, state, created_at, due_at, expires_at)"
    " VALUES ('m{n}@x', 'test', 'r{n}@example.org', 's', '{sealed}', 'waiting', %d, %d, %d);\n" % (_LONG_AGO, _FAR, _FAR))
_SMTP = (
    "INSERT INTO mail_settings (id, revision, changed_at, is_enabled, host, port, security, allows_plain, username,"
    " password, from_address, from_name) VALUES (1, 1, %d, 0, 'mail.example.org', 587, 'starttls', 0, 'u', '{sealed}',"
    " 'a@example.org', 'a');\n" % _LONG_AGO)
_BACKUPS = (
    "INSERT INTO backup_settings (id, revision, changed_at, backup_key, key_id, key_set_at, timezone, schedule,"
    " schedule_since, keep, drill, drill_since) VALUES (1, 1, %d, '{sealed}', 'k', %d, 'UTC', '{{\"rhythm\": \"off\"}}', %d,"
    " '{{}}', '{{\"rhythm\": \"off\"}}', %d);\n" % (_LONG_AGO, _LONG_AGO, _LONG_AGO, _LONG_AGO))
_TARGET = (
    "INSERT INTO backup_targets (name, kind, is_enabled, endpoint, region, bucket, folder, key_id, secret, changed_at)"
    " VALUES ('Store {n}', 's3', 0, 'https://s{n}.example.org', 'r', 'bucket', '', 'k', '{sealed}', %d);\n" % _LONG_AGO)
_KEPT = "INSERT INTO kept_secrets (source, label, secret, created_at) VALUES ('older', 'l{n}', '{sealed}', %d);\n" % _LONG_AGO


class Kind:
    def __init__(self, statements, rows, name, how_many=None):
        self.statements = statements
        # Number and sealed value of each row that was planted.
        self.rows = rows
        self.name = name
        self.how_many = how_many


KINDS = {
    "totp_seed": Kind([_PERSON, _SEED], "SELECT user_id - 100000, seed_sealed FROM user_totp WHERE user_id > 100000",
                      "Authenticator seed of p{n}@example.org"),
    "mail_password": Kind([_SMTP], "SELECT id, password FROM mail_settings", "SMTP password", how_many=1),
    "mail_content": Kind([_MAIL], "SELECT replace(replace(message_id, 'm', ''), '@x', ''), content FROM mail_queue"
                         " WHERE kind = 'test' AND content IS NOT NULL", "Waiting message of r{n}@example.org"),
    "provider_secret": Kind([_PROVIDER], "SELECT substr(slug, 2), client_secret FROM sign_in_providers",
                            "Client secret of Provider {n}"),
    "backup_key": Kind([_BACKUPS], "SELECT id, backup_key FROM backup_settings", "Backup key", how_many=1),
    "backup_target_secret": Kind([_TARGET], "SELECT replace(name, 'Store ', ''), secret FROM backup_targets"
                                 " WHERE kind = 's3'", "Secret key of a backup target of Store {n}"),
    "kept_secret": Kind([_KEPT], "SELECT substr(label, 2), secret FROM kept_secrets",
                        "Secret of the older edition of l{n}"),
}


class Planted:
    """What was sealed, by (kind, number), and which of them with a key that the daemon does not have."""

    def __init__(self, secrets, lost):
        self.secrets = secrets
        self.lost = lost

    @property
    def every(self):
        return set(self.secrets)

    @property
    def lost_names(self):
        return names(self.lost)


def check_complete(daemon):
    """Every kind the daemon lists is planted here, and none is left that it has given up."""
    listed = {kind["kind"] for kind in status(daemon)["kinds"]}
    assert listed == set(KINDS), f"plant these in sealed.py as well: {listed ^ set(KINDS)}"


def plant_everything(daemon, key, count, lost_key=None, lost=0, secret="secret {kind} {n}"):
    """`count` rows of each kind; the first `lost` of each lie under `lost_key`, of which the daemon knows nothing."""
    check_complete(daemon)
    script, secrets, gone = [], {}, set()
    for kind, how in KINDS.items():
        for n in range(1, (how.how_many or count) + 1):
            is_lost = n <= lost and not how.how_many
            text = secret.format(kind=kind, n=n)
            sealed = seal(lost_key if is_lost else key, text)
            script += [one.format(n=n, id=100000 + n, sealed=sealed) for one in how.statements]
            secrets[kind, n] = text
            if is_lost:
                gone.add((kind, n))
    query(daemon, "BEGIN;\n" + "".join(script) + "COMMIT;\n")
    return Planted(secrets, gone)


def stored(daemon):
    """{(kind, number): sealed} of every row that was planted."""
    return {(kind, int(n)): sealed for kind, how in KINDS.items() for n, sealed in query(daemon, how.rows)}


def opened(daemon, keys, planted):
    """Which of the planted secrets open with these keys, and are the right ones."""
    return {which for which, sealed in stored(daemon).items() if unseal(keys, sealed) == planted.secrets[which]}


def names(which):
    return {KINDS[kind].name.format(n=n) for kind, n in which}


def named(vault):
    return {one["name"] for one in vault["locked"]}
