import BackupFile
import Crypto
import JSONKit
import Kernel
import Persistence

/// What happens to the pieces of a backup as they are read. All of them were proven to be what was written.
protocol BackupVisitor: ~Copyable {
    mutating func begin(_ contents: BackupContents) throws
    mutating func beginTable(_ name: String, columns: [String]) throws
    /// Whole rows, in the form of `RowForm`.
    mutating func rows(_ bytes: [UInt8]) throws
    mutating func endTable() throws
    mutating func beginFile(_ area: BackupManifest.File.Area, path: String) throws
    mutating func fileBytes(_ bytes: [UInt8]) throws
    mutating func endFile() throws
}

/// Reads a backup from its first record to its last, and compares what came with the manifest at the end.
struct BackupWalk: ~Copyable {
    private let reader: BackupReader
    private let mark: StopMark
    private let told: (String) -> Void
    private var tables: [BackupManifest.Table] = []
    private var files: [BackupManifest.File] = []

    init(_ reader: BackupReader, mark: StopMark, told: @escaping (String) -> Void = { _ in }) {
        self.reader = reader
        self.mark = mark
        self.told = told
    }

    /// The first record only.
    static func contents(of reader: BackupReader) throws -> BackupContents {
        var records = RecordReader(reader)
        guard let first = try records.next(), first.kind == .contents else { throw order }
        return try BackupContents(JSONObject(ofBackup: first.bytes))
    }

    mutating func run(_ visitor: inout some BackupVisitor & ~Copyable) throws -> BackupManifest {
        var records = RecordReader(reader)
        guard let first = try records.next(), first.kind == .contents else { throw Self.order }
        let contents = try BackupContents(JSONObject(ofBackup: first.bytes))
        try visitor.begin(contents)
        while let record = try records.next() {
            try mark.check()
            switch record.kind {
            case .tableBegin: try table(JSONObject(ofBackup: record.bytes), &records, &visitor)
            case .fileBegin: try file(JSONObject(ofBackup: record.bytes), &records, &visitor)
            case .manifest:
                let manifest = try BackupManifest(json: record.bytes)
                guard try records.next() == nil else { throw Self.order }
                try compare(manifest, contents)
                return manifest
            case .contents, .rows, .tableEnd, .fileBytes, .fileEnd: throw Self.order
            }
        }
        throw BackupFileError.contentsUnreadable("the manifest is missing")
    }

    private mutating func table(
        _ head: JSONObject, _ records: inout RecordReader, _ visitor: inout some BackupVisitor & ~Copyable
    ) throws {
        let name = try head.text("name")
        let columns = (head["columns"]?.arrayValue ?? []).compactMap(\.stringValue)
        told(name)
        try visitor.beginTable(name, columns: columns)
        var digest = TableDigest()
        while let record = try records.next() {
            try mark.check()
            switch record.kind {
            case .rows:
                let count: Int
                do {
                    count = try RowForm.count(columns: columns.count, in: record.bytes)
                } catch let flaw as RowForm.Flaw {
                    throw BackupFileError.contentsUnreadable("a row of \(name) cannot be read (\(flaw))")
                }
                digest.take(record.bytes, rows: count)
                try visitor.rows(record.bytes)
                told(name)
            case .tableEnd:
                try visitor.endTable()
                tables.append(.init(name: name, rows: digest.rows, sha256: digest.finish(), counter: nil))
                return
            default: throw Self.order
            }
        }
        throw Self.order
    }

    private mutating func file(
        _ head: JSONObject, _ records: inout RecordReader, _ visitor: inout some BackupVisitor & ~Copyable
    ) throws {
        let path = try head.text("path")
        guard let area = BackupManifest.File.Area(rawValue: try head.text("area")) else { throw Self.order }
        told(path)
        try visitor.beginFile(area, path: path)
        var digest = SHA256()
        var size: Int64 = 0
        while let record = try records.next() {
            try mark.check()
            switch record.kind {
            case .fileBytes:
                digest.update(data: record.bytes)
                size += Int64(record.bytes.count)
                try visitor.fileBytes(record.bytes)
            case .fileEnd:
                try visitor.endFile()
                files.append(.init(area: area, path: path, size: size, sha256: digest.finalize().hexText))
                return
            default: throw Self.order
            }
        }
        throw Self.order
    }

    private func compare(_ manifest: BackupManifest, _ contents: BackupContents) throws {
        let told = manifest.tables.map { [$0.name, "\($0.rows)", $0.sha256] }
        guard manifest.contents == contents, manifest.files == files,
            told == tables.map({ [$0.name, "\($0.rows)", $0.sha256] })
        else { throw BackupFileError.contentsUnreadable("what is inside differs from the manifest") }
    }

    private static let order = BackupFileError.contentsUnreadable("its records are not in their order")
}
