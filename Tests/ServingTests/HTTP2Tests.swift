import Foundation
import HTTPTypes
import HummingbirdCore
import Kernel
import NIOCore
import NIOSSL
import TestSupport
import Testing

@testable import LocalCA
@testable import Serving

/// Frames of RFC 9113, written by hand.
enum Frame {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, 0, 0, [])
    /// GET https a / with static table entries.
    static let get: [UInt8] = [0x82, 0x87, 0x84, 0x41, 0x01, 0x61]
    static let post: [UInt8] = [0x83, 0x87, 0x84, 0x41, 0x01, 0x61]

    static func frame(_ type: UInt8, _ flags: UInt8, _ stream: Int, _ payload: [UInt8]) -> [UInt8] {
        let count = payload.count
        return [UInt8(count >> 16), UInt8(count >> 8 & 0xff), UInt8(count & 0xff), type, flags]
            + [UInt8(stream >> 24 & 0x7f), UInt8(stream >> 16 & 0xff), UInt8(stream >> 8 & 0xff), UInt8(stream & 0xff)]
            + payload
    }

    static func headers(_ stream: Int, _ block: [UInt8], ends: Bool = true) -> [UInt8] {
        frame(1, ends ? 0x5 : 0x4, stream, block)
    }

    static func reset(_ stream: Int) -> [UInt8] { frame(3, 0, stream, [0, 0, 0, 8]) }
}

extension RawClient {
    /// Reads frames until one of the wanted type; its payload. Nil when the connection ends before.
    func frame(ofType wanted: UInt8) async throws -> [UInt8]? {
        while true {
            guard let head = try? await read(9) else { return nil }
            let payload = try await read(Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2]))
            if head[3] == wanted { return payload }
        }
    }
}

@Suite("HTTP/2")
struct HTTP2Tests {
    private func withRawHTTP2(
        _ change: (inout Limits) -> Void = { _ in }, responder: @escaping ConnectionResponder = Harness.answer,
        _ body: @escaping @Sendable (RawClient, Harness) async throws -> Void
    ) async throws {
        let identity = try TestIdentity()
        var limits = Limits()
        change(&limits)
        var configuration = try identity.clientConfiguration()
        configuration.applicationProtocols = ["h2"]
        let client = configuration
        try await Harness.run([.https], limits: limits, tls: try identity.box(), responder: responder) { harness in
            let raw = try await RawClient.connect(port: try harness.port(), tls: client)
            try await raw.send(Frame.preface)
            try await body(raw, harness)
            // Whatever was done to it, the listener still serves.
            let other = try await RawClient.connect(port: try harness.port(), tls: client)
            try await other.send(Frame.preface + Frame.headers(1, Frame.get))
            let answer = try await other.frame(ofType: 0)
            #expect(String(decoding: answer ?? [], as: UTF8.self) == "GET / 127.0.0.1 tls=true")
        }
    }

    @Test("rapid resets end the connection")
    func rapidReset() async throws {
        try await withRawHTTP2 { client, _ in
            let burst = (0..<2_000).flatMap { Frame.headers($0 * 2 + 1, Frame.get) + Frame.reset($0 * 2 + 1) }
            try? await client.send(burst)
            _ = await client.readToEnd()
        }
    }

    @Test("a header list that is too long ends the connection")
    func headerBomb() async throws {
        try await withRawHTTP2 { client, _ in
            // One literal entry in the dynamic table, then referenced thousands of times.
            let entry: [UInt8] = [0x40, 0x01, 0x78, 0x7f, 0x81, 0x1e] + [UInt8](repeating: 0x79, count: 4_000)
            try? await client.send(Frame.headers(1, Frame.get + entry + [UInt8](repeating: 0xbe, count: 8_000)))
            _ = await client.readToEnd()
        }
    }

    @Test("a request without a path is refused")
    func noPath() async throws {
        try await withRawHTTP2 { client, _ in
            try await client.send(Frame.headers(1, [0x82, 0x87, 0x41, 0x01, 0x61]))
            let reset = try await client.frame(ofType: 3)
            #expect(reset != nil)
        }
    }

    @Test("a body that stops is answered and its stream reset, while the connection goes on")
    func stalledBody() async throws {
        let (ended, announce) = AsyncStream<Void>.makeStream()
        let responder: ConnectionResponder = { request, writer, channel, info in
            if request.method == .post {
                defer { announce.yield() }
                for try await _ in request.body {}
            }
            try await Harness.answer(request, writer, channel, info)
        }
        try await withRawHTTP2({ $0.bodyTimeout = .milliseconds(80) }, responder: responder) { client, _ in
            try await client.send(Frame.headers(1, Frame.post, ends: false))
            for await _ in ended { break }
            try await client.send(Frame.headers(3, Frame.get))
            while let data = try await client.frame(ofType: 0) {
                if String(decoding: data, as: UTF8.self).hasPrefix("GET / ") { break }
            }
        }
    }

    @Test("a stop says goodbye and lets the stream at hand finish")
    func gracefulStop() async throws {
        let (started, announce) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        let responder: ConnectionResponder = { request, writer, channel, info in
            announce.yield()
            for await _ in released { break }
            try await Harness.answer(request, writer, channel, info)
        }
        let identity = try TestIdentity()
        var configuration = try identity.clientConfiguration()
        configuration.applicationProtocols = ["h2"]
        let tls = configuration
        try await Harness.run([.https], grace: .seconds(60), tls: try identity.box(), responder: responder) { harness in
            let client = try await RawClient.connect(port: try harness.port(), tls: tls)
            try await client.send(Frame.preface + Frame.headers(1, Frame.get))
            for await _ in started { break }

            await harness.stop()
            let goodbye = try await client.frame(ofType: 7)
            #expect(goodbye != nil)
            release.yield()

            let answer = try await client.frame(ofType: 0)
            #expect(String(decoding: answer ?? [], as: UTF8.self) == "GET / 127.0.0.1 tls=true")
        }
    }

    @Test("curl trusts the local CA's certificate by name and by address, over HTTP/2 and HTTP/1.1")
    func curl() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cb-curl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = CertificateFiles(directory: folder.path, subject: .init(machineID: "curl"))
        let made = try files.ensure(names: ServerNames(hostName: "nas", addresses: []), at: SystemClock().now)
        let box = try TLSIdentityBox(chain: made.identity.chain.map(\.der), key: made.identity.key.der)
        try await Harness.run([.https], tls: box) { harness in
            for (host, version) in [("127.0.0.1", "--http2"), ("localhost", "--http1.1")] {
                let process = Process()
                let pipe = Pipe()
                process.executableURL = URL(filePath: "/usr/bin/curl")
                process.arguments = [
                    "-sS", version, "--cacert", files.authorityPath, "-w", " %{http_version}",
                    "https://\(host):\(try harness.port())/",
                ]
                process.standardOutput = pipe
                process.standardError = pipe
                try process.run()
                let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
                process.waitUntilExit()
                #expect(output == "GET / 127.0.0.1 tls=true \(version == "--http2" ? "2" : "1.1")")
            }
        }
    }
}
