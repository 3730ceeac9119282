import Glibc
import Kernel

/// Held by whoever works on a data directory: the daemon while it runs, or a command that replaces the state. The kernel
/// drops it with the process.
package final class StateLock: Sendable {
    private let descriptor: Int32

    /// Throws `.conflict` while somebody else holds it. The directory has to exist.
    package init(_ places: StatePlaces) throws {
        descriptor = open(places.lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Folder.trouble(places.lock, "opened", errno) }
        do {
            try Folder.giveAway(places.lock, like: places.directory)
        } catch {
            close(descriptor)
            throw error
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw Folder.trouble(places.lock, "locked", code) }
            throw AppError(
                .conflict,
                "The state in \(places.directory) is in use: the daemon runs, or another command works on it. Stop it "
                    + "first, with `systemctl stop circuit-breaker`.")
        }
    }

    deinit {
        close(descriptor)
    }
}
