internal import Foundation
internal import GRDB
internal import GRDBSQLite
import Kernel

/// A SQLite file that somebody else made, read and nothing else.
///
/// It is copied first, with its write-ahead log, so that the file itself is never touched, not even to recover it. Its
/// schema may not run functions, and every text is bounded and made valid.
package final class ForeignDatabase {
    package enum Value: Sendable, Equatable {
        case null, integer(Int64), real(Double), text(String), blob([UInt8])
    }

    package static let largestFile: Int64 = 8 << 30
    /// Of one text or blob; a larger one ends the reading with a sentence.
    private static let largestValue: Int32 = 16 << 20

    private let queue: DatabaseQueue
    private let copy: String

    /// `folder` is where the copy lies until `close`.
    package init(copying path: String, into folder: String) throws {
        let files = FileManager.default
        let size = (try? files.attributesOfItem(atPath: path)[.size] as? Int64) ?? nil
        guard let size else { throw AppError(.invalid, "There is no file \(path) that can be read.") }
        guard size <= Self.largestFile else {
            throw AppError(.invalid, "\(path) has \(size >> 20) MB; more than \(Self.largestFile >> 20) are not read.")
        }
        let copy = "\(folder)/foreign-\(UUID().uuidString).db"
        self.copy = copy
        do {
            try SQLiteFiles.createPrivately(copy)
            try files.removeItem(atPath: copy)
            try files.copyItem(atPath: path, toPath: copy)
            if files.fileExists(atPath: path + "-wal") {
                try files.copyItem(atPath: path + "-wal", toPath: copy + "-wal")
            }
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy)
            queue = try SQLiteFailure.translated { try Self.open(copy) }
        } catch {
            Self.remove(copy)
            guard let known = error as? PersistenceError else { throw error }
            throw AppError(.invalid, "\(path) is not a database that can be read, or it is damaged.", cause: known)
        }
    }

    deinit { close() }

    package func close() {
        try? queue.close()
        Self.remove(copy)
    }

    private static func remove(_ copy: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: copy + suffix) }
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "foreign"
        configuration.prepareDatabase { database in
            sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_LENGTH, largestValue)
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)")
            guard verdict == "ok" else {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: verdict ?? "no answer")
            }
            try database.execute(sql: "PRAGMA query_only = ON")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Tables of people's data, in order of their names.
    package func tables() throws -> [String] {
        try reading { database in
            try String.fetchAll(
                database,
                sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                    + "ORDER BY name LIMIT 1000")
        }
    }

    package func columns(of table: String) throws -> [String] {
        try reading { database in
            try GRDB.Row.fetchAll(database, sql: "PRAGMA table_info(\(Self.quoted(table)))").compactMap { $0["name"] }
        }
    }

    package func count(_ table: String) throws -> Int {
        try reading { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(Self.quoted(table))") ?? 0 }
    }

    /// Row by row, in the order they were made.
    package func each(_ table: String, _ body: ([(column: String, value: Value)]) throws -> Void) throws {
        try reading { database in
            let cursor = try GRDB.Row.fetchCursor(database, sql: "SELECT * FROM \(Self.quoted(table)) ORDER BY rowid")
            while let row = try cursor.next() {
                try body(row.map { column, value in (column, Self.value(value)) })
            }
        }
    }

    private func reading<T>(_ body: (GRDB.Database) throws -> T) throws -> T {
        do {
            return try SQLiteFailure.translated { try queue.read(body) }
        } catch let error as PersistenceError {
            throw AppError(.invalid, "The older edition's database cannot be read on.", cause: error)
        }
    }

    private static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

    private static func value(_ value: DatabaseValue) -> Value {
        switch value.storage {
        case .null: .null
        case .int64(let integer): .integer(integer)
        case .double(let double): .real(double)
        case .string(let text): .text(text.filter { $0 != "\0" })
        case .blob(let data): .blob(Array(data))
        }
    }
}
