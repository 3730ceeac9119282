import Foundation
import Persistence
import Schema
import TestSupport
import Testing

@Suite("Schema picture")
struct SchemaPictureTests {
    private static func path(_ engine: Engine) -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path()
        return "\(root)/docs/reference/schema.\(engine.rawValue).sql"
    }

    @Test("the picture people read is that of a fresh database", arguments: Engine.available)
    func isCurrent(engine: Engine) async throws {
        let drawn = try await SchemaPicture.draw(try await engine.freshStore())

        let kept = try String(contentsOfFile: Self.path(engine), encoding: .utf8)
        let lines = kept.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("--") }

        #expect(
            lines.joined(separator: "\n").trimmed == drawn.trimmed,
            "the tables changed: run tools/generate.sh and commit what it writes")
    }

    @Test("a database upgraded step by step looks like a fresh one", arguments: Engine.available)
    func upgraded(engine: Engine) async throws {
        let store = try await engine.emptyStore()

        for count in 1...Migration.all.count {
            try await Migrator(store, steps: Array(Migration.all.prefix(count))).migrate()
        }

        #expect(try await SchemaPicture.draw(store) == SchemaPicture.draw(try await engine.freshStore()))
    }

    @Test("both engines have the same tables and columns", .enabled(if: Engine.available.count > 1))
    func enginesAgree() async throws {
        let sqlite = try await Engine.sqlite.freshStore().read { tx in
            try tx.rows(
                """
                SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'search_index%'
                """
            ).map { "\(try $0.text(0)).\(try $0.text(1))" }
        }
        let postgres = try await Engine.postgres.freshStore().read { tx in
            try tx.rows(
                """
                SELECT table_name::text, column_name::text FROM information_schema.columns
                WHERE table_schema = current_schema() AND table_name NOT LIKE 'search_index%'
                """
            ).map { "\(try $0.text(0)).\(try $0.text(1))" }
        }

        #expect(Set(sqlite) == Set(postgres))
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
