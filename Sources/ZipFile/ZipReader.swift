/// A zip archive in memory (APPNOTE 6.3), read by its central directory. Nothing is believed that was not counted.
package struct ZipReader: Sendable {
    package struct Entry: Sendable, Equatable {
        package let path: String
        package let size: Int
        package let isFolder: Bool
        let compressed: Int
        let checksum: UInt32
        let method: Int
        /// Of its own head in the archive.
        let offset: Int
    }

    package let entries: [Entry]
    private let bytes: [UInt8]
    private let limits: ZipLimits

    package init(_ bytes: [UInt8], limits: ZipLimits) throws(ZipError) {
        self.bytes = bytes
        self.limits = limits
        let end = try Self.end(of: bytes)
        guard end.count <= limits.entries else {
            throw ZipError("The archive has \(end.count) entries; at most \(limits.entries) are read.")
        }
        entries = try Self.directory(bytes, end)
        try checkSizes()
        try checkPlaces(before: end.offset)
    }

    /// What an entry holds; its length and its check sum are those the directory gives.
    package func contents(of entry: Entry) throws(ZipError) -> [UInt8] {
        let start = try dataStart(of: entry)
        let packed = bytes[start..<start + entry.compressed]
        let found: [UInt8]
        switch entry.method {
        case 0: found = Array(packed)
        default:
            guard let inflated = Inflation.inflate(packed, to: entry.size) else {
                throw ZipError("“\(entry.path)” is damaged, or holds more than it says.")
            }
            found = inflated
        }
        guard found.count == entry.size, Inflation.checksum(found) == entry.checksum else {
            throw ZipError("“\(entry.path)” is damaged: its check sum is not right.")
        }
        return found
    }

    // MARK: - The directory

    private struct End {
        let count: Int
        let offset: Int
        let size: Int
    }

    private static let longestComment = 65_535

    /// The record at the end says where the directory is. It is looked for from the back, as a comment may follow it.
    private static func end(of bytes: [UInt8]) throws(ZipError) -> End {
        let window = LittleWindow(bytes)
        var at = bytes.count - 22
        while at >= max(0, bytes.count - 22 - longestComment) {
            if window.number(4, at) == 0x0605_4B50, window.number(2, at + 20) == bytes.count - at - 22 { break }
            at -= 1
        }
        guard at >= 0, window.number(4, at) == 0x0605_4B50, let disk = window.number(2, at + 4),
            let count = window.number(2, at + 10), let size = window.number(4, at + 12),
            let offset = window.number(4, at + 16)
        else { throw ZipError("This is no zip archive, or a part of it is missing.") }
        guard count != 0xFFFF, offset != 0xFFFF_FFFF, disk == 0 else {
            throw ZipError("Archives in parts or of more than 4 GB are not read.")
        }
        guard offset + size <= at else { throw ZipError("The directory of the archive is damaged.") }
        return End(count: count, offset: offset, size: size)
    }

    private static func directory(_ bytes: [UInt8], _ end: End) throws(ZipError) -> [Entry] {
        let window = LittleWindow(bytes)
        var entries: [Entry] = []
        var known: Set<String> = []
        var at = end.offset
        for _ in 0..<end.count {
            guard window.number(4, at) == 0x0201_4B50, let made = window.number(2, at + 4),
                let flags = window.number(2, at + 8), let method = window.number(2, at + 10),
                let checksum = window.number(4, at + 16), let compressed = window.number(4, at + 20),
                let size = window.number(4, at + 24), let nameLength = window.number(2, at + 28),
                let extra = window.number(2, at + 30), let comment = window.number(2, at + 32),
                let attributes = window.number(4, at + 38), let offset = window.number(4, at + 42),
                at + 46 + nameLength <= end.offset + end.size
            else { throw ZipError("The directory of the archive is damaged.") }
            let path = try ZipPath.read(bytes[(at + 46)..<(at + 46 + nameLength)])
            guard flags & 1 == 0 else { throw ZipError("“\(path)” is encrypted.") }
            // The upper half is the file's mode where the archive was made on Unix.
            guard made >> 8 != 3 || attributes >> 28 != 0xA else { throw ZipError("“\(path)” is a link.") }
            guard method == 0 || method == 8 else {
                throw ZipError("“\(path)” is packed in a way that is not read (method \(method)); use deflate.")
            }
            guard method == 8 || size == compressed else { throw ZipError("“\(path)” is damaged.") }
            guard known.insert(path.lowercased()).inserted else {
                throw ZipError("“\(path)” is in the archive twice.")
            }
            entries.append(
                Entry(
                    path: path, size: size, isFolder: path.hasSuffix("/"), compressed: compressed,
                    checksum: UInt32(truncatingIfNeeded: checksum), method: method, offset: offset))
            at += 46 + nameLength + extra + comment
        }
        return entries
    }

    // MARK: - Checks

    private func checkSizes() throws(ZipError) {
        var total = 0
        for entry in entries {
            guard entry.size <= limits.entryBytes else {
                throw ZipError(
                    "“\(entry.path)” has \(entry.size >> 10) KiB unpacked; at most \(limits.entryBytes >> 10) are read."
                )
            }
            total += entry.size
        }
        guard total <= limits.totalBytes else {
            throw ZipError(
                "The archive has \(total >> 20) MiB unpacked; at most \(limits.totalBytes >> 20) are read.")
        }
        guard total <= max(limits.free, bytes.count * limits.ratio) else {
            throw ZipError("The archive grows to more than \(limits.ratio) times its size; such archives are not read.")
        }
    }

    private func checkPlaces(before directory: Int) throws(ZipError) {
        var end = 0
        for entry in entries.sorted(by: { $0.offset < $1.offset }) {
            guard entry.offset >= end else { throw ZipError("Entries of the archive overlap; it is not read.") }
            end = try dataStart(of: entry) + entry.compressed
            guard end <= directory else { throw ZipError("“\(entry.path)” is damaged.") }
        }
    }

    /// Behind the entry's own head, whose name and extra field may be longer than the directory's.
    private func dataStart(of entry: Entry) throws(ZipError) -> Int {
        let window = LittleWindow(bytes)
        guard window.number(4, entry.offset) == 0x0403_4B50, let name = window.number(2, entry.offset + 26),
            let extra = window.number(2, entry.offset + 28)
        else { throw ZipError("“\(entry.path)” is damaged.") }
        let start = entry.offset + 30 + name + extra
        guard start + entry.compressed <= bytes.count else { throw ZipError("“\(entry.path)” is damaged.") }
        return start
    }
}

/// Numbers, smallest byte first; nil past the end.
struct LittleWindow {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func number(_ count: Int, _ start: Int) -> Int? {
        guard start >= 0, start + count <= bytes.count else { return nil }
        return bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
