import Kernel
import Persistence

/// Brings a database to the newest step.
///
/// All missing steps are one transaction: when one fails, the database is as it was, and the version that was there
/// before goes on with it. Numbers may have gaps; what is missing is applied in the order of the numbers.
package struct Migrator: Sendable {
    /// Called before the first missing step of a database that has some already: the moment for a copy.
    package typealias BeforeFirst = @Sendable (MigrationState) async throws -> Void

    private let store: any Store
    private let steps: [Migration]
    private let beforeFirst: BeforeFirst?

    package init(_ store: any Store, steps: [Migration] = Migration.all, beforeFirst: BeforeFirst? = nil) {
        self.store = store
        self.steps = steps.sorted { $0.number < $1.number }
        self.beforeFirst = beforeFirst
    }

    /// What the database has, and what it lacks. Refuses a database of another or a newer program.
    package func state() async throws -> MigrationState {
        let steps = steps
        return try await store.read { tx in
            try MigrationState(applied: try Self.hasTable(in: tx) ? Self.applied(in: tx) : [], steps, tx.dialect)
        }
    }

    /// Answers with the steps it took.
    @discardableResult
    package func migrate() async throws -> [Migration] {
        let state = try await state()
        guard !state.missing.isEmpty else { return [] }
        if !state.applied.isEmpty, let beforeFirst {
            do {
                try await beforeFirst(state)
            } catch {
                throw MigrationError.notCopied(cause: error)
            }
        }
        try await store.write { tx in
            if tx.dialect == .postgres { try tx.run("SET LOCAL statement_timeout = 0") }
            try tx.run(Self.table)
            for step in state.missing { try Self.apply(step, in: tx) }
        }
        return state.missing
    }

    private static func apply(_ step: Migration, in tx: any Session) throws {
        do {
            // Another program may have been faster.
            let known = try tx.one("SELECT count(*) FROM schema_migrations WHERE number = \(step.number)")
            guard try known.integer(0) == 0 else { return }
            for statement in step.statements(for: tx.dialect) { try tx.run(statement) }
            try tx.run(
                """
                INSERT INTO schema_migrations (number, name, checksum, applied_at)
                VALUES (\(step.number), \(step.name), \(step.checksum(for: tx.dialect)), \(tx.now))
                """)
        } catch {
            throw MigrationError.failed(number: step.number, name: step.name, cause: error)
        }
    }

    private static let table: SQL = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number BIGINT PRIMARY KEY,
            name TEXT NOT NULL,
            checksum TEXT NOT NULL,
            applied_at BIGINT NOT NULL
        )
        """

    private static func hasTable(in tx: any Session) throws -> Bool {
        switch tx.dialect {
        case .sqlite:
            try !tx.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'").isEmpty
        case .postgres: try tx.one("SELECT to_regclass('schema_migrations') IS NOT NULL").get(0)
        }
    }

    private static func applied(in tx: any Session) throws -> [MigrationState.Step] {
        try tx.rows("SELECT number, name, checksum FROM schema_migrations ORDER BY number").map { row in
            MigrationState.Step(number: try row.get(0), name: try row.text(1), checksum: try row.text(2))
        }
    }
}

/// How far a database is.
package struct MigrationState: Sendable {
    package struct Step: Sendable, Equatable {
        package let number: Int
        package let name: String
        package let checksum: String
    }

    package let applied: [Step]
    package let missing: [Migration]

    /// The number of the newest step that was applied; 0 for an empty database.
    package var newest: Int { applied.last?.number ?? 0 }

    fileprivate init(applied: [Step], _ steps: [Migration], _ dialect: Dialect) throws {
        let known = Dictionary(steps.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        for step in applied {
            guard let ours = known[step.number] else {
                throw MigrationError.newer(number: step.number, name: step.name)
            }
            guard ours.checksum(for: dialect) == step.checksum else {
                throw MigrationError.changed(number: step.number, name: step.name)
            }
        }
        self.applied = applied
        let numbers = Set(applied.map(\.number))
        missing = steps.filter { !numbers.contains($0.number) }
    }
}

/// Why a database was not brought to the newest step. Nothing of the step that is named was kept.
package enum MigrationError: TroubleNaming, CustomStringConvertible {
    case newer(number: Int, name: String)
    case changed(number: Int, name: String)
    case failed(number: Int, name: String, cause: any Error)
    case notCopied(cause: any Error)

    /// Nil where waiting does not help: the step itself cannot be done.
    package var trouble: DatabaseTrouble? {
        switch self {
        case .newer: .newer
        case .changed: nil
        case .failed(_, _, let cause), .notCopied(let cause): DatabaseTrouble(behind: cause)
        }
    }

    package var description: String {
        switch self {
        case .newer(let number, let name):
            "the database was changed by a newer version (step \(number), \(name)): install that version again, or "
                + "restore the copy that was made before"
        case .changed(let number, let name):
            "step \(number) (\(name)) of the database is not the one this version knows: it comes from another build"
        case .failed(let number, let name, let cause):
            "step \(number) (\(name)) failed, and the database is as it was before the upgrade: \(cause)"
        case .notCopied(let cause):
            "the database was not changed, because no copy of it could be made before: \(cause)"
        }
    }
}
