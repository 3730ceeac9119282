import BackupFile
import Foundation
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Backups
@testable import SecretVault

@Suite("Making backups")
struct BackupMakerTests {
    @Test("a backup holds every table, the files and the keys, and verifies", arguments: Engine.available)
    func whole(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.fill(seed: 1)

        let made = try await lab.backup()
        let checked = try await BackupCheck.verify(made.path, opening: .passphrase(Secret("a passphrase for tests")))

        #expect(checked.manifest == made.manifest)
        #expect(made.manifest.tables.contains { $0.name == "search_index" && $0.rows == 39 })
        #expect(made.manifest.tables.first { $0.name == "objects" }?.counter == 40)
        #expect(made.manifest.files.map(\.path) == [".env", "uploads/icons/switch.svg", "uploads/photo.bin"])
        #expect(made.manifest.auditRow > 0 && made.manifest.auditHash.count == 64)
        #expect(made.header.engine == engine.rawValue && made.header.schemaVersion > 0)
        #expect(made.manifest.contents.vaultKeys.count == 1)
        let mode = try FileManager.default.attributesOfItem(atPath: made.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("what stays the same has the same hash on both engines", .enabled(if: Engine.available.count > 1))
    func sameHashes() async throws {
        var hashes: [[String: String]] = []
        for engine in Engine.allCases {
            let lab = try await Lab(engine)
            try await lab.fill(seed: 5)
            let manifest = try await lab.backup().manifest
            hashes.append(Dictionary(uniqueKeysWithValues: manifest.tables.map { ($0.name, $0.sha256) }))
        }

        for table in ["objects", "tags", "map_positions", "search_index", "maps", "users"] {
            #expect(hashes[0][table] == hashes[1][table], "\(table)")
        }
        #expect(Set(hashes[0].keys) == Set(hashes[1].keys))
    }

    @Test("a backup while others write is of one moment", arguments: Engine.available)
    func consistent(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.fill(seed: 2, objects: 200)
        let events = { try await lab.store.read { try $0.one("SELECT count(*) FROM outbox").integer(0) } }
        let begin = try await events()
        // Each change touches two tables: a backup that saw half of one would have different counts.
        let writer = Task {
            var number: Int64 = 0
            while !Task.isCancelled {
                number += 1
                let id = number
                try await lab.store.write { tx in
                    try tx.run(
                        """
                        INSERT INTO api_tokens (name, name_key, token_hash, scopes, created_by, created_at)
                        VALUES (\("t\(id)"), \("t\(id)"), \("h\(id)"), '', 'x', 0)
                        """)
                    try tx.emit(Noted(number: id, name: "t"), by: .system)
                }
            }
            return number
        }
        defer { writer.cancel() }
        while try await events() == begin { await Task.yield() }

        for round in 1...5 {
            let made = try await lab.backup("\(round).cbb")
            let rows = Dictionary(uniqueKeysWithValues: made.manifest.tables.map { ($0.name, $0.rows) })
            #expect(rows["audit_log"] == made.manifest.auditRow)
            #expect((rows["outbox"] ?? 0) - (rows["api_tokens"] ?? 0) == begin)
            let report = try await Rehearsal.run(made.path, key: lab.key(), scratch: lab.place.folder)
            #expect(report.audit.isSound)
        }
    }

    @Test("what fails or is cancelled leaves nothing behind")
    func leavesNothing() async throws {
        let lab = try await Lab(.sqlite)
        try await lab.fill(seed: 3)
        let path = "\(lab.place.folder)/cancelled.cbb"
        let maker = BackupMaker(store: lab.store, places: lab.places)
        let key = try lab.key()

        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await maker.make(at: path, key: key)
        }

        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: AppError.self) { try await maker.make(at: "/nowhere/at/all.cbb", key: key) }
        let names = try FileManager.default.contentsOfDirectory(atPath: lab.place.folder)
        #expect(!names.contains { $0.hasPrefix("cancelled") })
    }

    @Test("links are left out, and said to be")
    func links() async throws {
        let lab = try await Lab(.sqlite)
        try FileManager.default.createSymbolicLink(
            atPath: "\(lab.place.folder)/uploads/passwd", withDestinationPath: "/etc/passwd")

        let made = try await lab.backup()

        #expect(made.manifest.leftOut.count == 1 && made.manifest.leftOut[0].contains("uploads/passwd"))
        #expect(!made.manifest.files.contains { $0.path.contains("passwd") })
    }

    @Test("keys of which the file has gone are taken from the running vault")
    func vanishedKey() async throws {
        let lab = try await Lab(.sqlite)
        try FileManager.default.removeItem(atPath: "\(lab.place.folder)/.env")
        let path = "\(lab.place.folder)/one.cbb"

        let made = try await BackupMaker(store: lab.store, places: lab.places, vault: lab.vault)
            .make(at: path, key: lab.key())

        let report = try await Rehearsal.run(made.path, key: lab.key(), scratch: lab.place.folder)
        #expect(report.vaultOpens == true)
    }
}

@Suite("Rows as bytes")
struct RowFormTests {
    @Test("every value comes back")
    func roundTrip() throws {
        var random = SplitMix(seed: 9)
        let numbers: [Int64] = [0, 1, -1, 63, 64, -64, -65, .min, .max, 1 << 53]
        let doubles = [0.0, 1.5, -1e300, .infinity, .leastNonzeroMagnitude, 0.1]
        var row: [SQLValue] = [.null, .text(""), .text("Zürich"), .text(String(repeating: "x", count: 70_000))]
        row += numbers.map(SQLValue.integer)
        row += doubles.map(SQLValue.real)
        row += (0..<100).map { _ in .text(Lab.text(&random)) }
        var bytes: [UInt8] = []
        RowForm.append(row, to: &bytes)

        var position = 0
        #expect(try RowForm.values(row.count, in: bytes, at: &position) == row)
        #expect(position == bytes.count)
        #expect(try RowForm.count(columns: row.count, in: bytes) == 1)
        var zero: [UInt8] = []
        RowForm.append([.real(-0.0)], to: &zero)
        #expect(zero == [2, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("bytes of a stranger are refused or read, and never end the program")
    func fuzz() {
        var random = SplitMix(seed: 10)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                UInt8.random(in: 0...(Bool.random(using: &random) ? 4 : 255), using: &random)
            }
            var position = 0
            _ = try? RowForm.values(3, in: bytes, at: &position)
            _ = try? RowForm.count(columns: 3, in: bytes)
        }
    }
}
