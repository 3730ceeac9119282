import Kernel
import TestSupport
import Testing

@testable import Backups

@Suite("Keep rules")
struct KeepRulesTests {
    private static let day: Int64 = 86_400
    private static let now = TestClock.start

    private func backup(_ age: Int64, verified: Bool = false) -> KeepCandidate {
        KeepCandidate(name: "b\(age)", madeAt: Self.now - .seconds(age), isVerified: verified)
    }

    private func kept(_ rules: KeepRules, _ candidates: [KeepCandidate]) -> [String] {
        rules.verdicts(candidates, at: Self.now, in: NamedZone.utc).filter(\.stays).map(\.candidate.name)
    }

    @Test("without a rule everything stays")
    func noRules() {
        #expect(kept(KeepRules(), (0..<9).map { backup($0 * Self.day) }).count == 9)
    }

    @Test("the last so many stay")
    func last() {
        #expect(kept(KeepRules(last: 2), (0..<5).map { backup($0 * 60) }) == ["b0", "b60"])
    }

    @Test("of each day the newest stays, and days without a backup do not count")
    func daily() {
        // 14:13 UTC: an hour ago, two hours ago, ten days ago twice, eleven days ago.
        let ages = [3600, 7200, 10 * Self.day, 10 * Self.day + 60, 11 * Self.day]
        #expect(kept(KeepRules(daily: 2), ages.map { backup($0) }) == ["b3600", "b\(10 * Self.day)"])
    }

    @Test("weeks begin on Monday")
    func weekly() {
        // 2026-09-21 is a Monday: yesterday is in the week before.
        #expect(CivilDay(Self.now, in: NamedZone.utc).weekday == 1)
        #expect(
            kept(KeepRules(weekly: 2), [backup(60), backup(Self.day), backup(2 * Self.day)])
                == ["b60", "b\(Self.day)"])
    }

    @Test("months are those of the zone")
    func monthly() {
        let eve = Instant(milliseconds: 1_767_225_000_000)  // 2025-12-31 23:50 UTC
        let rules = KeepRules(monthly: 1)
        let both = [
            KeepCandidate(name: "new", madeAt: eve + .seconds(1200), isVerified: false),
            KeepCandidate(name: "old", madeAt: eve, isVerified: false),
        ]

        let utc = KeepRules(monthly: 2).verdicts(both, at: Self.now, in: NamedZone.utc).filter(\.stays)
        let east = KeepRules(monthly: 2).verdicts(both, at: Self.now, in: FixedZone(seconds: 3600)).filter(\.stays)

        #expect(utc.count == 2 && east.count == 1)
        #expect(rules.verdicts(both, at: Self.now, in: NamedZone.utc).filter(\.stays).map(\.candidate.name) == ["new"])
    }

    @Test("what is young stays")
    func young() {
        #expect(
            kept(KeepRules(withinDays: 2), [0, 1, 2, 3].map { backup($0 * Self.day) })
                == ["b0", "b\(Self.day)", "b\(2 * Self.day)"])
    }

    @Test("the only verified backup stays whatever the rules say")
    func onlyVerified() {
        let candidates = [
            backup(0), backup(60), backup(90 * Self.day, verified: true), backup(91 * Self.day, verified: true),
        ]
        let verdicts = KeepRules(last: 1).verdicts(candidates, at: Self.now, in: NamedZone.utc)

        #expect(verdicts.filter(\.stays).map(\.candidate.name) == ["b0", "b\(90 * Self.day)"])
        #expect(verdicts[2].reasons == [.onlyVerified])
    }

    @Test("a backup from the future stays and takes no place")
    func future() {
        let candidates = [backup(-999_999), backup(0), backup(60)]
        #expect(kept(KeepRules(last: 2), candidates) == ["b-999999", "b0", "b60"])
    }

    @Test("whatever the rules: order does not matter, the newest and a verified one stay, twice drops no more")
    func properties() {
        var random = SplitMix(seed: 5)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...40, using: &random)
            let candidates = (0..<count).map { index in
                KeepCandidate(
                    name: "b\(index)",
                    madeAt: Self.now - .seconds(Int64.random(in: -1000...40_000_000, using: &random)),
                    isVerified: Int.random(in: 0..<6, using: &random) == 0)
            }
            func number() -> Int? { Bool.random(using: &random) ? Int.random(in: 1...12, using: &random) : nil }
            let rules = KeepRules(
                last: number(), daily: number(), weekly: number(), monthly: number(), withinDays: number())
            let zone = FixedZone(seconds: Int64.random(in: -12...14, using: &random) * 3600)

            let verdicts = rules.verdicts(candidates, at: Self.now, in: zone)
            let kept = verdicts.filter(\.stays).map(\.candidate)
            let shuffled = rules.verdicts(candidates.shuffled(using: &random), at: Self.now, in: zone)
            let again = rules.verdicts(kept, at: Self.now, in: zone).filter(\.stays).map(\.candidate)
            var more = rules
            more.daily = (rules.daily ?? 0) + 3

            #expect(verdicts == shuffled)
            #expect(verdicts.count == candidates.count)
            #expect(again == kept, "a second pass drops nothing")
            if let newest = candidates.filter({ $0.madeAt <= Self.now }).max(by: {
                ($0.madeAt, $0.name) < ($1.madeAt, $1.name)
            }) {
                #expect(kept.contains(newest))
            }
            if candidates.contains(where: \.isVerified) { #expect(kept.contains { $0.isVerified }) }
            if let last = rules.last {
                #expect(kept.count >= min(last, candidates.filter { $0.madeAt <= Self.now }.count))
            }
            // The one that stays only for being verified may be another when more stay.
            let wider = Set(more.verdicts(candidates, at: Self.now, in: zone).filter(\.stays).map(\.candidate))
            let byRule = Set(verdicts.filter { !$0.reasons.subtracting([.onlyVerified]).isEmpty }.map(\.candidate))
            if !rules.isEmpty { #expect(byRule.isSubset(of: wider), "another rule never drops more") }
        }
    }
}
