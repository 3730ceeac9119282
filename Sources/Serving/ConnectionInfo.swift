import NIOCore

/// What is known of the peer before it says anything. Handed to the responder with each request, so that neither
/// the address nor the kind of transport has to be asked of the channel.
package struct ConnectionInfo: Sendable, Equatable {
    /// The peer's IP address as text; an IPv4 peer of a dual-stack socket is shown as IPv4. Empty on a Unix socket.
    package let address: String
    package let port: Int?
    package let isTLS: Bool
    package let isUnixSocket: Bool

    package init(address: String, port: Int?, isTLS: Bool, isUnixSocket: Bool) {
        self.address = address
        self.port = port
        self.isTLS = isTLS
        self.isUnixSocket = isUnixSocket
    }

    init(channel: any Channel, isTLS: Bool) {
        let remote = channel.remoteAddress
        var isUnixSocket = false
        if case .unixDomainSocket = remote ?? channel.localAddress { isUnixSocket = true }
        self.init(
            address: Self.plain(remote?.ipAddress ?? ""), port: remote?.port, isTLS: isTLS, isUnixSocket: isUnixSocket)
    }

    static func plain(_ address: String) -> String {
        let mapped = "::ffff:"
        guard address.hasPrefix(mapped), address.contains(".") else { return address }
        return String(address.dropFirst(mapped.count))
    }
}
