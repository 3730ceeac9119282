import AuditProof
import Kernel
import Persistence
import Schema

/// Copies a whole database into an empty one of either engine, and proves that it came across. Stopped at any moment, the
/// next run goes on where it was. Nobody may write to the source meanwhile: hold its `StateLock`.
package struct DatabaseCopy: Sendable {
    package enum Target: Sendable {
        /// A SQLite file, which is made.
        case file(String)
        /// A PostgreSQL server; nil means the schema its `search_path` names.
        case server(Secret<String>, schema: String?)
    }

    /// What came across.
    package struct Report: Sendable, Equatable {
        package let tables: Int
        package let rows: Int64
        /// Rows that an earlier run had brought across already.
        package let resumed: Int64
    }

    /// Rows of one transaction.
    private let batch: Int
    private let source: any Store
    private let target: Target
    private let clock: any WallClock

    package init(
        from source: any Store, to target: Target, batch: Int = 2_000, clock: any WallClock = SystemClock()
    ) {
        self.source = source
        self.target = target
        self.batch = batch
        self.clock = clock
    }

    /// The target is whole when this returns, and not to be used when it throws.
    package func run(progress: @escaping @Sendable (_ table: String, _ rows: Int64) -> Void = { _, _ in })
        async throws -> Report
    {
        let store = try open()
        do {
            let report = try await copy(into: store, progress)
            try await store.close()
            return report
        } catch {
            // The first reason is the one to tell.
            try? await store.close()
            throw error
        }
    }

    private func open() throws -> any Store {
        switch target {
        case .file(let path):
            let store = try SQLiteStore(path: path, clock: clock, checksReferences: false)
            // Root makes it for the daemon's user.
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            for end in ["", "-wal", "-shm"] { try Folder.giveAway(path + end, like: folder) }
            return store
        case .server(let url, let schema):
            return try PostgresStore(url: url.reveal(), clock: clock, connections: 2, schema: schema)
        }
    }

    private func copy(
        into store: any Store, _ progress: @escaping @Sendable (String, Int64) -> Void
    ) async throws -> Report {
        let (contents, tables) = try await source.read { tx in
            (try BackupContents(of: tx, at: tx.now, vaultKeys: []), try Catalogue.tables(in: tx))
        }
        let steps = try SchemaSteps.known(for: contents)
        try await CopyJournal.checkTarget(store)
        try await Migrator(store, steps: steps).migrate()
        let identity = try await source.read { try CopyJournal.identity(in: $0) }
        try await store.write { try CopyJournal.begin(identity, in: $0) }
        var (rows, resumed): (Int64, Int64) = (0, 0)
        for table in tables {
            let before = try await store.read { try CopyJournal.progress(of: table.name, in: $0).rows }
            resumed += before
            rows += try await copy(table, into: store, progress)
        }
        try await finish(tables, in: store, progress)
        return Report(tables: tables.count, rows: rows, resumed: resumed)
    }

    /// Batch after batch in the order of the key; each is there durably together with the note of how far it goes.
    private func copy(
        _ table: TableShape, into store: any Store, _ progress: @escaping @Sendable (String, Int64) -> Void
    ) async throws -> Int64 {
        let batch = batch
        var reached = try await store.read { try CopyJournal.progress(of: table.name, in: $0) }
        while !reached.isDone {
            try Task.checkCancellation()
            let state = reached
            let rows = try await source.read { try $0.rows(table.page(after: state.key, limit: batch, $0.dialect)) }
            let values = rows.map(\.values)
            reached = try await store.write { tx in
                try TableFiller(table, in: tx).insert(values)
                let next = CopyJournal.Progress(
                    rows: state.rows + Int64(values.count),
                    key: values.last.map { table.keyValues(of: $0) } ?? state.key,
                    isDone: values.count < batch)
                try CopyJournal.note(next, of: table.name, in: tx)
                return next
            }
            progress(table.name, reached.rows)
        }
        return reached.rows
    }

    private func finish(
        _ tables: [TableShape], in store: any Store, _ progress: @escaping @Sendable (String, Int64) -> Void
    ) async throws {
        for table in tables {
            let names = table.columns.map(\.name)
            let there = try await source.read { tx in
                if tx.dialect == .postgres { try tx.run("SET LOCAL statement_timeout = 0") }
                return try CopyJournal.Digest(table.digest(in: tx, columns: names))
            }
            let here = try await store.read { tx in
                if tx.dialect == .postgres { try tx.run("SET LOCAL statement_timeout = 0") }
                return try CopyJournal.Digest(table.digest(in: tx, columns: names))
            }
            guard there == here else {
                throw AppError(
                    .fault,
                    "Table \(table.name) came out different (\(here.rows) of \(there.rows) rows): was something written "
                        + "meanwhile? Empty the target and copy again.")
            }
            progress(table.name, here.rows)
        }
        let counters = try await source.read { tx in
            try tables.compactMap { table in try Counters.last(of: table.name, in: tx).map { (table.name, $0) } }
        }
        try await store.write { tx in
            for (table, last) in counters { try Counters.set(last, of: table, in: tx) }
            try CopyJournal.finish(in: tx)
        }
        let verdict = try await AuditTrail(store).verify()
        if let flaw = verdict.firstBroken {
            throw AppError(
                .fault,
                "Everything came across, and the audit trail is broken at row \(flaw.id), as it was before: "
                    + flaw.reason)
        }
    }
}

extension TableShape {
    /// The rows behind a key, in the order of the key. A table without a key of its own has all its columns for one.
    func page(after values: [SQLValue]?, limit: Int, _ dialect: Dialect) -> SQL {
        let texts = Set(columns.filter(\.isText).map(\.name))
        let names = key.map { name -> SQL in
            let column = SQL(identifier: name)
            return texts.contains(name) && dialect == .postgres ? "\(column) COLLATE \"C\"" : column
        }
        let list = SQL.joined(columns.map { SQL(identifier: $0.name) })
        let order = SQL.joined(names)
        guard let values else {
            return "SELECT \(list) FROM \(identifier: name) ORDER BY \(order) LIMIT \(limit)"
        }
        let bounds = SQL.joined(values.map { value -> SQL in "\(value)" })
        return "SELECT \(list) FROM \(identifier: name) WHERE (\(order)) > (\(bounds)) ORDER BY \(order) LIMIT \(limit)"
    }

    func keyValues(of row: [SQLValue]) -> [SQLValue] {
        key.compactMap { name in columns.firstIndex { $0.name == name }.map { row[$0] } }
    }
}

/// Inserts rows in groups.
struct TableFiller {
    private let tx: any Session
    private let insertion: SQL
    private let group: Int

    init(_ table: TableShape, in tx: any Session) {
        self.tx = tx
        let list = SQL.joined(table.columns.map { SQL(identifier: $0.name) })
        insertion = "INSERT INTO \(identifier: table.name) (\(list)) VALUES "
        group = max(1, 600 / table.columns.count)
    }

    func insert(_ rows: [[SQLValue]]) throws {
        for start in stride(from: 0, to: rows.count, by: group) {
            let some = rows[start..<min(rows.count, start + group)]
            // Full groups share one text; the rest goes one by one, so that the texts of statements stay few.
            if some.count == group {
                try tx.run(insertion + SQL.joined(some.map { row -> SQL in "(\(values: row))" }))
            } else {
                for row in some { try tx.run(insertion + "(\(values: row))") }
            }
        }
    }
}
