import Glibc
import Kernel
import Synchronization

/// Asks root for a renewal: the daemon runs without privilege and cannot read the CA's key. It writes a file that
/// `circuit-breaker-renew.path` watches, which starts `installer --renew`; the new files are then picked up.
///
/// Asks at once and then each hour for as long as it is needed. Where the folder is not there or not ours, as in a
/// development run, nothing is asked.
final class RenewalRequest: Sendable {
    static let standardPath = "/run/circuit-breaker/renew-wanted"
    static let patience = Duration.seconds(3600)

    struct Status: Sendable, Equatable {
        /// When it became necessary.
        let since: Instant
        /// When root was asked last; nil where root cannot be asked.
        let askedAt: Instant?
    }

    private let path: String
    private let state = Mutex<Status?>(nil)

    init(path: String) {
        self.path = path
    }

    /// Nil while nothing is needed.
    var status: Status? { state.withLock { $0 } }

    /// True when the file was written just now.
    @discardableResult
    func ask(_ reasons: [String], at now: Instant) -> Bool {
        state.withLock { state in
            if let askedAt = state?.askedAt, now >= askedAt, now - askedAt < Self.patience { return false }
            let isWritten = write(reasons)
            state = Status(since: state?.since ?? now, askedAt: isWritten ? now : nil)
            return isWritten
        }
    }

    /// Everything is in order again.
    func withdraw() {
        state.withLock { state in
            guard state != nil else { return }
            state = nil
            unlink(path)
        }
    }

    private func write(_ reasons: [String]) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { return false }
        defer { close(file) }
        let text = reasons.map { $0 + "\n" }.joined()
        return Glibc.write(file, text, text.utf8.count) == text.utf8.count
    }
}
