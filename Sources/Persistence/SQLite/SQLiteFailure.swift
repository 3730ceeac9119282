internal import GRDB

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
        return sentence(for: error.resultCode).map { .unavailable("\($0) (\(detail)).") } ?? .driver(detail)
    }

    /// For what a person can mend or wait out.
    private static func sentence(for code: ResultCode) -> String? {
        switch code {
        case .SQLITE_FULL: "The disk that holds the database is full"
        case .SQLITE_READONLY: "The database cannot be written: the file or its disk is read-only"
        case .SQLITE_IOERR: "The disk that holds the database answers with errors"
        case .SQLITE_CANTOPEN: "The database file cannot be opened"
        case .SQLITE_PERM, .SQLITE_AUTH: "The database file may not be used by this user"
        case .SQLITE_BUSY, .SQLITE_LOCKED: "The database is in use by another program"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: "The database file is damaged or is not a database; restore a copy"
        case .SQLITE_MISUSE: "The database is closed"
        default: nil
        }
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
