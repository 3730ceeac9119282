import AuditProof
import HTTPKit
import JSONKit
import Kernel
import Logging
import Persistence

/// What keeps the history: verification, export, retention and anchors, over one set of keys.
package struct AuditKeeping: Sendable {
    /// Where the signing key is sealed, and where anchors go besides the database.
    package struct Places: Sendable {
        let vault: any SeedVault
        let anchorFile: String?

        package init(vault: any SeedVault, anchorFile: String? = nil) {
            self.vault = vault
            self.anchorFile = anchorFile
        }
    }

    let store: any Store
    let trail: AuditTrail
    let keys: ChainKeys
    let anchors: AuditAnchors
    let retention: AuditRetention
    let upkeep: AuditUpkeep

    init(store: any Store, places: Places, clock: any WallClock, logger: Logger) {
        self.store = store
        trail = AuditTrail(store)
        keys = ChainKeys(store: store, vault: places.vault)
        anchors = AuditAnchors(store: store, keys: keys, clock: clock, file: places.anchorFile)
        retention = AuditRetention(store: store, trail: trail, keys: keys, clock: clock)
        upkeep = AuditUpkeep(retention, anchors, store: store, logger: logger)
    }

    /// Walks the whole chain, against the checkpoint, the anchors of the database and those of the file.
    package func verify() async throws -> AuditVerdict {
        try await trail.verify(signers: try await keys.signers(), anchors: try anchors.fromFile())
    }

    /// The latest time of any row, which is not the newest row's after the clock was set back; nil for none.
    package func latest() async throws -> Instant? {
        try await store.read { tx in
            try tx.one("SELECT max(at) FROM audit_log").optional(0, as: Int64.self).map(Instant.init(milliseconds:))
        }
    }

    package var health: HealthItem {
        upkeep.health
            ?? HealthItem(id: "history", severity: .ok, message: "The history is anchored and kept by its rule.")
    }

    func export(_ filter: AuditFilter, _ format: AuditExport.Format) -> Reply {
        AuditExport(trail: trail, store: store, anchors: anchors).run(filter, format)
    }

    func state() async throws -> KeepingState {
        let key = try await keys.current()
        let (rule, checkpoint, anchor, first, oldest, last) = try await store.read { tx in
            let oldest = try tx.rows("SELECT id, at FROM audit_log ORDER BY id LIMIT 1").first
            return (
                try RetentionRule.read(in: tx), try ChainStatements.checkpoint(in: tx),
                try ChainStatements.newestAnchor(in: tx), try oldest?.integer(0),
                try oldest?.get(1, as: Instant.self), try AuditChain.end(in: tx).id
            )
        }
        return KeepingState(
            rule: rule, next: rule.next(after: retention.clock.now), rows: last - (first ?? last + 1) + 1,
            oldest: oldest, checkpoint: checkpoint, anchor: anchor, publicKey: key?.publicKey,
            hasAnchorFile: anchors.file != nil)
    }
}

/// What the page shows of all this.
struct KeepingState: JSONAnswer {
    let rule: RetentionRule
    let next: Instant?
    let rows: Int64
    let oldest: Instant?
    let checkpoint: ChainStatement?
    let anchor: ChainStatement?
    let publicKey: String?
    let hasAnchorFile: Bool

    static let shape: JSONShape = .object([
        .init(name: "keep_days", shape: .nullable(.integer), isRequired: true, summary: "Null keeps everything."),
        .init(name: "at_hour", shape: .integer, isRequired: true, summary: "UTC."),
        .init(name: "revision", shape: .integer, isRequired: true),
        .init(name: "next_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "ran_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "outcome", shape: .nullable(.string), isRequired: true),
        .init(name: "rows", shape: .integer, isRequired: true),
        .init(name: "oldest_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "checkpoint", shape: .nullable(.named("AuditStatement")), isRequired: true),
        .init(name: "anchor", shape: .nullable(.named("AuditStatement")), isRequired: true),
        .init(name: "public_key", shape: .nullable(.string), isRequired: true),
        .init(name: "fingerprint", shape: .nullable(.string), isRequired: true, summary: "To compare the key by eye."),
        .init(name: "anchor_file", shape: .boolean, isRequired: true, summary: "Whether anchors go to a file too."),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("keep_days", rule.keepDays)
        writer.member("at_hour", rule.hour)
        writer.member("revision", rule.revision)
        writer.member("next_at", milliseconds: next?.milliseconds)
        writer.member("ran_at", milliseconds: rule.ranAt?.milliseconds)
        writer.member("outcome", rule.outcome)
        writer.member("rows", rows)
        writer.member("oldest_at", milliseconds: oldest?.milliseconds)
        for (name, statement) in [("checkpoint", checkpoint), ("anchor", anchor)] {
            writer.name(name)
            if let statement { statement.write(to: &writer) } else { writer.null() }
        }
        writer.member("public_key", publicKey)
        writer.member("fingerprint", publicKey.map(ChainKey.fingerprint(of:)))
        writer.member("anchor_file", hasAnchorFile)
        writer.endObject()
    }
}

/// Nothing in it means: by the rule.
struct CutOrder: JSONBody {
    var olderThan: Instant?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case olderThan = "older_than"
    }
}

struct ShownCut: JSONAnswer {
    let cut: AuditRetention.Cut

    static let shape: JSONShape = .object([
        .init(name: "removed", shape: .integer, isRequired: true),
        .init(name: "checkpoint", shape: .nullable(.named("AuditStatement")), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("removed", cut.removed)
        writer.name("checkpoint")
        if let checkpoint = cut.checkpoint { checkpoint.write(to: &writer) } else { writer.null() }
        writer.endObject()
    }
}
