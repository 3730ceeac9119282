import BackupFile
import Kernel
import Persistence

/// Puts the pieces of a backup into place below a folder, and its rows into a fresh database.
struct StateLoader: BackupVisitor, ~Copyable {
    private let tables: TableLoader
    private let folder: String
    private var file: FileSink?

    /// What is not the database goes below `folder`.
    init(into tables: TableLoader, folder: String) {
        self.tables = tables
        self.folder = folder
    }

    mutating func begin(_ contents: BackupContents) {}
    mutating func beginTable(_ name: String, columns: [String]) throws { try tables.begin(name, columns: columns) }
    mutating func rows(_ bytes: [UInt8]) throws { try tables.take(bytes) }
    mutating func endTable() { tables.end() }

    mutating func beginFile(_ area: BackupManifest.File.Area, path: String) throws {
        let target = "\(folder)/\(try Self.place(of: path, in: area))"
        if let slash = target.lastIndex(of: "/") { try Folder.make(String(target[..<slash])) }
        file = try FileSink(path: target)
    }

    mutating func fileBytes(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try file?.write($0) }
    }

    mutating func endFile() throws {
        try file?.finish()
        file = nil
    }

    /// Where a file lies below the folder. A backup that somebody else made must not write elsewhere.
    static func place(of path: String, in area: BackupManifest.File.Area) throws -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        let isSound =
            !parts.isEmpty
            && parts.allSatisfy { $0 != "." && $0 != ".." && !$0.utf8.contains(0) && $0.utf8.count < 256 }
        guard isSound else { throw BackupFileError.contentsUnreadable("a file has the path “\(path)”") }
        switch area {
        case .keyring: return ".env"
        case .uploads:
            guard parts.count > 1, !parts[0].hasPrefix("."), !StatePlaces.ownFolders.contains(parts[0]),
                !StatePlaces.ownFiles.contains(parts[0])
            else {
                throw BackupFileError.contentsUnreadable("a file has the path “\(path)”")
            }
            return parts.joined(separator: "/")
        case .configuration, .certificates:
            return "\(Self.aside)/\(area.rawValue)/\(parts.joined(separator: "/"))"
        }
    }

    /// For what a restore does not put in place by itself.
    static let aside = "from-backup"
}
