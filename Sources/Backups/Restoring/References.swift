import JSONKit
import Kernel
import Persistence

/// The references between tables of a database that is being filled: put aside, so that rows may come in any order, and
/// checked at the end. SQLite looks at them only when it is told to; on PostgreSQL they are dropped and made again.
struct References: Sendable {
    private struct Reference {
        let table: String
        let name: String
        let definition: String
    }

    private let list: [Reference]

    /// Puts them aside.
    init(puttingAsideIn tx: any Session) throws {
        guard tx.dialect == .postgres else {
            list = []
            return
        }
        try tx.run("SET LOCAL statement_timeout = 0")
        list = try tx.rows(
            """
            SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2
            """
        ).map { Reference(table: try $0.text(0), name: try $0.text(1), definition: try $0.text(2)) }
        for reference in list {
            try tx.run("ALTER TABLE \(.trusted(reference.table)) DROP CONSTRAINT \(identifier: reference.name)")
        }
    }

    /// Throws where a row names one that is not there.
    func check(in tx: any Session) throws {
        switch tx.dialect {
        case .sqlite:
            guard let broken = try tx.rows("PRAGMA foreign_key_check").first else { return }
            throw AppError(
                .invalid, "A row of \(try broken.text(0)) names one of \(try broken.text(2)) that is not there.")
        case .postgres:
            for reference in list {
                do {
                    try tx.run(
                        """
                        ALTER TABLE \(.trusted(reference.table)) ADD CONSTRAINT \(identifier: reference.name) \
                        \(.trusted(reference.definition))
                        """)
                } catch let error as PersistenceError where error.isForeignKeyViolation {
                    throw AppError(
                        .invalid, "A row of \(reference.table) names one that is not there.", cause: error)
                }
            }
        }
    }

    /// For a database that remembers them itself until they are made again.
    var text: String {
        var writer = JSONWriter()
        writer.beginArray()
        for reference in list {
            writer.beginObject()
            writer.member("table", reference.table)
            writer.member("name", reference.name)
            writer.member("definition", reference.definition)
            writer.endObject()
        }
        writer.endArray()
        return writer.text
    }

    init(text: String) throws {
        list = try (JSONParser.parse(text).arrayValue ?? []).compactMap(\.objectValue).map { object in
            Reference(
                table: try object.text("table"), name: try object.text("name"),
                definition: try object.text("definition"))
        }
    }
}
