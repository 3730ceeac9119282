import Kernel

/// What a database can answer instead of rows: the same words for both engines.
package enum PersistenceError: Error, Equatable {
    case noSuchColumn(String)
    case badValue(column: String, type: String)
    case uniqueViolation(ConstraintFailure)
    case foreignKeyViolation(ConstraintFailure)
    case checkViolation(ConstraintFailure)
    case notNullViolation(ConstraintFailure)
    /// The database cannot be reached or written, or does not answer in time; trying again later may help.
    case unavailable(DatabaseTrouble, String)
    case driver(String)

    package var isUniqueViolation: Bool {
        if case .uniqueViolation = self { true } else { false }
    }

    package var isForeignKeyViolation: Bool {
        if case .foreignKeyViolation = self { true } else { false }
    }

    package var constraintFailure: ConstraintFailure? {
        switch self {
        case .uniqueViolation(let failure), .foreignKeyViolation(let failure), .checkViolation(let failure),
            .notNullViolation(let failure):
            failure
        case .noSuchColumn, .badValue, .unavailable, .driver: nil
        }
    }
}

/// Which rule of the schema was broken, as far as the engine says: SQLite names columns for UNIQUE and NOT NULL, a
/// constraint or its text for CHECK, an index if it is over an expression, and nothing for a foreign key.
package struct ConstraintFailure: Sendable, Equatable {
    package let constraint: String?
    package let table: String?
    package let columns: [String]
    /// The engine's own words, for the log.
    package let detail: String

    package init(constraint: String? = nil, table: String? = nil, columns: [String] = [], detail: String) {
        self.constraint = constraint
        self.table = table
        self.columns = columns
        self.detail = detail
    }

    /// Whether a column, or the name of a constraint or an index, is what failed.
    package func concerns(_ name: String) -> Bool { constraint == name || columns.contains(name) }
}

extension PersistenceError {
    /// Runs a transaction and turns what a person can only wait out into the error that says so.
    package static func surfacing<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as PersistenceError {
            guard case .unavailable(_, let message) = error else { throw error }
            throw AppError(.unavailable, message, retryAfter: .seconds(5), cause: error)
        }
    }
}
