import Kernel
import Persistence

/// Which objects a query finds, for other parts of the daemon: the one way into the language from outside.
package struct QueryMatches: Sendable {
    /// In characters.
    package static let longest = ObjectQuery.longest
    /// In the API document.
    package static let summary = ObjectQuery.summary

    private let store: any Store

    package init(store: any Store) {
        self.store = store
    }

    /// The ids of all objects of these kinds that the text finds; nil where it says nothing. What lies in the trash is
    /// found only if that is asked for. A text that cannot be understood is refused with the place and a cure, as `q`.
    package func ids(_ text: String, kinds names: [String], withTrash: Bool = false) async throws -> Set<Int64>? {
        let parsed: ObjectQuery?
        do throws(QueryProblem) { parsed = try QueryParser.parse(text) } catch { throw error.appError }
        guard let query = parsed else { return nil }
        let kinds = names.compactMap(Kind.named)
        let isThere: SQL = withTrash ? "1 = 1" : "o.deleted_at IS NULL"
        return try await store.read { tx in
            var found: Set<Int64> = []
            for (kind, condition) in try QueryCompiler.conditions(query, on: kinds, dialect: tx.dialect, now: tx.now) {
                try tx.each(
                    """
                    SELECT o.id FROM objects o JOIN \(.trusted(kind.table)) t ON t.id = o.id
                    WHERE o.kind = \(kind.name) AND \(isThere) AND (\(condition))
                    """
                ) { row in found.insert(try row.integer(0)) }
            }
            return found
        }
    }
}
