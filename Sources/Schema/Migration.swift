import Persistence

/// One step of the schema. A step that has shipped is never edited; write the next one.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    let statements: @Sendable (Dialect) -> [SQL]
}

extension Migration {
    /// Every step, oldest first. Add to the end.
    package static let all: [Migration] = [
        .m0001Trail,
        .m0002Inventory,
        .m0010People, .m0011SignInLimits, .m0012FirstRun, .m0013APITokens,
        .m0020AppSettings,
        .m0030Maps,
    ]
}

package struct Migrator: Sendable {
    private let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    /// Brings the schema to the newest step. Each step commits on its own.
    package func migrate() async throws {
        try await store.write { tx in
            try tx.run("CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL)")
        }
        let applied = try await store.read { tx in
            Set(try tx.rows("SELECT number FROM schema_migrations").map { try $0.get("number", as: Int.self) })
        }
        for migration in Migration.all where !applied.contains(migration.number) {
            try await store.write { tx in
                for statement in migration.statements(tx.dialect) {
                    try tx.run(statement)
                }
                try tx.run(
                    "INSERT INTO schema_migrations (number, name) VALUES (\(migration.number), \(migration.name))")
            }
        }
    }
}
