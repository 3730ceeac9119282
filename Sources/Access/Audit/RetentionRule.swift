import HTTPKit
import JSONKit
import Kernel
import Persistence

/// How long the history is kept, and when it is looked at. Before the first change there is no row: for ever.
struct RetentionRule: Sendable, Equatable, JSONWritable {
    var revision: Int64 = 1
    /// Nil keeps everything.
    var keepDays: Int64?
    /// UTC.
    var hour: Int64 = 3
    var ranAt: Instant?
    /// A sentence about the last run.
    var outcome: String?

    static func read(in tx: any Session) throws -> RetentionRule {
        guard
            let row = try tx.rows(
                "SELECT revision, keep_days, at_hour, ran_at, outcome FROM audit_retention WHERE id = 1"
            ).first
        else { return RetentionRule() }
        return RetentionRule(
            revision: try row.integer(0), keepDays: try row.optional(1), hour: try row.integer(2),
            ranAt: try row.optional(3), outcome: try row.optional(4))
    }

    func write(in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO audit_retention (id, revision, changed_at, keep_days, at_hour, ran_at, outcome)
            VALUES (1, \(revision), \(tx.now), \(keepDays), \(hour), \(ranAt), \(outcome))
            ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, changed_at = excluded.changed_at,
                keep_days = excluded.keep_days, at_hour = excluded.at_hour, ran_at = excluded.ran_at,
                outcome = excluded.outcome
            """)
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("keep_days", keepDays)
        writer.member("at_hour", hour)
        writer.endObject()
    }

    var jsonText: String {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.text
    }

    /// The next moment at which the rule takes rows, after that one; nil where it never does.
    func next(after moment: Instant) -> Instant? {
        guard keepDays != nil else { return nil }
        let day: Int64 = 86_400_000
        let start = moment.milliseconds - moment.milliseconds % day + hour * 3_600_000
        return Instant(milliseconds: start > moment.milliseconds ? start : start + day)
    }

    /// Whether a run is due: the hour has come since the last one.
    func isDue(at now: Instant) -> Bool {
        guard keepDays != nil else { return false }
        guard let ranAt, let next = next(after: ranAt) else { return true }
        return next <= now
    }
}

struct RetentionDraft: JSONBody {
    var keepDays: Change<Int64?>
    var hour: Change<Int64>

    enum CodingKeys: String, CodingKey, CaseIterable {
        case keepDays = "keep_days"
        case hour = "at_hour"
    }

    func applied(to rule: RetentionRule) throws(AppError) -> RetentionRule {
        var rule = rule
        rule.keepDays = keepDays.applied(to: rule.keepDays)
        rule.hour = hour.applied(to: rule.hour)
        var problems: [String: String] = [:]
        if let days = rule.keepDays, !(1...36_500).contains(days) {
            problems["keep_days"] = "Give 1 to 36500 days, or null to keep everything."
        }
        if !(0...23).contains(rule.hour) { problems["at_hour"] = "Give an hour from 0 to 23, in UTC." }
        guard problems.isEmpty else { throw AppError(.invalid, "The rule has errors.", fields: problems) }
        return rule
    }
}
