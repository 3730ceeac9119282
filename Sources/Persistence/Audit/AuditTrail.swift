import AuditProof
import Kernel

/// Reads the audit trail: pages of it, all of it in batches, and whether it is whole. Nothing here holds more than two
/// batches, and nothing keeps a transaction open between two of them.
package struct AuditTrail: Sendable {
    package struct Page: Sendable, Equatable {
        /// Newest first.
        package let records: [AuditRecord]
        /// What `before:` of the next page is; nil after the last one.
        package let next: Int64?
    }

    let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    package func page(_ filter: AuditFilter = AuditFilter(), limit: Int, before: Int64? = nil) async throws -> Page {
        try await store.read { tx in
            let end: SQL = before.map { " AND id < \($0)" } ?? ""
            let records = try tx.rows(
                """
                SELECT \(AuditRecord.columns) FROM audit_log WHERE \(filter.condition(tx.dialect))\(end)
                ORDER BY id DESC LIMIT \(limit + 1)
                """
            ).map(AuditRecord.init(row:))
            let shown = Array(records.prefix(limit))
            return Page(records: shown, next: records.count > limit ? shown.last?.id : nil)
        }
    }

    package func count(_ filter: AuditFilter = AuditFilter()) async throws -> Int {
        try await store.read { tx in
            try tx.one("SELECT count(*) FROM audit_log WHERE \(filter.condition(tx.dialect))").get(0)
        }
    }

    /// The rows in the order they were written, for an export.
    package func batches(_ filter: AuditFilter = AuditFilter(), size: Int = 500) -> AuditBatches {
        AuditBatches(store: store, filter: filter, size: size)
    }
}

/// The rows of the audit trail, batch by batch; each batch is a transaction of its own, found by the key of the one
/// before it.
package struct AuditBatches: AsyncSequence, Sendable {
    package typealias Element = [AuditRecord]

    let store: any Store
    let filter: AuditFilter
    let size: Int

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let source: AuditBatches
        /// Below every number, so that a row that was slipped in under number 0 is seen as well.
        fileprivate var last = Int64.min
        fileprivate var isDone = false

        package mutating func next() async throws -> [AuditRecord]? {
            guard !isDone else { return nil }
            let records = try await source.batch(after: last)
            isDone = records.count < source.size
            last = records.last?.id ?? last
            return records.isEmpty ? nil : records
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: self) }

    func batch(after id: Int64) async throws -> [AuditRecord] {
        try await store.read { tx in
            try tx.rows(
                """
                SELECT \(AuditRecord.columns) FROM audit_log
                WHERE \(filter.condition(tx.dialect)) AND id > \(id) ORDER BY id LIMIT \(size)
                """
            ).map(AuditRecord.init(row:))
        }
    }
}
