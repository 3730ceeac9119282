import Glibc
import Kernel
import Logging
import NIOPosix
import ServiceLifecycle

/// Reads the machine at start, after the kernel announced a change, and every five minutes; hands each report on.
///
/// It waits for the kernel in one thread of its own and does nothing between announcements.
package struct LocalMachineWatcher: Service {
    let machine: LocalMachine
    let pace: ChangeCoalescer.Pace
    let logger: Logger
    let handle: @Sendable (MachineReport) async throws -> Void

    package init(
        machine: LocalMachine, logger: Logger, handle: @escaping @Sendable (MachineReport) async throws -> Void
    ) {
        self.init(machine: machine, pace: .init(), logger: logger, handle: handle)
    }

    init(
        machine: LocalMachine, pace: ChangeCoalescer.Pace, logger: Logger,
        handle: @escaping @Sendable (MachineReport) async throws -> Void
    ) {
        self.machine = machine
        self.pace = pace
        self.logger = logger
        self.handle = handle
    }

    package func run() async throws {
        let waker = try Waker()
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        let (readings, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        await cancelWhenGracefulShutdown {
            await withTaskCancellationHandler {
                await withTaskGroup { group in
                    group.addTask {
                        // The pool only refuses work after it was shut down, and then there is nobody to tell.
                        try? await pool.runIfActive { listen(until: waker) { continuation.yield() } }
                        continuation.finish()
                    }
                    for await _ in readings { await readOnce() }
                    waker.wake()
                }
            } onCancel: {
                waker.wake()
            }
        }
        try await pool.shutdownGracefully()
    }

    private func readOnce() async {
        do {
            try await handle(try await machine.read())
        } catch is CancellationError {
            return
        } catch {
            logger.warning("reading this machine failed", metadata: ["error": "\(error)"])
        }
    }

    /// Blocks its thread until it is woken. Without a netlink socket only the slow reading remains.
    private func listen(until waker: Waker, onDue: () -> Void) {
        do {
            let socket = try NetlinkSocket(groups: ChangeFilter.groups)
            loop(waker: waker, descriptor: socket.descriptor, onDue: onDue) { () -> [UInt8]? in
                (try? socket.receive(timeoutMilliseconds: 0)) ?? nil
            }
        } catch {
            logger.notice("changes of the network are not announced here", metadata: ["reason": "\(error)"])
            loop(waker: waker, descriptor: -1, onDue: onDue) { nil }
        }
    }

    private func loop(waker: Waker, descriptor: Int32, onDue: () -> Void, next: () -> [UInt8]?) {
        var coalescer = ChangeCoalescer(pace: pace, at: .now)
        var filter = ChangeFilter()
        while true {
            let left = max(.zero, coalescer.due - ContinuousClock.Instant.now)
            let milliseconds = Int32(
                clamping: left.components.seconds * 1000 + 1 + left.components.attoseconds / 1_000_000_000_000_000)
            var waiting = [
                pollfd(fd: waker.receiver, events: Int16(POLLIN), revents: 0),
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&waiting, 2, milliseconds) >= 0 || errno == EINTR else { return }
            if waiting[0].revents != 0 { return }
            if waiting[1].revents != 0, let datagram = next(), let change = filter.change(in: datagram) {
                coalescer.heard(change, at: .now)
            }
            if coalescer.takeDue(at: .now) { onDue() }
        }
    }
}

/// Ends a `poll` from another thread. Both ends are closed when the last user goes.
private final class Waker: Sendable {
    let receiver: Int32
    private let sender: Int32

    init() throws(NetlinkError) {
        var pair: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
            throw .refused(errno: errno)
        }
        receiver = pair[0]
        sender = pair[1]
    }

    deinit {
        close(receiver)
        close(sender)
    }

    func wake() {
        var byte: UInt8 = 1
        send(sender, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
}
