import Foundation
import Kernel
import Persistence
import TestSupport
import Testing

@Suite("SQLite store")
struct SQLiteStoreTests {
    private func pragma(_ name: SQL, _ store: any Store) async throws -> String {
        try await store.write { try $0.one("PRAGMA \(name)").text(0) }
    }

    @Test("it keeps what it promises: write-ahead log, full synchronisation, foreign keys, a private file")
    func promises() async throws {
        let place = try Engine.sqlite.freshPlace()
        let store = try SQLiteStore(path: place.path)

        #expect(try await pragma("journal_mode", store) == "wal")
        #expect(try await pragma("synchronous", store) == "2")
        #expect(try await pragma("foreign_keys", store) == "1")
        let modes = try FileManager.default.contentsOfDirectory(atPath: place.folder).map { name in
            try FileManager.default.attributesOfItem(atPath: "\(place.folder)/\(name)")[.posixPermissions] as? Int
        }
        #expect(modes.allSatisfy { $0 == 0o600 })
        try await store.close()
    }

    @Test("after closing, the file alone is the whole database")
    func closes() async throws {
        let place = try Engine.sqlite.freshPlace()
        let store = try SQLiteStore(path: place.path)
        try await store.write { try $0.run("CREATE TABLE notes (id BIGINT)") }

        try await store.close()

        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder) == ["app.db"])
        let again = try SQLiteStore(path: place.path)
        #expect(try await again.count("notes") == 0)
        try await again.close()
    }

    @Test("a copy holds what was committed before it, while others write")
    func copies() async throws {
        let place = try Engine.sqlite.freshPlace()
        let store = try SQLiteStore(path: place.path)
        try await store.write { tx in
            try tx.run("CREATE TABLE notes (id BIGINT)")
            try tx.run("INSERT INTO notes (id) VALUES (1)")
        }

        try await store.copy(to: place.folder + "/copy.db")
        try await store.write { try $0.run("INSERT INTO notes (id) VALUES (2)") }

        let copy = try SQLiteStore(path: place.folder + "/copy.db")
        #expect(try await copy.count("notes") == 1)
        try await copy.close()
        try await store.close()
    }

    @Test("a full disk is told as such, and nothing is half written")
    func full() async throws {
        let store = try Engine.sqlite.freshPlaceStore()
        try await store.write { try $0.run("CREATE TABLE notes (text TEXT)") }
        _ = try await pragma("max_page_count = 20", store)

        let error = await #expect(throws: AppError.self) {
            try await store.write { tx in
                for _ in 0..<100 {
                    try tx.run("INSERT INTO notes (text) VALUES (\(String(repeating: "x", count: 9_000)))")
                }
            }
        }

        #expect(error?.kind == .unavailable)
        #expect(error?.message.contains("full") == true)
        #expect(try await store.count("notes") == 0)
        try await store.close()
    }

    @Test("a full disk inside of an attempt does not commit the rest")
    func fullInside() async throws {
        let store = try Engine.sqlite.freshPlaceStore()
        try await store.write { try $0.run("CREATE TABLE notes (text TEXT)") }
        _ = try await pragma("max_page_count = 20", store)

        await #expect(throws: (any Error).self) {
            try await store.write { tx in
                try tx.run("INSERT INTO notes (text) VALUES ('first')")
                try? tx.attempt {
                    let text = String(repeating: "x", count: 900_000)
                    try tx.run("INSERT INTO notes (text) VALUES (\(text))")
                }
                throw Refusal()
            }
        }

        #expect(try await store.count("notes") == 0)
        try await store.close()
    }

    @Test("a database that cannot be written is told as such")
    func readOnly() async throws {
        let store = try Engine.sqlite.freshPlaceStore()
        try await store.write { try $0.run("CREATE TABLE notes (text TEXT)") }
        try await store.write { try $0.run("PRAGMA query_only = 1") }

        let error = await #expect(throws: AppError.self) {
            try await store.write { try $0.run("INSERT INTO notes (text) VALUES ('x')") }
        }

        #expect(error?.kind == .unavailable)
        #expect(error?.message.contains("read-only") == true)
        try await store.close()
    }

    @Test("a file that is no database is told as such")
    func damaged() throws {
        let place = try Engine.sqlite.freshPlace()
        try Data(repeating: 7, count: 8_192).write(to: URL(filePath: place.path))

        let error = #expect(throws: PersistenceError.self) { try SQLiteStore(path: place.path) }

        guard case .unavailable(_, let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("damaged"))
    }

    @Test("a folder that is not there is told as such")
    func missing() {
        #expect(throws: PersistenceError.self) { try SQLiteStore(path: "/nonexistent/app.db") }
    }
}
