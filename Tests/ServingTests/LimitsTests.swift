import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore
import TestSupport
import Testing

@testable import Serving

@Suite("Limits")
struct LimitsTests {
    @Test(
        "what is not HTTP is answered 400 with the application's body",
        arguments: [
            "NONSENSE\r\n\r\n", "GET / HTTP/3.7\r\nHost: a\r\n\r\n", "\0\0\0\0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\n: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "POST /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ])
    func malformed(request: String) async throws {
        try await Harness.run { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send(request)
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
            #expect(answer.lowercased().contains("content-type: application/json"))
            #expect(answer.hasSuffix("{\"code\":\"refused\",\"status\":400}"))
        }
    }

    @Test("random bytes never take the listener down")
    func fuzz() async throws {
        try await Harness.run(webSocket: { _ in .serve { socket in for try await _ in socket.messages {} } }) {
            harness in
            var generator = SystemRandomNumberGenerator()
            for round in 0..<60 {
                let client = try await RawClient.connect(port: try harness.port())
                let prefix = ["", "GET / HTTP/1.1\r\n", webSocketHandshake()][round % 3]
                let noise = (0..<400).map { _ in UInt8.random(in: 0...255, using: &generator) }
                try? await client.send(Array(prefix.utf8) + noise)
                await client.close()
            }
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await client.read(until: "tls=false")
        }
    }

    @Test("a header bomb is answered 431", arguments: [1, 200])
    func headerBomb(fields: Int) async throws {
        var limits = Limits()
        // A client that a busy machine keeps from reading would find a closed connection and no answer.
        limits.lingerTimeout = .seconds(60)
        try await Harness.run(limits: limits) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n")
            for index in 0..<fields {
                try? await client.send("X-\(index): \(String(repeating: "x", count: fields == 1 ? 200_000 : 10))\r\n")
            }
            try? await client.send("\r\n")
            #expect(try await client.read(until: "\r\n").hasPrefix("HTTP/1.1 431"))
            await client.close()
        }
    }

    @Test("a head that drips is ended by the clock")
    func slowHead() async throws {
        var limits = Limits()
        limits.headTimeout = .milliseconds(80)
        try await Harness.run(limits: limits) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send("GET / HTTP/1.1\r\nHo")
            #expect(await client.readToEnd() == "")
        }
    }

    @Test("a TLS handshake that does not come is ended by the clock")
    func slowHandshake() async throws {
        var limits = Limits()
        limits.handshakeTimeout = .milliseconds(80)
        try await Harness.run([.https], limits: limits, tls: try TestIdentity().box()) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send([22, 3, 1])
            #expect(await client.readToEnd() == "")
        }
    }

    @Test("an idle connection is closed after its time")
    func idle() async throws {
        var limits = Limits()
        limits.idleTimeout = .milliseconds(80)
        try await Harness.run(limits: limits) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.readToEnd().hasSuffix("tls=false"))
        }
    }

    @Test("a body that stops is answered 408")
    func stalledBody() async throws {
        var limits = Limits()
        limits.bodyTimeout = .milliseconds(80)
        try await Harness.run(limits: limits) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send("POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 408"))
        }
    }

    @Test("a client that does not take its answer is dropped")
    func slowReader() async throws {
        var limits = Limits()
        limits.writeTimeout = .milliseconds(200)
        let (ended, announce) = AsyncStream<Void>.makeStream()
        let responder: ConnectionResponder = { request, writer, channel, info in
            defer { announce.yield() }
            try await Harness.answer(request, writer, channel, info)
        }
        try await Harness.run(limits: limits, responder: responder) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.setReading(false)
            try await client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
            for await _ in ended { break }
            await client.close()
        }
    }

    @Test("requests sent together are answered in order")
    func pipelining() async throws {
        try await Harness.run { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send(
                "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 4)
            #expect(answer.hasSuffix("GET /3 127.0.0.1 tls=false"))
        }
    }

    @Test(
        "HTTP/1.0 and foreign upgrades are served once and closed",
        arguments: [
            "GET /x HTTP/1.0\r\n\r\n", "GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        ])
    func closes(request: String) async throws {
        try await Harness.run { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send(request)
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.lowercased().contains("connection: close"))
        }
    }

    @Test("a client that asks first is told to go on")
    func expectContinue() async throws {
        try await Harness.run { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send(
                "POST /length HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
            _ = try await client.read(until: "HTTP/1.1 100 Continue\r\n\r\n")
            try await client.send("abc")
            let answer = try await client.read(until: "\r\n\r\n3")
            #expect(answer.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("a body nobody reads is dropped up to its bound, then the connection ends")
    func unreadBody() async throws {
        var limits = Limits()
        limits.unreadBodyBytes = 100_000
        limits.lingerTimeout = .milliseconds(300)
        try await Harness.run(limits: limits) { harness in
            let small = try await RawClient.connect(port: try harness.port())
            try await small.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n")
            _ = try await small.read(until: "tls=false")
            try await small.send([UInt8](repeating: 120, count: 50_000))
            try await small.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await small.read(until: "GET /next")

            let large = try await RawClient.connect(port: try harness.port())
            try await large.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 500000000\r\n\r\n")
            _ = try await large.read(until: "tls=false")
            try? await large.send([UInt8](repeating: 120, count: 200_000))
            #expect(await large.readToEnd() == "")
        }
    }

    @Test("connections are bounded in total and per address")
    func connections() async throws {
        var limits = Limits()
        limits.connectionsPerAddress = 2
        try await Harness.run(limits: limits) { harness in
            let first = try await RawClient.connect(port: try harness.port())
            let second = try await RawClient.connect(port: try harness.port())
            for client in [first, second] {
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await client.read(until: "tls=false")
            }
            let third = try await RawClient.connect(port: try harness.port())
            #expect(await third.readToEnd() == "")

            try await first.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            _ = await first.readToEnd()
            await first.close()
            // The listener hears of the close in its own time; until then a new connection is one too many.
            while true {
                let fourth = try await RawClient.connect(port: try harness.port())
                try? await fourth.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                if (try? await fourth.read(until: "tls=false")) != nil { break }
            }
        }
    }
}
