import JSONKit
import Kernel

/// Which backups of a target stay. A backup goes only when no rule wants it; without any rule everything stays.
///
/// Days, weeks (from Monday) and months are those of the time zone of the schedule. Of each the newest backup counts,
/// and only those with a backup in them are counted: a machine that was off for a month loses nothing by it.
package struct KeepRules: Sendable, Equatable, Codable, JSONWritable {
    /// The newest so many.
    package var last: Int?
    package var daily: Int?
    package var weekly: Int?
    package var monthly: Int?
    /// Everything that is not older than so many days.
    package var withinDays: Int?

    package init(
        last: Int? = nil, daily: Int? = nil, weekly: Int? = nil, monthly: Int? = nil, withinDays: Int? = nil
    ) {
        self.last = last
        self.daily = daily
        self.weekly = weekly
        self.monthly = monthly
        self.withinDays = withinDays
    }

    /// What a new installation begins with.
    package static let usual = KeepRules(last: 3, daily: 7, weekly: 4, monthly: 6)

    package var isEmpty: Bool { self == KeepRules() }
}

/// A backup as the rules see it.
package struct KeepCandidate: Sendable, Hashable {
    package let name: String
    package let madeAt: Instant
    /// It was opened and checked against its manifest, and was whole.
    package let isVerified: Bool

    package init(name: String, madeAt: Instant, isVerified: Bool) {
        self.name = name
        self.madeAt = madeAt
        self.isVerified = isVerified
    }
}

/// What the rules say of one backup; without a reason to stay it goes.
package struct KeepVerdict: Sendable, Equatable {
    package enum Reason: String, Sendable, CaseIterable {
        case noRules = "no_rules"
        case last, daily, weekly, monthly
        case young
        /// Nothing newer is there.
        case newest
        /// Its time lies ahead of the clock, so nobody can tell what it is; it takes no place of another.
        case future
        /// No other that stays was verified.
        case onlyVerified = "only_verified"
    }

    package let candidate: KeepCandidate
    package let reasons: Set<Reason>

    package var stays: Bool { !reasons.isEmpty }
}

extension KeepRules {
    /// The verdicts, newest backup first.
    package func verdicts(_ candidates: [KeepCandidate], at now: Instant, in zone: any ZoneOffsets) -> [KeepVerdict] {
        let sorted = candidates.sorted { ($0.madeAt, $0.name) > ($1.madeAt, $1.name) }
        guard !isEmpty else { return sorted.map { KeepVerdict(candidate: $0, reasons: [.noRules]) } }
        let past = sorted.filter { $0.madeAt <= now }
        var reasons: [KeepCandidate: Set<KeepVerdict.Reason>] = [:]
        for candidate in sorted where candidate.madeAt > now { reasons[candidate] = [.future] }
        if let newest = past.first { reasons[newest, default: []].insert(.newest) }
        for candidate in past.prefix(last ?? 0) { reasons[candidate, default: []].insert(.last) }
        if let withinDays {
            let oldest = now - .seconds(Int64(withinDays) * 86_400)
            for candidate in past where candidate.madeAt >= oldest { reasons[candidate, default: []].insert(.young) }
        }
        mark(past, daily, .daily, in: &reasons) { CivilDay($0.madeAt, in: zone).number }
        mark(past, weekly, .weekly, in: &reasons) { CivilDay($0.madeAt, in: zone).weekNumber }
        mark(past, monthly, .monthly, in: &reasons) { CivilDay($0.madeAt, in: zone).monthNumber }
        let isAnyVerified = sorted.contains { $0.isVerified && reasons[$0] != nil }
        if !isAnyVerified, let verified = sorted.first(where: \.isVerified) {
            reasons[verified, default: []].insert(.onlyVerified)
        }
        return sorted.map { KeepVerdict(candidate: $0, reasons: reasons[$0] ?? []) }
    }

    /// The newest of each of the newest `count` buckets.
    private func mark(
        _ newestFirst: [KeepCandidate], _ count: Int?, _ reason: KeepVerdict.Reason,
        in reasons: inout [KeepCandidate: Set<KeepVerdict.Reason>], bucket: (KeepCandidate) -> Int
    ) {
        guard let count else { return }
        var seen: Set<Int> = []
        for candidate in newestFirst {
            guard seen.count < count else { return }
            if seen.insert(bucket(candidate)).inserted { reasons[candidate, default: []].insert(reason) }
        }
    }

    /// The largest number a rule takes.
    static let most = 1000

    /// Every field that is wrong.
    package var problems: [String: String] {
        let fields: [(String, Int?)] = [
            ("last", last), ("daily", daily), ("weekly", weekly), ("monthly", monthly), ("within_days", withinDays),
        ]
        var problems: [String: String] = [:]
        for (name, value) in fields {
            if let value, !(1...Self.most).contains(value) {
                problems["keep.\(name)"] = "Give a number from 1 to \(Self.most), or leave it empty."
            }
        }
        return problems
    }
}
