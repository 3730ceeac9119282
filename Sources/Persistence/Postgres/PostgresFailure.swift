/// PostgreSQL's errors in our words.
enum PostgresFailure {
    /// The connection is gone, whatever it was doing.
    static func lost(_ detail: String) -> PersistenceError {
        .unavailable(.unreachable, "The connection to the PostgreSQL server was lost (\(firstLine(of: detail))).")
    }

    static func unreachable(_ detail: String) -> PersistenceError {
        .unavailable(.unreachable, "The PostgreSQL server cannot be reached (\(firstLine(of: detail))).")
    }

    static func translation(of result: PostgresResult) -> PersistenceError {
        let detail = result.message
        let state = result.field("C") ?? ""
        switch state {
        case "23505": return .uniqueViolation(failure(result, detail))
        case "23503", "23001": return .foreignKeyViolation(failure(result, detail))
        case "23514": return .checkViolation(failure(result, detail))
        case "23502": return .notNullViolation(failure(result, detail))
        default:
            guard let (trouble, sentence) = trouble(for: state) else { return .driver(detail) }
            return .unavailable(trouble, "\(sentence) (\(firstLine(of: detail))).")
        }
    }

    /// For what a person can mend or wait out.
    private static func trouble(for state: String) -> (DatabaseTrouble, String)? {
        switch state {
        case "53100": (.full, "The disk of the PostgreSQL server is full")
        case "53200": (.memory, "The PostgreSQL server is out of memory")
        case "53300": (.connections, "The PostgreSQL server takes no more connections")
        case "57014": (.late, "The database did not finish in time")
        case "57P01", "57P02", "57P03": (.unreachable, "The PostgreSQL server is shutting down or starting")
        case "25006": (.readOnly, "The database cannot be written: the PostgreSQL server is read-only")
        case "40001", "40P01", "55P03": (.locked, "Another program holds what is needed here")
        case "XX001", "XX002": (.damaged, "The PostgreSQL server found damaged data")
        case _ where state.hasPrefix("08"): (.unreachable, "The connection to the PostgreSQL server was lost")
        case _ where state.hasPrefix("58"): (.inputOutput, "The disk of the PostgreSQL server answers with errors")
        default: nil
        }
    }

    /// The columns stand in the detail only: `Key (email, realm)=(…) already exists.`
    private static func failure(_ result: PostgresResult, _ detail: String) -> ConstraintFailure {
        var columns = result.field("c").map { [$0] } ?? []
        if let told = result.field("D"), told.hasPrefix("Key ("), let end = told.firstRange(of: ")=(") {
            columns = told[..<end.lowerBound].dropFirst(5).split(separator: ", ").map(String.init)
        }
        return ConstraintFailure(
            constraint: result.field("n"), table: result.field("t"), columns: columns, detail: detail)
    }

    private static func firstLine(of detail: String) -> String {
        let line = detail.split(separator: "\n").first.map(String.init) ?? "no reason given"
        return line.hasSuffix(".") ? String(line.dropLast()) : line
    }
}
