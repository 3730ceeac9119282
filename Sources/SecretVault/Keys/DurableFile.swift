import Glibc
import Kernel

/// A file for the daemon's user alone that is replaced in one piece: after a power cut the old content is there, or the
/// new, never half of it.
struct DurableFile: Sendable {
    let path: String

    func replace(with bytes: [UInt8]) throws {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw AppError(
                .unavailable,
                "\(path) is a link or a folder, and only a plain file is replaced. Put a plain file there.")
        }
        let fresh = path + ".new"
        unlink(fresh)
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.problem(path, "written", errno) }
        defer { close(descriptor) }
        do {
            try write(bytes, to: descriptor)
            guard fsync(descriptor) == 0, rename(fresh, path) == 0 else {
                throw Self.problem(path, "written", errno)
            }
        } catch {
            unlink(fresh)
            throw error
        }
        try syncFolder()
    }

    func remove() { unlink(path) }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.problem(path, "written", errno) }
            written += count
        }
    }

    /// The name of the file is on the disk only when its folder is.
    private func syncFolder() throws {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.problem(path, "written", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Self.problem(path, "written", errno) }
    }

    static func problem(_ path: String, _ verb: String, _ code: Int32) -> AppError {
        let cure =
            switch code {
            case EACCES, EPERM: "Give it to the daemon's user with `chown circuit-breaker` and mode 0600."
            case EROFS: "The data directory lies on a file system that cannot be written; mount it for writing."
            case ENOSPC, EDQUOT: "The disk is full: make room, then try again."
            case EISDIR, ENOTDIR: "There is a folder in the way: move it."
            case ELOOP: "It is a link that leads nowhere: replace it by the file."
            default: "Look at the file and the disk, then try again."
            }
        return AppError(
            .unavailable, "\(path) could not be \(verb): \(String(cString: strerror(code))). \(cure)")
    }
}
