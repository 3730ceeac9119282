import BackupFile
import Foundation
import JSONKit
import Kernel
import Persistence
import Schema
import TestSupport
import Testing

@testable import Backups

@Suite("Backups that are refused")
struct RefusalTests {
    /// Everything in the data directory, as far as it is the state.
    static func picture(_ lab: Lab) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for file in Folder.files(below: lab.place.folder) where !file.path.hasSuffix(".cbb") {
            found[file.path] = try Data(contentsOf: URL(fileURLWithPath: "\(lab.place.folder)/\(file.path)"))
        }
        return found
    }

    static func sentence(_ bytes: [UInt8], into lab: Lab, key: BackupKey? = nil) async throws -> String? {
        let path = "\(lab.place.folder)/bad.cbb"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do {
            _ = try await Restorer(lab.places).prepare(path, key: key ?? lab.key(), by: .system)
            return nil
        } catch let error as AppError {
            #expect(error.kind == .invalid, "\(error.message)")
            return error.message
        }
    }

    static func bytes(of made: FinishedBackup) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: made.path)))
    }

    /// Where the header ends, and each chunk.
    static func borders(_ file: [UInt8]) -> [Int] {
        var offset = 14 + file[10..<14].reduce(0) { $0 << 8 | Int($1) } + 64
        var borders = [offset]
        while offset < file.count {
            let word = file[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            offset += 4 + Int(word & 0x7FFF_FFFF)
            borders.append(offset)
        }
        return borders
    }

    @Test("flipped bytes, cuts at the borders of chunks, swapped chunks: the live state is untouched")
    func damage() async throws {
        let source = try await Lab(.sqlite)
        try await source.fill(seed: 30)
        let file = try Self.bytes(of: try await source.backup(chunkSize: 1_024))
        let target = try await Lab(.sqlite)
        try await target.fill(seed: 31)
        try await target.store.close()
        let before = try Self.picture(target)
        var random = SplitMix(seed: 32)
        let flips = ProcessInfo.processInfo.environment["CB_TEST_LONG"] == nil ? 40 : 1_000
        let borders = Self.borders(file)

        for _ in 0..<flips {
            var changed = file
            changed[Int.random(in: 0..<file.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(try await Self.sentence(changed, into: target) != nil)
        }
        for (chunk, border) in borders.dropLast().enumerated() where flips > 40 || chunk % 5 == 0 {
            let told = try await Self.sentence(Array(file[..<border]), into: target)
            #expect(told?.contains("was cut off") == true, "\(chunk)")
        }
        for first in 0..<(borders.count - 3) where flips > 40 || first % 7 == 0 {
            let (a, b, c) = (borders[first], borders[first + 1], borders[first + 2])
            let told = try await Self.sentence(
                Array(file[..<a] + file[b..<c] + file[a..<b] + file[c...]), into: target)
            #expect(told?.contains("belongs at place") == true)
        }
        let other = try BackupKey(deriving: Secret("wrong"), cost: KeyCost(log2Rounds: 10))
        #expect(try await Self.sentence(file, into: target, key: other)?.contains("was made with the key") == true)

        #expect(try Self.picture(target).filter { !$0.key.hasPrefix("bad") } == before)
        #expect(borders.count > 10)
    }

    @Test("a wrong passphrase has its own sentence")
    func passphrase() async throws {
        let lab = try await Lab(.sqlite)
        let made = try await lab.backup()

        let error = await #expect(throws: AppError.self) {
            try await BackupCheck.verify(made.path, opening: .passphrase(Secret("wrong")))
        }

        #expect(error?.message == "The passphrase does not open this backup.")
    }

    /// A backup that really was made by a version to come: another step of the schema.
    @Test("a backup of a newer version, or of another build, is refused before anything is made")
    func newer() async throws {
        let lab = try await Lab(.sqlite)
        let target = try await Lab(.sqlite)
        try await lab.store.write { tx in
            try tx.run(
                "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (99999, 'to_come', 'x', 0)")
        }
        let newer = try Self.bytes(of: try await lab.backup())
        try await lab.store.write { tx in
            try tx.run("DELETE FROM schema_migrations WHERE number = 99999")
            try tx.run("UPDATE schema_migrations SET checksum = 'other' WHERE number = 2")
        }
        let other = try Self.bytes(of: try await lab.backup())

        let toldNewer = try await Self.sentence(newer, into: target)
        let toldOther = try await Self.sentence(other, into: target)

        #expect(toldNewer?.contains("made by a newer version") == true && toldNewer?.contains("99999") == true)
        #expect(toldOther?.contains("another build") == true)
        #expect(!FileManager.default.fileExists(atPath: "\(target.place.folder)/restore"))
    }

    /// Whoever knows the passphrase can seal anything: what stands inside is read as a stranger's.
    @Test("whatever is sealed inside, reading and restoring end with a sentence")
    func strangeContents() async throws {
        let lab = try await Lab(.sqlite, uploads: false)
        try await lab.fill(seed: 33, objects: 8)
        let made = try await lab.backup()
        let key = try lab.key()
        let reader = try BackupReader(FileSource(path: made.path), opening: .key(key))
        var plain: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
            if count == 0 { break }
            plain += buffer[..<count]
        }
        var random = SplitMix(seed: 34)
        let facts = BackupFacts(
            productVersion: "1", schemaVersion: 1, createdAt: Instant(milliseconds: 0), engine: "sqlite")
        let rounds = ProcessInfo.processInfo.environment["CB_TEST_LONG"] == nil ? 60 : 2_000
        var accepted = 0
        for round in 0..<rounds {
            var changed = plain
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: changed[place] = .random(in: 0...255, using: &random)
                case 1: changed.removeSubrange(place..<min(changed.count, place + 40))
                case 2: changed.insert(contentsOf: changed[place..<min(changed.count, place + 9)], at: place)
                default: changed.removeLast(Int.random(in: 0..<min(90, changed.count), using: &random))
                }
            }
            let sink = BytesSink()
            let writer = try BackupWriter(to: sink, facts, key: key)
            try writer.write(changed)
            try writer.finish()
            let path = "\(lab.place.folder)/strange.cbb"
            try Data(sink.bytes).write(to: URL(fileURLWithPath: path))
            guard changed != plain else { continue }
            // What nothing else says, such as the last number of a counter, may be changed by whoever can seal.
            do {
                _ = try await BackupCheck.verify(path, opening: .key(key))
                _ = try await Rehearsal.run(path, key: key, scratch: lab.place.folder)
                accepted += 1
            } catch {
                #expect(error is AppError, "round \(round): \(error)")
            }
        }
        #expect(accepted < rounds / 10)
    }

    @Test("paths of a stranger's backup stay below their folder")
    func paths() throws {
        for path in [
            "../x", "a/../../x", "/", "", "uploads", ".env/x", "backups/x", "replaced/x", "app.db/x",
            "restore.pending/x", "a\0b/c",
        ] {
            #expect(throws: BackupFileError.self, "\(path)") { try StateLoader.place(of: path, in: .uploads) }
        }
        #expect(throws: BackupFileError.self) { try StateLoader.place(of: "/etc/../../x", in: .configuration) }
        #expect(
            try StateLoader.place(of: "/etc/cb/config.yaml", in: .configuration)
                == "from-backup/configuration/etc/cb/config.yaml")
    }

    @Test("a reference to nothing is found", arguments: Engine.available)
    func references(on engine: Engine) async throws {
        let lab = try await Lab(.sqlite)
        try await lab.store.close()
        let building = try SQLiteStore(building: "\(lab.place.folder)/broken.db")
        try await Migrator(building).migrate()
        try await building.write { tx in try tx.run("INSERT INTO tags (id, color) VALUES (77, 'red')") }
        let made = try await BackupMaker(store: building, places: lab.places)
            .make(at: "\(lab.place.folder)/broken.cbb", key: lab.key())
        let target = try await Lab(engine)

        let told = try await Self.sentence(Self.bytes(of: made), into: target)

        #expect(told?.contains("that is not there") == true)
        try await building.close()
    }
}

@Suite("Taking a restore over")
struct TakeoverTests {
    @Test("interrupted after any step, the next start finishes it", arguments: 0..<8)
    func interrupted(after steps: Int) async throws {
        let source = try await Lab(.sqlite)
        try await source.fill(seed: 40)
        let made = try await source.backup()
        let target = try await Lab(.sqlite)
        try target.write("photos/old.txt", "old")
        try await target.store.close()
        let prepared = try await Restorer(target.places).prepare(made.path, key: target.key(), by: .system)
        try prepared.decide()
        let note = try #require(try TakeoverNote.read(target.places))
        let kept = prepared.replaced
        try Folder.make(kept)

        for (index, item) in note.items.enumerated() where index < steps / 2 {
            try Takeover.move(item, target.places, kept)
        }
        // Between the two renames of one item.
        if !steps.isMultiple(of: 2), steps / 2 < note.items.count {
            let name = note.items[steps / 2].name
            if Folder.exists("\(target.place.folder)/\(name)") {
                try Folder.move("\(target.place.folder)/\(name)", to: "\(kept)/\(name)")
            }
        }
        #expect(try await Takeover.run(target.places) == kept)
        #expect(try await Takeover.run(target.places) == nil)

        let store = try target.place.open()
        #expect(try await store.read { try $0.one("SELECT count(*) FROM tags").integer(0) } == 39)
        #expect(target.read("uploads/icons/switch.svg") == "<svg/>")
        #expect(Folder.exists("\(kept)/app.db") && Folder.exists("\(kept)/photos/old.txt"))
        #expect(!Folder.exists("\(target.place.folder)/photos") && !Folder.exists(target.places.staging))
        try await store.close()
    }

    @Test("a decision is taken back, and a prepared state thrown away")
    func takenBack() async throws {
        let source = try await Lab(.sqlite)
        let made = try await source.backup()
        let target = try await Lab(.sqlite)
        try await target.store.close()
        let restorer = Restorer(target.places)

        let prepared = try await restorer.prepare(made.path, key: target.key(), by: .system)
        try prepared.decide()
        await #expect(throws: AppError.self) { try await restorer.discard() }
        try prepared.cancel()
        try await restorer.discard()

        #expect(try await Takeover.run(target.places) == nil)
        #expect(!Folder.exists(target.places.staging) && !Takeover.isPending(target.places))
    }

    @Test("one works on a state at a time")
    func lock() async throws {
        let folder = try TemporaryFolder()
        let places = StatePlaces(directory: folder.path)

        var held: StateLock? = try StateLock(places)
        let error = #expect(throws: AppError.self) { try StateLock(places) }
        #expect(error?.kind == .conflict && held != nil)
        held = nil

        #expect(throws: Never.self) { try StateLock(places) }
    }
}
