import Inventory
import JSONKit
import Kernel
import Persistence
import Probes

/// What this machine sees of itself and around it, beside what is documented; and taking it over.
package struct SelfKnowledge: Sendable {
    let store: any Store
    let newest: NewestReport

    package init(store: any Store, newest: NewestReport) {
        self.store = store
        self.newest = newest
    }

    package func look() async throws -> SelfLook {
        try await look(newest.current())
    }

    /// Reads the machine again, then looks.
    package func refresh() async throws -> SelfLook {
        let reading = try await newest.refresh()
        try await tell(reading)
        return try await look(reading)
    }

    private func look(_ reading: NewestReport.Reading) async throws -> SelfLook {
        let comparison = try await store.read { tx in try Self.compare(reading, in: tx) }
        return SelfLook(reading, comparison)
    }

    /// One transaction: everything the inventory takes is written, or nothing.
    package func accept(_ choice: AcceptPlan.Choice, by caller: Caller) async throws -> Accepted {
        let reading = try await newest.current()
        return try await store.write { tx in
            let comparison = try Self.compare(reading, in: tx)
            let plan = AcceptPlan(choice, of: comparison)
            if case .keys(let keys) = choice, !keys.isEmpty, Set(plan.unknown) == Set(keys) {
                throw AppError(.conflict, "The machine does not see this any more. Look again.")
            }
            var acceptance = Acceptance(comparison, by: caller, in: tx)
            try acceptance.run(plan)
            let result = acceptance.result
            if let error = acceptance.firstError, result.created.isEmpty, result.changed.isEmpty { throw error }
            try Self.tellIfNew(reading, Self.compare(reading, in: tx), by: caller, in: tx)
            return result
        }
    }

    /// Tells who listens that the difference is another one. An unchanged difference is no news.
    package func tell(_ reading: NewestReport.Reading) async throws {
        let isNews = try await store.read { tx in
            try Self.digest(of: Self.compare(reading, in: tx)) != Self.told(in: tx)
        }
        guard isNews else { return }
        try await store.write { tx in
            try Self.tellIfNew(reading, Self.compare(reading, in: tx), by: .system, in: tx)
        }
    }

    private static func compare(_ reading: NewestReport.Reading, in tx: any Session) throws -> Comparison {
        Comparison(reading.view, with: try DocumentedReader.read(reading.view, in: tx), kinds: .inventory)
    }

    private static func told(in tx: any Session) throws -> String? {
        try tx.rows("SELECT digest FROM discovery_told WHERE id = 1").first?.get("digest")
    }

    private static func tellIfNew(
        _ reading: NewestReport.Reading, _ comparison: Comparison, by caller: Caller, in tx: any Session
    ) throws {
        let digest = digest(of: comparison)
        guard try told(in: tx) != digest else { return }
        try tx.run(
            """
            INSERT INTO discovery_told (id, digest) VALUES (1, \(digest))
            ON CONFLICT (id) DO UPDATE SET digest = excluded.digest
            """)
        try tx.announce(SelfChanged(readAt: reading.report.readAt, comparison), by: caller)
    }

    /// FNV-1a: it only has to differ when the difference does.
    private static func digest(of comparison: Comparison) -> String {
        let sum = comparison.summary.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
        }
        return String(sum, radix: 16)
    }
}

/// `discovery.self.changed`: what the machine sees differs otherwise from what is documented than before. It is not
/// audited: nothing was changed by anybody.
struct SelfChanged: Event {
    let subject = "discovery.self.changed"
    let audit = AuditEntry("observed", entity: "machine")
    let readAt: Instant
    let counts: [(action: Proposal.Action, count: Int)]

    init(readAt: Instant, _ comparison: Comparison) {
        self.readAt = readAt
        counts = Proposal.Action.allCases.map { ($0, comparison.count($0)) }
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("read_at", milliseconds: readAt.milliseconds)
        for (action, count) in counts {
            writer.name(action.rawValue)
            writer.integer(count)
        }
        writer.endObject()
    }
}
