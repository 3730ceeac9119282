import AuditProof
import Kernel

/// The tables `audit_checkpoints`, `audit_anchors` and `audit_keys`: what the daemon has signed about its history.
package enum ChainStatements {
    private static let columns: SQL = "last_id, hash, removed, at, public_key, signature"

    /// The newest: it stands for all before it.
    package static func checkpoint(in tx: any Session) throws -> ChainStatement? {
        try tx.rows("SELECT \(columns) FROM audit_checkpoints ORDER BY last_id DESC LIMIT 1").first
            .map { try read($0, .checkpoint) }
    }

    package static func anchors(after id: Int64, in tx: any Session) throws -> [ChainStatement] {
        try tx.rows("SELECT \(columns) FROM audit_anchors WHERE last_id > \(id) ORDER BY last_id")
            .map { try read($0, .anchor) }
    }

    package static func newestAnchor(in tx: any Session) throws -> ChainStatement? {
        try tx.rows("SELECT \(columns) FROM audit_anchors ORDER BY last_id DESC LIMIT 1").first
            .map { try read($0, .anchor) }
    }

    package static func insert(_ statement: ChainStatement, in tx: any Session) throws {
        let table: SQL = statement.kind == .checkpoint ? "audit_checkpoints" : "audit_anchors"
        try tx.run(
            """
            INSERT INTO \(table) (\(columns)) VALUES (\(statement.link.id), \(statement.link.hash),
                \(statement.removed), \(statement.at), \(statement.publicKey), \(statement.signature))
            ON CONFLICT (last_id) DO UPDATE SET hash = excluded.hash, removed = excluded.removed, at = excluded.at,
                public_key = excluded.public_key, signature = excluded.signature
            """)
    }

    /// Anchors of rows that were removed say nothing any more.
    package static func forgetAnchors(upTo id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM audit_anchors WHERE last_id <= \(id)")
    }

    private static func read(_ row: Row, _ kind: ChainStatement.Kind) throws -> ChainStatement {
        ChainStatement(
            kind: kind, link: ChainLink(id: try row.integer(0), hash: try row.text(1)), removed: try row.integer(2),
            at: try row.get(3), publicKey: try row.text(4), signature: try row.text(5))
    }
}
