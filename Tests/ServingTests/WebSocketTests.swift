import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOWebSocket
import TestSupport
import Testing

@testable import Serving

@Suite("WebSocket")
struct WebSocketTests {
    static let echo: UpgradeDecision.Decide = { request in
        switch request.path {
        case "/echo":
            .serve { socket in
                for try await message in socket.messages {
                    switch message {
                    case .text(let text): try socket.send(text: text)
                    case .binary(let bytes): try socket.send(binary: bytes)
                    }
                }
            }
        case "/forbidden": .refuse(HTTPResponse(status: .forbidden), body: ByteBuffer(string: "no"))
        case "/fails": .serve { _ in throw EndOfStream() }
        case "/ends": .serve { _ in }
        default: .passOn
        }
    }

    private func withEcho(
        _ change: (inout Limits) -> Void = { _ in },
        _ body: @escaping @Sendable (RawClient, Harness) async throws -> Void
    ) async throws {
        var limits = Limits()
        change(&limits)
        try await Harness.run(limits: limits, webSocket: Self.echo) { harness in
            try await body(try await RawClient.connect(port: try harness.port()), harness)
        }
    }

    @Test("the handshake is RFC 6455's, and text and bytes come back")
    func echoes() async throws {
        try await withEcho { client, _ in
            let head = try await client.upgrade().lowercased()
            #expect(head.hasPrefix("http/1.1 101"))
            #expect(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))

            try await client.send(clientFrame(0x81, Array("grüße".utf8)))
            #expect(try await client.frame() == (0x81, Array("grüße".utf8)))
            let large = [UInt8](repeating: 9, count: 100_000)
            try await client.send(clientFrame(0x82, large))
            #expect(try await client.frame() == (0x82, large))
        }
    }

    @Test("over TLS it is the same")
    func overTLS() async throws {
        let identity = try TestIdentity()
        try await Harness.run([.https], tls: try identity.box(), webSocket: Self.echo) { harness in
            let client = try await RawClient.connect(port: try harness.port(), tls: identity.clientConfiguration())
            // The first frame rides in the same packet as the handshake.
            try await client.send(Array(webSocketHandshake().utf8) + clientFrame(0x81, Array("hi".utf8)))
            _ = try await client.read(until: "\r\n\r\n")
            #expect(try await client.frame() == (0x81, Array("hi".utf8)))
        }
    }

    @Test("fragments become one message, with a ping answered between them")
    func fragments() async throws {
        try await withEcho { client, _ in
            _ = try await client.upgrade()
            try await client.send(clientFrame(0x01, Array("a".utf8)))
            try await client.send(clientFrame(0x89, Array("ping".utf8)))
            try await client.send(clientFrame(0x00, Array("b".utf8)) + clientFrame(0x80, Array("c".utf8)))
            #expect(try await client.frame() == (0x8a, Array("ping".utf8)))
            #expect(try await client.frame() == (0x81, Array("abc".utf8)))
        }
    }

    @Test("our close is the peer's code, and then the connection ends")
    func closing() async throws {
        try await withEcho { client, _ in
            _ = try await client.upgrade()
            try await client.send(clientFrame(0x88, [0x0f, 0xa1] + Array("bye".utf8)))
            #expect(try await client.closeFrame() == (4001, "bye"))
            #expect(await client.readToEnd() == "")
        }
    }

    /// One way to break the rules, named so that a report stays readable.
    struct Violation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let code: Int

        init(_ name: String, _ bytes: [UInt8], _ code: Int) {
            (testDescription, self.bytes, self.code) = (name, bytes, code)
        }
    }

    static let violations: [Violation] = {
        let large = [UInt8](repeating: 0, count: 700_000)
        return [
            Violation("unmasked", clientFrame(0x81, [0x61], isMasked: false), 1002),
            Violation("nothing to continue", clientFrame(0x80, [0x61]), 1002),
            Violation("compression not agreed", clientFrame(0xc1, [0x61]), 1002),
            Violation("reserved bit", clientFrame(0xa1, [0x61]), 1002),
            Violation("unknown data opcode", clientFrame(0x83, []), 1002),
            Violation("unknown control opcode", clientFrame(0x8b, []), 1002),
            Violation("fragmented ping", clientFrame(0x09, []), 1002),
            Violation("two messages at once", clientFrame(0x01, []) + clientFrame(0x81, []), 1002),
            Violation("half a close code", clientFrame(0x88, [0x03]), 1002),
            Violation("forbidden close code", clientFrame(0x88, [0x03, 0xed]), 1002),
            Violation("text that is not UTF-8", clientFrame(0x81, [0xff]), 1007),
            Violation("close reason that is not UTF-8", clientFrame(0x88, [0x03, 0xe8, 0xff]), 1007),
            Violation("long ping", clientFrame(0x89, [UInt8](repeating: 0, count: 126)), 1002),
            Violation("huge frame", [0x82, 0xff, 0, 0, 0, 0, 0, 0x20, 0, 0, 1, 2, 3, 4], 1009),
            Violation("huge message", clientFrame(0x02, large) + clientFrame(0x80, large), 1009),
        ]
    }()

    @Test("each break of the rules has its code", arguments: violations)
    func violates(_ violation: Violation) async throws {
        try await withEcho({ $0.webSocket.closeTimeout = .milliseconds(100) }) { client, _ in
            _ = try await client.upgrade()
            try await client.send(violation.bytes)
            #expect(try await client.closeFrame().code == violation.code)
            #expect(await client.readToEnd() == "")
        }
    }

    @Test("compression is agreed, used both ways, and bounded")
    func compression() async throws {
        try await withEcho({ $0.webSocket.closeTimeout = .milliseconds(100) }) { client, _ in
            let offer = "permessage-deflate; server_max_window_bits=10, permessage-deflate; client_max_window_bits"
            let head = try await client.upgrade(extensions: offer)
            #expect(head.contains("permessage-deflate; server_no_context_takeover"))
            let text = ByteBuffer(string: String(repeating: "circuit breaker ", count: 500))

            try await client.send(clientFrame(0xc1, Array(try Deflate.compress(text).readableBytesView)))
            let answer = try await client.frame()
            #expect(answer.first == 0xc1)
            #expect(answer.payload.count < 200)
            #expect(try Deflate.decompress(ByteBuffer(bytes: answer.payload), limit: 10_000) == text)

            let bomb = try Deflate.compress(ByteBuffer(repeating: 0, count: 50_000_000))
            try await client.send(clientFrame(0xc2, Array(bomb.readableBytesView)))
            #expect(try await client.closeFrame().code == 1009)
        }
    }

    @Test("damaged compressed data closes with 1007")
    func damagedCompression() async throws {
        try await withEcho { client, _ in
            _ = try await client.upgrade(extensions: "permessage-deflate")
            try await client.send(clientFrame(0xc1, [0xff, 0xff, 0xff, 0xff]))
            #expect(try await client.closeFrame().code == 1007)
        }
    }

    @Test("a handshake can be refused, or passed on to the pages")
    func refusal() async throws {
        try await withEcho { client, harness in
            try await client.send(webSocketHandshake(path: "/forbidden"))
            let refused = await client.readToEnd()
            #expect(refused.hasPrefix("HTTP/1.1 403"))
            #expect(refused.hasSuffix("\r\n\r\nno"))

            let other = try await RawClient.connect(port: try harness.port())
            try await other.send(webSocketHandshake(path: "/page"))
            #expect(await other.readToEnd().hasSuffix("GET /page 127.0.0.1 tls=false"))
        }
    }

    @Test("the owner's end closes with 1000, its failure with 1011", arguments: [("/ends", 1000), ("/fails", 1011)])
    func ends(path: String, code: Int) async throws {
        try await withEcho { client, _ in
            _ = try await client.upgrade(path: path)
            #expect(try await client.closeFrame().code == code)
            try await client.send(clientFrame(0x88, [0x03, 0xe8]))
            #expect(await client.readToEnd() == "")
        }
    }

    @Test("a stop closes sockets with 1001")
    func stop() async throws {
        try await withEcho { client, harness in
            _ = try await client.upgrade()
            try await client.send(clientFrame(0x81, [0x61]))
            _ = try await client.frame()

            await harness.stop()

            #expect(try await client.closeFrame().code == 1001)
            try await client.send(clientFrame(0x88, [0x03, 0xe9]))
            #expect(await client.readToEnd() == "")
        }
    }

    @Test("a reader that is too slow is dropped with 1013, and the sender told at once")
    func slowReader() async throws {
        let (outcome, announce) = AsyncStream<CloseReason>.makeStream()
        let decide: UpgradeDecision.Decide = { _ in
            .serve { socket in
                let payload = ByteBuffer(repeating: 1, count: 64 * 1024)
                do throws(WebSocketConnection.Closed) {
                    while true { try socket.send(binary: payload) }
                } catch {
                    announce.yield(error.reason)
                }
            }
        }
        try await Harness.run(webSocket: decide) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            _ = try await client.upgrade()
            try await client.setReading(false)
            #expect(await outcome.first { _ in true }?.code == 1013)
            await client.close()
        }
    }

    @Test("a reader that takes nothing at all is dropped by the clock")
    func stalledReader() async throws {
        var limits = Limits()
        limits.webSocket.writeTimeout = .milliseconds(100)
        limits.webSocket.closeTimeout = .milliseconds(100)
        limits.webSocket.queueBytes = 1 << 30
        let (outcome, announce) = AsyncStream<CloseReason?>.makeStream()
        let decide: UpgradeDecision.Decide = { _ in
            .serve { socket in
                try socket.send(binary: ByteBuffer(repeating: 1, count: 64 << 20))
                for try await _ in socket.messages {}
                announce.yield(socket.closeReason)
            }
        }
        try await Harness.run(limits: limits, webSocket: decide) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.setReading(false)
            try await client.send(webSocketHandshake())
            #expect(await outcome.first { _ in true }??.code == 1013)
            await client.close()
        }
    }

    @Test("an application that is behind stops the peer instead of filling the memory")
    func inboundIsBounded() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let (counted, announce) = AsyncStream<Int>.makeStream()
        let decide: UpgradeDecision.Decide = { _ in
            .serve { socket in
                for await _ in gate { break }
                var count = 0
                for try await _ in socket.messages { count += 1 }
                announce.yield(count)
            }
        }
        try await Harness.run(webSocket: decide) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            _ = try await client.upgrade()
            let frame = clientFrame(0x82, [UInt8](repeating: 0, count: 500_000))
            // Far more than the kernel's buffers hold: the last write ends only when the application reads.
            let writes = (0..<60).map { _ in client.channel.writeAndFlush(ByteBuffer(bytes: frame)) }
            open.yield()
            for write in writes { try await write.get() }
            try await client.send(clientFrame(0x88, [0x03, 0xe8]))
            #expect(await counted.first { _ in true } == 60)
        }
    }

    @Test("a silent peer is pinged and then given up")
    func pings() async throws {
        try await withEcho({ $0.webSocket.pingInterval = .milliseconds(60) }) { client, _ in
            _ = try await client.upgrade()
            #expect(try await client.frame().first == 0x89)
            _ = await client.readToEnd()
        }
    }
}
