import Glibc
import Kernel

/// A machine whose files are real: the one underneath, or the folder of an image that is being built.
///
/// Below a root every link is followed as the finished machine would follow it, so nothing outside of the folder is
/// ever touched; accounts are those of the root's /etc/passwd and /etc/group; programs run inside of it by `chroot`.
package struct LiveMachine: Machine {
    /// Empty for the machine underneath, else the folder without a slash at the end.
    package let root: String
    private let paths: RootedPaths

    /// Blocking file work; nothing here belongs on an event loop.
    package init(root: String = "/") {
        var folder = root[...]
        while folder.hasSuffix("/") { folder = folder.dropLast() }
        self.root = String(folder)
        paths = RootedPaths(root: String(folder))
    }

    package var isLive: Bool { root.isEmpty }

    package func status(of path: String) throws -> FileStatus? {
        guard let place = try paths.resolve(path) else { return nil }
        var found = stat()
        guard lstat(place, &found) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw failure("look at", path) }
            return nil
        }
        let kind: FileStatus.Kind =
            switch found.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .symlink(target: try RootedPaths.target(of: place))
            default: .other
            }
        return FileStatus(
            kind: kind, mode: found.st_mode & 0o7777, user: found.st_uid, group: found.st_gid,
            size: Int64(found.st_size),
            modified: Instant(
                milliseconds: Int64(found.st_mtim.tv_sec) * 1000 + Int64(found.st_mtim.tv_nsec) / 1_000_000))
    }

    package func place(of path: String) throws -> String { try required(path, follow: true) }

    package func read(_ path: String) throws -> [UInt8] {
        let file = try OpenFile(required(path, follow: true), O_RDONLY | O_NONBLOCK, named: path)
        return try file.contents(atMost: Self.largestRead)
    }

    package func list(_ directory: String) throws -> [String] {
        guard let place = try paths.resolve(directory, follow: true) else { return [] }
        guard let stream = opendir(place) else {
            guard errno == ENOENT || errno == ENOTDIR else { throw failure("list", directory) }
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func write(_ bytes: [UInt8], to path: String, mode: UInt32, owner: FileOwner) throws {
        try replace(path, mode: mode, owner: owner) { try $0.write(bytes) }
    }

    package func copy(from source: String, to path: String, mode: UInt32, owner: FileOwner) throws {
        let original = try OpenFile(source, O_RDONLY, named: source)
        try replace(path, mode: mode, owner: owner) { try original.copyContents(to: $0) }
    }

    package func isCopy(of source: String, at path: String) throws -> Bool {
        guard let place = try paths.resolve(path), try status(of: path)?.kind == .file else { return false }
        let original = try OpenFile(source, O_RDONLY, named: source)
        return try original.hasSameContents(as: OpenFile(place, O_RDONLY, named: path))
    }

    package func makeDirectory(_ path: String, mode: UInt32, owner: FileOwner) throws {
        let place = try required(path)
        let numbers = try accounts().numbers(of: owner, for: path)
        func set(_ folder: String) throws {
            try OpenFile(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, named: path).set(mode: mode, owner: numbers)
        }
        if try status(of: path) != nil { return try set(place) }
        // Like a file, it appears with its mode and owner: a run that was killed in between would leave a directory
        // that looks finished to the next one and is closed to everybody.
        let draft = Self.draft(beside: place)
        if rmdir(draft) != 0 { unlink(draft) }
        guard mkdir(draft, 0o700) == 0 else { throw failure("make", path) }
        do {
            try set(draft)
            guard Glibc.rename(draft, place) == 0 else { throw failure("make", path) }
        } catch {
            rmdir(draft)
            throw error
        }
        try OpenFile.syncParent(of: place, named: path)
    }

    package func makeSymlink(at path: String, to target: String) throws {
        let place = try required(path)
        let draft = Self.draft(beside: place)
        unlink(draft)
        guard symlink(target, draft) == 0, Glibc.rename(draft, place) == 0 else {
            let problem = failure("make the link", path)
            unlink(draft)
            throw problem
        }
        try OpenFile.syncParent(of: place, named: path)
    }

    package func setMode(_ path: String, mode: UInt32, owner: FileOwner) throws {
        // O_NOFOLLOW: whoever puts a link there must not have its target's mode changed by root.
        let file = try OpenFile(required(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK, named: path)
        try file.set(mode: mode, owner: accounts().numbers(of: owner, for: path))
    }

    package func rename(_ path: String, to other: String) throws {
        let (old, new) = (try required(path), try required(other))
        guard Glibc.rename(old, new) == 0 else { throw failure("rename", path) }
        try OpenFile.syncParent(of: old, named: path)
        try OpenFile.syncParent(of: new, named: other)
    }

    package func remove(_ path: String) throws {
        guard let place = try paths.resolve(path) else { return }
        guard unlink(place) != 0 else { return try OpenFile.syncParent(of: place, named: path) }
        if errno == ENOENT || errno == ENOTDIR { return }
        // A directory answers EISDIR on Linux; EPERM is POSIX's word for the same.
        guard errno == EISDIR || errno == EPERM, rmdir(place) == 0 else { throw failure("remove", path) }
        try OpenFile.syncParent(of: place, named: path)
    }

    package func accountNames(user: UInt32, group: UInt32) throws -> FileOwner {
        try accounts().names(user: user, group: group)
    }

    package func find(_ program: String) -> String? {
        let candidates = program.contains("/") ? [program] : Self.searchPath.map { "\($0)/\(program)" }
        return candidates.first { path in
            guard let place = try? paths.resolve(path, follow: true) else { return false }
            var found = stat()
            return stat(place, &found) == 0 && found.st_mode & S_IFMT == S_IFREG && access(place, X_OK) == 0
        }
    }

    package func run(_ command: MachineCommand) async throws -> CommandResult {
        guard let program = find(command.program) else {
            throw AppError(
                .notFound, "The program \(command.program) is not installed. Install the package that holds it.")
        }
        let words = isLive ? [program] : ["chroot", root, program]
        let start = isLive ? program : LiveMachine().find("chroot")
        guard let start else {
            throw AppError(.notFound, "The program chroot is not installed. Install the package coreutils.")
        }
        return try await ProgramRun(path: start, words: words + command.arguments, command: command).result()
    }
}

extension LiveMachine {
    private static let largestRead = 64 << 20
    /// Administrators' programs come first: a daemon's PATH may lack them.
    static let searchPath = [
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
    ]

    /// Beside the file, with a name that is always the same: what a killed run left behind is used up by the next.
    static func draft(beside place: String) -> String {
        let cut = place.lastIndex(of: "/").map { place.index(after: $0) } ?? place.startIndex
        return "\(place[..<cut]).\(place[cut...]).new"
    }

    private func replace(
        _ path: String, mode: UInt32, owner: FileOwner, filling fill: (OpenFile) throws -> Void
    ) throws {
        // Through a link at the end: /etc/pki's files are links on some systems, and must stay so.
        let place = try required(path, follow: true)
        let numbers = try accounts().numbers(of: owner, for: path)
        let draft = Self.draft(beside: place)
        unlink(draft)
        do {
            let file = try OpenFile(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600, named: path)
            try fill(file)
            try file.set(mode: mode, owner: numbers)
            try file.sync()
            guard Glibc.rename(draft, place) == 0 else { throw failure("write", path) }
        } catch {
            unlink(draft)
            throw error
        }
        try OpenFile.syncParent(of: place, named: path)
    }

    private func required(_ path: String, follow: Bool = false) throws -> String {
        guard let place = try paths.resolve(path, follow: follow) else {
            throw AppError(.notFound, "\(path) cannot be reached: a directory above it is missing.")
        }
        return place
    }

    private func accounts() throws -> AccountFiles {
        func text(_ path: String) throws -> String {
            guard try status(of: path) != nil else { return "" }
            return String(decoding: try read(path), as: UTF8.self)
        }
        return AccountFiles(passwd: try text("/etc/passwd"), group: try text("/etc/group"))
    }

    private func failure(_ action: String, _ path: String) -> AppError { OpenFile.failure(action, path) }
}
