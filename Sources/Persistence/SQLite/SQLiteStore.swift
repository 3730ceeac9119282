internal import Foundation
internal import GRDB
import Kernel
import Synchronization

/// SQLite in one file, in WAL mode: readers see a snapshot and never wait for the writer; every commit is on the disk
/// before it is answered.
package final class SQLiteStore: Store {
    package let outboxSignal = OutboxSignal()

    private let writer: any DatabaseWriter
    private let clock: any WallClock
    private let shelf = SQLiteShelf()
    private let presence: FilePresence?

    package var dialect: Dialect { .sqlite }

    /// Opens the file, readable by its owner only, or an empty database in memory when `path` is nil. `checksReferences`
    /// is false for a database that is being filled: whoever fills it looks at the references at the end.
    package init(
        path: String?, clock: any WallClock = SystemClock(), busyTimeout: Duration = .seconds(5),
        checksReferences: Bool = true
    ) throws {
        self.clock = clock
        var configuration = Configuration()
        configuration.foreignKeysEnabled = checksReferences
        configuration.label = "sqlite"
        configuration.prepareDatabase { database in
            // 8 MB of pages for each connection; sorting happens in memory; a log that grew is cut back.
            try database.execute(
                sql: "PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216")
        }
        configuration.busyMode = .timeout(Double(busyTimeout.milliseconds) / 1_000)
        let presence = path.map(FilePresence.init)
        self.presence = presence
        writer = try Self.explained(by: presence) {
            guard let path else { return try DatabaseQueue(configuration: configuration) }
            try Self.createPrivately(path)
            let pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB chooses NORMAL for WAL, which may lose the last commits when the power fails.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            return pool
        }
    }

    /// A new database that is filled before anybody relies on it: without a log, without waiting for the disk, and
    /// without a look at references between tables. A transaction that fails leaves it unusable. Whoever made it brings
    /// the file to the disk after `close`.
    package init(building path: String, clock: any WallClock = SystemClock()) throws {
        self.clock = clock
        presence = nil
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.label = "sqlite-building"
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
                    PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY
                    """)
        }
        writer = try SQLiteFailure.translated {
            try Self.createPrivately(path)
            return try DatabaseQueue(path: path, configuration: configuration)
        }
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await telling {
            try await SQLiteFailure.translated { [clock, shelf, outboxSignal] in
                try await writer.read { database in
                    try body(SQLiteSession(database, now: clock.now, shelf: shelf, signal: outboxSignal))
                }
            }
        }
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await telling {
            try await SQLiteFailure.translated { [clock, shelf, outboxSignal, presence] in
                try await writer.write { database in
                    let session = SQLiteSession(database, now: clock.now, shelf: shelf, signal: outboxSignal)
                    let value = try body(session)
                    try session.refuseIfDoomed()
                    try presence?.check()
                    return value
                }
            }
        }
    }

    /// Empties the write-ahead log into the file and closes it, so that the file alone is the whole database.
    package func close() async throws {
        try SQLiteFailure.translated {
            if let pool = writer as? DatabasePool {
                // A checkpoint that somebody's reader prevents is made by the next start.
                _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            }
            try writer.close()
        }
    }

    /// A consistent copy while others read and write, checked before it gets its name. It holds secrets as the original
    /// does, so only its owner may read it.
    package func copy(to path: String) async throws {
        try await PersistenceError.surfacing {
            let part = path + ".part"
            do {
                try SQLiteFailure.translated {
                    try? FileManager.default.removeItem(atPath: part)
                    try Self.createPrivately(part)
                    let copy = try DatabaseQueue(path: part)
                    try writer.backup(to: copy)
                    try copy.inDatabase { database in
                        try database.execute(sql: "PRAGMA journal_mode = DELETE")
                        let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
                        guard verdict == "ok" else {
                            throw PersistenceError.driver("the copy is damaged: \(verdict ?? "no answer")")
                        }
                    }
                    try copy.close()
                }
                try SQLiteFiles.moveDurably(part, to: path)
            } catch {
                try? FileManager.default.removeItem(atPath: part)
                throw error
            }
        }
    }

    /// For the start, whose errors are told as they are.
    private static func explained<T>(by presence: FilePresence?, _ body: () throws -> T) throws -> T {
        do {
            return try SQLiteFailure.translated(body)
        } catch let error as PersistenceError {
            throw presence?.explaining(error) ?? error
        }
    }

    private func telling<T>(_ body: () async throws -> T) async throws -> T {
        try await PersistenceError.surfacing {
            do {
                return try await body()
            } catch let error as PersistenceError {
                throw presence?.explaining(error) ?? error
            }
        }
    }

    private static func createPrivately(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        try SQLiteFiles.createPrivately(path)
    }
}
