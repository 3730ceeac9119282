import Crypto
import JSONKit
import Kernel

/// A row of the audit trail, as it is stored.
package struct AuditRecord: Sendable, Equatable {
    /// Counts from 1 without gaps.
    package let id: Int64
    package let at: Instant
    package let actor: String
    package let actorKind: String
    package let actorID: Int64?
    package let address: String
    package let requestID: String
    package let action: String
    package let severity: String
    package let entity: String
    package let entityID: Int64?
    package let entityName: String
    /// JSON texts.
    package let before: String?
    package let after: String?
    package let previousHash: String
    package private(set) var hash: String

    init(_ entry: AuditEntry, by caller: Caller, at moment: Instant, after end: AuditEnd) {
        id = end.id + 1
        at = moment
        actor = caller.name
        actorKind = caller.kind.rawValue
        actorID = caller.id
        address = caller.address
        requestID = caller.requestID
        action = entry.action
        severity = entry.severity.rawValue
        entity = entry.entity
        entityID = entry.entityID
        entityName = entry.entityName
        before = entry.before
        after = entry.after
        previousHash = end.hash
        hash = ""
        hash = expectedHash
    }

    static let columns: SQL = """
        id, at, actor, actor_kind, actor_id, address, request_id, action, severity, entity, entity_id, entity_name, \
        before_json, after_json, previous_hash, hash
        """

    /// Reads the columns above, by position.
    init(row: Row) throws {
        id = try row.integer(0)
        at = try row.get(1)
        actor = try row.text(2)
        actorKind = try row.text(3)
        actorID = try row.optional(4)
        address = try row.text(5)
        requestID = try row.text(6)
        action = try row.text(7)
        severity = try row.text(8)
        entity = try row.text(9)
        entityID = try row.optional(10)
        entityName = try row.text(11)
        before = try row.optional(12)
        after = try row.optional(13)
        previousHash = try row.text(14)
        hash = try row.text(15)
    }

    /// The hash this row's contents should have: SHA-256 over one JSON list of the fields in a fixed order, as
    /// lower-case hexadecimal digits. Whoever has an export can compute it.
    package var expectedHash: String {
        var writer = JSONWriter(capacity: 512 + (before?.utf8.count ?? 0) + (after?.utf8.count ?? 0))
        writer.beginArray()
        writer.string(previousHash)
        writer.integer(id)
        writer.integer(at.milliseconds)
        let texts: [String?] = [
            actor, actorKind, actorID.map(String.init), address, requestID, action, severity, entity,
            entityID.map(String.init), entityName, before, after,
        ]
        for text in texts {
            if let text { writer.string(text) } else { writer.null() }
        }
        writer.endArray()
        return SHA256.hash(data: writer.bytes).hexText
    }
}

extension Sequence<UInt8> {
    /// Lower-case hexadecimal digits.
    package var hexText: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
