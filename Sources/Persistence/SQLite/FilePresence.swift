import Glibc
import Synchronization

/// Whether the database still has the name it was opened by. An open file that was deleted or replaced takes writes as
/// before, and all of them are gone at the next start: better to refuse them.
final class FilePresence: Sendable {
    private struct Identity: Equatable {
        let device: UInt
        let inode: UInt
    }

    private struct State {
        var database: Identity?
        var log: Identity?
    }

    private let path: String
    private let state = Mutex(State())

    init(_ path: String) {
        self.path = path
    }

    /// Called before each commit; what is there at the first one is what belongs there.
    func check() throws {
        let database = Self.identity(path)
        let log = Self.identity(path + "-wal")
        let (known, knownLog) = state.withLock { state in
            if state.database == nil { state.database = database }
            if state.log == nil { state.log = log }
            return (state.database, state.log)
        }
        guard known == database else { throw moved(path) }
        guard knownLog == log else { throw moved(path + "-wal") }
    }

    /// SQLite keeps the operating system's reason for an input/output error to itself; the folder tells it.
    func explaining(_ error: PersistenceError) -> PersistenceError {
        guard case .unavailable(.inputOutput, let message) = error else { return error }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var space = statvfs()
        if access(folder, W_OK) != 0, errno == EROFS { return .unavailable(.readOnly, message) }
        if statvfs(folder, &space) == 0, space.f_bavail == 0 { return .unavailable(.full, message) }
        return error
    }

    private func moved(_ path: String) -> PersistenceError {
        .unavailable(
            .moved, "The database file \(path) was moved, deleted or replaced while it was in use, so nothing is saved."
        )
    }

    private static func identity(_ path: String) -> Identity? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
    }
}
