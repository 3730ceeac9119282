import Kernel
import Persistence
import TestSupport
import Testing

@Suite("SQL")
struct SQLTests {
    private func text(_ sql: SQL, _ dialect: Dialect = .sqlite) -> String { sql.render(dialect).text }

    @Test("values are bound, whatever they hold")
    func binding() {
        let sql: SQL = "SELECT * FROM t WHERE name = \("'; DROP TABLE t --") AND vlan = \(Int64?.none) AND on = \(true)"

        #expect(text(sql) == "SELECT * FROM t WHERE name = ?1 AND vlan = ?2 AND on = ?3")
        #expect(text(sql, .postgres) == "SELECT * FROM t WHERE name = $1 AND vlan = $2 AND on = $3")
        #expect(sql.render(.sqlite).values == [.text("'; DROP TABLE t --"), .null, .integer(1)])
    }

    @Test("parts are put together")
    func parts() {
        let conditions: [SQL] = ["a = \(1)", "b = \(2)"]

        #expect(text(.all(conditions)) == "(a = ?1) AND (b = ?2)")
        #expect(text(.any(conditions)) == "((a = ?1) OR (b = ?2))")
        #expect(text(.all([])) == "1 = 1")
        #expect(text(.any([])) == "1 = 0")
        #expect(text(.joined(conditions)) == "a = ?1, b = ?2")
        #expect(text("INSERT INTO t VALUES (\(values: [1, "x"]))") == "INSERT INTO t VALUES (?1, ?2)")
        #expect(text("SELECT \(identifier: "odd\"name")") == "SELECT \"odd\"\"name\"")
    }

    @Test("a list is one value, however long it is")
    func lists() {
        let short: SQL = "id \(anyOf: [Int64(1)])"
        let long: SQL = "id \(anyOf: Array(Int64(1)...50))"

        #expect(text(short) == text(long))
        #expect(text(short, .postgres) == text(long, .postgres))
        #expect(long.render(.postgres).values.count == 1)
    }

    @Test("a list matches its members", arguments: Engine.available)
    func anyOf(engine: Engine) async throws {
        let store = try await engine.emptyStore()
        let awkward = ["plain", "with \"quotes\"", "back\\slash", "comma,brace}", "größe", ""]
        try await store.write { tx in
            try tx.run("CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT NOT NULL)")
            for (id, name) in awkward.enumerated() {
                try tx.run("INSERT INTO things (id, name) VALUES (\(values: [id, name]))")
            }
        }

        let (byID, byName, none) = try await store.read { tx in
            let byID = try tx.rows("SELECT id FROM things WHERE id \(anyOf: [Int64(1), 3, 99]) ORDER BY id")
            let byName = try tx.one("SELECT count(*) FROM things WHERE name \(anyOf: awkward)")
            let none = try tx.one("SELECT count(*) FROM things WHERE id \(anyOf: [Int64]())")
            return (try byID.map { try $0.integer(0) }, try byName.integer(0), try none.integer(0))
        }

        #expect(byID == [1, 3])
        #expect(byName == Int64(awkward.count))
        #expect(none == 0)
    }

    @Test("wildcards in what people type mean themselves", arguments: Engine.available)
    func patterns(engine: Engine) async throws {
        let store = try await engine.emptyStore()
        try await store.write { tx in
            try tx.run("CREATE TABLE things (name TEXT NOT NULL)")
            for name in ["100%", "1000", "a_b", "axb", "Back\\slash"] {
                try tx.run("INSERT INTO things (name) VALUES (\(name))")
            }
        }
        let found = { @Sendable (pattern: SQL) in
            try await store.read { tx in
                try tx.rows("SELECT name FROM things WHERE name \(tx.dialect.like) \(pattern) ORDER BY name")
                    .map { try $0.text(0) }
            }
        }

        #expect(try await found(.pattern(containing: "0%")) == ["100%"])
        #expect(try await found(.pattern(containing: "A_B")) == ["a_b"])
        #expect(try await found(.pattern(startingWith: "back\\")) == ["Back\\slash"])
        #expect(try await found(.pattern(startingWith: "00")) == [])
    }

    @Test("JSON members and names are read alike", arguments: Engine.available)
    func words(engine: Engine) async throws {
        let store = try await engine.emptyStore()
        try await store.write { tx in
            try tx.run("CREATE TABLE things (name TEXT NOT NULL, custom TEXT NOT NULL)")
            for name in ["beta", "Alpha", "gamma"] {
                try tx.run("INSERT INTO things (name, custom) VALUES (\(name), \("{\"my shelf\": \"\(name) 1\"}"))")
            }
        }

        let (names, shelf, missing) = try await store.read { tx in
            let names = try tx.rows("SELECT name FROM things ORDER BY \(tx.dialect.nameOrder("name"))")
            let member = tx.dialect.jsonText("custom", member: "my shelf")
            let shelf = try tx.one("SELECT name FROM things WHERE \(member) = \("beta 1")")
            let missing = try tx.one(
                "SELECT count(*) FROM things WHERE \(tx.dialect.jsonText("custom", member: "no")) IS NULL")
            return (try names.map { try $0.text(0) }, try shelf.text(0), try missing.integer(0))
        }

        #expect(names == ["Alpha", "beta", "gamma"])
        #expect(shelf == "beta")
        #expect(missing == 3)
    }
}
