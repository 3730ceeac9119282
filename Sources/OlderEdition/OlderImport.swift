import Access
import Fernet
import Foundation
import JSONKit
import Kernel
import Persistence
import SecretVault

/// Takes over what the older edition kept: from its SQLite database or its JSON export, in one transaction.
package struct OlderImport: Sendable {
    package struct Wish: Sendable {
        /// `app.db`, or the JSON export.
        package var file: String
        /// The text of its key file; where there is none, a key inside of the database is tried.
        package var keyText: Secret<String>?
        /// Names the installation, so that a second import of it finds what the first one made.
        package var sourceName = "older"
        package var isDry = false
        /// Where values without a place are written, as lines of JSON.
        package var leftovers: String?

        package init(file: String) {
            self.file = file
        }
    }

    private let store: any Store
    private let vault: SecretVault
    private let seeds: any SeedVault
    /// Where the copy of the database lies while it is read.
    private let folder: String

    package init(store: any Store, vault: SecretVault, seeds: any SeedVault, folder: String) {
        self.store = store
        self.vault = vault
        self.seeds = seeds
        self.folder = folder
    }

    /// All of it or nothing. A dry run does the same and takes it back, so that it says exactly what would happen.
    package func run(_ wish: Wish, by caller: Caller) async throws -> ImportReport {
        guard (1...60).contains(wish.sourceName.count) else {
            throw AppError(.invalid, "Name the older installation in 1 to 60 characters.")
        }
        guard vault.isOpen else {
            throw AppError(.unavailable, "The vault is not open, so secrets could not be kept. Open it first.")
        }
        do {
            return try await store.write { [self] tx in
                let report = try take(wish, caller, tx)
                if wish.isDry { throw TakenBack(report: report) }
                if report.made > 0 { try record(report, wish, caller, tx) }
                return report
            }
        } catch let undone as TakenBack {
            return undone.report
        }
    }

    private struct TakenBack: Error {
        let report: ImportReport
    }

    private func take(_ wish: Wish, _ caller: Caller, _ tx: any Session) throws -> ImportReport {
        let source = try Self.open(wish.file, folder: folder)
        defer { source.close() }
        guard source.has("hardware") else {
            throw AppError(.invalid, "\(wish.file) is no database of the older edition: it has no table “hardware”.")
        }
        var key = wish.keyText.flatMap { OldSecrets.key(inFile: $0.reveal()) }
        if wish.keyText != nil, key == nil {
            throw AppError(.invalid, "The key file holds no key: it has 44 characters, or stands behind CB_VAULT_KEY=.")
        }
        if key == nil { key = try Self.keyInside(source) }
        let file = try wish.isDry ? nil : wish.leftovers.map(LeftoverFile.init)
        var run = ImportRun(
            source: source, sourceName: wish.sourceName, caller: caller, vault: vault, seeds: seeds,
            secrets: OldSecrets(key: key), tx: tx, leave: { try file?.write($0) })
        try run.run()
        try file?.finish()
        var report = run.book.finished()
        report.source = wish.sourceName
        report.isDry = wish.isDry
        return report
    }

    private static func open(_ path: String, folder: String) throws -> any OldSource {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw AppError(.invalid, "There is no file \(path) that can be read.")
        }
        defer { try? handle.close() }
        let head = try handle.read(upToCount: 16) ?? Data()
        if head.starts(with: Data("SQLite format 3\0".utf8)) { return try OldDatabase(path, folder: folder) }
        guard (try handle.seekToEnd()) <= UInt64(OldExport.largestFile) else {
            throw AppError(.invalid, "\(path) is larger than \(OldExport.largestFile >> 20) MB.")
        }
        try handle.seek(toOffset: 0)
        return try OldExport(Array(try handle.readToEnd() ?? Data()))
    }

    /// The first versions kept their key in the settings.
    private static func keyInside(_ source: any OldSource) throws -> FernetKey? {
        guard source.has("app_settings") else { return nil }
        var key: FernetKey?
        try source.each("app_settings") { row in
            let text = row.first { $0.column == "vault_key" }?.value.stringValue
            key = key ?? text.flatMap { try? FernetKey(parsing: $0) }
        }
        return key
    }

    private func record(_ report: ImportReport, _ wish: Wish, _ caller: Caller, _ tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO older_runs (source, at, report) VALUES (\(wish.sourceName), \(tx.now), \(report.json.text))
            """)
        try tx.emit(OlderImported(report: report), by: caller)
    }
}

/// One row of the trail for the whole import, beside those of what it made.
struct OlderImported: Event {
    let report: ImportReport

    var subject: String { "operations.import.older" }
    var audit: AuditEntry {
        AuditEntry(
            "imported", severity: .notice, entity: "import", name: "older edition (\(report.source))",
            after: JSONValue.object(summary).text)
    }
    func writePayload(to writer: inout JSONWriter) { writer.value(.object(summary)) }

    private var summary: JSONObject {
        JSONObject([
            ("source", .string(report.source)), ("rows", .integer(Int64(report.rows))),
            ("made", .integer(Int64(report.made))), ("known", .integer(Int64(report.known))),
            ("secrets", .integer(Int64(report.secretsOpened))), ("leftovers", .integer(Int64(report.leftovers))),
        ])
    }
}

/// Lines of JSON that only their owner may read; the file has its name once it is whole.
private final class LeftoverFile {
    private let path: String
    private let handle: FileHandle
    private var waiting: [UInt8] = []

    init(_ path: String) throws {
        self.path = path
        let part = path + ".part"
        guard FileManager.default.createFile(atPath: part, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: part)
        else { throw AppError(.invalid, "The file of leftovers \(path) cannot be written; name another place.") }
        self.handle = handle
    }

    func write(_ line: JSONValue) throws {
        waiting += Array(line.text.utf8) + [0x0A]
        if waiting.count > 1 << 20 { try flush() }
    }

    func finish() throws {
        try flush()
        try handle.synchronize()
        try handle.close()
        guard rename(path + ".part", path) == 0 else {
            throw AppError(.invalid, "The file of leftovers \(path) cannot be named.")
        }
    }

    private func flush() throws {
        try handle.write(contentsOf: Data(waiting))
        waiting = []
    }
}
