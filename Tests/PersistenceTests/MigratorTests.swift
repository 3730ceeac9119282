import Foundation
import Kernel
import Persistence
import Synchronization
import TestSupport
import Testing

@testable import Schema

@Suite("Migrator")
struct MigratorTests {
    private static let first = Migration(number: 1, name: "one") { _ in
        ["CREATE TABLE one (id BIGINT PRIMARY KEY)", "INSERT INTO one (id) VALUES (\(1))"]
    }
    private static let second = Migration(number: 5, name: "two") { _ in
        ["CREATE TABLE two (id BIGINT PRIMARY KEY)"]
    }
    private static let broken = Migration(number: 7, name: "broken") { _ in
        ["CREATE TABLE three (id BIGINT PRIMARY KEY)", "DELETE FROM one", "CREATE TABLE one (id BIGINT)"]
    }

    @Test("every step of the program runs, and once only", arguments: Engine.available)
    func all(engine: Engine) async throws {
        let store = try await engine.emptyStore()

        let taken = try await Migrator(store).migrate()
        let again = try await Migrator(store).migrate()

        #expect(taken.map(\.number) == Migration.all.map(\.number))
        #expect(again.isEmpty)
    }

    @Test("the steps stand in order, each number and name once")
    func order() {
        let numbers = Migration.all.map(\.number)

        #expect(numbers == numbers.sorted())
        #expect(Set(numbers).count == numbers.count)
        #expect(Set(Migration.all.map(\.name)).count == numbers.count)
    }

    @Test("an older database gets what it lacks, and keeps what it has", arguments: Engine.available)
    func upgrade(engine: Engine) async throws {
        let store = try await engine.emptyStore()
        try await Migrator(store, steps: [Self.first]).migrate()

        let taken = try await Migrator(store, steps: [Self.second, Self.first]).migrate()

        #expect(taken.map(\.number) == [5])
        #expect(try await store.count("one") == 1)
        #expect(try await store.count("two") == 0)
    }

    @Test("a failed step leaves nothing behind", arguments: Engine.available)
    func failure(engine: Engine) async throws {
        let store = try await engine.emptyStore()

        let error = await #expect(throws: MigrationError.self) {
            try await Migrator(store, steps: [Self.first, Self.second, Self.broken]).migrate()
        }

        guard case .failed(number: 7, name: "broken", cause: _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await Migrator(store, steps: [Self.first, Self.second]).state().newest == 0)
        await #expect(throws: PersistenceError.self) { try await store.count("one") }

        try await Migrator(store, steps: [Self.first]).migrate()
        await #expect(throws: MigrationError.self) {
            try await Migrator(store, steps: [Self.first, Self.second, Self.broken]).migrate()
        }
        #expect(try await store.count("one") == 1)
        #expect(try await Migrator(store, steps: [Self.first, Self.second]).state().newest == Self.first.number)
    }

    @Test("a step edited after it was applied is refused", arguments: Engine.available)
    func changed(engine: Engine) async throws {
        let store = try await engine.emptyStore()
        try await Migrator(store, steps: [Self.first]).migrate()
        let edited = Migration(number: 1, name: "one") { _ in ["CREATE TABLE one (id BIGINT PRIMARY KEY, n BIGINT)"] }

        let error = await #expect(throws: MigrationError.self) {
            try await Migrator(store, steps: [edited, Self.second]).migrate()
        }

        guard case .changed(number: 1, name: "one") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await #expect(throws: PersistenceError.self) { try await store.count("two") }
    }

    @Test("the database of a newer version is refused", arguments: Engine.available)
    func newer(engine: Engine) async throws {
        let store = try await engine.emptyStore()
        try await Migrator(store, steps: [Self.first, Self.second]).migrate()

        let error = await #expect(throws: MigrationError.self) {
            try await Migrator(store, steps: [Self.first]).migrate()
        }

        guard case .newer(number: 5, name: "two") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("newer version") == true)
    }

    @Test("a copy is made before a change, not before the first step", arguments: Engine.available)
    func before(engine: Engine) async throws {
        let store = try await engine.emptyStore()
        let calls = Mutex<[Int]>([])
        let note: Migrator.BeforeFirst = { state in calls.withLock { $0.append(state.newest) } }

        try await Migrator(store, steps: [Self.first], beforeFirst: note).migrate()
        try await Migrator(store, steps: [Self.first, Self.second], beforeFirst: note).migrate()
        try await Migrator(store, steps: [Self.first, Self.second], beforeFirst: note).migrate()

        #expect(calls.withLock { $0 } == [1])
    }

    @Test("without a copy nothing is changed", arguments: Engine.available)
    func notCopied(engine: Engine) async throws {
        let store = try await engine.emptyStore()
        try await Migrator(store, steps: [Self.first]).migrate()

        await #expect(throws: MigrationError.self) {
            try await Migrator(store, steps: [Self.first, Self.second], beforeFirst: { _ in throw Refusal() }).migrate()
        }

        #expect(try await Migrator(store, steps: [Self.first, Self.second]).state().newest == 1)
    }

    @Test("copies are whole databases of their owner, and the newest few stay")
    func copies() async throws {
        let place = try Engine.sqlite.freshPlace()
        let store = try SQLiteStore(path: place.path)
        try await Migrator(store, steps: [Self.first]).migrate()
        let clock = TestClock()
        let copies = SafetyCopies(in: place.folder + "/backups", kept: 2, clock: clock)

        for step in 1...3 {
            try await copies.copy(store, step: step)
            clock.advance(by: .seconds(1))
        }
        try await Migrator(store, steps: [Self.first, Self.second], beforeFirst: copies.beforeChanging(store)).migrate()

        #expect(copies.paths.count == 2)
        let newest = try #require(copies.paths.last)
        #expect(newest.hasSuffix("-step-1.db"))
        let mode = try FileManager.default.attributesOfItem(atPath: newest)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let copy = try SQLiteStore(path: newest)
        #expect(try await Migrator(copy, steps: [Self.first, Self.second]).state().newest == 1)
        #expect(try await copy.count("one") == 1)
        try await copy.close()
        try await store.close()
    }
}
