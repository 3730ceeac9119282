import Glibc
import Kernel
import NIOPosix

/// A folder of this machine: a disk, or a share that is mounted. A file appears under its name when all of it is on the
/// disk, by one rename.
package struct DirectoryTarget: BackupTarget {
    package let path: String
    /// How a name of a backup looks.
    private let isBackup: @Sendable (String) -> Bool
    /// What is stored lies on the same disk and is not needed where it is: it need not be copied.
    private let takesOver: Bool

    package init(
        path: String, takesOver: Bool = false, isBackup: @escaping @Sendable (String) -> Bool = BackupName.isValid
    ) {
        self.path = path
        self.takesOver = takesOver
        self.isBackup = isBackup
    }

    package func list() async throws(TargetFailure) -> [StoredFile] {
        try await blocking { [path, isBackup] () throws(TargetFailure) in
            guard let folder = opendir(path) else { throw Self.failure("cannot be read", path) }
            defer { closedir(folder) }
            var found: [StoredFile] = []
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard isBackup(name) else { continue }
                var status = stat()
                // Gone since, or not a file: nothing to list.
                guard lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
                found.append(
                    StoredFile(
                        name: name, size: Int64(status.st_size),
                        changedAt: Instant(milliseconds: Int64(status.st_mtim.tv_sec) * 1000)))
            }
            return found
        }
    }

    package func store(
        _ source: String, as name: String, progress: @Sendable (Int64) -> Void
    ) async throws(TargetFailure) {
        try check(name)
        let part = "\(path)/.\(name).part"
        do {
            try await blocking { [path] () throws(TargetFailure) in try Self.makeFolder(path) }
            if try await !isTaken(source, as: part) {
                try await FileCopy.run(from: source, to: part, replacing: true, progress: progress)
            }
            try await blocking { [path] () throws(TargetFailure) in
                guard rename(part, "\(path)/\(name)") == 0 else { throw Self.failure("cannot be written to", path) }
                try FileCopy.syncFolder(path)
            }
        } catch {
            unlink(part)
            throw error
        }
    }

    /// Gives the file a second name here, which costs nothing; false where that cannot be.
    private func isTaken(_ source: String, as part: String) async throws(TargetFailure) -> Bool {
        guard takesOver else { return false }
        return try await blocking { [path] () throws(TargetFailure) in
            unlink(part)
            guard link(source, part) == 0 else { return false }
            let descriptor = open(part, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw Self.failure("cannot be written to", path) }
            return true
        }
    }

    package func piece(
        _ name: String, at offset: Int64, length: Int
    ) async throws(TargetFailure) -> FilePiece {
        try check(name)
        let file = try await FilePieces.open("\(path)/\(name)")
        let count = Int(min(Int64(length), max(0, file.size - offset)))
        return FilePiece(bytes: try await file.read(at: offset, length: count), total: file.size)
    }

    package func fetch(
        _ name: String, to destination: String, progress: @Sendable (Int64) -> Void
    ) async throws(TargetFailure) {
        try check(name)
        do {
            try await FileCopy.run(
                from: "\(path)/\(name)", to: destination, replacing: false, progress: progress)
        } catch {
            // What was there before is not ours to take away: the copy says so without having made anything.
            if error.kind != .refused { unlink(destination) }
            throw error
        }
    }

    package func delete(_ name: String) async throws(TargetFailure) {
        try check(name)
        try await blocking { [path] () throws(TargetFailure) in
            guard unlink("\(path)/\(name)") == 0 || errno == ENOENT else {
                throw Self.failure("does not let a file be deleted", path)
            }
        }
    }

    package func probe() async throws(TargetFailure) {
        try await blocking { [path] () throws(TargetFailure) in
            try Self.makeFolder(path)
            let file = "\(path)/.circuit-breaker-probe-\(getpid())"
            defer { unlink(file) }
            let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Self.failure("cannot be written to", path) }
            defer { close(descriptor) }
            let bytes = [UInt8](repeating: 0x43, count: 4096)
            guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
                throw Self.failure("cannot be written to", path)
            }
        }
        _ = try await list()
    }

    private func check(_ name: String) throws(TargetFailure) {
        guard isBackup(name) else { throw TargetFailure(.missing, "“\(name.prefix(80))” is not the name of a backup.") }
    }

    /// The folder itself is made; the folders above it have to be there, so that a disk that is not mounted is noticed.
    private static func makeFolder(_ path: String) throws(TargetFailure) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw TargetFailure(.refused, "\(path) is not a folder. Give another path, or move that file away.")
            }
            return
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("cannot be made", path) }
    }

    /// What `errno` means for the folder at that path.
    static func failure(_ what: String, _ path: String) -> TargetFailure {
        let reason = errno
        let folder = "The folder \(path) \(what)"
        return switch reason {
        case ENOENT, ENOTDIR:
            TargetFailure(.missing, "\(folder): it is not there. Is the disk mounted? Make it, or give another path.")
        case EACCES, EPERM:
            TargetFailure(
                .refused, "\(folder): the daemon's user may not. Give it to the user circuit-breaker with `chown`.")
        case EROFS:
            TargetFailure(
                .refused,
                "\(folder): it is read-only for the daemon. Outside of its data directory the daemon's unit has to name "
                    + "it: ReadWritePaths=\(path), by `systemctl edit circuit-breaker`.")
        case ENOSPC, EDQUOT:
            TargetFailure(.full, "\(folder): there is no room left. Delete something there, or keep fewer backups.")
        default:
            TargetFailure(.broken, "\(folder): \(String(cString: strerror(reason))).")
        }
    }
}

/// Runs what blocks away from the threads that everybody shares.
func blocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws(TargetFailure) -> Value
) async throws(TargetFailure) -> Value {
    do {
        return try await NIOThreadPool.singleton.runIfActive { try work() }
    } catch let failure as TargetFailure {
        throw failure
    } catch {
        throw .cancelled
    }
}
