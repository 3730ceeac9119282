import Glibc

/// What systemd told this process by environment variables, read once. The variables are handed in as a dictionary;
/// nothing here looks at the process's own.
package struct SystemdEnvironment: Sendable {
    /// Where readiness goes: a path, or `@name` in the abstract namespace.
    package let notifySocket: String?
    /// How often systemd wants a sign of life; nil when it does not ask for one.
    package let watchdogInterval: Duration?
    package let inheritedSockets: [InheritedSocket]
    /// Whether what is written to stderr goes to the journal.
    package let isStderrJournal: Bool

    package init(_ variables: [String: String], processID: Int32 = getpid(), stderr: Int32 = STDERR_FILENO) {
        notifySocket = variables["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        watchdogInterval = Self.watchdog(variables, processID)
        inheritedSockets = Self.sockets(variables, processID)
        isStderrJournal = Self.isJournal(variables["JOURNAL_STREAM"], stderr)
    }

    /// sd_watchdog_enabled(3): the process id is optional, and must be ours when given.
    private static func watchdog(_ variables: [String: String], _ processID: Int32) -> Duration? {
        guard let text = variables["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 0 else {
            return nil
        }
        if let owner = variables["WATCHDOG_PID"], Int32(owner) != processID { return nil }
        return .microseconds(microseconds)
    }

    /// sd_listen_fds(3): descriptors from 3 on, only for the process they are meant for.
    private static func sockets(_ variables: [String: String], _ processID: Int32) -> [InheritedSocket] {
        guard let owner = variables["LISTEN_PID"], Int32(owner) == processID,
            let text = variables["LISTEN_FDS"], let count = Int32(text), (1...1024).contains(count)
        else { return [] }
        let names = (variables["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        return (0..<count).map { index in
            let name = Int(index) < names.count ? String(names[Int(index)]) : ""
            return InheritedSocket(name: name, descriptor: 3 + index)
        }
    }

    /// systemd.exec(5): `device:inode` of the stream that was connected to the journal. Stderr may have been
    /// redirected since, so the numbers are compared.
    private static func isJournal(_ stream: String?, _ stderr: Int32) -> Bool {
        var status = stat()
        guard let stream, fstat(stderr, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}

/// A listening socket made by systemd. `name` is what `FileDescriptorName=` says in the socket unit: `https`,
/// `redirect` or `unix`.
package struct InheritedSocket: Sendable, Equatable {
    package let name: String
    package let descriptor: Int32

    package init(name: String, descriptor: Int32) {
        self.name = name
        self.descriptor = descriptor
    }

    /// Whether it is a listening stream socket, as all of ours are. Also keeps it from leaking to child processes.
    package func claim() -> Bool {
        var type: Int32 = 0
        var isListening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0,
            getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0
        else { return false }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return type == Int32(SOCK_STREAM.rawValue) && isListening == 1
    }
}
