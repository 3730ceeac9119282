import Kernel
import Persistence
import SecretVault

/// The table `mail_queue`.
enum MailQueueStore {
    private static let columns: SQL = """
        id, message_id, kind, recipient, subject, state, attempts, created_at, due_at, expires_at, finished_at, problem
        """

    static func insert(
        _ letter: Letter, to recipient: String, messageID: String, content: SealedText, expiresAt: Instant,
        in tx: any Session
    ) throws {
        try tx.run(
            """
            INSERT INTO mail_queue (message_id, kind, recipient, subject, content, state, created_at, due_at, expires_at)
            VALUES (\(messageID), \(letter.kind), \(recipient), \(letter.subject), \(content), 'waiting', \(tx.now),
                \(tx.now), \(expiresAt))
            """)
    }

    /// Newest first.
    static func list(before id: Int64?, limit: Int, in tx: any Session) throws -> [QueuedMail] {
        try tx.rows(
            """
            SELECT \(columns) FROM mail_queue WHERE id < \(id ?? Int64.max) ORDER BY id DESC LIMIT \(limit)
            """
        ).map(QueuedMail.init(row:))
    }

    static func find(_ id: Int64, in tx: any Session) throws -> QueuedMail? {
        try tx.rows("SELECT \(columns) FROM mail_queue WHERE id = \(id)").first.map(QueuedMail.init(row:))
    }

    /// What to send now, with its content.
    static func due(limit: Int, in tx: any Session) throws -> [(mail: QueuedMail, content: SealedText?)] {
        try tx.rows(
            """
            SELECT \(columns), content FROM mail_queue WHERE state = 'waiting' AND due_at <= \(tx.now)
            ORDER BY due_at, id LIMIT \(limit)
            """
        ).map { (try QueuedMail(row: $0), try $0.optional("content")) }
    }

    static func nextDue(in tx: any Session) throws -> Instant? {
        try tx.rows("SELECT MIN(due_at) AS due FROM mail_queue WHERE state = 'waiting'").first?.optional("due")
    }

    /// The content goes with the last attempt: the link in it is of no more use here.
    static func finish(_ id: Int64, _ state: QueuedMail.State, problem: String?, in tx: any Session) throws {
        try tx.run(
            """
            UPDATE mail_queue SET state = \(state.rawValue), problem = \(problem), content = NULL,
                attempts = attempts + 1, finished_at = \(tx.now)
            WHERE id = \(id) AND state = 'waiting'
            """)
    }

    static func postpone(_ id: Int64, to due: Instant, problem: String, in tx: any Session) throws {
        try tx.run(
            """
            UPDATE mail_queue SET attempts = attempts + 1, due_at = \(due), problem = \(problem)
            WHERE id = \(id) AND state = 'waiting'
            """)
    }

    static func hurry(_ id: Int64, in tx: any Session) throws {
        try tx.run("UPDATE mail_queue SET due_at = \(tx.now) WHERE id = \(id) AND state = 'waiting'")
    }

    static func delete(_ id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM mail_queue WHERE id = \(id)")
    }

    /// Takes back what has not been sent: what its link was for is over.
    static func withdraw(messageID: String, in tx: any Session) throws {
        try tx.run("DELETE FROM mail_queue WHERE message_id = \(messageID) AND state = 'waiting'")
    }

    static func deleteOld(in tx: any Session) throws {
        let old = tx.now - .seconds(30 * 86_400)
        try tx.run("DELETE FROM mail_queue WHERE state <> 'waiting' AND finished_at < \(old)")
    }
}

extension QueuedMail {
    fileprivate init(row: Row) throws {
        guard let state = State(rawValue: try row.get("state")) else {
            throw PersistenceError.badValue(column: "state", type: "QueuedMail.State")
        }
        self.init(
            id: try row.get("id"), messageID: try row.get("message_id"), kind: try row.get("kind"),
            recipient: try row.get("recipient"), subject: try row.get("subject"), state: state,
            attempts: try row.get("attempts"), createdAt: try row.get("created_at"), dueAt: try row.get("due_at"),
            expiresAt: try row.get("expires_at"), finishedAt: try row.optional("finished_at"),
            problem: try row.optional("problem"))
    }
}
