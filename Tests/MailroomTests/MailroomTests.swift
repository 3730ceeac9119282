import JSONKit
import Kernel
import Logging
import Persistence
import SecretVault
import Synchronization
import TestSupport
import Testing

@testable import Mail
@testable import Mailroom

/// A server that answers as it is told, and keeps what it was given.
private final class ScriptedCarrier: MailCarrier {
    private struct State {
        var answers: [SMTPFailure.Kind?] = []
        var sent: [(to: String, text: String, id: String)] = []
    }

    private let state = Mutex(State())

    var sent: [(to: String, text: String, id: String)] { state.withLock { $0.sent } }

    func will(_ answers: SMTPFailure.Kind?...) { state.withLock { $0.answers = answers } }

    func send(_ message: MailMessage, id: String, at moment: Instant, by server: SMTPServer) async throws(SMTPFailure) {
        let kind = state.withLock { $0.answers.isEmpty ? nil : $0.answers.removeFirst() }
        if let kind {
            throw SMTPFailure(
                kind: kind, server: server.host, port: server.port, security: server.security, answer: "", detail: "")
        }
        state.withLock { $0.sent.append((message.to.text, message.text, id)) }
    }

    func stop() {}
}

private struct House: Sendable {
    let place: TestPlace
    let clock = TestClock()
    let store: any Store
    let carrier = ScriptedCarrier()
    let module: MailroomModule
    let caller = Caller(name: "ada@example.org", id: 1, permissions: Role.admin.permissions)

    init(_ engine: Engine) async throws {
        place = try engine.freshPlace()
        store = try await engine.freshStore(clock: clock)
        let vault = SecretVault(store: store, folder: place.folder, clock: clock)
        try await vault.begin()
        module = MailroomModule(
            store: store, vault: vault, publicURL: "https://lab.example.org/", carrier: carrier,
            logger: Logger(label: "test"))
        _ = try await change(
            #"{"enabled":true,"host":"localhost","from_address":"lab@example.org","security":"none","port":2525}"#)
    }

    @discardableResult
    func change(_ text: String, revision: Int? = nil) async throws -> ShownMailSettings {
        let patch = try JSONValueDecoder.decode(MailSettingsPatch.self, from: JSONParser.parse(text))
        return try await module.room.change(patch, expecting: revision, by: caller)
    }

    func post(_ secret: String = "https://lab.example.org/x#secret", until lifetime: Duration = .seconds(86_400))
        async throws
    {
        let letter = Letter(
            kind: "test", subject: "Hello", greeting: "Hello,", paragraphs: ["<b>text</b>"],
            link: .init("Open", Secret(secret)))
        let room = module.room
        try await store.write { tx in try room.post(letter, to: "grace@example.org", until: tx.now + lifetime, in: tx) }
    }

    func only() async throws -> QueuedMail { try #require(try await module.room.list(before: nil, limit: 10).first) }
}

@Suite("Mail queue")
struct MailroomTests {
    @Test("a letter leaves after the commit, once, and its contents go with it", arguments: Engine.available)
    func sends(engine: Engine) async throws {
        let house = try await House(engine)
        try await house.post()
        let stored = try await house.store.read {
            try $0.one("SELECT content FROM mail_queue").get("content", as: String.self)
        }

        try await house.module.delivery.deliver()
        try await house.module.delivery.deliver()

        #expect(!stored.contains("secret"))
        #expect(house.carrier.sent.map(\.to) == ["grace@example.org"])
        #expect(house.carrier.sent.first?.text.contains("https://lab.example.org/x#secret") == true)
        let mail = try await house.only()
        #expect(mail.state == .sent && mail.attempts == 1)
        let left = try await house.store.read {
            try $0.one("SELECT content FROM mail_queue").optional("content", as: String.self)
        }
        #expect(left == nil)
    }

    @Test("a letter of a transaction that fails is never sent", arguments: Engine.available)
    func rollsBack(engine: Engine) async throws {
        struct Stop: Error {}
        let house = try await House(engine)
        let letter = Letter(kind: "test", subject: "Hello", greeting: "Hello,", paragraphs: [])
        await #expect(throws: Stop.self) {
            try await house.store.write { tx in
                try house.module.room.post(letter, to: "grace@example.org", until: tx.now + .seconds(60), in: tx)
                throw Stop()
            }
        }
        try await house.module.delivery.deliver()
        #expect(house.carrier.sent.isEmpty)
    }

    @Test("greylisting is tried again with growing pauses, under one Message-ID", arguments: Engine.available)
    func backsOff(engine: Engine) async throws {
        let house = try await House(engine)
        try await house.post()
        house.carrier.will(.greylisted, .timedOut, nil)
        var pauses: [Int64] = []

        for _ in 0..<2 {
            let pause = try await house.module.delivery.deliver()
            pauses.append((pause ?? .zero).milliseconds / 1000)
            house.clock.advance(by: pause ?? .zero)
        }
        try await house.module.delivery.deliver()

        #expect(pauses == [60, 120])
        #expect(try await house.only().attempts == 3)
        #expect(house.carrier.sent.map(\.id) == [try await house.only().messageID])
    }

    @Test("settings that are wrong hold a letter up and are told; mended, it goes out", arguments: Engine.available)
    func standingCondition(engine: Engine) async throws {
        let house = try await House(engine)
        try await house.post()
        house.carrier.will(.untrusted, nil)

        try await house.module.delivery.deliver()
        #expect(house.module.delivery.health?.severity == .warning)
        #expect(try await house.only().problem?.contains("certificate") == true)
        house.clock.advance(by: .seconds(61))
        try await house.module.delivery.deliver()

        #expect(house.module.delivery.health == nil)
        #expect(try await house.only().state == .sent)
    }

    @Test(
        "a refused recipient is given up at once, whatever else only when its time is over", arguments: Engine.available
    )
    func givesUp(engine: Engine) async throws {
        let house = try await House(engine)
        try await house.post()
        house.carrier.will(.recipientRefused)
        try await house.module.delivery.deliver()
        #expect(try await house.only().state == .failed)

        try await house.post(until: .seconds(300))
        house.carrier.will(.unreachable)
        try await house.module.delivery.deliver()
        house.clock.advance(by: .seconds(301))
        try await house.module.delivery.deliver()

        let mail = try await house.only()
        #expect(mail.state == .failed && mail.problem?.contains("in time") == true)
    }

    @Test("text of people never becomes markup in a letter")
    func escapes() {
        let letter = Letter(
            kind: "x", subject: "<i>", greeting: "Hello <script>,", paragraphs: ["a & \"b\""],
            link: .init("Open", Secret("https://h/x?a=1&b='2'#s")))
        #expect(!letter.html.contains("<script>") && !letter.html.contains("<i>"))
        #expect(letter.html.contains("a &amp; &quot;b&quot;"))
        #expect(letter.html.contains("href=\"https://h/x?a=1&amp;b=&#39;2&#39;#s\""))
        #expect(letter.text.contains("https://h/x?a=1&b='2'#s"))
    }

    @Test("a password goes with its server and its user only", arguments: Engine.available)
    func password(engine: Engine) async throws {
        let house = try await House(engine)
        let first = try await house.change(#"{"username":"mailer","password":"s3cret"}"#)
        #expect(first.password.isSet)
        await #expect(throws: AppError.self) {
            try await house.change(#"{"host":"evil.example.org","allows_plain":true}"#)
        }
        await #expect(throws: AppError.self) { try await house.change(#"{"username":"other"}"#) }
        #expect(try await house.change(#"{"username":null}"#).password.isSet == false)
        await #expect(throws: AppError.self) { try await house.change(#"{"port":26}"#, revision: 1) }
    }

    @Test(
        "the base of links is scheme, host and port, and nothing else",
        arguments: [
            ("https://lab.example.org", true), ("http://localhost:8080", true), ("https://[fd00::1]:8443", true),
            ("https://lab.example.org/", false), ("https://a@b", false), ("https://a?b", false), ("ftp://a", false),
            ("https://", false), ("https://a:0", false), ("https://a:99999", false), ("https://a b", false),
            ("javascript:alert(1)", false), ("https://[x]", false),
        ])
    func linkBase(_ text: String, _ isValid: Bool) {
        #expect(LinkBase.isValid(text) == isValid)
    }
}
