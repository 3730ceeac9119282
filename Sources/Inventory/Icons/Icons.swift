import Foundation
import HTTPKit
import JSONKit
import Kernel
import Persistence

/// An icon that somebody brought. Objects wear it by the name `upload-ID` in their field `icon`.
struct UploadedIcon: JSONAnswer {
    let id: Int64
    let name: String
    let category: String
    let version: String
    /// By how many objects, those in the trash among them, and on how many maps in place of their own icon.
    let used: Int64

    var icon: String { "upload-\(id)" }

    static let shape = JSONShape.object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "icon", shape: .string, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "category", shape: .string, isRequired: true),
        .init(name: "version", shape: .string, isRequired: true),
        .init(name: "used", shape: .integer, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("icon", icon)
        writer.member("name", name)
        writer.member("category", category)
        writer.member("version", version)
        writer.member("used", used)
        writer.endObject()
    }
}

struct IconChanged: Event {
    let verb: String
    let icon: UploadedIcon

    var subject: String { "inventory.icon.\(verb)" }
    var audit: AuditEntry {
        var writer = JSONWriter()
        icon.write(to: &writer)
        let (before, after) = verb == "created" ? (nil, writer.text) : (writer.text, nil)
        return AuditEntry(
            verb, severity: .info, entity: "icon", id: icon.id, name: icon.name, before: before, after: after)
    }
    func writePayload(to writer: inout JSONWriter) { icon.write(to: &writer) }
}

struct Icons: Sendable {
    let store: any Store

    /// Of at most 64 KiB each, so that they never fill a disk.
    static let most = 500

    func all() async throws -> [UploadedIcon] {
        try await store.read { try Self.read("1 = 1", in: $0) }
    }

    func picture(_ id: Int64) async throws -> KeptPicture {
        guard let found = try await store.read({ tx in try IconShelf.pictures([id], in: tx)[id] }) else {
            throw AppError.notFound("This icon")
        }
        return found
    }

    func add(_ bytes: [UInt8], name: String, category: String, by caller: Caller) async throws -> UploadedIcon {
        let picture = try PictureFile(reading: bytes, limits: .icon)
        let name = try Self.word(name, "name"), category = try Self.word(category, "category")
        let content = Data(picture.bytes).base64EncodedString()
        return try await store.write { tx in
            let count: Int64 = try tx.one("SELECT COUNT(*) AS n FROM icons").get("n")
            guard count < Self.most else {
                throw AppError(.conflict, "There are \(Self.most) icons already. Delete one that no object wears.")
            }
            // The same picture once: whoever brings it again gets the one that is there.
            let known = try tx.rows("SELECT id FROM icons WHERE version = \(picture.version)").first
            if let known { return try Self.read("i.id = \(known.get("id", as: Int64.self))", in: tx)[0] }
            let id: Int64 = try tx.one(
                """
                INSERT INTO icons (name, category, content_type, content, version, created_at)
                VALUES (\(name), \(category), \(picture.format.rawValue), \(content), \(picture.version),
                    \(tx.now.milliseconds))
                RETURNING id
                """
            ).get("id")
            let icon = try Self.read("i.id = \(id)", in: tx)[0]
            try tx.emit(IconChanged(verb: "created", icon: icon), by: caller)
            return icon
        }
    }

    func remove(_ id: Int64, by caller: Caller) async throws {
        try await store.write { tx in
            guard let icon = try Self.read("i.id = \(id)", in: tx).first else { throw AppError.notFound("This icon") }
            guard icon.used == 0 else {
                throw AppError(
                    .conflict,
                    "\(icon.used) object(s) wear this icon, some perhaps in the trash or on one map only. Give them another first."
                )
            }
            try tx.run("DELETE FROM icons WHERE id = \(id)")
            try tx.emit(IconChanged(verb: "deleted", icon: icon), by: caller)
        }
    }

    private static func read(_ condition: SQL, in tx: any Session) throws -> [UploadedIcon] {
        try tx.rows(
            """
            SELECT i.id, i.name, i.category, i.version,
                (SELECT COUNT(*) FROM objects o WHERE o.icon = 'upload-' || i.id)
                    + (SELECT COUNT(*) FROM map_appearances a WHERE a.icon = 'upload-' || i.id) AS used
            FROM icons i WHERE \(condition) ORDER BY i.category, i.name, i.id
            """
        ).map { row in
            UploadedIcon(
                id: try row.get("id"), name: try row.get("name"), category: try row.get("category"),
                version: try row.get("version"), used: try row.get("used"))
        }
    }

    private static func word(_ text: String, _ field: String) throws -> String {
        guard case .text(let word)? = try? Field.text(field, "").upTo(60).read(.string(text)) else {
            throw AppError(.invalid, "The icon was not kept.", fields: [field: "Give a name of 1 to 60 characters."])
        }
        return word
    }
}
