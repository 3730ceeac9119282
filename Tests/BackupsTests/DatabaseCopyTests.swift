import Foundation
import Kernel
import Persistence
import Schema
import Synchronization
import TestSupport
import Testing

@testable import Backups

@Suite("Copying a database")
struct DatabaseCopyTests {
    static let pairs = Engine.available.flatMap { from in Engine.available.map { (from, $0) } }

    static func target(_ place: TestPlace) -> DatabaseCopy.Target {
        place.engine == .sqlite ? .file(place.path) : .server(Secret(place.server), schema: place.schema)
    }

    static func digests(_ store: any Store) async throws -> [String: String] {
        try await store.read { tx in
            var found: [String: String] = [:]
            for table in try Catalogue.tables(in: tx) {
                let digest = try table.digest(in: tx, columns: table.columns.map(\.name))
                found[table.name] = "\(digest.rows) \(digest.sha256) \(try Counters.last(of: table.name, in: tx) ?? -1)"
            }
            return found
        }
    }

    @Test("everything comes across, and the history holds", arguments: pairs)
    func whole(_ from: Engine, _ to: Engine) async throws {
        let lab = try await Lab(from)
        try await lab.fill(seed: 60, objects: 90)
        let place = try to.freshPlace()

        let report = try await DatabaseCopy(from: lab.store, to: Self.target(place), batch: 7).run()

        let store = try place.open()
        #expect(try await Self.digests(store) == Self.digests(lab.store))
        #expect(report.rows > 400 && report.resumed == 0)
        #expect(try await SchemaPicture.draw(store) == SchemaPicture.draw(to.freshStore()))
        #expect(try await AuditTrail(store).verify().isSound)
        // References are watched over again.
        await #expect(throws: (any Error).self) {
            try await store.write { try $0.run("INSERT INTO tags (id, color) VALUES (12345, 'x')") }
        }
        try await store.close()
    }

    @Test("stopped anywhere, the next run goes on where it was", arguments: pairs)
    func resumed(_ from: Engine, _ to: Engine) async throws {
        let lab = try await Lab(from)
        try await lab.fill(seed: 61, objects: 60)
        let place = try to.freshPlace()
        let copy = DatabaseCopy(from: lab.store, to: Self.target(place), batch: 5)
        var stops = 0

        for limit in [1, 9, 30] {
            let seen = Mutex(0)
            let task = Task {
                try await copy.run { _, _ in
                    let count = seen.withLock { seen in
                        seen += 1
                        return seen
                    }
                    if count == limit { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            if case .failure(let error) = await task.result {
                #expect(error is CancellationError)
                stops += 1
            }
        }
        let report = try await copy.run()

        #expect(stops == 3 && report.resumed > 0)
        let store = try place.open()
        #expect(try await Self.digests(store) == Self.digests(lab.store))
        try await store.close()
    }

    @Test("a target that holds something, or a copy of another state, is refused", arguments: Engine.available)
    func refused(on engine: Engine) async throws {
        let lab = try await Lab(.sqlite)
        let used = try await Lab(engine)
        try await used.fill(seed: 62)
        try await used.store.close()
        let place = try engine.freshPlace()
        let copy = DatabaseCopy(from: lab.store, to: Self.target(place), batch: 1)

        let full = await #expect(throws: AppError.self) {
            try await DatabaseCopy(from: lab.store, to: Self.target(used.place)).run()
        }
        #expect(full?.message.contains("holds tables already") == true)
        let task = Task { try await copy.run { _, _ in withUnsafeCurrentTask { $0?.cancel() } } }
        _ = await task.result
        try await lab.fill(seed: 63, objects: 8)
        let other = await #expect(throws: AppError.self) { try await copy.run() }
        #expect(other?.message.contains("from another state") == true)
    }
}
