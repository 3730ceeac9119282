import JSONKit
import Kernel

/// When something happens by itself, on the clocks of a place.
package struct Schedule: Sendable, Equatable, Codable, JSONWritable {
    package enum Rhythm: String, Sendable, CaseIterable, Codable {
        case off
        /// Every so many hours, counted from midnight.
        case hours
        case daily, weekly, monthly
        /// Whenever the machine's own timer asks.
        case timer
    }

    package var rhythm: Rhythm
    /// For `hours`: a divisor of 24.
    package var everyHours: Int
    package var hour: Int
    package var minute: Int
    /// For `weekly`: 1 is Monday, 7 Sunday.
    package var weekdays: [Int]
    /// For `monthly`: a month that is shorter has its last day instead.
    package var monthDay: Int

    package init(
        _ rhythm: Rhythm, everyHours: Int = 6, hour: Int = 2, minute: Int = 30, weekdays: [Int] = [7],
        monthDay: Int = 1
    ) {
        self.rhythm = rhythm
        self.everyHours = everyHours
        self.hour = hour
        self.minute = minute
        self.weekdays = weekdays
        self.monthDay = monthDay
    }

    /// What is left out is as usual.
    package init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try box.decode(Rhythm.self, forKey: .rhythm),
            everyHours: try box.decodeIfPresent(Int.self, forKey: .everyHours) ?? 6,
            hour: try box.decodeIfPresent(Int.self, forKey: .hour) ?? 2,
            minute: try box.decodeIfPresent(Int.self, forKey: .minute) ?? 30,
            weekdays: try box.decodeIfPresent([Int].self, forKey: .weekdays) ?? [7],
            monthDay: try box.decodeIfPresent(Int.self, forKey: .monthDay) ?? 1)
    }

    /// The first time after that moment; nil where the clock decides nothing.
    package func next(after moment: Instant, in zone: any ZoneOffsets) -> Instant? {
        guard rhythm != .off, rhythm != .timer else { return nil }
        // A day early, because a skipped time may reach into the next day. Any 32 days hold a day of the month.
        let first = CivilDay(moment, in: zone).number - 1
        for day in (first...first + 40).map(CivilDay.init(number:)) where fits(day) {
            if let time = times(on: day, in: zone).first(where: { $0 > moment }) { return time }
        }
        return nil
    }

    private func fits(_ day: CivilDay) -> Bool {
        switch rhythm {
        case .off, .timer: false
        case .hours, .daily: true
        case .weekly: weekdays.contains(day.weekday)
        case .monthly: day.date.day == monthDay || day.isLastOfMonth && day.date.day < monthDay
        }
    }

    private func times(on day: CivilDay, in zone: any ZoneOffsets) -> [Instant] {
        guard rhythm == .hours else { return [day.moment(hour: hour, minute: minute, in: zone)] }
        return stride(from: 0, to: 24, by: max(1, everyHours))
            .map { day.moment(hour: $0, minute: minute, in: zone) }.sorted()
    }

    /// Every field that is wrong, named as the API names it behind that prefix.
    package func problems(_ prefix: String) -> [String: String] {
        var problems: [String: String] = [:]
        if !(0...23).contains(hour) { problems["\(prefix).hour"] = "An hour is from 0 to 23." }
        if !(0...59).contains(minute) { problems["\(prefix).minute"] = "A minute is from 0 to 59." }
        if rhythm == .hours, !(1...24).contains(everyHours) || 24 % everyHours != 0 {
            problems["\(prefix).every_hours"] = "Choose 1, 2, 3, 4, 6, 8, 12 or 24 hours."
        }
        if rhythm == .weekly, weekdays.isEmpty || !weekdays.allSatisfy((1...7).contains) {
            problems["\(prefix).weekdays"] = "Choose at least one day, from 1 for Monday to 7 for Sunday."
        }
        if rhythm == .monthly, !(1...31).contains(monthDay) {
            problems["\(prefix).month_day"] = "A day of the month is from 1 to 31."
        }
        return problems
    }
}

/// When a schedule is to run next, from what happened so far. A run that was missed is made up at once; one that failed
/// is tried again sooner than the schedule says, with longer and longer pauses.
package struct Due: Sendable, Equatable {
    /// Runs are counted from here: when the schedule was set.
    package var since: Instant
    package var lastAttempt: Instant?
    /// In a row, up to the last attempt.
    package var failures: Int

    package init(since: Instant, lastAttempt: Instant? = nil, failures: Int = 0) {
        self.since = since
        self.lastAttempt = lastAttempt
        self.failures = failures
    }

    private static let pauses: [Int64] = [5, 15, 60, 240]

    /// In the past where a run was missed.
    package func moment(_ schedule: Schedule, at now: Instant, in zone: any ZoneOffsets) -> Instant? {
        // A clock that was set back must not silence the schedule until it has caught up.
        let from = min(max(since, lastAttempt ?? since), now)
        guard let regular = schedule.next(after: from, in: zone) else { return nil }
        guard failures > 0, let lastAttempt else { return regular }
        let pause = Self.pauses[min(failures, Self.pauses.count) - 1]
        return min(regular, min(lastAttempt, now) + .seconds(pause * 60))
    }
}
