import AsyncHTTPClient
import DaemonConfig
import Foundation
import Kernel
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Serving
import Systemd
import Testing

@testable import DaemonApp

/// A folder of its own for one daemon, and the daemon in it. The folder goes away with the last reference.
final class DaemonBench: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/cb-app-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // What cannot be removed is left to the system's own cleaning.
        try? FileManager.default.removeItem(atPath: path)
    }

    static let share =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../share/circuit-breaker")
        .standardizedFileURL.path

    var flags: [String] {
        [
            "--server-host=127.0.0.1", "--server-port=0", "--data-dir=\(path)/data", "--data-share-dir=\(Self.share)",
            "--tls-directory=\(path)/certs",
        ]
    }

    /// Nothing of the machine's own configuration is read.
    static let files = ConfigurationFiles(read: { path in
        path.hasPrefix("/etc/") ? .failure(.missing) : ConfigurationFiles.disk.read(path)
    })

    func configuration(_ more: String...) throws -> Configuration {
        try Configuration.load(arguments: flags + more, environment: [:], files: Self.files)
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return try #require(attributes[.posixPermissions] as? Int)
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs the daemon, waits until it listens, runs `body`, and stops it.
    func run(
        _ configuration: Configuration, clock: any WallClock = SystemClock(),
        pace: TLSKeeper.Pace = .init(),
        _ body: @escaping @Sendable (RunningDaemon) async throws -> Void
    ) async throws {
        let (running, announce) = AsyncStream<[Listener.Address]>.makeStream()
        let daemon = try await DaemonApp(
            configuration, clock: clock, pace: pace, logger: Self.quiet,
            onRunning: { addresses in
                announce.yield(addresses)
                announce.finish()
            })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { announce.finish() }
                try await daemon.run()
            }
            tasks.addTask {
                guard let addresses = await running.first(where: { _ in true }) else { return }
                do {
                    try await body(RunningDaemon(addresses: addresses, app: daemon))
                } catch {
                    await daemon.stop()
                    throw error
                }
                await daemon.stop()
            }
            try await tasks.waitForAll()
        }
    }
}

struct RunningDaemon: Sendable {
    let addresses: [Listener.Address]
    let app: DaemonApp

    func port(_ role: Endpoint.Role = .https) throws -> Int {
        try #require(addresses.first { $0.endpoint.role == role }?.port)
    }

    /// BoringSSL cannot check constraints on addresses, so our own CA is not asked for here; the end-to-end tests
    /// check the chain with OpenSSL.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = .makeClientConfiguration()
        configuration.tlsConfiguration?.certificateVerification = .none
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    func request(
        _ method: String, _ path: String, scheme: String = "https", role: Endpoint.Role = .https,
        headers: [(String, String)] = []
    ) async throws -> Received {
        var request = HTTPClientRequest(url: "\(scheme)://localhost:\(try port(role))\(path)")
        request.method = .RAW(value: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await Self.client.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 22)
        return Received(
            status: Int(response.status.code), fields: response.headers.map { ($0.lowercased(), $1) },
            body: String(buffer: body))
    }
}

struct Received: Sendable {
    let status: Int
    let fields: [(String, String)]
    let body: String

    subscript(_ name: String) -> String? { fields.first { $0.0 == name }?.1 }
}
