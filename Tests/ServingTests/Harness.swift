import AsyncHTTPClient
import HTTPTypes
import HummingbirdCore
import Kernel
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import TestSupport
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
