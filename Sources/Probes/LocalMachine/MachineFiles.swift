import Glibc

/// Reads the files of a machine below a root folder, never more than a stated number of bytes or names.
///
/// The files belong to the kernel or to other programs and may vanish between two calls; every answer is therefore
/// optional. Nothing here blocks: pipes and devices are opened without waiting.
package struct MachineFiles: Sendable {
    /// Without a slash at its end; empty for the machine itself.
    let root: String

    package init(root: String = "/") {
        var root = root
        while root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    func path(_ path: String) -> String { root + path }

    /// The first bytes of a file; nil if it cannot be opened.
    func bytes(_ path: String, limit: Int = 64 * 1024) -> [UInt8]? {
        let file = open(self.path(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit, 64 * 1024))
        while content.count < limit {
            let count = read(file, &chunk, min(chunk.count, limit - content.count))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 || !content.isEmpty ? content : nil }
            content.append(contentsOf: chunk[..<count])
        }
        return content
    }

    func text(_ path: String, limit: Int = 64 * 1024) -> String? {
        bytes(path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// One value per file, as in `/sys`: trimmed, printable, nil when empty.
    func value(_ path: String) -> String? {
        guard let text = text(path, limit: 4096) else { return nil }
        return PlainText.clean(text)
    }

    func number(_ path: String) -> Int64? { value(path).flatMap { Int64($0) } }

    /// The names in a folder without dots, sorted, at most `limit`; nil if it cannot be read.
    func names(_ path: String, limit: Int = 20_000) -> [String]? {
        guard let folder = opendir(self.path(path)) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < limit, let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func linkTarget(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink(self.path(path), $0, text.count) } ?? -1
            }
        }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    func exists(_ path: String) -> Bool { access(self.path(path), F_OK) == 0 }

    /// Size and free space for ordinary users, in bytes. Only for local file systems: it may wait for a server.
    func usage(_ path: String) -> (size: Int64, free: Int64)? {
        var result = statvfs()
        guard statvfs(self.path(path), &result) == 0 else { return nil }
        let block = Int64(clamping: result.f_frsize)
        return (Int64(clamping: result.f_blocks) * block, Int64(clamping: result.f_bavail) * block)
    }
}

/// Makes text from firmware, drivers and other programs fit to be shown and stored.
enum PlainText {
    /// Without control characters, trimmed, at most 200 characters; nil when nothing is left.
    static func clean(_ text: some StringProtocol) -> String? {
        let scalars = text.unicodeScalars.prefix(4096).map { scalar in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        let words = String(scalars).split(separator: " ")
        let joined = words.joined(separator: " ")
        return joined.isEmpty ? nil : String(joined.prefix(200))
    }

    private static let placeholders: Set<String> = [
        "to be filled by o.e.m.", "default string", "not specified", "system product name", "system manufacturer",
        "system version", "system serial number", "none", "n/a", "na", "unknown", "o.e.m.", "oem", "not available",
        "chassis serial number", "base board serial number", "0", "00000000", "0123456789", "123456789", "xxxxxxxx",
        "type2 - board serial number", "not applicable", "invalid", "empty", "serial", "-", ".",
    ]

    /// Like `clean`, but nil for the many ways in which makers leave a field of their firmware unset.
    static func firmware(_ text: String?) -> String? {
        guard let cleaned = text.flatMap({ clean($0) }) else { return nil }
        return placeholders.contains(cleaned.lowercased()) ? nil : cleaned
    }
}
