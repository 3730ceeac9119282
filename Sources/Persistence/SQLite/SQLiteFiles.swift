import Glibc

/// The few things about files that SQLite does not do by itself.
enum SQLiteFiles {
    /// An empty file that only its owner may read; its companions (`-wal`, `-shm`) inherit that.
    static func createPrivately(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("The database \(path) cannot be created") }
        Glibc.close(descriptor)
    }

    /// Gives a finished file its name, so that after a power failure there is the old one or the whole new one.
    static func moveDurably(_ source: String, to target: String) throws {
        try synchronise(source)
        guard rename(source, target) == 0 else { throw failure("The copy \(target) cannot be named") }
        let folder = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
        try synchronise(folder.isEmpty ? "/" : folder)
    }

    private static func synchronise(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("\(path) cannot be opened") }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("\(path) cannot be written to the disk") }
    }

    private static func failure(_ what: String) -> PersistenceError {
        let code = errno
        return .unavailable(trouble(code), "\(what): \(String(cString: strerror(code))).")
    }

    private static func trouble(_ code: Int32) -> DatabaseTrouble {
        switch code {
        case ENOSPC, EDQUOT: .full
        case EROFS: .readOnly
        case EIO: .inputOutput
        case EMFILE, ENFILE: .openFiles
        default: .unopened
        }
    }
}
