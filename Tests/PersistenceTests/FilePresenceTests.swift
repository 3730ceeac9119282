import Foundation
import Kernel
import Persistence
import TestSupport
import Testing

@Suite("FilePresence")
struct FilePresenceTests {
    private func write(_ text: String, _ store: any Store) async throws {
        try await store.write { try $0.run("INSERT INTO notes (text) VALUES (\(text))") }
    }

    @Test("a database that was moved takes nothing, and goes on when it is back", arguments: ["app.db", "app.db-wal"])
    func moved(_ name: String) async throws {
        let place = try Engine.sqlite.freshPlace()
        let store = try place.open()
        try await store.write { try $0.run("CREATE TABLE notes (text TEXT)") }
        try await write("before", store)
        let (path, away) = ("\(place.folder)/\(name)", "\(place.folder)/away")

        try FileManager.default.moveItem(atPath: path, toPath: away)
        let error = await #expect(throws: AppError.self) { try await write("lost", store) }
        try FileManager.default.moveItem(atPath: away, toPath: path)
        try await write("after", store)

        #expect(error.flatMap { DatabaseTrouble(behind: $0) } == .moved)
        let notes = try await store.read { try $0.rows("SELECT text FROM notes").map { try $0.text(0) } }
        #expect(notes == ["before", "after"])
        try await store.close()
    }

    @Test("another file in its place is not it")
    func replaced() async throws {
        let place = try Engine.sqlite.freshPlace()
        let store = try place.open()
        try await store.write { try $0.run("CREATE TABLE notes (text TEXT)") }
        try Data().write(to: URL(filePath: place.path + ".new"))

        try FileManager.default.removeItem(atPath: place.path)
        try FileManager.default.moveItem(atPath: place.path + ".new", toPath: place.path)
        let error = await #expect(throws: AppError.self) { try await write("lost", store) }

        #expect(error.flatMap { DatabaseTrouble(behind: $0) } == .moved)
        try await store.close()
    }
}
