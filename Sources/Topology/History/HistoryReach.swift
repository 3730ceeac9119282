import AuditProof
import HTTPKit
import JSONKit
import Kernel
import Persistence

/// How far the audit trail reaches, and which of its rows stands for a moment.
struct HistoryReach: Sendable, Equatable {
    /// Rows up to this one were cut by retention; 0 where the trail is whole.
    let cut: Int64
    let cutHash: String
    /// When the first row that is there was written: from then on, the map can be told. Nil before the first.
    let since: Instant?
    let newest: Int64
    /// The moment of the asking.
    let now: Instant

    var isCut: Bool { cut > 0 }

    init(in tx: any Session) throws {
        let checkpoint = try ChainStatements.checkpoint(in: tx)?.link
        cut = checkpoint?.id ?? 0
        cutHash = checkpoint?.hash ?? ""
        since = try tx.rows("SELECT at FROM audit_log WHERE id > \(cut) ORDER BY id LIMIT 1").first.map {
            try $0.get(0)
        }
        newest = try AuditChain.end(in: tx).id
        now = tx.now
    }

    /// The last row of that moment or before it. Throws where retention has taken the rows that would tell.
    func row(at moment: Instant, in tx: any Session) throws -> Int64 {
        let found = try tx.rows(
            "SELECT id FROM audit_log WHERE at <= \(moment) AND id > \(cut) ORDER BY at DESC, id DESC LIMIT 1")
        if let row = found.first { return try row.integer(0) }
        guard !isCut else { throw tooEarly }
        return 0
    }

    /// The hash of a row tells whether a state kept for it is of this trail, and not of one that a restore replaced.
    func hash(of row: Int64, in tx: any Session) throws -> String? {
        if row == cut { return cutHash }
        return try tx.rows("SELECT hash FROM audit_log WHERE id = \(row)").first?.text(0)
    }

    var tooEarly: AppError {
        let day = since.map { " " + RFC3339.text($0.milliseconds) } ?? " the first row that is left"
        return AppError(
            .invalid, "The history was shortened: it tells of the map from\(day) on.",
            fields: ["at": "Choose a later moment."])
    }
}

extension HistoryReach {
    static let members: [JSONShape.Field] = [
        .init(
            name: "since", shape: .nullable(.format("date-time")), isRequired: true,
            summary: "From when on the record tells of the map; null while nothing was recorded."),
        .init(name: "is_cut", shape: .boolean, isRequired: true, summary: "Retention has removed what was before."),
    ]

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("since", milliseconds: since?.milliseconds)
        writer.member("is_cut", isCut)
    }
}
