import Kernel

/// Reads the audit trail: pages of it, all of it in batches, and whether it is whole. Nothing here holds more than one
/// batch, and nothing keeps a transaction open between two of them.
package struct AuditTrail: Sendable {
    package struct Page: Sendable, Equatable {
        /// Newest first.
        package let records: [AuditRecord]
        /// What `before:` of the next page is; nil after the last one.
        package let next: Int64?
    }

    private let store: any Store

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

    /// Walks the whole chain. Rows that are added meanwhile are left to the next time.
    package func verify(batch: Int = 1_000) async throws -> AuditVerdict {
        let (end, newest) = try await store.read { tx in
            (
                try AuditChain.end(in: tx),
                try tx.one("SELECT COALESCE(max(id), 0) FROM audit_log").integer(0)
            )
        }
        var last = AuditChain.origin
        for try await records in batches(size: batch) {
            for record in records where record.id <= end.id {
                if let reason = Self.flaw(of: record, after: last) {
                    return AuditVerdict(
                        rows: Int(last.id), firstBroken: .init(id: record.id, reason: reason), head: last.hash)
                }
                last = AuditEnd(id: record.id, hash: record.hash)
            }
            if last.id >= end.id { break }
        }
        guard last == end, newest == end.id else {
            let reason =
                if newest > end.id {
                    "Rows were added behind the end of the trail."
                } else {
                    last.id < end.id ? "The newest rows are missing." : "The end of the trail was changed."
                }
            return AuditVerdict(
                rows: Int(last.id), firstBroken: .init(id: last.id + 1, reason: reason), head: last.hash)
        }
        return AuditVerdict(rows: Int(last.id), firstBroken: nil, head: last.hash)
    }

    private static func flaw(of record: AuditRecord, after last: AuditEnd) -> String? {
        if record.id != last.id + 1 { return "Rows before this one are missing." }
        if record.previousHash != last.hash { return "It does not continue the row before it." }
        return record.hash == record.expectedHash ? nil : "Its contents were changed."
    }
}

/// What a walk along the chain found.
package struct AuditVerdict: Sendable, Equatable {
    package struct Flaw: Sendable, Equatable {
        package let id: Int64
        package let reason: String
    }

    /// How many rows hold, from the first on.
    package let rows: Int
    package let firstBroken: Flaw?
    /// The hash of the last row that holds. Written down elsewhere, it proves the trail up to there.
    package let head: String

    package var isSound: Bool { firstBroken == nil }
}

/// The rows of the audit trail, batch by batch; each batch is a transaction of its own.
package struct AuditBatches: AsyncSequence, Sendable {
    package typealias Element = [AuditRecord]

    fileprivate let store: any Store
    fileprivate let filter: AuditFilter
    fileprivate let size: Int

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let source: AuditBatches
        fileprivate var last: Int64 = 0
        fileprivate var isDone = false

        package mutating func next() async throws -> [AuditRecord]? {
            guard !isDone else { return nil }
            let (source, after) = (source, last)
            let records = try await source.store.read { tx in
                try tx.rows(
                    """
                    SELECT \(AuditRecord.columns) FROM audit_log
                    WHERE \(source.filter.condition(tx.dialect)) AND id > \(after) ORDER BY id LIMIT \(source.size)
                    """
                ).map(AuditRecord.init(row:))
            }
            isDone = records.count < source.size
            last = records.last?.id ?? last
            return records.isEmpty ? nil : records
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: self) }
}
