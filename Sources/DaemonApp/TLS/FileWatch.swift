import Glibc
import NIOCore
import NIOPosix

/// Tells when anything in some folders changes, by inotify. It says that, not what: the listener looks itself.
struct FileWatch: Sendable {
    private let channel: NIOAsyncChannel<ByteBuffer, Never>

    /// Nil where the kernel gives no watch: none is left, or a folder does not exist.
    init?(folders: [String]) async {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        let events = UInt32(IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB)
        let isWatching = folders.allSatisfy { inotify_add_watch(descriptor, $0, events) >= 0 }
        // An event with its name needs up to 272 bytes in one read.
        let bootstrap = NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
        guard isWatching,
            let channel = try? await bootstrap.takingOwnershipOfDescriptor(
                input: descriptor,
                channelInitializer: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, Never>(wrappingChannelSynchronously: channel)
                    }
                })
        else {
            close(descriptor)
            return nil
        }
        self.channel = channel
    }

    /// Until cancelled. One call may stand for many changes.
    func run(onChange: @Sendable () -> Void) async {
        // A watch that breaks ends; the keeper still looks each minute.
        try? await channel.executeThenClose { inbound in
            for try await _ in inbound { onChange() }
        }
    }
}
