import AuditProof
import Kernel

/// The audit trail as a hash chain: each row's hash covers the row, its number and the hash before it, and the end of
/// the chain is kept apart. So a row changed, removed, added or moved behind the daemon's back shows, the newest too.
package enum AuditChain {
    static func append(_ entry: AuditEntry, by caller: Caller, in tx: any Session) throws {
        let record = AuditRecord(entry, by: caller, at: tx.now, after: try tx.auditEnd ?? end(in: tx))
        try tx.run(
            """
            INSERT INTO audit_log (\(AuditRecord.columns))
            VALUES (\(record.id), \(record.at), \(record.actor), \(record.actorKind), \(record.actorID),
                \(record.address), \(record.requestID), \(record.action), \(record.severity), \(record.entity),
                \(record.entityID), \(record.entityName), \(record.before), \(record.after), \(record.previousHash),
                \(record.hash))
            """)
        try tx.run("UPDATE audit_end SET last_id = \(record.id), hash = \(record.hash) WHERE id = 1")
        tx.auditEnd = ChainLink(id: record.id, hash: record.hash)
    }

    /// Where the chain ends: what the next row continues.
    package static func end(in tx: any Session) throws -> ChainLink {
        guard let row = try tx.rows("SELECT last_id, hash FROM audit_end WHERE id = 1").first else {
            throw PersistenceError.driver("the end of the audit trail is missing")
        }
        return ChainLink(id: try row.integer(0), hash: try row.text(1))
    }
}
