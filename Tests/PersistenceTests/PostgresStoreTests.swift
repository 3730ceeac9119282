import Kernel
import Persistence
import TestSupport
import Testing

@Suite("PostgreSQL store", .enabled(if: Engine.available.contains(.postgres)))
struct PostgresStoreTests {
    private func processID(_ tx: any Session) throws -> Int64 {
        try tx.one("SELECT pg_backend_pid()").integer(0)
    }

    @Test("connections that were lost while idle are opened again unnoticed")
    func reconnects() async throws {
        let place = try Engine.postgres.freshPlace()
        let store = try place.open(connections: 2)
        let killer = try place.open(connections: 2)
        let writer = try await store.write { try processID($0) }
        let reader = try await store.read { try processID($0) }
        #expect(writer != reader)

        try await killer.read { tx in
            for process in [writer, reader] {
                _ = try tx.rows("SELECT pg_terminate_backend(\(process)::int, 5000)")
            }
        }

        #expect(try await store.write { try processID($0) } != writer)
        #expect(try await store.read { try processID($0) } != reader)
        try await store.close()
        try await killer.close()
    }

    @Test("a connection lost in the middle fails that transaction only, and says why")
    func lostInside() async throws {
        let store = try Engine.postgres.freshPlace().open(connections: 2)
        try await store.write { try $0.run("CREATE TABLE notes (id BIGINT)") }

        let error = await #expect(throws: AppError.self) {
            try await store.write { tx in
                try tx.run("INSERT INTO notes (id) VALUES (1)")
                _ = try tx.rows("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }

        #expect(error?.kind == .unavailable)
        #expect(error?.retryAfter != nil)
        #expect(try await store.count("notes") == 0)
        try await store.write { try $0.run("INSERT INTO notes (id) VALUES (2)") }
        #expect(try await store.count("notes") == 1)
        try await store.close()
    }

    @Test("a server that is not there is told as such, at once the second time")
    func unreachable() async throws {
        let store = try PostgresStore(url: "host=127.0.0.1 port=1 user=nobody dbname=none")

        for _ in 0..<2 {
            let error = await #expect(throws: AppError.self) { try await store.read { try $0.one("SELECT 1") } }
            #expect(error?.kind == .unavailable)
            #expect(error?.message.contains("cannot be reached") == true)
        }
        try await store.close()
    }

    @Test("an address that cannot be read is refused, without repeating it")
    func badAddress() {
        let error = #expect(throws: PersistenceError.self) { try PostgresStore(url: "postgres://u:secret@[") }

        #expect(!"\(String(describing: error))".contains("secret"))
    }

    @Test("a statement that takes too long is stopped")
    func timeout() async throws {
        let place = try Engine.postgres.freshPlace()
        let store = try PostgresStore(
            url: place.server, connections: 2, schema: place.schema, statementTimeout: .milliseconds(50))

        let error = await #expect(throws: AppError.self) {
            try await store.read { _ = try $0.rows("SELECT pg_sleep(60)") }
        }

        #expect(error?.kind == .unavailable)
        #expect(error?.message.contains("in time") == true)
        #expect(try await store.read { try $0.one("SELECT 1").integer(0) } == 1)
        try await store.close()
    }

    @Test("a server that only reads is told as such")
    func readOnly() async throws {
        let store = try Engine.postgres.freshPlace().open(connections: 2)
        try await store.write { tx in
            try tx.run("CREATE TABLE notes (id BIGINT)")
            try tx.run("SET default_transaction_read_only = on")
        }

        let error = await #expect(throws: AppError.self) {
            try await store.write { try $0.run("INSERT INTO notes (id) VALUES (1)") }
        }

        #expect(error?.kind == .unavailable)
        #expect(error?.message.contains("read-only") == true)
        try await store.close()
    }

    @Test("more readers than connections wait for their turn")
    func crowded() async throws {
        let store = try Engine.postgres.freshPlace().open(connections: 3)

        let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 0..<100 {
                group.addTask { try await store.read { try $0.one("SELECT \(number)").integer(0) } }
            }
            return try await group.reduce(0, +)
        }

        #expect(sum == (0..<100).reduce(0, +))
        try await store.close()
    }

    @Test("connections that open at once make the schema once")
    func schemaAtOnce() async throws {
        for _ in 0..<12 {
            let store = try Engine.postgres.freshPlace().open(connections: 8)
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        // Busy for a moment, so that no connection serves two of them.
                        try await store.read { _ = try $0.rows("SELECT count(*) FROM generate_series(1, 20000)") }
                    }
                }
                try await group.waitForAll()
            }
            try await store.close()
        }
    }

    @Test("closing waits for those who were there before")
    func closing() async throws {
        let store = try Engine.postgres.freshPlace().open(connections: 2)
        try await store.write { try $0.run("CREATE TABLE notes (id BIGINT)") }

        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<20 {
                group.addTask { (try? await store.write { try $0.run("INSERT INTO notes VALUES (\(number))") }) ?? 0 }
            }
            group.addTask {
                try await store.close()
                return 0
            }
            return try await group.reduce(0, +)
        }

        let error = await #expect(throws: AppError.self) { try await store.count("notes") }
        #expect(error?.message.contains("closed") == true)
        #expect((0...20).contains(written))
    }

    @Test("a statement that comes again is prepared, and still right after its table changed")
    func prepared() async throws {
        let store = try Engine.postgres.freshPlace().open(connections: 2)
        try await store.write { try $0.run("CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT)") }
        let write = { @Sendable (id: Int64, text: String?) in
            _ = try await store.write { try $0.run("INSERT INTO notes (id, text) VALUES (\(id), \(text))") }
        }

        for id: Int64 in 1...4 { try await write(id, id.isMultiple(of: 2) ? nil : "x") }
        let count = try await store.write { tx in
            try tx.one("SELECT count(*) FROM pg_prepared_statements").integer(0)
        }
        try await store.write { try $0.run("ALTER TABLE notes ADD COLUMN more BIGINT") }
        try await write(5, "y")

        #expect(count >= 1)
        #expect(try await store.count("notes") == 5)
        try await store.close()
    }
}
