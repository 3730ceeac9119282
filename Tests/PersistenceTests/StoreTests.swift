import Kernel
import Persistence
import TestSupport
import Testing

@Suite("Store")
struct StoreTests {
    @Test("what was written is read", arguments: Engine.available)
    func readsBack(engine: Engine) async throws {
        let store = try await engine.freshStore()

        try await store.write { tx in
            try tx.run("CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT)")
            try tx.run("INSERT INTO notes (id, text) VALUES (\(Int64.max), \("gr\u{1F600}"))")
        }
        let row = try await store.read { try $0.one("SELECT id, text FROM notes") }

        #expect(try row.get("id", as: Int64.self) == .max)
        #expect(try row.get("text", as: String.self) == "gr\u{1F600}")
    }
}
