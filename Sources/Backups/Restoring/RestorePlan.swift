import BackupFile
import JSONKit
import Kernel
import Persistence
import Schema
import SecretVault

/// What a restore would do, for a person to agree to.
package struct RestorePlan: Sendable, Equatable {
    package let file: String
    package let contents: BackupContents
    package let keyID: String
    /// The engine it goes into.
    package let engine: String
    /// Steps that bring the restored database to this version.
    package let migrations: [Int]
    /// Where what is live now will be kept; nil on a fresh machine.
    package let replaced: String?
    /// One sentence for each thing it does, in their order.
    package let lines: [String]
    /// What a person should know before, such as a vault key that does not fit.
    package let warnings: [String]

    init(file: String, header: BackupHeader, contents: BackupContents, places: StatePlaces, now: Instant) {
        self.file = file
        self.contents = contents
        keyID = header.keyID
        engine = places.engine.rawValue
        migrations = SchemaSteps.missing(in: contents).map(\.number)
        let isFresh = places.databaseURL == nil && !Folder.exists(places.database)
        replaced = isFresh ? nil : "\(places.replaced)/\(Self.stamp(now))"
        lines = Self.lines(contents, places: places, migrations: migrations.count, isFresh: isFresh)
        warnings = Self.warnings(contents, places: places)
    }

    private static func lines(
        _ contents: BackupContents, places: StatePlaces, migrations: Int, isFresh: Bool
    ) -> [String] {
        let moment = RFC3339.text(contents.createdAt.milliseconds)
        var lines = [
            "Restore the state of \(moment), made by version \(contents.productVersion) on \(contents.engine)."
        ]
        switch (places.engine, isFresh) {
        case (.sqlite, true): lines.append("Make the database \(places.database).")
        case (.sqlite, false): lines.append("Replace the database \(places.database).")
        case (.postgres, _): lines.append("Replace the tables on the PostgreSQL server of CB_DB_URL.")
        }
        if migrations > 0 { lines.append("Bring its schema to this version, in \(migrations) steps.") }
        if !contents.vaultKeys.isEmpty {
            lines.append(
                "Put the vault's keys into .env of the data directory: \(contents.vaultKeys.joined(separator: ", ")).")
        }
        lines.append("Put the uploads of the backup in place of those that are there.")
        lines.append("Lay configuration and certificates of the backup aside, to be put in place by hand.")
        if !isFresh {
            lines.append(
                "Keep what is there now, under replaced/ of the data directory"
                    + (places.engine == .postgres ? " and in a schema cb_replaced_… on the server." : "."))
        }
        lines.append("Sessions, passwords and API tokens are those of that time again.")
        return lines
    }

    private static func warnings(_ contents: BackupContents, places: StatePlaces) -> [String] {
        var warnings: [String] = []
        if let supplied = places.suppliedKey, !contents.vaultKeys.isEmpty, supplied.name != contents.vaultKeys.first {
            warnings.append(
                "This installation is given the vault key \(supplied.name) from outside, and the backup was sealed with "
                    + "\(contents.vaultKeys[0]). Remove the supplied key after the restore, or name the backup's key "
                    + "beside it as an earlier one: the vault is locked otherwise.")
        }
        if contents.vaultKeys.isEmpty {
            warnings.append(
                "The backup holds no vault key: what was sealed in it stays locked without a copy of the key.")
        }
        return warnings
    }

    /// `20260921T141320Z`
    static func stamp(_ moment: Instant) -> String {
        String(RFC3339.text(moment.milliseconds / 1000 * 1000).prefix { $0 != "." }.filter { !"-:Z".contains($0) })
            + "Z"
    }
}

extension RestorePlan: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("file", file)
        writer.member("created_at", milliseconds: contents.createdAt.milliseconds)
        writer.member("product_version", contents.productVersion)
        writer.member("schema_version", contents.schemaVersion)
        writer.member("from_engine", contents.engine)
        writer.member("to_engine", engine)
        writer.member("key_id", keyID)
        writer.member("vault_keys", contents.vaultKeys)
        writer.member("migrations", migrations.map(String.init))
        writer.member("replaced", replaced)
        writer.member("lines", lines)
        writer.member("warnings", warnings)
        writer.endObject()
    }
}
