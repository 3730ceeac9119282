import Kernel
import Serving

/// The streams a page can follow.
package enum LiveStream: String, Sendable, CaseIterable {
    /// The map and everything documented: `inventory.…` and `topology.…` events, each followed by what it changes on
    /// the map.
    case topology
    case discovery
    /// The daemon's own condition.
    case status

    package init?(path: Substring) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[1] == "api", parts[2] == "v1", parts[4] == "stream" else { return nil }
        self.init(rawValue: String(parts[3]))
    }

    /// Without it the stream cannot be followed; single frames may need more.
    package var permission: Permission {
        switch self {
        case .topology: .viewMap
        case .discovery: .viewDiscovery
        case .status: .viewStatus
        }
    }
}

/// Bounds of the hub, in time, number and bytes. What waits for one slow reader is bounded by `WebSocketLimits`.
package struct LiveLimits: Sendable {
    /// For the first message of a socket whose handshake proved nobody.
    package var authentication = Duration.seconds(5)
    /// How long the first frames are held back for a page that is about to say where it goes on from. A page says so
    /// with its first message; who says nothing follows from the greeting on.
    package var grace = Duration.milliseconds(250)
    /// What is kept for pages that come back.
    package var backlogEntries = 4_096
    package var backlogBytes = 8 << 20
    /// Sent in one go to a page that catches up, before the socket has to have taken it.
    package var chunkEntries = 32
    package var chunkBytes = 128 << 10
    /// Clients say little: a token, a number.
    package var messageBytes = 8 << 10
    /// Sessions end by time too, which no event tells.
    package var renewal = Duration.seconds(60)
    /// Events that may wait for a feed before its pages are told to fetch anew.
    package var buffer = 4_096

    package init() {}
}

extension CloseReason {
    static let notUnderstood = CloseReason(4400, "the message is not understood")
    static let signInFirst = CloseReason(4401, "sign in first")
    static let signedOut = CloseReason(4401, "the session has ended")
    static let notAllowed = CloseReason(4403, "this stream needs another permission")
    static let tooFast = CloseReason(4429, "messages come too fast")
    static let onlyText = CloseReason(1003, "messages are JSON text")
    static let messageTooLong = CloseReason(1009, "the message is too long")
}
