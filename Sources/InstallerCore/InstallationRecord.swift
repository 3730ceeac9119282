import HostSystem
import JSONKit
import Kernel

/// What the installer made that was not there before, so that `--purge` takes away exactly that. It is written before
/// anything in it is made, and stays until the purge.
package struct InstallationRecord: Sendable, Equatable, Codable {
    /// Where a provided pair came from, when renewals are to be picked up there.
    package struct Source: Sendable, Equatable, Codable {
        package var certificateFile: String
        package var keyFile: String?
        package var passphraseFile: String?
    }

    package var prefix: String
    package var version: String
    /// Directories outside of the product's own, outermost first.
    package var directories: [String] = []
    /// Files below the prefix and the links that enable units.
    package var files: [String] = []
    package var madeAccount = false
    package var follow: Source?

    package init(prefix: String, version: String) {
        self.prefix = prefix
        self.version = version
    }

    package static let path = "\(Layout.memory)/installation.json"

    /// Nil where nothing was installed by this installer.
    package static func read(on machine: any Machine) throws -> InstallationRecord? {
        guard try machine.exists(path) else { return nil }
        do {
            return try JSONValueDecoder.decode(Self.self, from: try JSONParser.parse(machine.read(path)))
        } catch let error as AppError {
            throw error
        } catch {
            throw AppError(
                .invalid,
                "\(path), in which the installer remembers what it made, cannot be read. Move it away and run this "
                    + "again; a later --purge then leaves directories that are empty.", cause: error)
        }
    }

    package func write(on machine: any Machine) throws {
        if try machine.status(of: Layout.memory).map({ $0.kind != .directory || $0.mode != 0o700 }) ?? true {
            try machine.makeDirectory(Layout.memory, mode: 0o700, owner: .root)
        }
        let text = JSONValueEncoder.encode(self).text + "\n"
        try machine.write(Array(text.utf8), to: Self.path, mode: 0o600, owner: .root)
    }
}
