import Kernel
import Persistence
import TestSupport
import Testing

@Suite("Store")
struct StoreTests {
    private func store(_ engine: Engine, clock: any WallClock = SystemClock()) async throws -> any Store {
        let store = try await engine.emptyStore(clock: clock)
        try await store.write { tx in
            try tx.run("CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT, size DOUBLE PRECISION)")
        }
        return store
    }

    @Test("what was written is read, in the same form on both engines", arguments: Engine.available)
    func readsBack(engine: Engine) async throws {
        let store = try await store(engine)

        try await store.write { tx in
            try tx.run("INSERT INTO notes (id, text, size) VALUES (\(Int64.max), \("gr\u{1F600}"), \(0.5))")
            try tx.run("INSERT INTO notes (id, text) VALUES (\(1), \(String?.none))")
        }
        let rows = try await store.read { tx in try tx.rows("SELECT id, text, size FROM notes ORDER BY id") }

        #expect(rows[0].values == [.integer(1), .null, .null])
        #expect(rows[1].values == [.integer(.max), .text("gr\u{1F600}"), .real(0.5)])
        #expect(try rows[1].get("id", as: Int64.self) == .max)
        #expect(try rows[1].text(1) == "gr\u{1F600}")
        #expect(try rows[0].optional("text", as: String.self) == nil)
        #expect(throws: PersistenceError.noSuchColumn("colour")) { try rows[0].get("colour", as: String.self) }
        #expect(throws: PersistenceError.badValue(column: "text", type: "String")) { try rows[0].text(1) }
    }

    @Test("walks over other columns keep their own names, however often they are walked", arguments: Engine.available)
    func otherColumns(engine: Engine) async throws {
        let store = try await store(engine)
        try await store.write { try $0.run("INSERT INTO notes (id, text, size) VALUES (\(1), \("one"), \(0.5))") }

        for _ in 0..<4 {
            let seen = try await store.write { tx in
                var seen: [String] = []
                try tx.each("SELECT id, text FROM notes") { seen.append(try $0.get("text")) }
                return seen
            }
            let sizes = try await store.write { tx in
                var sizes: [Double] = []
                try tx.each("SELECT size, id FROM notes") { sizes.append(try $0.get("size")) }
                return sizes
            }
            #expect(seen == ["one"])
            #expect(sizes == [0.5])
        }
    }

    @Test("counts and sums are integers on both engines", arguments: Engine.available)
    func aggregates(engine: Engine) async throws {
        let store = try await store(engine)

        let row = try await store.write { tx in
            try tx.run("INSERT INTO notes (id) VALUES (\(1)), (\(2))")
            return try tx.one("SELECT count(*), sum(id), max(id), 1 = 1 FROM notes")
        }

        #expect(row.values == [.integer(2), .integer(3), .integer(2), .integer(1)])
    }

    @Test("a transaction has one moment", arguments: Engine.available)
    func moment(engine: Engine) async throws {
        let clock = TestClock()
        let store = try await store(engine, clock: clock)

        let (first, second) = try await store.write { tx in
            let first = tx.now
            clock.advance(by: .seconds(5))
            return (first, tx.now)
        }

        #expect(first == TestClock.start)
        #expect(second == first)
    }

    @Test("what throws leaves nothing behind", arguments: Engine.available)
    func rollback(engine: Engine) async throws {
        let store = try await engine.freshStore()

        await #expect(throws: Refusal()) {
            try await store.write { tx in
                try tx.emit(TestEvent(), by: .system)
                throw Refusal()
            }
        }

        #expect(try await store.count("outbox") == 0)
        #expect(try await store.count("audit_log") == 0)
        #expect(store.outboxSignal.count == 0)
        #expect(try await AuditTrail(store).verify().isSound)
    }

    @Test("a failed attempt undoes its own part only", arguments: Engine.available)
    func attempt(engine: Engine) async throws {
        let store = try await engine.freshStore()

        try await store.write { tx in
            try tx.emit(TestEvent(number: 1), by: .system)
            #expect(throws: Refusal()) {
                try tx.attempt {
                    try tx.emit(TestEvent(number: 2), by: .system)
                    throw Refusal()
                }
            }
            #expect(throws: PersistenceError.self) {
                try tx.attempt { try tx.run("INSERT INTO audit_end (id, last_id, hash) VALUES (1, 1, '')") }
            }
            let inner = try tx.attempt { try tx.attempt { 7 } }
            #expect(inner == 7)
            try tx.emit(TestEvent(number: 3), by: .system)
        }

        let numbers = try await store.read { tx in
            try tx.rows("SELECT payload FROM outbox ORDER BY id").map { try $0.text(0) }
        }
        #expect(numbers == [#"{"number":1}"#, #"{"number":3}"#])
        let verdict = try await AuditTrail(store).verify()
        #expect(verdict.isSound)
        #expect(verdict.rows == 2)
    }

    @Test("a failed statement outside of an attempt dooms the transaction", arguments: Engine.available)
    func doomed(engine: Engine) async throws {
        let store = try await store(engine)

        await #expect(throws: PersistenceError.self) {
            try await store.write { tx in
                try tx.run("INSERT INTO notes (id) VALUES (1)")
                _ = try? tx.run("INSERT INTO notes (id) VALUES (1)")
            }
        }

        #expect(try await store.count("notes") == 0)
    }

    @Test("a long answer is walked, and the body may run statements", arguments: Engine.available)
    func each(engine: Engine) async throws {
        let store = try await store(engine)
        try await store.write { tx in
            for id in 0..<1_200 { try tx.run("INSERT INTO notes (id) VALUES (\(id))") }
        }

        let sum = try await store.write { tx in
            var sum: Int64 = 0
            try tx.each("SELECT id FROM notes WHERE id >= \(200) ORDER BY id") { row in
                let id = try row.integer(0)
                sum += try tx.one("SELECT id FROM notes WHERE id >= \(id) ORDER BY id").integer(0)
                if id == 700 { try tx.run("UPDATE notes SET text = 'seen' WHERE id = \(id)") }
            }
            return sum
        }

        #expect(sum == (200..<1_200).reduce(0, +))
        #expect(try await store.read { try $0.one("SELECT text FROM notes WHERE id = 700").text(0) } == "seen")
    }

    @Test("a read sees one moment of the database", arguments: Engine.available)
    func snapshot(engine: Engine) async throws {
        // In memory there is one connection; a file is read while it is written.
        let place = try engine.freshPlace()
        let store = try place.open()
        try await store.write { tx in try tx.run("CREATE TABLE notes (id BIGINT PRIMARY KEY)") }

        let (before, after) = try await store.read { tx in
            let before = try tx.one("SELECT count(*) FROM notes").integer(0)
            try blocking { _ = try await store.write { try $0.run("INSERT INTO notes (id) VALUES (1)") } }
            return (before, try tx.one("SELECT count(*) FROM notes").integer(0))
        }

        #expect(before == 0)
        #expect(after == 0)
        #expect(try await store.count("notes") == 1)
        try await store.close()
    }

    @Test("ten writers at once neither deadlock nor lose anything", arguments: Engine.available)
    func writers(engine: Engine) async throws {
        let place = try engine.freshPlace()
        let stores = [try place.open(), try place.open()]
        try await stores[0].write { tx in
            try tx.run("CREATE TABLE counters (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)")
            try tx.run("INSERT INTO counters (id, n) VALUES (1, 0), (2, 0)")
        }

        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<10 {
                group.addTask {
                    for round in 0..<10 {
                        let order = (writer + round).isMultiple(of: 2) ? [1, 2] : [2, 1]
                        // Two stores are two programs.
                        try await stores[writer % 2].write { tx in
                            for id in order { try tx.run("UPDATE counters SET n = n + 1 WHERE id = \(id)") }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }

        let counters = try await stores[0].read { try $0.rows("SELECT n FROM counters").map { try $0.integer(0) } }
        #expect(counters == [100, 100])
        for store in stores { try await store.close() }
    }

    @Test("a text with the character NUL is refused, not cut", arguments: Engine.available)
    func null(engine: Engine) async throws {
        let store = try await store(engine)

        let error = await #expect(throws: AppError.self) {
            try await store.write { try $0.run("INSERT INTO notes (id, text) VALUES (1, \("a\u{0}b"))") }
        }

        #expect(error?.kind == .invalid)
    }

    @Test("a closed store says so", arguments: Engine.available)
    func closed(engine: Engine) async throws {
        let store = try engine.freshPlaceStore()
        try await store.write { _ = try $0.rows("SELECT 1") }

        try await store.close()

        let error = await #expect(throws: AppError.self) { try await store.read { _ = try $0.rows("SELECT 1") } }
        #expect(error?.kind == .unavailable)
    }

    @Test("a cancelled request writes nothing", arguments: Engine.available)
    func cancelled(engine: Engine) async throws {
        let store = try await store(engine)

        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                withUnsafeCurrentTask { $0?.cancel() }
                await #expect(throws: CancellationError.self) {
                    try await store.write { try $0.run("INSERT INTO notes (id) VALUES (1)") }
                }
            }
        }

        #expect(try await store.count("notes") == 0)
    }
}
