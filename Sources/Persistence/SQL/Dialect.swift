/// The two engines, and the few words in which they differ.
package enum Dialect: String, Sendable, CaseIterable {
    case sqlite, postgres

    /// Compares without regard to case (SQLite: of ASCII letters only). Its right side is a `.pattern(…)`.
    package var like: SQL {
        switch self {
        case .sqlite: "LIKE"
        case .postgres: "ILIKE"
        }
    }

    /// A member of a JSON object in a text column, as text; null where it is missing.
    package func jsonText(_ column: SQL, member: String) -> SQL {
        switch self {
        case .sqlite:
            "CAST(json_extract(\(column), \("$.\"" + member + "\"")) AS TEXT)"
        case .postgres: "(\(column))::jsonb ->> \(member)::text"
        }
    }

    /// Orders names as people expect: `ORDER BY \(tx.dialect.nameOrder("name")), id`.
    package func nameOrder(_ column: SQL) -> SQL {
        switch self {
        case .sqlite: "\(column) COLLATE NOCASE"
        case .postgres: "lower(\(column)) COLLATE \"C\""
        }
    }
}
