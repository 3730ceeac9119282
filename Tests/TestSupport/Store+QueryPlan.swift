import Persistence

extension Store {
    /// How the engine would answer a query, as text: for tests that an index is used.
    package func queryPlan(_ sql: SQL) async throws -> String {
        try await read { tx in
            switch tx.dialect {
            case .sqlite:
                try tx.rows("EXPLAIN QUERY PLAN \(sql)").map { try $0.get("detail") }.joined(separator: "\n")
            case .postgres:
                try tx.rows("EXPLAIN \(sql)").map { try $0.text(0) }.joined(separator: "\n")
            }
        }
    }
}
