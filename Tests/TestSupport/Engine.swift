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

    /// A migrated, empty store of this kind, its own for each test. Its file or schema goes away with the store.
    package func freshStore(clock: any WallClock = SystemClock()) async throws -> any Store {
        let store = try await emptyStore(clock: clock)
        try await Migrator(store).migrate()
        return store
    }

    /// The same without any table, for tests of the migrations themselves.
    package func emptyStore(clock: any WallClock = SystemClock()) async throws -> any Store {
        switch self {
        case .sqlite:
            return try SQLiteStore(path: nil, clock: clock)
        case .postgres:
            let name = "t\(UInt64.random(in: 0...UInt64.max))"
            let postgres = try PostgresStore(url: Self.server ?? "", clock: clock)
            try await postgres.write { tx in
                try tx.run(SQL(stringLiteral: "CREATE SCHEMA \(name)"))
                try tx.run(SQL(stringLiteral: "SET search_path TO \(name)"))
            }
            return postgres
        }
    }
}
