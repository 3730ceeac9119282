import Foundation
import Kernel

/// How far a place's clocks are from UTC at a moment.
package protocol ZoneOffsets: Sendable {
    /// In seconds, east of Greenwich positive.
    func offset(at instant: Instant) -> Int64
}

/// A zone of the time zone database.
package struct NamedZone: ZoneOffsets, Equatable {
    package let name: String
    private let zone: TimeZone

    /// Nil where there is no zone of that name.
    package init?(_ name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        self.name = name
        self.zone = zone
    }

    package static let utc = FixedZone(seconds: 0)

    package func offset(at instant: Instant) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000)))
    }
}

/// A place whose clocks are never changed.
package struct FixedZone: ZoneOffsets, Equatable {
    package let seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    package func offset(at instant: Instant) -> Int64 { seconds }
}

/// A day of the Gregorian calendar, counted from 1970-01-01.
package struct CivilDay: Sendable, Hashable, Comparable {
    package let number: Int

    package init(number: Int) { self.number = number }

    /// The day it is there at that moment.
    package init(_ instant: Instant, in zone: any ZoneOffsets) {
        let local = instant.milliseconds + zone.offset(at: instant) * 1000
        number = Int(Self.floorDivided(local, by: 86_400_000))
    }

    package static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }

    /// Monday is 1, Sunday 7. The first of January 1970 was a Thursday.
    package var weekday: Int { Self.modulo(number + 3, 7) + 1 }

    /// Weeks begin on Monday.
    package var weekNumber: Int { Int(Self.floorDivided(Int64(number + 3), by: 7)) }

    /// Months since the year 0.
    package var monthNumber: Int { date.year * 12 + date.month - 1 }

    /// Howard Hinnant's days-to-civil: years begin in March, so that the leap day comes last.
    package var date: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = Int(Self.floorDivided(Int64(shifted), by: 146_097))
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    package var isLastOfMonth: Bool { CivilDay(number: number + 1).date.day == 1 }

    /// The moment at which the clocks there show that time. Clocks that skip it show what they show as long after the
    /// skip as the time lies in it; of a time they show twice it is the first.
    package func moment(hour: Int, minute: Int, in zone: any ZoneOffsets) -> Instant {
        let local = Int64(number) * 86_400 + Int64(hour) * 3600 + Int64(minute) * 60
        func at(_ offset: Int64) -> Instant { Instant(milliseconds: (local - offset) * 1000) }
        // No zone changes its clocks twice within two days.
        let before = zone.offset(at: at(0) - .seconds(86_400))
        let after = zone.offset(at: at(0) + .seconds(86_400))
        let fitting = [before, after].map { ($0, at($0)) }.filter { zone.offset(at: $0.1) == $0.0 }.map(\.1)
        return fitting.min() ?? at(before)
    }

    private static func floorDivided(_ value: Int64, by divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private static func modulo(_ value: Int, _ divisor: Int) -> Int {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
