import HTTPTypes
import NIOCore

/// A WebSocket handshake, before it is granted.
package struct UpgradeRequest: Sendable {
    package let head: HTTPRequest
    package let connection: ConnectionInfo

    /// The path without the query.
    package var path: Substring { (head.path ?? "").prefix { $0 != "?" } }
}

/// What the application says to a handshake. Whom it granted the socket to is captured by the closure it returns.
package enum UpgradeDecision: Sendable {
    package typealias Serve = @Sendable (WebSocketConnection) async throws -> Void

    /// `serve` owns the socket until it returns; the socket is then closed with 1000, or with 1011 if it threw.
    case serve(Serve)
    /// Answered as ordinary HTTP, after which the connection closes.
    case refuse(HTTPResponse, body: ByteBuffer)
    /// No WebSocket lives here: the request goes to the responder without its `Upgrade` field.
    case passOn

    package typealias Decide = @Sendable (UpgradeRequest) async -> UpgradeDecision
}
