import AuditProof
import JSONKit
import Kernel
import Persistence

/// Shortens the history by the rule, and keeps what remains provable: the rows up to the cut go, and a signed checkpoint
/// stands for them. A history that does not verify is not shortened.
struct AuditRetention: Sendable {
    /// Rows of one transaction: other writers wait for no more than that.
    private static let atOnce: Int64 = 5_000

    struct Cut: Sendable, Equatable {
        /// Of this run.
        let removed: Int64
        let checkpoint: ChainStatement?
    }

    let store: any Store
    let trail: AuditTrail
    let keys: ChainKeys
    let clock: any WallClock

    func rule() async throws -> RetentionRule {
        try await store.read { try RetentionRule.read(in: $0) }
    }

    func change(_ draft: RetentionDraft, from revision: Int64?, by caller: Caller) async throws -> RetentionRule {
        try await store.write { tx in
            let before = try RetentionRule.read(in: tx)
            if let revision, revision != before.revision {
                throw AppError(.stale, "Somebody else changed the rule meanwhile; read it again.")
            }
            var after = try draft.applied(to: before)
            guard after.keepDays != before.keepDays || after.hour != before.hour else { return before }
            after.revision += 1
            try after.write(in: tx)
            try tx.emit(RetentionChanged(before: before, after: after), by: caller)
            return after
        }
    }

    /// What the rule takes now.
    func run(by caller: Caller) async throws -> Cut {
        guard let days = try await rule().keepDays else {
            throw AppError(.conflict, "The history is kept for ever: set a number of days first.")
        }
        return try await cut(before: clock.now - .seconds(days * 86_400), by: caller)
    }

    /// Removes what is older than that moment, but the newest row.
    func cut(before moment: Instant, by caller: Caller) async throws -> Cut {
        guard let key = try await keys.ensure() else {
            throw AppError(
                .unavailable, "The vault is locked, so the checkpoint cannot be signed. Nothing was removed.")
        }
        let verdict = try await trail.verify(signers: try await keys.signers())
        if let flaw = verdict.firstBroken {
            throw AppError(
                .conflict,
                "The history does not hold at row \(flaw.id): \(flaw.reason) Nothing was removed; keep a backup and find "
                    + "out who changed it.")
        }
        let cut = try await store.write { tx in try sign(before: moment, key, by: caller, in: tx) }
        try await removeBelowCheckpoint()
        return cut
    }

    private func sign(
        before moment: Instant, _ key: ChainKey, by caller: Caller, in tx: any Session
    ) throws -> Cut {
        let old = try ChainStatements.checkpoint(in: tx)
        let end = try AuditChain.end(in: tx)
        let start = old?.link.id ?? 0
        // The first row that stays. Rows go only from the front, whatever the clock said when they were written.
        let kept = try tx.one("SELECT min(id) FROM audit_log WHERE at >= \(moment)").optional(0, as: Int64.self)
        let last = min((kept ?? end.id) - 1, end.id - 1)
        guard last > start,
            let hash = try tx.rows("SELECT hash FROM audit_log WHERE id = \(last)").first?.text(0)
        else { return Cut(removed: 0, checkpoint: old) }
        let checkpoint = ChainStatement(
            kind: .checkpoint, link: ChainLink(id: last, hash: hash), removed: last, at: tx.now, by: key)
        try ChainStatements.insert(checkpoint, in: tx)
        try ChainStatements.forgetAnchors(upTo: last, in: tx)
        try tx.emit(AuditTrimmed(from: start + 1, before: moment, checkpoint: checkpoint), by: caller)
        return Cut(removed: last - start, checkpoint: checkpoint)
    }

    /// What an interrupted removal left below the checkpoint. A row that does not lead there was slipped in: it is
    /// evidence, and not ours to remove.
    func removeLeftovers() async throws {
        if let flaw = try await trail.flawBelowCheckpoint() {
            throw AppError(
                .conflict, "Row \(flaw.id) lies below the checkpoint and does not belong there: \(flaw.reason)")
        }
        try await removeBelowCheckpoint()
    }

    /// Oldest first, so that what a crash leaves still leads to the checkpoint.
    private func removeBelowCheckpoint() async throws {
        while true {
            let isDone = try await store.write { tx in
                guard let last = try ChainStatements.checkpoint(in: tx)?.link.id,
                    let first = try tx.one("SELECT min(id) FROM audit_log").optional(0, as: Int64.self), first <= last
                else { return true }
                try tx.run("DELETE FROM audit_log WHERE id <= \(min(last, first + Self.atOnce - 1))")
                return false
            }
            if isDone { return }
        }
    }
}

/// Rows were removed by the rule or by a person. The row of this event is in the chain behind the cut.
struct AuditTrimmed: Event {
    let from: Int64
    let before: Instant
    let checkpoint: ChainStatement

    var subject: String { "access.audit.trimmed" }

    var audit: AuditEntry {
        AuditEntry("trimmed", severity: .warning, entity: "audit_log", after: text)
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("from_id", from)
        writer.member("to_id", checkpoint.link.id)
        writer.member("rows", checkpoint.link.id - from + 1)
        writer.member("older_than", milliseconds: before.milliseconds)
        writer.member("last_hash", checkpoint.link.hash)
        writer.member("public_key", checkpoint.publicKey)
        writer.member("signature", checkpoint.signature)
        writer.endObject()
    }

    private var text: String {
        var writer = JSONWriter()
        writePayload(to: &writer)
        return writer.text
    }
}

struct RetentionChanged: Event {
    let before: RetentionRule
    let after: RetentionRule

    var subject: String { "access.audit.retention_changed" }

    var audit: AuditEntry {
        AuditEntry(
            "changed", severity: .warning, entity: "audit_retention", before: before.jsonText, after: after.jsonText)
    }

    func writePayload(to writer: inout JSONWriter) { after.write(to: &writer) }
}
