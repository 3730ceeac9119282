import BackupFile

/// One piece of the stream inside of a backup: a letter of its kind, four bytes of length, the bytes.
struct Record {
    enum Kind: UInt8 {
        /// What the backup holds, as JSON: always the first.
        case contents = 1
        case tableBegin, rows, tableEnd
        case fileBegin, fileBytes, fileEnd
        /// Always the last.
        case manifest
    }

    /// A single row may be as long as this; whoever reads holds one record at a time.
    static let longest = 256 << 20

    let kind: Kind
    let bytes: [UInt8]
}

/// Writes records into a backup.
struct RecordWriter: ~Copyable {
    private let backup: BackupWriter

    init(_ backup: BackupWriter) {
        self.backup = backup
    }

    func write(_ kind: Record.Kind, _ bytes: [UInt8]) throws {
        guard bytes.count <= Record.longest else {
            throw BackupFileError.contentsUnreadable("one row has \(bytes.count) bytes, more than a backup takes")
        }
        var head: [UInt8] = [kind.rawValue]
        let count = UInt32(bytes.count)
        for shift in stride(from: 24, through: 0, by: -8) { head.append(UInt8(truncatingIfNeeded: count >> shift)) }
        try backup.write(head)
        try backup.write(bytes)
    }
}

/// Reads records out of a backup.
struct RecordReader: ~Copyable {
    private let backup: BackupReader
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)
    private var held = 0..<0

    init(_ backup: BackupReader) {
        self.backup = backup
    }

    /// Nil at the end, which is when the whole file was found to be right.
    mutating func next() throws -> Record? {
        let head = try bytes(5)
        guard !head.isEmpty else { return nil }
        guard head.count == 5, let kind = Record.Kind(rawValue: head[0]) else {
            throw BackupFileError.contentsUnreadable("a record has an unknown kind")
        }
        let count = head[1...].reduce(0) { $0 << 8 | Int($1) }
        guard count <= Record.longest else { throw BackupFileError.contentsUnreadable("a record is too long") }
        let bytes = try bytes(count)
        guard bytes.count == count else { throw BackupFileError.contentsUnreadable("a record ends early") }
        return Record(kind: kind, bytes: bytes)
    }

    /// Fewer at the end only. Memory grows with what really comes, not with what a length claims.
    private mutating func bytes(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(count, buffer.count))
        while bytes.count < count {
            if held.isEmpty {
                let filled = try buffer.withUnsafeMutableBytes { try backup.read(into: $0) }
                guard filled > 0 else { break }
                held = 0..<filled
            }
            let some = min(held.count, count - bytes.count)
            bytes += buffer[held.lowerBound..<(held.lowerBound + some)]
            held = (held.lowerBound + some)..<held.upperBound
        }
        return bytes
    }
}
