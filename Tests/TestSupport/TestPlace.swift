import Foundation
import Kernel
import Persistence

/// A place for one test's database, gone with this value.
package final class TestPlace: Sendable {
    package let engine: Engine
    /// A folder of the test's own, on both engines.
    package let folder: String
    /// The schema on PostgreSQL.
    package let schema: String

    init(_ engine: Engine) throws {
        self.engine = engine
        schema = "t\(UInt64.random(in: 0...UInt64.max))"
        folder = NSTemporaryDirectory() + "cb-test-" + schema
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The database file on SQLite.
    package var path: String { folder + "/app.db" }

    /// The server on PostgreSQL, in libpq's `key=value` form.
    package var server: String { Engine.server ?? "" }

    package func open(clock: any WallClock = SystemClock(), connections: Int = 4) throws -> any Store {
        switch engine {
        case .sqlite: try SQLiteStore(path: path, clock: clock)
        case .postgres: try PostgresStore(url: server, clock: clock, connections: connections, schema: schema)
        }
    }
}
