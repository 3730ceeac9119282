import AuditProof
import Kernel

/// What a walk along the chain found.
package struct AuditVerdict: Sendable, Equatable {
    /// How many rows hold, from the first on.
    package let rows: Int
    package let firstBroken: ChainFlaw?
    /// The last row that holds. Written down elsewhere, its hash proves the trail up to there.
    package let head: ChainLink
    /// Where the rows that are there begin, if older ones were removed.
    package let checkpoint: ChainStatement?
    /// What holds only as far as it can be seen.
    package let remarks: [String]

    package var isSound: Bool { firstBroken == nil }
}

/// Which keys may have signed what the database says about its history.
package enum TrustedSigners: Sendable, Equatable {
    /// The vault is locked: a signature must be right, but whose it is cannot be told.
    case unknown
    case keys(Set<String>)
}

extension AuditTrail {
    /// Walks the whole chain. Rows that are added meanwhile are left to the next time. `anchors` are from elsewhere, such
    /// as the file of anchors.
    package func verify(
        batch size: Int = 2_000, signers: TrustedSigners = .unknown, anchors: [ChainStatement] = []
    ) async throws -> AuditVerdict {
        // A retention that runs meanwhile takes rows from under the walk: then it begins again, at the new checkpoint.
        for _ in 0..<3 {
            let beginning = try await beginning()
            let verdict = try await verify(beginning, batch: size, signers, anchors)
            if verdict.isSound { return verdict }
            let checkpoint = try await store.read { try ChainStatements.checkpoint(in: $0) }
            if checkpoint == beginning.checkpoint { return verdict }
        }
        throw AppError(.unavailable, "The history is being shortened; check it again in a minute.")
    }

    private struct Beginning: Sendable {
        let end: ChainLink
        let newest: Int64
        let checkpoint: ChainStatement?
        let anchors: [ChainStatement]
    }

    private func beginning() async throws -> Beginning {
        try await store.read { tx in
            let checkpoint = try ChainStatements.checkpoint(in: tx)
            let end = try AuditChain.end(in: tx)
            return Beginning(
                end: end, newest: try tx.one("SELECT COALESCE(max(id), 0) FROM audit_log").integer(0),
                checkpoint: checkpoint,
                anchors: try ChainStatements.anchors(after: checkpoint?.link.id ?? 0, in: tx))
        }
    }

    private func verify(
        _ beginning: Beginning, batch size: Int, _ signers: TrustedSigners, _ more: [ChainStatement]
    ) async throws -> AuditVerdict {
        let start = beginning.checkpoint?.link ?? .origin
        var remarks: [String] = []
        func verdict(_ walk: ChainWalk, _ flaw: ChainFlaw?) -> AuditVerdict {
            AuditVerdict(
                rows: walk.rows, firstBroken: flaw, head: walk.last, checkpoint: beginning.checkpoint,
                remarks: remarks)
        }
        let end = beginning.end
        let anchors = (beginning.anchors + more).filter { $0.link.id > start.id && $0.link.id <= end.id }
        var walk = ChainWalk(after: start, known: anchors.map(\.link))
        for statement in [beginning.checkpoint].compactMap(\.self) + beginning.anchors {
            if let reason = Self.doubt(about: statement, signers) {
                let id = statement.kind == .checkpoint ? statement.link.id + 1 : statement.link.id
                return verdict(walk, ChainFlaw(id: id, reason: reason))
            }
        }
        if signers == .unknown, beginning.checkpoint != nil || !beginning.anchors.isEmpty {
            remarks.append("The vault is locked, so whose signatures these are cannot be told.")
        }
        let batches = batches(size: size)
        var records = try await batches.batch(after: .min)
        while let newest = records.last?.id {
            let isLast = records.count < size || newest >= end.id
            // The database reads on while this batch is hashed.
            async let following = isLast ? [] : batches.batch(after: newest)
            for record in records where record.id <= end.id {
                if let flaw = walk.take(record) {
                    _ = try await following
                    return verdict(walk, flaw)
                }
            }
            records = try await following
        }
        if let lost = more.first(where: { $0.link.id > end.id }) {
            return verdict(
                walk, ChainFlaw(id: end.id + 1, reason: "Row \(lost.link.id) was anchored and is missing."))
        }
        return verdict(walk, walk.finish(at: end, newest: beginning.newest))
    }

    /// The first row below the newest checkpoint that does not lead to it; nil where none is left there or all do.
    package func flawBelowCheckpoint() async throws -> ChainFlaw? {
        guard let start = try await store.read({ try ChainStatements.checkpoint(in: $0) })?.link else { return nil }
        var walk = ChainWalk(after: start)
        for try await records in batches() {
            for record in records {
                guard record.id <= start.id else { return walk.gap }
                if let flaw = walk.take(record) { return flaw }
            }
        }
        return walk.gap
    }

    private static func doubt(about statement: ChainStatement, _ signers: TrustedSigners) -> String? {
        let name = statement.kind.rawValue
        // An anchor of a daemon whose vault was locked is a bare note; it must still match its row.
        if statement.kind == .anchor, !statement.isSigned { return nil }
        guard statement.isGenuine else { return "The \(name) at row \(statement.link.id) was changed." }
        if case .keys(let keys) = signers, !keys.contains(statement.publicKey) {
            return "The \(name) at row \(statement.link.id) was not signed by this daemon."
        }
        return nil
    }
}
