import BackupFile
import JSONKit
import Kernel
import Persistence

/// What stands first in a backup: enough to say what restoring it would do.
package struct BackupContents: Sendable, Equatable {
    /// A step of the schema, with its checksum on the engine the backup is from.
    package struct Step: Sendable, Equatable {
        package let number: Int
        package let name: String
        package let checksum: String
    }

    package let productVersion: String
    package let createdAt: Instant
    package let engine: String
    package let steps: [Step]
    /// Names of the vault's keys inside, the one in use first.
    package let vaultKeys: [String]

    package var schemaVersion: Int { steps.last?.number ?? 0 }
}

extension BackupContents {
    /// As the snapshot has it.
    init(of tx: any Session, at moment: Instant, vaultKeys: [String]) throws {
        productVersion = Version.current
        createdAt = moment
        engine = tx.dialect.rawValue
        steps = try tx.rows("SELECT number, name, checksum FROM \(identifier: Catalogue.steps) ORDER BY number").map {
            row in
            Step(number: try row.get(0), name: try row.text(1), checksum: try row.text(2))
        }
        self.vaultKeys = vaultKeys
    }
}

/// What stands last in a backup, and what a restore is compared with.
package struct BackupManifest: Sendable, Equatable {
    package struct Table: Sendable, Equatable {
        package let name: String
        package let rows: Int64
        package let sha256: String
        /// The last number its counter gave; nil for a table without one.
        package let counter: Int64?
    }

    package struct File: Sendable, Equatable {
        package enum Area: String, Sendable, CaseIterable {
            case keyring, uploads, configuration, certificates
        }

        package let area: Area
        /// Below the data directory for uploads; where it lay, for configuration and certificates.
        package let path: String
        package let size: Int64
        package let sha256: String
    }

    package let contents: BackupContents
    package let tables: [Table]
    package let files: [File]
    /// Files that were there and could not be read, or are no plain files, each with the reason.
    package let leftOut: [String]
    /// The end of the audit trail: its newest row and that row's hash.
    package let auditRow: Int64
    package let auditHash: String

    package var rows: Int64 { tables.reduce(0) { $0 + $1.rows } }

    package func files(in area: File.Area) -> [File] { files.filter { $0.area == area } }
}

extension BackupContents: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("product_version", productVersion)
        writer.member("created_at", milliseconds: createdAt.milliseconds)
        writer.member("engine", engine)
        writer.name("steps")
        writer.beginArray()
        for step in steps {
            writer.beginObject()
            writer.member("number", step.number)
            writer.member("name", step.name)
            writer.member("checksum", step.checksum)
            writer.endObject()
        }
        writer.endArray()
        writer.member("vault_keys", vaultKeys)
        writer.endObject()
    }

    init(_ object: JSONObject) throws {
        productVersion = try object.text("product_version")
        createdAt = Instant(milliseconds: try object.moment("created_at"))
        engine = try object.text("engine")
        steps = try object.list("steps").map { step in
            Step(
                number: Int(try step.number("number")), name: try step.text("name"),
                checksum: try step.text("checksum"))
        }
        vaultKeys = (object["vault_keys"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
}

extension BackupManifest: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("contents")
        contents.write(to: &writer)
        writer.name("tables")
        writer.beginArray()
        for table in tables {
            writer.beginObject()
            writer.member("name", table.name)
            writer.member("rows", table.rows)
            writer.member("sha256", table.sha256)
            writer.member("counter", table.counter)
            writer.endObject()
        }
        writer.endArray()
        writer.name("files")
        writer.beginArray()
        for file in files {
            writer.beginObject()
            writer.member("area", file.area.rawValue)
            writer.member("path", file.path)
            writer.member("size", file.size)
            writer.member("sha256", file.sha256)
            writer.endObject()
        }
        writer.endArray()
        writer.member("left_out", leftOut)
        writer.member("audit_row", auditRow)
        writer.member("audit_hash", auditHash)
        writer.endObject()
    }

    init(json: [UInt8]) throws {
        let object = try JSONObject(ofBackup: json)
        guard let inner = object["contents"]?.objectValue else { throw JSONObject.missing("contents") }
        contents = try BackupContents(inner)
        tables = try object.list("tables").map { table in
            Table(
                name: try table.text("name"), rows: try table.number("rows"), sha256: try table.text("sha256"),
                counter: table["counter"]?.integerValue)
        }
        files = try object.list("files").map { file in
            guard let area = File.Area(rawValue: try file.text("area")) else { throw JSONObject.missing("area") }
            return File(
                area: area, path: try file.text("path"), size: try file.number("size"),
                sha256: try file.text("sha256"))
        }
        leftOut = (object["left_out"]?.arrayValue ?? []).compactMap(\.stringValue)
        auditRow = try object.number("audit_row")
        auditHash = try object.text("audit_hash")
    }
}

/// Reading what a backup says of itself: what is missing makes it unreadable.
extension JSONObject {
    init(ofBackup json: [UInt8]) throws {
        guard let object = (try? JSONParser.parse(json))?.objectValue else {
            throw BackupFileError.contentsUnreadable("a record is no JSON object")
        }
        self = object
    }

    static func missing(_ name: String) -> BackupFileError { .contentsUnreadable("“\(name)” is missing") }

    func text(_ name: String) throws -> String {
        guard let text = self[name]?.stringValue else { throw Self.missing(name) }
        return text
    }

    func number(_ name: String) throws -> Int64 {
        guard let number = self[name]?.integerValue else { throw Self.missing(name) }
        return number
    }

    func moment(_ name: String) throws -> Int64 {
        guard let moment = RFC3339.milliseconds(try text(name)) else { throw Self.missing(name) }
        return moment
    }

    func list(_ name: String) throws -> [JSONObject] {
        guard let list = self[name]?.arrayValue else { throw Self.missing(name) }
        return try list.map { value in
            guard let object = value.objectValue else { throw Self.missing(name) }
            return object
        }
    }
}
