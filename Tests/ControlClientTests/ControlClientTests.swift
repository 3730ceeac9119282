import ControlClient
import JSONKit
import Kernel
import NIOCore
import NIOPosix
import Testing

/// Answers every connection with the same bytes, whatever is asked, and closes it where that is wanted.
private struct Parrot {
    let channel: any Channel
    var place: DaemonPlace {
        .server(ServerAddress(isTLS: false, host: "127.0.0.1", port: channel.localAddress?.port ?? 0))
    }

    static func with<Value>(
        _ words: String, closes: Bool = true, _ body: (Parrot) async throws -> Value
    ) async throws -> Value {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reply(words: words, closes: closes))
                }
            }
        let parrot = Parrot(channel: try await bootstrap.bind(host: "127.0.0.1", port: 0).get())
        do {
            let value = try await body(parrot)
            try await parrot.channel.close()
            return value
        } catch {
            try await parrot.channel.close()
            throw error
        }
    }

    private final class Reply: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        let words: String
        let closes: Bool

        init(words: String, closes: Bool) {
            self.words = words
            self.closes = closes
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: words)))
            guard closes else { return }
            let channel = context.channel
            written.whenComplete { _ in channel.close(promise: nil) }
        }
    }
}

private func answer(_ status: String, _ body: String) -> String {
    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nX-Two: a\r\nX-Two: b\r\n\r\n\(body)"
}

@Suite("Control client")
struct ControlClientTests {
    @Test("an answer is read whole, with its headers")
    func whole() async throws {
        try await Parrot.with(answer("200 OK", #"{"status":"ok"}"#)) { parrot in
            let found = try await ControlClient(places: [parrot.place]).send(.get("health"))

            #expect(found.status == 200)
            #expect(try found.json().objectValue?["status"]?.stringValue == "ok")
            #expect(found.headers("x-two") == ["a", "b"])
        }
    }

    @Test("an interim answer is not the answer")
    func interim() async throws {
        try await Parrot.with("HTTP/1.1 103 Early Hints\r\n\r\n" + answer("200 OK", "{}")) { parrot in
            let found = try await ControlClient(places: [parrot.place]).send(.get("health"))

            #expect(found.status == 200)
        }
    }

    @Test(
        "what is no answer is a failure with a sentence",
        arguments: [
            ("SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"), ("", "closed the connection"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "HTTP"),
        ])
    func garbage(_ words: String, _ part: String) async throws {
        try await Parrot.with(words) { parrot in
            let error = await #expect(throws: ControlError.self) {
                try await ControlClient(places: [parrot.place], timeLimit: .seconds(10)).send(.get("health"))
            }
            #expect(error?.kind == .failed)
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        }
    }

    @Test("an answer that is too large is not read")
    func huge() async throws {
        try await Parrot.with(answer("200 OK", String(repeating: "x", count: 3 << 20))) { parrot in
            let error = await #expect(throws: ControlError.self) {
                try await ControlClient(places: [parrot.place], largest: 1 << 20).send(.get("health"))
            }
            #expect(error?.kind == .failed)
            #expect(error?.message.contains("larger than 1 MiB") == true, "\(error?.message ?? "")")
        }
    }

    @Test("an answer that does not end is given up")
    func slow() async throws {
        let words = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
        try await Parrot.with(words, closes: false) { parrot in
            let error = await #expect(throws: ControlError.self) {
                try await ControlClient(places: [parrot.place], timeLimit: .seconds(1)).send(.get("health"))
            }
            #expect(error?.message.contains("within 1 second") == true, "\(error?.message ?? "")")
        }
    }

    @Test(
        "a status is failed or refused",
        arguments: [
            ("401 Unauthorized", ControlError.Kind.refused), ("403 Forbidden", .refused), ("409 Conflict", .refused),
            ("429 Too Many Requests", .refused), ("404 Not Found", .failed), ("422 Unprocessable", .failed),
            ("500 Oops", .failed), ("503 Gone", .failed),
        ])
    func statuses(_ status: String, _ kind: ControlError.Kind) async throws {
        let body = #"{"code":"some_code","message":"A sentence. A cure.","fields":{"name":"Taken."},"request_id":"x"}"#
        try await Parrot.with(answer(status, body)) { parrot in
            let error = await #expect(throws: ControlError.self) {
                try await ControlClient(places: [parrot.place]).send(.get("health"))
            }
            #expect(error?.kind == kind)
            #expect(error?.message == "A sentence. A cure.")
            #expect(error?.code == "some_code")
            #expect(error?.fields == ["name": "Taken."])
        }
    }

    @Test("the next place is tried where no connection came about, and only there")
    func places() async throws {
        let nowhere = DaemonPlace.socket(path: "/nonexistent/api.sock")
        try await Parrot.with(answer("500 Oops", "{}")) { broken in
            try await Parrot.with(answer("200 OK", "{}")) { sound in
                let found = try await ControlClient(places: [nowhere, sound.place]).send(.get("x"))

                #expect(found.place == sound.place)
                await #expect(throws: ControlError.self) {
                    try await ControlClient(places: [broken.place, sound.place]).send(.get("x"))
                }
            }
        }
    }

    @Test("where nobody is, every place is named")
    func nobody() async throws {
        let places = [
            DaemonPlace.socket(path: "/nonexistent/api.sock"),
            .server(ServerAddress(isTLS: true, host: "127.0.0.1", port: 1)),
        ]
        let error = await #expect(throws: ControlError.self) { try await ControlClient(places: places).send(.get("x")) }

        #expect(error?.kind == .notReachable)
        #expect(error?.message.contains("/nonexistent/api.sock is not there") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("https://127.0.0.1:1 takes no connection") == true, "\(error?.message ?? "")")
    }

    @Test("a path too long for a socket is a sentence, not a crash")
    func longPath() async throws {
        let place = DaemonPlace.socket(path: "/" + String(repeating: "x", count: 300))
        let error = await #expect(throws: ControlError.self) {
            try await ControlClient(places: [place]).send(.get("x"))
        }

        #expect(error?.kind == .notReachable)
    }

    @Test("a token does not leave this machine in the clear")
    func clearToken() async throws {
        let place = DaemonPlace.server(ServerAddress(isTLS: false, host: "192.0.2.1", port: 80))
        let error = await #expect(throws: ControlError.self) {
            try await ControlClient(places: [place], token: Secret("secret")).send(.get("x"))
        }

        #expect(error?.kind == .failed)
        #expect(error?.message.contains("in the clear") == true)
    }

    @Test("plain HTTP where TLS is asked for is said to be that")
    func noTLS() async throws {
        try await Parrot.with("HTTP/1.1 400 Bad Request\r\n\r\n") { parrot in
            guard case .server(var address) = parrot.place else { return }
            address.isTLS = true
            let place = DaemonPlace.server(address)
            let error = await #expect(throws: ControlError.self) {
                try await ControlClient(places: [place]).send(.get("x"))
            }
            #expect(error?.message.contains("does not speak TLS") == true, "\(error?.message ?? "")")
        }
    }
}
