import Glibc

/// What rtnetlink lists.
package enum NetlinkTable: String, Sendable, CaseIterable {
    case links, addresses, routes, neighbours

    var requestType: UInt16 {
        switch self {
        case .links: 18
        case .addresses: 22
        case .routes: 26
        case .neighbours: 30
        }
    }

    /// The type of the messages that describe one entry.
    var entryType: UInt16 { requestType - 2 }

    /// The fixed part of the request, all zero: every family, every interface. Links ask to leave out the counters.
    var requestBody: [UInt8] {
        switch self {
        case .links:
            [UInt8](repeating: 0, count: 16) + UInt16(8).nativeBytes + UInt16(29).nativeBytes + UInt32(8).nativeBytes
        case .addresses: [UInt8](repeating: 0, count: 8)
        case .routes, .neighbours: [UInt8](repeating: 0, count: 12)
        }
    }
}

/// Where rtnetlink answers come from: the kernel, or bytes recorded for a test.
package protocol NetlinkSource: Sendable {
    /// The messages of one complete listing, as read from the socket.
    func dump(_ table: NetlinkTable) throws(NetlinkError) -> [[UInt8]]
}

package enum NetlinkError: Error, Equatable, CustomStringConvertible {
    case refused(errno: Int32)
    case timedOut
    /// The kernel's tables changed under each of our attempts.
    case unsteady
    case tooLarge

    package var description: String {
        switch self {
        case .refused(let code): "The kernel refused: \(String(cString: strerror(code)))."
        case .timedOut: "The kernel did not answer in time."
        case .unsteady: "The list changed too fast to be read."
        case .tooLarge: "The list is too long to be read."
        }
    }
}

/// Asks the running kernel, in the network namespace of the calling thread.
package struct KernelNetlink: NetlinkSource {
    private static let attempts = 3
    /// About 100,000 routes; a router with the routes of the whole internet is told so instead of filling memory.
    private static let byteLimit = 16 * 1024 * 1024

    package init() {}

    package func dump(_ table: NetlinkTable) throws(NetlinkError) -> [[UInt8]] {
        let socket = try NetlinkSocket(groups: 0)
        for attempt in 1...Self.attempts {
            let sequence = UInt32(attempt)
            try socket.send(
                .init(
                    NetlinkMessage.dumpRequest(
                        type: table.requestType, sequence: sequence, body: table.requestBody)))
            if let answer = try collect(from: socket, sequence: sequence) { return answer }
        }
        throw .unsteady
    }

    /// Nil if the kernel says the list changed while it was read.
    private func collect(from socket: borrowing NetlinkSocket, sequence: UInt32) throws(NetlinkError) -> [[UInt8]]? {
        var datagrams: [[UInt8]] = []
        var total = 0
        var isInterrupted = false
        while let datagram = try socket.receive(timeoutMilliseconds: 2000) {
            let messages = NetlinkMessage.split(datagram).filter { $0.sequence == sequence }
            total += datagram.count
            guard total <= Self.byteLimit else { throw .tooLarge }
            if !messages.isEmpty { datagrams.append(datagram) }
            for message in messages {
                isInterrupted = isInterrupted || message.flags & NetlinkMessage.Flag.dumpInterrupted != 0
                switch message.type {
                case NetlinkMessage.Control.done: return isInterrupted ? nil : datagrams
                case NetlinkMessage.Control.error:
                    var cursor = ByteCursor(message.body)
                    throw .refused(errno: cursor.integer(Int32.self).map { 0 &- $0 } ?? EIO)
                default: break
                }
            }
        }
        throw .timedOut
    }
}

/// A netlink socket that is closed when its owner goes. Messages that do not come from the kernel are dropped.
struct NetlinkSocket: ~Copyable {
    let descriptor: Int32

    /// `groups` is the set of multicast groups to hear, as bits; 0 to ask only.
    init(groups: UInt32) throws(NetlinkError) {
        let family = AF_NETLINK
        let kind = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else { throw .refused(errno: errno) }
        var name = UInt16(family).nativeBytes + [0, 0, 0, 0, 0, 0] + groups.nativeBytes
        var buffer: Int32 = 1024 * 1024
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
        let bound = name.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map {
                bind(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
        }
        guard bound == 0 else {
            let code = errno
            close(descriptor)
            throw .refused(errno: code)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func send(_ message: [UInt8]) throws(NetlinkError) {
        guard Glibc.send(descriptor, message, message.count, 0) == message.count else { throw .refused(errno: errno) }
    }

    /// The next datagram from the kernel, nil after the time given without one.
    func receive(timeoutMilliseconds: Int32) throws(NetlinkError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        for _ in 0..<1000 {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, timeoutMilliseconds)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            var sender = [UInt8](repeating: 0, count: 12)
            var senderLength = socklen_t(sender.count)
            let count = sender.withUnsafeMutableBytes { address in
                recvfrom(
                    descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT),
                    address.baseAddress?.assumingMemoryBound(to: sockaddr.self), &senderLength)
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            // ENOBUFS: the kernel dropped notifications, which is itself news for a listener.
            if count < 0, errno == ENOBUFS { return [] }
            guard count >= 0 else { throw .refused(errno: errno) }
            let port: UInt32 = ByteCursor.decode(sender[4..<8])
            if port == 0 { return Array(buffer[..<count]) }
        }
        return nil
    }
}
