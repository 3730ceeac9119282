import Foundation
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Schema

/// What an upgrade does to a database that somebody has used.
@Suite("Migration rehearsal")
struct RehearsalTests {
    /// Every version there has been, as the number of steps it knew. The search index comes with the second.
    static let versions = 2..<Migration.all.count
    private static let isLong = ProcessInfo.processInfo.environment["CB_TEST_LONG"] != nil

    @Test(
        "a database of each earlier version, with rows in every table, becomes what a fresh one is",
        arguments: Engine.available)
    func everyVersion(engine: Engine) async throws {
        let fresh = try await SchemaPicture.draw(try await engine.freshStore())
        for count in Self.versions {
            let steps = Array(Migration.all.prefix(count))
            let store = try await engine.emptyStore()
            try await Migrator(store, steps: steps).migrate()
            let filler = try await SchemaFiller(steps: steps)
            try await filler.fill(store)
            let before = try await filler.contents(store)
            #expect(before.values.allSatisfy { !$0.isEmpty }, "a table without rows at step \(steps[count - 1].name)")

            let taken = try await Migrator(store).migrate()

            #expect(taken.count == Migration.all.count - count)
            #expect(try await SchemaPicture.draw(store) == fresh, "from step \(steps[count - 1].name)")
            let after = try await filler.contents(store)
            #expect(after.mapValues(\.count) == before.mapValues(\.count), "from step \(steps[count - 1].name)")
            #expect(after == before, "from step \(steps[count - 1].name)")
            try await store.close()
        }
    }

    @Test("rows written at every version arrive in the newest", arguments: Engine.available)
    func growing(engine: Engine) async throws {
        let store = try await engine.emptyStore()
        var before: [String: [String]] = [:]
        var filler = try await SchemaFiller(steps: Array(Migration.all.prefix(2)))
        for count in 2...Migration.all.count {
            let steps = Array(Migration.all.prefix(count))
            try await Migrator(store, steps: steps).migrate()
            let kept = try await filler.contents(store)
            if count > 2 { #expect(kept == before, "step \(steps[count - 1].name)") }
            filler = try await SchemaFiller(steps: steps)
            try await filler.fill(store)
            before = try await filler.contents(store)
        }

        #expect(before.count > 50)
        #expect(before.values.allSatisfy { !$0.isEmpty })
        try await store.close()
    }

    @Test(
        "a migration that breaks at any statement leaves the version before it, and goes on from there",
        arguments: Engine.available)
    func everyStatement(engine: Engine) async throws {
        let inner = try await engine.emptyStore()
        let store = FaultyStore(inner)
        var cuts = 0
        for count in 1...Migration.all.count {
            let steps = Array(Migration.all.prefix(count))
            let filler = count > 2 ? try await SchemaFiller(steps: Array(steps.dropLast())) : nil
            try await filler?.fill(inner)
            let picture = try await SchemaPicture.draw(inner)
            let contents = try await filler?.contents(inner)
            var statement = 1
            while true {
                store.breakAt(statement)
                do {
                    try await Migrator(store, steps: steps).migrate()
                    break
                } catch is MigrationError {
                    cuts += 1
                } catch is FaultyStore.Cut {
                    // Of the table that counts the steps.
                    cuts += 1
                }
                store.breakAt(nil)
                if count > 1 {
                    #expect(try await Migrator(inner, steps: steps).state().newest == steps[count - 2].number)
                    // Drawing takes most of the time: quick runs look at some of the cuts.
                    if Self.isLong || statement % 6 == 2 {
                        #expect(
                            try await SchemaPicture.draw(inner) == picture, "\(steps[count - 1].name) at \(statement)")
                    }
                }
                statement += 1
            }
            if let filler, let contents { #expect(try await filler.contents(inner) == contents) }
        }

        #expect(cuts > 150)
        let fresh = try await SchemaPicture.draw(try await engine.freshStore())
        #expect(try await SchemaPicture.draw(inner) == fresh)
        try await inner.close()
    }

    @Test("a process killed at any statement leaves a file that the next start upgrades")
    func killed() async throws {
        let fresh = try await SchemaPicture.draw(try await Engine.sqlite.freshStore())
        let place = try Engine.sqlite.freshPlace()
        let inner = try place.open()
        try await Migrator(inner, steps: Array(Migration.all.prefix(2))).migrate()
        let filler = try await SchemaFiller(steps: Array(Migration.all.prefix(2)))
        try await filler.fill(inner)
        let contents = try await filler.contents(inner)
        let copy = try Engine.sqlite.freshPlace()
        // What lies on the disk in the middle of the transaction, its log included, as a kill would leave it.
        let store = FaultyStore(inner) {
            for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: place.path + suffix) {
                try? FileManager.default.removeItem(atPath: copy.path + suffix)
                try FileManager.default.copyItem(atPath: place.path + suffix, toPath: copy.path + suffix)
            }
            try? FileManager.default.removeItem(atPath: copy.path + "-shm")
        }
        var kills = 0
        for count in 3...Migration.all.count {
            let steps = Array(Migration.all.prefix(count))
            for statement in 1... {
                store.breakAt(statement)
                if (try? await Migrator(store, steps: steps).migrate()) != nil { break }
                kills += 1
                let opened = try copy.open()
                try await Migrator(opened).migrate()
                #expect(try await SchemaPicture.draw(opened) == fresh, "\(steps[count - 1].name) at \(statement)")
                #expect(try await filler.contents(opened) == contents, "\(steps[count - 1].name) at \(statement)")
                try await opened.close()
            }
        }

        #expect(kills > 60)
        try await inner.close()
    }

    @Test("a step that was shipped is never edited")
    func pinned() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/migrations.txt")
        let lines = try String(contentsOf: root.standardized, encoding: .utf8).split(separator: "\n")
        let known = Dictionary(uniqueKeysWithValues: Migration.all.map { ($0.number, $0) })

        for line in lines where !line.hasPrefix("#") {
            let words = line.split(separator: " ").map(String.init)
            let step = try #require(known[Int(words[0]) ?? 0], "step \(words[0]) is gone")
            #expect(step.name == words[1])
            #expect(step.checksum(for: .sqlite) == words[2], "step \(step.name) was edited: write the next one instead")
            #expect(step.checksum(for: .postgres) == words[3], "step \(step.name) was edited")
        }
        #expect(lines.count > 10)
    }
}
