// `stat` belongs to whichever C module was loaded first.
import CDispatch
import Glibc
import Kernel
import Persistence

/// The directory of the state. Only the daemon's user may enter it.
struct DataDirectory: Sendable {
    let path: String

    var database: String { "\(path)/app.db" }
    var setupCode: String { "\(path)/setup-code" }
    var backups: String { "\(path)/backups" }

    /// Makes what is missing, closes it to others, and finds out now whether it can be written.
    func prepare() throws {
        try make(path)
        var status = stat()
        guard stat(path, &status) == 0 else { throw problem(errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw problem(ENOTDIR) }
        // A directory that was made by hand is closed as well; one that belongs to somebody else cannot be.
        if status.st_mode & 0o077 != 0, status.st_uid == geteuid() { chmod(path, 0o700) }
        guard access(path, W_OK | X_OK) == 0 else { throw problem(errno) }
    }

    private func make(_ folder: String) throws {
        guard mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let parent = Self.parent(of: folder) else { throw problem(errno) }
        try make(parent)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw problem(errno) }
    }

    static func parent(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
        return String(path[..<slash])
    }

    private func problem(_ code: Int32) -> AppError {
        let cure =
            switch code {
            case ENOTDIR, EEXIST: "There is a file in the way: move it, or choose another data.dir."
            case ENOSPC, EDQUOT: "The disk is full: make room, then start again."
            case EROFS: "It lies on a file system that cannot be written; choose another data.dir."
            default: "Give it to the daemon's user with `chown circuit-breaker`, or choose another data.dir."
            }
        let message = "The data directory \(path) cannot be used: \(String(cString: strerror(code))). \(cure)"
        // A disk that is full or was mounted read-only may be mended while the daemon waits.
        let trouble: DatabaseTrouble? =
            switch code {
            case ENOSPC, EDQUOT: .full
            case EROFS: .readOnly
            case EIO: .inputOutput
            default: nil
            }
        return AppError(
            .unavailable, message, cause: trouble.map { PersistenceError.unavailable($0, message) })
    }
}
