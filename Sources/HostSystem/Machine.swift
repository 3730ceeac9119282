import Kernel

/// What `lstat` says of one file, as far as an installer cares.
package struct FileStatus: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case file, directory, symlink(target: String), other }

    package var kind: Kind
    /// The permission bits, with set-id and sticky bits.
    package var mode: UInt32
    package var user: UInt32
    package var group: UInt32
    /// In bytes.
    package var size: Int64
    /// When its content was last written.
    package var modified: Instant

    package init(
        kind: Kind, mode: UInt32, user: UInt32, group: UInt32, size: Int64,
        modified: Instant = Instant(milliseconds: 0)
    ) {
        self.kind = kind
        self.mode = mode
        self.user = user
        self.group = group
        self.size = size
        self.modified = modified
    }
}

/// Who owns a file, by name: an image that is being built has its own numbers for them.
package struct FileOwner: Sendable, Equatable {
    package var user: String
    package var group: String

    package init(_ user: String, _ group: String) {
        self.user = user
        self.group = group
    }

    package static let root = FileOwner("root", "root")
}

/// One run of another program. Arguments are handed over as they are; no shell reads them, and no secret goes into
/// them: what is secret goes through `input`.
package struct MachineCommand: Sendable, Equatable {
    package var program: String
    package var arguments: [String]
    package var input: [UInt8]
    package var timeLimit: Duration

    package init(
        _ program: String, _ arguments: [String] = [], input: [UInt8] = [], timeLimit: Duration = .seconds(60)
    ) {
        self.program = program
        self.arguments = arguments
        self.input = input
        self.timeLimit = timeLimit
    }
}

package struct CommandResult: Sendable, Equatable {
    /// The exit code; 128 and the signal's number where a signal ended it.
    package var status: Int32
    package var output: [UInt8]
    package var complaint: [UInt8]

    package init(status: Int32, output: [UInt8], complaint: [UInt8]) {
        self.status = status
        self.output = output
        self.complaint = complaint
    }
}

/// The machine that is worked on: the one underneath, or a folder that becomes an image (`--root`). Paths are absolute
/// as they are on the finished machine; the implementation puts the root in front.
///
/// Failures are `AppError` with a sentence that names the path or program.
package protocol Machine: Sendable {
    /// Whether programs that speak to the running system (systemctl) may be run: not in an image.
    var isLive: Bool { get }

    /// Where a path lies on the machine underneath, for programs and libraries that open files themselves. Links are
    /// followed; the end may be missing, a directory above it may not.
    func place(of path: String) throws -> String
    /// Nil where there is nothing. Does not follow a link at the end.
    func status(of path: String) throws -> FileStatus?
    /// The whole file, at most 64 MiB.
    func read(_ path: String) throws -> [UInt8]
    /// The names in a directory, sorted; empty where there is none.
    func list(_ directory: String) throws -> [String]
    /// Whole or not at all, and on the disk when it returns.
    func write(_ bytes: [UInt8], to path: String, mode: UInt32, owner: FileOwner) throws
    /// Makes the one directory, or corrects mode and owner of the one that is there.
    func makeDirectory(_ path: String, mode: UInt32, owner: FileOwner) throws
    func makeSymlink(at path: String, to target: String) throws
    func setMode(_ path: String, mode: UInt32, owner: FileOwner) throws
    /// Copies a file of any size without reading it whole; `source` is outside of the root.
    func copy(from source: String, to path: String, mode: UInt32, owner: FileOwner) throws
    /// Whether `path` is a file with the same bytes as `source`, which is outside of the root.
    func isCopy(of source: String, at path: String) throws -> Bool
    func rename(_ path: String, to other: String) throws
    /// A file, a link or an empty directory. Nothing happens where there is nothing.
    func remove(_ path: String) throws
    /// The names of the numbers in a `FileStatus`.
    func accountNames(user: UInt32, group: UInt32) throws -> FileOwner
    /// Finds a program of this machine on the PATH; nil when it is not installed.
    func find(_ program: String) -> String?
    /// Runs a program of this machine: in an image the image's own, inside of it. Throws when it is not installed or
    /// does not end in time; a status other than 0 is for the caller to judge.
    func run(_ command: MachineCommand) async throws -> CommandResult
}

extension Machine {
    package func exists(_ path: String) throws -> Bool { try status(of: path) != nil }

    /// Like `mkdir -p`: what is there already stays as it is.
    package func makeDirectories(_ path: String, mode: UInt32 = 0o755, owner: FileOwner = .root) throws {
        var place = ""
        for name in path.split(separator: "/") {
            place += "/\(name)"
            if try !exists(place) { try makeDirectory(place, mode: mode, owner: owner) }
        }
    }

    /// Removes a file, or a directory with all that is in it. Links are removed, never followed.
    package func removeAll(_ path: String) throws {
        if try status(of: path)?.kind == .directory {
            for name in try list(path) { try removeAll("\(path)/\(name)") }
        }
        try remove(path)
    }
}
