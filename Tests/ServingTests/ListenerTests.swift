import AsyncHTTPClient
import Foundation
import HTTPTypes
import HummingbirdCore
import Kernel
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import TestSupport
import Testing

@testable import Serving

@Suite("Listener")
struct ListenerTests {
    @Test("HTTP/2 and HTTP/1.1 are agreed on one port", arguments: [true, false])
    func alpn(isHTTP2: Bool) async throws {
        let identity = try TestIdentity()
        try await Harness.run([.https], tls: try identity.box()) { harness in
            try await withClient(identity, isHTTP2: isHTTP2) { client in
                let request = HTTPClientRequest(url: "https://localhost:\(try harness.port())/a?b=c")
                for _ in 0..<3 {
                    let response = try await client.execute(request, timeout: .seconds(10))
                    #expect(response.version == (isHTTP2 ? .http2 : .http1_1))
                    let body = try await response.body.collect(upTo: 1024)
                    #expect(String(buffer: body) == "GET /a?b=c 127.0.0.1 tls=true")
                }
            }
        }
    }

    @Test("a body of many megabytes streams through", arguments: [true, false])
    func bodies(isHTTP2: Bool) async throws {
        let identity = try TestIdentity()
        try await Harness.run([.https], tls: try identity.box()) { harness in
            try await withClient(identity, isHTTP2: isHTTP2) { client in
                let base = "https://localhost:\(try harness.port())"
                var upload = HTTPClientRequest(url: "\(base)/length")
                upload.method = .POST
                upload.body = .bytes(ByteBuffer(repeating: 7, count: 5_000_000))
                let counted = try await client.execute(upload, timeout: .seconds(20)).body.collect(upTo: 100)
                #expect(String(buffer: counted) == "5000000")
                let big = try await client.execute(HTTPClientRequest(url: "\(base)/big"), timeout: .seconds(20))
                #expect(try await big.body.collect(upTo: 1 << 24).readableBytes == 8 << 20)
            }
        }
    }

    @Test("old TLS and old ciphers find no common ground")
    func oldTLS() async throws {
        let identity = try TestIdentity()
        try await Harness.run([.https], tls: try identity.box()) { harness in
            var old = try identity.clientConfiguration()
            old.minimumTLSVersion = .tlsv1
            old.maximumTLSVersion = .tlsv11
            var blocks = try identity.clientConfiguration()
            blocks.maximumTLSVersion = .tlsv12
            blocks.cipherSuiteValues = [.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, .TLS_RSA_WITH_AES_128_GCM_SHA256]
            var good = try identity.clientConfiguration()
            good.maximumTLSVersion = .tlsv12

            for configuration in [old, blocks] {
                let client = try await RawClient.connect(port: try harness.port(), tls: configuration)
                #expect(await client.readToEnd() == "")
            }
            let client = try await RawClient.connect(port: try harness.port(), tls: good)
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("a reload serves new connections while old ones stay, and refuses a pair that does not match")
    func reload() async throws {
        let (first, second) = (try TestIdentity(), try TestIdentity())
        let box = try first.box()
        try await Harness.run([.https], tls: box) { harness in
            let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let old = try await RawClient.connect(port: try harness.port(), tls: first.clientConfiguration())
            try await old.send(request)
            _ = try await old.read(until: "tls=true")

            let error = #expect(throws: AppError.self) { try box.reload(chain: second.chain, key: first.key) }
            #expect(error?.message.contains("cannot be used together") == true)
            try box.reload(chain: second.chain, key: second.key)

            try await old.send(request)
            _ = try await old.read(until: "tls=true")
            let new = try await RawClient.connect(port: try harness.port(), tls: second.clientConfiguration())
            try await new.send(request)
            _ = try await new.read(until: "tls=true")
            let stale = try await RawClient.connect(port: try harness.port(), tls: first.clientConfiguration())
            #expect(await stale.readToEnd() == "")
        }
    }

    @Test("a port in use names the port and the command that shows who has it")
    func portInUse() async throws {
        try await Harness.run { harness in
            let port = try harness.port()
            let error = await #expect(throws: AppError.self) {
                try await Harness.run([], places: [.address(host: "127.0.0.1", port: port)]) { _ in }
            }
            #expect(error?.kind == .unavailable)
            #expect(error?.message.contains("Port \(port) on 127.0.0.1 is in use") == true)
            #expect(error?.message.contains("ss -ltnp 'sport = :\(port)'") == true)
        }
    }

    @Test("an address the machine does not have is named")
    func foreignAddress() async throws {
        let error = await #expect(throws: AppError.self) {
            try await Harness.run([], places: [.address(host: "192.0.2.7", port: 0)]) { _ in }
        }
        #expect(error?.message.contains("no address 192.0.2.7") == true)
    }

    @Test("a Unix socket serves, takes over a dead one, and refuses a living one")
    func unixSocket() async throws {
        let path = "/tmp/cb-\(UUID().uuidString.prefix(8)).sock"
        let place = Endpoint.Place.unixSocket(path: path, mode: 0o600)
        for _ in 0..<2 {
            try await Harness.run([], places: [place]) { _ in
                let client = try await RawClient.connect(path: path)
                try await client.send("GET /x HTTP/1.1\r\nHost: cb\r\nConnection: close\r\n\r\n")
                #expect(await client.readToEnd().hasSuffix("GET /x  tls=false"))
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
                let error = await #expect(throws: AppError.self) {
                    try await Harness.run([], places: [place]) { _ in }
                }
                #expect(error?.message.contains("ss -lxp src \(path)") == true)
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            try leaveDeadSocket(at: path)
        }
        unlink(path)
    }

    /// What a daemon that was killed leaves behind.
    private func leaveDeadSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        let bound = try SocketAddress(unixDomainSocketPath: path).withSockAddr {
            bind(descriptor, $0, socklen_t($1))
        }
        #expect(bound == 0)
    }

    @Test("an inherited socket serves")
    func inheritedSocket() async throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(bound == 0 && listen(descriptor, 16) == 0)

        try await Harness.run([], places: [.descriptor(descriptor)]) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send("GET / HTTP/1.1\r\nHost: cb\r\n\r\n")
            _ = try await client.read(until: "tls=false")
        }
    }

    @Test("a stop lets the request at hand finish and says that the connection ends")
    func gracefulStop() async throws {
        let (started, announce) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        let responder: ConnectionResponder = { _, writer, _, _ in
            announce.yield()
            for await _ in released { break }
            try await writer.write(
                response: HTTPResponse(status: .ok, headerFields: [.contentLength: "4"]),
                body: ResponseBody(byteBuffer: ByteBuffer(string: "done")))
        }
        try await Harness.run(grace: .seconds(60), responder: responder) { harness in
            let busy = try await RawClient.connect(port: try harness.port())
            let idle = try await RawClient.connect(port: try harness.port())
            try await busy.send("GET / HTTP/1.1\r\nHost: cb\r\n\r\n")
            for await _ in started { break }

            await harness.stop()
            #expect(await idle.readToEnd() == "")
            release.yield()

            let answer = await busy.readToEnd().lowercased()
            #expect(answer.hasPrefix("http/1.1 200"))
            #expect(answer.contains("connection: close"))
            #expect(answer.hasSuffix("done"))
        }
    }

    @Test("what does not finish within the grace is cut off")
    func forcedStop() async throws {
        let (started, announce) = AsyncStream<Void>.makeStream()
        let responder: ConnectionResponder = { request, _, _, _ in
            announce.yield()
            for try await _ in request.body {}
        }
        try await Harness.run(grace: .milliseconds(50), responder: responder) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send("POST / HTTP/1.1\r\nHost: cb\r\nContent-Length: 5\r\n\r\n")
            for await _ in started { break }

            await harness.stop()

            #expect(await client.readToEnd() == "")
        }
    }
}

@Suite("Clear text on the https port")
struct ClearTextTests {
    @Test("clear text is sent to https on the port it asked for")
    func redirects() async throws {
        try await Harness.run([.https], tls: try TestIdentity().box()) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send("GET /a HTTP/1.1\r\nHost: nas:9443\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 308"))
            #expect(answer.contains("location: https://nas:9443/a\r\n"))
        }
    }

    @Test("what is neither is closed")
    func noise() async throws {
        try await Harness.run([.https], tls: try TestIdentity().box()) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
            _ = await client.readToEnd()
        }
    }
}

@Suite("Redirect")
struct RedirectTests {
    @Test(
        "the redirect port sends people to the same host over https",
        arguments: [
            ("Host: nas.local", "https://nas.local:8443/a?b=1"),
            ("Host: NAS:80", "https://NAS:8443/a?b=1"),
            ("Host: [fe80::1]:80", "https://[fe80::1]:8443/a?b=1"),
        ])
    func redirects(host: String, location: String) async throws {
        try await Harness.run([.redirect(toPort: 8443)]) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send("GET /a?b=1 HTTP/1.1\r\n\(host)\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 308"))
            #expect(answer.contains("location: \(location)\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(
        "a host that cannot stand in a URL is refused",
        arguments: ["Host: evil.org/x", "Host: a@b", "Host:", "X: y", "Host: a:b", "Host: [::1", "Host: a\r\nHost: b"])
    func refuses(host: String) async throws {
        try await Harness.run([.redirect(toPort: 8443)]) { harness in
            let client = try await RawClient.connect(port: try harness.port())
            try await client.send("GET / HTTP/1.1\r\n\(host)\r\n\r\n")
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(answer.hasSuffix("\"status\":400}"))
        }
    }

    @Test("port 443 is not written out, and nothing but a path is redirected")
    func location() {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/x", headers: ["host": "a.b"])
        let proxy = HTTPRequestHead(version: .http1_1, method: .GET, uri: "http://c.d/x", headers: ["host": "a.b"])

        #expect(RedirectHandler.location(for: head, httpsPort: 443) == "https://a.b/x")
        #expect(RedirectHandler.location(for: proxy, httpsPort: 443) == nil)
    }
}
