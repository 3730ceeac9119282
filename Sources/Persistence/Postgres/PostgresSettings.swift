internal import CLibPQ
internal import CLibPQLoader
import Kernel

/// What every connection of one store is opened with.
struct PostgresSettings: Sendable {
    let url: String
    let schema: String?
    let statementTimeout: Duration

    /// Refuses an address that libpq cannot read, before anybody waits for it.
    func check() throws {
        if let problem = cb_libpq_problem() { throw PersistenceError.driver(String(cString: problem)) }
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &message) else {
            defer { PQfreemem(message) }
            throw PersistenceError.driver("the address of the PostgreSQL server cannot be read")
        }
        PQconninfoFree(options)
    }

    /// libpq's keywords with their values. Later ones win: what stands before `dbname` is a default, what stands after
    /// it is not up to the address.
    var keywords: [(String, String)] {
        [
            ("connect_timeout", "5"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "30000"), ("application_name", "circuit-breaker"),
            ("dbname", url), ("client_encoding", "UTF8"),
        ]
    }

    /// What a new connection is told first.
    var greeting: String {
        var greeting = "SET statement_timeout = \(statementTimeout.milliseconds); SET client_min_messages = warning"
        if let schema { greeting += "; SET search_path TO \(Self.quoted(schema))" }
        return greeting
    }

    /// Nil when the tables stand in the server's default schema.
    var schemaCreation: String? {
        schema.map { "CREATE SCHEMA IF NOT EXISTS \(Self.quoted($0))" }
    }

    private static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}
