import Foundation
import Kernel
import Persistence
import Schema
import Testing

/// The engines every store test runs against. PostgreSQL joins in when `CB_TEST_POSTGRES` names a server.
package enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite, postgres

    package static var available: [Engine] {
        server == nil ? [.sqlite] : Engine.allCases
    }

    package var testDescription: String { rawValue }

    static var server: String? { ProcessInfo.processInfo.environment["CB_TEST_POSTGRES"] }

    /// A migrated, empty store of this kind, its own for each test: in memory on SQLite.
    package func freshStore(clock: any WallClock = SystemClock()) async throws -> any Store {
        let store = try await emptyStore(clock: clock)
        try await Migrator(store).migrate()
        return store
    }

    /// The same without any table, for tests of the migrations themselves.
    package func emptyStore(clock: any WallClock = SystemClock()) async throws -> any Store {
        switch self {
        case .sqlite: try SQLiteStore(path: nil, clock: clock)
        case .postgres: try freshPlace().open(clock: clock)
        }
    }

    /// Where a database can be: a new folder, or a new schema of the test server. For tests that open it again.
    package func freshPlace() throws -> TestPlace { try TestPlace(self) }
}
