import HostSystem
import Kernel
import LocalCA

/// Reads and writes the files of a store. Files of the machine go through `Machine`; files in a person's home only
/// through programs that run as that person, because whoever owns a folder decides what its names point to.
package protocol StoreFiles: Sendable {
    /// Nil where there is nothing.
    func read(_ path: String) async throws -> [UInt8]?
    func exists(_ path: String) async throws -> Bool
    /// Puts bytes in place of a file that is there, keeping its mode and owner; or makes it.
    func write(_ bytes: [UInt8], to path: String) async throws
    func makeDirectory(_ path: String) async throws
    /// The names in a directory; empty where there is none.
    func list(_ directory: String) async throws -> [String]
    /// A file, or a directory if it is empty. Nothing happens where there is nothing.
    func remove(_ path: String) async throws
}

/// The machine's own files, which belong to root.
struct MachineFiles: StoreFiles {
    let machine: any Machine
    /// Of files and directories that are made.
    var fileMode: UInt32 = 0o644
    var directoryMode: UInt32 = 0o755

    func read(_ path: String) throws -> [UInt8]? {
        guard try machine.exists(path) else { return nil }
        return try machine.read(path)
    }

    func exists(_ path: String) throws -> Bool { try machine.exists(path) }

    func write(_ bytes: [UInt8], to path: String) throws {
        guard let status = try machine.status(of: path) else {
            return try machine.write(bytes, to: path, mode: fileMode, owner: .root)
        }
        try machine.write(
            bytes, to: path, mode: status.mode, owner: machine.accountNames(user: status.user, group: status.group))
    }

    func makeDirectory(_ path: String) throws {
        guard try !machine.exists(path) else { return }
        try machine.makeDirectory(path, mode: directoryMode, owner: .root)
    }

    func list(_ directory: String) throws -> [String] { try machine.list(directory) }

    func remove(_ path: String) throws {
        if case .directory = try machine.status(of: path)?.kind {
            guard try machine.list(path).isEmpty else { return }
        }
        try machine.remove(path)
    }
}

/// Files in a person's home, touched as that person.
struct AccountFiles: StoreFiles {
    let machine: any Machine
    let account: TrustAccount

    func read(_ path: String) async throws -> [UInt8]? {
        guard try await exists(path) else { return nil }
        var bytes: [UInt8] = []
        while true {
            // In pieces, because of a program's output only the first megabyte is kept.
            let piece = try await machine.succeed(
                "dd", ["if=\(path)", "bs=\(Self.piece)", "skip=\(bytes.count / Self.piece)", "count=1"], as: account
            ).output
            bytes += piece
            guard piece.count == Self.piece else { break }
            guard bytes.count <= Self.most else {
                throw AppError(.tooLarge, "\(path) is larger than \(Self.most >> 20) MiB, which no such database is.")
            }
        }
        let seal = try await machine.succeed("sha256sum", ["--", path], as: account).output
        guard String(decoding: seal.prefix(64), as: UTF8.self) == Digest.text(bytes) else {
            throw AppError(
                .conflict, "\(path) changed while it was read. Close the program that uses it, then try again.")
        }
        return bytes
    }

    private static let piece = 1 << 19
    private static let most = 64 << 20

    func exists(_ path: String) async throws -> Bool {
        try await machine.attempt("test", ["-e", path], as: account).status == 0
    }

    func write(_ bytes: [UInt8], to path: String) async throws {
        // The new file takes the old one's mode; a database of keys is nobody else's business from its first byte.
        let script =
            #"umask 077; new="$1.new-$$"; cat >"$new" || { rm -f "$new"; exit 1; }; "#
            + #"if [ -e "$1" ]; then chmod --reference="$1" "$new" 2>/dev/null || chmod 600 "$new"; fi; "#
            + #"mv -f "$new" "$1""#
        try await machine.succeed("sh", ["-c", script, "sh", path], input: bytes, as: account)
    }

    func makeDirectory(_ path: String) async throws {
        guard try await !exists(path) else { return }
        try await machine.succeed("mkdir", ["-m", "700", "--", path], as: account)
    }

    func list(_ directory: String) async throws -> [String] {
        guard try await exists(directory) else { return [] }
        let output = try await machine.succeed("ls", ["-A", "--", directory], as: account).output
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    func remove(_ path: String) async throws {
        let script = #"if [ -d "$1" ] && [ ! -L "$1" ]; then rmdir "$1" 2>/dev/null || true; else rm -f "$1"; fi"#
        try await machine.succeed("sh", ["-c", script, "sh", path], as: account)
    }
}
