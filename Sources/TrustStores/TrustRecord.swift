import HostSystem
import JSONKit
import Kernel
import LocalCA

/// What was done to one store, as far as it takes to undo it.
package struct TrustEntry: Sendable, Equatable, Codable {
    /// A file a tool rewrites whole.
    package struct RewrittenFile: Sendable, Equatable, Codable {
        package let path: String
        /// SHA-256 of what was there before the first change, whose bytes are kept beside the record; nil when
        /// nothing was.
        package let before: String?
        /// SHA-256 of what our last change left. While the file still has it, nobody else has changed it since, and the
        /// bytes from before may be put back. Nil where somebody else has.
        package var after: String?
    }

    package let store: TrustStoreID
    /// The roots we put in, as PEM.
    package var roots: [String]
    package var files: [RewrittenFile]
    /// Directories we made, outermost first.
    package var directories: [String]

    package var certificates: [Certificate] {
        get throws { try roots.flatMap { try Certificate.all(inPEM: Array($0.utf8)) } }
    }
}

/// The list of everything that was done to stores, kept where only its owner can change it: what it names is deleted.
package struct TrustRecord: Sendable {
    private let files: any StoreFiles
    private let directories: [String]
    private let directory: String

    /// The machine's record, which root keeps.
    package static func ofMachine(_ machine: any Machine) -> TrustRecord {
        TrustRecord(
            files: MachineFiles(machine: machine, fileMode: 0o600, directoryMode: 0o700),
            directories: ["/etc/circuit-breaker"], directory: "/etc/circuit-breaker/trust")
    }

    /// A person's own, for stores in the own home.
    package static func of(_ account: TrustAccount, on machine: any Machine) -> TrustRecord {
        let state = "\(account.home)/.local/state"
        return TrustRecord(
            files: AccountFiles(machine: machine, account: account),
            directories: ["\(account.home)/.local", state, "\(state)/circuit-breaker"],
            directory: "\(state)/circuit-breaker/trust")
    }

    /// The file itself.
    private struct Content: Codable {
        /// Directories that were made for the record, outermost first.
        var directories: [String] = []
        var entries: [TrustEntry] = []
    }

    private var path: String { "\(directory)/record.json" }

    package func entries() async throws -> [TrustEntry] { try await content().entries }

    func entry(for store: TrustStoreID) async throws -> TrustEntry? {
        try await entries().first { $0.store == store }
    }

    /// Writes one store's entry, or forgets it; without entries the record goes away.
    func keep(_ entry: TrustEntry?, for store: TrustStoreID) async throws {
        var content = try await prepared()
        content.entries.removeAll { $0.store == store }
        if let entry { content.entries.append(entry) }
        try await write(content)
        let wanted = Set(content.entries.flatMap { $0.files.compactMap(\.before) })
        for name in try await files.list(directory) where name.utf8.count == 64 && !wanted.contains(name) {
            try await files.remove("\(directory)/\(name)")
        }
        guard content.entries.isEmpty else { return }
        try await files.remove(path)
        try await files.remove(directory)
        for made in content.directories.reversed() { try await files.remove(made) }
    }

    /// The bytes a file had before.
    func original(_ digest: String) async throws -> [UInt8] {
        guard let bytes = try await files.read("\(directory)/\(digest)"), Digest.text(bytes) == digest else {
            throw AppError(.fault, "The copy \(directory)/\(digest) is missing or damaged.")
        }
        return bytes
    }

    func keepOriginal(_ bytes: [UInt8]) async throws -> String {
        let digest = Digest.text(bytes)
        _ = try await prepared()
        try await files.write(bytes, to: "\(directory)/\(digest)")
        return digest
    }

    private func content() async throws -> Content {
        guard let bytes = try await files.read(path) else { return Content() }
        do {
            return try JSONValueDecoder.decode(Content.self, from: JSONParser.parse(bytes))
        } catch {
            throw AppError(
                .invalid,
                "The record \(path) of what was put into trust stores cannot be read. Move it away; roots have to be "
                    + "taken out by hand then.", cause: error)
        }
    }

    /// The record with its folder made.
    private func prepared() async throws -> Content {
        var content = try await content()
        var isNew = false
        for directory in directories + [directory] where try await !files.exists(directory) {
            try await files.makeDirectory(directory)
            if directory != self.directory { content.directories.append(directory) }
            isNew = true
        }
        if isNew { try await write(content) }
        return content
    }

    private func write(_ content: Content) async throws {
        var writer = JSONWriter()
        JSONValueEncoder.write(content, to: &writer)
        try await files.write(writer.bytes + [UInt8(ascii: "\n")], to: path)
    }
}

extension Digest {
    /// SHA-256 in 64 lower-case digits.
    static func text(_ bytes: [UInt8]) -> String {
        sha256(bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
