import NIOPosix

/// Names the makers of hardware addresses from the list that udev brings along (`20-OUI.hwdb`), where the machine has
/// it. Nothing is asked of anybody.
package struct HardwareVendors: Sendable {
    private let files: MachineFiles

    private static let paths = ["/usr/lib/udev/hwdb.d/20-OUI.hwdb", "/lib/udev/hwdb.d/20-OUI.hwdb"]
    /// The list has about 6 MB and grows slowly.
    private static let limit = 16 * 1024 * 1024

    package init(files: MachineFiles = MachineFiles()) {
        self.files = files
    }

    /// By prefix (`00:1b:21`), for those the list knows. Reads on a thread of its own pool.
    package func names(of prefixes: Set<String>, on pool: NIOThreadPool = .singleton) async throws -> [String: String] {
        guard !prefixes.isEmpty else { return [:] }
        return try await pool.runIfActive { namesNow(of: prefixes) }
    }

    /// `OUI:001B21*` on one line, ` ID_OUI_FROM_DATABASE=Intel Corporate` on the next.
    package func namesNow(of prefixes: Set<String>) -> [String: String] {
        guard let bytes = Self.paths.lazy.compactMap({ files.bytes($0, limit: Self.limit) }).first else { return [:] }
        let wanted = Dictionary(
            prefixes.map { (Array("OUI:\($0.uppercased().filter { $0 != ":" })*".utf8), $0) },
            uniquingKeysWith: { first, _ in first })
        let property = Array("ID_OUI_FROM_DATABASE=".utf8)
        var names: [String: String] = [:]
        var prefix: String?
        for line in bytes.lazy.split(separator: UInt8(ascii: "\n")) {
            if line.first == UInt8(ascii: "O") {
                prefix = wanted[Array(line)]
            } else if let found = prefix, line.first == UInt8(ascii: " "), line.dropFirst().starts(with: property) {
                names[found] = PlainText.clean(String(decoding: line.dropFirst(1 + property.count), as: UTF8.self))
                prefix = nil
                if names.count == wanted.count { break }
            }
        }
        return names
    }
}
