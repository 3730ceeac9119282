import NIOCore

/// Where to listen, for whom, and how much of anything one client may take.
package struct ListenerConfiguration: Sendable {
    package var endpoints: [Endpoint]
    package var limits: Limits
    /// What a graceful stop may take before the rest is cut off.
    package var stopGrace: Duration

    package init(endpoints: [Endpoint], limits: Limits = Limits(), stopGrace: Duration = .seconds(10)) {
        self.endpoints = endpoints
        self.limits = limits
        self.stopGrace = stopGrace
    }
}

package struct Endpoint: Sendable, Equatable {
    package enum Place: Sendable, Equatable {
        /// Port 0 asks the kernel for a free one; `onRunning` tells which.
        case address(host: String, port: Int)
        /// A bound, listening socket that systemd handed over. It is closed with the listener.
        case descriptor(CInt)
        /// The file is made with `mode` and removed at the end. A dead socket of an earlier run is taken over.
        case unixSocket(path: String, mode: UInt32)
    }

    package enum Role: Sendable, Equatable {
        case https
        /// Clear text: behind a proxy, on loopback, or on a Unix socket.
        case http
        /// Answers 308 to the same host over https, and nothing else. Nil takes the port of the first https endpoint.
        case redirect(toPort: Int?)
    }

    package var place: Place
    package var role: Role

    package init(_ place: Place, _ role: Role) {
        self.place = place
        self.role = role
    }
}

/// Bounds for one listener. The defaults suit a lab; the tests use small ones.
package struct Limits: Sendable {
    package var connections = 1_000
    package var connectionsPerAddress = 100
    /// From the TCP handshake to the end of the TLS handshake.
    package var handshakeTimeout = TimeAmount.seconds(10)
    /// From then to the end of the first request's head, however slowly it drips.
    package var headTimeout = TimeAmount.seconds(10)
    /// Between two requests on a connection; the next head must be complete by then.
    package var idleTimeout = TimeAmount.seconds(60)
    /// Without a single byte of a body that the application is waiting for.
    package var bodyTimeout = TimeAmount.seconds(30)
    /// Without the client taking anything of what it asked for.
    package var writeTimeout = TimeAmount.seconds(60)
    /// A connection that is done for is still read from for this long, so that the client sees the last answer.
    package var lingerTimeout = TimeAmount.seconds(2)
    package var headerFieldBytes = 16 * 1024
    package var headerBytes = 64 * 1024
    package var headerFields = 100
    /// What may still arrive of a body after its request was answered, before the connection is closed.
    package var unreadBodyBytes = 1 << 20
    package var streamsPerConnection = 100
    package var webSocket = WebSocketLimits()

    package init() {}
}

package struct WebSocketLimits: Sendable {
    /// For one message after inflating, and for one frame.
    package var messageBytes = 1 << 20
    /// What may wait for a slow reader. One message may be larger when nothing else waits.
    package var queueBytes = 1 << 20
    package var queueMessages = 1_024
    package var pingInterval = TimeAmount.seconds(30)
    /// Without the reader taking anything.
    package var writeTimeout = TimeAmount.seconds(30)
    /// For the peer's answer to our close frame.
    package var closeTimeout = TimeAmount.seconds(5)

    package init() {}
}
