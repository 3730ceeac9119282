import JSONKit
import Kernel
import TestSupport
import Testing

@testable import Backups

@Suite("Schedules")
struct ScheduleTests {
    private func at(_ text: String) throws -> Instant {
        Instant(milliseconds: try #require(RFC3339.milliseconds(text)))
    }

    private func next(_ schedule: Schedule, after text: String, in zone: String = "UTC") throws -> String? {
        let zone = try #require(NamedZone(zone))
        return schedule.next(after: try at(text), in: zone).map { RFC3339.text($0.milliseconds) }
    }

    @Test(
        "the next time is the first on the clocks of the place",
        arguments: [
            (Schedule(.daily, hour: 2, minute: 30), "2026-09-21T00:00:00Z", "UTC", "2026-09-21T02:30:00.000Z"),
            (Schedule(.daily, hour: 2, minute: 30), "2026-09-21T02:30:00Z", "UTC", "2026-09-22T02:30:00.000Z"),
            (Schedule(.daily, hour: 2, minute: 30), "2026-09-21T02:29:59.999Z", "UTC", "2026-09-21T02:30:00.000Z"),
            (Schedule(.daily, hour: 23, minute: 0), "2026-09-21T12:00:00Z", "Asia/Tokyo", "2026-09-21T14:00:00.000Z"),
            (Schedule(.hours, everyHours: 6, minute: 15), "2026-09-21T07:00:00Z", "UTC", "2026-09-21T12:15:00.000Z"),
            (
                Schedule(.weekly, hour: 4, minute: 0, weekdays: [7]), "2026-09-21T00:00:00Z", "UTC",
                "2026-09-27T04:00:00.000Z"
            ),
            (
                Schedule(.weekly, hour: 4, minute: 0, weekdays: [1, 3]), "2026-09-21T04:00:00Z", "UTC",
                "2026-09-23T04:00:00.000Z"
            ),
            (
                Schedule(.monthly, hour: 1, minute: 0, monthDay: 31), "2027-02-01T00:00:00Z", "UTC",
                "2027-02-28T01:00:00.000Z"
            ),
            (
                Schedule(.monthly, hour: 1, minute: 0, monthDay: 29), "2028-02-01T00:00:00Z", "UTC",
                "2028-02-29T01:00:00.000Z"
            ),
            (
                Schedule(.monthly, hour: 1, minute: 0, monthDay: 1), "2026-12-01T01:00:00Z", "UTC",
                "2027-01-01T01:00:00.000Z"
            ),
            // Clocks go forward on 2026-03-29 at 02:00: 02:30 is skipped.
            (
                Schedule(.daily, hour: 2, minute: 30), "2026-03-28T12:00:00Z", "Europe/Berlin",
                "2026-03-29T01:30:00.000Z"
            ),
            (
                Schedule(.daily, hour: 2, minute: 30), "2026-03-29T01:30:00Z", "Europe/Berlin",
                "2026-03-30T00:30:00.000Z"
            ),
            // Clocks go back on 2026-10-25 at 03:00: 02:30 comes twice, and counts once.
            (
                Schedule(.daily, hour: 2, minute: 30), "2026-10-24T12:00:00Z", "Europe/Berlin",
                "2026-10-25T00:30:00.000Z"
            ),
            (
                Schedule(.daily, hour: 2, minute: 30), "2026-10-25T00:30:00Z", "Europe/Berlin",
                "2026-10-26T01:30:00.000Z"
            ),
            (
                Schedule(.daily, hour: 2, minute: 0), "2026-03-07T12:00:00Z", "America/New_York",
                "2026-03-08T07:00:00.000Z"
            ),
        ])
    func next(_ schedule: Schedule, _ after: String, _ zone: String, _ expected: String) throws {
        #expect(try next(schedule, after: after, in: zone) == expected)
    }

    @Test("off, and what the machine's timer does, have no time")
    func none() throws {
        #expect(try next(Schedule(.off), after: "2026-09-21T00:00:00Z") == nil)
        #expect(try next(Schedule(.timer), after: "2026-09-21T00:00:00Z") == nil)
    }

    @Test("a year of every rhythm has as many runs as it should, in every zone, all in order")
    func aYear() throws {
        let begin = try at("2026-01-01T12:00:00Z")
        let end = begin + .seconds(365 * 86_400)
        let zones = [
            "UTC", "Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
        ]
        let wishes: [(Schedule, ClosedRange<Int>)] = [
            (Schedule(.daily, hour: 2, minute: 30), 365...365), (Schedule(.hours, everyHours: 4), 2188...2190),
            (Schedule(.weekly, weekdays: [2, 5]), 104...105), (Schedule(.monthly, monthDay: 30), 12...12),
        ]
        for name in zones {
            let zone = try #require(NamedZone(name))
            for (schedule, expected) in wishes {
                var moment = begin
                var count = 0
                while let next = schedule.next(after: moment, in: zone), next < end {
                    #expect(next > moment)
                    moment = next
                    count += 1
                }
                #expect(expected.contains(count), "\(name) \(schedule.rhythm): \(count)")
            }
        }
    }

    @Test("days and dates agree over a thousand years")
    func dates() {
        #expect(CivilDay(number: 0).date == (1970, 1, 1) && CivilDay(number: 0).weekday == 4)
        #expect(CivilDay(number: -1).date == (1969, 12, 31) && CivilDay(number: -1).weekday == 3)
        var before = CivilDay(number: -200_001)
        for number in -200_000...200_000 {
            let day = CivilDay(number: number)
            let (left, right) = (before.date, day.date)
            let isNext = right.day == left.day + 1 && right.month == left.month || right.day == 1 && left.day >= 28
            if !isNext || day.weekday != before.weekday % 7 + 1 { Issue.record("\(left) then \(right)") }
            before = day
        }
    }

    @Test("a run that was missed is due at once, one that failed sooner than the schedule says")
    func due() throws {
        let schedule = Schedule(.daily, hour: 2, minute: 0)
        let set = try at("2026-09-01T12:00:00Z")
        let now = try at("2026-09-21T14:00:00Z")
        func due(_ last: String?, _ failures: Int = 0) throws -> String? {
            try Due(since: set, lastAttempt: last.map { try at($0) }, failures: failures)
                .moment(schedule, at: now, in: NamedZone.utc).map { RFC3339.text($0.milliseconds) }
        }

        #expect(try due("2026-09-21T02:00:00Z") == "2026-09-22T02:00:00.000Z")
        #expect(try due("2026-09-18T02:00:00Z") == "2026-09-19T02:00:00.000Z", "missed: in the past")
        #expect(try due(nil) == "2026-09-02T02:00:00.000Z", "never ran since it was set")
        #expect(try due("2026-09-21T13:59:00Z", 1) == "2026-09-21T14:04:00.000Z")
        #expect(try due("2026-09-21T13:59:00Z", 9) == "2026-09-21T17:59:00.000Z")
        #expect(try due("2031-01-01T00:00:00Z") == "2026-09-22T02:00:00.000Z", "the clock was set back")
    }
}
