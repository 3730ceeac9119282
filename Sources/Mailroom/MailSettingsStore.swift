import Kernel
import Mail
import Persistence

/// The one row of `mail_settings`. Before the first change there is none, and mail is off.
enum MailSettingsStore {
    static func read(in tx: any Session) throws -> MailSettings {
        guard let row = try tx.rows("SELECT * FROM mail_settings WHERE id = 1").first else { return MailSettings() }
        return try MailSettings(row: row)
    }

    static func write(_ settings: MailSettings, in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO mail_settings (id, revision, changed_at, is_enabled, host, port, security, allows_plain,
                username, password, from_address, from_name, link_base, authorities)
            VALUES (1, \(settings.revision), \(tx.now), \(settings.isEnabled), \(settings.host), \(settings.port),
                \(settings.security.rawValue), \(settings.allowsPlain), \(settings.username), \(settings.password),
                \(settings.fromAddress), \(settings.fromName), \(settings.linkBase), \(settings.authorities))
            ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, changed_at = excluded.changed_at,
                is_enabled = excluded.is_enabled, host = excluded.host, port = excluded.port,
                security = excluded.security, allows_plain = excluded.allows_plain, username = excluded.username,
                password = excluded.password, from_address = excluded.from_address, from_name = excluded.from_name,
                link_base = excluded.link_base, authorities = excluded.authorities
            """)
    }
}

extension MailSettings {
    fileprivate init(row: Row) throws {
        self.init()
        guard let security = SMTPServer.Security(rawValue: try row.get("security")) else {
            throw PersistenceError.badValue(column: "security", type: "SMTPServer.Security")
        }
        self.security = security
        isEnabled = try row.get("is_enabled")
        host = try row.get("host")
        port = try row.get("port")
        allowsPlain = try row.get("allows_plain")
        username = try row.optional("username")
        password = try row.optional("password")
        fromAddress = try row.get("from_address")
        fromName = try row.get("from_name")
        linkBase = try row.optional("link_base")
        authorities = try row.optional("authorities")
        revision = try row.get("revision")
    }
}
