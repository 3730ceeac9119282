import HTTPTypes
import Kernel

/// Decides who is asking. `Access` is the one implementation; `HTTPKit` only asks.
package protocol Gatekeeper: Sendable {
    /// The caller behind the request, or nil for nobody. Throws where the request must not go on at all: set-up not
    /// done, a token that is wrong or expired, a cookie-authenticated write without a same-origin proof.
    func caller(of request: RequestFacts, need: Need) async throws -> Caller?
}

/// What is known of a request before it is routed: the facts access decisions are made of.
package struct RequestFacts: Sendable {
    package let method: HTTPRequest.Method
    package let path: String
    package let headers: HTTPFields
    package let origin: RequestOrigin
    package let requestID: String

    package init(
        method: HTTPRequest.Method, path: String, headers: HTTPFields, origin: RequestOrigin, requestID: String
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.origin = origin
        self.requestID = requestID
    }

    /// The value of the cookie of that name.
    package func cookie(_ name: String) -> String? {
        for line in headers[values: .cookie] {
            for pair in line.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name[...] else { continue }
                return String(parts[1])
            }
        }
        return nil
    }
}

/// Where a request came from and how it was addressed, after trusted proxies have been taken into account.
package struct RequestOrigin: Sendable, Equatable {
    /// The client's address as text; empty on a Unix socket.
    package var address: String
    package var isTLS: Bool
    /// The host (and port) the client asked for, such as `lab.local:8443`.
    package var host: String
    /// Came over the local Unix socket.
    package var isLocalSocket: Bool
    /// The user at the other end of the Unix socket, as the kernel tells it.
    package var localUser: UInt32?

    package init(
        address: String = "", isTLS: Bool = false, host: String = "", isLocalSocket: Bool = false,
        localUser: UInt32? = nil
    ) {
        self.address = address
        self.isTLS = isTLS
        self.host = host
        self.isLocalSocket = isLocalSocket
        self.localUser = localUser
    }

    /// `https://lab.local:8443`, as a browser names this origin.
    package var text: String { "\(isTLS ? "https" : "http")://\(host)" }
}
