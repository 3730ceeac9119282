import Kernel
import Persistence

/// The sealed values themselves, wherever the registry says they are.
enum SealedValues {
    /// How many values of a kind lie under one key.
    struct Count: Sendable, Equatable {
        let column: SealedColumn
        /// Nil for bare tokens of another program.
        let key: KeyID?
        let count: Int
    }

    struct Stored: Sendable {
        let id: Int64
        let sealed: SealedText
    }

    static func survey(in tx: any Session) throws -> [Count] {
        try SealedColumn.allCases.flatMap { column in
            let place = column.place
            let prefix: SQL = "substr(\(identifier: place.column), 1, \(.trusted("\(SealedText.prefixLength)")))"
            let rows = try tx.rows(
                """
                SELECT \(prefix) AS prefix, COUNT(*) AS count FROM \(identifier: place.table)
                WHERE \(identifier: place.column) IS NOT NULL GROUP BY 1
                """)
            return try rows.map { row in
                // A token follows the prefix; without one there would be no key to read.
                Count(
                    column: column, key: SealedText(stored: try row.get("prefix") + "-").keyID,
                    count: try row.get("count"))
            }
        }
    }

    /// Values behind `id` that are not under that key, in the order of their ids.
    static func notUnder(
        _ key: KeyID, of column: SealedColumn, after id: Int64 = .min, limit: Int, in tx: any Session
    ) throws -> [Stored] {
        let place = column.place
        return try tx.rows(
            """
            SELECT \(identifier: place.idColumn) AS id, \(identifier: place.column) AS sealed
            FROM \(identifier: place.table)
            WHERE \(identifier: place.idColumn) > \(id) AND \(identifier: place.column) IS NOT NULL
                AND substr(\(identifier: place.column), 1, \(.trusted("\(SealedText.prefixLength)")))
                    <> \(SealedText.prefix(of: key))
            ORDER BY \(identifier: place.idColumn) LIMIT \(limit)
            """
        ).map { Stored(id: try $0.get("id"), sealed: try $0.get("sealed")) }
    }

    static func replace(_ stored: Stored, with sealed: SealedText, of column: SealedColumn, in tx: any Session) throws {
        let place = column.place
        try tx.run(
            """
            UPDATE \(identifier: place.table) SET \(identifier: place.column) = \(sealed)
            WHERE \(identifier: place.idColumn) = \(stored.id)
            """)
    }

    /// How values are looked at: by the name of their key, or by opening each one, which finds damaged ones as well.
    enum Scrutiny: Sendable {
        case keyNames, contents
    }

    /// The names of the values that no key of this ring opens, in order.
    static func locked(_ keyring: Keyring, by scrutiny: Scrutiny, in tx: any Session) throws -> [SealedName] {
        var names: [SealedName] = []
        for column in SealedColumn.allCases where !column.place.isOwn {
            let place = column.place
            let name = place.name ?? "''"
            try tx.each(
                """
                SELECT \(identifier: place.idColumn) AS id, \(identifier: place.column) AS sealed,
                    CAST(\(name) AS TEXT) AS name
                FROM \(identifier: place.table) WHERE \(identifier: place.column) IS NOT NULL
                ORDER BY \(identifier: place.idColumn)
                """
            ) { row in
                let sealed: SealedText = try row.get("sealed")
                if scrutiny == .keyNames, let key = sealed.keyID {
                    guard !keyring.holds(key) else { return }
                } else {
                    guard try keyring.open(sealed) == nil else { return }
                }
                names.append(
                    SealedName(
                        column: column, rowID: try row.get("id"), name: try row.optional("name") ?? ""))
            }
        }
        return names.sorted()
    }
}
