import Glibc
import NIOCore

/// What is known of the peer before it says anything. Handed to the responder with each request, so that neither
/// the address nor the kind of transport has to be asked of the channel.
package struct ConnectionInfo: Sendable, Equatable {
    /// The peer's IP address as text; an IPv4 peer of a dual-stack socket is shown as IPv4. Empty on a Unix socket.
    package let address: String
    package let port: Int?
    package let isTLS: Bool
    package let isUnixSocket: Bool
    /// Who connected to a Unix socket, by the kernel's word (SO_PEERCRED).
    package let user: UInt32?

    package init(address: String, port: Int?, isTLS: Bool, isUnixSocket: Bool, user: UInt32? = nil) {
        self.address = address
        self.port = port
        self.isTLS = isTLS
        self.isUnixSocket = isUnixSocket
        self.user = user
    }

    init(channel: any Channel, isTLS: Bool, user: UInt32? = nil) {
        let remote = channel.remoteAddress
        self.init(
            address: Self.plain(remote?.ipAddress ?? ""), port: remote?.port, isTLS: isTLS,
            isUnixSocket: Self.isUnixSocket(channel), user: user)
    }

    /// With the user where there is one.
    static func reading(_ channel: any Channel, isTLS: Bool) -> EventLoopFuture<ConnectionInfo> {
        guard isUnixSocket(channel), let options = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(ConnectionInfo(channel: channel, isTLS: isTLS))
        }
        let credentials: EventLoopFuture<PeerCredentials> = options.unsafeGetSocketOption(
            level: .init(rawValue: SOL_SOCKET), name: .init(rawValue: SO_PEERCRED))
        return credentials.map { ConnectionInfo(channel: channel, isTLS: isTLS, user: $0.user) }
            .flatMapErrorThrowing { _ in ConnectionInfo(channel: channel, isTLS: isTLS) }
    }

    private static func isUnixSocket(_ channel: any Channel) -> Bool {
        if case .unixDomainSocket = channel.remoteAddress ?? channel.localAddress { true } else { false }
    }

    static func plain(_ address: String) -> String {
        let mapped = "::ffff:"
        guard address.hasPrefix(mapped), address.contains(".") else { return address }
        return String(address.dropFirst(mapped.count))
    }
}

/// `struct ucred` of unix(7). Its glibc form is hidden from Swift by a feature macro.
private struct PeerCredentials: Sendable {
    var process: Int32
    var user: UInt32
    var group: UInt32
}
