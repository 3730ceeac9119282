import DaemonConfig
import Foundation
import Kernel
import Serving
import Testing

@testable import DaemonApp

@Suite("DaemonApp")
struct StartTests {
    let bench: DaemonBench

    init() throws {
        bench = try DaemonBench()
    }

    @Test("a first start makes its directory, its certificate and its database, and answers over HTTPS")
    func firstStart() async throws {
        try await bench.run(bench.configuration()) { daemon in
            let answer = try await daemon.request("GET", "/api/v1/health")

            #expect(answer.status == 200)
            #expect(answer.body.contains("ok"))
            #expect(answer["strict-transport-security"] != nil)
            #expect(answer["x-request-id"]?.count == 12)
            #expect(answer["date"]?.hasSuffix("GMT") == true)
        }

        #expect(try bench.mode("data") == 0o700)
        #expect(try bench.mode("certs/ca.key") == 0o600)
        #expect(bench.exists("data/app.db"))
    }

    @Test("every address of the pages gives the page; files are kept for ever under their build")
    func pages() async throws {
        try await bench.run(bench.configuration()) { daemon in
            let page = try await daemon.request("GET", "/networks/7")
            #expect(page.body.contains("<!doctype html>"))
            #expect(page["cache-control"] == "no-store")
            #expect(
                page["content-security-policy"]?.hasPrefix("default-src 'self'") == true)

            let start = try #require(page.body.range(of: "/ui/"))
            let file = String(page.body[start.lowerBound...].prefix { $0 != "\"" })
            let answer = try await daemon.request("GET", file, headers: [("accept-encoding", "gzip")])
            #expect(answer.status == 200)
            #expect(answer["cache-control"]?.contains("immutable") == true)
            #expect(answer["content-encoding"] == "gzip")

            let head = try await daemon.request("HEAD", "/")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect((head["content-length"].flatMap { Int($0) } ?? 0) > 100)
        }
    }

    @Test("what is not there is an error as the API has them, also for a foreign method")
    func unmatched() async throws {
        try await bench.run(bench.configuration()) { daemon in
            let absent = try await daemon.request("GET", "/api/v1/nonsense")
            #expect(absent.status == 404)
            #expect(absent.body.contains("\"code\":\"not_found\""))

            let wrong = try await daemon.request("DELETE", "/api/v1/health")
            #expect(wrong.status == 405)
            #expect(wrong["allow"] == "GET")
        }
    }

    @Test("the root certificate is there for other devices")
    func rootCertificate() async throws {
        let bench = bench
        try await bench.run(bench.configuration()) { daemon in
            let answer = try await daemon.request("GET", "/ca.crt")

            #expect(answer.status == 200)
            #expect(try answer.body == String(contentsOfFile: "\(bench.path)/certs/ca.crt", encoding: .utf8))
        }
    }

    @Test("the redirect port sends to https and does nothing else")
    func redirect() async throws {
        let port = try freePort()
        let configuration = try bench.configuration("--server-redirect-port=\(port)")
        try await bench.run(configuration) { daemon in
            let target = try daemon.port()
            let answer = try await daemon.request(
                "GET", "/networks?q=1", scheme: "http", role: .redirect(toPort: nil))

            #expect(answer.status == 308)
            #expect(answer["location"] == "https://localhost:\(target)/networks?q=1")
        }
    }

    @Test("without TLS it answers in the clear on loopback, and promises no HTTPS")
    func plain() async throws {
        try await bench.run(bench.configuration("--tls-mode=off")) { daemon in
            let answer = try await daemon.request("GET", "/api/v1/health", scheme: "http", role: .http)

            #expect(answer.status == 200)
            #expect(answer["strict-transport-security"] == nil)
            #expect(try await daemon.request("GET", "/ca.crt", scheme: "http", role: .http).status == 404)
        }
        #expect(!bench.exists("certs"))
    }

    @Test("a port in use ends the start with a sentence")
    func portInUse() async throws {
        let other = try DaemonBench()
        let bench = bench
        try await bench.run(bench.configuration()) { daemon in
            var configuration = try other.configuration()
            configuration.server.port = try daemon.port()

            await #expect { try await other.run(configuration) { _ in } } throws: { error in
                (error as? AppError)?.kind == .unavailable && "\(error)".contains("in use")
            }
        }
    }

    @Test("the Unix socket is made for owner and group, and goes with the daemon")
    func unixSocket() async throws {
        let bench = bench
        try await bench.run(bench.configuration("--server-socket=\(bench.path)/api.sock")) { _ in
            let mode = try bench.mode("api.sock")
            #expect(mode == 0o660)
        }
        #expect(!bench.exists("api.sock"))
    }

    /// A port that was free a moment ago.
    private func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(descriptor, name, size) == 0 && getsockname(descriptor, name, &size) == 0
            }
        }
        try #require(isBound)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
