import BackupFile
import JSONKit
import Kernel
import Persistence

/// The decision to take over a prepared restore, as it lies in the data directory. It says what goes where; how far the
/// move has come is seen from what stands where.
struct TakeoverNote: Sendable, Equatable {
    struct Item: Sendable, Equatable {
        /// In the data directory.
        let name: String
        /// Whether the restore brings one, or only moves the old one away.
        let isBrought: Bool
    }

    let stamp: String
    let items: [Item]
    /// Whether tables on the server change places too.
    let isOnServer: Bool

    init(prepared: PreparedRestore) {
        let places = prepared.places
        stamp = prepared.stamp
        isOnServer = places.databaseURL != nil
        let brought = Set(Folder.entries(of: places.staging)).subtracting([StateLoader.aside])
        var names = brought.union(places.stateFolders())
        names.insert(".env")
        if !isOnServer { names.formUnion(["app.db", "app.db-wal", "app.db-shm"]) }
        items = names.sorted().map { Item(name: $0, isBrought: brought.contains($0)) }
    }

    func write(_ places: StatePlaces) throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("stamp", stamp)
        writer.member("on_server", isOnServer)
        writer.name("items")
        writer.beginArray()
        for item in items {
            writer.beginObject()
            writer.member("name", item.name)
            writer.member("brought", item.isBrought)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        let sink = try FileSink(path: places.marker)
        try writer.bytes.withUnsafeBytes { try sink.write($0) }
        try sink.finish()
    }

    /// Nil when there is none.
    static func read(_ places: StatePlaces) throws -> TakeoverNote? {
        guard Folder.exists(places.marker) else { return nil }
        let source = try FileSource(path: places.marker)
        let bytes = try [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
            count = try source.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        guard let note = try? TakeoverNote(JSONObject(ofBackup: bytes)) else {
            throw AppError(
                .unavailable,
                "\(places.marker) cannot be read, and says that a restore is to be taken over. Remove it to keep the "
                    + "state as it is, and restore again.")
        }
        return note
    }

    private init(_ object: JSONObject) throws {
        stamp = try object.text("stamp")
        isOnServer = object["on_server"]?.boolValue ?? false
        items = try object.list("items").map { item in
            Item(name: try item.text("name"), isBrought: item["brought"]?.boolValue ?? false)
        }
        let names = items.map(\.name) + [stamp]
        guard names.allSatisfy({ !$0.isEmpty && !$0.contains("/") && $0 != "." && $0 != ".." }) else {
            throw JSONObject.missing("items")
        }
    }
}

/// Takes over a restore that was prepared and decided on. To be run by every program that opens the database, before it
/// does; `places` must be locked. Interrupted at any moment, the next run finishes it.
package enum Takeover {
    /// Answers with where the state before is kept, or nil when there was nothing to do.
    package static func run(_ places: StatePlaces) async throws -> String? {
        guard let note = try TakeoverNote.read(places) else { return nil }
        if note.isOnServer {
            guard let url = places.databaseURL else {
                throw AppError(
                    .unavailable,
                    "A restore into the PostgreSQL server is to be taken over, and CB_DB_URL is not set. Set it, or remove "
                        + "\(places.marker) to keep the state as it is.")
            }
            try await ServerSwap(url: url, places: places, stamp: note.stamp).run()
        }
        let kept = "\(places.replaced)/\(note.stamp)"
        try Folder.make(kept)
        for folder in [places.replaced, kept] { try Folder.giveAway(folder, like: places.directory) }
        for item in note.items { try move(item, places, kept) }
        let aside = "\(places.staging)/\(StateLoader.aside)"
        if Folder.exists(aside) { try Folder.move(aside, to: "\(kept)/\(StateLoader.aside)") }
        for folder in [kept, places.replaced, places.directory] { try Folder.synchronise(folder) }
        try Folder.remove(places.staging)
        try Folder.remove(places.marker)
        try Folder.synchronise(places.directory)
        return kept
    }

    /// Whether a decided restore waits for the next start.
    package static func isPending(_ places: StatePlaces) -> Bool { Folder.exists(places.marker) }

    /// What was brought stands in the staging folder until it is in place, so that tells how far this item is.
    static func move(_ item: TakeoverNote.Item, _ places: StatePlaces, _ kept: String) throws {
        let live = "\(places.directory)/\(item.name)"
        let brought = "\(places.staging)/\(item.name)"
        let old = "\(kept)/\(item.name)"
        if item.isBrought, !Folder.exists(brought) { return }
        if Folder.exists(live), !Folder.exists(old) { try Folder.move(live, to: old) }
        if item.isBrought { try Folder.move(brought, to: live) }
    }
}

/// Exchanges the tables on a PostgreSQL server, in one transaction.
struct ServerSwap: Sendable {
    let url: Secret<String>
    let places: StatePlaces
    let stamp: String

    func run() async throws {
        let store = try PostgresStore(url: url.reveal(), connections: 2, schema: places.schema)
        do {
            try await store.write { [places, stamp] tx in
                let fresh = try Self.tables(of: places.stagingSchema, in: tx)
                // Without them it was done before.
                guard !fresh.isEmpty else { return }
                try tx.run("SET LOCAL statement_timeout = 0")
                let live = try tx.one("SELECT current_schema()").text(0)
                let kept = "cb_replaced_\(stamp.lowercased())" + (places.schema.map { "_\($0)" } ?? "")
                try tx.run("CREATE SCHEMA \(identifier: kept)")
                for name in try Self.tables(of: live, in: tx) where fresh.contains(name) {
                    try tx.run("ALTER TABLE \(identifier: live).\(identifier: name) SET SCHEMA \(identifier: kept)")
                }
                for name in fresh {
                    try tx.run(
                        """
                        ALTER TABLE \(identifier: places.stagingSchema).\(identifier: name) \
                        SET SCHEMA \(identifier: live)
                        """)
                }
                try tx.run("DROP SCHEMA \(identifier: places.stagingSchema) CASCADE")
            }
            try await store.close()
        } catch {
            // The first reason is the one to tell.
            try? await store.close()
            throw error
        }
    }

    private static func tables(of schema: String, in tx: any Session) throws -> [String] {
        try tx.rows(
            """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = \(schema)::name AND c.relkind = 'r' ORDER BY c.relname
            """
        ).map { try $0.text(0) }
    }
}
