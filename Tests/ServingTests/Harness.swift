import AsyncHTTPClient
import HTTPTypes
import HummingbirdCore
import Kernel
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization
import Testing

@testable import LocalCA
@testable import Serving

/// A listener on ephemeral loopback ports for the length of one test.
struct Harness: Sendable {
    let addresses: [Listener.Address]
    let group: ServiceGroup

    /// The port of the n-th endpoint.
    func port(_ index: Int = 0) throws -> Int { try #require(addresses[index].port) }

    func stop() async { await group.triggerGracefulShutdown() }

    static func quiet() -> Logger {
        Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }

    /// Runs a listener, waits until it listens, runs `body`, and stops it gracefully.
    static func run(
        _ roles: [Endpoint.Role] = [.http],
        places: [Endpoint.Place] = [],
        limits: Limits = Limits(),
        grace: Duration = .seconds(2),
        tls: TLSIdentityBox? = nil,
        webSocket: UpgradeDecision.Decide? = nil,
        responder: @escaping ConnectionResponder = Harness.answer,
        _ body: @escaping @Sendable (Harness) async throws -> Void
    ) async throws {
        var endpoints = places.map { Endpoint($0, .http) }
        endpoints += roles.map { Endpoint(.address(host: "127.0.0.1", port: 0), $0) }
        let (running, announce) = AsyncStream<[Listener.Address]>.makeStream()
        let listener = Listener(
            configuration: ListenerConfiguration(endpoints: endpoints, limits: limits, stopGrace: grace), tls: tls,
            refusals: Refusals { ByteBuffer(string: "{\"code\":\"refused\",\"status\":\($0.code)}") },
            responder: responder, webSocket: webSocket, logger: quiet(),
            onRunning: { addresses in
                announce.yield(addresses)
                announce.finish()
            })
        let group = ServiceGroup(configuration: .init(services: [.init(service: listener)], logger: quiet()))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { announce.finish() }
                try await group.run()
            }
            tasks.addTask {
                guard let addresses = await running.first(where: { _ in true }) else { return }
                do {
                    try await body(Harness(addresses: addresses, group: group))
                } catch {
                    await group.triggerGracefulShutdown()
                    throw error
                }
                await group.triggerGracefulShutdown()
            }
            try await tasks.waitForAll()
        }
    }

    /// `/length` counts the body, `/early` answers before reading it, `/big` sends 8 MiB; the rest tells about the
    /// connection.
    static let answer: ConnectionResponder = { request, writer, _, info in
        var text = "\(request.method) \(request.head.path ?? "") \(info.address) tls=\(info.isTLS)"
        switch request.uri.path {
        case "/length":
            var count = 0
            for try await chunk in request.body { count += chunk.readableBytes }
            text = "\(count)"
        case "/big":
            var body = try await writer.writeHead(HTTPResponse(status: .ok))
            let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: 64 * 1024)
            for _ in 0..<128 { try await body.write(chunk) }
            try await body.finish(nil)
            return
        default: break
        }
        let body = ByteBuffer(string: text)
        let fields: HTTPFields = [.contentLength: String(body.readableBytes)]
        try await writer.write(
            response: HTTPResponse(status: .ok, headerFields: fields), body: ResponseBody(byteBuffer: body))
    }
}

/// A root and a leaf for localhost, made for the tests. The leaf carries no address: the BoringSSL of the test client
/// cannot check constraints on addresses and refuses what carries both.
struct TestIdentity: Sendable {
    let root: CertificateAuthority
    let chain: [[UInt8]]
    let key: [UInt8]
    let leaf: Certificate

    init() throws {
        let now = SystemClock().now
        var names = ServerNames()
        names.insert(dns: "localhost")
        root = try CertificateAuthority.create(
            subject: .init(machineID: "test"), constraints: .init(covering: names), at: now)
        let pair = try PrivateKey.generate(.p256)
        leaf = try root.issueLeaf(names: names, key: pair, at: now)
        chain = [leaf.der, root.certificate.der]
        key = pair.der
    }

    func box() throws -> TLSIdentityBox { try TLSIdentityBox(chain: chain, key: key) }

    func clientConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([try NIOSSLCertificate(bytes: root.certificate.der, format: .der)])
        return configuration
    }
}

/// A client that sends exactly the bytes it is told to, over TCP, TLS or a Unix socket.
final class RawClient: Sendable {
    let channel: any Channel
    private let inbox: Inbox

    private init(_ channel: any Channel, _ inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    deinit { channel.close(promise: nil) }

    static func connect(port: Int, tls: TLSConfiguration? = nil) async throws -> RawClient {
        try await connect(tls) { try await $0.connect(host: "127.0.0.1", port: port).get() }
    }

    static func connect(path: String) async throws -> RawClient {
        try await connect(nil) { try await $0.connect(unixDomainSocketPath: path).get() }
    }

    private static func connect(
        _ tls: TLSConfiguration?, _ open: (ClientBootstrap) async throws -> any Channel
    ) async throws -> RawClient {
        let inbox = Inbox()
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                    }
                    try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox))
                }
            }
        return RawClient(try await open(bootstrap), inbox)
    }

    func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Reads until the text shows up; what was read up to the end of it. Throws when the connection ends before.
    func read(until text: String) async throws -> String {
        let wanted = Array(text.utf8)
        let bytes = try await inbox.take { bytes in
            guard bytes.count >= wanted.count else { return nil }
            return (0...(bytes.count - wanted.count)).first { bytes[$0..<($0 + wanted.count)].elementsEqual(wanted) }
                .map { $0 + wanted.count }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func read(_ count: Int) async throws -> [UInt8] { try await inbox.take { $0.count >= count ? count : nil } }

    /// Everything until the server closes.
    func readToEnd() async -> String { String(decoding: await inbox.rest(), as: UTF8.self) }

    func setReading(_ isOn: Bool) async throws { try await channel.setOption(.autoRead, value: isOn).get() }

    func close() async { try? await channel.close() }
}

struct EndOfStream: Error {}

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

/// An HTTP client that trusts the test's root and is shut down whatever happens.
func withClient(
    _ identity: TestIdentity, isHTTP2: Bool, _ body: (HTTPClient) async throws -> Void
) async throws {
    var configuration = HTTPClient.Configuration(tlsConfiguration: try identity.clientConfiguration())
    configuration.httpVersion = isHTTP2 ? .automatic : .http1Only
    let client = HTTPClient(configuration: configuration)
    do {
        try await body(client)
    } catch {
        try await client.shutdown()
        throw error
    }
    try await client.shutdown()
}
