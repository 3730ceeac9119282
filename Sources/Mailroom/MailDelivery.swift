import JSONKit
import Kernel
import Logging
import Mail
import Persistence
import SecretVault
import ServiceLifecycle
import Synchronization

/// Sends what waits, one message after the other, and writes down how that went. Sleeps until a letter is posted, one
/// that was put off is due, or a minute has gone by.
///
/// A message that was handed over while the daemon died is sent again, with the same Message-ID.
package final class MailDelivery: Service {
    private static let batch = 20

    private let room: Mailroom
    private let store: any Store
    private let logger: Logger
    private let trouble = Mutex<SMTPFailure?>(nil)

    init(room: Mailroom, store: any Store, logger: Logger) {
        self.room = room
        self.store = store
        self.logger = logger
    }

    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await cancelWhenGracefulShutdown { await self.deliverUntilCancelled() }
        } onCancelOrGracefulShutdown: { [room] in
            room.carrier.stop()
        }
    }

    private func deliverUntilCancelled() async {
        while !Task.isCancelled {
            let seen = room.signal.count
            var pause = Duration.seconds(60)
            do {
                pause = try await deliver() ?? pause
            } catch is CancellationError {
                return
            } catch {
                logger.warning("mail waits for the database or the vault", metadata: ["error": "\(error)"])
            }
            let length = min(max(pause, .milliseconds(50)), .seconds(60))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [signal = room.signal] in await signal.wait(past: seen) }
                // Ends early by cancellation, which the loop sees.
                group.addTask { try? await Task.sleep(for: length) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// Sends what is due, and answers how long until the next is.
    @discardableResult
    package func deliver() async throws -> Duration? {
        try await store.write { try MailQueueStore.deleteOld(in: $0) }
        while !Task.isCancelled {
            let (settings, due) = try await store.read { tx in
                (try MailSettingsStore.read(in: tx), try MailQueueStore.due(limit: Self.batch, in: tx))
            }
            guard settings.isEnabled, !due.isEmpty else { break }
            let way = try room.way(settings)
            for (mail, content) in due {
                guard !Task.isCancelled else { return nil }
                let letter = try content.map { try room.vault.open($0, of: .mailContent) }
                try await send(mail, letter, way)
            }
            if due.count < Self.batch { break }
        }
        return try await store.read { tx in try MailQueueStore.nextDue(in: tx).map { $0 - tx.now } }
    }

    private func send(_ mail: QueuedMail, _ content: Secret<String>?, _ way: Mailroom.Way) async throws {
        let now = try await store.read { $0.now }
        guard now < mail.expiresAt else {
            let last = mail.problem.map { " \($0)" } ?? ""
            return try await finish(mail, .failed, "It could not be delivered in time.\(last)")
        }
        guard let content, let message = Self.message(mail, content.reveal(), from: way.from) else {
            return try await finish(mail, .failed, "The message could not be read any more. Have it sent anew.")
        }
        do throws(SMTPFailure) {
            try await room.carrier.send(message, id: mail.messageID, at: mail.createdAt, by: way.server)
        } catch {
            return try await failed(mail, error)
        }
        trouble.withLock { $0 = nil }
        try await finish(mail, .sent, nil)
        logger.info("mail sent", metadata: ["id": "\(mail.id)", "kind": "\(mail.kind)"])
    }

    private func failed(_ mail: QueuedMail, _ failure: SMTPFailure) async throws {
        // Nobody's fault: it goes out after the next start.
        guard failure.kind != .stopped else { return }
        logger.warning(
            "mail was not taken",
            metadata: ["id": "\(mail.id)", "kind": "\(mail.kind)", "problem": "\(failure.kind.rawValue)"])
        guard !failure.isFinal else { return try await finish(mail, .failed, failure.sentence) }
        if failure.kind != .greylisted { trouble.withLock { $0 = failure } }
        try await store.write { tx in
            let due = tx.now + RetryPause.after(mail.attempts + 1)
            try MailQueueStore.postpone(mail.id, to: due, problem: failure.sentence, in: tx)
        }
    }

    private func finish(_ mail: QueuedMail, _ state: QueuedMail.State, _ problem: String?) async throws {
        try await store.write { tx in
            try MailQueueStore.finish(mail.id, state, problem: problem, in: tx)
            guard state == .failed else { return }
            let details = JSONValue.object(JSONObject([(name: "kind", value: .string(mail.kind))]))
            try tx.audit(
                AuditEntry(
                    "not_delivered", severity: .warning, entity: "mail", id: mail.id, name: mail.recipient,
                    after: details.text), by: .system)
        }
    }

    private static func message(_ mail: QueuedMail, _ content: String, from: MailAddress) -> MailMessage? {
        guard let parts = (try? JSONParser.parse(Array(content.utf8)))?.objectValue,
            let text = parts["text"]?.stringValue, let to = try? MailAddress(mail.recipient)
        else { return nil }
        return try? MailMessage(
            from: from, to: to, subject: mail.subject, text: text, html: parts["html"]?.stringValue)
    }

    /// A standing condition while the last message was not taken.
    package var health: HealthItem? {
        trouble.withLock { $0 }.map { failure in
            HealthItem(id: "mail", severity: .warning, message: "Mail is not leaving: \(failure.sentence)")
        }
    }
}

extension SMTPFailure {
    /// Trying again cannot help: it is about this recipient or this text. Whatever the settings may mend is tried until
    /// the message has expired.
    var isFinal: Bool { kind == .recipientRefused || kind == .contentRefused }
}
