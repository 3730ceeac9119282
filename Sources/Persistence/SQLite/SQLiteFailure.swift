internal import GRDB
import Glibc

/// SQLite's errors in our words.
enum SQLiteFailure {
    static func translated<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw translation(of: error)
        }
    }

    static func translated<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw translation(of: error)
        }
    }

    private static func translation(of error: DatabaseError) -> PersistenceError {
        let detail = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
            return .uniqueViolation(failure(detail))
        case .SQLITE_CONSTRAINT_FOREIGNKEY: return .foreignKeyViolation(failure(detail))
        case .SQLITE_CONSTRAINT_NOTNULL: return .notNullViolation(failure(detail))
        case .SQLITE_CONSTRAINT_CHECK: return .checkViolation(failure(detail))
        default: break
        }
        guard let (trouble, sentence) = trouble(error) else { return .driver(detail) }
        return .unavailable(trouble, "\(sentence) (\(detail)).")
    }

    /// For what a person can mend or wait out.
    private static func trouble(_ error: DatabaseError) -> (DatabaseTrouble, String)? {
        switch error.resultCode {
        case .SQLITE_FULL: (.full, "The disk that holds the database is full")
        case .SQLITE_READONLY: (.readOnly, "The database cannot be written: the file or its disk is read-only")
        case .SQLITE_IOERR: (.inputOutput, "The disk that holds the database answers with errors")
        case .SQLITE_CANTOPEN: openTrouble()
        case .SQLITE_PERM, .SQLITE_AUTH: (.unopened, "The database file may not be used by this user")
        case .SQLITE_BUSY, .SQLITE_LOCKED: (.locked, "The database is in use by another program")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            (.damaged, "The database file is damaged or is not a database; restore a copy")
        case .SQLITE_MISUSE: (.closed, "The database is closed")
        case .SQLITE_NOMEM: (.memory, "There is not enough memory for the database")
        default: nil
        }
    }

    /// Out of file descriptors, nothing can be opened at all.
    private static func openTrouble() -> (DatabaseTrouble, String) {
        let probe = open("/dev/null", O_RDONLY | O_CLOEXEC)
        if probe >= 0 { close(probe) }
        return probe < 0
            ? (.openFiles, "The daemon has too many files open")
            : (.unopened, "The database file cannot be opened")
    }

    /// `UNIQUE constraint failed: users.email, users.realm`, `… index 'users_by_name'`, `CHECK constraint failed: vlan`.
    private static func failure(_ detail: String) -> ConstraintFailure {
        guard let colon = detail.firstRange(of: ": ") else { return ConstraintFailure(detail: detail) }
        let rest = String(detail[colon.upperBound...])
        if rest.hasPrefix("index '"), rest.hasSuffix("'") {
            return ConstraintFailure(constraint: String(rest.dropFirst(7).dropLast()), detail: detail)
        }
        guard detail.hasPrefix("UNIQUE") || detail.hasPrefix("NOT NULL") else {
            return ConstraintFailure(constraint: rest, detail: detail)
        }
        let names = rest.split(separator: ", ").map { $0.split(separator: ".", maxSplits: 1) }
        guard names.allSatisfy({ $0.count == 2 }) else { return ConstraintFailure(detail: detail) }
        return ConstraintFailure(
            table: names.first.map { String($0[0]) }, columns: names.map { String($0[1]) }, detail: detail)
    }
}
