import HTTPKit
import HTTPTypes
import Kernel
import NetAddress
import Serving
import Systemd
import TestSupport
import Testing

@testable import DaemonApp

@Suite("TrustedProxies")
struct TrustedProxiesTests {
    let proxies: TrustedProxies

    init() throws {
        proxies = TrustedProxies(try ["192.0.2.0/24", "::1/128"].map { try CIDRBlock(parsing: $0) })
    }

    private func head(_ fields: [(String, String)]) throws -> HTTPRequest {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "lab:8443", path: "/")
        for (name, value) in fields { head.headerFields.append(.init(name: try #require(.init(name)), value: value)) }
        return head
    }

    private func peer(_ address: String) -> ConnectionInfo {
        ConnectionInfo(address: address, port: 1, isTLS: false, isUnixSocket: false)
    }

    @Test("a stranger's headers are not believed")
    func stranger() throws {
        let head = try head([
            ("x-forwarded-for", "10.0.0.1"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "x"),
        ])

        let origin = proxies.origin(of: head, over: peer("198.51.100.7"))

        #expect(origin.address == "198.51.100.7")
        #expect(!origin.isTLS)
        #expect(origin.host == "lab:8443")
    }

    @Test("a trusted proxy tells client, scheme and host")
    func trusted() throws {
        let head = try head([
            ("x-forwarded-for", "10.0.0.1"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "lab.example.org"),
        ])

        let origin = proxies.origin(of: head, over: peer("192.0.2.9"))

        #expect(origin.address == "10.0.0.1")
        #expect(origin.text == "https://lab.example.org")
    }

    @Test(
        "the client is the last address that is no proxy; what stands before it may be invented",
        arguments: [
            ("6.6.6.6, 10.0.0.1", "10.0.0.1"), ("6.6.6.6, 10.0.0.1, 192.0.2.3", "10.0.0.1"),
            ("nonsense, 10.0.0.1", "10.0.0.1"), ("10.0.0.1, nonsense", "192.0.2.9"), ("", "192.0.2.9"),
            ("10.0.0.1:4711", "10.0.0.1"), ("[2001:db8::1]:4711", "2001:db8::1"), ("2001:DB8::1", "2001:db8::1"),
            ("192.0.2.4", "192.0.2.4"),
        ])
    func chain(_ line: String, _ client: String) throws {
        #expect(
            proxies.origin(of: try head([("x-forwarded-for", line)]), over: peer("192.0.2.9")).address == client)
    }

    @Test("a proxy that does not say how it was addressed was addressed by the public URL")
    func publicURL() throws {
        let proxies = TrustedProxies(
            [try CIDRBlock(parsing: "192.0.2.9/32")], publicURL: "https://lab.example.org:444/x")

        #expect(proxies.origin(of: try head([]), over: peer("192.0.2.9")).text == "https://lab.example.org:444")
        #expect(proxies.origin(of: try head([]), over: peer("10.0.0.1")).text == "http://lab:8443")
    }

    @Test("without trusted proxies nobody is one")
    func none() {
        #expect(!TrustedProxies([]).contains("127.0.0.1"))
        #expect(proxies.contains("::1"))
        #expect(!proxies.contains("nonsense"))
    }
}

@Suite("ListenPlan")
struct ListenPlanTests {
    @Test("the configuration alone: https, then redirect, then the Unix socket")
    func configured() throws {
        let bench = try DaemonBench()

        let plan = try ListenPlan(
            bench.configuration("--server-redirect-port=8080", "--server-socket=/run/x/api.sock"), inherited: [])

        #expect(
            plan.endpoints == [
                Endpoint(.address(host: "127.0.0.1", port: 0), .https),
                Endpoint(.address(host: "127.0.0.1", port: 8080), .redirect(toPort: nil)),
                Endpoint(.unixSocket(path: "/run/x/api.sock", mode: 0o660), .http),
            ])
    }

    @Test("a descriptor that is no listening socket is refused by name")
    func badSocket() throws {
        let bench = try DaemonBench()

        #expect(throws: AppError.self) {
            try ListenPlan(bench.configuration(), inherited: [InheritedSocket(name: "https", descriptor: 9_999)])
        }
    }
}

@Suite("RequestDeadlines")
struct RequestDeadlinesTests {
    @Test("work that ends in time gives its value and leaves nothing behind")
    func inTime() async {
        let deadlines = RequestDeadlines()

        let (value, isLate) = await deadlines.run(within: .seconds(60)) { 7 }

        #expect(value == 7)
        #expect(!isLate)
    }

    @Test("work that takes too long is cancelled and told to be late")
    func late() async {
        let deadlines = RequestDeadlines()
        async let outcome = deadlines.run(within: .seconds(60)) {
            // Ends by cancellation alone.
            for await _ in AsyncStream<Never>(unfolding: { nil }) {}
            while !Task.isCancelled { await Task.yield() }
            return Task.isCancelled
        }
        async let beat: Void = {
            for _ in 0..<100_000 {
                deadlines.expire(at: .now + .seconds(61))
                await Task.yield()
            }
        }()

        let (value, isLate) = await outcome
        await beat

        #expect(value == true)
        #expect(isLate)
    }
}

@Suite("Small texts")
struct SmallTextTests {
    @Test("a date is as HTTP wants it, and moves with the clock")
    func date() {
        let clock = TestClock(Instant(milliseconds: 784_111_777_000))
        let date = HTTPDate(clock)

        #expect(date.text == "Sun, 06 Nov 1994 08:49:37 GMT")
        clock.advance(by: .seconds(1))
        #expect(date.text == "Sun, 06 Nov 1994 08:49:38 GMT")
    }

    @Test(
        "JSON is indented without touching its texts",
        arguments: [
            (
                #"{"a":[1,{"b":"x,{}[]:\"y"}],"c":{},"d":[]}"#,
                "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,{}[]:\\\"y\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}\n"
            ),
            ("[]", "[]\n"), ("null", "null\n"),
        ])
    func indented(_ compact: String, _ shown: String) {
        #expect(Indented.json(Array(compact.utf8)) == shown)
    }
}
