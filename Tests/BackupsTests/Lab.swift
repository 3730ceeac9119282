import BackupFile
import Foundation
import JSONKit
import Kernel
import Persistence
import Schema
import SecretVault
import TestSupport
import Testing

@testable import Backups

/// An installation of a test's own, with a vault, uploads and random contents.
final class Lab: Sendable {
    static let key = Result {
        try BackupKey(deriving: Secret("a passphrase for tests"), cost: KeyCost(log2Rounds: 10))
    }

    let place: TestPlace
    let places: StatePlaces
    let store: any Store
    let vault: SecretVault

    init(_ engine: Engine, uploads: Bool = true) async throws {
        place = try engine.freshPlace()
        places = StatePlaces(
            directory: place.folder, databaseURL: engine == .postgres ? Secret(place.server) : nil,
            schema: engine == .postgres ? place.schema : nil)
        store = try place.open()
        try await Migrator(store).migrate()
        vault = SecretVault(store: store, folder: place.folder)
        try await vault.begin()
        if uploads {
            try write("uploads/icons/switch.svg", "<svg/>")
            try write("uploads/photo.bin", String(repeating: "photo", count: 30_000))
        }
    }

    func write(_ path: String, _ text: String) throws {
        let whole = "\(place.folder)/\(path)"
        try FileManager.default.createDirectory(
            atPath: (whole as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: whole))
    }

    func read(_ path: String) -> String? {
        (try? Data(contentsOf: URL(fileURLWithPath: "\(place.folder)/\(path)"))).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    func key() throws -> BackupKey { try Self.key.get() }

    @discardableResult
    func backup(_ name: String = "one.cbb", chunkSize: Int = 4_096) async throws -> FinishedBackup {
        var options = BackupMaker.Options()
        options.chunkSize = chunkSize
        return try await BackupMaker(store: store, places: places)
            .make(at: "\(place.folder)/\(name)", key: try key(), options: options)
    }

    /// Seals a secret and stores it where the mail's password is kept.
    func storeSecret(_ secret: String) async throws {
        try await store.write { [vault] tx in
            let sealed = try vault.seal(Secret(secret), for: .mailPassword, in: tx)
            try tx.run("DELETE FROM mail_settings")
            try tx.run(
                """
                INSERT INTO mail_settings (id, revision, changed_at, is_enabled, host, port, security, allows_plain, password,
                    from_address, from_name)
                VALUES (1, 1, \(tx.now), 1, 'mail.example.org', 25, 'none', 0, \(sealed), 'a@example.org', '')
                """)
        }
    }

    /// Random contents: objects with text of all kinds, positions with doubles, a tree of references, and a history.
    func fill(seed: UInt64, objects: Int = 40) async throws {
        try await store.write { tx in
            var random = SplitMix(seed: seed)
            for number in 0..<objects { try Self.insert(Int64(number) + 1, &random, tx) }
            // Numbers that were given and are gone: the counter has to know.
            try tx.run("DELETE FROM search_index WHERE rowid = \(objects)")
            try tx.run("DELETE FROM map_positions WHERE object_id = \(objects)")
            try tx.run("DELETE FROM tags WHERE id = \(objects)")
            try tx.run("DELETE FROM objects WHERE id = \(objects)")
            for number in 0..<(objects / 4) {
                try tx.emit(Noted(number: Int64(number), name: Self.text(&random)), by: .system)
            }
        }
    }

    private static func insert(_ id: Int64, _ random: inout SplitMix, _ tx: any Session) throws {
        let notes = Bool.random(using: &random) ? text(&random) : nil
        let parent = id > 3 && Bool.random(using: &random) ? Int64.random(in: 1..<id - 1, using: &random) : nil
        try tx.run(
            """
            INSERT INTO objects (kind, name, name_key, notes, source, created_at, updated_at, deleted_with)
            VALUES ('tag', \(text(&random)), \(text(&random)), \(notes), 'person',
                \(Int64.random(in: .min ... .max, using: &random)), \(Int64.random(in: -300...300, using: &random)),
                \(parent))
            """)
        try tx.run("INSERT INTO tags (id, color) VALUES (\(id), \(text(&random)))")
        try tx.run(
            """
            INSERT INTO map_positions (map_id, object_id, x, y, is_pinned)
            VALUES (1, \(id), \(Double.random(in: -1e9...1e9, using: &random)), \(Double(id)), 1)
            """)
        try tx.run(
            """
            INSERT INTO search_index (rowid, name, body, summary)
            VALUES (\(id), \(text(&random)), \(text(&random)), \(text(&random)))
            """)
    }

    static func text(_ random: inout SplitMix) -> String {
        let words = [
            "", "lan", "Zürich", "server-", "𝛑≈3", "'; DROP TABLE x --", "\u{1}", "é", "e\u{301}", "\n\t", "日本",
        ]
        return (0..<Int.random(in: 1...6, using: &random)).map { _ in
            (words.randomElement(using: &random) ?? "") + "\(Int.random(in: 0...9999, using: &random))"
        }.joined(separator: " ")
    }
}

struct Noted: Event {
    let number: Int64
    var name = ""
    var subject: String { "tests.thing.noted" }
    var audit: AuditEntry { AuditEntry("noted", entity: "thing", id: number, name: name) }
    func writePayload(to writer: inout JSONWriter) { writer.integer(number) }
}
