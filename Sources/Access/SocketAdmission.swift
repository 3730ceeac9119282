import Kernel
import Synchronization

/// Why a WebSocket that was admitted has to go.
package enum SocketEnd: Sendable, Equatable {
    /// The session or token behind it has ended: close with 4401.
    case revoked
    /// The person's rights have changed: close so that the client comes back and is admitted anew.
    case rightsChanged
}

/// A WebSocket that may stay open until it is told otherwise. Whoever holds it ends it when the socket closes.
package struct SocketAdmission: Sendable {
    package let caller: Caller
    let proof: Proof
    private let watch: SocketWatches.Watch?

    /// What the admission rests on, to be checked again later.
    enum Proof: Sendable, Equatable {
        case session(hash: String)
        case token(hash: String)
        /// `CB_API_TOKEN`, which changes only with the daemon.
        case configured
        case openReading
    }

    init(caller: Caller, proof: Proof, watch: SocketWatches.Watch?) {
        self.caller = caller
        self.proof = proof
        self.watch = watch
    }

    /// The socket has closed by itself; nobody needs to be told any more.
    package func end() {
        watch?.cancel()
    }
}

/// The open sockets and what each rests on.
final class SocketWatches: Sendable {
    private struct Entry {
        let caller: Caller
        let ownerID: Int64?
        let onEnd: @Sendable (SocketEnd) -> Void
    }

    struct Watch: Sendable {
        fileprivate let number: UInt64
        fileprivate let watches: SocketWatches

        func cancel() {
            watches.entries.withLock { $0.byNumber[number] = nil }
        }
    }

    private struct Entries {
        var last: UInt64 = 0
        var byNumber: [UInt64: Entry] = [:]
    }

    private let entries = Mutex(Entries())

    var count: Int { entries.withLock { $0.byNumber.count } }

    /// `ownerID` is the person a token belongs to.
    func add(_ caller: Caller, ownerID: Int64?, onEnd: @escaping @Sendable (SocketEnd) -> Void) -> Watch {
        entries.withLock { entries in
            entries.last += 1
            entries.byNumber[entries.last] = Entry(caller: caller, ownerID: ownerID, onEnd: onEnd)
            return Watch(number: entries.last, watches: self)
        }
    }

    /// Tells those sockets once. `onEnd` must not block; it is called outside of the lock.
    func end(_ scope: CredentialScope, _ end: SocketEnd) {
        let ending = entries.withLock { entries in
            let found = entries.byNumber.filter { _, entry in
                scope.covers(
                    sessionID: entry.caller.sessionID, tokenID: entry.caller.kind == .token ? entry.caller.id : nil,
                    personID: entry.ownerID)
            }
            for number in found.keys { entries.byNumber[number] = nil }
            return found.values.map(\.onEnd)
        }
        for onEnd in ending { onEnd(end) }
    }
}
