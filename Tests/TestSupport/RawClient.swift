import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Judges what a server shows.
package typealias ChainVerdict = @Sendable ([NIOSSLCertificate], EventLoopPromise<NIOSSLVerificationResult>) -> Void

/// A client that sends exactly the bytes it is told to, over TCP, TLS or a Unix socket.
package final class RawClient: Sendable {
    package let channel: any Channel
    private let inbox: Inbox

    private init(_ channel: any Channel, _ inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    deinit { channel.close(promise: nil) }

    /// `verify` takes the place of BoringSSL's own judgement of the chain.
    package static func connect(
        port: Int, tls: TLSConfiguration? = nil, verify: ChainVerdict? = nil
    ) async throws -> RawClient {
        try await connect(tls, verify) { try await $0.connect(host: "127.0.0.1", port: port).get() }
    }

    package static func connect(path: String) async throws -> RawClient {
        try await connect(nil, nil) { try await $0.connect(unixDomainSocketPath: path).get() }
    }

    private static func connect(
        _ tls: TLSConfiguration?, _ verify: ChainVerdict?,
        _ open: (ClientBootstrap) async throws -> any Channel
    ) async throws -> RawClient {
        let inbox = Inbox()
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        let name = "localhost"
                        let handler =
                            try verify.map {
                                try NIOSSLClientHandler(
                                    context: context, serverHostname: name, customVerificationCallback: $0)
                            } ?? NIOSSLClientHandler(context: context, serverHostname: name)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox))
                }
            }
        return RawClient(try await open(bootstrap), inbox)
    }

    package func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    package func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Reads until the text shows up; what was read up to the end of it. Throws when the connection ends before.
    package func read(until text: String) async throws -> String {
        let wanted = Array(text.utf8)
        let bytes = try await inbox.take { bytes in
            guard bytes.count >= wanted.count else { return nil }
            return (0...(bytes.count - wanted.count)).first { bytes[$0..<($0 + wanted.count)].elementsEqual(wanted) }
                .map { $0 + wanted.count }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    package func read(_ count: Int) async throws -> [UInt8] { try await inbox.take { $0.count >= count ? count : nil } }

    /// Everything until the server closes.
    package func readToEnd() async -> String { String(decoding: await inbox.rest(), as: UTF8.self) }

    package func setReading(_ isOn: Bool) async throws { try await channel.setOption(.autoRead, value: isOn).get() }

    package func close() async { try? await channel.close() }
}

/// The server closed before what was waited for.
package struct EndOfStream: Error {
    package init() {}
}

private final class Inbox: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isEnded = false
    }

    private let state = Mutex(State())
    private let signal = AsyncStream<Void>.makeStream()

    func receive(_ buffer: ByteBuffer) {
        state.withLock { $0.bytes.append(contentsOf: buffer.readableBytesView) }
        signal.continuation.yield()
    }

    func end() {
        state.withLock { $0.isEnded = true }
        signal.continuation.yield()
    }

    func take(_ length: ([UInt8]) -> Int?) async throws -> [UInt8] {
        while true {
            let taken: [UInt8]? = try state.withLock { state in
                if let count = length(state.bytes) {
                    let front = Array(state.bytes.prefix(count))
                    state.bytes.removeFirst(count)
                    return front
                }
                guard !state.isEnded else { throw EndOfStream() }
                return nil
            }
            if let taken { return taken }
            await wait()
        }
    }

    func rest() async -> [UInt8] {
        while !state.withLock({ $0.isEnded }) { await wait() }
        return state.withLock { $0.bytes }
    }

    private func wait() async {
        for await _ in signal.stream { return }
    }
}

private final class InboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let inbox: Inbox

    init(_ inbox: Inbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { inbox.receive(Self.unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { inbox.end() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { inbox.end() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        inbox.end()
        context.close(promise: nil)
    }
}
