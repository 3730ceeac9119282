import BackupFile
import Crypto
import Glibc
import JSONKit
import Kernel
import Persistence
import SecretVault

/// One backup on its way into its file: writes records and keeps what the manifest will say.
struct Making: ~Copyable {
    private let writer: RecordWriter
    private let mark: StopMark
    private let told: (BackupProgress.Stage, String) -> Void
    private var tables: [BackupManifest.Table] = []
    private var files: [BackupManifest.File] = []
    private var leftOut: [String] = []

    init(
        writer: consuming RecordWriter, mark: StopMark, told: @escaping (BackupProgress.Stage, String) -> Void
    ) {
        self.writer = writer
        self.mark = mark
        self.told = told
    }

    func begin(_ contents: BackupContents) throws {
        var json = JSONWriter()
        contents.write(to: &json)
        try writer.write(.contents, json.bytes)
    }

    /// The vault's keys, as the `.env` that holds them.
    mutating func take(_ keys: VaultKeyCopy) throws {
        guard !keys.isEmpty else { return }
        let bytes = Array(keys.text.reveal().utf8)
        try take(bytes: bytes, area: .keyring, path: ".env")
    }

    mutating func take(_ table: TableShape, in tx: any Session) throws {
        try mark.check()
        told(.reading, table.name)
        var json = JSONWriter()
        json.beginObject()
        json.member("name", table.name)
        json.member("columns", table.columns.map(\.name))
        json.endObject()
        try writer.write(.tableBegin, json.bytes)
        var digest = TableDigest()
        try table.walk(in: tx) { bytes, rows in
            try mark.check()
            digest.take(bytes, rows: rows)
            try writer.write(.rows, bytes)
            told(.reading, table.name)
        }
        let entry = BackupManifest.Table(
            name: table.name, rows: digest.rows, sha256: digest.finish(),
            counter: try Counters.last(of: table.name, in: tx))
        tables.append(entry)
        try writer.write(.tableEnd, [])
    }

    mutating func takeFiles(_ places: StatePlaces, certificates: Bool) throws {
        for folder in places.stateFolders() {
            for file in Folder.files(below: "\(places.directory)/\(folder)") {
                try take("\(places.directory)/\(folder)/\(file.path)", file.isPlain, .uploads, "\(folder)/\(file.path)")
            }
        }
        for path in places.configurationFiles where Folder.exists(path) {
            try take(path, Folder.isFile(path), .configuration, path)
        }
        guard certificates, let directory = places.certificateDirectory else { return }
        for file in Folder.files(below: directory) {
            try take("\(directory)/\(file.path)", file.isPlain, .certificates, "\(directory)/\(file.path)")
        }
    }

    /// The manifest, which ends the backup.
    mutating func finish(_ contents: BackupContents, in tx: any Session) throws -> BackupManifest {
        let end =
            try tables.contains { $0.name == "audit_end" }
            ? tx.rows("SELECT last_id, hash FROM audit_end WHERE id = 1").first : nil
        let manifest = BackupManifest(
            contents: contents, tables: tables, files: files, leftOut: leftOut,
            auditRow: try end?.integer(0) ?? 0, auditHash: try end?.text(1) ?? "")
        var json = JSONWriter(capacity: 16 << 10)
        manifest.write(to: &json)
        try writer.write(.manifest, json.bytes)
        return manifest
    }

    private mutating func take(
        _ source: String, _ isPlain: Bool, _ area: BackupManifest.File.Area, _ path: String
    ) throws {
        try mark.check()
        told(.files, path)
        guard isPlain else {
            leftOut.append("\(source): it is a link or no plain file")
            return
        }
        let file: FileSource
        do {
            file = try FileSource(path: source)
        } catch let error as AppError {
            leftOut.append(error.message)
            return
        }
        try begin(area, path)
        var digest = SHA256()
        var size: Int64 = 0
        while true {
            try mark.check()
            let bytes = try [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            guard !bytes.isEmpty else { break }
            digest.update(data: bytes)
            size += Int64(bytes.count)
            try writer.write(.fileBytes, bytes)
        }
        try end(area, path, size, digest.finalize().hexText)
    }

    private mutating func take(bytes: [UInt8], area: BackupManifest.File.Area, path: String) throws {
        try begin(area, path)
        try writer.write(.fileBytes, bytes)
        try end(area, path, Int64(bytes.count), SHA256.hash(data: bytes).hexText)
    }

    private func begin(_ area: BackupManifest.File.Area, _ path: String) throws {
        var json = JSONWriter()
        json.beginObject()
        json.member("area", area.rawValue)
        json.member("path", path)
        json.endObject()
        try writer.write(.fileBegin, json.bytes)
    }

    private mutating func end(
        _ area: BackupManifest.File.Area, _ path: String, _ size: Int64, _ sha256: String
    ) throws {
        files.append(BackupManifest.File(area: area, path: path, size: size, sha256: sha256))
        try writer.write(.fileEnd, [])
    }
}
