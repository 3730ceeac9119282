import Crypto
import JSONKit
import Kernel

/// The audit trail as a hash chain: each row's hash covers the row and the hash before it, so that a row changed,
/// removed, added or moved behind the daemon's back shows.
package enum AuditChain {
    /// What the first row continues.
    package static let origin = String(repeating: "0", count: 64)

    static func append(_ entry: AuditEntry, by caller: Caller, in tx: any Session) throws {
        let previous = try tx.rows("SELECT hash FROM audit_log ORDER BY id DESC LIMIT 1").first?
            .get("hash", as: String.self)
        let chained = AuditRecord(entry, by: caller, at: tx.now, after: previous ?? origin)
        try tx.run(
            """
            INSERT INTO audit_log (at, actor, actor_kind, actor_id, address, request_id, action, severity, entity,
                entity_id, entity_name, before_json, after_json, previous_hash, hash)
            VALUES (\(chained.at.milliseconds), \(chained.actor), \(chained.actorKind), \(chained.actorID),
                \(chained.address), \(chained.requestID), \(chained.action), \(chained.severity), \(chained.entity),
                \(chained.entityID), \(chained.entityName), \(chained.before), \(chained.after),
                \(chained.previousHash), \(chained.hash))
            """)
    }
}

/// A row of the audit trail.
package struct AuditRecord: Sendable, Equatable {
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
    package let before: String?
    package let after: String?
    package let previousHash: String
    package let hash: String

    init(_ entry: AuditEntry, by caller: Caller, at moment: Instant, after previousHash: String) {
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
        self.previousHash = previousHash
        hash = Self.digest(
            previousHash: previousHash, at: moment, actor: caller.name, actorKind: caller.kind.rawValue,
            actorID: caller.id, address: caller.address, requestID: caller.requestID, entry: entry)
    }

    package init(row: Row) throws {
        at = Instant(milliseconds: try row.get("at"))
        actor = try row.get("actor")
        actorKind = try row.get("actor_kind")
        actorID = try row.optional("actor_id")
        address = try row.get("address")
        requestID = try row.get("request_id")
        action = try row.get("action")
        severity = try row.get("severity")
        entity = try row.get("entity")
        entityID = try row.optional("entity_id")
        entityName = try row.get("entity_name")
        before = try row.optional("before_json")
        after = try row.optional("after_json")
        previousHash = try row.get("previous_hash")
        hash = try row.get("hash")
    }

    /// The hash this row's contents should have.
    package var expectedHash: String {
        let entry = AuditEntry(
            action, severity: AuditEntry.Severity(rawValue: severity) ?? .info, entity: entity, id: entityID,
            name: entityName, before: before, after: after)
        return Self.digest(
            previousHash: previousHash, at: at, actor: actor, actorKind: actorKind, actorID: actorID, address: address,
            requestID: requestID, entry: entry)
    }

    /// SHA-256 over one JSON list of the fields in a fixed order, as lower-case hexadecimal digits.
    private static func digest(
        previousHash: String, at moment: Instant, actor: String, actorKind: String, actorID: Int64?, address: String,
        requestID: String, entry: AuditEntry
    ) -> String {
        var writer = JSONWriter(capacity: 1024)
        writer.beginArray()
        writer.string(previousHash)
        writer.integer(moment.milliseconds)
        let texts: [String?] = [
            actor, actorKind, actorID.map(String.init), address, requestID, entry.action, entry.severity.rawValue,
            entry.entity, entry.entityID.map(String.init), entry.entityName, entry.before, entry.after,
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

/// Where the chain ends: what the next row continues.
package struct AuditEnd: Sendable, Equatable {
    package let id: Int64
    package let hash: String
}
