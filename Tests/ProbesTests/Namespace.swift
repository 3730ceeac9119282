import Foundation
import Glibc
import Synchronization

@testable import Probes

/// `unshare(2)`, which the Glibc module does not offer; the flag 0x40000000 is CLONE_NEWNET.
@_silgen_name("unshare")
private func leaveNamespaces(_ flags: Int32) -> Int32

/// Reads the machine inside a network namespace made for the purpose. The namespace belongs to one thread and goes
/// with it.
enum Namespace {
    /// Nil if this process may not make namespaces or `ip` is missing.
    static func run<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) throws -> Answer? {
        guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: "/sbin/ip") else { return nil }
        let answer = Mutex<Result<Answer, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            defer { done.signal() }
            guard leaveNamespaces(0x4000_0000) == 0 else { return }
            let result = Result { try body() }
            answer.withLock { $0 = result }
        }
        done.wait()
        return try answer.withLock { $0 }?.get()
    }

    struct CommandFailed: Error {
        let command: String
    }

    static func ip(_ commands: String...) throws {
        for command in commands where !ip(command) { throw CommandFailed(command: command) }
    }

    /// A child inherits the namespace of the thread that starts it, unlike one started by `Foundation.Process`.
    private static func ip(_ command: String) -> Bool {
        let words = ["/sbin/ip"] + command.split(separator: " ").map(String.init)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var pid: pid_t = 0
        guard posix_spawn(&pid, "/sbin/ip", nil, nil, &arguments, environ) == 0 else { return false }
        var status: Int32 = 0
        return waitpid(pid, &status, 0) == pid && status == 0
    }
}

/// A TCP socket that listens on an ephemeral loopback port.
final class LoopbackListener {
    private let descriptor: Int32
    let port: UInt16

    struct Failed: Error {}

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(descriptor, name, length) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, name, &length) == 0
            }
        }
        guard result else { throw Failed() }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
