import Kernel
import Persistence
import TestSupport
import Testing

@Suite("What the schema refuses")
struct ConstraintTests {
    private func failure(_ engine: Engine, _ statement: SQL) async throws -> PersistenceError? {
        let store = try await engine.emptyStore()
        try await store.write { tx in
            try tx.run("CREATE TABLE sites (id BIGINT PRIMARY KEY)")
            try tx.run(
                """
                CREATE TABLE people (
                    id BIGINT PRIMARY KEY, email TEXT NOT NULL, realm TEXT NOT NULL DEFAULT 'lab', age BIGINT,
                    site_id BIGINT REFERENCES sites (id),
                    CONSTRAINT people_once UNIQUE (email, realm),
                    CONSTRAINT people_age CHECK (age BETWEEN 0 AND 150)
                )
                """)
            try tx.run("CREATE UNIQUE INDEX people_by_folded ON people (lower(email))")
            try tx.run("INSERT INTO people (id, email) VALUES (1, 'a@x')")
        }
        do {
            try await store.write { try $0.run(statement) }
            return nil
        } catch {
            return error as? PersistenceError
        }
    }

    @Test("a value that is there already", arguments: Engine.available)
    func unique(engine: Engine) async throws {
        let error = try await failure(engine, "INSERT INTO people (id, email) VALUES (2, 'a@x')")

        #expect(error?.isUniqueViolation == true)
        #expect(error?.constraintFailure?.table ?? "people" == "people")
        #expect(
            error?.constraintFailure?.concerns("email") == true
                || error?.constraintFailure?.concerns("people_by_folded") == true)
    }

    @Test("an expression that is there already", arguments: Engine.available)
    func expression(engine: Engine) async throws {
        let error = try await failure(engine, "INSERT INTO people (id, email) VALUES (2, 'A@X')")

        #expect(error?.constraintFailure?.concerns("people_by_folded") == true)
    }

    @Test("a primary key that is there already", arguments: Engine.available)
    func primaryKey(engine: Engine) async throws {
        let error = try await failure(engine, "INSERT INTO people (id, email) VALUES (1, 'b@x')")

        #expect(error?.isUniqueViolation == true)
        #expect(error?.constraintFailure?.columns == ["id"])
    }

    @Test("a row that is not there", arguments: Engine.available)
    func foreignKey(engine: Engine) async throws {
        let error = try await failure(engine, "INSERT INTO people (id, email, site_id) VALUES (2, 'b@x', 9)")

        #expect(error?.isForeignKeyViolation == true)
    }

    @Test("a value out of range", arguments: Engine.available)
    func check(engine: Engine) async throws {
        let error = try await failure(engine, "INSERT INTO people (id, email, age) VALUES (2, 'b@x', 200)")

        guard case .checkViolation(let failure) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(failure.constraint == "people_age")
    }

    @Test("a missing value", arguments: Engine.available)
    func notNull(engine: Engine) async throws {
        let error = try await failure(engine, "INSERT INTO people (id, email) VALUES (2, NULL)")

        guard case .notNullViolation(let failure) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(failure.table == "people")
        #expect(failure.columns == ["email"])
    }

    @Test("a statement that makes no sense", arguments: Engine.available)
    func nonsense(engine: Engine) async throws {
        let error = try await failure(engine, "SELEKT 1")

        guard case .driver = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
