/// How much an archive may hold.
package struct ZipLimits: Sendable {
    package var entries: Int
    /// Of one entry, inflated.
    package var entryBytes: Int
    /// Of all entries, inflated.
    package var totalBytes: Int
    /// How many times its own size an archive may grow; what stays below `free` bytes is not measured.
    package var ratio: Int
    package var free: Int

    package init(entries: Int, entryBytes: Int, totalBytes: Int, ratio: Int = 100, free: Int = 1 << 20) {
        self.entries = entries
        self.entryBytes = entryBytes
        self.totalBytes = totalBytes
        self.ratio = ratio
        self.free = free
    }
}

/// Why an archive is refused, as a sentence.
package struct ZipError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension ZipError {
    /// A file that should be text.
    package init(unreadable path: String) { self.init("“\(path.prefix(80))” is not UTF-8 text.") }
}
