import JSONKit
import Kernel
import TestSupport
import Testing

@testable import DaemonApp

@Suite("Live door")
struct LiveDoorTests {
    @Test("a session is greeted with the place of the stream", arguments: LiveStream.allCases)
    func greets(_ stream: LiveStream) async throws {
        try await LiveLab.run(at: 41) { lab in
            let client = try await lab.open(stream, cookie: "viewer")

            #expect(try await client.next() == JSONObject([("type", "hello"), ("event_id", 41)]))
        }
    }

    @Test("a program signs in by its first message", arguments: LiveStream.allCases)
    func signsIn(_ stream: LiveStream) async throws {
        try await LiveLab.run { lab in
            let client = try await lab.open(stream)
            try await client.say(#"{"type":"auth","token":"editor"}"#)

            #expect(try await client.next()["type"] == "hello")
        }
    }

    @Test(
        "anything else first closes with 4401",
        arguments: [
            #"{"type":"auth","token":"wrong"}"#, #"{"type":"auth"}"#, #"{"type":"subscribe"}"#, "{}", "[]", "nonsense",
            "",
        ])
    func strangers(_ first: String) async throws {
        try await LiveLab.run { lab in
            let client = try await lab.open(cookie: "ended-long-ago")
            try await client.say(first)

            #expect(try await client.closeCode() == 4401)
        }
    }

    @Test("so do bytes, and silence")
    func silence() async throws {
        try await LiveLab.run({ $0.authentication = .milliseconds(30) }) { lab in
            let silent = try await lab.open()
            let loud = try await lab.open()
            try await loud.wire.send(clientFrame(0x82, [0]))

            #expect(try await loud.closeCode() == 4401)
            #expect(try await silent.closeCode() == 4401)
        }
    }

    @Test("what the gate refuses is refused before it is a socket")
    func foreignOrigin() async throws {
        try await LiveLab.run { lab in
            let client = try await RawClient.connect(port: lab.port)
            try await client.send(
                webSocketHandshake(
                    path: "/api/v1/topology/stream",
                    fields: ["Cookie: cb_session=viewer", "Origin: https://evil.example"]))

            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 403"))
            #expect(answer.contains(#""code":"forbidden""#))
        }
    }

    @Test("clear text is refused where TLS is demanded, and a proxy's word counts")
    func demandsTLS() async throws {
        try await LiveLab.run(requiresTLS: true) { lab in
            let clear = try await RawClient.connect(port: lab.port)
            try await clear.send(webSocketHandshake(path: "/api/v1/topology/stream"))
            let proxied = try await lab.open(cookie: "viewer", fields: ["X-Forwarded-Proto: https"])

            #expect(await clear.readToEnd().hasPrefix("HTTP/1.1 403"))
            #expect(try await proxied.next()["type"] == "hello")
        }
    }

    @Test("other addresses are not the hub's", arguments: ["/api/v1/topology/streams", "/api/v1/users/stream", "/x"])
    func passesOn(_ path: String) async throws {
        try await LiveLab.run { lab in
            let client = try await RawClient.connect(port: lab.port)
            try await client.send(webSocketHandshake(path: path))

            #expect(await client.readToEnd().hasPrefix("HTTP/1.1 404"))
        }
    }

    @Test("who may not see the stream is told so")
    func notAllowed() async throws {
        try await LiveLab.run { lab in
            let byCookie = try await lab.open(cookie: "mapless")
            let byToken = try await lab.open()
            try await byToken.say(#"{"type":"auth","token":"mapless"}"#)

            #expect(try await byCookie.closeCode() == 4403)
            #expect(try await byToken.closeCode() == 4403)
        }
    }

    @Test("where reading is open a passer-by follows, or says who they are")
    func passersBy() async throws {
        try await LiveLab.run { lab in
            lab.gate.openReading(true)
            let reader = try await lab.open()
            let known = try await lab.open(.status)
            try await known.say(#"{"type":"auth","token":"viewer"}"#)

            #expect(try await reader.next()["type"] == "hello")
            #expect(try await known.next()["type"] == "hello")
        }
    }

    @Test("a session that ends closes its sockets, and only its own")
    func ends() async throws {
        try await LiveLab.run { lab in
            let gone = try await lab.follow(cookie: "viewer")
            let stays = try await lab.follow(.status, cookie: "admin")
            lab.gate.end("viewer")

            await lab.renewal.renewAll()

            #expect(try await gone.closeCode() == 4401)
            try #require(lab.hubs[.status]).stand(.health([], needs: .viewStatus))
            #expect(try await stays.next()["type"] == "health")
        }
    }

    @Test("a permission that is taken away closes the stream, another one only what needs it")
    func permissions() async throws {
        try await LiveLab.run { lab in
            let blind = try await lab.follow(cookie: "viewer")
            let partly = try await lab.follow(cookie: "editor", after: 0)
            lab.gate.allow("viewer", [.viewInventory])
            lab.gate.allow("editor", [.viewMap])

            await lab.renewal.renewAll()
            try await lab.topology.take(.test(1), TopologyFeed(deltas: TestDeltas()))

            #expect(try await blind.closeCode() == 4403)
            #expect(try await partly.next()["type"] == "delta")
        }
    }

    @Test("a session that ends while its socket is being opened is found as well")
    func endsMeanwhile() async throws {
        try await LiveLab.run { lab in
            let client = try await lab.open()
            // Ended after the token was read and before the socket is known to the hub: the next renewal sees it.
            try await client.say(#"{"type":"auth","token":"viewer"}"#)
            #expect(try await client.next()["type"] == "hello")
            lab.gate.end("viewer")

            await lab.renewal.renewAll()

            #expect(try await client.closeCode() == 4401)
        }
    }

    @Test("a stop says 1001")
    func stops() async throws {
        try await LiveLab.run { lab in
            let client = try await lab.follow()

            await lab.stop()

            #expect(try await client.closeCode() == 1001)
            await client.close()
        }
    }

    @Test(
        "what is not understood closes with its code",
        arguments: [
            ("nonsense", 4400), (#"{"type":1}"#, 4400), (#"{"type":"subscribe","after":"x"}"#, 4400),
            (#"{"type":"subscribe","after":-1}"#, 4400), (#"{"type":"auth","token":"admin"}"#, 4400),
            (String(repeating: "[", count: 5000), 4400), (String(repeating: "a", count: 10_000), 1009),
        ])
    func notUnderstood(_ text: String, _ code: Int) async throws {
        try await LiveLab.run { lab in
            let client = try await lab.follow()
            try await client.say(text)

            #expect(try await client.closeCode() == code)
        }
    }

    @Test("bytes are not text")
    func bytes() async throws {
        try await LiveLab.run { lab in
            let client = try await lab.follow()
            try await client.wire.send(clientFrame(0x82, [1, 2, 3]))

            #expect(try await client.closeCode() == 1003)
        }
    }
}
