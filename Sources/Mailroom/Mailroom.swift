import JSONKit
import Kernel
import Mail
import Persistence
import SecretVault

/// Mail of the daemon: how it is sent, what waits, and the one way to put a letter into the queue.
package struct Mailroom: Sendable {
    let store: any Store
    let vault: SecretVault
    let carrier: any MailCarrier
    /// What links begin with when the settings do not say.
    let configuredBase: String?
    /// Raised when something may have become due.
    let signal = OutboxSignal()

    init(store: any Store, vault: SecretVault, carrier: any MailCarrier, configuredBase: String?) {
        self.store = store
        self.vault = vault
        self.carrier = carrier
        self.configuredBase = configuredBase.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    }

    // MARK: - For other parts of the daemon

    /// What a letter can be written with; nil while mail is off.
    package struct Desk: Sendable {
        package let linkBase: String
        package let appName: String
    }

    package func desk(in tx: any Session) throws -> Desk? {
        let settings = try MailSettingsStore.read(in: tx)
        guard settings.isEnabled, let base = settings.linkBase ?? configuredBase else { return nil }
        return Desk(linkBase: base, appName: settings.fromName.isEmpty ? "Circuit Breaker" : settings.fromName)
    }

    /// What links begin with, whether or not mail is on; nil where nobody has said.
    package func linkBase(in tx: any Session) throws -> String? {
        try MailSettingsStore.read(in: tx).linkBase ?? configuredBase
    }

    /// Queues the letter in the transaction of the change it tells of; it leaves after the commit. `wake` is to be
    /// called then. Answers with the id by which it can be withdrawn.
    @discardableResult
    package func post(
        _ letter: Letter, to recipient: String, until expiry: Instant, in tx: any Session
    ) throws -> String {
        guard try MailSettingsStore.read(in: tx).isEnabled else { throw Self.isOff }
        do throws(MailAddress.Problem) {
            _ = try MailAddress(recipient)
        } catch {
            throw AppError(.invalid, "No mail can be sent to this address.", fields: ["email": error.sentence])
        }
        let id = MessageID.make()
        let content = try vault.seal(letter.content, for: .mailContent, in: tx)
        try MailQueueStore.insert(
            letter, to: recipient, messageID: id, content: content, expiresAt: expiry, in: tx)
        return id
    }

    package func withdraw(_ messageID: String, in tx: any Session) throws {
        try MailQueueStore.withdraw(messageID: messageID, in: tx)
    }

    /// After a commit that has posted something.
    package func wake() { signal.raise() }

    static var isOff: AppError {
        AppError(.conflict, "Mail is not set up. An administrator does that in the settings, under “Mail”.")
    }

    // MARK: - Settings

    func settings() async throws -> ShownMailSettings {
        shown(try await store.read { try MailSettingsStore.read(in: $0) })
    }

    private func shown(_ settings: MailSettings) -> ShownMailSettings {
        ShownMailSettings(
            settings: settings, password: vault.mark(of: settings.password),
            linkBase: settings.linkBase ?? configuredBase)
    }

    func change(
        _ patch: MailSettingsPatch, expecting revision: Int?, by caller: Caller
    ) async throws -> ShownMailSettings {
        let changed = try await store.write { tx in
            let before = try MailSettingsStore.read(in: tx)
            if let revision, Int64(revision) != before.revision {
                throw AppError(.stale, "Somebody else changed the mail settings meanwhile; read them again.")
            }
            var after = try patch.applied(to: before, hasConfiguredBase: configuredBase != nil)
            if case .set(let new) = patch.password {
                after.password = try new.flatMap { $0.reveal().isEmpty ? nil : $0 }.map {
                    try vault.seal($0, for: .mailPassword, in: tx)
                }
            }
            // A password belongs to a user at a server; it is not shown to another one.
            if before.password != nil, after.password == before.password, Self.isElsewhere(before, after) {
                throw AppError(
                    .invalid, "The mail settings have errors.",
                    fields: ["password": "Enter the password again: the server or the user is another one now."])
            }
            if after.username == nil { after.password = nil }
            guard after != before else { return before }
            after.revision = before.revision + 1
            try MailSettingsStore.write(after, in: tx)
            try tx.emit(MailSettingsChanged(before: before, after: after), by: caller)
            return after
        }
        wake()
        return shown(changed)
    }

    private static func isElsewhere(_ before: MailSettings, _ after: MailSettings) -> Bool {
        before.host != after.host || after.username != nil && before.username != after.username
    }

    // MARK: - Sending

    /// What is needed to send now: the way there and the sender.
    struct Way: Sendable {
        let server: SMTPServer
        let from: MailAddress
    }

    /// Nil while mail is off.
    func way(_ settings: MailSettings) throws -> Way {
        let password = try settings.password.map { try vault.open($0, of: .mailPassword) }
        let server = SMTPServer(
            host: settings.host, port: settings.port, security: settings.security,
            username: password == nil ? nil : settings.username, password: password, authorities: settings.authorities)
        do throws(MailAddress.Problem) {
            return Way(server: server, from: try MailAddress(settings.fromAddress, name: settings.fromName))
        } catch {
            throw AppError(.invalid, "The sender's address cannot be used.", fields: ["from_address": error.sentence])
        }
    }

    /// Sends a message now, past the queue, and tells how that went. A failure is the answer and not an error.
    func test(to recipient: String, by caller: Caller) async throws -> MailTest {
        let (settings, now) = try await store.read { (try MailSettingsStore.read(in: $0), $0.now) }
        guard settings.isEnabled else { throw Self.isOff }
        let to: MailAddress
        do throws(MailAddress.Problem) {
            to = try MailAddress(recipient.trimmed)
        } catch {
            throw AppError(.invalid, "No mail can be sent to this address.", fields: ["to": error.sentence])
        }
        let way = try way(settings)
        let letter = Letter(
            kind: "test", subject: "Test message of \(way.from.name ?? "Circuit Breaker")", greeting: "Hello,",
            paragraphs: [
                "this message was sent from the mail settings, to see whether mail arrives. It does.",
                "Nobody needs to do anything.",
            ])
        let outcome: MailTest
        do {
            let message = try MailMessage(
                from: way.from, to: to, subject: letter.subject, text: letter.text, html: letter.html)
            try await carrier.send(message, id: MessageID.make(), at: now, by: way.server)
            outcome = MailTest(failure: nil, server: way.server)
        } catch let failure as SMTPFailure {
            outcome = MailTest(failure: failure, server: way.server)
        } catch let problem as MailMessage.Problem {
            throw AppError(.invalid, problem.sentence)
        }
        try await store.write { tx in
            let details = JSONValue.object(
                JSONObject([
                    (name: "delivered", value: .bool(outcome.failure == nil)),
                    (name: "to", value: .string(to.text)),
                    (name: "problem", value: outcome.failure.map { .string($0.kind.rawValue) } ?? .null),
                ]))
            try tx.audit(
                AuditEntry("tested", entity: "mail", name: settings.host, after: details.text), by: caller)
        }
        return outcome
    }

    // MARK: - The queue

    func list(before id: Int64?, limit: Int) async throws -> [QueuedMail] {
        try await store.read { try MailQueueStore.list(before: id, limit: limit, in: $0) }
    }

    func hurry(_ id: Int64, by caller: Caller) async throws -> QueuedMail {
        let mail = try await store.write { tx in
            let mail = try Self.require(id, in: tx)
            guard mail.state == .waiting else {
                throw AppError(.conflict, "This message does not wait any more.")
            }
            try MailQueueStore.hurry(id, in: tx)
            try tx.audit(AuditEntry("hurried", entity: "mail", id: id, name: mail.recipient), by: caller)
            return try Self.require(id, in: tx)
        }
        wake()
        return mail
    }

    func remove(_ id: Int64, by caller: Caller) async throws {
        try await store.write { tx in
            let mail = try Self.require(id, in: tx)
            try MailQueueStore.delete(id, in: tx)
            try tx.audit(AuditEntry("deleted", entity: "mail", id: id, name: mail.recipient), by: caller)
        }
    }

    private static func require(_ id: Int64, in tx: any Session) throws -> QueuedMail {
        guard let mail = try MailQueueStore.find(id, in: tx) else { throw AppError.notFound("This message") }
        return mail
    }
}

/// Names a message all over the world, and cannot be guessed.
enum MessageID {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)

    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<24).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

struct MailSettingsChanged: Event {
    let before: MailSettings
    let after: MailSettings

    var subject: String { "mail.settings.changed" }
    var audit: AuditEntry {
        AuditEntry(
            "changed", severity: .notice, entity: "mail_settings", name: "mail", before: before.record,
            after: after.record)
    }
    func writePayload(to writer: inout JSONWriter) { after.writeRecord(to: &writer) }
}

/// Whether an address of an account is one that mail can be sent to.
package enum MailCheck {
    package static func isMailable(_ address: String) -> Bool {
        (try? MailAddress(address)) != nil
    }
}
