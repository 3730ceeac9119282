import Glibc

/// Tells systemd how the daemon is (sd_notify(3)). Without a socket to tell, every call does nothing.
///
/// A lost message is not an error of ours: systemd judges by what it hears. So the calls do not throw.
package struct ReadinessNotifier: Sendable {
    private let socketPath: String?

    package init(_ environment: SystemdEnvironment) {
        socketPath = environment.notifySocket
    }

    package var isHeard: Bool { socketPath != nil }

    /// The daemon serves. Also ends a reload.
    package func ready(_ status: String) { send(["READY=1", Self.statusLine(status)]) }

    /// A reload begins; `ready` must follow. `Type=notify-reload` needs the moment it began.
    package func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
        send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
    }

    /// One line for `systemctl status`.
    package func status(_ text: String) { send([Self.statusLine(text)]) }

    package func stopping() { send(["STOPPING=1"]) }

    package func watchdog() { send(["WATCHDOG=1"]) }

    /// Asks for more time while starting or stopping, for a long migration.
    package func extendTimeout(_ time: Duration) {
        send(["EXTEND_TIMEOUT_USEC=\(time.components.seconds * 1_000_000)"])
    }

    private static func statusLine(_ text: String) -> String {
        "STATUS=" + text.map { $0.isNewline ? " " : String($0) }.joined()
    }

    private func send(_ lines: [String]) {
        guard let socketPath, var address = Self.address(socketPath) else { return }
        let channel = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard channel >= 0 else { return }
        defer { close(channel) }
        let message = Array(lines.joined(separator: "\n").utf8)
        withUnsafePointer(to: &address.name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                // MSG_DONTWAIT: a stuck systemd must not stop the daemon.
                let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                _ = sendto(channel, message, message.count, flags, name, address.length)
            }
        }
    }

    private static func address(_ path: String) -> (name: sockaddr_un, length: socklen_t)? {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: name.sun_path)
        guard bytes.count < room else { return nil }
        withUnsafeMutableBytes(of: &name.sun_path) { buffer in
            buffer.copyBytes(from: bytes)
            // An abstract name begins with NUL where the text has `@`.
            if bytes.first == UInt8(ascii: "@") { buffer[0] = 0 }
        }
        let prefix = MemoryLayout<sockaddr_un>.size - room
        return (name, socklen_t(prefix + bytes.count))
    }
}
